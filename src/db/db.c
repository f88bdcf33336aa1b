/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Running named statements: prepared once per connection, parameters bound and columns read by name. It knows structs only through their field
 * tables and engines only through their driver.
 *
 * The surprising thing: names are looked up once, when a statement first meets a field table, and kept beside it; after that a run costs no
 * comparison of texts at all.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/clock.h"
#include "db/db_int.h"

#define PARAMS_MAX 64

struct db_value
db_text(const char *text)
{
	return text ? (struct db_value){ DB_TEXT, 0, text, strlen(text) } : (struct db_value){ 0 };
}

enum db_engine
db_engine(const struct db *db)
{
	return db->driver->engine;
}

bool
db_is_mysql(const struct db *db)
{
	return db->driver->is_mysql && db->driver->is_mysql(db->conn);
}

void
db_at_length(struct db *db)
{
	if (db->at_length || !db->driver->at_length)
		return;
	db->driver->at_length(db->conn, true);
	db->at_length = true;
}

/* What people are told; the engine's own words go to the log. */
static const char *
fault_text(enum rc rc)
{
	if (rc == RC_CONFLICT)
		return N_("This clashes with something that exists already.");
	if (rc == RC_INVALID)
		return N_("The database cannot hold one of the characters that were entered.");
	if (rc == RC_RETRY || rc == RC_UNAVAILABLE)
		return N_("The database is not available at the moment. Nothing was changed; try "
			  "again shortly.");
	return N_("Something went wrong in the program. Nothing was changed.");
}

enum rc
db_failed(struct op *op, const char *what, const struct db_error *e)
{
	if (e->connection_lost)
		op->db->broken = true;
	if (e->outdated)
		op->db->outdated = true;
	if (op->db->tx_depth > 0)
		op->db->tx_failed = true;
	(void)op_fail(op, e->rc, "%s", fault_text(e->rc));
	return err_detail(&op->errs, e->rc, "", "%s: %s", what, e->text);
}

static enum rc
internal(struct op *op, const struct query *q, const char *what, const char *name)
{
	struct db_error e = { .rc = RC_INTERNAL };

	(void)snprintf(e.text, sizeof(e.text), "%s %s", what, name);
	return db_failed(op, q->name, &e);
}

struct db *
db_open(struct db_pool *pool, const struct db_driver *driver, const struct db_conf *conf,
    int64_t deadline, struct db_error *e)
{
	struct db_conn *conn = driver->open(conf, deadline, e);
	struct db *db = conn ? calloc(1, sizeof(*db)) : NULL;

	if (!db) {
		if (conn)
			abort(); /* out of memory */
		return NULL;
	}
	db->pool = pool;
	db->driver = driver;
	db->conn = conn;
	return db;
}

static void
forget_statements(struct db *db)
{
	for (size_t i = 0; i < DB_CACHE; i++) {
		if (!db->cache[i].query)
			continue;
		db->driver->finalize(db->cache[i].stmt);
		free(db->cache[i].in);
		free(db->cache[i].out);
		db->cache[i] = (struct db_prepared){ 0 };
	}
	db->cached = 0;
}

void
db_rest(struct db *db)
{
	if (db->outdated || db->cached > DB_CACHE / 4 * 3)
		forget_statements(db);
	db->outdated = false;
}

void
db_close(struct db *db)
{
	if (!db)
		return;
	forget_statements(db);
	db->driver->close(db->conn);
	free(db);
}

/* The statement's slot, by the address of its query; the prepared statement is made on first use. */
static enum rc
prepared(struct op *op, const struct query *q, struct db_prepared **ret)
{
	struct db *db = op->db;
	const struct query_text *text = &q->text[db->driver->engine];
	size_t at = ((uintptr_t)q >> 4) * 0x9E3779B1U % DB_CACHE;
	struct db_error e = { .rc = RC_INTERNAL };

	while (db->cache[at].query && db->cache[at].query != q)
		at = (at + 1) % DB_CACHE;
	*ret = &db->cache[at];
	if ((*ret)->query)
		return RC_OK;
	if (db->cached + 1 >= DB_CACHE)
		return internal(op, q, "too many statements", "");
	(*ret)->stmt = db->driver->prepare(db->conn, text->sql, &e);
	if (!(*ret)->stmt)
		return db_failed(op, q->name, &e);
	(*ret)->query = q;
	db->cached++;
	return RC_OK;
}

struct db_value
db_value_of(const struct field *f, const void *obj, char time_buf[20])
{
	int64_t v;

	if (f->type == FIELD_TEXT)
		return db_text(field_text(f, obj));
	v = field_int(f, obj);
	if (f->kind == KIND_ID && v == 0)
		return (struct db_value){ 0 };
	if (f->kind != KIND_TIME)
		return (struct db_value){ DB_INT, v, NULL, 0 };
	if (v == 0)
		return (struct db_value){ 0 };
	clock_sql(v, time_buf);
	return (struct db_value){ DB_TEXT, 0, time_buf, 19 };
}

static const struct db_arg *
arg_named(const struct db_args *args, const char *name)
{
	for (size_t i = 0; i < args->n; i++)
		if (strcmp(args->at[i].name, name) == 0)
			return &args->at[i];
	return NULL;
}

/* Resolves the parameters for this field table: a field, or NULL for a name that the arguments must bring. */
static void
resolve_in(const struct op *op, struct db_prepared *p, const struct db_args *args)
{
	const struct query_text *text = &p->query->text[op->db->driver->engine];

	if (p->in && p->in_fields == args->fields)
		return;
	free(p->in);
	p->in = calloc(text->n_params ? text->n_params : 1, sizeof(struct field *));
	if (!p->in)
		abort();
	p->in_fields = args->fields;
	for (unsigned i = 0; args->fields && i < text->n_params; i++)
		p->in[i] = field_by_name(args->fields, text->params[i]);
}

struct bound {
	struct db_value values[PARAMS_MAX];
	char times[8][20];
	size_t n_times;
};

static enum rc
bind(struct op *op, struct db_prepared *p, const struct db_args *args, struct bound *b)
{
	const struct query_text *text = &p->query->text[op->db->driver->engine];

	resolve_in(op, p, args);
	if (text->n_params > PARAMS_MAX)
		return internal(op, p->query, "too many parameters", "");
	b->n_times = 0;
	for (unsigned i = 0; i < text->n_params; i++) {
		const struct db_arg *arg = arg_named(args, text->params[i]);
		const struct field *f = arg ? NULL : p->in[i];

		if (f && f->kind == KIND_TIME && b->n_times == ARRAY_LEN(b->times))
			return internal(op, p->query, "too many times in", p->query->name);
		if (arg)
			b->values[i] = arg->v;
		else if (f)
			b->values[i] = db_value_of(f, args->obj,
			    b->times[f->kind == KIND_TIME ? b->n_times++ : 0]);
		else
			return internal(op, p->query, "no value for parameter", text->params[i]);
	}
	return RC_OK;
}

/* Binds and runs; on RC_OK *ret_step says whether a row is there. */
static enum rc
run(struct op *op, const struct query *q, const struct db_args *args, struct db_prepared **ret,
    enum db_step *ret_step)
{
	struct db_error e = { .rc = RC_INTERNAL };
	struct bound b;
	enum rc rc;

	if (op->settle && (rc = op->settle(op)) != RC_OK)
		return rc;
	op->statements++;
	op->db->driver->set_deadline(op->db->conn, op->deadline);
	if ((rc = prepared(op, q, ret)) != RC_OK || (rc = bind(op, *ret, args, &b)) != RC_OK)
		return rc;
	*ret_step = op->db->driver->run((*ret)->stmt, b.values,
	    q->text[op->db->driver->engine].n_params, &e);
	if (*ret_step != DB_STEP_ERROR)
		return RC_OK;
	op->db->driver->reset((*ret)->stmt);
	return db_failed(op, q->name, &e);
}

enum rc
db_exec(struct op *op, const struct query *q, const struct db_args *args, int64_t *ret_changed)
{
	struct db_prepared *p;
	enum db_step step;
	enum rc rc = run(op, q, args, &p, &step);

	if (rc != RC_OK)
		return rc;
	if (ret_changed)
		*ret_changed = op->db->driver->changed(p->stmt);
	op->db->driver->reset(p->stmt);
	return RC_OK;
}

enum rc
db_insert(struct op *op, const struct query *q, const struct db_args *args, int64_t *ret_id)
{
	struct db_prepared *p;
	enum db_step step;
	enum rc rc = run(op, q, args, &p, &step);

	if (rc != RC_OK)
		return rc;
	*ret_id = op->db->driver->last_id(p->stmt);
	op->db->driver->reset(p->stmt);
	return RC_OK;
}

enum rc
db_number(struct op *op, const struct query *q, const struct db_args *args, int64_t *ret)
{
	struct db_prepared *p;
	enum db_step step;
	enum rc rc = run(op, q, args, &p, &step);

	if (rc != RC_OK)
		return rc;
	*ret = 0;
	if (step == DB_STEP_ROW) {
		struct db_value v = op->db->driver->column(p->stmt, 0);

		*ret = v.type == DB_INT ? v.i : v.type == DB_TEXT ? strtoll(v.text, NULL, 10) : 0;
	}
	op->db->driver->reset(p->stmt);
	return RC_OK;
}

/* ---- rows ---- */

static enum rc
resolve_out(struct op *op, struct db_prepared *p, const struct fields *f)
{
	const struct db_driver *d = op->db->driver;

	if (p->out && p->out_fields == f)
		return RC_OK;
	p->n_out = d->columns(p->stmt);
	free(p->out);
	p->out = calloc(p->n_out ? p->n_out : 1, sizeof(struct field *));
	if (!p->out)
		abort();
	p->out_fields = f;
	for (size_t i = 0; i < p->n_out; i++) {
		const char *name = d->column_name(p->stmt, i);

		if (!(p->out[i] = field_by_name(f, name)))
			return internal(op, p->query, "no field for column", name);
	}
	return RC_OK;
}

static int64_t
int_of(const struct field *f, const struct db_value *v)
{
	int64_t t = 0;

	if (v->type == DB_INT)
		return v->i;
	if (v->type == DB_NULL)
		return 0;
	if (f->kind == KIND_TIME)
		return clock_parse_sql(v->text, &t) ? t : 0;
	return strtoll(v->text, NULL, 10);
}

/* An engine may give a number where text is asked for (SQLite stores what it is given). */
static const char *
text_of(struct arena *arena, const struct db_value *v)
{
	if (v->type == DB_NULL)
		return NULL;
	if (v->type == DB_INT)
		return arena_printf(arena, "%lld", (long long)v->i);
	return arena_strndup(arena, v->text, v->len);
}

/* The PHP program let limits below 0 in; nothing else can be meant by them than by 0. */
static int64_t
limit_of(const struct field *f, int64_t n)
{
	return f->flags & FIELD_UNLIMITED ? MAX(n, (int64_t)0) : n;
}

static void
read_row(const struct db_driver *d, struct db_prepared *p, struct arena *arena, void *row)
{
	for (size_t i = 0; i < p->n_out; i++) {
		const struct field *f = p->out[i];
		struct db_value v = d->column(p->stmt, i);

		if (f->type == FIELD_TEXT)
			field_set_text(f, row, text_of(arena, &v));
		else
			field_set_int(f, row, limit_of(f, int_of(f, &v)));
	}
}

enum rc
db_one(struct op *op, const struct query *q, const struct db_args *args, const struct fields *f,
    void *row)
{
	const struct db_driver *d = op->db->driver;
	struct db_prepared *p;
	enum db_step step;
	enum rc rc;

	if ((rc = run(op, q, args, &p, &step)) != RC_OK)
		return rc;
	if (step == DB_STEP_ROW) {
		if ((rc = resolve_out(op, p, f)) == RC_OK) {
			memset(row, 0, f->size);
			read_row(d, p, op->arena, row);
		}
	} else {
		rc = RC_NOT_FOUND;
	}
	d->reset(p->stmt);
	return rc;
}

enum rc
db_each(struct op *op, const struct query *q, const struct db_args *args, const struct fields *f,
    enum rc (*each)(void *ctx, const void *row), void *ctx)
{
	const struct db_driver *d = op->db->driver;
	struct db_error e = { .rc = RC_INTERNAL };
	void *row = arena_alloc(op->arena, f->size);
	struct db_prepared *p;
	enum db_step step;
	enum rc rc;

	if ((rc = run(op, q, args, &p, &step)) != RC_OK)
		return rc;
	if (step == DB_STEP_ROW)
		rc = resolve_out(op, p, f);
	for (; rc == RC_OK && step == DB_STEP_ROW; step = d->next(p->stmt, &e)) {
		struct arena_mark mark = arena_mark(op->arena);

		memset(row, 0, f->size);
		read_row(d, p, op->arena, row);
		rc = each(ctx, row);
		arena_reset(op->arena, mark);
		if (rc != RC_OK)
			break;
	}
	d->reset(p->stmt);
	return step == DB_STEP_ERROR ? db_failed(op, q->name, &e) : rc;
}

/* Rows gather in chunks of the arena; the array is put together once at the end. */
struct gather {
	struct gather *older;
	size_t n;
	char rows[];
};
#define GATHER_ROWS 64

static void *
gather_rows(struct arena *arena, struct gather *last, size_t total, size_t size)
{
	char *all;
	size_t at = total;

	if (last && !last->older)
		return last->rows;
	all = arena_array(arena, total, size);
	for (; last; last = last->older) {
		at -= last->n;
		memcpy(all + at * size, last->rows, last->n * size);
	}
	return all;
}

enum rc
db_all(struct op *op, const struct query *q, const struct db_args *args, const struct fields *f,
    size_t max, struct rows *ret)
{
	const struct db_driver *d = op->db->driver;
	struct db_error e = { .rc = RC_INTERNAL };
	struct gather *last = NULL;
	struct db_prepared *p;
	enum db_step step;
	size_t total = 0;
	enum rc rc;

	if ((rc = run(op, q, args, &p, &step)) != RC_OK)
		return rc;
	if (step == DB_STEP_ROW)
		rc = resolve_out(op, p, f);
	for (; rc == RC_OK && step == DB_STEP_ROW; step = d->next(p->stmt, &e)) {
		if (!last || last->n == GATHER_ROWS) {
			struct gather *g = arena_alloc(op->arena, sizeof(*g) + GATHER_ROWS * f->size);

			g->older = last;
			last = g;
		}
		if (++total > max)
			rc = internal(op, q, "more rows than asked for by", q->name);
		else
			read_row(d, p, op->arena, last->rows + last->n++ * f->size);
	}
	d->reset(p->stmt);
	if (step == DB_STEP_ERROR)
		return db_failed(op, q->name, &e);
	if (rc == RC_OK)
		*ret = (struct rows){ gather_rows(op->arena, last, total, f->size), total };
	return rc;
}
