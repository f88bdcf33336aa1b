/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a search goes on PostgreSQL, on a table large enough that its statistics say what is common: by what they know and in how few statements, and
 * that the answer is the same where they know nothing any more.
 */
#include "base/base.h"

#include "peek.h"
#include "store_fixture.h"

#include "store/mailbox.h"
#include "store/words.h"

#define ROWS 30000

/* Two of three are called Common, from the 900th on; each has a number of its own. */
static void
fill(void)
{
	peek_empty(getenv("TEST_DATABASE"));
	peek_exec(getenv("TEST_DATABASE"),
	    "INSERT INTO domain (domain, description, created) VALUES ('one.example', '', "
	    "'2026-01-01');"
	    "INSERT INTO mailbox (username, password, name, quota, local_part, active, created, "
	    "delete_pending, Domain_id)"
	    " SELECT 'u' || lpad(i::text, 5, '0') || '@one.example', '', CASE WHEN i >= 900 AND i "
	    "% 3 > 0 "
	    "THEN 'Common Person ' ELSE 'Another Person ' END || i, i, 'u' || i, 1, '2026-01-01', "
	    "0,"
	    " (SELECT max(id) FROM domain) FROM generate_series(0, 29999) i");
	peek_exec(getenv("TEST_DATABASE"), "VACUUM mailbox");
	peek_exec(getenv("TEST_DATABASE"), "ANALYZE mailbox");
}

struct answer {
	struct rows rows;
	int64_t total;
	bool at_least;
	unsigned statements;
};

static struct answer
ask(struct shop *s, const char *q, struct store_list l)
{
	struct store_search search = { 0 };
	struct answer a;
	unsigned before = s->op.statements;

	l.search = &search;
	l.q = q;
	l.active = -1;
	l.sort = "username";
	l.limit = 50;
	OK(s, store_mailbox_list(&s->op, &l, &a.rows));
	OK(s, store_mailbox_count(&s->op, &l, &a.total, &a.at_least));
	a.statements = s->op.statements - before;
	return a;
}

static void
expect_first(const struct answer *a, const char *username, size_t n)
{
	const struct mailbox *row = a->rows.at;

	assert_int_equal(a->rows.n, n);
	assert_string_equal(row[0].username, username);
	for (size_t i = 1; i < n; i++)
		assert_true(strcmp(row[i - 1].username, row[i].username) != 0);
}

/* Guess, walk, page. The page after it begins where this one ended, whichever way it is found. */
static void
test_common(void **state)
{
	struct shop *s = *state;
	struct answer a;
	struct mailbox last;

	fill();
	a = ask(s, "COMMON", (struct store_list){ 0 });
	expect_first(&a, "u00901@one.example", 50);
	assert_true(a.at_least);
	assert_int_equal(a.total, STORE_COUNT_MAX);
	assert_int_equal(a.statements, 3);
	last = ((const struct mailbox *)a.rows.at)[49];
	assert_string_equal(last.username, "u00974@one.example");
	a = ask(s, "COMMON",
	    (struct store_list){ .has_key = true, .key = db_text(last.username), .key_id = last.id });
	expect_first(&a, "u00976@one.example", 50);
	a = ask(s, "common", (struct store_list){ .desc = true });
	expect_first(&a, "u29999@one.example", 50);
	assert_true(a.at_least);
	a = ask(s, "common", (struct store_list){ .domain_id = last.domain_id, .domain_rows = ROWS });
	expect_first(&a, "u00901@one.example", 50);
}

/* Of two words the index is asked for the one that few rows have: guess, ids, page. */
static void
test_rare(void **state)
{
	struct shop *s = *state;
	struct answer a;

	fill();
	a = ask(s, "person 1234", (struct store_list){ 0 });
	expect_first(&a, "u01234@one.example", 11);
	assert_false(a.at_least);
	assert_int_equal(a.total, 11);
	assert_int_equal(a.statements, 3);
	a = ask(s, "u01234", (struct store_list){ 0 });
	expect_first(&a, "u01234@one.example", 1);
	assert_int_equal(a.statements, 3);
	a = ask(s, "common common", (struct store_list){ 0 });
	assert_int_equal(a.total, 0);
}

/* All but a few are gone since statistics were made, or sit beyond what a walk looks at: nothing is missed. */
static void
test_stale(void **state)
{
	struct shop *s = *state;
	struct answer a;

	fill();
	peek_exec(getenv("TEST_DATABASE"), "DELETE FROM mailbox WHERE quota BETWEEN 1000 AND 29900");
	a = ask(s, "common", (struct store_list){ 0 });
	expect_first(&a, "u00901@one.example", 50);
	assert_false(a.at_least);
	assert_int_equal(a.total, 66 + 66);
}

/* The longest that fit the columns, of letters that no index entry is packed by. */
static void
test_longest(void **state)
{
	struct shop *s = *state;
	int64_t home = put_domain(s, "long.example"), id;
	struct mailbox row = {
		.domain_id = home, .active = true, .created = NOW, .password = "", .access_restriction = "ALL"
	};
	char name[255 * 4 + 1], local[243];
	struct answer a;

	for (unsigned i = 0; i < 255; i++)
		(void)snprintf(name + (size_t)4 * i, 5, "\xf0%c%c%c", (char)(0x90 + i * 7 % 40),
		    (char)(0x80 + i * 29 % 64), (char)(0x80 + i * 37 % 64));
	for (size_t i = 0; i < sizeof(local) - 1; i++)
		local[i] = (char)('a' + i * i * 7 % 26);
	local[sizeof(local) - 1] = '\0';
	row.name = name;
	row.local_part = local;
	row.username = arena_printf(s->op.arena, "%s@long.example", local);
	OK(s, store_mailbox_add(&s->op, &row, &id));
	a = ask(s, name, (struct store_list){ 0 });
	assert_int_equal(a.rows.n, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_common, shop_setup, shop_teardown),
		cmocka_unit_test_setup_teardown(test_rare, shop_setup, shop_teardown),
		cmocka_unit_test_setup_teardown(test_stale, shop_setup, shop_teardown),
		cmocka_unit_test_setup_teardown(test_longest, shop_setup, shop_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
