/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Proving once more who one is, before what is dangerous. Owns how long a proof lasts. It must not know which pages ask for it. The
 * surprising thing: the session gets a new id with the proof, so a copy of the cookie made before is worth nothing after.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/pwhash.h"
#include "base/rand.h"
#include "db/tx.h"
#include "model/actor.h"
#include "store/admin.h"
#include "store/session.h"
#include "svc/app.h"
#include "svc/attempts.h"
#include "svc/auth.h"
#include "svc/change.h"

#define PROOF_FOR 300 /* seconds */

bool
auth_proved(const struct op *op, const struct session *s)
{
	return s->proved_at > 0 && op->now >= s->proved_at && op->now - s->proved_at < PROOF_FOR;
}

static enum rc
refuse(struct op *op, const struct session *s, const struct attempt_try *t)
{
	const char *note = t->last ? "failed to prove who it is; further tries are refused for now"
				   : "failed to prove who it is";
	enum rc rc = attempts_note(op,
	    &(const struct change){ .action = t->last ? "ADMIN_LOCKOUT" : "ADMIN_PROOF_FAILED",
		.type = "admin",
		.id = s->admin_id,
		.object = s->username,
		.note = note });

	return rc == RC_OK ? op_fail_field(op, RC_INVALID, "proof", "This is not your password.") : rc;
}

static enum rc
renew(struct op *op, struct session *s, const struct attempt_try *t, char ret_raw_id[SESSION_ID_LEN + 1])
{
	TX tx = { 0 };
	char hash[65];
	int64_t changed;
	enum rc rc;

	rand_hex(ret_raw_id, SESSION_ID_LEN / 2);
	sha256_hex(ret_raw_id, SESSION_ID_LEN, hash);
	if ((rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = store_session_renew(op, s->id_hash, hash, op->now, &changed)) != RC_OK)
		return rc;
	if (changed == 0)
		return op_fail(op, RC_UNAUTHENTICATED, "Please sign in.");
	if ((rc = attempts_clear(op, t)) != RC_OK ||
	    (rc = change_add(op,
		 &(const struct change){ .action = "ADMIN_PROOF",
		     .aside = true,
		     .type = "admin",
		     .id = s->admin_id,
		     .object = s->username,
		     .note = "proved once more who it is" })) != RC_OK ||
	    (rc = tx_commit(&tx)) != RC_OK)
		return rc;
	s->id_hash = arena_strdup(op->arena, hash);
	s->proved_at = op->now;
	return RC_OK;
}

static enum rc
by_password(struct op *op, struct session *s, const char *password, char ret_raw_id[SESSION_ID_LEN + 1])
{
	struct attempt_try attempt;
	struct admin row;
	bool right = false;
	enum rc rc;

	if ((rc = attempts_begin_at(op, ATTEMPT_PROOF, s->username, &attempt)) != RC_OK ||
	    (rc = store_admin_get(op, s->admin_id, &row)) != RC_OK)
		return rc;
	if (*password && strlen(password) <= PW_MAX_BYTES &&
	    (rc = app_verify(op, row.password, password, &right)) != RC_OK)
		return rc;
	return right ? renew(op, s, &attempt, ret_raw_id) : refuse(op, s, &attempt);
}

/* Counting and the trail are done where codes are checked. */
static enum rc
by_code(struct op *op, struct session *s, const char *code, char ret_raw_id[SESSION_ID_LEN + 1])
{
	struct attempt_try none = { .source = "", .account = "", .pair = "" };
	enum rc rc = auth_second_check(op, s->admin_id, code);

	if (rc == RC_INVALID) {
		err_clear(&op->errs);
		return op_fail_field(op, RC_INVALID, "proof",
		    "This is not a code of your second factor.");
	}
	return rc == RC_OK ? renew(op, s, &none, ret_raw_id) : rc;
}

enum rc
auth_prove(struct op *op, struct session *s, const char *proof, char ret_raw_id[SESSION_ID_LEN + 1])
{
	bool enrolled = false;
	enum rc rc = auth_second_enrolled(op, s->admin_id, &enrolled);

	proof = proof ? proof : "";
	if (rc != RC_OK)
		return rc;
	return enrolled ? by_code(op, s, proof, ret_raw_id) : by_password(op, s, proof, ret_raw_id);
}
