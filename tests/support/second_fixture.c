/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What tests/second_fixture.h promises. */
#include "base/base.h"

#include "second_fixture.h"

#include "base/clock.h"

/* Enrolled by the PHP program: its format, its bcrypt backup codes. */
void
enrol_fork(struct world *w, int64_t admin_id, const char *codes)
{
	struct totp_key key;
	char sealed[TOTP_SEALED_MAX + 1], sql[2048];

	totp_key_make(&key, w->conf.securitysalt);
	assert_true(totp_seal_fork(&key, SECRET, sealed));
	(void)snprintf(sql, sizeof(sql),
	    "INSERT INTO admin_pref (Admin_id, attribute, ix, op, value, expire) VALUES "
	    "(%lld, 'auth.totp.secret', 0, '=', '%s', 0), (%lld, 'auth.totp.backup', 0, '=', '%s', "
	    "0)",
	    (long long)admin_id, sealed, (long long)admin_id, codes);
	world_exec(w, sql);
}

const char *
code_at(int64_t step)
{
	static char code[TOTP_CODE_LEN + 1];

	assert_true(totp_code(SECRET, step, code));
	return code;
}

enum rc
first_step(struct world *w, const char *name, struct auth_entry *ret)
{
	OP box = as(w, &w->nobody);
	struct signin_in in = { .username = name, .password = PASSWORD };

	return auth_sign_in(&box->op, &in, "Browser/1.0", ret);
}

enum rc
second_step(struct world *w, const char *raw, const char *code, struct auth_entry *ret)
{
	OP box = as(w, &w->nobody);
	enum rc rc = auth_second(&box->op, raw, code, "Browser/1.0", ret);

	if (rc == RC_LIMITED)
		assert_in_range(box->op.wait, 1, 86400);
	return rc;
}

enum rc
session_rc(struct world *w, const char *raw)
{
	OP box = as(w, &w->nobody);
	struct session s;
	struct actor actor;

	return auth_session(&box->op, raw, &s, &actor);
}

int64_t
actions(struct world *w, const char *action)
{
	char sql[160];

	(void)snprintf(sql, sizeof(sql), "SELECT count(*) FROM log WHERE action = '%s'", action);
	return world_number(w, sql);
}

/* What stands in the preference of root. */
char *
pref(struct world *w, const char *attribute)
{
	char sql[200];

	(void)snprintf(sql, sizeof(sql),
	    "SELECT value FROM admin_pref WHERE attribute = '%s' AND Admin_id = %lld", attribute,
	    (long long)w->root.admin_id);
	return world_text(w, sql);
}

int
second_setup(void **state)
{
	int failed = world_setup(state);

	clock_freeze(T0);
	return failed;
}

int
second_teardown(void **state)
{
	clock_freeze(0);
	return world_teardown(state);
}
