/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lists: each entity, each sorting, both ways, over equal keys; scope, domain, active; searches that are rare, dense, short, and full of what means
 * something to LIKE or to a full-text index.
 */
#include "base/base.h"

#include "store_fixture.h"

#include "store/admin.h"
#include "store/alias.h"
#include "store/domain.h"
#include "store/mailbox.h"

#define N 23

struct seller {
	const char *name;
	const char *const *sorts;
	enum rc (*list)(struct op *, const struct store_list *, struct rows *);
	enum rc (*count)(struct op *, const struct store_list *, int64_t *, bool *);
	const struct fields *fields;
};

static const struct seller sellers[] = {
	{ "domain", store_domain_sorts, store_domain_list, store_domain_count, &domain_fields },
	{ "mailbox", store_mailbox_sorts, store_mailbox_list, store_mailbox_count, &mailbox_fields },
	{ "alias", store_alias_sorts, store_alias_list, store_alias_count, &alias_fields },
	{ "admin", store_admin_sorts, store_admin_list, store_admin_count, &admin_fields },
};

/* N rows of each kind; names repeat, so that sortings by them have equal keys. */
static int64_t
fill(struct shop *s)
{
	int64_t home = put_domain(s, "home.example");

	for (int i = 0; i < N; i++) {
		struct arena *a = s->op.arena;

		if (i > 0)
			put_domain(s, arena_printf(a, "d%02d.example", i));
		put_mailbox(s, home, arena_printf(a, "u%02d", i),
		    i % 3 ? arena_printf(a, "Name %d", i % 4) : NULL);
		put_alias(s, home, arena_printf(a, "a%02d@home.example", i), "u00@home.example");
		put_admin(s, arena_printf(a, "admin%02d@home.example", i), i % 2);
	}
	return home;
}

static const void *
row_at(const struct seller *e, const struct rows *rows, size_t i)
{
	return (const char *)rows->at + i * e->fields->size;
}

static int64_t
id_of(const struct seller *e, const void *row)
{
	return field_int(field_by_name(e->fields, "id"), row);
}

/* The key of a row under a sorting, as a list statement wants it. */
static struct db_value
key_of(const struct seller *e, const char *sort, const void *row)
{
	const struct field *f = field_by_name(e->fields, sort);

	assert_non_null(f);
	if (f->type == FIELD_TEXT)
		return db_text(field_text(f, row) ? field_text(f, row) : "");
	return (struct db_value){ .type = DB_INT, .i = field_int(f, row) };
}

/* Ticks off the rows of a page; none may come twice. */
static void
tick(const struct seller *e, const char *sort, const struct rows *rows, bool seen[1000])
{
	for (size_t i = 0; i < rows->n; i++) {
		int64_t id = id_of(e, row_at(e, rows, i));

		if (id < 0 || id >= 1000 || seen[id])
			fail_msg("%s by %s: row %d twice", e->name, sort, (int)id);
		seen[id] = true;
	}
}

/* All pages of 5 in turn: every row once. */
static void
walk(struct shop *s, const struct seller *e, const char *sort, bool desc)
{
	struct store_list list = { .active = -1, .sort = sort, .desc = desc, .limit = 5 };
	bool seen[1000] = { false };
	size_t n = 0;
	struct rows rows;

	do {
		OK(s, e->list(&s->op, &list, &rows));
		tick(e, sort, &rows, seen);
		n += rows.n;
		if (rows.n > 0) {
			const void *last = row_at(e, &rows, rows.n - 1);

			list.has_key = true;
			list.key = key_of(e, sort, last);
			list.key_id = id_of(e, last);
		}
	} while (rows.n == 5);
	if (n != N)
		fail_msg("%s by %s%s: %zu rows instead of %d", e->name, sort,
		    desc ? " descending" : "", n, N);
}

static void
test_every_sorting(void **state)
{
	struct shop *s = *state;

	fill(s);
	for (size_t i = 0; i < ARRAY_LEN(sellers); i++)
		for (const char *const *sort = sellers[i].sorts; *sort; sort++) {
			walk(s, &sellers[i], *sort, false);
			walk(s, &sellers[i], *sort, true);
		}
}

/* The page before a row is what came before it, nearest first. */
static void
test_backwards(void **state)
{
	struct shop *s = *state;
	struct store_list list = {
		.active = -1, .sort = "username", .limit = 3, .has_key = true, .backwards = true
	};
	struct mailbox m;
	struct rows rows;

	fill(s);
	OK(s, store_mailbox_find(&s->op, "u05@home.example", &m));
	list.key = db_text(m.username);
	list.key_id = m.id;
	OK(s, store_mailbox_list(&s->op, &list, &rows));
	assert_int_equal(rows.n, 3);
	assert_string_equal(((struct mailbox *)rows.at)[0].username, "u04@home.example");
	assert_string_equal(((struct mailbox *)rows.at)[2].username, "u02@home.example");
}

static void
test_scope(void **state)
{
	struct shop *s = *state;
	int64_t home = fill(s), admin = put_admin(s, "owner@home.example", false), total = -1;
	bool at_least;

	for (size_t i = 0; i < 3; i++) {
		struct store_list list = {
			.scope = admin, .active = -1, .sort = sellers[i].sorts[0], .limit = 50
		};
		struct rows rows;

		OK(s, sellers[i].list(&s->op, &list, &rows));
		assert_int_equal(rows.n, 0);
	}
	OK(s, store_domain_assign(&s->op, home, admin));
	for (size_t i = 0; i < 3; i++) {
		struct store_list list = {
			.scope = admin, .active = -1, .sort = sellers[i].sorts[0], .limit = 50
		};
		struct rows rows;

		OK(s, sellers[i].list(&s->op, &list, &rows));
		assert_int_equal(rows.n, i == 0 ? 1 : N);
		list.domain_id = home + 1;
		if (i > 0) {
			OK(s, sellers[i].list(&s->op, &list, &rows));
			assert_int_equal(rows.n, 0);
			OK(s, sellers[i].count(&s->op, &list, &total, &at_least));
			assert_int_equal(total, 0);
		}
	}
}

static void
test_active(void **state)
{
	struct shop *s = *state;
	struct store_list list = { .active = 0, .sort = "username", .limit = 50 };
	struct mailbox m;
	struct rows rows;

	fill(s);
	OK(s, store_mailbox_find(&s->op, "u05@home.example", &m));
	m.active = false;
	OK(s, store_mailbox_put(&s->op, &m));
	OK(s, store_mailbox_list(&s->op, &list, &rows));
	assert_int_equal(rows.n, 1);
	assert_int_equal(((struct mailbox *)rows.at)[0].id, m.id);
	list.active = 1;
	OK(s, store_mailbox_list(&s->op, &list, &rows));
	assert_int_equal(rows.n, N - 1);
}

static size_t
found(struct shop *s, const struct seller *e, const char *q)
{
	struct store_list list = { .active = -1, .sort = e->sorts[0], .limit = 50, .q = q };
	int64_t total = -1;
	struct rows rows;
	bool at_least;

	OK(s, e->list(&s->op, &list, &rows));
	OK(s, e->count(&s->op, &list, &total, &at_least));
	if ((size_t)total != rows.n || at_least)
		fail_msg("%s: %zu rows for %s, counted %d", e->name, rows.n, q, (int)total);
	return rows.n;
}

static void
test_search(void **state)
{
	struct shop *s = *state;
	int64_t home = fill(s);

	put_mailbox(s, home, "o'brien+x", "100% \"Ünï_code\"!");
	put_alias(s, home, "list@home.example", "someone@far.example,u01@home.example");
	assert_int_equal(found(s, &sellers[1], "u0"), 10);
	assert_int_equal(found(s, &sellers[1], "05@ho"), 1);
	assert_int_equal(found(s, &sellers[1], "home.example"), N + 1);
	assert_int_equal(found(s, &sellers[1], "HOME.Example"), N + 1);
	assert_int_equal(found(s, &sellers[1], "o'brien"), 1);
	assert_int_equal(found(s, &sellers[1], "100%"), 1);
	assert_int_equal(found(s, &sellers[1], "_code"), 1);
	assert_int_equal(found(s, &sellers[1], "\"Ünï"), 1);
	assert_int_equal(found(s, &sellers[1], "code\"!"), 1);
	assert_int_equal(found(s, &sellers[1], "%%%"), 0);
	assert_int_equal(found(s, &sellers[1], "___"), 0);
	assert_int_equal(found(s, &sellers[1], "a OR b"), 0);
	assert_int_equal(found(s, &sellers[1], "nobody"), 0);
	assert_int_equal(found(s, &sellers[2], "far.example"), 1);
	assert_int_equal(found(s, &sellers[2], "a05@"), 1);
	assert_int_equal(found(s, &sellers[0], "d05"), 1);
	assert_int_equal(found(s, &sellers[3], "admin05"), 1);
}

/* What the PHP program or an operator's SQL writes is found as well: indexes follow the tables, not our code. */
static void
test_search_follows_changes(void **state)
{
	struct shop *s = *state;
	int64_t home = put_domain(s, "home.example"), id = put_mailbox(s, home, "anna", "Before");
	struct mailbox m;

	assert_int_equal(found(s, &sellers[1], "efor"), 1);
	OK(s, store_mailbox_get(&s->op, id, &m));
	m.name = "Behind";
	OK(s, store_mailbox_put(&s->op, &m));
	assert_int_equal(found(s, &sellers[1], "efor"), 0);
	assert_int_equal(found(s, &sellers[1], "ehin"), 1);
	OK(s, store_mailbox_delete(&s->op, id));
	assert_int_equal(found(s, &sellers[1], "ehin"), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, shop_setup, shop_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_every_sorting),
		T(test_backwards),
		T(test_scope),
		T(test_active),
		T(test_search),
		T(test_search_follows_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
