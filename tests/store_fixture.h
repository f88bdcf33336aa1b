/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A database with our schema and one op in a transaction, for tests of store functions: an SQLite file of its own, or what TEST_DATABASE names
 * (a fresh, empty database of any engine).
 */
#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/op.h"
#include "db/db.h"
#include "db/tx.h"
#include "model/actor.h"
#include "model/admin.h"
#include "model/alias.h"
#include "model/domain.h"
#include "model/mailbox.h"
#include "store/list.h"

#define NOW INT64_C(1790000000)

struct shop {
	char dir[64], url[96];
	struct db_pool *pool;
	struct errs errs;
	struct actor actor;
	struct op op; /* in a transaction, which is rolled back in the end */
	struct tx tx;
};

/* For cmocka: *state is the struct shop. */
int shop_setup(void **state);
int shop_teardown(void **state);

/* Asserts RC_OK and prints the fault if it is another. */
void ok(struct shop *s, enum rc rc, const char *file, int line);
#define OK(s, call) ok((s), (call), __FILE__, __LINE__)

/* Rows that must go in; each gives the id. */
int64_t put_domain(struct shop *s, const char *name);
int64_t put_mailbox(struct shop *s, int64_t domain_id, const char *local, const char *name);
int64_t put_alias(struct shop *s, int64_t domain_id, const char *address, const char *targets);
int64_t put_admin(struct shop *s, const char *username, bool super);

#endif
