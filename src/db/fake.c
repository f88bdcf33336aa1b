/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scripted driver: see fake.h. It keeps its place in the test's own struct, which the URL points to, so it needs no state of its own. */
#include "base/base.h"

#include "db/fake.h"

#include <inttypes.h>

struct db_conn {
	struct fake *fake;
};

struct db_stmt {
	struct fake *fake;
	const struct fake_answer *answer;
	size_t row;
	char sql[1024];
};

void
fake_url(const struct fake *f, char url[64])
{
	(void)snprintf(url, 64, "fake:%" PRIuPTR, (uintptr_t)f);
}

/* The next answer if it is meant for this text; else an error that says what was unexpected. */
static const struct fake_answer *
answer(struct fake *f, const char *sql, struct db_error *e)
{
	const struct fake_answer *a = f->at < f->n ? &f->answers[f->at] : NULL;

	if (!a || !strstr(sql, a->sql)) {
		*e = (struct db_error){ .rc = RC_INTERNAL };
		(void)snprintf(e->text, sizeof(e->text), "unexpected: %.200s", sql);
		return NULL;
	}
	f->at++;
	if (a->fail == RC_OK)
		return a;
	*e = (struct db_error){ .rc = a->fail, .connection_lost = a->lost };
	(void)snprintf(e->text, sizeof(e->text), "scripted: %.200s", sql);
	return NULL;
}

static struct db_conn *
fake_open(const struct db_conf *conf, int64_t deadline, struct db_error *e)
{
	struct fake *f = (struct fake *)(uintptr_t)strtoull(conf->url + strlen("fake:"), NULL, 10);
	struct db_conn *c;

	(void)deadline;
	if (f->at < f->n && strcmp(f->answers[f->at].sql, "OPEN") == 0 && !answer(f, "OPEN", e))
		return NULL;
	c = calloc(1, sizeof(*c));
	if (!c)
		abort();
	c->fake = f;
	f->opened++;
	return c;
}

static void
fake_close(struct db_conn *c)
{
	c->fake->opened--;
	free(c);
}

static bool
fake_ping(struct db_conn *c)
{
	return !c->fake->stale;
}

static void
fake_set_deadline(struct db_conn *c, int64_t deadline)
{
	c->fake->deadline = deadline;
}

static enum rc
word(struct db_conn *c, const char *sql, struct db_error *e)
{
	return answer(c->fake, sql, e) ? RC_OK : e->rc;
}

static enum rc
fake_begin(struct db_conn *c, unsigned run, struct db_error *e)
{
	c->fake->run = run;
	return word(c, "BEGIN", e);
}

static enum rc
fake_commit(struct db_conn *c, struct db_error *e)
{
	enum rc rc = word(c, "COMMIT", e);

	c->fake->committed += rc == RC_OK;
	return rc;
}

static void
fake_rollback(struct db_conn *c)
{
	c->fake->rolled_back++;
}

static struct db_stmt *
fake_prepare(struct db_conn *c, const char *sql, struct db_error *e)
{
	struct db_stmt *s = calloc(1, sizeof(*s));

	(void)e;
	if (!s)
		abort();
	s->fake = c->fake;
	c->fake->prepared++;
	(void)snprintf(s->sql, sizeof(s->sql), "%s", sql);
	return s;
}

static void
fake_finalize(struct db_stmt *s)
{
	free(s);
}

static enum db_step
fake_run(struct db_stmt *s, const struct db_value *params, size_t n, struct db_error *e)
{
	struct fake *f = s->fake;

	(void)snprintf(f->last_sql, sizeof(f->last_sql), "%.255s", s->sql);
	f->last_n = MIN(n, ARRAY_LEN(f->last_params));
	memcpy(f->last_params, params, f->last_n * sizeof(*params));
	s->row = 0;
	if (!(s->answer = answer(f, s->sql, e)))
		return DB_STEP_ERROR;
	return s->answer->n_rows > 0 ? DB_STEP_ROW : DB_STEP_DONE;
}

static enum db_step
fake_next(struct db_stmt *s, struct db_error *e)
{
	if (++s->row >= s->answer->n_rows)
		return DB_STEP_DONE;
	if (s->row != s->answer->breaks_at)
		return DB_STEP_ROW;
	*e = (struct db_error){
		.rc = RC_UNAVAILABLE, .connection_lost = true, .text = "scripted: broke on the way"
	};
	return DB_STEP_ERROR;
}

static size_t
fake_columns(struct db_stmt *s)
{
	size_t n = 0;

	while (s->answer && s->answer->columns && s->answer->columns[n])
		n++;
	return n;
}

static const char *
fake_column_name(struct db_stmt *s, size_t i)
{
	return s->answer->columns[i];
}

/* Texts of digits come as integers, as engines give integer columns. */
static struct db_value
fake_column(struct db_stmt *s, size_t i)
{
	const char *text = s->answer->values[s->row * fake_columns(s) + i];
	char *end = NULL;
	int64_t v = text ? strtoll(text, &end, 10) : 0;

	if (text && *text && !*end)
		return (struct db_value){ DB_INT, v, NULL, 0 };
	return db_text(text);
}

static void
fake_reset(struct db_stmt *s)
{
	s->row = 0;
}

static int64_t
fake_changed(struct db_stmt *s)
{
	return s->answer->changed;
}

static int64_t
fake_last_id(struct db_stmt *s)
{
	return s->answer->last_id;
}

const struct db_driver db_driver_fake = {
	.scheme = "fake",
	.engine = DB_PGSQL,
	.open = fake_open,
	.close = fake_close,
	.ping = fake_ping,
	.set_deadline = fake_set_deadline,
	.begin = fake_begin,
	.commit = fake_commit,
	.rollback = fake_rollback,
	.word = word,
	.prepare = fake_prepare,
	.finalize = fake_finalize,
	.run = fake_run,
	.next = fake_next,
	.columns = fake_columns,
	.column_name = fake_column_name,
	.column = fake_column,
	.reset = fake_reset,
	.changed = fake_changed,
	.last_id = fake_last_id,
	.script = word,
};
