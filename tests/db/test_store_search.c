/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Searching: whatever is typed is looked for letter by letter, though %, _ and ! mean something to LIKE, and quotes, stars and words like OR to a
 * full-text index; and it makes no difference by which of its ways a search runs: few hits, thousands, two letters, one domain.
 */
#include "base/base.h"

#include "store_fixture.h"

#include "model/audit.h"
#include "store/admin.h"
#include "store/alias.h"
#include "store/audit.h"
#include "store/domain.h"
#include "store/mailbox.h"

/* What is looked for, and a text that only a pattern would take for it. */
static const struct {
	const char *text, *decoy;
} texts[] = {
	{ "50%off", "50 is off" },
	{ "a_b_c", "axbxc" },
	{ "wow!%x", "wow%x" },
	{ "wow!!x", "wow!x" },
	{ "o'brien", "obrien" },
	{ "say \"hi\" x", "say hi x" },
	{ "\"\"\"", "\"\"" },
	{ "back\\slash", "backslash" },
	{ "naïve", "nave" },
	{ "日本語", "日本国" },
	{ "a*b?c", "axxbxc" },
	{ "x OR y", "x y" },
	{ "x AND NOT y", "x" },
	{ "NEAR(a b)", "a b" },
	{ "name: x", "name x" },
	{ "^start", "start" },
	{ "(a+b)", "a+b" },
	{ "-minus-", "minus" },
	{ ";--x", "x" },
	{ "100% sure", "100x sure" },
	{ "person 1999", "person and 1999" },
	{ "  two  spaces", "two spaces" },
	{ "%%%", "abc" },
	{ "___", "abc" },
};

struct place {
	const char *name;
	void (*put)(struct shop *s, int64_t domain, int i, const char *text);
	enum rc (*list)(struct op *, const struct store_list *, struct rows *);
	enum rc (*count)(struct op *, const struct store_list *, int64_t *, bool *);
	const char *sort;
};

static void
put_in_domain(struct shop *s, int64_t domain, int i, const char *text)
{
	struct domain row = { .domain = arena_printf(s->op.arena, "n%04d.example", i),
		.transport = "virtual",
		.description = text,
		.created = NOW };

	(void)domain;
	OK(s, store_domain_add(&s->op, &row, &domain));
}

static void
put_in_mailbox(struct shop *s, int64_t domain, int i, const char *text)
{
	(void)put_mailbox(s, domain, arena_printf(s->op.arena, "n%04d", i), text);
}

/* Other programs' lists hold what they like. */
static void
put_in_alias(struct shop *s, int64_t domain, int i, const char *text)
{
	(void)put_alias(s, domain, arena_printf(s->op.arena, "n%04d@home.test", i), text);
}

static void
put_in_admin(struct shop *s, int64_t domain, int i, const char *text)
{
	(void)domain;
	(void)put_admin(s, arena_printf(s->op.arena, "n%04d %s", i, text), false);
}

static void
put_in_log(struct shop *s, int64_t domain, int i, const char *text)
{
	struct audit row = { .action = "X",
		.data = i % 2 ? text : "nothing",
		.object = i % 2 ? NULL : text,
		.timestamp = NOW,
		.domain_id = domain };
	int64_t id;

	OK(s, store_audit_add(&s->op, &row, &id));
}

static const struct place places[] = {
	{ "domain", put_in_domain, store_domain_list, store_domain_count, "domain" },
	{ "mailbox", put_in_mailbox, store_mailbox_list, store_mailbox_count, "username" },
	{ "alias", put_in_alias, store_alias_list, store_alias_count, "address" },
	{ "admin", put_in_admin, store_admin_list, store_admin_count, "username" },
	{ "audit", put_in_log, store_audit_list, store_audit_count, "id" },
};

/* How many rows are found, as listed and as counted. */
static size_t
found(struct shop *s, const struct place *p, struct store_list l)
{
	bool at_least = true;
	int64_t total = -1;
	struct rows rows;

	l.active = -1;
	l.sort = p->sort;
	l.limit = 100;
	OK(s, p->list(&s->op, &l, &rows));
	OK(s, p->count(&s->op, &l, &total, &at_least));
	if (at_least || total != (int64_t)rows.n)
		fail_msg("%s: %zu rows with %s, but %d were counted", p->name, rows.n, l.q, (int)total);
	return rows.n;
}

static void
expect_found(struct shop *s, const struct place *p, struct store_list l, size_t want)
{
	size_t n = found(s, p, l);

	if (n != want)
		fail_msg("%s: %zu rows with %s, not %zu", p->name, n, l.q, want);
}

static void
test_letter_by_letter(void **state)
{
	struct shop *s = *state;
	int64_t home = put_domain(s, "home.test");

	for (size_t k = 0; k < ARRAY_LEN(places); k++) {
		int i = 0;

		for (size_t t = 0; t < ARRAY_LEN(texts); t++) {
			places[k].put(s, home, i++,
			    arena_printf(s->op.arena, "one %s end", texts[t].text));
			places[k].put(s, home, i++,
			    arena_printf(s->op.arena, "one %s end", texts[t].decoy));
		}
	}
	for (size_t k = 0; k < ARRAY_LEN(places); k++)
		for (size_t t = 0; t < ARRAY_LEN(texts); t++) {
			struct store_list l = { .q = texts[t].text };

			expect_found(s, &places[k], l, 1);
			l.domain_id = home;
			if (k == 1 || k == 2 || k == 4)
				expect_found(s, &places[k], l, 1);
		}
}

/* Letters of ASCII are the same in both cases, everywhere. */
static void
test_case(void **state)
{
	struct shop *s = *state;
	int64_t home = put_domain(s, "home.test");

	for (size_t k = 0; k < ARRAY_LEN(places); k++) {
		/* administrators' names are lower-case when they come in */
		places[k].put(s, home, 1, places[k].put == put_in_admin ? "hello world" : "Hello World");
		expect_found(s, &places[k], (struct store_list){ .q = "hello w" }, 1);
		expect_found(s, &places[k], (struct store_list){ .q = "O WORLD" }, 1);
		expect_found(s, &places[k], (struct store_list){ .q = "helloworld" }, 0);
	}
	expect_found(s, &places[0], (struct store_list){ .q = "HOME.T" }, 1);
	expect_found(s, &places[1], (struct store_list){ .q = "N0001@HOME" }, 1);
	expect_found(s, &places[1], (struct store_list){ .q = "N0001@HOME", .domain_id = home }, 1);
	expect_found(s, &places[2], (struct store_list){ .q = "N0001@HOME" }, 1);
}

/* Too short for trigrams: letters count, not bytes. */
static void
test_short(void **state)
{
	struct shop *s = *state;
	int64_t home = put_domain(s, "home.test");
	const struct place *mailbox = &places[1], *alias = &places[2];

	(void)put_mailbox(s, home, "zoe", "Żółw");
	(void)put_mailbox(s, home, "ozzy", NULL);
	(void)put_alias(s, home, "é1@home.test", "x@home.test");
	expect_found(s, mailbox, (struct store_list){ .q = "z" }, 1); /* addresses that begin so */
	expect_found(s, mailbox, (struct store_list){ .q = "ZO" }, 1);
	expect_found(s, mailbox, (struct store_list){ .q = "z", .domain_id = home }, 2); /* any part */
	expect_found(s, mailbox, (struct store_list){ .q = "ół", .domain_id = home }, 1);
	expect_found(s, mailbox, (struct store_list){ .q = "żó" }, 0);
	expect_found(s, mailbox, (struct store_list){ .q = "ółw" }, 1);
	expect_found(s, mailbox, (struct store_list){ .q = "%" }, 0);
	expect_found(s, mailbox, (struct store_list){ .q = "_", .domain_id = home }, 0);
	expect_found(s, alias, (struct store_list){ .q = "é1" }, 1);
	expect_found(s, alias, (struct store_list){ .q = "é1", .domain_id = home }, 1);
	expect_found(s, alias, (struct store_list){ .q = "%" }, 0);
	expect_found(s, alias, (struct store_list){ .q = "x@" }, 1);
}

/* More hits than the count goes: another plan, the same rows in the same order, and letters stay letters. */
static void
test_dense(void **state)
{
	struct shop *s = *state;
	int64_t home = put_domain(s, "home.test"), total = -1;

	for (size_t k = 1; k <= 2; k++) {
		struct store_list l = { .active = -1, .sort = places[k].sort, .limit = 50, .q = "50%_off!" };
		bool at_least = false;
		struct rows first, rows;

		for (int i = 0; i < STORE_RARE_MAX + 100; i++)
			places[k].put(s, home, i, i % 50 == 7 ? "50 %_off! not" : "50%_off! yes");
		OK(s, places[k].list(&s->op, &l, &first));
		assert_int_equal(first.n, 50);
		OK(s, places[k].count(&s->op, &l, &total, &at_least));
		assert_true(at_least);
		assert_int_equal(total, STORE_COUNT_MAX);
		/* the seventh does not match, the fifty-first row is number 51 */
		if (k == 1)
			for (int i = 0; i < 50; i++)
				assert_string_equal(((const struct mailbox *)first.at)[i].local_part,
				    arena_printf(s->op.arena, "n%04d", i < 7 ? i : i + 1));
		l.domain_id = home;
		OK(s, places[k].list(&s->op, &l, &rows));
		assert_int_equal(rows.n, 50);
		l.q = "50 %_off!";
		OK(s, places[k].list(&s->op, &l, &rows));
		assert_int_equal(rows.n, 42);
		OK(s, places[k].count(&s->op, &l, &total, &at_least));
		assert_int_equal(total, 42);
		assert_false(at_least);
	}
}

static const char *
address_at(const struct rows *rows, size_t k, size_t i)
{
	return k == 1 ? ((const struct mailbox *)rows->at)[i].username
		      : ((const struct alias *)rows->at)[i].address;
}

#define FAR_ROWS \
	(STORE_RARE_MAX + 400) /* from the 200th on, up to 150 before the end, each matches */

static int64_t
id_at(const struct rows *rows, size_t k, size_t i)
{
	return k == 1 ? ((const struct mailbox *)rows->at)[i].id
		      : ((const struct alias *)rows->at)[i].id;
}

/* The first page and the one after it, as `l` says. */
static void
expect_far_pages(struct shop *s, size_t k, struct store_list l)
{
	struct rows rows;

	OK(s, places[k].list(&s->op, &l, &rows));
	assert_int_equal(rows.n, 50);
	for (int i = 0; i < 50; i++)
		assert_string_equal(address_at(&rows, k, (size_t)i),
		    arena_printf(s->op.arena, "n%04d@home.test", l.desc ? FAR_ROWS - 151 - i : 200 + i));
	l.has_key = true;
	l.key = db_text(address_at(&rows, k, 49));
	l.key_id = id_at(&rows, k, 49);
	OK(s, places[k].list(&s->op, &l, &rows));
	assert_int_equal(rows.n, 50);
	assert_string_equal(address_at(&rows, k, 0),
	    arena_printf(s->op.arena, "n%04d@home.test", l.desc ? FAR_ROWS - 201 : 250));
}

/* Those that match sit together, far from where the walk begins: it is given up, and what comes is the same page in the same order, both ways. */
static void
test_far_away(void **state)
{
	struct shop *s = *state;
	int64_t home = put_domain(s, "home.test");

	for (size_t k = 1; k <= 2; k++) {
		struct store_list l = {
			.active = -1, .sort = places[k].sort, .limit = 50, .q = "here!", .walk = 100
		};

		for (int i = 0; i < FAR_ROWS; i++)
			places[k].put(s, home, i,
			    i >= 200 && i < FAR_ROWS - 150 ? "it is here!" : "elsewhere");
		for (int desc = 0; desc < 2; desc++) {
			l.desc = desc;
			l.domain_id = 0;
			expect_far_pages(s, k, l);
			l.domain_id = home;
			l.domain_rows = STORE_NARROW_MAX + 1;
			expect_far_pages(s, k, l);
		}
	}
}

/* Who has some domains finds what is in those, whether they are few (each row is looked at) or many, and however much others have. */
static void
test_scope(void **state)
{
	struct shop *s = *state;
	int64_t home = put_domain(s, "home.test"), away = put_domain(s, "away.test"),
		admin = put_admin(s, "someone@home.test", false);

	OK(s, store_domain_assign(&s->op, home, admin));
	for (int i = 0; i < STORE_RARE_MAX + 100; i++)
		(void)put_mailbox(s, away, arena_printf(s->op.arena, "n%04d", i), "Common Word");
	for (int i = 0; i < 30; i++) {
		put_in_mailbox(s, home, i, i % 3 ? "Common Word" : "another");
		put_in_alias(s, home, i, "common@else.test");
	}
	for (int wide = 0; wide < 2; wide++) {
		expect_found(s, &places[1], (struct store_list){ .q = "common w", .scope = admin }, 20);
		expect_found(s, &places[1],
		    (struct store_list){ .q = "common w", .scope = admin, .domain_id = home }, 20);
		expect_found(s, &places[1],
		    (struct store_list){ .q = "common w", .scope = admin, .domain_id = away }, 0);
		expect_found(s, &places[1],
		    (struct store_list){ .q = "common w",
			.domain_id = home,
			.domain_rows = wide * (STORE_NARROW_MAX + 1) },
		    20);
		expect_found(s, &places[2],
		    (struct store_list){
			.q = "common", .domain_id = home, .domain_rows = wide * (STORE_NARROW_MAX + 1) },
		    30);
		expect_found(s, &places[1], (struct store_list){ .q = "n0", .scope = admin }, 30);
		expect_found(s, &places[2], (struct store_list){ .q = "common", .scope = admin }, 30);
		expect_found(s, &places[2],
		    (struct store_list){ .q = "common", .scope = admin, .self = true }, 30);
		/* what a domain is said to hold decides the way, not the answer */
		OK(s, store_domain_count_mailbox(&s->op, home, STORE_NARROW_MAX));
		OK(s, store_domain_count_alias(&s->op, home, STORE_NARROW_MAX));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_letter_by_letter, shop_setup, shop_teardown),
		cmocka_unit_test_setup_teardown(test_case, shop_setup, shop_teardown),
		cmocka_unit_test_setup_teardown(test_short, shop_setup, shop_teardown),
		cmocka_unit_test_setup_teardown(test_dense, shop_setup, shop_teardown),
		cmocka_unit_test_setup_teardown(test_far_away, shop_setup, shop_teardown),
		cmocka_unit_test_setup_teardown(test_scope, shop_setup, shop_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
