/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A little installation for tests of the services: an SQLite file of its own, or the database that
 * TEST_DATABASE names, emptied; two domains with their administrators, a few mailboxes and aliases,
 * cheap hashes. An op is made in a line: `OP op = as(w, &w->root);`.
 */
#ifndef TESTS_SVC_FIXTURE_H
#define TESTS_SVC_FIXTURE_H

#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/op.h"
#include "conf/conf.h"
#include "model/actor.h"
#include "model/admin.h"
#include "model/alias.h"
#include "model/domain.h"
#include "model/list.h"
#include "model/mailbox.h"
#include "svc/admin.h"
#include "svc/alias.h"
#include "svc/app.h"
#include "svc/audit.h"
#include "svc/auth.h"
#include "svc/change.h"
#include "svc/domain.h"
#include "svc/mailbox.h"
#include "svc/system.h"

#define PASSWORD "correct horse"

/* What the verbs of a test work on. */
struct target {
	int64_t domain_id, mailbox_id, alias_id, admin_id;
	const char *domain, *mailbox, *alias, *admin;
	const char *fresh; /* a local part that is free */
};

struct world {
	char dir[64], url[256];
	struct conf conf;
	struct app *app;
	struct actor operator, root, owner, stranger, nobody;
	struct target own, other, missing; /* own.example with owner; other.example with stranger; nothing */
	int64_t root2_id;                  /* a second super */
	struct actor root2;
};

/* For cmocka: *state is the struct world. */
int world_setup(void **state);
int world_teardown(void **state);
void world_change_conf(struct world *w); /* opens the app anew after w->conf was changed */

/* An op of that actor; ends when it leaves its scope. */
struct op_box {
	struct op op;
	struct world *w;
};
struct op_box *as(struct world *w, const struct actor *actor);
struct op_box *as_with(struct world *w, const struct actor *actor, unsigned flags,
    const char *request_id);
void op_box_end(struct op_box **box);
#define OP CLEANUP(op_box_end) struct op_box *

/* Asserts the outcome; prints the faults when it is another. */
void expect_rc(struct op_box *box, enum rc got, enum rc want, const char *file, int line);
#define EXPECT(box, call, want) expect_rc((box), (call), (want), __FILE__, __LINE__)
/* Asserts that the first fault stands at that field (NULL: none) and its text holds those words. */
void expect_fault(struct op_box *box, const char *field, const char *words);

/* The whole database as text, one line a row; the caller frees it. */
char *world_dump(const struct world *w);
/* First column of the first row of a statement of the test's own, over a connection of its own. */
int64_t world_number(const struct world *w, const char *sql);
/* The same as text, to be freed. */
char *world_text(const struct world *w, const char *sql);
void world_exec(const struct world *w, const char *sql);
#define AUDIT_ROWS(w) world_number((w), "SELECT count(*) FROM log")

/* Every writing verb of the services, on a target. */
struct verb {
	const char *name;
	const char *action; /* word of its row in the trail */
	enum rc (*run)(struct op *op, const struct target *t);
	bool makes; /* a new object: made twice without a request id it conflicts */
	bool super_only;
};
extern const struct verb verbs[];
extern const size_t verbs_n;

/* Marks a member of an input struct as given. */
#define GIVE(S, in, m, value)                                   \
	do {                                                    \
		(in)->m = (value);                              \
		give(&S##_fields, (in), offsetof(struct S, m)); \
	} while (0)
void give(const struct fields *f, void *in, size_t off);

/* Shortcuts that must succeed. */
int64_t make_domain(struct world *w, const char *name, int64_t max_mailboxes, int64_t max_aliases,
    int64_t max_quota, int64_t quota);
int64_t make_mailbox(struct world *w, const char *address);
int64_t make_alias(struct world *w, const char *address, const char *targets);

#endif
