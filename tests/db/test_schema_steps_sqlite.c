/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Steps of later releases: this program has files of its own in the place of schema/ (the linker takes them before the library's). A script that fails
 * half-way leaves what was there, a step that was edited after it was applied is told, one for another engine is not looked at.
 */
#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/rand.h"
#include "db/db.h"
#include "db/schema.h"
#include "db/schema_files.h"

#include <unistd.h>

/* The steps at the disposal of the tests; the n-th release has the first n. */
#define GENERAL "CREATE TABLE general (id INTEGER)"
#define SECOND "CREATE TABLE second (id INTEGER PRIMARY KEY); INSERT INTO second VALUES (1), (2)"
#define FAILS                                                                                  \
	"CREATE TABLE third (id INTEGER); UPDATE second SET id = 9 WHERE id = 1; INSERT INTO " \
	"nowhere VALUES (1)"

const struct schema_file schema_files[] = {
	{ "001_first.mysql", "THIS IS NOT FOR SQLITE" },
	{ "001_first.sqlite", "CREATE TABLE first (id INTEGER)" },
	{ "002_general", GENERAL },
	{ "003_second", "NEITHER IS THIS, THERE IS ONE OF ITS OWN" },
	{ "003_second.sqlite", SECOND },
	{ "004_other.pgsql", "NOR THIS" },
	{ "005_fails", FAILS },
};
const size_t schema_files_n = ARRAY_LEN(schema_files);

struct place {
	char dir[64], url[96];
	struct db_pool *pool;
	struct op op;
};

#define SQL(name, text, writes) \
	static const struct query name = { #name, { { text, NULL, 0 }, { 0 }, { 0 } }, writes }
SQL(q_tables, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('first', 'general', 'second', 'third')",
    false);
SQL(q_moved, "SELECT count(*) FROM second WHERE id = 9", false);
SQL(q_make_nowhere, "CREATE TABLE nowhere (id INTEGER)", true);
SQL(q_without_fails, "INSERT INTO vimb_schema VALUES ('005_fails', 'x', 1)", true);
SQL(q_with_fails, "DELETE FROM vimb_schema WHERE name = '005_fails'", true);
SQL(q_own_table, "CREATE TABLE vimb_schema (name VARCHAR(64) NOT NULL PRIMARY KEY, checksum CHAR(64) NOT NULL, applied_at BIGINT NOT NULL)",
    true);

static int
setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	const char *tmp = getenv("TMPDIR");

	assert_non_null(p);
	(void)snprintf(p->dir, sizeof(p->dir), "%.40s/vimb-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(p->dir));
	(void)snprintf(p->url, sizeof(p->url), "sqlite:%s/v.db", p->dir);
	p->op = (struct op){
		.arena = arena_new(0, ARENA_PLAIN), .deadline = clock_mono_ms() + 30000, .now = 1000
	};
	p->op.errs.arena = p->op.arena;
	assert_int_equal(db_pool_new(&(struct db_conf){ .url = p->url,
					 .pool_size = 1,
					 .statement_ms = 5000,
					 .lock_ms = 5000 },
			     &p->pool, &p->op.errs),
	    RC_OK);
	assert_int_equal(db_pool_take(p->pool, p->op.deadline, &p->op.db, &p->op.errs), RC_OK);
	*state = p;
	return 0;
}

static int
teardown(void **state)
{
	static const char *const files[] = { "v.db", "v.db-wal", "v.db-shm" };
	struct place *p = *state;
	char path[100];

	db_pool_give(p->pool, p->op.db);
	db_pool_free(p->pool);
	arena_free(p->op.arena);
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", p->dir, files[i]);
		(void)unlink(path);
	}
	assert_int_equal(rmdir(p->dir), 0);
	free(p);
	return 0;
}

static int64_t
number(struct place *p, const struct query *q)
{
	int64_t n = -1;

	assert_int_equal(db_number(&p->op, q, DB_NONE, &n), RC_OK);
	return n;
}

static void
run(struct place *p, const struct query *q)
{
	assert_int_equal(db_exec(&p->op, q, DB_NONE, NULL), RC_OK);
}

/* Those of SQLite and those of all that SQLite has none of its own for, under names without the engine. */
static void
test_which_steps(void **state)
{
	static const char *const names[] = { "001_first", "002_general", "003_second", "005_fails" };
	struct place *p = *state;
	struct schema_state s;

	assert_int_equal(schema_state(&p->op, &s), RC_OK);
	assert_int_equal(s.n, ARRAY_LEN(names));
	for (size_t i = 0; i < s.n; i++)
		assert_string_equal(s.steps[i].name, names[i]);
}

/* The last step fails in its third statement: not one of the four is there afterwards. */
static void
test_fails_half_way(void **state)
{
	struct place *p = *state;
	struct schema_state s;

	assert_int_not_equal(schema_apply(&p->op, &s), RC_OK);
	assert_non_null(strstr(p->op.errs.first->detail, "005_fails"));
	assert_non_null(strstr(p->op.errs.first->detail, "nowhere"));
	err_clear(&p->op.errs);
	assert_int_equal(number(p, &q_tables), 0);
	assert_int_equal(schema_state(&p->op, &s), RC_OK);
	assert_int_equal(s.pending, 4);
	/* the cause goes, and all of it is done */
	run(p, &q_make_nowhere);
	assert_int_equal(schema_apply(&p->op, &s), RC_OK);
	assert_int_equal(s.pending, 0);
	assert_int_equal(number(p, &q_tables), 4);
	assert_int_equal(number(p, &q_moved), 1);
}

/* An update from a release that had all but the last step: what was there stays as it was. */
static void
test_update_fails(void **state)
{
	struct place *p = *state;
	struct schema_state s;
	run(p, &q_own_table);
	run(p, &q_without_fails); /* a release without it */
	assert_int_equal(schema_apply(&p->op, &s), RC_OK);
	assert_int_equal(number(p, &q_tables), 3);
	run(p, &q_with_fails);
	assert_int_not_equal(schema_apply(&p->op, &s), RC_OK);
	err_clear(&p->op.errs);
	assert_int_equal(number(p, &q_tables), 3);
	assert_int_equal(number(p, &q_moved), 0);
	assert_int_equal(schema_state(&p->op, &s), RC_OK);
	assert_int_equal(s.pending, 1);
	assert_int_equal(schema_check(&p->op), RC_CONFIG);
	assert_non_null(strstr(p->op.errs.first->text, "one step"));
}

static void
test_checksums(void **state)
{
	static const char *const params[] = { "sum" };
	static const struct query q_sum = { "sum",
		{ { "SELECT count(*) FROM vimb_schema WHERE checksum = ?", params, 1 }, { 0 }, { 0 } },
		false };
	struct place *p = *state;
	struct schema_state s;
	char sum[65];
	int64_t n = -1;

	run(p, &q_own_table);
	run(p, &q_without_fails);
	assert_int_equal(schema_apply(&p->op, &s), RC_OK);
	sha256_hex(SECOND, strlen(SECOND), sum);
	assert_int_equal(db_number(&p->op, &q_sum, DB_ARGS(DB_T("sum", sum)), &n), RC_OK);
	assert_int_equal(n, 1);
	for (size_t i = 0; i < s.n; i++)
		assert_int_equal(s.steps[i].changed, i == 3); /* recorded with another checksum above */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_which_steps, setup, teardown),
		cmocka_unit_test_setup_teardown(test_fails_half_way, setup, teardown),
		cmocka_unit_test_setup_teardown(test_update_fails, setup, teardown),
		cmocka_unit_test_setup_teardown(test_checksums, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
