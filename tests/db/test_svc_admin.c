/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rules of administrators: names, passwords, rights, the last super, sessions that end, the trail
 * that stays.
 */
#include "base/base.h"

#include "svc_fixture.h"

static void
sign_in(struct world *w, const char *name, char ret_id[SESSION_ID_LEN + 1])
{
	OP box = as(w, &w->nobody);
	struct signin_in in = { .username = name, .password = PASSWORD };
	struct auth_entry entry;

	EXPECT(box, auth_sign_in(&box->op, &in, "test", &entry), RC_OK);
	assert_int_equal(entry.step, AUTH_IN);
	memcpy(ret_id, entry.raw, sizeof(entry.raw));
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
test_add(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->root);
	struct admin_in in = { 0 };
	struct admin row;

	GIVE(admin_in, &in, username, "New@Own.Example");
	GIVE(admin_in, &in, password, PASSWORD);
	EXPECT(box, admin_add(&box->op, &in, &row), RC_OK);
	assert_string_equal(row.username, "new@own.example");
	assert_true(row.active);
	assert_false(row.super);
	assert_int_equal(strncmp(row.password, "$2", 2), 0);
	EXPECT(box, admin_add(&box->op, &in, &row), RC_CONFLICT);
	expect_fault(box, "username", "already");
}

static void
test_add_refused(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->root);
	struct admin_in in = { 0 };
	struct admin row;

	GIVE(admin_in, &in, username, "no address");
	GIVE(admin_in, &in, password, PASSWORD);
	EXPECT(box, admin_add(&box->op, &in, &row), RC_INVALID);
	expect_fault(box, "username", "");
	err_clear(&box->op.errs);
	in.username = "new@own.example";
	in.password = "123456789";
	EXPECT(box, admin_add(&box->op, &in, &row), RC_INVALID);
	expect_fault(box, "password", "10 characters");
	err_clear(&box->op.errs);
	in.password = "1234567890123456789012345678901234567890123456789012345678901234567890123";
	EXPECT(box, admin_add(&box->op, &in, &row), RC_INVALID);
	expect_fault(box, "password", "");
}

static void
test_not_oneself(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->root);
	struct admin_in in = { 0 };
	struct admin row;
	int64_t me = w->root.admin_id;

	GIVE(admin_in, &in, super, false);
	EXPECT(box, admin_edit(&box->op, me, &in, &row), RC_DENIED);
	EXPECT(box, admin_set_active(&box->op, me, false, &row), RC_DENIED);
	EXPECT(box, admin_delete(&box->op, me), RC_DENIED);
	assert_int_equal(world_number(w, "SELECT count(*) FROM admin WHERE super = 1 AND active = 1"),
	    2);
}

static void
test_last_super(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->operator);
	struct admin_in in = { 0 };
	struct admin row;

	EXPECT(box, admin_set_active(&box->op, w->root2_id, false, &row), RC_OK);
	EXPECT(box, admin_set_active(&box->op, w->root.admin_id, false, &row), RC_CONFLICT);
	expect_fault(box, NULL, "last active super");
	GIVE(admin_in, &in, super, false);
	EXPECT(box, admin_edit(&box->op, w->root.admin_id, &in, &row), RC_CONFLICT);
	EXPECT(box, admin_delete(&box->op, w->root.admin_id), RC_CONFLICT);
	EXPECT(box, admin_delete(&box->op, w->root2_id), RC_OK);
}

static void
test_rights_end_sessions(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->root);
	char id[SESSION_ID_LEN + 1];
	struct admin_in in = { 0 };
	struct admin row;

	sign_in(w, "root2@own.example", id);
	GIVE(admin_in, &in, super, false);
	EXPECT(box, admin_edit(&box->op, w->root2_id, &in, &row), RC_OK);
	assert_int_equal(session_rc(w, id), RC_UNAUTHENTICATED);
	sign_in(w, "owner@own.example", id);
	in.super = true;
	EXPECT(box, admin_edit(&box->op, w->owner.admin_id, &in, &row), RC_OK);
	assert_int_equal(session_rc(w, id), RC_UNAUTHENTICATED); /* more rights are other rights, too */
	sign_in(w, "owner@own.example", id);
	EXPECT(box, admin_set_active(&box->op, w->owner.admin_id, false, &row), RC_OK);
	assert_int_equal(session_rc(w, id), RC_UNAUTHENTICATED);
}

static void
test_own_password(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->owner);
	char here[SESSION_ID_LEN + 1], there[SESSION_ID_LEN + 1];
	struct admin_in in = { 0 };
	struct session s;
	struct actor actor;
	int64_t me = w->owner.admin_id;

	sign_in(w, "owner@own.example", here);
	sign_in(w, "owner@own.example", there);
	EXPECT(box, auth_session(&box->op, here, &s, &actor), RC_OK);
	GIVE(admin_in, &in, password, "a new password");
	EXPECT(box, admin_password(&box->op, me, &in, s.id_hash, NULL), RC_INVALID);
	expect_fault(box, "current_password", "give your current");
	err_clear(&box->op.errs);
	GIVE(admin_in, &in, current_password, "not this one");
	EXPECT(box, admin_password(&box->op, me, &in, s.id_hash, NULL), RC_INVALID);
	expect_fault(box, "current_password", "not your current");
	err_clear(&box->op.errs);
	in.current_password = PASSWORD;
	in.password = PASSWORD;
	EXPECT(box, admin_password(&box->op, me, &in, s.id_hash, NULL), RC_INVALID);
	expect_fault(box, "password", "other than the current");
	err_clear(&box->op.errs);
	in.password = "a new password";
	EXPECT(box, admin_password(&box->op, me, &in, s.id_hash, NULL), RC_OK);
	assert_int_equal(session_rc(w, here), RC_OK);
	assert_int_equal(session_rc(w, there), RC_UNAUTHENTICATED);
}

/* A stolen session must not be a way to guess the password without end. */
static void
test_own_password_is_counted(void **state)
{
	struct world *w = *state;
	struct admin_in in = { 0 };

	GIVE(admin_in, &in, password, "a new password");
	GIVE(admin_in, &in, current_password, "wrong wrong");
	for (int i = 0; i < 7; i++) {
		OP box = as_with(w, &w->owner, i % 2 ? OP_DRY_RUN : 0, NULL);

		EXPECT(box, admin_password(&box->op, w->owner.admin_id, &in, NULL, NULL),
		    i < 5 ? RC_INVALID : RC_LIMITED);
	}
}

static void
test_delete(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->root);
	char id[SESSION_ID_LEN + 1];
	int64_t rows;

	{
		OP theirs = as(w, &w->owner);
		struct mailbox row;

		EXPECT(theirs, mailbox_set_active(&theirs->op, w->own.mailbox_id, false, &row), RC_OK);
	}
	sign_in(w, "owner@own.example", id);
	world_exec(w,
	    "INSERT INTO admin_pref (attribute, ix, op, value, expire, Admin_id) SELECT 'a', 0, "
	    "'=', 'b', 0, id FROM admin;"
	    "INSERT INTO archive (username, status, archived_at, status_changed_at, data, "
	    "Admin_id) "
	    "SELECT 'old@own.example', 'ARCHIVED', '2026-01-01 00:00:00', '2026-01-01 00:00:00', "
	    "'{}', id FROM admin "
	    "WHERE username = 'owner@own.example'");
	rows = AUDIT_ROWS(w);
	EXPECT(box, admin_delete(&box->op, w->owner.admin_id), RC_OK);
	assert_int_equal(AUDIT_ROWS(w), rows + 1);
	assert_int_equal(world_number(w,
			     "SELECT count(*) FROM admin WHERE username = 'owner@own.example'"),
	    0);
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_audit WHERE object_type = 'admin' AND detail_before LIKE '%\"domains\":\"own.example\"}'"),
	    1);
	assert_int_equal(world_number(w, "SELECT count(*) FROM archive WHERE Admin_id IS NULL"), 1);
	assert_int_equal(world_number(w, "SELECT count(*) FROM log WHERE data LIKE 'owner@own.example deactivated mailbox%'"),
	    1);
	assert_int_equal(session_rc(w, id), RC_UNAUTHENTICATED);
	EXPECT(box, admin_delete(&box->op, w->owner.admin_id), RC_NOT_FOUND);
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = { T(test_add), T(test_add_refused), T(test_not_oneself),
		T(test_last_super), T(test_rights_end_sessions), T(test_own_password),
		T(test_own_password_is_counted), T(test_delete) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
