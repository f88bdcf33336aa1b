/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signing in. Owns the order of things: count the try, look up, hash, and only then, in one
 * transaction, the session with everything that goes with it. It must not know cookies. The
 * surprising thing: an unknown name, a wrong password and a disabled account do the same work and
 * write the same kind of row, and the hash is compared again inside the transaction, so a password
 * changed in between wins.
 */
#include "base/base.h"

#include "base/addr.h"
#include "base/arena.h"
#include "base/rand.h"
#include "conf/conf.h"
#include "db/tx.h"
#include "model/actor.h"
#include "store/admin.h"
#include "store/session.h"
#include "svc/app.h"
#include "svc/attempts.h"
#include "svc/auth.h"
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
	bool second;          /* a second factor is enrolled, which this version cannot ask for */
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
	return s->right ? store_admin_second_factor(op, s->row.id, &s->second) : RC_OK;
}

/* Whoever was asked for a code by the PHP program is not let in here without one. */
static enum rc
refuse_without_second(struct op *op)
{
	return op_fail(op, RC_DENIED,
	    "This account has a second factor, which this version cannot ask for yet. The operator "
	    "can remove it: "
	    "vimbadmin admin reset-2fa");
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
	if (s->second)
		c.note = arena_printf(op->arena,
		    "failed to sign in as %s; the second factor could not be asked for", s->shown);
	if (s->attempt.last)
		c.action = "ADMIN_LOCKOUT";
	if ((rc = tx_begin(&tx, op)) != RC_OK || (rc = change_add(op, &c)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

static enum rc
store_session(struct op *op, const struct signing *s, const char *agent,
    char ret_raw_id[SESSION_ID_LEN + 1])
{
	char hash[65];
	int64_t life = op->conf->session_absolute;
	struct session row = { .admin_id = s->row.id,
		.created_at = op->now,
		.seen_at = op->now,
		.expires_at = life > 0 ? op->now + life : INT64_MAX,
		.source = op->actor->source };

	rand_hex(ret_raw_id, SESSION_ID_LEN / 2);
	sha256_hex(ret_raw_id, SESSION_ID_LEN, hash);
	row.id_hash = hash;
	row.agent = agent ? arena_strndup(op->arena, agent, strnlen(agent, AGENT_MAX)) : NULL;
	return store_session_add(op, &row);
}

/* From here on it is that administrator who acts: the trail names it. */
static void
become(struct op *op, const struct admin *row)
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

static enum rc
let_in(struct op *op, struct signing *s, const char *agent, char ret_raw_id[SESSION_ID_LEN + 1])
{
	TX tx = { 0 };
	struct admin now;
	int64_t changed;
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK)
		return rc;
	rc = store_admin_get(op, s->row.id, &now);
	if (rc == RC_NOT_FOUND ||
	    (rc == RC_OK && (!now.active || strcmp(now.password, s->row.password) != 0)))
		return refuse(op);
	if (rc != RC_OK || (rc = attempts_clear(op, &s->attempt)) != RC_OK ||
	    (rc = store_admin_last_login(op, now.id, op->now)) != RC_OK ||
	    (s->rehashed &&
		(rc = store_admin_rehash(op, now.id, now.password, s->rehashed, &changed)) != RC_OK))
		return rc;
	become(op, &now);
	if ((rc = store_session(op, s, agent, ret_raw_id)) != RC_OK ||
	    (rc = change_add(op,
		 &(const struct change){ .action = "ADMIN_LOGIN",
		     .type = "admin",
		     .id = now.id,
		     .object = now.username,
		     .note = "signed in" })) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

enum rc
auth_sign_in(struct op *op, const struct signin_in *in, const char *agent,
    char ret_raw_id[SESSION_ID_LEN + 1], int64_t *ret_wait)
{
	struct signing s = { .password = in->password };
	enum rc rc;

	*ret_wait = 0;
	read_name(op, in->username, &s);
	if ((rc = attempts_begin(op, s.name, &s.attempt, ret_wait)) != RC_OK ||
	    (rc = check(op, &s)) != RC_OK)
		return rc;
	if (!s.right) {
		rc = note_failure(op, &s);
		return rc == RC_OK ? refuse(op) : rc;
	}
	if (s.second) {
		rc = note_failure(op, &s);
		return rc == RC_OK ? refuse_without_second(op) : rc;
	}
	rehash(op, &s);
	return let_in(op, &s, agent, ret_raw_id);
}
