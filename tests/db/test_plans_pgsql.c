/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How PostgreSQL runs lists and searches, on a table large enough that it matters: a page's rows are chosen along an index before the rest is joined to
 * them; a search goes by what statistics know, in few statements, and its answer is the same where they know nothing any more.
 */
#include "base/base.h"

#include <jansson.h>

#include "peek.h"
#include "store_fixture.h"

#include "base/str.h"
#include "store/mailbox.h"
#include "store/mailbox_sql.h"
#include "store/words.h"

#define ROWS 30000

/* Two of three are called Common, from the 900th on; each has a number of its own. */
static void
fill_rows(void)
{
	peek_exec(getenv("TEST_DATABASE"),
	    "INSERT INTO mailbox (username, password, name, quota, local_part, active, created, "
	    "delete_pending, Domain_id)"
	    " SELECT 'u' || lpad(i::text, 5, '0') || '@one.example', '', CASE WHEN i >= 900 AND i "
	    "% 3 > 0 "
	    "THEN 'Common Person ' ELSE 'Another Person ' END || i, i, 'u' || i, 1, '2026-01-01', "
	    "0,"
	    " (SELECT max(id) FROM domain) FROM generate_series(0, 29999) i");
}

static void
fill(void)
{
	peek_empty(getenv("TEST_DATABASE"));
	peek_exec(getenv("TEST_DATABASE"), "INSERT INTO domain (domain, description, created) VALUES ('one.example', '', '2026-01-01')");
	fill_rows();
	peek_exec(getenv("TEST_DATABASE"), "VACUUM (ANALYZE) mailbox");
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

/* VACUUM came upon nothing but dead rows, or those of an open import: the planner takes the table for empty, and makes no page anew for each row of it. */
static void
test_taken_for_empty(void **state)
{
	struct shop *s = *state;
	struct store_list all = { .active = -1, .sort = "username", .limit = 50 };
	struct rows rows;
	struct answer a;

	fill();
	peek_exec(getenv("TEST_DATABASE"), "DELETE FROM mailbox");
	peek_exec(getenv("TEST_DATABASE"), "VACUUM (TRUNCATE OFF, ANALYZE) mailbox");
	fill_rows();
	a = ask(s, "common", (struct store_list){ 0 });
	expect_first(&a, "u00901@one.example", 50);
	OK(s, store_mailbox_list(&s->op, &all, &rows));
	assert_int_equal(rows.n, 50);
	all.q = "common";
	all.domain_id = ((const struct mailbox *)rows.at)->domain_id;
	OK(s, store_mailbox_list(&s->op, &all, &rows));
	assert_int_equal(rows.n, 50);
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

/* What a page of the middle of a list is asked for with. */
static const char *
value_of(const char *param)
{
	static const struct {
		const char *param, *value;
	} values[] = { { "active", "-1" }, { "domain_id", "(SELECT max(id) FROM domain)" },
		{ "scope", "1" }, { "key_id", "1000" }, { "limit", "51" } };

	for (size_t i = 0; i < ARRAY_LEN(values); i++)
		if (strcmp(values[i].param, param) == 0)
			return values[i].value;
	return NULL;
}

static char *
plan_of(struct shop *s, const struct query *q, const char *key)
{
	struct str sql = STR_INIT;
	char *text, *plan;

	str_add(&sql, "EXPLAIN (FORMAT JSON) ");
	for (const char *c = q->text[DB_PGSQL].sql; *c; c++) {
		char *end;
		const char *param, *value;

		if (*c != '$') {
			str_addc(&sql, *c);
			continue;
		}
		param = q->text[DB_PGSQL].params[strtol(c + 1, &end, 10) - 1];
		value = value_of(param);
		str_add(&sql, value ? value : key);
		c = end - 1;
	}
	text = peek_text(getenv("TEST_DATABASE"), str_text(&sql));
	assert_non_null(text);
	plan = arena_strdup(s->op.arena, text);
	free(text);
	str_release(&sql);
	return plan;
}

/* The part of a plan that chooses the page; NULL: none. */
static const json_t *
page_of(const json_t *node)
{
	const char *name = json_string_value(json_object_get(node, "Subplan Name"));
	const json_t *found = NULL;
	json_t *below;
	size_t i;

	if (name && strcmp(name, "CTE m") == 0)
		return node;
	json_array_foreach(json_object_get(node, "Plans"), i, below) found = found ? found
										   : page_of(below);
	return found;
}

/* The page is chosen by itself, and in all domains it is read in its order. */
static void
expect_page(struct shop *s, const struct query *q, const char *key, bool ordered)
{
	json_t *plan = json_loads(plan_of(s, q, key), 0, NULL);
	const json_t *page = page_of(json_object_get(json_array_get(plan, 0), "Plan"));
	char *text = page ? json_dumps(page, JSON_COMPACT) : NULL;

	if (!text)
		fail_msg("%s chooses no page", q->text[DB_PGSQL].sql);
	else if (strstr(text, "\"Join Type\"") || (ordered && strstr(text, "\"Sort\"")))
		fail_msg("%s looks at more than a page: %s", q->text[DB_PGSQL].sql, text);
	free(text);
	json_decref(plan);
}

static void
test_lists(void **state)
{
	static const char *const keys[] = { "'u01000@one.example'", "'Another Person 1000'", "1000",
		"'2026-01-01'" };
	const struct query_set *set = &q_mailbox_list;
	unsigned domain = query_option(set, "domain"), after = query_option(set, "after");

	fill();
	assert_int_equal(set->n_sorts, ARRAY_LEN(keys));
	for (unsigned sort = 0; sort < set->n_sorts; sort++)
		for (unsigned i = 0; i < 8; i++)
			expect_page(*state,
			    query_pick(set, sort, i & 1, (i & 2 ? domain : 0) | (i & 4 ? after : 0)),
			    keys[sort], !(i & 2));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_lists, shop_setup, shop_teardown),
		cmocka_unit_test_setup_teardown(test_common, shop_setup, shop_teardown),
		cmocka_unit_test_setup_teardown(test_rare, shop_setup, shop_teardown),
		cmocka_unit_test_setup_teardown(test_stale, shop_setup, shop_teardown),
		cmocka_unit_test_setup_teardown(test_taken_for_empty, shop_setup, shop_teardown),
		cmocka_unit_test_setup_teardown(test_longest, shop_setup, shop_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
