/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every statement of src/store with all its variants, on the engine of TEST_DATABASE: it can be prepared, and each of its parameters is a member of
 * one of the structs its entity binds or an argument that its functions pass. Members are found by name at run time, so a misspelt one would only be
 * seen by whoever meets that variant first.
 */
#include "base/base.h"

#include "store_fixture.h"

#include "db/db_int.h"
#include "model/audit.h"
#include "model/passkey.h"
#include "model/import_task.h"
#include "model/language.h"
#include "model/directory.h"
#include "model/growth.h"
#include "model/seal.h"
#include "model/second.h"
#include "model/session.h"
#include "model/token.h"
#include "store/admin_sql.h"
#include "store/alias_sql.h"
#include "store/archive_sql.h"
#include "store/audit_sql.h"
#include "store/bulk_sql.h"
#include "store/doctor_sql.h"
#include "store/domain_sql.h"
#include "store/import_sql.h"
#include "store/extra_sql.h"
#include "store/growth_sql.h"
#include "store/job_sql.h"
#include "store/language_sql.h"
#include "store/mailbox_sql.h"
#include "store/overview_sql.h"
#include "store/passkey_sql.h"
#include "store/reach_sql.h"
#include "store/seal_sql.h"
#include "store/second_sql.h"
#include "store/session_sql.h"
#include "store/takeover_sql.h"
#include "store/token_sql.h"
#include "store/undo_sql.h"
#include "store/warn_sql.h"

#define LIST_ARGS "scope", "domain_id", "active", "limit", "key", "key_id", "self"

/* clang-format off */
static const struct entity {
	const char *name;
	const struct query *const *at;
	const size_t *n;
	const struct fields *fields[3]; /* bound as structs */
	const char *args[32];           /* passed by name */
} entities[] = {
	{ "admin", admin_queries, &admin_queries_n, { &admin_fields },
	    { LIST_ARGS, "id", "username", "old", "new", "like", "now" } },
	{ "alias", alias_queries, &alias_queries_n, { &alias_fields },
	    { LIST_ARGS, "rows", "id", "address", "catch_all", "target", "domain", "match", "like", "low", "self", "count_max", "rare_max", "walk", "ids" } },
	{ "archive", archive_queries, &archive_queries_n, { NULL }, { "scope", "limit", "username" } },
	{ "audit", audit_queries, &audit_queries_n, { &audit_fields },
	    { LIST_ARGS, "rows", "id", "request_id", "actor", "action", "like", "count_max", "object_type", "object_id", "object", "door", "since", "until" } },
	{ "bulk", bulk_queries, &bulk_queries_n, { NULL }, { "ids", "scope" } },
	{ "domain", domain_queries, &domain_queries_n, { &domain_fields, &counted_fields },
	    { LIST_ARGS, "alone", "id", "domain", "admin_id", "limited", "delta", "like", "counted", "since", "after" } },
	{ "extra", extra_queries, &extra_queries_n, { &directory_fields }, { "mailbox_id", "alias_id", "attribute", "value", "scope", "limit" } },
	{ "doctor", doctor_queries, &doctor_queries_n, { NULL }, { "before", "since" } },
	{ "import", import_queries, &import_queries_n, { &import_task_fields }, { "id", "admin_id", "limit", "was", "now", "what", "n", "data", "total", "expires_at" } },
	{ "growth", growth_queries, &growth_queries_n, { &growth_fields }, { "after", "limit", "scope", "since", "ended", "thinned", "looked", "every" } },
	{ "job", job_queries, &job_queries_n, { NULL },
	    { "id", "kind", "args", "run_at", "now", "requested_by", "owner", "until", "fence", "why", "before", "limit" } },
	{ "language", language_queries, &language_queries_n, { &language_fields }, { "admin_id", "username", "language" } },
	{ "mailbox", mailbox_queries, &mailbox_queries_n, { &mailbox_fields },
	    { LIST_ARGS, "rows", "id", "username", "match", "like", "part", "word1", "word2", "word3", "low", "high", "count_max",
		"rare_max", "walk", "ids" } },
	{ "seal", seal_queries, &seal_queries_n, { &seal_fields, &seal_start_fields, &seal_key_fields }, { "from", "limit", "was", "below" } },
	{ "overview", overview_queries, &overview_queries_n, { NULL }, { "scope", "now", "limit", "looked" } },
	{ "passkey", passkey_queries, &passkey_queries_n, { &passkey_fields },
	    { "id", "admin_id", "limit", "credential_hash", "sign_count", "backed_up", "now", "old" } },
	{ "reach", reach_queries, &reach_queries_n, { NULL }, { "address", "catch_all", "scope", "limit" } },
	{ "undo", undo_queries, &undo_queries_n, { &alias_fields },
	    { "undo_id", "log_id", "id", "expires_at", "now", "goto_after", "limit" } },
	{ "second", second_queries, &second_queries_n, { &parked_fields, &enrolment_fields },
	    { "admin_id", "attribute", "value", "old", "limit", "max", "id_hash", "now" } },
	{ "session", session_queries, &session_queries_n, { &session_fields },
	    { "id_hash", "admin_id", "keep", "now", "idle_since", "subject", "max", "window", "lockout", "before", "purpose",
	      "token_hash", "expires_at", "n", "since", "limit", "account", "new_hash" } },
	{ "token", token_queries, &token_queries_n, { &token_fields }, { "limit", "scope", "domain_id", "source" } },
	{ "warn", warn_queries, &warn_queries_n, { NULL },
	    { "scope", "n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9", "n10", "n11", "n12", "n13", "n14",
	      "n15", "n16", "n17", "n18", "n19", "n20", "n21", "n22", "n23", "n24", "n25", "n26", "n27", "n28", "n29" } },
	{ "takeover", takeover_queries, &takeover_queries_n, { NULL }, { "table_name", "column_name" } },
};
/* clang-format on */

static void
test_prepares(void **state)
{
	struct shop *s = *state;
	const struct db_driver *d = s->op.db->driver;
	size_t bad = 0, total = 0;

	for (size_t i = 0; i < ARRAY_LEN(entities); i++) {
		assert_true(*entities[i].n > 0);
		for (size_t k = 0; k < *entities[i].n; k++) {
			const char *sql = entities[i].at[k]->text[d->engine].sql;
			struct db_error e = { .rc = RC_OK };
			struct db_stmt *stmt;

			assert_non_null(sql);
			stmt = d->prepare(s->op.db->conn, sql, &e);
			if (stmt)
				d->finalize(stmt);
			else
				print_error("%s: %s\n  %s\n", entities[i].at[k]->name, e.text, sql);
			bad += stmt == NULL;
			total++;
		}
	}
	assert_int_equal(bad, 0);
	assert_true(total > 500);
}

static bool
is_known(const struct entity *e, const char *param)
{
	for (size_t i = 0; i < ARRAY_LEN(e->fields) && e->fields[i]; i++)
		if (field_by_name(e->fields[i], param))
			return true;
	for (size_t i = 0; i < ARRAY_LEN(e->args) && e->args[i]; i++)
		if (strcmp(e->args[i], param) == 0)
			return true;
	return false;
}

static void
test_parameters_known(void **state)
{
	size_t bad = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(entities); i++)
		for (size_t k = 0; k < *entities[i].n; k++)
			for (int engine = 0; engine < DB_ENGINE__MAX; engine++) {
				const struct query_text *t = &entities[i].at[k]->text[engine];

				for (unsigned p = 0; p < t->n_params; p++) {
					if (is_known(&entities[i], t->params[p]))
						continue;
					print_error("%s: nobody binds :%s\n",
					    entities[i].at[k]->name, t->params[p]);
					bad++;
				}
			}
	assert_int_equal(bad, 0);
}

static bool
is_used(const struct entity *e, const char *arg)
{
	for (size_t k = 0; k < *e->n; k++)
		for (int engine = 0; engine < DB_ENGINE__MAX; engine++) {
			const struct query_text *t = &e->at[k]->text[engine];

			for (unsigned p = 0; p < t->n_params; p++)
				if (strcmp(t->params[p], arg) == 0)
					return true;
		}
	return false;
}

/* The other way round: an argument that no statement of the entity takes is a leftover. */
static void
test_arguments_used(void **state)
{
	static const char *const shared[] = { LIST_ARGS }; /* each list leaves out what it has no column for */
	size_t bad = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(entities); i++) {
		const struct entity *e = &entities[i];

		for (size_t a = 0; a < ARRAY_LEN(e->args) && e->args[a]; a++) {
			bool optional = false;

			for (size_t k = 0; k < ARRAY_LEN(shared); k++)
				optional = optional || strcmp(shared[k], e->args[a]) == 0;
			if (optional || is_used(e, e->args[a]))
				continue;
			print_error("%s: no statement takes :%s\n", e->name, e->args[a]);
			bad++;
		}
	}
	assert_int_equal(bad, 0);
}

/* Only statements that are marked as writing change anything, whatever the engine. */
static void
test_writes_marked(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(entities); i++)
		for (size_t k = 0; k < *entities[i].n; k++)
			for (int engine = 0; engine < DB_ENGINE__MAX; engine++) {
				const struct query *q = entities[i].at[k];
				const char *sql = q->text[engine].sql;
				bool reads = strncmp(sql, "SELECT", 6) == 0 ||
				    strncmp(sql, "WITH", 4) == 0 ||
				    strncmp(sql, "EXPLAIN (FORMAT JSON)", 21) == 0;

				if (q->writes == reads)
					fail_msg("%s: marked wrongly", q->name);
			}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_prepares, shop_setup, shop_teardown),
		cmocka_unit_test(test_parameters_known),
		cmocka_unit_test(test_arguments_used),
		cmocka_unit_test(test_writes_marked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
