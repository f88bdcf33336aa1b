/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sessions as people see and end them, and proving once more who one is. */
#include "base/base.h"

#include "svc_fixture.h"

#include "base/clock.h"
#include "svc/sessions.h"

#define ID SESSION_ID_LEN + 1
#define FIREFOX "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
#define EDGE "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0"

static void
sign_in(struct world *w, const char *name, const char *agent, char ret_id[ID])
{
	struct signin_in in = { .username = name, .password = PASSWORD };
	struct auth_entry entry;
	OP box = as(w, &w->nobody);

	EXPECT(box, auth_sign_in(&box->op, &in, agent, &entry), RC_OK);
	assert_int_equal(entry.step, AUTH_IN);
	memcpy(ret_id, entry.raw, ID);
}

static enum rc
session_of(struct world *w, const char *id, struct session *ret)
{
	OP box = as(w, &w->nobody);
	struct actor actor;
	enum rc rc = auth_session(&box->op, id, ret, &actor);

	return rc;
}

static bool
alive(struct world *w, const char *id)
{
	struct session s;

	return session_of(w, id, &s) == RC_OK;
}

/* A server that checks its texts takes no half letter. */
static void
test_long_agent(void **state)
{
	struct world *w = *state;
	char agent[400], id[ID];
	struct session s;

	memset(agent, 'x', 254);
	memcpy(agent + 254, "\xc3\xa4 and more", sizeof("\xc3\xa4 and more"));
	sign_in(w, "owner@own.example", agent, id);
	assert_int_equal(session_of(w, id, &s), RC_OK);
	assert_int_equal(world_number(w, "SELECT length(agent) FROM vimb_session WHERE agent LIKE 'xxx%'"),
	    254);
}

static void
test_list(void **state)
{
	struct world *w = *state;
	char a[ID], b[ID], c[ID];
	struct session_list list;
	int64_t t = clock_now();

	clock_freeze(t);
	sign_in(w, "owner@own.example", FIREFOX, a);
	clock_freeze(t + 10);
	sign_in(w, "owner@own.example", EDGE, b);
	sign_in(w, "root@own.example", "curl/8.0", c);
	{
		OP box = as(w, &w->owner);
		struct session s;
		struct actor actor;

		EXPECT(box, auth_session(&box->op, a, &s, &actor), RC_OK);
		EXPECT(box, sessions_list(&box->op, w->owner.admin_id, s.id_hash, &list), RC_OK);
		assert_int_equal(list.n, 2);
		assert_string_equal(list.rows[0].browser, "Edge, Windows");
		assert_string_equal(list.rows[1].browser, "Firefox, Linux");
		assert_false(list.rows[0].current);
		assert_true(list.rows[1].current);
		assert_int_equal(list.rows[1].since, t);
		/* a part of the hash, nothing that could be sent as a cookie */
		assert_int_equal(strlen(list.rows[0].session), 32);
		assert_true(strncmp(list.rows[0].session, b, 32) != 0);
		EXPECT(box, sessions_list(&box->op, w->root.admin_id, NULL, &list), RC_DENIED);
	}
	clock_freeze(t + 1805);
	{
		OP box = as(w, &w->root);

		EXPECT(box, sessions_list(&box->op, w->owner.admin_id, NULL, &list), RC_OK);
		assert_int_equal(list.n, 1); /* the other was idle for too long */
		EXPECT(box, sessions_list(&box->op, 999999, NULL, &list), RC_NOT_FOUND);
	}
	clock_freeze(0);
}

static void
test_end_one(void **state)
{
	struct world *w = *state;
	char a[ID], b[ID], root[ID];
	struct session_list list, roots;
	int64_t rows;

	sign_in(w, "owner@own.example", FIREFOX, a);
	sign_in(w, "root@own.example", FIREFOX, root);
	{
		OP box = as(w, &w->root);

		EXPECT(box, sessions_list(&box->op, w->root.admin_id, NULL, &roots), RC_OK);
		EXPECT(box, sessions_list(&box->op, w->owner.admin_id, NULL, &list), RC_OK);
		{
			OP other = as(w, &w->owner);

			/* by the name of somebody else's session, and without the right */
			EXPECT(other,
			    sessions_end(&other->op, w->owner.admin_id, roots.rows[0].session, NULL),
			    RC_NOT_FOUND);
			EXPECT(other,
			    sessions_end(&other->op, w->root.admin_id, roots.rows[0].session, NULL),
			    RC_DENIED);
			EXPECT(other, sessions_end(&other->op, w->owner.admin_id, "", NULL),
			    RC_NOT_FOUND);
		}
		sign_in(w, "owner@own.example", EDGE, b);
		rows = AUDIT_ROWS(w);
		EXPECT(box, sessions_end(&box->op, w->owner.admin_id, list.rows[0].session, NULL),
		    RC_OK);
	}
	assert_false(alive(w, a));
	assert_true(alive(w, b) && alive(w, root));
	assert_int_equal(AUDIT_ROWS(w), rows + 1);
	assert_int_equal(
	    world_number(w,
		"SELECT count(*) FROM log l JOIN vimb_audit v ON v.log_id = l.id WHERE l.action = "
		"'ADMIN_SESSION_END' AND v.actor = 'root@own.example' AND v.object = "
		"'owner@own.example' AND v.detail_before LIKE '%Firefox, Linux%'"),
	    1);
}

static void
test_end_all_others(void **state)
{
	struct world *w = *state;
	char a[ID], b[ID], c[ID];
	struct session s;

	sign_in(w, "owner@own.example", FIREFOX, a);
	sign_in(w, "owner@own.example", EDGE, b);
	sign_in(w, "stranger@other.example", EDGE, c);
	{
		OP box = as(w, &w->owner);
		struct actor actor;

		EXPECT(box, auth_session(&box->op, a, &s, &actor), RC_OK);
		EXPECT(box, sessions_end(&box->op, w->owner.admin_id, NULL, s.id_hash), RC_OK);
	}
	assert_true(alive(w, a) && alive(w, c));
	assert_false(alive(w, b));
	{
		OP box = as(w, &w->root);

		EXPECT(box, sessions_end(&box->op, w->owner.admin_id, NULL, NULL), RC_OK);
	}
	assert_false(alive(w, a));
	/* one each: b, then a */
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_audit WHERE detail_before = '{\"sessions\":1}' AND detail_after = '{\"sessions\":0}'"),
	    2);
}

static enum rc
change_rights(struct world *w, bool super, bool active)
{
	OP box = as(w, &w->root);
	struct admin_in in = { 0 };
	struct admin row;

	GIVE(admin_in, &in, super, super);
	GIVE(admin_in, &in, active, active);
	return admin_edit(&box->op, w->owner.admin_id, &in, &row);
}

/* D1, D3: other rights, more or fewer, and the session that began with the old ones is over. */
static void
test_rights_end_sessions(void **state)
{
	struct world *w = *state;
	char id[ID];

	sign_in(w, "owner@own.example", FIREFOX, id);
	assert_int_equal(change_rights(w, false, true), RC_OK);
	assert_true(alive(w, id)); /* nothing changed */
	assert_int_equal(change_rights(w, true, true), RC_OK);
	assert_false(alive(w, id));
	sign_in(w, "owner@own.example", FIREFOX, id);
	assert_int_equal(change_rights(w, false, true), RC_OK);
	assert_false(alive(w, id));
	sign_in(w, "owner@own.example", FIREFOX, id);
	assert_int_equal(change_rights(w, false, false), RC_OK);
	assert_false(alive(w, id));
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_session"), 0);
}

/* ---- proving it again ---- */

static enum rc
prove(struct world *w, const char *id, const char *password, char ret_id[ID])
{
	OP box = as(w, &w->nobody);
	struct session s;
	struct actor actor;
	enum rc rc;

	EXPECT(box, auth_session(&box->op, id, &s, &actor), RC_OK);
	app_op_become(&box->op, &actor);
	rc = auth_prove(&box->op, &s, password, ret_id);
	if (rc == RC_OK)
		assert_true(auth_proved(&box->op, &s));
	assert_null(box->op.changes);
	return rc;
}

static bool
proved(struct world *w, const char *id)
{
	OP box = as(w, &w->nobody);
	struct session s;
	struct actor actor;

	EXPECT(box, auth_session(&box->op, id, &s, &actor), RC_OK);
	return auth_proved(&box->op, &s);
}

static void
test_proof(void **state)
{
	struct world *w = *state;
	char id[ID], fresh[ID];
	int64_t t = clock_now();

	clock_freeze(t);
	sign_in(w, "owner@own.example", FIREFOX, id);
	assert_true(proved(w, id)); /* the password was given just now */
	clock_freeze(t + 299);
	assert_true(proved(w, id));
	clock_freeze(t + 300);
	assert_false(proved(w, id));
	assert_int_equal(prove(w, id, "wrong password", fresh), RC_INVALID);
	assert_int_equal(prove(w, id, "", fresh), RC_INVALID);
	assert_int_equal(prove(w, id, NULL, fresh), RC_INVALID);
	assert_false(proved(w, id));
	assert_int_equal(prove(w, id, PASSWORD, fresh), RC_OK);
	/* under a new id; the old one is worth nothing */
	assert_false(alive(w, id));
	assert_true(proved(w, fresh));
	/* a clock that was set back makes no proof eternal */
	clock_freeze(t + 250);
	assert_false(proved(w, fresh));
	clock_freeze(t + 600);
	assert_false(proved(w, fresh));
	clock_freeze(0);
	assert_int_equal(world_number(w, "SELECT count(*) FROM log WHERE action = 'ADMIN_PROOF'"), 1);
	assert_int_equal(world_number(w, "SELECT count(*) FROM log WHERE action = 'ADMIN_PROOF_FAILED'"),
	    3);
}

static void
test_proof_is_limited(void **state)
{
	struct world *w = *state;
	char id[ID], fresh[ID];

	sign_in(w, "owner@own.example", FIREFOX, id);
	for (int i = 0; i < 5; i++)
		assert_int_equal(prove(w, id, "wrong password", fresh), RC_INVALID);
	assert_int_equal(prove(w, id, PASSWORD, fresh), RC_LIMITED);
	assert_int_equal(world_number(w, "SELECT count(*) FROM log WHERE action = 'ADMIN_LOCKOUT'"), 1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = { T(test_list), T(test_long_agent), T(test_end_one),
		T(test_end_all_others), T(test_rights_end_sessions), T(test_proof),
		T(test_proof_is_limited) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
