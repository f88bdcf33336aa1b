/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How SQLite runs the statements: no lookup reads a whole table, and no list does but along its sorting, where it stops when the page is full. What
 * is allowed all the same stands in a table with the reason.
 */
#include "base/base.h"

#include "store_fixture.h"

#include "store/admin_sql.h"
#include "store/alias_sql.h"
#include "store/audit_sql.h"
#include "store/bulk_sql.h"
#include "store/doctor_sql.h"
#include "store/domain_sql.h"
#include "store/extra_sql.h"
#include "store/job_sql.h"
#include "store/language_sql.h"
#include "store/mailbox_sql.h"
#include "store/passkey_sql.h"
#include "store/seal_sql.h"
#include "store/session_sql.h"
#include "store/warn_sql.h"

#include <sqlite3.h>

static const struct entity {
	const char *small; /* names and aliases of tables of a few thousand rows at most, in its statements */
	const struct query *const *at;
	const size_t *n;
} entities[] = {
	{ " admin a o d ", admin_queries, &admin_queries_n },
	{ " d ", alias_queries, &alias_queries_n },
	{ " a d ", audit_queries, &audit_queries_n },
	{ " d ", bulk_queries, &bulk_queries_n },
	{ " d ", warn_queries, &warn_queries_n },
	{ " a d ", domain_queries, &domain_queries_n },
	{ " a p ", doctor_queries, &doctor_queries_n },
	{ " x ", extra_queries, &extra_queries_n },
	{ " ", job_queries, &job_queries_n },
	{ " a l ", language_queries, &language_queries_n },
	{ " d ", mailbox_queries, &mailbox_queries_n },
	{ " ", passkey_queries, &passkey_queries_n },
	{ " l s ", seal_queries, &seal_queries_n },
	{ " ", session_queries, &session_queries_n },
};

/* Statements that may read a table whole. */
static struct {
	const char *name, *why;
	bool met;
} allowed[] = {
	{ "alias_count",
	    "stops at STORE_COUNT_MAX; only a filter that finds less than that reads on", false },
	{ "audit_count", "the same", false },
	{ "mailbox_count", "the same", false },
	{ "attempt_list", "for supers; what the housekeeping leaves of a day", false },
	{ "attempt_prune", "housekeeping; the table is emptied by it", false },
	{ "session_prune", "housekeeping; the table is emptied by it", false },
	{ "token_prune", "housekeeping; a handful of rows", false },
	{ "job_prune", "housekeeping; the table is emptied by it", false },
	{ "doctor_tokens", "a command for people; a handful of rows", false },
	{ "doctor_hashes", "a command for people, who wait for it", false },
};

static bool
is_allowed(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(allowed); i++)
		if (strcmp(allowed[i].name, name) == 0)
			return allowed[i].met = true;
	return false;
}

static sqlite3 *
database(const struct shop *s)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(s->url + strlen("sqlite:"), &db), SQLITE_OK);
	return db;
}

/* The steps of a plan, one a line, each between line feeds. */
static char *
plan_of(sqlite3 *db, const struct query *q)
{
	char *sql = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", q->text[DB_SQLITE].sql);
	sqlite3_stmt *stmt = NULL;
	char *plan = sqlite3_mprintf("\n");

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
		fail_msg("%s: %s", q->name, sqlite3_errmsg(db));
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		char *longer = sqlite3_mprintf("%s%s\n", plan, sqlite3_column_text(stmt, 3));

		sqlite3_free(plan);
		plan = longer;
	}
	assert_int_equal(sqlite3_bind_parameter_count(stmt), q->text[DB_SQLITE].n_params);
	assert_int_equal(sqlite3_stmt_readonly(stmt), !q->writes);
	(void)sqlite3_finalize(stmt);
	sqlite3_free(sql);
	return plan;
}

/* Are all rows sorted? Not the page alone: a search chooses its page first, which is called "x", then sorts its rows. */
static bool
sorts_all(const char *plan)
{
	const char *sort = strstr(plan, "USE TEMP B-TREE"), *page = strstr(plan, "\nSCAN x\n");

	return sort && (!page || sort < page);
}

/* Is it in order and cut off by LIMIT, so that reading stops when the page is full? */
static bool
is_walk(const struct query *q, const char *plan)
{
	return strstr(q->text[DB_SQLITE].sql, " LIMIT ") &&
	    strstr(q->text[DB_SQLITE].sql, " ORDER BY ") && !sorts_all(plan);
}

/* A subquery whose rows come one by one: what it reads itself is a step of its own. */
static bool
is_coroutine(const char *plan, const char *table)
{
	char line[80];

	(void)snprintf(line, sizeof(line), "\nCO-ROUTINE %s\n", table);
	return strstr(plan, line) != NULL;
}

/* One step "SCAN table ..." */
static bool
is_fine(const struct entity *e, const struct query *q, const char *plan, const char *step)
{
	char table[64], spaced[66];

	/* "found" is what a subquery is called that only counts, "x" one that chooses a page, "r" the rows that a statement was given */
	if (strncmp(step, "SCAN ", 5) != 0 || strncmp(step, "SCAN CONSTANT ROW", 17) == 0 ||
	    strncmp(step, "SCAN found\n", 11) == 0 || strncmp(step, "SCAN x\n", 7) == 0 ||
	    strncmp(step, "SCAN r VIRTUAL TABLE", 20) == 0)
		return true;
	if (sscanf(step, "SCAN %63[^ \n]", table) != 1)
		return false;
	/* a MATCH is a look into the index, though it is called a scan */
	if (strncmp(step + 5 + strlen(table), " VIRTUAL TABLE INDEX 0:M", 24) == 0)
		return true;
	/* json_each(): a list that came as a parameter */
	if (strncmp(step + 5 + strlen(table), " VIRTUAL TABLE INDEX 1:\n", 24) == 0)
		return true;
	if (step[5 + strlen(table)] == '\n' && is_coroutine(plan, table))
		return true;
	(void)snprintf(spaced, sizeof(spaced), " %s ", table);
	return strstr(e->small, spaced) || is_walk(q, plan) || is_allowed(q->name);
}

static size_t
faults(const struct entity *e, const struct query *q, const char *plan)
{
	size_t n = 0;

	if (strstr(plan, "AUTOMATIC")) {
		print_error("%s makes an index of its own:%s", q->name, plan);
		n++;
	}
	for (const char *step = plan + 1; *step; step = strchr(step, '\n') + 1)
		if (!is_fine(e, q, plan, step)) {
			print_error("%s reads a whole table:%s%s\n", q->name, plan,
			    q->text[DB_SQLITE].sql);
			n++;
		}
	return n;
}

static void
test_no_scans(void **state)
{
	sqlite3 *db = database(*state);
	size_t bad = 0;

	for (size_t i = 0; i < ARRAY_LEN(entities); i++)
		for (size_t k = 0; k < *entities[i].n; k++) {
			char *plan = plan_of(db, entities[i].at[k]);

			bad += faults(&entities[i], entities[i].at[k], plan);
			sqlite3_free(plan);
		}
	for (size_t i = 0; i < ARRAY_LEN(allowed); i++)
		if (!allowed[i].met)
			fail_msg("%s needs no exception any more", allowed[i].name);
	(void)sqlite3_close(db);
	assert_int_equal(bad, 0);
}

/* What runs on each request, sign-in and delivery, and the index that each must take. */
static const struct {
	const struct query *q;
	const char *step;
} lookups[] = {
	{ &q_session_get, "SEARCH s USING PRIMARY KEY (id_hash=?)" },
	{ &q_session_get, "SEARCH a USING INTEGER PRIMARY KEY" },
	{ &q_session_get, "SEARCH l USING PRIMARY KEY (admin_id=?)" },
	{ &q_language_find, "SEARCH l USING PRIMARY KEY (admin_id=?)" },
	{ &q_session_seen, "SEARCH vimb_session USING PRIMARY KEY (id_hash=?)" },
	{ &q_session_delete_admin, "vimb_session USING COVERING INDEX vimb_session_admin (admin_id=?)" },
	{ &q_attempt_get, "SEARCH vimb_attempt USING PRIMARY KEY (subject=?)" },
	{ &q_token_take, "SEARCH vimb_once USING PRIMARY KEY (purpose=? AND token_hash=?)" },
	{ &q_admin_find, "SEARCH a USING INDEX IX_Username_admin (username=?)" },
	{ &q_domain_find, "SEARCH domain USING INDEX IX_Domain_1 (domain=?)" },
	{ &q_domain_find_for, "SEARCH domain USING INDEX IX_Domain_1 (domain=?)" },
	{ &q_mailbox_find, "SEARCH m USING INDEX IX_Username_mailbox (username=?)" },
	{ &q_alias_find, "SEARCH a USING INDEX IX_Address_1 (address=?)" },
	{ &q_alias_route, "SEARCH a USING INDEX IX_Address_1 (address=?)" },
	{ &q_alias_naming, "SEARCH t USING PRIMARY KEY (target=?)" },
	{ &q_alias_naming, "SEARCH a USING INTEGER PRIMARY KEY" },
	{ &q_audit_by_request, "SEARCH v USING INDEX vimb_audit_request (request_id=?)" },
	{ &q_job_due, "SEARCH vimb_job USING INDEX vimb_job_due (state=? AND run_at<?)" },
	{ &q_domain_impact, "SEARCH mailbox USING COVERING INDEX" },
	{ &q_domain_impact, "SEARCH alias USING COVERING INDEX" },
};

static void
test_lookups(void **state)
{
	sqlite3 *db = database(*state);

	for (size_t i = 0; i < ARRAY_LEN(lookups); i++) {
		char *plan = plan_of(db, lookups[i].q);

		if (!strstr(plan, lookups[i].step))
			fail_msg("%s: no step \"%s\" in:%s", lookups[i].q->name, lookups[i].step, plan);
		sqlite3_free(plan);
	}
	(void)sqlite3_close(db);
}

static void
expect_step(sqlite3 *db, const struct query *q, const char *step, bool sorts)
{
	char *plan = plan_of(db, q);

	if (!strstr(plan, step) || sorts_all(plan) != sorts)
		fail_msg("%s: wanted \"%s\"%s:%s", q->name, step,
		    sorts ? " and a sort" : " without a sort", plan);
	sqlite3_free(plan);
}

/* Every sorting of the whole list, both ways and from a key on, goes along an index made for it. */
static void
test_sortings(void **state)
{
	/* addresses are unique, and the index that says so will do */
	static const char *const along[] = { "m USING INDEX ", "m USING INDEX vimb_mailbox_name",
		"m USING INDEX vimb_mailbox_quota", "m USING INDEX vimb_mailbox_created" };
	const struct query_set *mailboxes = &q_mailbox_list, *aliases = &q_alias_list,
			       *log = &q_audit_list;
	sqlite3 *db = database(*state);

	assert_int_equal(mailboxes->n_sorts, ARRAY_LEN(along));
	for (unsigned desc = 0; desc < 2; desc++)
		for (unsigned after = 0; after < 2; after++) {
			unsigned m = after ? query_option(mailboxes, "after") : 0;
			unsigned a = after ? query_option(aliases, "after") : 0;
			unsigned l = after ? query_option(log, "after") : 0;

			for (unsigned sort = 0; sort < mailboxes->n_sorts; sort++)
				expect_step(db, query_pick(mailboxes, sort, desc, m), along[sort],
				    false);
			m |= query_option(mailboxes, "domain");
			expect_step(db, query_pick(mailboxes, 0, desc, m),
			    "m USING INDEX vimb_mailbox_domain (Domain_id=?", false);
			expect_step(db, query_pick(aliases, 0, desc, a),
			    "a USING INDEX vimb_alias_address", false);
			a |= query_option(aliases, "own");
			expect_step(db, query_pick(aliases, 0, desc, a),
			    "a USING INDEX vimb_alias_own", false);
			a |= query_option(aliases, "domain");
			expect_step(db, query_pick(aliases, 0, desc, a),
			    "a USING INDEX vimb_alias_own_domain (Domain_id=?", false);
			l |= query_option(log, "domain");
			expect_step(db, query_pick(log, 0, desc, l),
			    "l USING INDEX vimb_log_domain (Domain_id=?", false);
		}
	(void)sqlite3_close(db);
}

/* Searches: rare ones begin at the trigram index, short ones at the beginning of the addresses. */
static void
test_searches(void **state)
{
	const struct query_set *m = &q_mailbox_search, *a = &q_alias_list;
	sqlite3 *db = database(*state);

	expect_step(db, query_pick(m, 0, false, query_option(m, "rare")),
	    "\nSCAN s VIRTUAL TABLE INDEX 0:M", true);
	expect_step(db, query_pick(a, 0, false, query_option(a, "rare")),
	    "\nSCAN s VIRTUAL TABLE INDEX 0:M", true);
	expect_step(db, query_pick(m, 0, false, query_option(m, "prefix")),
	    "m USING COVERING INDEX vimb_mailbox_username (username>? AND username<?)", false);
	for (unsigned after = 0; after < 2; after++) {
		unsigned walk = query_option(m, "dense") | (after ? query_option(m, "after") : 0);

		expect_step(db, query_pick(m, 0, false, walk),
		    "m USING COVERING INDEX vimb_mailbox_username", false);
		expect_step(db, query_pick(m, 1, false, walk),
		    "m USING COVERING INDEX vimb_mailbox_name", false);
		walk |= query_option(m, "domain");
		expect_step(db, query_pick(m, 0, false, walk),
		    "m USING COVERING INDEX vimb_mailbox_domain (Domain_id=?", false);
	}
	(void)sqlite3_close(db);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_no_scans, shop_setup, shop_teardown),
		cmocka_unit_test_setup_teardown(test_lookups, shop_setup, shop_teardown),
		cmocka_unit_test_setup_teardown(test_sortings, shop_setup, shop_teardown),
		cmocka_unit_test_setup_teardown(test_searches, shop_setup, shop_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
