/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Second factors at the sign-in: two steps, what is good for once, what locks, what cannot be read. Case numbers are those of the
 * hostile cases.
 */
#include "base/base.h"

#include "second_fixture.h"

#include "base/clock.h"
#include "base/pwhash.h"

/* C12: the parked sign-in is no session; D1: each step has an id of its own. */
static void
test_two_steps(void **state)
{
	struct world *w = *state;
	struct auth_entry first, second;
	char *value;

	enrol_fork(w, w->root.admin_id, "[]");
	assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
	assert_int_equal(first.step, AUTH_CODE);
	assert_int_equal(session_rc(w, first.raw), RC_UNAUTHENTICATED);
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_session"), 0);
	assert_int_equal(actions(w, "ADMIN_LOGIN"), 0);
	assert_int_equal(actions(w, "ADMIN_LOGIN_PASSWORD"), 1);
	assert_int_equal(second_step(w, first.raw, code_at(STEP0), &second), RC_OK);
	assert_int_equal(second.step, AUTH_IN);
	assert_string_not_equal(first.raw, second.raw);
	assert_int_equal(session_rc(w, second.raw), RC_OK);
	assert_int_equal(session_rc(w, first.raw), RC_UNAUTHENTICATED);
	assert_int_equal(actions(w, "ADMIN_LOGIN"), 1);
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_parked"), 0);
	assert_int_equal(world_number(w, "SELECT coalesce(sum(failures), 0) FROM vimb_attempt"), 0);
	/* sealed anew at the first success */
	value = pref(w, "auth.totp.secret");
	assert_int_equal(strncmp(value, "v2:", 3), 0);
	free(value);
	/* the parked id is done with, also with a good code */
	assert_int_equal(second_step(w, first.raw, code_at(STEP0 + 1), &second), RC_UNAUTHENTICATED);
	/* and the new format lets in like the old one */
	assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
	assert_int_equal(second_step(w, first.raw, code_at(STEP0 + 1), &second), RC_OK);
	value = world_dump(w);
	assert_null(strstr(value, SECRET)); /* C11 */
	assert_null(strstr(value, second.raw));
	free(value);
}

/* C1, C2, C4 */
static void
test_replay(void **state)
{
	struct world *w = *state;
	struct auth_entry first, second;
	static const char *const bad[] = { "000000", "", "12345", "1234567", "abcdef", "ZZZZZZZZZZ" };

	w->conf.bruteforce_max = 100;
	enrol_fork(w, w->root.admin_id, "[]");
	assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
	assert_int_equal(second_step(w, first.raw, code_at(STEP0), &second), RC_OK);
	assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
	assert_int_equal(second_step(w, first.raw, code_at(STEP0), &second), RC_INVALID);
	assert_int_equal(second_step(w, first.raw, code_at(STEP0 - 1), &second), RC_INVALID);
	assert_int_equal(actions(w, "ADMIN_2FA_FAILED"), 2);
	assert_int_equal(world_number(w, "SELECT count(*) FROM log WHERE data LIKE '%used before%'"), 2);
	assert_int_equal(second_step(w, first.raw, code_at(STEP0 + 1), &second), RC_OK);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
		assert_int_equal(second_step(w, first.raw, bad[i], &second), RC_INVALID);
	}
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_session"), 2);
}

/* C3, C12: five codes, five minutes; then the password again. */
static void
test_parked_ends(void **state)
{
	struct world *w = *state;
	struct auth_entry first, second;
	int64_t removed;

	w->conf.bruteforce_max = 100;
	enrol_fork(w, w->root.admin_id, "[]");
	assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
	for (int i = 0; i < 4; i++)
		assert_int_equal(second_step(w, first.raw, "000000", &second), RC_INVALID);
	assert_int_equal(second_step(w, first.raw, "000000", &second), RC_UNAUTHENTICATED);
	assert_int_equal(second_step(w, first.raw, code_at(STEP0), &second), RC_UNAUTHENTICATED);
	assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
	clock_freeze(T0 + 299);
	assert_int_equal(second_step(w, first.raw, "000000", &second), RC_INVALID);
	clock_freeze(T0 + 300);
	assert_int_equal(second_step(w, first.raw, code_at(STEP0 + 10), &second), RC_UNAUTHENTICATED);
	{
		OP box = as(w, &w->operator);

		EXPECT(box, auth_prune(&box->op, &removed), RC_OK);
	}
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_parked"), 0);
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_session"), 0);
}

/* A parked sign-in ends with whatever ends sessions: disabled, new password, removed. */
static void
test_parked_is_revoked(void **state)
{
	struct world *w = *state;
	struct auth_entry first, second;

	enrol_fork(w, w->root.admin_id, "[]");
	assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
	{
		OP box = as(w, &w->operator);
		struct admin_in in = { .password = "another horse" };

		EXPECT(box, admin_password(&box->op, w->root.admin_id, &in, NULL, NULL), RC_OK);
		EXPECT(box,
		    admin_password(&box->op, w->root.admin_id,
			&(struct admin_in){ .password = PASSWORD }, NULL, NULL),
		    RC_OK);
	}
	assert_int_equal(second_step(w, first.raw, code_at(STEP0), &second), RC_UNAUTHENTICATED);
	assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
	world_exec(w, "UPDATE admin SET active = 0 WHERE username = 'root@own.example'");
	assert_int_equal(second_step(w, first.raw, code_at(STEP0), &second), RC_UNAUTHENTICATED);
}

/* B6: the right password does not forget wrong codes; they count as wrong passwords do. */
static void
test_codes_count(void **state)
{
	struct world *w = *state;
	struct auth_entry first, second;

	enrol_fork(w, w->root.admin_id, "[]");
	assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
	for (int i = 0; i < 2; i++)
		assert_int_equal(second_step(w, first.raw, "000000", &second), RC_INVALID);
	assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
	assert_int_equal(second_step(w, first.raw, "000000", &second), RC_INVALID);
	assert_int_equal(actions(w, "ADMIN_LOCKOUT"), 1);
	assert_int_equal(second_step(w, first.raw, code_at(STEP0), &second), RC_LIMITED);
	assert_int_equal(first_step(w, "root@own.example", &first), RC_LIMITED);
}

/* C3: thirty wrong codes a day, from wherever; right ones are not counted, and a backup code still lets in. */
static void
test_codes_a_day(void **state)
{
	struct world *w = *state;
	struct auth_entry first, second;
	int wrong = 0;

	w->conf.bruteforce_max = 1000;
	enrol_fork(w, w->root.admin_id,
	    "[\"$2y$04$abcdefghijklmnopqrstuuUzKvLCMXuYY45Y6WyMZaLCf6A1xf85e\"]");
	for (int i = 0; i < 40; i++) {
		clock_freeze(T0 + i * 60);
		assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
		assert_int_equal(second_step(w, first.raw, code_at(STEP0 + 2 * i), &second), RC_OK);
	}
	while (wrong < 30) {
		assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
		for (int i = 0; i < 5 && wrong < 30; i++, wrong++)
			assert_int_not_equal(second_step(w, first.raw, "000000", &second), RC_OK);
	}
	clock_freeze(T0 + 86000);
	assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
	assert_int_equal(second_step(w, first.raw, code_at((T0 + 86000) / 30), &second), RC_LIMITED);
	assert_int_equal(second_step(w, first.raw, "23456789AB", &second), RC_INVALID);
	clock_freeze(T0 + 40 * 60 + 86400);
	assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
	assert_int_equal(second_step(w, first.raw, code_at((T0 + 40 * 60 + 86400) / 30), &second),
	    RC_OK);
}

/* C7: those of the PHP program and ours, once each. */
static void
test_backup_codes(void **state)
{
	struct world *w = *state;
	struct auth_entry first, second;
	char list[600], stored[PW_HASH_MAX + 1], ours[BACKUP_STORED_LEN + 1],
	    own[BACKUP_STORED_LEN + 1];
	struct totp_key key;
	char *value;

	w->conf.bruteforce_max = 100;
	assert_true(pw_hash(PW_BLF_CRYPT, 4, "R28DYKGNW7", false, stored));
	totp_key_make(&key, w->conf.securitysalt);
	backup_stored(&key, w->root.admin_id, "23456789AB", ours);
	backup_stored(&key, w->root.admin_id, "23456789ABCDEFGHJKLMNPQR", own);
	(void)snprintf(list, sizeof(list), "[\"%s\",\"%s\",\"%s\"]", stored, ours, own);
	enrol_fork(w, w->root.admin_id, list);
	assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
	assert_int_equal(second_step(w, first.raw, "23456789abcdefghjklmnpqs", &second), RC_INVALID);
	assert_int_equal(second_step(w, first.raw, "2345-6789-abcd-efgh-jklm-npqr", &second), RC_OK);
	assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
	assert_int_equal(second_step(w, first.raw, "2345-6789-abcd-efgh-jklm-npqr", &second),
	    RC_INVALID);
	assert_int_equal(second_step(w, first.raw, "r28d-ykgn w7", &second), RC_OK);
	assert_int_equal(world_number(w,
			     "SELECT count(*) FROM log WHERE data LIKE '%backup code; 1 left%'"),
	    1);
	assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
	assert_int_equal(second_step(w, first.raw, "R28DYKGNW7", &second), RC_INVALID);
	assert_int_equal(second_step(w, first.raw, "23456789AB", &second), RC_OK);
	value = pref(w, "auth.totp.backup");
	assert_string_equal(value, "[]");
	free(value);
	assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
	assert_int_equal(second_step(w, first.raw, "23456789AB", &second), RC_INVALID);
}

/* C8: of another administrator, broken, under another key: refused, with a row that says so; backup codes of the fork still open. */
static void
test_unreadable(void **state)
{
	struct world *w = *state;
	struct auth_entry first, second;
	struct totp_key key;
	char sealed[TOTP_SEALED_MAX + 1], sql[512], hash[PW_HASH_MAX + 1];

	w->conf.bruteforce_max = 100;
	assert_true(pw_hash(PW_BLF_CRYPT, 4, "R28DYKGNW7", false, hash));
	(void)snprintf(sql, sizeof(sql), "[\"%s\"]", hash);
	enrol_fork(w, w->root.admin_id, sql);
	totp_key_make(&key, w->conf.securitysalt);
	assert_true(totp_seal(&key, TOTP_KEPT, w->root2_id, SECRET, sealed));
	(void)snprintf(sql, sizeof(sql),
	    "UPDATE admin_pref SET value = '%s' WHERE attribute = 'auth.totp.secret'", sealed);
	world_exec(w, sql);
	assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
	assert_int_equal(first.step, AUTH_CODE);
	assert_int_equal(second_step(w, first.raw, code_at(STEP0), &second), RC_INVALID);
	assert_int_equal(world_number(w, "SELECT count(*) FROM log WHERE data LIKE '%cannot be read%'"),
	    1);
	assert_int_equal(second_step(w, first.raw, "R28DYKGNW7", &second), RC_OK);
}

/* C9: the old key opens as long as it is named, and everything can be sealed again. */
static void
test_other_key(void **state)
{
	struct world *w = *state;
	struct auth_entry first, second;
	struct second_resealed did;
	OP box = as(w, &w->operator);
	char *value, *again;

	enrol_fork(w, w->root.admin_id, "[]");
	enrol_fork(w, w->root2_id, "[]");
	w->conf.securitysalt_old = w->conf.securitysalt;
	w->conf.securitysalt = "a new salt that is long enough, too";
	world_exec(w,
	    "UPDATE admin_pref SET value = 'broken' WHERE attribute = 'auth.totp.secret' AND "
	    "Admin_id <> "
	    "(SELECT id FROM admin WHERE username = 'root@own.example')");
	EXPECT(box, second_reseal(&box->op, &did), RC_OK);
	assert_int_equal(did.sealed, 1);
	assert_int_equal(did.unreadable, 1);
	assert_string_equal(did.names, "root2@own.example");
	value = pref(w, "auth.totp.secret");
	EXPECT(box, second_reseal(&box->op, &did), RC_OK);
	assert_int_equal(did.sealed, 0);
	assert_int_equal(did.fine, 1);
	again = pref(w, "auth.totp.secret");
	assert_string_equal(value, again);
	free(value);
	free(again);
	w->conf.securitysalt_old = "";
	assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
	assert_int_equal(second_step(w, first.raw, code_at(STEP0), &second), RC_OK);
}

/* C5: an hour back is waited for; a last step far ahead was a broken clock's. */
static void
test_clock(void **state)
{
	struct world *w = *state;
	struct auth_entry first, second;

	w->conf.bruteforce_max = 100;
	enrol_fork(w, w->root.admin_id, "[]");
	assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
	assert_int_equal(second_step(w, first.raw, code_at(STEP0), &second), RC_OK);
	clock_freeze(T0 - 3600);
	assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
	assert_int_equal(second_step(w, first.raw, code_at(STEP0 - 120), &second), RC_INVALID);
	clock_freeze(T0 - 90 * 86400);
	assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
	assert_int_equal(second_step(w, first.raw, code_at((T0 - 90 * 86400) / 30), &second), RC_OK);
}

/* twofactor.strict_clock: not the half minute before or after. */
static void
test_strict_clock(void **state)
{
	struct world *w = *state;
	struct auth_entry first, second;

	w->conf.bruteforce_max = 100;
	enrol_fork(w, w->root.admin_id, "[]");
	w->conf.second_strict_clock = true;
	assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
	assert_int_equal(second_step(w, first.raw, code_at(STEP0 - 1), &second), RC_INVALID);
	assert_int_equal(second_step(w, first.raw, code_at(STEP0 + 1), &second), RC_INVALID);
	assert_int_equal(second_step(w, first.raw, code_at(STEP0), &second), RC_OK);
	assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
	w->conf.second_strict_clock = false;
	assert_int_equal(second_step(w, first.raw, code_at(STEP0 + 1), &second), RC_OK);
}

/* C14 */
static void
test_force_disable(void **state)
{
	struct world *w = *state;
	struct auth_entry first;

	enrol_fork(w, w->root.admin_id, "[]");
	enrol_fork(w, w->root2_id, "[]");
	w->conf.second_force_disable = "ROOT@own.example";
	assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
	assert_int_equal(first.step, AUTH_IN);
	assert_int_equal(actions(w, "ADMIN_2FA_FORCE_DISABLED"), 1);
	assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
	assert_int_equal(actions(w, "ADMIN_2FA_FORCE_DISABLED"), 1);
	assert_int_equal(first_step(w, "root2@own.example", &first), RC_OK);
	assert_int_equal(first.step, AUTH_CODE);
	w->conf.second_force_disable = "*";
	assert_int_equal(first_step(w, "root2@own.example", &first), RC_OK);
	assert_int_equal(first.step, AUTH_IN);
	assert_int_equal(world_number(w, "SELECT count(*) FROM admin_pref"), 0);
}

/* No key: nobody is let in for want of an answer. */
static void
test_no_key(void **state)
{
	struct world *w = *state;
	struct auth_entry first, second;

	enrol_fork(w, w->root.admin_id, "[]");
	w->conf.securitysalt = "";
	assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
	assert_int_equal(second_step(w, first.raw, code_at(STEP0), &second), RC_UNAVAILABLE);
	w->conf.second_required = "all";
	assert_int_equal(first_step(w, "owner@own.example", &first), RC_UNAVAILABLE);
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_session"), 0);
}

int
main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, second_setup, second_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_two_steps),
		TEST(test_replay),
		TEST(test_parked_ends),
		TEST(test_parked_is_revoked),
		TEST(test_codes_count),
		TEST(test_codes_a_day),
		TEST(test_backup_codes),
		TEST(test_unreadable),
		TEST(test_other_key),
		TEST(test_clock),
		TEST(test_strict_clock),
		TEST(test_force_disable),
		TEST(test_no_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
