/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SQLite under bad conditions: locked, frozen, full, read-only, no database at all, replaced under our feet, statements without end. Each is
 * RC_UNAVAILABLE within the time allowed, nothing stays half done, and when the cause has gone the next op works.
 */
#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/clock.h"
#include "db/db_int.h"
#include "db/tx.h"

#include <pthread.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LOCK_MS 120
#define STATEMENT_MS 150
#define SLACK_MS 1500 /* a loaded machine */
#define NOBODY 65534

struct place {
	char dir[64], path[80], url[96];
	struct db_pool *pool;
	sqlite3 *other; /* another program */
	struct op op;
};

#define SQL(name, text, writes) \
	static const struct query name = { #name, { { text, NULL, 0 }, { 0 }, { 0 } }, writes }
SQL(q_put, "INSERT INTO thing (text) VALUES ('x')", true);
SQL(q_put_same, "INSERT INTO thing (id, text) VALUES (1, 'twice')", true);
SQL(q_put_child, "INSERT INTO child (thing) VALUES (4711)", true);
SQL(q_put_much, "INSERT INTO thing (text) SELECT hex(zeroblob(100000)) FROM thing", true);
SQL(q_count, "SELECT count(*) FROM thing", false);
SQL(q_endless,
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n", false);
SQL(q_odd, "SELECT 7 AS text, '12' AS id UNION ALL SELECT 1.5, 2.9 UNION ALL SELECT NULL, NULL UNION ALL SELECT x'6162', 'x'",
    false);

static void
other(struct place *p, const char *sql)
{
	if (sqlite3_exec(p->other, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(p->other));
}

static void
other_opens(struct place *p)
{
	assert_int_equal(sqlite3_open(p->path, &p->other), SQLITE_OK);
	assert_int_equal(sqlite3_busy_timeout(p->other, 5000), SQLITE_OK);
}

static int
setup(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
	struct place *p = calloc(1, sizeof(*p));
	const char *tmp = getenv("TMPDIR");

	assert_non_null(p);
	(void)snprintf(p->dir, sizeof(p->dir), "%.40s/vimb-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(p->dir));
	assert_int_equal(chmod(p->dir, 0755), 0);
	(void)snprintf(p->path, sizeof(p->path), "%s/v.db", p->dir);
	(void)snprintf(p->url, sizeof(p->url), "sqlite:%s", p->path);
	other_opens(p);
	other(p,
	    "PRAGMA journal_mode = WAL; CREATE TABLE thing (id INTEGER PRIMARY KEY, text TEXT);"
	    "CREATE TABLE child (thing INTEGER REFERENCES thing (id)); INSERT INTO thing (text) "
	    "VALUES ('first')");
	assert_int_equal(db_pool_new(&(struct db_conf){ .url = p->url,
					 .pool_size = 2,
					 .statement_ms = STATEMENT_MS,
					 .lock_ms = LOCK_MS },
			     &p->pool, &(struct errs){ .arena = arena }),
	    RC_OK);
	*state = p;
	return 0;
}

static int
teardown(void **state)
{
	static const char *const files[] = { "v.db", "v.db-wal", "v.db-shm", "v.db-journal", "new.db" };
	struct place *p = *state;
	char path[100];

	db_pool_free(p->pool);
	(void)sqlite3_close(p->other);
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", p->dir, files[i]);
		(void)unlink(path);
	}
	assert_int_equal(rmdir(p->dir), 0);
	free(p);
	return 0;
}

static void
begin(struct place *p, int64_t ms)
{
	p->op = (struct op){ .arena = arena_new(0, ARENA_PLAIN), .deadline = clock_mono_ms() + ms };
	p->op.errs.arena = p->op.arena;
}

static void
end(struct place *p)
{
	db_pool_give(p->pool, p->op.db);
	arena_free(p->op.arena);
	p->op = (struct op){ 0 };
}

static enum rc
take(struct place *p)
{
	return db_pool_take(p->pool, p->op.deadline, &p->op.db, &p->op.errs);
}

/* One op that writes a row, as a request would. */
static enum rc
put_body(struct place *p, const struct query *q)
{
	TX tx = { 0 };
	enum rc rc;

	if ((rc = take(p)) != RC_OK || (rc = tx_begin(&tx, &p->op)) != RC_OK ||
	    (rc = db_exec(&p->op, q, DB_NONE, NULL)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

static enum rc
put(struct place *p, const struct query *q, int64_t deadline_ms)
{
	enum rc rc;

	begin(p, deadline_ms);
	rc = put_body(p, q);
	if (rc != RC_OK) {
		assert_non_null(p->op.errs.first);
		assert_non_null(p->op.errs.first->text);
		assert_non_null(p->op.errs.first->detail); /* the log gets SQLite's words */
	}
	end(p);
	return rc;
}

static int64_t
count(struct place *p)
{
	int64_t n = -1;

	begin(p, 5000);
	assert_int_equal(take(p), RC_OK);
	assert_int_equal(db_number(&p->op, &q_count, DB_NONE, &n), RC_OK);
	end(p);
	return n;
}

/* ---- locks ---- */

static enum rc
begin_if_free(struct place *p)
{
	TX tx = { 0 };
	int64_t begun = clock_mono_ms();
	enum rc rc = tx_begin_if_free(&tx, &p->op);

	assert_true(clock_mono_ms() - begun < LOCK_MS);
	return rc;
}

static void
expect_put_refused(struct place *p, int64_t deadline_ms, int64_t least, int64_t most)
{
	int64_t begun = clock_mono_ms(), took;

	assert_int_equal(put(p, &q_put, deadline_ms), RC_UNAVAILABLE);
	took = clock_mono_ms() - begun;
	if (took < least || took > most + SLACK_MS)
		fail_msg("refused after %d ms", (int)took);
}

/* Somebody writes and does not end: writers wait their time, readers do not wait at all. */
static void
test_locked(void **state)
{
	struct place *p = *state;
	int64_t begun;

	other(p, "BEGIN IMMEDIATE; INSERT INTO thing (text) VALUES ('pending')");
	expect_put_refused(p, 60000, LOCK_MS - 20, LOCK_MS);
	begun = clock_mono_ms();
	assert_int_equal(count(p), 1);
	assert_true(clock_mono_ms() - begun < LOCK_MS);
	/* what may as well be written another time does not wait for it */
	begin(p, 60000);
	assert_int_equal(take(p), RC_OK);
	begun = p->op.deadline;
	assert_int_equal(begin_if_free(p), RC_UNAVAILABLE);
	assert_int_equal(p->op.deadline, begun);
	end(p);
	/* the op's own deadline comes first */
	expect_put_refused(p, 30, 25, 30);
	other(p, "COMMIT");
	assert_int_equal(put(p, &q_put, 5000), RC_OK);
	assert_int_equal(count(p), 3);
}

static void *
commit_later(void *arg)
{
	struct timespec ts = { 0, LOCK_MS / 3 * 1000000L };

	(void)nanosleep(&ts, NULL);
	other(arg, "COMMIT");
	return NULL;
}

static void
test_lock_goes_in_time(void **state)
{
	struct place *p = *state;
	pthread_t thread;

	other(p, "BEGIN IMMEDIATE; INSERT INTO thing (text) VALUES ('pending')");
	assert_int_equal(pthread_create(&thread, NULL, commit_later, p), 0);
	assert_int_equal(put(p, &q_put, 5000), RC_OK);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(count(p), 3);
}

/* The whole file is held, as by a backup that goes wrong: not even opening it works. */
static void
test_frozen(void **state)
{
	struct place *p = *state;
	int64_t begun = clock_mono_ms();

	other(p, "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; INSERT INTO thing (text) VALUES ('held'); COMMIT");
	/* an earlier process of ours may have left -shm; the lock is what counts */
	expect_put_refused(p, 5000, 0, LOCK_MS);
	begin(p, 5000);
	assert_int_equal(take(p), RC_UNAVAILABLE);
	assert_null(p->op.db);
	end(p);
	assert_true(clock_mono_ms() - begun < 2 * (LOCK_MS + SLACK_MS));
	assert_int_equal(sqlite3_close(p->other), SQLITE_OK);
	other_opens(p);
	assert_int_equal(put(p, &q_put, 5000), RC_OK);
	assert_int_equal(count(p), 3);
}

/* ---- statements ---- */

static void
test_endless_statement(void **state)
{
	struct place *p = *state;
	int64_t n = 0, begun = clock_mono_ms(), took;

	begin(p, 60000);
	assert_int_equal(take(p), RC_OK);
	assert_int_equal(db_number(&p->op, &q_endless, DB_NONE, &n), RC_UNAVAILABLE);
	took = clock_mono_ms() - begun;
	assert_true(took >= STATEMENT_MS - 20 && took < STATEMENT_MS + SLACK_MS);
	assert_false(p->op.db->broken);
	/* the same handle goes on, and the time of the next statement is its own */
	assert_int_equal(db_number(&p->op, &q_count, DB_NONE, &n), RC_OK);
	assert_int_equal(n, 1);
	p->op.deadline = clock_mono_ms() + 20;
	begun = clock_mono_ms();
	assert_int_equal(db_number(&p->op, &q_endless, DB_NONE, &n), RC_UNAVAILABLE);
	assert_true(clock_mono_ms() - begun < 20 + SLACK_MS);
	end(p);
}

static void
test_constraints(void **state)
{
	struct place *p = *state;

	begin(p, 5000);
	assert_int_equal(put_body(p, &q_put_same), RC_CONFLICT);
	assert_non_null(strstr(p->op.errs.first->detail, "thing.id"));
	assert_null(strstr(p->op.errs.first->text, "thing.id"));
	end(p);
	begin(p, 5000);
	assert_int_equal(put_body(p, &q_put_child), RC_CONFLICT); /* foreign keys are on */
	end(p);
	assert_int_equal(count(p), 1);
}

struct thing {
	int64_t id;
	const char *text;
};
static const struct field thing_field_rows[] = { FIELD(thing, id, .kind = KIND_ID), FIELD(thing, text) };
static FIELDS(thing);

/* SQLite stores what it is given: columns of other types than declared are read as well as can be. */
static void
test_odd_types(void **state)
{
	struct place *p = *state;
	const struct thing *at;
	struct rows rows;

	begin(p, 5000);
	assert_int_equal(take(p), RC_OK);
	assert_int_equal(db_all(&p->op, &q_odd, DB_NONE, &thing_fields, 10, &rows), RC_OK);
	at = rows.at;
	assert_int_equal(rows.n, 4);
	assert_string_equal(at[0].text, "7");
	assert_int_equal(at[0].id, 12);
	assert_string_equal(at[1].text, "1.5");
	assert_int_equal(at[1].id, 2);
	assert_null(at[2].text);
	assert_int_equal(at[2].id, 0);
	assert_string_equal(at[3].text, "ab");
	assert_int_equal(at[3].id, 0);
	end(p);
}

/* ---- the disk ---- */

/* Says something to the handle that our statements cannot. */
static void
pragma(struct place *p, const char *sql)
{
	struct db_error e = { .rc = RC_OK };

	begin(p, 5000);
	assert_int_equal(take(p), RC_OK);
	assert_int_equal(p->op.db->driver->script(p->op.db->conn, sql, &e), RC_OK);
	end(p);
}

static void
test_disk_full(void **state)
{
	struct place *p = *state;

	pragma(p, "PRAGMA max_page_count = 10");
	assert_int_equal(put(p, &q_put_much, 5000), RC_UNAVAILABLE);
	assert_int_equal(count(p), 1);
	pragma(p, "PRAGMA max_page_count = 100000");
	assert_int_equal(put(p, &q_put_much, 5000), RC_OK);
	assert_int_equal(count(p), 2);
}

/* root may write everywhere, so this is tried as somebody else. */
static void
test_read_only(void **state)
{
	struct place *p = *state;
	bool root = geteuid() == 0;

	other(p, "PRAGMA wal_checkpoint(TRUNCATE)");
	assert_int_equal(sqlite3_close(p->other), SQLITE_OK);
	assert_int_equal(chmod(p->path, 0444), 0);
	assert_int_equal(chmod(p->dir, 0555), 0);
	if (root)
		assert_int_equal(seteuid(NOBODY), 0);
	assert_int_equal(put(p, &q_put, 5000), RC_UNAVAILABLE);
	if (root)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(chmod(p->dir, 0755), 0);
	assert_int_equal(chmod(p->path, 0644), 0);
	other_opens(p);
	assert_int_equal(put(p, &q_put, 5000), RC_OK);
	assert_int_equal(count(p), 2);
}

static void
write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	for (int i = 0; i < 200; i++)
		assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
test_no_database(void **state)
{
	struct place *p = *state;

	assert_int_equal(sqlite3_close(p->other), SQLITE_OK);
	write_file(p->path, "This is not a database.\n");
	assert_int_equal(put(p, &q_put, 5000), RC_UNAVAILABLE);
	assert_int_equal(put(p, &q_put, 5000), RC_UNAVAILABLE); /* no place in the pool got lost */
	assert_int_equal(put(p, &q_put, 5000), RC_UNAVAILABLE);
	assert_int_equal(unlink(p->path), 0);
	other_opens(p);
	other(p, "CREATE TABLE thing (id INTEGER PRIMARY KEY, text TEXT)");
	assert_int_equal(put(p, &q_put, 5000), RC_OK);
}

/* Damaged in the middle, where it is only found by who reads there. */
static void
test_damaged(void **state)
{
	struct place *p = *state;
	FILE *f;

	other(p, "PRAGMA wal_checkpoint(TRUNCATE)");
	assert_int_equal(sqlite3_close(p->other), SQLITE_OK);
	p->other = NULL;
	f = fopen(p->path, "r+");
	assert_non_null(f);
	assert_int_equal(fseek(f, 4096, SEEK_SET), 0);
	for (int i = 0; i < 4096; i++)
		assert_true(fputc(0xa5, f) >= 0);
	assert_int_equal(fclose(f), 0);
	begin(p, 5000);
	assert_int_equal(put_body(p, &q_put), RC_UNAVAILABLE);
	assert_true(p->op.db->broken); /* nobody knows what its cache holds */
	end(p);
}

static void
test_no_such_folder(void **state)
{
	struct place *p = *state;

	assert_int_equal(sqlite3_close(p->other), SQLITE_OK);
	p->other = NULL;
	assert_int_equal(unlink(p->path), 0);
	assert_int_equal(rmdir(p->dir), 0);
	assert_int_equal(put(p, &q_put, 5000), RC_UNAVAILABLE);
	assert_int_equal(mkdir(p->dir, 0755), 0);
	other_opens(p);
	other(p, "CREATE TABLE thing (id INTEGER PRIMARY KEY, text TEXT)");
	assert_int_equal(put(p, &q_put, 5000), RC_OK);
}

/* A backup is put back while we run: a handle must not go on writing into the file that is no more. */
static void
test_replaced(void **state)
{
	struct place *p = *state;
	char copy[100];

	(void)snprintf(copy, sizeof(copy), "%s/new.db", p->dir);
	assert_int_equal(count(p), 1);
	other(p, "PRAGMA wal_checkpoint(TRUNCATE)");
	assert_int_equal(sqlite3_close(p->other), SQLITE_OK);
	/* the restored one has three rows */
	assert_int_equal(sqlite3_open(copy, &p->other), SQLITE_OK);
	other(p, "CREATE TABLE thing (id INTEGER PRIMARY KEY, text TEXT); INSERT INTO thing (text) VALUES ('a'), ('b'), ('c')");
	assert_int_equal(sqlite3_close(p->other), SQLITE_OK);
	assert_int_equal(rename(copy, p->path), 0);
	other_opens(p);
	assert_int_equal(count(p), 3);
	assert_int_equal(put(p, &q_put, 5000), RC_OK);
	assert_int_equal(count(p), 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_locked, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lock_goes_in_time, setup, teardown),
		cmocka_unit_test_setup_teardown(test_frozen, setup, teardown),
		cmocka_unit_test_setup_teardown(test_endless_statement, setup, teardown),
		cmocka_unit_test_setup_teardown(test_constraints, setup, teardown),
		cmocka_unit_test_setup_teardown(test_odd_types, setup, teardown),
		cmocka_unit_test_setup_teardown(test_disk_full, setup, teardown),
		cmocka_unit_test_setup_teardown(test_read_only, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_database, setup, teardown),
		cmocka_unit_test_setup_teardown(test_damaged, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_such_folder, setup, teardown),
		cmocka_unit_test_setup_teardown(test_replaced, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
