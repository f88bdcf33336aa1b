/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The limiter: what one source and one account may try, what a success forgives, that strangers lock no owner out, what is
 * counted where, and who may see and clear it.
 */
#include "base/base.h"

#include "svc_fixture.h"

#include "base/clock.h"
#include "svc/attempts.h"
#include "svc/limit.h"
#include "svc/pace.h"

#define VICTIM "owner@own.example"
#define OTHER "stranger@other.example"
#define HOME "192.0.2.10"

static enum rc
sign_in(struct world *w, const char *source, const char *name, const char *password)
{
	struct actor actor = w->nobody;
	struct signin_in in = { .username = name, .password = password };
	struct auth_entry entry;

	actor.source = source;
	{
		OP box = as(w, &actor);

		return auth_sign_in(&box->op, &in, "Browser/1.0", &entry);
	}
}

/* One wrong try at a door of the test's own making. */
static enum rc
try_at(struct world *w, enum attempt_door door, const char *source, const char *account, bool right)
{
	struct actor actor = w->nobody;
	struct attempt_try t;
	enum rc rc;

	actor.source = source;
	{
		OP box = as(w, &actor);

		rc = attempts_begin_at(&box->op, door, account, &t);
		if (rc == RC_LIMITED)
			assert_in_range(box->op.wait, 1, 86400);
		else
			assert_int_equal(box->op.wait, 0);
		if (rc == RC_OK && right)
			EXPECT(box, attempts_clear(&box->op, &t), RC_OK);
	}
	return rc;
}

/* Whoever owns one account cannot wash guesses at another away with it. */
static void
test_no_laundering(void **state)
{
	struct world *w = *state;
	int looked_at = 0;

	for (int round = 0; round < 20; round++) {
		looked_at += sign_in(w, "198.51.100.1", VICTIM, "wrong password") == RC_UNAUTHENTICATED;
		(void)sign_in(w, "198.51.100.1", OTHER, PASSWORD);
	}
	assert_int_equal(looked_at, 5);
	assert_int_equal(sign_in(w, "198.51.100.1", OTHER, PASSWORD), RC_LIMITED);
}

/* ... but the own tries of who succeeds are forgiven, also the one that reached the limit. */
static void
test_own_tries_are_forgiven(void **state)
{
	struct world *w = *state;

	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 4; i++)
			assert_int_equal(sign_in(w, HOME, VICTIM, "wrong password"), RC_UNAUTHENTICATED);
		assert_int_equal(sign_in(w, HOME, VICTIM, PASSWORD), RC_OK);
	}
	assert_int_equal(world_number(w, "SELECT sum(failures) FROM vimb_attempt"), 0);
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_attempt WHERE locked_until <> 0"),
	    0);
}

static void
lock_account(struct world *w)
{
	char source[40];
	enum rc rc = RC_OK;

	for (int i = 0; i < 100 && rc != RC_LIMITED; i++) {
		(void)snprintf(source, sizeof(source), "198.51.100.%d", i);
		rc = sign_in(w, source, VICTIM, "wrong password");
	}
	assert_int_equal(rc, RC_LIMITED);
}

/* B3: strangers at many addresses lock the account for strangers, not for its owner, however long they go on. */
static void
test_owner_is_not_locked_out(void **state)
{
	struct world *w = *state;
	int64_t t = clock_now();

	clock_freeze(t);
	assert_int_equal(sign_in(w, HOME, VICTIM, PASSWORD), RC_OK);
	for (int day = 1; day < 4; day++) {
		clock_freeze(t + INT64_C(86400) * day);
		lock_account(w);
		assert_int_equal(sign_in(w, "203.0.113.1", VICTIM, PASSWORD), RC_LIMITED);
		assert_int_equal(sign_in(w, HOME, VICTIM, PASSWORD), RC_OK);
		/* that it was right forgives nothing to the others */
		assert_int_equal(sign_in(w, "203.0.113.1", VICTIM, PASSWORD), RC_LIMITED);
	}
	for (int i = 0; i < 5; i++)
		assert_int_equal(sign_in(w, HOME, VICTIM, "wrong password"), RC_UNAUTHENTICATED);
	assert_int_equal(sign_in(w, HOME, VICTIM, PASSWORD), RC_LIMITED);
	clock_freeze(0);
}

/* A source is known to the account that was signed in to from it, and to no other. */
static void
test_known_to_one_account(void **state)
{
	struct world *w = *state;

	assert_int_equal(sign_in(w, HOME, OTHER, PASSWORD), RC_OK);
	lock_account(w);
	assert_int_equal(sign_in(w, HOME, VICTIM, PASSWORD), RC_LIMITED);
}

/* Who is signed in is asked again: strangers cannot use up these tries, and a thief of the session gets few. */
static void
test_proof_is_apart(void **state)
{
	struct world *w = *state;
	struct admin_in in = { .current_password = PASSWORD, .password = "another correct horse" };

	lock_account(w);
	in.current_password = "wrong password";
	for (int i = 0; i < 5; i++) {
		OP box = as(w, &w->owner);

		EXPECT(box, admin_password(&box->op, w->owner.admin_id, &in, NULL, NULL), RC_INVALID);
	}
	{
		OP box = as(w, &w->owner);

		in.current_password = PASSWORD;
		EXPECT(box, admin_password(&box->op, w->owner.admin_id, &in, NULL, NULL), RC_LIMITED);
		assert_in_range(box->op.wait, 1, 900);
	}
	assert_int_equal(world_number(w,
			     "SELECT count(*) FROM log WHERE action = 'ADMIN_PW_CHANGE_FAILED'"),
	    4);
	assert_int_equal(
	    world_number(w,
		"SELECT count(*) FROM log l JOIN vimb_audit v ON v.log_id = l.id WHERE l.action = "
		"'ADMIN_LOCKOUT' AND v.object = 'owner@own.example' AND v.actor = "
		"'owner@own.example'"),
	    1);
}

/* C3: whoever knows the password gets 30 guesses a day at the code, from wherever. */
static void
test_second_factor(void **state)
{
	struct world *w = *state;
	char source[40];
	int64_t t = clock_now();
	int looked_at = 0;

	for (int i = 0; i < 200; i++) {
		clock_freeze(t + 400 * i);
		(void)snprintf(source, sizeof(source), "198.51.100.%d", i);
		looked_at += try_at(w, ATTEMPT_SECOND, source, VICTIM, false) == RC_OK;
	}
	assert_int_equal(looked_at, 30);
	clock_freeze(t + 2 * 86400 + 400);
	assert_int_equal(try_at(w, ATTEMPT_SECOND, HOME, VICTIM, true), RC_OK);
	clock_freeze(0);
}

/* B6: the password alone clears nothing; the code does, for both. */
static void
test_second_clears_first(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 3; i++)
		assert_int_equal(try_at(w, ATTEMPT_SIGN_IN, HOME, VICTIM, false), RC_OK);
	assert_int_equal(try_at(w, ATTEMPT_SECOND, HOME, VICTIM, true), RC_OK);
	assert_int_equal(world_number(w, "SELECT sum(failures) FROM vimb_attempt"), 0);
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_known WHERE account = 'account:owner@own.example'"),
	    1);
}

/* Doors that take other secrets have counters of their own. */
static void
test_doors_are_apart(void **state)
{
	struct world *w = *state;
	static const enum attempt_door doors[] = { ATTEMPT_MAILBOX, ATTEMPT_RESET, ATTEMPT_SETUP,
		ATTEMPT_TRIGGER, ATTEMPT_TOKEN };

	for (size_t i = 0; i < ARRAY_LEN(doors); i++) {
		const char *account = doors[i] == ATTEMPT_MAILBOX || doors[i] == ATTEMPT_RESET
		    ? "box@own.example"
		    : NULL;

		for (int n = 0; n < 5; n++)
			assert_int_equal(try_at(w, doors[i], HOME, account, false), RC_OK);
		assert_int_equal(try_at(w, doors[i], HOME, account, false), RC_LIMITED);
	}
	assert_int_equal(sign_in(w, HOME, VICTIM, PASSWORD), RC_OK);
	assert_int_equal(try_at(w, ATTEMPT_TRIGGER, "192.0.2.11", NULL, false), RC_OK);
}

/* B19: one victim gets few mails, whoever asks for them. */
static void
test_reset_by_account(void **state)
{
	struct world *w = *state;
	char source[40];
	int looked_at = 0;

	for (int i = 0; i < 20; i++) {
		(void)snprintf(source, sizeof(source), "198.51.100.%d", i);
		looked_at += try_at(w, ATTEMPT_RESET, source, VICTIM, false) == RC_OK;
	}
	assert_int_equal(looked_at, 5);
}

/* A dry run is no way to guess without being counted. */
static void
test_dry_run_counts(void **state)
{
	struct world *w = *state;
	int looked_at = 0;

	for (int i = 0; i < 10; i++) {
		OP box = as_with(w, &w->nobody, OP_DRY_RUN, NULL);
		struct attempt_try t;

		looked_at += attempts_begin_at(&box->op, ATTEMPT_SIGN_IN, VICTIM, &t) == RC_OK;
	}
	assert_int_equal(looked_at, 5);
}

/* What cannot be counted is not looked at. */
static void
test_fails_closed(void **state)
{
	struct world *w = *state;
	enum rc rc;

	world_exec(w, "ALTER TABLE vimb_attempt RENAME TO vimb_attempt_gone");
	rc = sign_in(w, HOME, VICTIM, PASSWORD);
	assert_true(rc != RC_OK && rc != RC_UNAUTHENTICATED);
	world_exec(w, "ALTER TABLE vimb_attempt_gone RENAME TO vimb_attempt");
	assert_int_equal(sign_in(w, HOME, VICTIM, PASSWORD), RC_OK);
}

/* Something typed in place of a name may be a password: it is nowhere to be read. */
static void
test_no_secret_is_kept(void **state)
{
	struct world *w = *state;
	char *dump;

	(void)sign_in(w, HOME, "hunter2-canary", "other-canary");
	(void)try_at(w, ATTEMPT_MAILBOX, HOME, "hunter2-canary", false);
	dump = world_dump(w);
	assert_null(strstr(dump, "canary"));
	free(dump);
}

/* ---- seeing and clearing ---- */

static void
test_list(void **state)
{
	struct world *w = *state;
	struct limit_list list;
	OP box = as(w, &w->root);

	(void)try_at(w, ATTEMPT_MAILBOX, "2001:db8::1", "box@own.example", false);
	lock_account(w);
	EXPECT(box, limit_list(&box->op, &list), RC_OK);
	assert_true(list.n > 10);
	assert_string_equal(list.rows[0].what, "account");
	assert_string_equal(list.rows[0].name, VICTIM);
	assert_string_equal(list.rows[0].door, "sign-in");
	assert_int_equal(list.rows[0].tries, 16);
	assert_true(list.rows[0].until > box->op.now);
	for (size_t i = 1; i < list.n; i++)
		assert_int_equal(list.rows[i].until, 0);
}

static void
test_only_supers(void **state)
{
	struct world *w = *state;
	struct limit_list list;
	int64_t cleared;

	lock_account(w);
	{
		OP box = as(w, &w->owner);

		EXPECT(box, limit_list(&box->op, &list), RC_DENIED);
		EXPECT(box, limit_clear(&box->op, VICTIM, &cleared), RC_DENIED);
	}
	{
		OP box = as(w, &w->nobody);

		EXPECT(box, limit_list(&box->op, &list), RC_UNAUTHENTICATED);
		EXPECT(box, limit_clear(&box->op, VICTIM, &cleared), RC_UNAUTHENTICATED);
	}
	assert_int_equal(sign_in(w, "203.0.113.1", VICTIM, PASSWORD), RC_LIMITED);
}

static void
test_clear(void **state)
{
	struct world *w = *state;
	int64_t cleared = 0;
	char *row;

	lock_account(w);
	for (int i = 0; i < 6; i++)
		(void)try_at(w, ATTEMPT_TOKEN, "2001:db8:1:2::1", NULL, false);
	{
		OP box = as_with(w, &w->root, OP_DRY_RUN, NULL);

		EXPECT(box, limit_clear(&box->op, "Owner@own.example", &cleared), RC_OK);
	}
	assert_int_equal(sign_in(w, "203.0.113.1", VICTIM, PASSWORD), RC_LIMITED);
	{
		OP box = as(w, &w->root);

		EXPECT(box, limit_clear(&box->op, "Owner@own.example", &cleared), RC_OK);
		assert_int_equal(cleared, 1);
		EXPECT(box, limit_clear(&box->op, "2001:db8:1:2:ffff::", &cleared), RC_OK);
		EXPECT(box, limit_clear(&box->op, "2001:db8:1:2::/64", &cleared), RC_NOT_FOUND);
		EXPECT(box, limit_clear(&box->op, "source:198.51.100.1", &cleared), RC_OK);
		EXPECT(box, limit_clear(&box->op, "pair:%", &cleared), RC_NOT_FOUND);
		EXPECT(box, limit_clear(&box->op, "", &cleared), RC_NOT_FOUND);
		EXPECT(box, limit_clear(&box->op, NULL, &cleared), RC_NOT_FOUND);
	}
	assert_int_equal(sign_in(w, "203.0.113.1", VICTIM, PASSWORD), RC_OK);
	assert_int_equal(try_at(w, ATTEMPT_TOKEN, "2001:db8:1:2::1", NULL, false), RC_OK);
	assert_int_equal(world_number(w, "SELECT count(*) FROM log WHERE action = 'LIMIT_CLEAR'"), 3);
	row = world_text(w,
	    "SELECT v.detail_before FROM vimb_audit v JOIN log l ON l.id = v.log_id WHERE l.action "
	    "= 'LIMIT_CLEAR' "
	    "AND v.actor = 'root@own.example' ORDER BY l.id LIMIT 1");
	assert_string_equal(row, "{\"account:owner@own.example\":17}");
	free(row);
}

/* ---- changes of who is signed in ---- */

static enum rc
change_at(struct world *w, const struct actor *actor, int64_t after, bool dear, int64_t *ret_wait)
{
	OP box = as_with(w, actor, OP_DRY_RUN, NULL);
	enum rc rc;

	box->op.now += after;
	rc = pace_take(&box->op, dear);
	*ret_wait = box->op.wait;
	return rc;
}

/* How many of n come through. */
static int
changes(struct world *w, const struct actor *actor, int64_t after, int n)
{
	int64_t wait;
	int ok = 0;

	for (int i = 0; i < n; i++)
		ok += change_at(w, actor, after, false, &wait) == RC_OK;
	return ok;
}

/* Some seconds may pass between one op and the next: what is asked is asked for far within or past them. */
static void
test_pace(void **state)
{
	struct world *w = *state;
	struct actor token = w->owner;
	int64_t wait, cleared;

	assert_int_equal(changes(w, &w->owner, 0, 50), 50); /* no limit is set */
	w->conf.changes_per_minute = 40;
	world_change_conf(w);
	assert_int_equal(changes(w, &w->owner, 0, 2), 2); /* the first portion */
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_attempt"), 0);
	assert_int_equal(changes(w, &w->owner, 0, 50), 38);
	assert_int_equal(change_at(w, &w->owner, 0, true, &wait), RC_LIMITED);
	assert_in_range(wait, 1, 60);
	assert_int_equal(world_number(w, "SELECT count(*) FROM log l JOIN vimb_audit v ON v.log_id = l.id WHERE l.action = 'CHANGE_LIMIT' AND v.actor = 'owner@own.example'"),
	    1);
	assert_int_equal(changes(w, &w->root, 0, 40), 40);
	token.name = "owner@own.example (token t)";
	assert_int_equal(changes(w, &token, 0, 40), 40);
	{
		OP box = as(w, &w->root);

		EXPECT(box, limit_clear(&box->op, "owner@own.example", &cleared), RC_OK);
	}
	assert_int_equal(changes(w, &w->owner, 0, 41), 40);
	assert_int_equal(changes(w, &w->owner, 120, 41), 40); /* a minute later, and another is over */
	w->conf.bruteforce_whitelist = "192.0.2.0/24";
	world_change_conf(w);
	token.source = "192.0.2.1";
	assert_int_equal(changes(w, &token, 0, 99), 99);
}

/* What one process counted counts for another, and for the one that comes after it. */
static void
test_pace_is_shared(void **state)
{
	struct world *w = *state;

	w->conf.changes_per_minute = 40;
	world_change_conf(w);
	assert_int_equal(changes(w, &w->owner, 0, 30), 30);
	world_change_conf(w); /* as after a restart: 10 are left */
	assert_int_equal(changes(w, &w->owner, 0, 50), 10);
}

static void
test_pace_dear(void **state)
{
	struct world *w = *state;
	int64_t wait;
	int ok = 0;

	w->conf.changes_per_minute = 1000;
	world_change_conf(w);
	for (int i = 0; i < 120; i++)
		ok += change_at(w, &w->owner, 0, true, &wait) == RC_OK;
	assert_int_equal(ok, 100);
	assert_int_equal(changes(w, &w->owner, 0, 1), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = { T(test_no_laundering), T(test_own_tries_are_forgiven),
		T(test_owner_is_not_locked_out), T(test_known_to_one_account),
		T(test_proof_is_apart), T(test_second_factor), T(test_second_clears_first),
		T(test_doors_are_apart), T(test_reset_by_account), T(test_dry_run_counts),
		T(test_fails_closed), T(test_no_secret_is_kept), T(test_list), T(test_only_supers),
		T(test_clear), T(test_pace), T(test_pace_is_shared), T(test_pace_dear) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
