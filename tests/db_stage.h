/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One op on a pool over the scripted driver, for tests of the database layer: `STAGE(s, answers, 1);` takes a handle, which is given back and the pool
 * freed when the scope ends; then nothing may be left open.
 */
#ifndef TESTS_DB_STAGE_H
#define TESTS_DB_STAGE_H

#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/op.h"
#include "db/db_int.h"
#include "db/fake.h"
#include "db/tx.h"

#define COLUMNS(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define VALUES(...) ((const char *const[]){ __VA_ARGS__ })
#define STAGE_NOW INT64_C(1790000000)

struct stage {
	struct fake fake;
	struct db_pool *pool;
	struct op op;
};

struct stage *stage_new(const struct fake_answer *answers, size_t n, unsigned handles);
void stage_free(struct stage **s);
enum rc stage_take(struct stage *s);
void stage_give(struct stage *s);
/* The first fault's detail holds those words, its text does not: people are told something else. Forgets the faults. */
void stage_expect_detail(struct stage *s, const char *words);

#define STAGE(s, answers, handles)                                                                 \
	CLEANUP(stage_free) struct stage *s = stage_new((answers), ARRAY_LEN(answers), (handles)); \
	assert_int_equal(stage_take(s), RC_OK)

#endif
