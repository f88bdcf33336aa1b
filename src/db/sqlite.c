/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The SQLite driver: WAL so that readers (Postfix, Dovecot, the lists) never wait for a writer, synchronous=FULL so that what was acknowledged is on
 * disk. A connection is used by one thread at a time.
 *
 * The surprising thing: every wait is ours. The busy handler and the progress handler both look at the op's deadline, so neither a lock nor a long
 * statement outlives it.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/nap.h"
#include "db/driver.h"
#include "db/sqlite_vfs.h"

#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

struct db_conn {
	sqlite3 *db;
	int64_t deadline; /* monotonic ms */
	int64_t statement_ms, lock_ms;
	int64_t statement_end, lock_end;
	bool at_length; /* a statement ends with the op, not before */
};

struct db_stmt {
	struct db_conn *conn;
	sqlite3_stmt *stmt;
};

/* What the engine's result code means for the op. */
static enum rc
outcome(int code)
{
	switch (code & 0xff) {
	case SQLITE_CONSTRAINT:
		return RC_CONFLICT;
	case SQLITE_BUSY:
		/* a read transaction that cannot become a writing one: start again; else the wait was too long */
		return code == SQLITE_BUSY_SNAPSHOT ? RC_RETRY : RC_UNAVAILABLE;
	case SQLITE_LOCKED:
		return RC_RETRY;
	case SQLITE_INTERRUPT:
	case SQLITE_NOMEM:
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return RC_UNAVAILABLE;
	default:
		return RC_INTERNAL;
	}
}

static void
set_error(struct db_conn *c, struct db_error *e)
{
	int code = sqlite3_extended_errcode(c->db);

	e->rc = outcome(code);
	/* after these nobody knows what the caches of the connection and its search index hold */
	e->connection_lost = (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_NOMEM ||
	    (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB;
	(void)snprintf(e->text, sizeof(e->text), "%s (%d)", sqlite3_errmsg(c->db), code);
}

static int
on_busy(void *ctx, int tries)
{
	struct db_conn *c = ctx;

	if (tries == 0)
		c->lock_end = MIN(c->deadline, clock_mono_ms() + c->lock_ms);
	if (clock_mono_ms() >= c->lock_end)
		return 0;
	nap_us(tries < 5 ? 200 : 2000);
	return 1;
}

static int
on_progress(void *ctx)
{
	struct db_conn *c = ctx;

	return clock_mono_ms() >= MIN(c->deadline, c->statement_end);
}

/*
 * Where processes make a new file into one with a write-ahead log at the same time, SQLite answers "busy" to all but one without
 * asking on_busy() (two of them could wait for each other for ever): they try again, as long as one waits for a lock.
 */
static bool
set_pragma(struct db_conn *c, const char *pragma)
{
	int64_t end = MIN(c->deadline, clock_mono_ms() + c->lock_ms);
	int code;

	while (((code = sqlite3_exec(c->db, pragma, NULL, NULL, NULL)) & 0xff) == SQLITE_BUSY &&
	    clock_mono_ms() < end)
		nap_us(2000);
	return code == SQLITE_OK;
}

/*
 * Kept in memory of its own, in KiB: little, as pages read are the kernel's anyway (mmap_size). Pages written are not: a long transaction that has no
 * room for them writes each into the log again and again, and looks for it there; a quarter of a million mailboxes cost the kernel seven times as much.
 */
#define CACHE_PAGE "PRAGMA cache_size = -2048"
#define CACHE_LONG "PRAGMA cache_size = -65536"

static bool
set_pragmas(struct db_conn *c)
{
	static const char *const pragmas[] = {
		"PRAGMA journal_mode = WAL",
		"PRAGMA synchronous = FULL",
		"PRAGMA foreign_keys = ON",
		"PRAGMA trusted_schema = ON", /* FTS5 in our own triggers; the file is ours */
		CACHE_PAGE,
		"PRAGMA mmap_size = 1073741824",
		"PRAGMA temp_store = MEMORY",
		"PRAGMA wal_autocheckpoint = 1000",
	};

	for (size_t i = 0; i < ARRAY_LEN(pragmas); i++)
		if (!set_pragma(c, pragmas[i]))
			return false;
	return true;
}

/* So that it still knows of files made in it after the power was gone; SQLite, too, does without where the folder cannot be read. */
static void
sync_folder(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;
	char folder[PATH_MAX];
	int fd;

	if (!slash)
		return;
	(void)snprintf(folder, sizeof(folder), "%.*s", (int)MAX(slash - path, 1), path);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	(void)fdatasync(fd);
	close(fd);
}

/*
 * A first look at the tables opens -wal and -shm, the first random number /dev/urandom. SQLite would have the folder know of -wal for good at the
 * connection's first commit, by opening it; here that is done at once.
 */
static bool
make_whole(struct db_conn *c)
{
	char seed;

	sqlite3_randomness(sizeof(seed), &seed);
	if (sqlite3_exec(c->db, "SELECT 1 FROM sqlite_schema", NULL, NULL, NULL) != SQLITE_OK)
		return false;
	sync_folder(sqlite3_db_filename(c->db, "main"));
	return true;
}

/* The file has company: -wal, -shm, -journal. */
static void
sqlite_reach(const struct db_conf *conf, struct db_reach *r, struct arena *arena)
{
	const char *path = conf->url + strlen("sqlite:");
	const char *slash = strrchr(path, '/');

	if (!slash)
		r->folder = ".";
	else
		r->folder = slash == path ? "/" : arena_strndup(arena, path, (size_t)(slash - path));
}

static void
sqlite_close(struct db_conn *c)
{
	(void)sqlite3_close_v2(c->db);
	free(c);
}

static struct db_conn *
sqlite_open(const struct db_conf *conf, int64_t deadline, struct db_error *e)
{
	const char *path = conf->url + strlen("sqlite:");
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
	    SQLITE_OPEN_EXRESCODE;
	struct db_conn *c = calloc(1, sizeof(*c));
	struct stat st;
	bool made;

	if (!c)
		abort();
	sqlite_vfs_ready();
	c->statement_ms = conf->statement_ms;
	c->lock_ms = conf->lock_ms;
	c->deadline = MIN(deadline, clock_mono_ms() + conf->lock_ms);
	c->statement_end = c->deadline;
	made = stat(path, &st) != 0;
	if (sqlite3_open_v2(path, &c->db, flags, NULL) != SQLITE_OK) {
		set_error(c, e);
		sqlite_close(c);
		return NULL;
	}
	(void)sqlite3_busy_handler(c->db, on_busy, c);
	sqlite3_progress_handler(c->db, 10000, on_progress, c);
	(void)sqlite3_db_config(c->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	if (!set_pragmas(c) || (conf->whole && !make_whole(c))) {
		set_error(c, e);
		sqlite_close(c);
		return NULL;
	}
	/* mail servers in the file's group read it; -wal and -shm take the mode over */
	if (made)
		(void)chmod(path, 0660);
	return c;
}

static void
sqlite_set_deadline(struct db_conn *c, int64_t deadline)
{
	c->deadline = deadline;
	c->statement_end = c->at_length ? deadline : clock_mono_ms() + c->statement_ms;
}

static void
sqlite_at_length(struct db_conn *c, bool on)
{
	c->at_length = on;
	(void)sqlite3_exec(c->db, on ? CACHE_LONG : CACHE_PAGE, NULL, NULL, NULL);
}

/* Closing may want to take the files away. The process is soon to be replaced, and what it locks goes with it. */
static void
sqlite_forget(struct db_conn *c)
{
	(void)sqlite3_exec(c->db, "ROLLBACK", NULL, NULL, NULL);
}

/* A backup may have been put in the file's place: what would be written into the old one is lost. */
static bool
sqlite_ping(struct db_conn *c)
{
	int moved = 0;

	return sqlite3_file_control(c->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK &&
	    !moved;
}

static enum rc
simple(struct db_conn *c, const char *sql, struct db_error *e)
{
	if (sqlite3_exec(c->db, sql, NULL, NULL, NULL) == SQLITE_OK)
		return RC_OK;
	set_error(c, e);
	return e->rc;
}

static enum rc
sqlite_begin(struct db_conn *c, unsigned run, struct db_error *e)
{
	(void)run; /* writers take turns anyway */
	return simple(c, "BEGIN IMMEDIATE", e);
}

static enum rc
sqlite_commit(struct db_conn *c, struct db_error *e)
{
	return simple(c, "COMMIT", e);
}

static void
sqlite_rollback(struct db_conn *c)
{
	if (!sqlite3_get_autocommit(c->db))
		(void)sqlite3_exec(c->db, "ROLLBACK", NULL, NULL, NULL);
}

static struct db_stmt *
sqlite_prepare(struct db_conn *c, const char *sql, struct db_error *e)
{
	struct db_stmt *s = calloc(1, sizeof(*s));
	const char *rest = NULL;

	if (!s)
		abort();
	s->conn = c;
	if (sqlite3_prepare_v3(c->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->stmt, &rest) != SQLITE_OK ||
	    !s->stmt) {
		set_error(c, e);
		free(s);
		return NULL;
	}
	return s;
}

static void
sqlite_finalize(struct db_stmt *s)
{
	(void)sqlite3_finalize(s->stmt);
	free(s);
}

static enum db_step
step(struct db_stmt *s, struct db_error *e)
{
	int code = sqlite3_step(s->stmt);

	if (code == SQLITE_ROW)
		return DB_STEP_ROW;
	if (code == SQLITE_DONE)
		return DB_STEP_DONE;
	set_error(s->conn, e);
	return DB_STEP_ERROR;
}

static int
bind_value(sqlite3_stmt *stmt, int at, const struct db_value *v)
{
	if (v->type == DB_NULL)
		return sqlite3_bind_null(stmt, at);
	if (v->type == DB_INT)
		return sqlite3_bind_int64(stmt, at, v->i);
	return sqlite3_bind_text64(stmt, at, v->text, v->len, SQLITE_STATIC, SQLITE_UTF8);
}

static enum db_step
sqlite_run(struct db_stmt *s, const struct db_value *params, size_t n, struct db_error *e)
{
	for (size_t i = 0; i < n; i++) {
		if (bind_value(s->stmt, (int)i + 1, &params[i]) != SQLITE_OK) {
			set_error(s->conn, e);
			return DB_STEP_ERROR;
		}
	}
	return step(s, e);
}

static size_t
sqlite_columns(struct db_stmt *s)
{
	return (size_t)sqlite3_column_count(s->stmt);
}

static const char *
sqlite_column_name(struct db_stmt *s, size_t i)
{
	return sqlite3_column_name(s->stmt, (int)i);
}

/*
 * By way of the value, which takes one look-up where sqlite3_column_*() takes three. Such a value is
 * not protected against other threads; there are none on a connection.
 */
static struct db_value
sqlite_column(struct db_stmt *s, size_t i)
{
	sqlite3_value *v = sqlite3_column_value(s->stmt, (int)i);
	const char *text;

	switch (sqlite3_value_type(v)) {
	case SQLITE_NULL:
		return (struct db_value){ 0 };
	case SQLITE_INTEGER:
		return (struct db_value){ DB_INT, sqlite3_value_int64(v), NULL, 0 };
	default:
		text = (const char *)sqlite3_value_text(v);
		return (struct db_value){ DB_TEXT, 0, text ? text : "", (size_t)sqlite3_value_bytes(v) };
	}
}

static void
sqlite_reset(struct db_stmt *s)
{
	(void)sqlite3_reset(s->stmt);
	(void)sqlite3_clear_bindings(s->stmt);
}

static int64_t
sqlite_changed(struct db_stmt *s)
{
	return sqlite3_changes64(s->conn->db);
}

static int64_t
sqlite_last_id(struct db_stmt *s)
{
	return sqlite3_last_insert_rowid(s->conn->db);
}

/* Migrations may take as long as the op lets them: building an index over a million rows is one statement. */
static enum rc
sqlite_script(struct db_conn *c, const char *sql, struct db_error *e)
{
	c->statement_end = c->deadline;
	return simple(c, sql, e);
}

const struct db_driver db_driver_sqlite = {
	.scheme = "sqlite",
	.engine = DB_SQLITE,
	.reach = sqlite_reach,
	.open = sqlite_open,
	.close = sqlite_close,
	.ping = sqlite_ping,
	.at_length = sqlite_at_length,
	.forget = sqlite_forget,
	.set_deadline = sqlite_set_deadline,
	.begin = sqlite_begin,
	.commit = sqlite_commit,
	.rollback = sqlite_rollback,
	.word = simple,
	.prepare = sqlite_prepare,
	.finalize = sqlite_finalize,
	.run = sqlite_run,
	.next = step,
	.columns = sqlite_columns,
	.column_name = sqlite_column_name,
	.column = sqlite_column,
	.reset = sqlite_reset,
	.changed = sqlite_changed,
	.last_id = sqlite_last_id,
	.script = sqlite_script,
};
