/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The MariaDB driver, also MySQL's: prepared statements over the binary protocol, transactions, and what the server's error numbers mean.
 * Connecting is in mysql_open.c, waiting in mysql_wait.c, scripts of migrations in mysql_script.c. A connection is used by one thread at a time.
 *
 * The surprising thing: rows come from the socket one by one, so while they are being read the connection can do nothing else, and reset() has to
 * drain what was not read.
 */
#include "base/base.h"

#include "base/clock.h"
#include "db/mysql_int.h"

#include <errmsg.h>
#include <mysqld_error.h>
#include <poll.h>

#define GRACE_MS 500     /* the server ends a statement itself; ours is for when it does not */
#define ROLLBACK_MS 1000 /* also past the op's deadline */
#define IDLE_MS 10000 /* after this long without a word the server is asked whether it is there */
#define CELL_MIN 64
#define CELL_KEEP ((size_t)64 << 10)
#define PARAMS_MAX 64

/* Where one column's value is fetched to. */
struct cell {
	bool number;
	int64_t i;
	char *text;
	size_t size; /* of text, without the NUL */
	unsigned long len;
	my_bool null, cut;
};

struct db_stmt {
	struct db_conn *conn;
	MYSQL_STMT *stmt;
	MYSQL_RES *meta; /* NULL: no rows */
	struct cell *cells;
	MYSQL_BIND *binds;
	unsigned n;
	bool bound; /* the library knows the cells as they are */
};

/* ---- errors ---- */

static enum rc
outcome(unsigned code)
{
	switch (code) {
	case ER_DUP_ENTRY:
	case ER_DUP_ENTRY_WITH_KEY_NAME:
	case ER_ROW_IS_REFERENCED:
	case ER_ROW_IS_REFERENCED_2:
	case ER_NO_REFERENCED_ROW:
	case ER_NO_REFERENCED_ROW_2:
		return RC_CONFLICT;
	case ER_LOCK_DEADLOCK: /* also a write set that a Galera cluster refused */
	case ER_LOCK_WAIT_TIMEOUT:
	case ER_CHECKREAD:         /* another transaction changed the row since this one looked */
	case ER_UNKNOWN_COM_ERROR: /* 1047: the node is not part of its cluster */
		return RC_RETRY;
	case ER_TRUNCATED_WRONG_VALUE_FOR_FIELD: /* 1366: a character that the column's charset lacks */
		return RC_INVALID;
	case ER_CON_COUNT_ERROR:
	case ER_TOO_MANY_USER_CONNECTIONS:
	case ER_USER_LIMIT_REACHED:
	case ER_OUT_OF_RESOURCES:
	case ER_ACCESS_DENIED_ERROR:
	case ER_DBACCESS_DENIED_ERROR:
	case ER_BAD_DB_ERROR:
	case ER_TABLEACCESS_DENIED_ERROR: /* a right that `config roles` gives */
	case ER_COLUMNACCESS_DENIED_ERROR:
	case ER_HOST_NOT_PRIVILEGED:
	case ER_HOST_IS_BLOCKED:
	case ER_SERVER_SHUTDOWN:
	case ER_CONNECTION_KILLED:
	case ER_QUERY_INTERRUPTED:
	case ER_STATEMENT_TIMEOUT:
	case ER_OPTION_PREVENTS_STATEMENT: /* 1290: --read-only */
	case ER_READ_ONLY_MODE:
	case ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION:
	case ER_DISK_FULL:
	case ER_RECORD_FILE_FULL:
		return RC_UNAVAILABLE;
	default:
		return RC_INTERNAL;
	}
}

/* What MySQL alone says; to MariaDB, and in the library's header, these numbers mean something else. */
#define MYSQL_QUERY_TIMEOUT 3024 /* max_execution_time */
#define MYSQL_OFFLINE_MODE 3032
#define MYSQL_ROLLBACK_DURING_COMMIT 3101 /* a group refused the write set */
#define MYSQL_SESSION_KILLED 3169
#define MYSQL_IDLE_TOO_LONG 4031

static enum rc
outcome_mysql(unsigned code)
{
	switch (code) {
	case MYSQL_ROLLBACK_DURING_COMMIT:
		return RC_RETRY;
	case MYSQL_QUERY_TIMEOUT:
	case MYSQL_OFFLINE_MODE:
	case MYSQL_SESSION_KILLED:
	case MYSQL_IDLE_TOO_LONG:
		return RC_UNAVAILABLE;
	default:
		return outcome(code);
	}
}

/* Numbers from 2000 to 2999 are the library's own. */
static bool
library_error(unsigned code)
{
	return code >= CR_MIN_ERROR && code < 3000;
}

/* Of the library's errors these are our misuse of it; the rest is a connection that broke. */
static bool
misuse(unsigned code)
{
	return code >= CR_NO_PREPARE_STMT && code <= CR_NO_STMT_METADATA &&
	    code != CR_CONN_UNKNOWN_PROTOCOL;
}

/* Is the connection of no more use, or would another host be of more? */
static bool
loses(const struct db_conn *c, unsigned code)
{
	if (!c->mariadb &&
	    (code == MYSQL_OFFLINE_MODE || code == MYSQL_SESSION_KILLED || code == MYSQL_IDLE_TOO_LONG))
		return true;
	switch (code) {
	case ER_UNKNOWN_COM_ERROR:
	case ER_SERVER_SHUTDOWN:
	case ER_CONNECTION_KILLED:
	case ER_OPTION_PREVENTS_STATEMENT:
	case ER_READ_ONLY_MODE:
		return true;
	default:
		return library_error(code) && !misuse(code);
	}
}

void
maria_set_error(struct db_conn *c, unsigned code, const char *text, struct db_error *e)
{
	bool late = c->lost;

	e->connection_lost = late || loses(c, code);
	e->rc = late || (library_error(code) && !misuse(code)) ? RC_UNAVAILABLE
	    : c->mariadb                                       ? outcome(code)
							       : outcome_mysql(code);
	(void)snprintf(e->text, sizeof(e->text), "%s%.200s (%u)",
	    late ? "given up at the deadline: " : "", text, code);
	c->lost = e->connection_lost;
}

static enum rc
conn_error(struct db_conn *c, struct db_error *e)
{
	maria_set_error(c, mysql_errno(c->my), mysql_error(c->my), e);
	return e->rc;
}

/* What happens while rows are fetched the library notes at the connection. */
static enum db_step
stmt_error(struct db_stmt *s, struct db_error *e)
{
	if (mysql_stmt_errno(s->stmt) != 0)
		maria_set_error(s->conn, mysql_stmt_errno(s->stmt), mysql_stmt_error(s->stmt), e);
	else
		(void)conn_error(s->conn, e);
	/* LIMIT ROWS EXAMINED: the server stops with the rows it has, but where it was to sort them it says that it could not */
	if (mysql_errno(s->conn->my) != ER_FILSORT_ABORT || !strstr(e->text, "ROWS EXAMINED"))
		return DB_STEP_ERROR;
	s->conn->reading = NULL;
	return DB_STEP_DONE;
}

/* ---- the connection ---- */

static bool
maria_ping(struct db_conn *c)
{
	struct pollfd p = { .fd = mysql_get_socket(c->my), .events = POLLIN | POLLRDHUP };

	/* nobody was asked anything: what there is to read is a goodbye */
	if (c->lost || poll(&p, 1, 0) != 0)
		return false;
	if (clock_mono_ms() - c->used_at < IDLE_MS)
		return true;
	c->used_at = clock_mono_ms();
	return maria_alive(c);
}

static void
maria_set_deadline(struct db_conn *c, int64_t deadline)
{
	c->used_at = clock_mono_ms();
	c->deadline = deadline;
	c->end = MIN(deadline, c->used_at + c->statement_ms + GRACE_MS);
}

static enum rc
simple(struct db_conn *c, const char *sql, struct db_error *e)
{
	return maria_query(c, sql) ? RC_OK : conn_error(c, e);
}

/* Writers that would collide stand in line at this row; it is never changed. Before there is a schema there is no crowd either. */
static enum rc
take_turn(struct db_conn *c, struct db_error *e)
{
	if (maria_query(c, "SELECT id FROM vimb_turn WHERE id = 1 FOR UPDATE")) {
		MYSQL_RES *res = maria_store_result(c);

		mysql_free_result(res);
		return res ? RC_OK : conn_error(c, e);
	}
	return mysql_errno(c->my) == ER_NO_SUCH_TABLE ? RC_OK : conn_error(c, e);
}

static enum rc
maria_begin(struct db_conn *c, unsigned run, struct db_error *e)
{
	enum rc rc = simple(c, "START TRANSACTION", e);

	/* the snapshot is taken at the first look after this, so who waited its turn sees what the others did */
	return rc == RC_OK && (run > 0 || !c->snapshots) ? take_turn(c, e) : rc;
}

static enum rc
maria_commit(struct db_conn *c, struct db_error *e)
{
	return simple(c, "COMMIT", e);
}

static void
maria_rollback(struct db_conn *c)
{
	c->end = MAX(c->end, clock_mono_ms() + ROLLBACK_MS);
	if (!maria_query(c, "ROLLBACK"))
		c->lost = true;
}

/* ---- statements ---- */

static bool
is_number(enum enum_field_types type)
{
	return type == MYSQL_TYPE_TINY || type == MYSQL_TYPE_SHORT || type == MYSQL_TYPE_INT24 ||
	    type == MYSQL_TYPE_LONG || type == MYSQL_TYPE_LONGLONG || type == MYSQL_TYPE_YEAR;
}

static void
cell_grow(struct cell *cell, size_t size)
{
	free(cell->text);
	cell->size = size;
	cell->text = malloc(size + 1);
	if (!cell->text)
		abort();
}

static void
cell_bind(struct cell *cell, MYSQL_BIND *b)
{
	*b = (MYSQL_BIND){ .buffer_type = cell->number ? MYSQL_TYPE_LONGLONG : MYSQL_TYPE_STRING,
		.buffer = cell->number ? (void *)&cell->i : cell->text,
		.buffer_length = cell->number ? sizeof(cell->i) : cell->size,
		.length = &cell->len,
		.is_null = &cell->null,
		.error = &cell->cut };
}

static void
maria_reset(struct db_stmt *s)
{
	if (s->conn->reading == s)
		s->conn->reading = NULL;
	if (!s->meta)
		return;
	if (!maria_stmt_free_result(s->conn, s->stmt) && loses(s->conn, mysql_stmt_errno(s->stmt)))
		s->conn->lost = true;
	for (unsigned i = 0; i < s->n; i++)
		if (!s->cells[i].number && s->cells[i].size > CELL_KEEP) {
			cell_grow(&s->cells[i], CELL_MIN);
			s->bound = false;
		}
}

/* The library, closing one statement, would read the rows of another away: what is being read is drained first. */
static void
maria_finalize(struct db_stmt *s)
{
	if (s->conn->reading)
		maria_reset(s->conn->reading);
	if (s->meta)
		mysql_free_result(s->meta);
	maria_stmt_close(s->conn, s->stmt);
	for (unsigned i = 0; i < s->n; i++)
		free(s->cells[i].text);
	free(s->cells);
	free(s->binds);
	free(s);
}

/* Numbers are fetched as such, all else as text: decimals, and times as YYYY-MM-DD HH:MM:SS. */
static void
make_cells(struct db_stmt *s)
{
	s->n = mysql_num_fields(s->meta);
	s->cells = calloc(s->n, sizeof(*s->cells));
	s->binds = calloc(s->n, sizeof(*s->binds));
	if (!s->cells || !s->binds)
		abort();
	for (unsigned i = 0; i < s->n; i++) {
		s->cells[i].number = is_number(mysql_fetch_field_direct(s->meta, i)->type);
		if (!s->cells[i].number)
			cell_grow(&s->cells[i], CELL_MIN);
	}
}

/* Of an INSERT ... SELECT ... RETURNING the server says only when it has run that it gives rows. */
static void
see_rows(struct db_stmt *s)
{
	if (!s->meta)
		s->meta = mysql_stmt_result_metadata(s->stmt);
	if (s->meta && !s->cells)
		make_cells(s);
}

static bool
busy(struct db_conn *c, struct db_error *e)
{
	if (!c->reading)
		return false;
	*e = (struct db_error){ .rc = RC_INTERNAL };
	(void)snprintf(e->text, sizeof(e->text), "rows of another statement are still being read");
	return true;
}

static struct db_stmt *
maria_prepare(struct db_conn *c, const char *sql, struct db_error *e)
{
	struct db_stmt *s;

	if (busy(c, e))
		return NULL;
	s = calloc(1, sizeof(*s));
	if (!s)
		abort();
	s->conn = c;
	s->stmt = mysql_stmt_init(c->my);
	if (!s->stmt)
		abort();
	if (!maria_stmt_prepare(c, s->stmt, sql)) {
		(void)stmt_error(s, e);
		maria_finalize(s);
		return NULL;
	}
	see_rows(s);
	return s;
}

/* Fetches again what did not fit, into a buffer that grows and stays. */
static bool
fetch_rest(struct db_stmt *s)
{
	for (unsigned i = 0; i < s->n; i++) {
		struct cell *cell = &s->cells[i];

		if (cell->number || cell->null || cell->len <= cell->size)
			continue;
		cell_grow(cell, cell->len);
		cell_bind(cell, &s->binds[i]);
		s->bound = false;
		if (mysql_stmt_fetch_column(s->stmt, &s->binds[i], i, 0) != 0)
			return false;
	}
	return true;
}

static bool
bind_cells(struct db_stmt *s)
{
	if (s->bound)
		return true;
	for (unsigned i = 0; i < s->n; i++)
		cell_bind(&s->cells[i], &s->binds[i]);
	s->bound = mysql_stmt_bind_result(s->stmt, s->binds) == 0;
	return s->bound;
}

static enum db_step
maria_next(struct db_stmt *s, struct db_error *e)
{
	int got;

	if (!bind_cells(s))
		return stmt_error(s, e);
	got = maria_stmt_fetch(s->conn, s->stmt);
	if (got == MYSQL_NO_DATA) {
		s->conn->reading = NULL;
		return DB_STEP_DONE;
	}
	if ((got != 0 && got != MYSQL_DATA_TRUNCATED) || !fetch_rest(s))
		return stmt_error(s, e);
	return DB_STEP_ROW;
}

static void
bind_param(MYSQL_BIND *b, const struct db_value *v)
{
	union {
		const void *in;
		void *out;
	} buffer = { v->type == DB_INT ? (const void *)&v->i : v->text };

	*b = (MYSQL_BIND){ .buffer_type = v->type == DB_NULL ? MYSQL_TYPE_NULL
		    : v->type == DB_INT                      ? MYSQL_TYPE_LONGLONG
							     : MYSQL_TYPE_STRING,
		.buffer = buffer.out, /* the library only reads it */
		.buffer_length = v->type == DB_INT ? sizeof(v->i) : v->len };
}

static enum db_step
maria_run(struct db_stmt *s, const struct db_value *params, size_t n, struct db_error *e)
{
	MYSQL_BIND binds[PARAMS_MAX];

	if (busy(s->conn, e))
		return DB_STEP_ERROR;
	if (n > PARAMS_MAX || n != mysql_stmt_param_count(s->stmt)) {
		*e = (struct db_error){ .rc = RC_INTERNAL };
		(void)snprintf(e->text, sizeof(e->text), "%zu parameters given", n);
		return DB_STEP_ERROR;
	}
	for (size_t i = 0; i < n; i++)
		bind_param(&binds[i], &params[i]);
	if ((n > 0 && mysql_stmt_bind_param(s->stmt, binds) != 0) ||
	    !maria_stmt_execute(s->conn, s->stmt))
		return stmt_error(s, e);
	see_rows(s);
	if (!s->meta)
		return DB_STEP_DONE;
	s->conn->reading = s;
	return maria_next(s, e);
}

static size_t
maria_columns(struct db_stmt *s)
{
	return s->n;
}

static const char *
maria_column_name(struct db_stmt *s, size_t i)
{
	return mysql_fetch_field_direct(s->meta, (unsigned)i)->name;
}

static struct db_value
maria_column(struct db_stmt *s, size_t i)
{
	struct cell *cell = &s->cells[i];

	if (cell->null)
		return (struct db_value){ 0 };
	if (cell->number)
		return (struct db_value){ DB_INT, cell->i, NULL, 0 };
	cell->text[cell->len] = '\0';
	return (struct db_value){ DB_TEXT, 0, cell->text, cell->len };
}

static int64_t
maria_changed(struct db_stmt *s)
{
	return (int64_t)mysql_stmt_affected_rows(s->stmt);
}

static int64_t
maria_last_id(struct db_stmt *s)
{
	return (int64_t)mysql_stmt_insert_id(s->stmt);
}

static bool
maria_is_mysql(struct db_conn *c)
{
	return !c->mariadb;
}

const struct db_driver db_driver_mysql = {
	.scheme = "mysql",
	.engine = DB_MYSQL,
	.check = maria_check,
	.reach = maria_reach,
	.open = maria_open,
	.close = maria_close,
	.ping = maria_ping,
	.set_deadline = maria_set_deadline,
	.begin = maria_begin,
	.commit = maria_commit,
	.rollback = maria_rollback,
	.word = simple,
	.prepare = maria_prepare,
	.finalize = maria_finalize,
	.run = maria_run,
	.next = maria_next,
	.columns = maria_columns,
	.column_name = maria_column_name,
	.column = maria_column,
	.reset = maria_reset,
	.changed = maria_changed,
	.last_id = maria_last_id,
	.is_mysql = maria_is_mysql,
	.script = maria_script,
};
