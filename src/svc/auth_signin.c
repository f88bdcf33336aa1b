/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signing in. Owns the order of things: count the try, look up, hash, and only then, in one
 * transaction, the session with everything that goes with it. It must not know cookies. The
 * surprising thing: an unknown name, a wrong password and a disabled account do the same work and
 * write the same kind of row, and the hash is compared again inside the transaction, so a password
 * changed in between wins. Whoever needs a second factor is parked, which is no session (auth_second.c).
 */
#include "base/base.h"

#include "base/addr.h"
#include "base/arena.h"
#include "base/rand.h"
#include "base/utf8.h"
#include "conf/conf.h"
#include "db/tx.h"
#include "model/actor.h"
#include "store/admin.h"
#include "store/audit.h"
#include "store/session.h"
#include "svc/app.h"
#include "svc/attempts.h"
#include "svc/auth_int.h"
#include "svc/change.h"

#define AGENT_MAX 255

/* One sign-in on its way. */
struct signing {
	const char *name; /* as it is looked up and counted */
	const char *shown; /* as the trail names it: never what may be a password typed into the wrong field */
	const char *password;
	struct attempt_try attempt;
	struct admin row;
	bool known, right;
	enum auth_step step;
	const char *sealed;   /* AUTH_ENROL: the secret to set up */
	const char *rehashed; /* a stronger hash of the same password, or NULL */
};

static enum rc
refuse(struct op *op)
{
	return op_fail(op, RC_UNAUTHENTICATED, "The name or the password is wrong.");
}

static void
read_name(struct op *op, const char *text, struct signing *s)
{
	struct addr a;

	if (text && addr_parse(text, ADDR_PLAIN, &a) == NULL) {
		s->name = s->shown = arena_strdup(op->arena, a.full);
	} else {
		s->name = text ? text : "";
		s->shown = "an unknown name";
	}
}

static enum rc
check(struct op *op, struct signing *s)
{
	enum rc rc = store_admin_find(op, s->name, &s->row);
	bool fits = s->password && *s->password && strlen(s->password) <= PW_MAX_BYTES;

	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	s->known = rc == RC_OK;
	if (!fits)
		return RC_OK;
	if (s->known)
		s->shown = s->row.username;
	if ((rc = app_verify(op, s->known ? s->row.password : NULL, s->password, &s->right)) != RC_OK)
		return rc;
	s->right = s->right && s->known && s->row.active;
	return RC_OK;
}

/* A matter of taste, not of life: without a ticket the old hash stays until the next time. */
static void
rehash(struct op *op, struct signing *s)
{
	if (!pw_outdated(s->row.password, op->conf->admin_scheme, (int)op->conf->admin_cost) ||
	    pw_refuse(op->conf->admin_scheme, s->password))
		return;
	if (app_hash_admin(op, s->password, &s->rehashed) != RC_OK) {
		s->rehashed = NULL;
		err_clear(&op->errs);
	}
}

static enum rc
note_failure(struct op *op, const struct signing *s)
{
	TX tx = { 0 };
	struct change c = { .action = "ADMIN_LOGIN_FAILED",
		.type = "admin",
		.id = s->known ? s->row.id : 0,
		.object = s->shown };
	enum rc rc;

	c.note = arena_printf(op->arena, "failed to sign in as %s%s", s->shown,
	    s->attempt.last ? "; further tries are refused for now" : "");
	if (s->attempt.last)
		c.action = "ADMIN_LOCKOUT";
	if ((rc = tx_begin(&tx, op)) != RC_OK || (rc = change_add(op, &c)) != RC_OK ||
	    (rc = tx_commit(&tx)) != RC_OK)
		return rc;
	attempts_log(op, "auth.failed", c.action);
	return RC_OK;
}

void
auth_fresh_id(char ret_raw[SESSION_ID_LEN + 1], char ret_hash[65])
{
	rand_hex(ret_raw, SESSION_ID_LEN / 2);
	sha256_hex(ret_raw, SESSION_ID_LEN, ret_hash);
}

static enum rc
store_session(struct op *op, const struct admin *admin, const char *agent, struct auth_entry *ret)
{
	char hash[65];
	int64_t life = op->conf->session_absolute;
	struct session row = { .admin_id = admin->id,
		.created_at = op->now,
		.seen_at = op->now,
		.expires_at = life > 0 ? op->now + life : INT64_MAX,
		.source = op->actor->source };

	auth_fresh_id(ret->raw, hash);
	row.id_hash = hash;
	row.agent = agent ? arena_strndup(op->arena, agent, utf8_cut(agent, AGENT_MAX)) : NULL;
	return store_session_add(op, &row);
}

void
auth_become(struct op *op, const struct admin *row)
{
	struct actor *actor = ARENA_NEW(op->arena, struct actor);

	*actor = (struct actor){ .kind = ACTOR_ADMIN,
		.door = op->actor->door,
		.super = row->super,
		.admin_id = row->id,
		.name = row->username,
		.source = op->actor->source };
	app_op_become(op, actor);
}

#define LOOK_BACK 50

/* One's own mistakes, from where one is now, are no news. */
static enum rc
count_strangers(struct op *op, const struct admin *row, int64_t *ret)
{
	const char *here = op->actor->source ? op->actor->source : "";
	const struct audit *at;
	struct rows rows;
	enum rc rc = store_audit_of_object(op, "admin", row->id, LOOK_BACK, &rows);

	*ret = 0;
	if (rc != RC_OK)
		return rc;
	at = rows.at;
	for (size_t i = 0; i < rows.n && strcmp(at[i].action, "ADMIN_LOGIN") != 0; i++)
		if ((strstr(at[i].action, "_FAILED") || strcmp(at[i].action, "ADMIN_LOCKOUT") == 0) &&
		    at[i].source && strcmp(at[i].source, here) != 0)
			(*ret)++;
	return RC_OK;
}

enum rc
auth_make_session(struct op *op, const struct admin *row, const char *agent, const char *how,
    struct auth_entry *ret)
{
	enum rc rc;

	if ((rc = count_strangers(op, row, &ret->strangers)) != RC_OK ||
	    (rc = store_admin_last_login(op, row->id, op->now)) != RC_OK)
		return rc;
	auth_become(op, row);
	ret->step = AUTH_IN;
	if ((rc = store_session(op, row, agent, ret)) != RC_OK)
		return rc;
	return change_add(op,
	    &(const struct change){ .action = "ADMIN_LOGIN",
		.type = "admin",
		.id = row->id,
		.object = row->username,
		.note = how });
}

/* The account as it is now; it must still be the one whose password was checked, and want the same of its second factor. */
static enum rc
look_again(struct op *op, struct signing *s, struct admin *ret)
{
	enum auth_step step = s->step;
	int64_t changed;
	enum rc rc = store_admin_get(op, s->row.id, ret);

	if (rc == RC_NOT_FOUND ||
	    (rc == RC_OK && (!ret->active || strcmp(ret->password, s->row.password) != 0)))
		return refuse(op);
	if (rc == RC_OK)
		rc = auth_second_wanted(op, ret, &step);
	if (rc == RC_OK && step != s->step)
		return op_fail(op, RC_RETRY, "The second factor was changed just now.");
	if (rc == RC_OK && s->rehashed)
		rc = store_admin_rehash(op, ret->id, ret->password, s->rehashed, &changed);
	return rc;
}

/* The counted tries of a sign-in whose second step is to come stay counted until that is done. */
static enum rc
let_in(struct op *op, struct signing *s, const char *agent, struct auth_entry *ret)
{
	TX tx = { 0 };
	struct admin now;
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK || (rc = look_again(op, s, &now)) != RC_OK)
		return rc;
	if (s->step != AUTH_IN) {
		ret->step = s->step;
		rc = auth_park(op, &now, s->sealed, ret);
	} else if ((rc = attempts_clear(op, &s->attempt)) == RC_OK) {
		rc = auth_make_session(op, &now, agent, "signed in", ret);
	}
	return rc == RC_OK ? tx_commit(&tx) : rc;
}

enum rc
auth_sign_in(struct op *op, const struct signin_in *in, const char *agent, struct auth_entry *ret)
{
	struct signing s = { .password = in->password };
	enum rc rc;

	*ret = (struct auth_entry){ .step = AUTH_IN };
	read_name(op, in->username, &s);
	if ((rc = attempts_begin_at(op, ATTEMPT_SIGN_IN, s.name, &s.attempt)) != RC_OK ||
	    (rc = check(op, &s)) != RC_OK)
		return rc;
	if (!s.right) {
		rc = note_failure(op, &s);
		return rc == RC_OK ? refuse(op) : rc;
	}
	if ((rc = auth_second_step(op, &s.row, &s.step)) != RC_OK ||
	    (s.step == AUTH_ENROL && (rc = auth_fresh_secret(op, s.row.id, &s.sealed)) != RC_OK))
		return rc;
	rehash(op, &s);
	return let_in(op, &s, agent, ret);
}
