/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Second factors being set up and managed: forced at the sign-in, on one's own page, those of others. Case numbers are those of the
 * hostile cases.
 */
#include "base/base.h"

#include "second_fixture.h"

#include "base/clock.h"

static enum rc
enrol(struct world *w, const char *raw, const char *code, struct auth_entry *ret)
{
	OP box = as(w, &w->nobody);

	return auth_enrol(&box->op, raw, code, "Browser/1.0", ret);
}

static char *
parked_secret(struct world *w, const char *raw)
{
	OP box = as(w, &w->nobody);
	struct second_secret secret;

	EXPECT(box, auth_enrol_secret(&box->op, raw, &secret), RC_OK);
	assert_non_null(strstr(secret.uri, secret.text));
	return strdup(secret.text);
}

/* Policies and force; the code that enrolled does not sign in again. */
static void
test_forced(void **state)
{
	struct world *w = *state;
	struct auth_entry first, second, third;
	char *secret, *other, code[TOTP_CODE_LEN + 1], *dump;

	w->conf.second_required = "super";
	assert_int_equal(first_step(w, "owner@own.example", &first), RC_OK);
	assert_int_equal(first.step, AUTH_IN);
	assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
	assert_int_equal(first.step, AUTH_ENROL);
	assert_int_equal(first_step(w, "root@own.example", &third), RC_OK);
	secret = parked_secret(w, first.raw);
	other = parked_secret(w, third.raw);
	assert_string_not_equal(secret, other); /* nobody sees the secret that another browser sets up */
	assert_int_equal(session_rc(w, first.raw), RC_UNAUTHENTICATED);
	assert_int_equal(second_step(w, first.raw, "000000", &second), RC_UNAUTHENTICATED);
	assert_int_equal(enrol(w, third.raw, "000000", &second), RC_INVALID);
	assert_true(totp_code(secret, STEP0, code));
	assert_int_equal(enrol(w, first.raw, code, &second), RC_OK);
	assert_int_equal(second.step, AUTH_IN);
	assert_int_equal(session_rc(w, second.raw), RC_OK);
	assert_int_equal(actions(w, "ADMIN_2FA_ENABLE"), 1);
	assert_int_equal(enrol(w, third.raw, code, &third), RC_UNAUTHENTICATED); /* ended with the others */
	dump = world_dump(w);
	assert_null(strstr(dump, secret));
	assert_null(strstr(dump, second.codes.at[0]));
	free(dump);
	assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
	assert_int_equal(first.step, AUTH_CODE);
	assert_int_equal(second_step(w, first.raw, code, &third), RC_INVALID);
	assert_int_equal(second_step(w, first.raw, second.codes.at[7], &third), RC_OK);
	w->conf.second_required = "all";
	assert_int_equal(first_step(w, "owner@own.example", &first), RC_OK);
	assert_int_equal(first.step, AUTH_ENROL);
	free(secret);
	free(other);
}

/* Beyond the op whose memory it is in. */
static void
keep_secret(char kept[TOTP_SECRET_LEN + 1], const char *text)
{
	assert_int_equal(strlen(text), TOTP_SECRET_LEN);
	memcpy(kept, text, TOTP_SECRET_LEN + 1);
}

/* ---- one's own page ---- */

#define SESSION_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void
test_own(void **state)
{
	struct world *w = *state;
	struct auth_entry before, first, second;
	struct second_secret secret;
	struct second_codes codes, more;
	struct second_state st;
	struct second_in in = { .password = "wrong password" };
	char code[TOTP_CODE_LEN + 1], kept[TOTP_SECRET_LEN + 1];

	w->conf.bruteforce_max = 100;
	assert_int_equal(first_step(w, "owner@own.example", &before), RC_OK);
	{
		OP box = as(w, &w->owner);

		EXPECT(box, second_begun(&box->op, SESSION_A, &secret), RC_NOT_FOUND);
		EXPECT(box, second_begin(&box->op, &in, SESSION_A), RC_INVALID);
		expect_fault(box, "password", "not your password");
		in.password = PASSWORD;
		EXPECT(box, second_begin(&box->op, &in, SESSION_A), RC_OK);
		EXPECT(box, second_begun(&box->op, SESSION_A, &secret), RC_OK);
		keep_secret(kept, secret.text);
		in.code = "000000";
		EXPECT(box, second_finish(&box->op, &in, SESSION_A, &codes), RC_INVALID);
		assert_true(totp_code(kept, STEP0, code));
		in.code = code;
		EXPECT(box, second_finish(&box->op, &in, SESSION_A, &codes), RC_OK);
		EXPECT(box, second_state(&box->op, w->owner.admin_id, &st), RC_OK);
		assert_true(st.enrolled);
		assert_int_equal(st.backup_codes, 8);
		EXPECT(box, second_begun(&box->op, SESSION_A, &secret), RC_NOT_FOUND); /* C11: shown no more */
		EXPECT(box, second_begin(&box->op, &in, SESSION_A), RC_CONFLICT);
	}
	assert_int_equal(session_rc(w, before.raw), RC_UNAUTHENTICATED);
	assert_int_equal(first_step(w, "owner@own.example", &first), RC_OK);
	assert_int_equal(second_step(w, first.raw, code, &second), RC_INVALID); /* the code that enrolled */
	assert_int_equal(second_step(w, first.raw, codes.at[3], &second), RC_OK);
	{
		OP box = as(w, &w->owner);

		in = (struct second_in){ .password = PASSWORD, .code = codes.at[4] };
		EXPECT(box, second_regenerate(&box->op, &in, &more), RC_INVALID);
		in.password = "wrong password";
		EXPECT(box, second_disable(&box->op, &in, SESSION_A), RC_INVALID);
		in = (struct second_in){ .password = PASSWORD };
		EXPECT(box, second_disable(&box->op, &in, SESSION_A), RC_INVALID);
		clock_freeze(T0 + 60);
		assert_true(totp_code(kept, STEP0 + 2, code));
		in.code = code;
		EXPECT(box, second_regenerate(&box->op, &in, &more), RC_OK);
		EXPECT(box, second_disable(&box->op, &in, SESSION_A), RC_INVALID); /* the same code again */
		in.code = codes.at[4];
		EXPECT(box, second_disable(&box->op, &in, SESSION_A), RC_INVALID); /* an old backup code */
		in.code = more.at[4];
		w->conf.second_required = "all";
		EXPECT(box, second_disable(&box->op, &in, SESSION_A), RC_DENIED);
		w->conf.second_required = "super";
		EXPECT(box, second_disable(&box->op, &in, SESSION_A), RC_OK); /* C13 */
	}
	assert_int_equal(world_number(w, "SELECT count(*) FROM admin_pref"), 0);
	assert_int_equal(actions(w, "ADMIN_2FA_CODES"), 1);
	assert_int_equal(actions(w, "ADMIN_2FA_DISABLE"), 1);
	assert_int_equal(first_step(w, "owner@own.example", &first), RC_OK);
	assert_int_equal(first.step, AUTH_IN);
}

/* ---- others ---- */

static void
test_others(void **state)
{
	struct world *w = *state;
	const struct second_in right = { .password = PASSWORD },
			       wrong = { .password = "wrong password" };
	struct second_given given;
	struct second_state st;
	struct auth_entry first, second;
	char code[TOTP_CODE_LEN + 1], kept[TOTP_SECRET_LEN + 1];

	w->conf.bruteforce_max = 100;
	assert_int_equal(first_step(w, "owner@own.example", &first), RC_OK);
	{
		OP box = as(w, &w->owner);

		EXPECT(box, second_provision(&box->op, w->stranger.admin_id, &right, &given), RC_DENIED);
		EXPECT(box, second_remove(&box->op, w->root.admin_id, &right), RC_DENIED);
		EXPECT(box, second_force(&box->op, w->stranger.admin_id, true, &right), RC_DENIED);
		EXPECT(box, second_state(&box->op, w->stranger.admin_id, &st), RC_DENIED);
	}
	{
		OP box = as(w, &w->root);

		EXPECT(box, second_provision(&box->op, w->owner.admin_id, &wrong, &given), RC_INVALID);
		EXPECT(box,
		    second_provision(&box->op, w->owner.admin_id, &(struct second_in){ 0 }, &given),
		    RC_INVALID);
		EXPECT(box, second_provision(&box->op, w->root.admin_id, &right, &given), RC_DENIED);
		EXPECT(box, second_provision(&box->op, w->missing.admin_id, &right, &given),
		    RC_NOT_FOUND);
		EXPECT(box, second_force(&box->op, w->owner.admin_id, true, &right), RC_OK);
		EXPECT(box, second_provision(&box->op, w->owner.admin_id, &right, &given), RC_OK);
		keep_secret(kept, given.secret.text);
		EXPECT(box, second_state(&box->op, w->owner.admin_id, &st), RC_OK);
		assert_true(st.enrolled);
		assert_false(st.forced);
	}
	assert_int_equal(session_rc(w, first.raw), RC_UNAUTHENTICATED);
	assert_int_equal(first_step(w, "owner@own.example", &first), RC_OK);
	assert_true(totp_code(kept, STEP0, code));
	assert_int_equal(second_step(w, first.raw, code, &second), RC_OK);
	{
		OP box = as(w, &w->root);

		EXPECT(box, second_remove(&box->op, w->owner.admin_id, &right), RC_OK);
		EXPECT(box, second_remove(&box->op, w->owner.admin_id, &right), RC_NOT_FOUND);
		EXPECT(box, second_force(&box->op, w->owner.admin_id, true, &right), RC_OK);
		EXPECT(box, second_force(&box->op, w->owner.admin_id, false, &right), RC_OK);
		EXPECT(box, second_force(&box->op, w->owner.admin_id, true, &right), RC_OK);
	}
	assert_int_equal(session_rc(w, second.raw), RC_UNAUTHENTICATED);
	assert_int_equal(first_step(w, "owner@own.example", &first), RC_OK);
	assert_int_equal(first.step, AUTH_ENROL);
	assert_int_equal(actions(w, "ADMIN_2FA_PROVISION"), 1);
	assert_int_equal(actions(w, "ADMIN_2FA_RESET"), 1);
	assert_int_equal(actions(w, "ADMIN_2FA_FORCE"), 3);
	assert_int_equal(actions(w, "ADMIN_2FA_UNFORCE"), 1);
}

/* A super with a second factor gives a code of it, not the password; it is used up by that. */
static void
test_others_by_code(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->root);
	struct second_in in = { .code = code_at(STEP0) };

	w->conf.bruteforce_max = 100;
	EXPECT(box, second_force(&box->op, w->owner.admin_id, true, &in), RC_INVALID);
	expect_fault(box, "password", "give your password");
	err_clear(&box->op.errs);
	enrol_fork(w, w->root.admin_id, "[]");
	EXPECT(box,
	    second_force(&box->op, w->owner.admin_id, true, &(struct second_in){ .password = PASSWORD }),
	    RC_INVALID);
	expect_fault(box, "code", "of your own second factor");
	EXPECT(box, second_force(&box->op, w->owner.admin_id, true, &in), RC_OK);
	EXPECT(box, second_force(&box->op, w->owner.admin_id, false, &in), RC_INVALID);
}

int
main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, second_setup, second_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_forced),
		TEST(test_own),
		TEST(test_others),
		TEST(test_others_by_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
