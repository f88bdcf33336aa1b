/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signing in: what counts, what is the same for all, what is written; sessions and their ends; the
 * first administrator.
 */
#include "base/base.h"

#include "svc_fixture.h"

#include "base/clock.h"

#define ID SESSION_ID_LEN + 1

static enum rc
sign_in_from(struct world *w, const char *source, const char *name, const char *password,
    char ret_id[ID])
{
	struct actor actor = w->nobody;
	struct signin_in in = { .username = name, .password = password };
	struct auth_entry entry;
	enum rc rc;

	actor.source = source;
	{
		OP box = as(w, &actor);

		rc = auth_sign_in(&box->op, &in, "Browser/1.0", &entry);
		if (rc == RC_LIMITED)
			assert_in_range(box->op.wait, 1, 900);
		memcpy(ret_id, entry.raw, sizeof(entry.raw));
	}
	return rc;
}

static enum rc
sign_in(struct world *w, const char *name, const char *password, char ret_id[ID])
{
	return sign_in_from(w, "192.0.2.99", name, password, ret_id);
}

static enum rc
session_rc(struct world *w, const char *id)
{
	OP box = as(w, &w->nobody);
	struct session s;
	struct actor actor;

	return auth_session(&box->op, id, &s, &actor);
}

static void
test_sign_in(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->nobody);
	char id[ID];
	struct session s;
	struct actor actor;
	char *data;

	assert_int_equal(sign_in(w, "Owner@own.example", PASSWORD, id), RC_OK);
	assert_int_equal(strlen(id), SESSION_ID_LEN);
	EXPECT(box, auth_session(&box->op, id, &s, &actor), RC_OK);
	assert_int_equal(actor.kind, ACTOR_ADMIN);
	assert_int_equal(actor.admin_id, w->owner.admin_id);
	assert_false(actor.super);
	assert_string_equal(actor.name, "owner@own.example");
	assert_string_equal(s.agent, "Browser/1.0");
	assert_string_equal(s.source, "192.0.2.99");
	data = world_dump(w);
	assert_null(strstr(data, id)); /* D7: only a hash is stored */
	free(data);
	assert_int_equal(world_number(w, "SELECT count(*) FROM admin WHERE username = 'owner@own.example' AND last_login IS NOT NULL"),
	    1);
	data = world_text(w, "SELECT action FROM log ORDER BY id DESC LIMIT 1");
	assert_string_equal(data, "ADMIN_LOGIN");
	free(data);
}

/* B1, B2, B10: unknown, wrong, disabled, broken hash: one answer, one kind of row. */
static void
test_one_answer(void **state)
{
	struct world *w = *state;
	static const char *const cases[][2] = { { "owner@own.example", "wrong password" },
		{ "unknown@own.example", PASSWORD }, { "stranger@other.example", PASSWORD },
		{ "root2@own.example", "" }, { "", "" }, { "' OR 1=1 --", "x" } };

	w->conf.bruteforce_max = 100;
	world_exec(w,
	    "UPDATE admin SET active = 0 WHERE username = 'stranger@other.example';"
	    "UPDATE admin SET password = '' WHERE username = 'root2@own.example'");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		OP box = as(w, &w->nobody);
		struct signin_in in = { .username = cases[i][0], .password = cases[i][1] };
		struct auth_entry entry;
		int64_t rows = AUDIT_ROWS(w);

		EXPECT(box, auth_sign_in(&box->op, &in, NULL, &entry), RC_UNAUTHENTICATED);
		expect_fault(box, NULL, "name or the password is wrong");
		assert_null(box->op.errs.first->next);
		assert_int_equal(AUDIT_ROWS(w), rows + 1);
	}
	assert_int_equal(world_number(w, "SELECT count(*) FROM log WHERE action = 'ADMIN_LOGIN_FAILED'"),
	    ARRAY_LEN(cases));
	assert_int_equal(world_number(w, "SELECT count(*) FROM log WHERE data LIKE '%OR 1=1%'"), 0);
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_session"), 0);
}

static void
test_lock_by_source(void **state)
{
	struct world *w = *state;
	char id[ID];

	for (int i = 0; i < 5; i++)
		assert_int_equal(sign_in(w, "owner@own.example", "wrong password", id),
		    RC_UNAUTHENTICATED);
	assert_int_equal(sign_in(w, "owner@own.example", PASSWORD, id), RC_LIMITED);
	assert_int_equal(sign_in(w, "root@own.example", PASSWORD, id), RC_LIMITED);
	/* B3: the owner at another address is not locked out by it */
	assert_int_equal(sign_in_from(w, "198.51.100.7", "owner@own.example", PASSWORD, id), RC_OK);
	assert_int_equal(world_number(w, "SELECT count(*) FROM log WHERE action = 'ADMIN_LOCKOUT'"), 1);
}

static void
test_lock_by_account(void **state)
{
	struct world *w = *state;
	char id[ID], source[40];
	enum rc rc = RC_OK;
	int tries;

	for (tries = 0; tries < 50 && rc != RC_LIMITED; tries++) {
		(void)snprintf(source, sizeof(source), "198.51.100.%d", tries);
		rc = sign_in_from(w, source, "owner@own.example", "wrong password", id);
	}
	assert_int_equal(tries, 16);
	assert_int_equal(sign_in_from(w, "203.0.113.1", "root@own.example", PASSWORD, id), RC_OK);
}

/* B4 */
static void
test_lock_by_network(void **state)
{
	struct world *w = *state;
	char id[ID], source[64];

	for (int i = 0; i < 5; i++) {
		(void)snprintf(source, sizeof(source), "2001:db8:1:2:%x::1", i + 1);
		assert_int_equal(sign_in_from(w, source, "nobody@own.example", "wrong password", id),
		    RC_UNAUTHENTICATED);
	}
	assert_int_equal(sign_in_from(w, "2001:db8:1:2:ffff::9", "owner@own.example", PASSWORD, id),
	    RC_LIMITED);
	assert_int_equal(sign_in_from(w, "2001:db8:1:3::9", "owner@own.example", PASSWORD, id), RC_OK);
}

static void
test_lock_ends(void **state)
{
	struct world *w = *state;
	char id[ID];
	int64_t t = clock_now();

	clock_freeze(t);
	for (int i = 0; i < 6; i++)
		(void)sign_in(w, "owner@own.example", "wrong password", id);
	clock_freeze(t + 899);
	assert_int_equal(sign_in(w, "owner@own.example", PASSWORD, id), RC_LIMITED);
	clock_freeze(t + 901);
	assert_int_equal(sign_in(w, "owner@own.example", PASSWORD, id), RC_OK);
	clock_freeze(0);
}

static void
test_success_clears(void **state)
{
	struct world *w = *state;
	char id[ID];

	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 4; i++)
			assert_int_equal(sign_in(w, "owner@own.example", "wrong password", id),
			    RC_UNAUTHENTICATED);
		assert_int_equal(sign_in(w, "owner@own.example", PASSWORD, id), RC_OK);
	}
}

static void
test_switched_off(void **state)
{
	struct world *w = *state;
	char id[ID];

	w->conf.bruteforce_enabled = false;
	for (int i = 0; i < 8; i++)
		assert_int_equal(sign_in(w, "owner@own.example", "wrong password", id),
		    RC_UNAUTHENTICATED);
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_attempt"), 0);
}

static void
test_listed_source(void **state)
{
	struct world *w = *state;
	char id[ID];

	w->conf.bruteforce_whitelist = "192.0.2.0/24";
	for (int i = 0; i < 20; i++)
		assert_int_equal(sign_in(w, "owner@own.example", "wrong password", id),
		    RC_UNAUTHENTICATED);
	assert_int_equal(sign_in(w, "owner@own.example", PASSWORD, id), RC_OK);
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_attempt"), 0);
}

static void
test_rehash(void **state)
{
	struct world *w = *state;
	char id[ID], *before, *after;

	before = world_text(w, "SELECT password FROM admin WHERE username = 'owner@own.example'");
	assert_int_equal(sign_in(w, "owner@own.example", PASSWORD, id), RC_OK);
	after = world_text(w, "SELECT password FROM admin WHERE username = 'owner@own.example'");
	assert_string_equal(before, after);
	free(after);
	w->conf.admin_cost = 5;
	assert_int_equal(sign_in(w, "owner@own.example", PASSWORD, id), RC_OK);
	after = world_text(w, "SELECT password FROM admin WHERE username = 'owner@own.example'");
	assert_string_not_equal(before, after);
	assert_int_equal(sign_in(w, "owner@own.example", PASSWORD, id), RC_OK);
	free(before);
	free(after);
}

/* D8: who only looks, writes nothing. */
static void
test_anonymous_writes_nothing(void **state)
{
	struct world *w = *state;
	char *before = world_dump(w), *after;
	static const char *const ids[] = { "", "x",
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
		"0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef",
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0" };
	OP box = as(w, &w->nobody);
	bool setup;

	assert_int_equal(session_rc(w, NULL), RC_UNAUTHENTICATED);
	for (size_t i = 0; i < ARRAY_LEN(ids); i++)
		assert_int_equal(session_rc(w, ids[i]), RC_UNAUTHENTICATED);
	EXPECT(box, auth_needs_setup(&box->op, &setup), RC_OK);
	assert_false(setup);
	after = world_dump(w);
	assert_string_equal(before, after);
	free(before);
	free(after);
}

static void
test_sign_out(void **state)
{
	struct world *w = *state;
	char id[ID];
	struct session s;
	struct actor actor;

	assert_int_equal(sign_in(w, "owner@own.example", PASSWORD, id), RC_OK);
	{
		OP box = as(w, &w->nobody);

		EXPECT(box, auth_session(&box->op, id, &s, &actor), RC_OK);
		app_op_become(&box->op, &actor);
		EXPECT(box, auth_sign_out(&box->op, id), RC_OK);
		EXPECT(box, auth_sign_out(&box->op, id), RC_OK);
	}
	assert_int_equal(session_rc(w, id), RC_UNAUTHENTICATED);
	assert_int_equal(world_number(w, "SELECT count(*) FROM log WHERE data = 'owner@own.example signed out'"),
	    1);
}

/* D5: idle, absolute, and a clock that jumps. */
static void
test_session_ends(void **state)
{
	struct world *w = *state;
	char id[ID];
	int64_t t = clock_now();

	clock_freeze(t);
	assert_int_equal(sign_in(w, "owner@own.example", PASSWORD, id), RC_OK);
	clock_freeze(t + 1799);
	assert_int_equal(session_rc(w, id), RC_OK); /* stamps */
	clock_freeze(t + 1799 + 1799);
	assert_int_equal(session_rc(w, id), RC_OK);
	clock_freeze(t + 1799 + 1799 + 1801);
	assert_int_equal(session_rc(w, id), RC_UNAUTHENTICATED);
	clock_freeze(t + 100000);
	assert_int_equal(sign_in(w, "owner@own.example", PASSWORD, id), RC_OK);
	for (int64_t later = 0; later < 43200; later += 1700) {
		clock_freeze(t + 100000 + later);
		assert_int_equal(session_rc(w, id), RC_OK);
	}
	clock_freeze(t + 100000 + 43200);
	assert_int_equal(session_rc(w, id), RC_UNAUTHENTICATED);
	clock_freeze(t);
	assert_int_equal(session_rc(w, id), RC_UNAUTHENTICATED);
	clock_freeze(t + 100000 + 42600);
	assert_int_equal(session_rc(w, id), RC_OK);
	clock_freeze(0);
}

static void
test_stamps_once_a_minute(void **state)
{
	struct world *w = *state;
	char id[ID], *before, *after;
	int64_t t = clock_now();

	clock_freeze(t);
	assert_int_equal(sign_in(w, "owner@own.example", PASSWORD, id), RC_OK);
	before = world_dump(w);
	clock_freeze(t + 59);
	assert_int_equal(session_rc(w, id), RC_OK);
	after = world_dump(w);
	assert_string_equal(before, after);
	free(after);
	clock_freeze(t + 60);
	assert_int_equal(session_rc(w, id), RC_OK);
	after = world_dump(w);
	assert_string_not_equal(before, after);
	free(before);
	free(after);
	clock_freeze(0);
}

static void
test_disabled_is_out_at_once(void **state)
{
	struct world *w = *state;
	char id[ID];

	assert_int_equal(sign_in(w, "owner@own.example", PASSWORD, id), RC_OK);
	world_exec(w, "UPDATE admin SET active = 0 WHERE username = 'owner@own.example'");
	assert_int_equal(session_rc(w, id), RC_UNAUTHENTICATED);
}

static void
test_prune(void **state)
{
	struct world *w = *state;
	char id[ID];
	int64_t t = clock_now(), removed = -1;

	clock_freeze(t);
	assert_int_equal(sign_in(w, "owner@own.example", PASSWORD, id), RC_OK);
	(void)sign_in(w, "owner@own.example", "wrong password", id);
	clock_freeze(t + 2 * 86400);
	{
		OP box = as(w, &w->operator);

		EXPECT(box, auth_prune(&box->op, &removed), RC_OK);
	}
	assert_int_equal(removed, 4); /* the session; source, account and both together */
	clock_freeze(t + 91 * INT64_C(86400));
	{
		OP box = as(w, &w->operator);

		EXPECT(box, auth_prune(&box->op, &removed), RC_OK);
	}
	assert_int_equal(removed, 1); /* the source is not known any more */
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_session"), 0);
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_attempt"), 0);
	clock_freeze(0);
}

static void
no_admins(struct world *w)
{
	world_exec(w, "UPDATE log SET Admin_id = NULL; DELETE FROM domain_admins; DELETE FROM admin");
}

static void
test_setup(void **state)
{
	struct world *w = *state;
	struct setup_in in = { .username = "First@own.example", .password = PASSWORD };
	struct admin row;
	const char *old, *token;
	bool needed = false;

	no_admins(w);
	{
		OP box = as(w, &w->nobody);

		EXPECT(box, auth_needs_setup(&box->op, &needed), RC_OK);
		assert_true(needed);
		EXPECT(box, auth_setup_token(&box->op, &old), RC_OK);
		EXPECT(box, auth_setup_token(&box->op, &token), RC_OK);
		in.token = old;
		EXPECT(box, auth_setup(&box->op, &in, &row), RC_INVALID);
		expect_fault(box, "token", "not valid any more");
		err_clear(&box->op.errs);
		in.token = token;
		in.password = "short";
		EXPECT(box, auth_setup(&box->op, &in, &row), RC_INVALID);
		expect_fault(box, "password", "10 characters");
		err_clear(&box->op.errs);
		in.password = PASSWORD;
		EXPECT(box, auth_setup(&box->op, &in, &row), RC_OK);
		assert_string_equal(row.username, "first@own.example");
		assert_true(row.super && row.active);
	}
	{
		OP box = as(w, &w->nobody);

		EXPECT(box, auth_setup(&box->op, &in, &row), RC_CONFLICT);
		EXPECT(box, auth_setup_token(&box->op, &token), RC_CONFLICT);
	}
	assert_int_equal(world_number(w,
			     "SELECT count(*) FROM log WHERE data LIKE '%first administrator'"),
	    1);
}

static void
test_setup_token_expires(void **state)
{
	struct world *w = *state;
	struct setup_in in = { .username = "first@own.example", .password = PASSWORD };
	struct admin row;
	int64_t t = clock_now();

	no_admins(w);
	clock_freeze(t);
	{
		OP box = as(w, &w->nobody);

		EXPECT(box, auth_setup_token(&box->op, &in.token), RC_OK);
		clock_freeze(t + 86401);
		{
			OP late = as(w, &w->nobody);

			EXPECT(late, auth_setup(&late->op, &in, &row), RC_INVALID);
			expect_fault(late, "token", "");
		}
	}
	clock_freeze(0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = { T(test_sign_in), T(test_one_answer),
		T(test_lock_by_source), T(test_lock_by_account), T(test_lock_by_network),
		T(test_lock_ends), T(test_success_clears), T(test_switched_off), T(test_listed_source),
		T(test_rehash), T(test_anonymous_writes_nothing), T(test_sign_out),
		T(test_session_ends), T(test_stamps_once_a_minute), T(test_disabled_is_out_at_once),
		T(test_prune), T(test_setup), T(test_setup_token_expires) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
