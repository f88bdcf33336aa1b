/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sessions after they were made: who is behind a cookie, signing out, throwing away what is over.
 * When one is alive is said in sessions.c. It must not know cookies.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/rand.h"
#include "conf/conf.h"
#include "db/tx.h"
#include "model/actor.h"
#include "store/second.h"
#include "store/session.h"
#include "svc/auth_int.h"
#include "svc/change.h"
#include "svc/sessions.h"

#define STAMP_EVERY 60  /* seconds between writes of seen_at */
#define DAY (24 * 3600) /* the longest window of a counter, unless configured */
#define KNOWN_FOR \
	(90 * 24 * 3600) /* an account is known at a source after its last sign-in there */

static enum rc
nobody(struct op *op)
{
	return op_fail(op, RC_UNAUTHENTICATED, "Please sign in.");
}

bool
auth_id_hash(const char *raw_id, char ret[65])
{
	if (!raw_id || strlen(raw_id) != SESSION_ID_LEN ||
	    strspn(raw_id, "0123456789abcdef") != SESSION_ID_LEN)
		return false;
	sha256_hex(raw_id, SESSION_ID_LEN, ret);
	return true;
}

/* A page must not fail because this could not be written (disk full, database read-only). */
static void
stamp(struct op *op, struct session *s)
{
	TX tx = { 0 };

	if (op->now - s->seen_at < STAMP_EVERY || (op->flags & (OP_READ_ONLY | OP_DRY_RUN)))
		return;
	if (tx_begin_if_free(&tx, op) == RC_OK &&
	    store_session_seen(op, s->id_hash, op->now) == RC_OK && tx_commit(&tx) == RC_OK)
		s->seen_at = op->now;
	else
		err_clear(&op->errs);
}

enum rc
auth_session(struct op *op, const char *raw_id, struct session *ret, struct actor *ret_actor)
{
	char hash[65];
	struct session s;
	enum rc rc;

	if (!auth_id_hash(raw_id, hash))
		return nobody(op);
	rc = store_session_get(op, hash, &s);
	if (rc == RC_NOT_FOUND || (rc == RC_OK && !sessions_alive(op, &s)))
		return nobody(op);
	if (rc != RC_OK)
		return rc;
	stamp(op, &s);
	*ret = s;
	*ret_actor = (struct actor){ .kind = ACTOR_ADMIN,
		.super = s.super,
		.admin_id = s.admin_id,
		.name = s.username,
		.door = op->actor->door,
		.source = op->actor->source };
	return RC_OK;
}

enum rc
auth_sign_out(struct op *op, const char *raw_id)
{
	TX tx = { 0 };
	char hash[65];
	struct session s;
	enum rc rc;

	if (!auth_id_hash(raw_id, hash))
		return RC_OK;
	if ((rc = tx_begin(&tx, op)) != RC_OK)
		return rc;
	rc = store_session_get(op, hash, &s);
	if (rc == RC_NOT_FOUND)
		return tx_commit(&tx);
	if (rc != RC_OK || (rc = store_session_delete(op, hash)) != RC_OK ||
	    (rc = change_add(op,
		 &(const struct change){ .action = "ADMIN_LOGOUT",
		     .type = "admin",
		     .id = s.admin_id,
		     .object = s.username,
		     .note = "signed out" })) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

enum rc
auth_prune(struct op *op, int64_t *ret_removed)
{
	TX tx = { 0 };
	int64_t sessions, attempts, tokens, known, parked;
	int64_t idle = op->conf->session_idle;
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = store_session_prune(op, op->now, idle > 0 ? op->now - idle : 0, &sessions)) != RC_OK ||
	    (rc = store_attempt_prune(op, op->now - MAX(op->conf->bruteforce_window, DAY), &attempts)) !=
		RC_OK ||
	    (rc = store_token_prune(op, op->now, &tokens)) != RC_OK ||
	    (rc = store_known_prune(op, op->now - KNOWN_FOR, &known)) != RC_OK ||
	    (rc = store_parked_prune(op, &parked)) != RC_OK)
		return rc;
	*ret_removed = sessions + attempts + tokens + known + parked;
	return tx_commit(&tx);
}
