/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How MariaDB runs the lists: every page is read along an index and reading stops when it is full, on a table large enough that this matters. Values
 * stand in the statements as the program would send them, since the plan depends on them.
 */
#include "base/base.h"

#include "peek.h"
#include "store_fixture.h"

#include "store/alias_sql.h"
#include "store/mailbox_sql.h"

#define ROWS "20000"

/* What a page of the middle of a list is asked for with. */
static const struct {
	const char *param, *value;
} values[] = {
	{ "active", "-1" },
	{ "domain_id", "1" },
	{ "scope", "1" },
	{ "key", "'u01000@one.example'" },
	{ "key_id", "1000" },
	{ "limit", "51" },
	{ "like", "'%u0%'" },
	{ "low", "'u0'" },
	{ "high", "'u1'" },
	{ "self", "1" },
	{ "walk", "100000" },
};

static const char *
value_of(const struct query *q, const char *param)
{
	for (size_t i = 0; i < ARRAY_LEN(values); i++)
		if (strcmp(values[i].param, param) == 0)
			return values[i].value;
	fail_msg("%s: no value for :%s", q->name, param);
	return NULL;
}

/* The plan as JSON; to be freed. */
static char *
plan_of(const struct query *q)
{
	char sql[8192] = "EXPLAIN FORMAT=JSON ";
	size_t at = strlen(sql), n = 0;
	char *plan;

	for (const char *c = q->text[DB_MYSQL].sql; *c; c++) {
		bool hole = *c == '?';
		const char *with = hole ? value_of(q, q->text[DB_MYSQL].params[n++]) : c;
		size_t len = hole ? strlen(with) : 1;

		assert_true(at + len < sizeof(sql) - 1);
		memcpy(sql + at, with, len);
		at += len;
	}
	sql[at] = '\0';
	assert_int_equal(n, q->text[DB_MYSQL].n_params);
	plan = peek_text(getenv("TEST_DATABASE"), sql);
	assert_non_null(plan);
	return plan;
}

static void
fill(void)
{
	peek_exec(getenv("TEST_DATABASE"),
	    "INSERT INTO domain (domain, description, created) VALUES ('one.example', '', "
	    "'2026-01-01'), ('two.example', '', '2026-01-01');"
	    "INSERT INTO mailbox (username, password, name, quota, local_part, active, created, "
	    "delete_pending, Domain_id)"
	    " SELECT concat('u', lpad(i.seq, 5, '0'), '@', d.domain), '', concat('Name ', i.seq), "
	    "i.seq, concat('u', i.seq), 1, '2026-01-01', 0, d.id"
	    " FROM seq_1_to_" ROWS
	    " i JOIN domain d ON d.id = (SELECT min(id) FROM domain) + i.seq % 2;"
	    "INSERT INTO alias (address, goto, active, created, Domain_id) SELECT username, if(id "
	    "% 50, username, concat('x', username)), 1, created, Domain_id"
	    " FROM mailbox;"
	    "ANALYZE TABLE domain, mailbox, alias, vimb_alias_own, vimb_mailbox_suffix, "
	    "vimb_alias_suffix");
}

/*
 * The page's rows are chosen in a derived table; what is around it joins those few to the rest and may sort them. So what counts of the plan is
 * the part between "materialized" and the first table joined to it.
 */
static size_t
expect_walk(const struct query *q)
{
	char *plan = plan_of(q), *inner = strstr(plan, "\"materialized\""), *end;
	bool good;

	if (!inner || !(end = strstr(inner, "\"table_name\": \"b\""))) {
		fail_msg("%s: not the plan of a page: %s", q->name, plan);
		return 1;
	}
	*end = '\0';
	good = !strstr(inner, "filesort") && !strstr(inner, "temporary_table") &&
	    !strstr(inner, "\"access_type\": \"ALL\"");
	if (!good)
		print_error("%s does not walk along an index:\n%s\n%s\n", q->name,
		    q->text[DB_MYSQL].sql, inner);
	free(plan);
	return good ? 0 : 1;
}

/* Every sorting, both ways, from the beginning and from a key on. */
static size_t
expect_walks(const struct query_set *set, unsigned options)
{
	size_t bad = 0;

	for (unsigned sort = 0; sort < set->n_sorts; sort++)
		for (unsigned desc = 0; desc < 2; desc++) {
			bad += expect_walk(query_pick(set, sort, desc, options));
			bad += expect_walk(query_pick(set, sort, desc,
			    options | query_option(set, "after")));
		}
	return bad;
}

static void
test_lists(void **state UNUSED)
{
	size_t bad;

	fill();
	bad = expect_walks(&q_mailbox_list, 0) + expect_walks(&q_alias_list, 0) +
	    expect_walks(&q_alias_list, query_option(&q_alias_list, "own")) +
	    expect_walks(&q_mailbox_search, query_option(&q_mailbox_search, "dense"));
	assert_int_equal(bad, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_lists, shop_setup, shop_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
