/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Many at once: the last place of a domain, one address, the last super, the first administrator,
 * the last try before a lock.
 */
#include "base/base.h"

#include "svc_fixture.h"

#include "base/clock.h"
#include "base/totp_seal.h"

#include <pthread.h>

#define RUNNERS 24

struct runner {
	struct world *w;
	int n;
	const struct actor *actor;
	op_body body;
	enum rc rc;
	pthread_t thread;
	const char *token;
};

static void *
run(void *arg)
{
	struct runner *r = arg;
	struct op_start start = { .actor = r->actor, .deadline_ms = 60000 };
	struct op op = { 0 };

	r->rc = app_run(r->w->app, &op, &start, r->body, r);
	app_op_end(r->w->app, &op);
	return NULL;
}

/* Runs the body in all runners at once; how many answered `want`. */
static size_t
race(struct runner *r, size_t n, enum rc want)
{
	size_t hits = 0;

	for (size_t i = 0; i < n; i++)
		assert_int_equal(pthread_create(&r[i].thread, NULL, run, &r[i]), 0);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(pthread_join(r[i].thread, NULL), 0);
		hits += r[i].rc == want;
	}
	return hits;
}

static void
line_up(struct world *w, struct runner *r, const struct actor *actor, op_body body)
{
	for (int i = 0; i < RUNNERS; i++)
		r[i] = (struct runner){ .w = w, .n = i, .actor = actor, .body = body };
}

static enum rc
add_mailbox(struct op *op, void *ctx)
{
	struct runner *r = ctx;
	struct mailbox_in in = { 0 };
	struct mailbox row;

	GIVE(mailbox_in, &in, address, arena_printf(op->arena, "race%d@own.example", r->n));
	GIVE(mailbox_in, &in, hash, "{SHA512-CRYPT}$6$abcdefgh$0123456789abcdefghijklmnopqrstuvwxyz");
	return mailbox_add(op, &in, &row, NULL);
}

/* J3 */
static void
test_limit(void **state)
{
	struct world *w = *state;
	struct runner r[RUNNERS];

	world_exec(w,
	    "UPDATE domain SET max_mailboxes = 2, max_aliases = 2 WHERE domain = 'own.example'");
	line_up(w, r, &w->owner, add_mailbox);
	assert_int_equal(race(r, RUNNERS, RC_OK), 1);
	for (int i = 0; i < RUNNERS; i++)
		assert_true(r[i].rc == RC_OK || r[i].rc == RC_CONFLICT);
	assert_int_equal(world_number(w,
			     "SELECT count(*) FROM mailbox WHERE username LIKE '%@own.example'"),
	    2);
	assert_int_equal(world_number(w, "SELECT mailbox_count FROM domain WHERE domain = 'own.example'"),
	    2);
}

static enum rc
add_alias(struct op *op, void *ctx)
{
	struct runner *r = ctx;
	struct alias_in in = { 0 };
	struct alias row;

	GIVE(alias_in, &in, address, arena_printf(op->arena, "race%d@own.example", r->n));
	GIVE(alias_in, &in, goto_, "x@elsewhere.example");
	return alias_add(op, &in, &row);
}

static void
test_alias_limit(void **state)
{
	struct world *w = *state;
	struct runner r[RUNNERS];

	world_exec(w, "UPDATE domain SET max_aliases = 2 WHERE domain = 'own.example'");
	line_up(w, r, &w->owner, add_alias);
	assert_int_equal(race(r, RUNNERS, RC_OK), 1);
	assert_int_equal(world_number(w, "SELECT alias_count FROM domain WHERE domain = 'own.example'"),
	    2);
}

static enum rc
add_one(struct op *op, void *ctx)
{
	const struct runner *r = ctx;
	struct runner same = { .n = 7 };

	return r->n % 2 ? add_mailbox(op, &same) : add_alias(op, &same);
}

/* I11, J4: one name, mailboxes and aliases at once. */
static void
test_same_address(void **state)
{
	struct world *w = *state;
	struct runner r[RUNNERS];
	int64_t mailboxes, counted;

	line_up(w, r, &w->root, add_one);
	assert_int_equal(race(r, RUNNERS, RC_OK), 1);
	mailboxes = world_number(w, "SELECT count(*) FROM mailbox WHERE username = 'race7@own.example'");
	assert_int_equal(world_number(w, "SELECT count(*) FROM alias WHERE address = 'race7@own.example'"),
	    1);
	counted = world_number(w,
	    "SELECT mailbox_count + alias_count FROM domain WHERE domain = 'own.example'");
	assert_true(mailboxes <= 1);
	assert_int_equal(counted, 3);
}

static enum rc
drop_super(struct op *op, void *ctx)
{
	struct runner *r = ctx;
	struct admin_in in = { 0 };
	struct admin row;
	int64_t id = r->n % 2 ? r->w->root.admin_id : r->w->root2_id;

	if (r->n % 3 == 0)
		return admin_delete(op, id);
	if (r->n % 3 == 1)
		return admin_set_active(op, id, false, &row);
	GIVE(admin_in, &in, super, false);
	return admin_edit(op, id, &in, &row);
}

static void
test_last_super(void **state)
{
	struct world *w = *state;
	struct runner r[RUNNERS];

	line_up(w, r, &w->operator, drop_super);
	(void)race(r, RUNNERS, RC_OK);
	assert_int_equal(world_number(w, "SELECT count(*) FROM admin WHERE super = 1 AND active = 1"),
	    1);
}

static enum rc
first_admin(struct op *op, void *ctx)
{
	struct runner *r = ctx;
	struct setup_in in = { .token = r->token,
		.username = arena_printf(op->arena, "first%d@own.example", r->n),
		.password = PASSWORD };
	struct admin row;

	return auth_setup(op, &in, &row);
}

/* B16 */
static void
test_first_admin(void **state)
{
	struct world *w = *state;
	struct runner r[RUNNERS];
	const char *token;
	OP box = as(w, &w->nobody);

	w->conf.bruteforce_max = 1000;
	world_exec(w, "UPDATE log SET Admin_id = NULL; DELETE FROM domain_admins; DELETE FROM admin");
	EXPECT(box, auth_setup_token(&box->op, &token), RC_OK);
	line_up(w, r, &w->nobody, first_admin);
	for (int i = 0; i < RUNNERS; i++)
		r[i].token = token;
	assert_int_equal(race(r, RUNNERS, RC_OK), 1);
	assert_int_equal(world_number(w, "SELECT count(*) FROM admin"), 1);
}

static enum rc
guess(struct op *op, void *ctx)
{
	struct signin_in in = { .username = "owner@own.example", .password = "wrong password" };
	struct auth_entry entry;

	(void)ctx;
	return auth_sign_in(op, &in, NULL, &entry);
}

/* B5 */
static void
test_last_try(void **state)
{
	struct world *w = *state;
	struct runner r[RUNNERS];

	line_up(w, r, &w->nobody, guess);
	assert_int_equal(race(r, RUNNERS, RC_UNAUTHENTICATED), 5);
	for (int i = 0; i < RUNNERS; i++)
		assert_true(r[i].rc == RC_UNAUTHENTICATED || r[i].rc == RC_LIMITED);
}

static enum rc
edit(struct op *op, void *ctx)
{
	struct runner *r = ctx;
	struct mailbox_in in = { 0 };
	struct mailbox row;

	GIVE(mailbox_in, &in, name, arena_printf(op->arena, "Anna %d", r->n));
	in.rev = r->token;
	return mailbox_edit(op, r->w->own.mailbox_id, &in, &row);
}

/* J9: of many who opened the same row, one saves. */
static void
test_edit(void **state)
{
	struct world *w = *state;
	struct runner r[RUNNERS];
	struct mailbox row;
	char rev[17];
	OP box = as(w, &w->root);

	EXPECT(box, mailbox_get(&box->op, w->own.mailbox_id, &row), RC_OK);
	field_rev(&mailbox_fields, &row, rev);
	line_up(w, r, &w->owner, edit);
	for (int i = 0; i < RUNNERS; i++)
		r[i].token = rev;
	assert_int_equal(race(r, RUNNERS, RC_OK), 1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

#define SECRET "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

/* Root has a second factor with one backup code, and RUNNERS sign-ins that wait for it. */
static void
park(struct world *w, struct runner *r, const char *backup, char raw[][SESSION_ID_LEN + 1])
{
	struct totp_key key;
	char sealed[TOTP_SEALED_MAX + 1], kept[BACKUP_STORED_LEN + 1], sql[1024];

	totp_key_make(&key, w->conf.securitysalt);
	assert_true(totp_seal(&key, TOTP_KEPT, w->root.admin_id, SECRET, sealed));
	backup_stored(&key, w->root.admin_id, backup, kept);
	(void)snprintf(sql, sizeof(sql),
	    "INSERT INTO admin_pref (Admin_id, attribute, ix, op, value, expire) VALUES "
	    "(%lld, 'auth.totp.secret', 0, '=', '%s', 0), (%lld, 'auth.totp.backup', 0, '=', "
	    "'[\"%s\"]', 0)",
	    (long long)w->root.admin_id, sealed, (long long)w->root.admin_id, kept);
	world_exec(w, sql);
	w->conf.bruteforce_max = 1000;
	for (int i = 0; i < RUNNERS; i++) {
		OP box = as(w, &w->nobody);
		struct signin_in in = { .username = "root@own.example", .password = PASSWORD };
		struct auth_entry entry;

		EXPECT(box, auth_sign_in(&box->op, &in, NULL, &entry), RC_OK);
		assert_int_equal(entry.step, AUTH_CODE);
		memcpy(raw[i], entry.raw, sizeof(entry.raw));
		r[i].token = raw[i];
	}
}

static enum rc
give_code(struct op *op, void *ctx)
{
	struct runner *r = ctx;
	struct auth_entry entry;
	char code[TOTP_CODE_LEN + 1];

	assert_true(totp_code(SECRET, totp_step_of(clock_now()), code));
	return auth_second(op, r->token, code, NULL, &entry);
}

static enum rc
give_backup_code(struct op *op, void *ctx)
{
	struct runner *r = ctx;
	struct auth_entry entry;

	return auth_second(op, r->token, "23456789AB", NULL, &entry);
}

/* C1, C7: one code, many sign-ins at the same instant: one of them is let in. */
static void
test_one_code(void **state)
{
	struct world *w = *state;
	struct runner r[RUNNERS];
	char raw[RUNNERS][SESSION_ID_LEN + 1];
	const op_body bodies[] = { give_code, give_backup_code };

	for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
		clock_freeze(INT64_C(1780000000) + (int64_t)i * 900);
		world_exec(w,
		    "DELETE FROM admin_pref; DELETE FROM vimb_session; DELETE FROM vimb_parked");
		line_up(w, r, &w->nobody, bodies[i]);
		park(w, r, "23456789AB", raw);
		assert_int_equal(race(r, RUNNERS, RC_OK), 1);
		for (int k = 0; k < RUNNERS; k++)
			if (r[k].rc != RC_OK && r[k].rc != RC_INVALID && r[k].rc != RC_UNAVAILABLE &&
			    r[k].rc != RC_LIMITED) /* who lost a race in the database runs, and counts, again */
				fail_msg("%s", rc_slug(r[k].rc));
		assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_session"), 1);
	}
	clock_freeze(0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { T(test_limit), T(test_alias_limit),
		T(test_same_address), T(test_last_super), T(test_first_admin), T(test_last_try),
		T(test_edit), T(test_one_code) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
