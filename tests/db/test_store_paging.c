/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pages of every list: in each sorting and direction, forwards and backwards, in pages of every size, with each filter, the pages put together are the
 * whole list, in order, nothing twice and nothing left out, though most rows share their key with others. The whole list is compared with what the rows
 * themselves say.
 */
#include "base/base.h"

#include "store_fixture.h"

#include "model/audit.h"
#include "store/admin.h"
#include "store/alias.h"
#include "store/audit.h"
#include "store/domain.h"
#include "store/mailbox.h"

#define N 17
#define WHOLE 100

struct entity {
	const char *name;
	const char *const *sorts;
	enum rc (*list)(struct op *, const struct store_list *, struct rows *);
	enum rc (*count)(struct op *, const struct store_list *, int64_t *, bool *);
	const struct fields *fields;
	size_t more;        /* rows than N there are */
	const char *search; /* finds some of them */
	size_t found;
};

static const struct entity entities[] = {
	{ "domain", store_domain_sorts, store_domain_list, store_domain_count, &domain_fields, 1,
	    "even", 9 },
	{ "mailbox", store_mailbox_sorts, store_mailbox_list, store_mailbox_count, &mailbox_fields,
	    0, "even", 9 },
	{ "alias", store_alias_sorts, store_alias_list, store_alias_count, &alias_fields, 0, "even", 9 },
	{ "admin", store_admin_sorts, store_admin_list, store_admin_count, &admin_fields, 1, "even", 9 },
	{ "audit", store_audit_sorts, store_audit_list, store_audit_count, &audit_fields, 0, "even", 9 },
};

/* ---- rows: N of each, few different keys, some without any ---- */

static void
put_domains(struct shop *s, int i, const char *parity)
{
	struct domain row = { .domain = arena_printf(s->op.arena, "d%02d.%s.example", (i * 7) % N, parity),
		.transport = "virtual",
		.active = true,
		.quota = i % 3,
		.description = i % 2 ? NULL : "some words",
		.created = NOW + i / 5 };
	int64_t id = 0;

	OK(s, store_domain_add(&s->op, &row, &id));
	for (int k = 0; k < i % 4; k++) {
		OK(s, store_domain_count_mailbox(&s->op, id, 1));
		OK(s, store_domain_count_alias(&s->op, id, 2));
	}
}

static void
put_rest(struct shop *s, int i, const char *parity, int64_t domain, int64_t admin)
{
	const char *local = arena_printf(s->op.arena, "%s%02d", parity, (i * 5) % N);
	struct mailbox m = { .username = arena_printf(s->op.arena, "%s@home.example", local),
		.local_part = local,
		.password = "x",
		.name = i % 3 == 0 ? NULL
		    : i % 3 == 1   ? ""
				   : "Anna",
		.access_restriction = "ALL",
		.quota = i % 4,
		.active = i % 5 != 0,
		.created = NOW - i / 6,
		.domain_id = domain };
	struct audit a = { .action = i % 2 ? "DOMAIN_ADD" : "DOMAIN_EDIT",
		.data = arena_printf(s->op.arena, "somebody did something %s", parity),
		.timestamp = NOW,
		.admin_id = admin,
		.domain_id = domain,
		.actor = "somebody" };
	int64_t id;

	OK(s, store_mailbox_add(&s->op, &m, &id));
	OK(s, store_audit_add(&s->op, &a, &id));
	(void)put_alias(s, domain, arena_printf(s->op.arena, "to-%s@home.example", local), m.username);
	(void)put_alias(s, domain, m.username, m.username);
	(void)put_admin(s, arena_printf(s->op.arena, "%s@admins.example", local), i % 2);
}

/* Gives the domain that all but the domains are in. */
static int64_t
fill(struct shop *s, int64_t *ret_admin)
{
	int64_t home = put_domain(s, "home.example");

	*ret_admin = put_admin(s, "zz@owner.example", false);
	for (int i = 0; i < N; i++) {
		const char *parity = i % 2 ? "odd" : "even";

		put_domains(s, i, parity);
		put_rest(s, i, parity, home, *ret_admin);
	}
	return home;
}

/* ---- rows and keys, by field table ---- */

static const void *
row_at(const struct entity *e, const struct rows *rows, size_t i)
{
	return (const char *)rows->at + i * e->fields->size;
}

static int64_t
id_of(const struct entity *e, const void *row)
{
	return field_int(field_by_name(e->fields, "id"), row);
}

static struct db_value
key_of(const struct entity *e, const char *sort, const void *row)
{
	const struct field *f = field_by_name(e->fields, sort);

	assert_non_null(f);
	if (f->type == FIELD_TEXT)
		return db_text(field_text(f, row) ? field_text(f, row) : "");
	return (struct db_value){ .type = DB_INT, .i = field_int(f, row) };
}

/* < 0, 0, > 0: which of two rows comes first in the ascending list. */
static int
compare(const struct entity *e, const char *sort, const void *a, const void *b)
{
	struct db_value ka = key_of(e, sort, a), kb = key_of(e, sort, b);
	int64_t ia = id_of(e, a), ib = id_of(e, b);
	int by_key = ka.type == DB_INT ? (ka.i > kb.i) - (ka.i < kb.i) : strcmp(ka.text, kb.text);

	return by_key != 0 ? by_key : (ia > ib) - (ia < ib);
}

static void
expect_in_order(const struct entity *e, const struct store_list *l, const struct rows *rows)
{
	for (size_t i = 1; i < rows->n; i++) {
		int c = compare(e, l->sort, row_at(e, rows, i - 1), row_at(e, rows, i));

		if (l->desc != l->backwards ? c <= 0 : c >= 0)
			fail_msg("%s by %s: rows %zu and %zu are in the wrong order", e->name,
			    l->sort, i - 1, i);
	}
}

/* ---- walking ---- */

static void
next_page(const struct entity *e, struct store_list *l, const struct rows *whole, size_t at)
{
	const void *row = row_at(e, whole, at);

	l->has_key = true;
	l->key = key_of(e, l->sort, row);
	l->key_id = id_of(e, row);
}

/* From the beginning to the end: page by page the whole. */
static void
walk_forwards(struct shop *s, const struct entity *e, struct store_list l, const struct rows *whole)
{
	size_t at = 0;
	struct rows page;

	do {
		OK(s, e->list(&s->op, &l, &page));
		if (at + page.n > whole->n || (page.n < (size_t)l.limit && at + page.n != whole->n))
			fail_msg("%s by %s: %zu rows after %zu of %zu", e->name, l.sort, page.n, at,
			    whole->n);
		for (size_t i = 0; i < page.n; i++, at++)
			assert_int_equal(id_of(e, row_at(e, &page, i)), id_of(e, row_at(e, whole, at)));
		if (at > 0)
			next_page(e, &l, whole, at - 1);
	} while (page.n > 0 && at < whole->n);
	assert_int_equal(at, whole->n);
	if (whole->n == 0)
		return;
	OK(s, e->list(&s->op, &l, &page));
	assert_int_equal(page.n, 0); /* nothing behind the last */
}

/* From the last row back to the first. */
static void
walk_backwards(struct shop *s, const struct entity *e, struct store_list l, const struct rows *whole)
{
	size_t at;
	struct rows page;

	if (whole->n == 0)
		return;
	l.backwards = true;
	at = whole->n - 1;
	for (;;) {
		next_page(e, &l, whole, at);
		OK(s, e->list(&s->op, &l, &page));
		expect_in_order(e, &l, &page);
		if (page.n != MIN(at, (size_t)l.limit))
			fail_msg("%s by %s: %zu rows before row %zu", e->name, l.sort, page.n, at);
		if (page.n == 0)
			return;
		for (size_t i = 0; i < page.n; i++)
			assert_int_equal(id_of(e, row_at(e, &page, i)),
			    id_of(e, row_at(e, whole, --at)));
	}
}

/* One list in one sorting: the whole of it, then pages of 1, 2, 5 and all. Gives how many rows it has. */
static size_t
walk(struct shop *s, const struct entity *e, struct store_list l)
{
	static const int64_t sizes[] = { 1, 2, 5, WHOLE };
	int64_t total = -1;
	bool at_least = true;
	struct rows whole;

	l.limit = WHOLE;
	OK(s, e->list(&s->op, &l, &whole));
	expect_in_order(e, &l, &whole);
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		l.limit = sizes[i];
		walk_forwards(s, e, l, &whole);
		walk_backwards(s, e, l, &whole);
	}
	OK(s, e->count(&s->op, &l, &total, &at_least));
	assert_false(at_least);
	/* without a filter the total is a sum of counters, which these tests do not keep */
	if (l.q || l.active >= 0)
		assert_int_equal(total, whole.n);
	return whole.n;
}

/* In every sorting and both directions the list has that many rows. */
static void
walk_all(struct shop *s, const struct entity *e, struct store_list l, size_t want)
{
	for (const char *const *sort = e->sorts; *sort; sort++)
		for (int desc = 0; desc < 2; desc++) {
			size_t n;

			l.sort = *sort;
			l.desc = desc;
			n = walk(s, e, l);
			if (n != want)
				fail_msg("%s by %s: %zu rows, not %zu", e->name, *sort, n, want);
		}
}

static void
test_pages(void **state)
{
	struct shop *s = *state;
	int64_t admin;

	(void)fill(s, &admin);
	for (size_t i = 0; i < ARRAY_LEN(entities); i++)
		walk_all(s, &entities[i], (struct store_list){ .active = -1 }, N + entities[i].more);
	walk_all(s, &entities[2], (struct store_list){ .active = -1, .self = true }, (size_t)2 * N);
}

static void
test_pages_of_search(void **state)
{
	struct shop *s = *state;
	int64_t admin, home = fill(s, &admin);

	for (size_t i = 0; i < ARRAY_LEN(entities); i++) {
		walk_all(s, &entities[i],
		    (struct store_list){ .active = -1, .q = entities[i].search }, entities[i].found);
		walk_all(s, &entities[i], (struct store_list){ .active = -1, .q = "ev" },
		    entities[i].fields == &alias_fields ? 9 : entities[i].found);
		walk_all(s, &entities[i],
		    (struct store_list){ .active = -1, .q = "not to be found" }, 0);
	}
	/* the rows of one domain are gone through another way */
	walk_all(s, &entities[1],
	    (struct store_list){ .active = -1, .q = "even", .domain_id = home }, 9);
	walk_all(s, &entities[2],
	    (struct store_list){ .active = -1, .q = "even", .domain_id = home }, 9);
	walk_all(s, &entities[4],
	    (struct store_list){ .active = -1, .q = "even", .domain_id = home }, 9);
}

static void
test_pages_of_filters(void **state)
{
	struct shop *s = *state;
	int64_t admin, home = fill(s, &admin);

	walk_all(s, &entities[1], (struct store_list){ .active = 0 }, 4);
	walk_all(s, &entities[1], (struct store_list){ .active = 1, .q = "even" }, 7);
	walk_all(s, &entities[1], (struct store_list){ .active = 1, .domain_id = home }, N - 4);
	walk_all(s, &entities[1], (struct store_list){ .active = -1, .domain_id = home + 1 }, 0);
	walk_all(s, &entities[4], (struct store_list){ .active = -1, .action = "DOMAIN_EDIT" }, 9);
	walk_all(s, &entities[4],
	    (struct store_list){ .active = -1, .actor = "somebody", .action = "DOMAIN_ADD" }, 8);
	walk_all(s, &entities[4], (struct store_list){ .active = -1, .actor = "nobody" }, 0);
}

/* What an administrator without the domains sees, page by page: nothing, until a domain is assigned. */
static void
test_pages_of_scope(void **state)
{
	struct shop *s = *state;
	int64_t admin, home = fill(s, &admin);

	for (size_t i = 0; i < ARRAY_LEN(entities); i++)
		if (entities[i].fields != &admin_fields)
			walk_all(s, &entities[i],
			    (struct store_list){ .active = -1, .scope = admin }, 0);
	OK(s, store_domain_assign(&s->op, home, admin));
	for (size_t i = 0; i < ARRAY_LEN(entities); i++) {
		bool domains = entities[i].fields == &domain_fields;

		if (entities[i].fields == &admin_fields)
			continue;
		walk_all(s, &entities[i], (struct store_list){ .active = -1, .scope = admin },
		    domains ? 1 : N);
		walk_all(s, &entities[i],
		    (struct store_list){ .active = -1, .scope = admin, .q = "even" }, domains ? 0 : 9);
		walk_all(s, &entities[i],
		    (struct store_list){ .active = -1, .scope = admin, .domain_id = home },
		    domains ? 1 : N);
		walk_all(s, &entities[i],
		    (struct store_list){ .active = -1, .scope = admin, .domain_id = home + 1 }, 0);
		walk_all(s, &entities[i], (struct store_list){ .active = -1, .scope = -1 }, 0);
	}
	walk_all(s, &entities[3], (struct store_list){ .active = -1, .domain_id = home }, 1);
	walk_all(s, &entities[3],
	    (struct store_list){ .active = -1, .domain_id = home, .q = "owner" }, 1);
}

/* A row that goes between two pages takes no other with it, one that comes is not met twice. */
static void
test_changes_between_pages(void **state)
{
	struct shop *s = *state;
	struct store_list l = { .active = -1, .sort = "username", .limit = 2 };
	int64_t home = put_domain(s, "home.example");
	const struct mailbox *at;
	struct rows rows;

	for (const char *c = "bcdef"; *c; c++)
		(void)put_mailbox(s, home, arena_strndup(s->op.arena, c, 1), NULL);
	OK(s, store_mailbox_list(&s->op, &l, &rows));
	at = rows.at;
	l.has_key = true;
	l.key = db_text(at[1].username);
	l.key_id = at[1].id;
	OK(s, store_mailbox_delete(&s->op, at[1].id)); /* the key itself */
	(void)put_mailbox(s, home, "a", NULL);
	OK(s, store_mailbox_list(&s->op, &l, &rows));
	at = rows.at;
	assert_int_equal(rows.n, 2);
	assert_string_equal(at[0].username, "d@home.example");
	assert_string_equal(at[1].username, "e@home.example");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_pages, shop_setup, shop_teardown),
		cmocka_unit_test_setup_teardown(test_pages_of_search, shop_setup, shop_teardown),
		cmocka_unit_test_setup_teardown(test_pages_of_filters, shop_setup, shop_teardown),
		cmocka_unit_test_setup_teardown(test_pages_of_scope, shop_setup, shop_teardown),
		cmocka_unit_test_setup_teardown(test_changes_between_pages, shop_setup, shop_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
