/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See tests/db_stage.h. */
#include "base/base.h"

#include "db_stage.h"

#include "base/clock.h"

struct stage *
stage_new(const struct fake_answer *answers, size_t n, unsigned handles)
{
	struct stage *s = calloc(1, sizeof(*s));
	struct errs errs = { .arena = arena_new(0, ARENA_PLAIN) };
	struct db_conf conf = { .pool_size = handles, .statement_ms = 1000, .lock_ms = 1000 };
	char url[64];

	assert_non_null(s);
	s->fake.answers = answers;
	s->fake.n = n;
	fake_url(&s->fake, url);
	conf.url = url;
	assert_int_equal(db_pool_new(&conf, &s->pool, &errs), RC_OK);
	assert_int_equal(db_pool_engine(s->pool), DB_PGSQL);
	arena_free(errs.arena);
	s->op = (struct op){ .arena = arena_new(0, ARENA_PLAIN),
		.now = STAGE_NOW,
		.deadline = clock_mono_ms() + 5000 };
	s->op.errs.arena = s->op.arena;
	return s;
}

enum rc
stage_take(struct stage *s)
{
	return db_pool_take(s->pool, s->op.deadline, &s->op.db, &s->op.errs);
}

void
stage_give(struct stage *s)
{
	db_pool_give(s->pool, s->op.db);
	s->op.db = NULL;
}

void
stage_free(struct stage **s)
{
	stage_give(*s);
	db_pool_free((*s)->pool);
	assert_int_equal((*s)->fake.opened, 0);
	arena_free((*s)->op.arena);
	free(*s);
}

void
stage_expect_detail(struct stage *s, const char *words)
{
	const struct err *e = s->op.errs.first;

	assert_non_null(e);
	assert_non_null(e->text);
	if (!e->detail || !strstr(e->detail, words))
		fail_msg("detail is \"%s\", not \"%s\"", e->detail ? e->detail : "", words);
	assert_null(strstr(e->text, words));
	err_clear(&s->op.errs);
}
