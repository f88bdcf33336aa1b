/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The schema on SQLite: brought in from nothing, again, by several processes at once and after one was killed; refused where it is not ours or too new.
 */
#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/clock.h"
#include "db/db.h"
#include "db/schema.h"
#include "db/schema_files.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NOW INT64_C(1790000000)

struct place {
	char dir[64], path[80], url[96];
	struct db_pool *pool;
	sqlite3 *beside;     /* what another program sees */
	struct arena *arena; /* of all ops: what they found is read after their end */
	struct op op;
};

static void
run(struct place *p, const char *sql, int want)
{
	int code = sqlite3_exec(p->beside, sql, NULL, NULL, NULL);

	if (code != want)
		fail_msg("%s: %s (%d)", sql, sqlite3_errmsg(p->beside), code);
}

static int64_t
number(struct place *p, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	int64_t n;

	if (sqlite3_prepare_v2(p->beside, sql, -1, &stmt, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(p->beside));
	n = sqlite3_step(stmt) == SQLITE_ROW ? sqlite3_column_int64(stmt, 0) : -1;
	(void)sqlite3_finalize(stmt);
	return n;
}

#define TABLES "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"

static void
begin(struct place *p)
{
	struct db_conf conf = { .url = p->url, .pool_size = 1, .statement_ms = 20000, .lock_ms = 20000 };

	p->op = (struct op){ .arena = p->arena, .deadline = clock_mono_ms() + 30000, .now = NOW };
	p->op.errs.arena = p->op.arena;
	assert_int_equal(db_pool_new(&conf, &p->pool, &p->op.errs), RC_OK);
	assert_int_equal(db_pool_take(p->pool, p->op.deadline, &p->op.db, &p->op.errs), RC_OK);
}

static void
end(struct place *p)
{
	db_pool_give(p->pool, p->op.db);
	db_pool_free(p->pool);
	p->op = (struct op){ 0 };
	p->pool = NULL;
}

static void
open_beside(struct place *p)
{
	assert_int_equal(sqlite3_open(p->path, &p->beside), SQLITE_OK);
	assert_int_equal(sqlite3_busy_timeout(p->beside, 20000), SQLITE_OK);
	run(p, "PRAGMA journal_mode = WAL", SQLITE_OK);
}

static int
setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	const char *tmp = getenv("TMPDIR");

	assert_non_null(p);
	p->arena = arena_new(0, ARENA_PLAIN);
	(void)snprintf(p->dir, sizeof(p->dir), "%.40s/vimb-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(p->dir));
	(void)snprintf(p->path, sizeof(p->path), "%s/v.db", p->dir);
	(void)snprintf(p->url, sizeof(p->url), "sqlite:%s", p->path);
	open_beside(p);
	*state = p;
	return 0;
}

static int
teardown(void **state)
{
	static const char *const files[] = { "v.db", "v.db-wal", "v.db-shm" };
	struct place *p = *state;
	char path[100];

	arena_free(p->arena);
	(void)sqlite3_close(p->beside);
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", p->dir, files[i]);
		(void)unlink(path);
	}
	assert_int_equal(rmdir(p->dir), 0);
	free(p);
	return 0;
}

static enum rc
apply(struct place *p, struct schema_state *ret)
{
	enum rc rc;

	begin(p);
	rc = schema_apply(&p->op, ret);
	if (rc != RC_OK)
		assert_non_null(p->op.errs.first);
	end(p);
	return rc;
}

static enum rc
check(struct place *p)
{
	enum rc rc;

	begin(p);
	rc = schema_check(&p->op);
	end(p);
	return rc;
}

/* The database with the schema in it. */
static int
setup_applied(void **state)
{
	struct schema_state s;

	(void)setup(state);
	assert_int_equal(apply(*state, &s), RC_OK);
	return 0;
}

/* ---- applying ---- */

static void
test_fresh(void **state)
{
	struct place *p = *state;
	struct schema_state s;

	begin(p);
	assert_int_equal(schema_state(&p->op, &s), RC_OK);
	assert_true(s.n >= 3);
	assert_int_equal(s.pending, s.n);
	assert_int_equal(s.dbversion, 0);
	assert_false(s.newer);
	assert_int_equal(schema_check(&p->op), RC_CONFIG);
	assert_non_null(strstr(p->op.errs.first->text, "vimbadmin schema apply"));
	err_clear(&p->op.errs);
	assert_int_equal(number(p, TABLES), 0); /* looking changed nothing */
	assert_int_equal(schema_apply(&p->op, &s), RC_OK);
	assert_int_equal(s.pending, 0);
	assert_int_equal(s.dbversion, 6);
	for (size_t i = 0; i < s.n; i++) {
		assert_true(s.steps[i].applied);
		assert_false(s.steps[i].changed);
		assert_int_equal(s.steps[i].applied_at, NOW);
		if (i > 0)
			assert_true(strcmp(s.steps[i - 1].name, s.steps[i].name) < 0);
	}
	assert_int_equal(schema_check(&p->op), RC_OK);
	end(p);
	assert_int_equal(number(p, "SELECT count(*) FROM vimb_schema"), (int64_t)s.n);
	assert_int_equal(number(p, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
}

static void
test_twice(void **state)
{
	struct place *p = *state;
	struct schema_state s;
	int64_t tables;

	assert_int_equal(apply(p, &s), RC_OK);
	tables = number(p, TABLES);
	run(p, "INSERT INTO admin (username, password, created) VALUES ('a@b.example', 'x', '2026-01-01 00:00:00')",
	    SQLITE_OK);
	run(p, "UPDATE vimb_schema SET applied_at = 5", SQLITE_OK);
	assert_int_equal(apply(p, &s), RC_OK);
	assert_int_equal(s.pending, 0);
	assert_int_equal(s.steps[0].applied_at, 5); /* not done anew */
	assert_int_equal(number(p, TABLES), tables);
	assert_int_equal(number(p, "SELECT count(*) FROM admin"), 1);
	assert_int_equal(number(p, "SELECT count(*) FROM dbversion"), 2);
}

static void
test_dry_run(void **state)
{
	struct place *p = *state;
	struct schema_state s;

	begin(p);
	p->op.flags = OP_DRY_RUN;
	assert_int_equal(schema_apply(&p->op, &s), RC_OK);
	end(p);
	assert_int_equal(number(p, TABLES), 0);
	assert_int_equal(check(p), RC_CONFIG);
}

/* A database that stopped half-way, as between two releases: only the rest is done. */
static void
test_rest_only(void **state)
{
	struct place *p = *state;
	struct schema_state s;

	for (size_t i = 0; i < schema_files_n; i++)
		if (strcmp(schema_files[i].name, "001_fork.sqlite") == 0)
			run(p, schema_files[i].sql, SQLITE_OK);
	run(p,
	    "CREATE TABLE vimb_schema (name VARCHAR(64) NOT NULL PRIMARY KEY, checksum CHAR(64) "
	    "NOT NULL, applied_at BIGINT NOT NULL);"
	    "INSERT INTO vimb_schema VALUES ('001_fork', 'of an older file', 7);"
	    "INSERT INTO domain (domain, created) VALUES ('own.example', '2026-01-01 00:00:00');"
	    "INSERT INTO mailbox (username, password, local_part, created, Domain_id) VALUES "
	    "('anna@own.example', 'x', 'anna', '2026-01-01 00:00:00', 1);"
	    "INSERT INTO alias (address, goto, created, Domain_id) VALUES ('info@own.example', "
	    "'anna@own.example, Out@x.example', '2026-01-01 00:00:00', 1)",
	    SQLITE_OK);
	assert_int_equal(apply(p, &s), RC_OK);
	assert_int_equal(s.pending, 0);
	assert_true(s.steps[0].changed); /* reported, and left alone */
	assert_int_equal(s.steps[0].applied_at, 7);
	assert_false(s.steps[1].changed);
	assert_int_equal(check(p), RC_OK);
	/* what was there before is in the indexes */
	assert_int_equal(number(p, "SELECT count(*) FROM vimb_mailbox_search WHERE vimb_mailbox_search MATCH '\"nna@ow\"'"),
	    1);
	assert_int_equal(number(p, "SELECT count(*) FROM vimb_alias_search WHERE vimb_alias_search MATCH '\"anna\"'"),
	    1);
	assert_int_equal(number(p, "SELECT count(*) FROM vimb_alias_target WHERE target IN ('anna@own.example', 'out@x.example')"),
	    2);
}

/* Applies the schema in a process of its own, which must not inherit a connection: SQLite's locks do not go across a fork. */
static pid_t
start_applying(struct place *p)
{
	struct schema_state s;
	pid_t pid;

	(void)sqlite3_close(p->beside);
	p->beside = NULL;
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(apply(p, &s) == RC_OK && s.pending == 0 ? 0 : 1);
	return pid;
}

/* Several replicas start at once on an empty database: all succeed, each step is done once. */
static void
test_at_once(void **state)
{
	struct place *p = *state;
	pid_t pids[4];
	int status;

	(void)sqlite3_close(p->beside);
	p->beside = NULL;
	assert_int_equal(unlink(p->path), 0); /* not even the file is there */
	for (size_t i = 0; i < ARRAY_LEN(pids); i++)
		pids[i] = start_applying(p);
	for (size_t i = 0; i < ARRAY_LEN(pids); i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
	open_beside(p);
	assert_int_equal(check(p), RC_OK);
	assert_int_equal(number(p, "SELECT count(*) FROM dbversion"), 2);
	assert_int_equal(number(p, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"),
	    1);
}

/* Kills one after that time; gives whether it had done nothing yet. */
static bool
kill_after(struct place *p, long us)
{
	struct timespec ts = { 0, us * 1000 };
	pid_t pid = start_applying(p);
	struct schema_state s;
	int64_t tables, all;
	int status;

	(void)nanosleep(&ts, NULL);
	(void)kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	open_beside(p);
	tables = number(p, TABLES);
	assert_int_equal(apply(p, &s), RC_OK);
	all = number(p, TABLES);
	if (tables != 0 && tables != all)
		fail_msg("%d tables of %d after a kill at %ld us", (int)tables, (int)all, us);
	assert_int_equal(number(p, "SELECT count(*) FROM dbversion"), 2);
	return tables == 0;
}

/* Killed at any moment: all of it is there or nothing, and the next one finishes. */
static void
test_killed(void **state)
{
	int early = 0;

	(void)state;
	for (long us = 200; us < 40000; us += us / 4) {
		void *fresh;

		(void)setup(&fresh);
		early += kill_after(fresh, us);
		(void)teardown(&fresh);
	}
	assert_true(early > 0);
}

/* ---- what is refused ---- */

static void
test_newer(void **state)
{
	struct place *p = *state;
	struct schema_state s;

	run(p, "INSERT INTO vimb_schema VALUES ('999_future', 'x', 1)", SQLITE_OK);
	assert_int_equal(apply(p, &s), RC_CONFIG);
	begin(p);
	assert_int_equal(schema_state(&p->op, &s), RC_OK);
	assert_true(s.newer);
	assert_int_equal(s.pending, 0);
	assert_int_equal(schema_check(&p->op), RC_CONFIG);
	assert_non_null(strstr(p->op.errs.first->text, "newer version"));
	end(p);
}

/* A database of the PHP program, or anybody's with a table of that name, is not written to. */
static void
test_foreign(void **state)
{
	struct place *p = *state;
	struct schema_state s;

	run(p, "CREATE TABLE mailbox (id INTEGER PRIMARY KEY, whose TEXT); INSERT INTO mailbox (whose) VALUES ('theirs')",
	    SQLITE_OK);
	assert_int_equal(apply(p, &s), RC_CONFIG);
	assert_int_equal(number(p, TABLES), 1);
	assert_int_equal(number(p, "SELECT count(*) FROM mailbox WHERE whose = 'theirs'"), 1);
}

/* Tables that only clash with one of ours: all is taken back, and the outcome is no success. */
static void
test_clash(void **state)
{
	struct place *p = *state;
	struct schema_state s;

	run(p, "CREATE TABLE vimb_job (id INTEGER PRIMARY KEY, whose TEXT)", SQLITE_OK);
	assert_int_not_equal(apply(p, &s), RC_OK);
	assert_int_equal(number(p, TABLES), 1);
	run(p, "DROP TABLE vimb_job", SQLITE_OK);
	assert_int_equal(apply(p, &s), RC_OK);
}

static void
test_changed_step(void **state)
{
	struct place *p = *state;
	struct schema_state s;

	run(p, "UPDATE vimb_schema SET checksum = 'edited' WHERE name = '002_own'", SQLITE_OK);
	begin(p);
	assert_int_equal(schema_state(&p->op, &s), RC_OK);
	for (size_t i = 0; i < s.n; i++)
		assert_int_equal(s.steps[i].changed, strcmp(s.steps[i].name, "002_own") == 0);
	assert_int_equal(schema_check(&p->op), RC_OK); /* said, not refused */
	end(p);
}

#define FRESH(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
#define APPLIED(f) cmocka_unit_test_setup_teardown(f, setup_applied, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FRESH(test_fresh),
		FRESH(test_twice),
		FRESH(test_dry_run),
		FRESH(test_rest_only),
		FRESH(test_at_once),
		cmocka_unit_test(test_killed),
		APPLIED(test_newer),
		FRESH(test_foreign),
		FRESH(test_clash),
		APPLIED(test_changed_step),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
