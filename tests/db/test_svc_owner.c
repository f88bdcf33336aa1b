/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The mailbox owner's new password: who gets one, one answer for everybody else, what is counted and written. */
#include "base/base.h"

#include "svc_fixture.h"

#include "base/pwhash.h"
#include "svc/owner.h"

#define BOX "box@own.example"
#define FRESH "a new and long password"

static enum rc
change(struct world *w, const char *source, const char *name, const char *current,
    const char *fresh, const char *again, const char *field)
{
	struct actor actor = w->nobody;
	struct owner_in in = { .username = name,
		.current_password = current,
		.new_password = fresh,
		.confirm_new_password = again };
	enum rc rc;

	actor.source = source;
	{
		OP box = as(w, &actor);

		rc = owner_password(&box->op, &in);
		if (rc == RC_UNAUTHENTICATED) {
			expect_fault(box, NULL, "The address or the password is wrong.");
			assert_null(box->op.errs.first->next);
		} else if (rc != RC_OK) {
			expect_fault(box, field, "");
		}
	}
	return rc;
}

static enum rc
change_to(struct world *w, const char *name, const char *current)
{
	return change(w, "192.0.2.50", name, current, FRESH, FRESH, NULL);
}

static bool
has(struct world *w, const char *password)
{
	char *stored = world_text(w, "SELECT password FROM mailbox WHERE username = '" BOX "'");
	bool ok = pw_verify(stored, password);

	free(stored);
	return ok;
}

static void
test_change(void **state)
{
	struct world *w = *state;
	char *row;

	(void)make_mailbox(w, BOX);
	assert_int_equal(change_to(w, "BOX@own.example", PASSWORD), RC_OK);
	assert_true(has(w, FRESH));
	assert_false(has(w, PASSWORD));
	row = world_text(w, "SELECT data FROM log ORDER BY id DESC LIMIT 1");
	assert_string_equal(row, "box@own.example changed password for mailbox box@own.example");
	free(row);
	assert_int_equal(
	    world_number(w,
		"SELECT count(*) FROM log l JOIN vimb_audit v ON v.log_id = l.id WHERE l.action = "
		"'MAILBOX_PW_CHANGE' AND v.actor = 'box@own.example' AND v.source = '192.0.2.50' "
		"AND "
		"v.detail_after LIKE '{\"password\":\"changed\"}' AND l.Admin_id IS NULL"),
	    1);
	/* its domain's administrator sees it */
	assert_int_equal(
	    world_number(w,
		"SELECT count(*) FROM log l JOIN domain d ON d.id = l.Domain_id WHERE l.action = "
		"'MAILBOX_PW_CHANGE' AND d.domain = 'own.example'"),
	    1);
	assert_int_equal(change_to(w, BOX, PASSWORD), RC_UNAUTHENTICATED);
}

/* One answer and one kind of row for all that is wrong. */
static void
test_one_answer(void **state)
{
	struct world *w = *state;
	static const char *const cases[][2] = { { BOX, "wrong password" },
		{ "unknown@own.example", PASSWORD }, { "box@unknown.example", PASSWORD },
		{ "not an address", PASSWORD }, { "", PASSWORD }, { BOX, "" },
		{ "off@own.example", PASSWORD }, { "gone@own.example", PASSWORD },
		{ "box@dark.example", PASSWORD } };

	w->conf.bruteforce_max = 100;
	(void)make_mailbox(w, BOX);
	(void)make_mailbox(w, "off@own.example");
	(void)make_mailbox(w, "gone@own.example");
	(void)make_domain(w, "dark.example", 0, 0, 0, 0);
	(void)make_mailbox(w, "box@dark.example");
	world_exec(w,
	    "UPDATE mailbox SET active = 0 WHERE username = 'off@own.example';"
	    "UPDATE mailbox SET delete_pending = 1 WHERE username = 'gone@own.example';"
	    "UPDATE domain SET active = 0 WHERE domain = 'dark.example'");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int64_t rows = AUDIT_ROWS(w);

		assert_int_equal(change_to(w, cases[i][0], cases[i][1]), RC_UNAUTHENTICATED);
		assert_int_equal(AUDIT_ROWS(w), rows + 1);
	}
	assert_int_equal(world_number(w,
			     "SELECT count(*) FROM log WHERE action = 'MAILBOX_PW_CHANGE_FAILED'"),
	    ARRAY_LEN(cases));
	assert_int_equal(world_number(w, "SELECT count(*) FROM log WHERE action = 'MAILBOX_PW_CHANGE'"),
	    0);
	assert_int_equal(world_number(w, "SELECT count(*) FROM log WHERE data LIKE '%not an address%'"),
	    0);
	assert_true(has(w, PASSWORD));
}

static void
test_new_password(void **state)
{
	struct world *w = *state;
	char long_one[80];
	int64_t rows;

	(void)make_mailbox(w, BOX);
	w->conf.mailbox_scheme = PW_BLF_CRYPT;
	rows = AUDIT_ROWS(w);
	memset(long_one, 'x', 73);
	long_one[73] = '\0';
	assert_int_equal(change(w, "192.0.2.50", BOX, PASSWORD, "short", "short", "new_password"),
	    RC_INVALID);
	assert_int_equal(change(w, "192.0.2.50", BOX, PASSWORD, long_one, long_one, "new_password"),
	    RC_INVALID);
	assert_int_equal(change(w, "192.0.2.50", BOX, PASSWORD, FRESH, FRESH "x", "confirm_new_password"),
	    RC_INVALID);
	assert_int_equal(change(w, "192.0.2.50", BOX, PASSWORD, FRESH, NULL, "confirm_new_password"),
	    RC_INVALID);
	assert_int_equal(change(w, "192.0.2.50", BOX, PASSWORD, PASSWORD, PASSWORD, "new_password"),
	    RC_INVALID);
	assert_int_equal(change(w, "192.0.2.50", BOX, PASSWORD, NULL, NULL, "new_password"), RC_INVALID);
	/* said before anything was looked at: it tells nothing about the mailbox and counts nothing */
	assert_int_equal(AUDIT_ROWS(w), rows);
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_attempt"), 0);
	assert_true(has(w, PASSWORD));
}

static void
test_limits(void **state)
{
	struct world *w = *state;
	char source[40];
	int looked_at = 0;

	(void)make_mailbox(w, BOX);
	for (int i = 0; i < 5; i++)
		assert_int_equal(change_to(w, BOX, "wrong password"), RC_UNAUTHENTICATED);
	assert_int_equal(change_to(w, BOX, PASSWORD), RC_LIMITED);
	assert_int_equal(world_number(w, "SELECT count(*) FROM log WHERE action = 'MAILBOX_LOCKOUT'"),
	    1);
	for (int i = 0; i < 40; i++) {
		(void)snprintf(source, sizeof(source), "198.51.100.%d", i);
		looked_at += change(w, source, BOX, "wrong password", FRESH, FRESH, NULL) ==
		    RC_UNAUTHENTICATED;
	}
	assert_int_equal(looked_at, 10); /* 15 with those above, wherever they come from */
}

static void
test_switched_off(void **state)
{
	struct world *w = *state;

	(void)make_mailbox(w, BOX);
	w->conf.no_change_password = true;
	assert_int_equal(change_to(w, BOX, PASSWORD), RC_NOT_FOUND);
	assert_true(has(w, PASSWORD));
}

static void
test_no_secret_is_kept(void **state)
{
	struct world *w = *state;
	char *dump;

	(void)make_mailbox(w, BOX);
	(void)change(w, "192.0.2.50", "canary-in-the-wrong-field", "canary-current",
	    "canary-new-password", "canary-new-password", NULL);
	(void)change(w, "192.0.2.50", BOX, "canary-current", "canary-new-password",
	    "canary-new-password", NULL);
	assert_int_equal(change(w, "192.0.2.50", BOX, PASSWORD, "canary-new-password",
			     "canary-new-password", NULL),
	    RC_OK);
	dump = world_dump(w);
	assert_null(strstr(dump, "canary"));
	free(dump);
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = { T(test_change), T(test_one_answer), T(test_new_password),
		T(test_limits), T(test_switched_off), T(test_no_secret_is_kept) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
