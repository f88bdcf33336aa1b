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
#include "store/passkey.h"
#include "store/session.h"
#include "svc/app.h"
#include "svc/attempts.h"
#include "svc/auth.h"
#include "svc/change.h"
#include "svc/passkey_int.h"

#define PROOF_FOR 300 /* seconds */
#define ANSWER "passkey:"

static struct passkey_question
question(const struct session *s)
{
	return (struct passkey_question){ .kind = "proof", .of = s->id_hash, .bind = s->id_hash };
}

bool
auth_proved(const struct op *op, const struct session *s)
{
	return s->proved_at > 0 && op->now >= s->proved_at && op->now - s->proved_at < PROOF_FOR;
}

static enum rc
refuse(struct op *op, const struct session *s, const struct attempt_try *t, const char *text)
{
	const char *note = t->last ? "failed to prove who it is; further tries are refused for now"
				   : "failed to prove who it is";
	enum rc rc = attempts_note(op,
	    &(const struct change){ .action = t->last ? "ADMIN_LOCKOUT" : "ADMIN_PROOF_FAILED",
		.type = "admin",
		.id = s->admin_id,
		.object = s->username,
		.note = note });

	return rc == RC_OK ? op_fail_field(op, RC_INVALID, "proof", "%s", text) : rc;
}

/* used: the passkey that was the proof, or NULL; used->right becomes false when somebody else used it meanwhile, and nothing was done. */
static enum rc
renew(struct op *op, struct session *s, const struct attempt_try *t, struct passkey_proof *used,
    char ret_raw_id[SESSION_ID_LEN + 1])
{
	TX tx = { 0 };
	const struct passkey_question q = question(s);
	char hash[65];
	int64_t changed;
	enum rc rc;

	rand_hex(ret_raw_id, SESSION_ID_LEN / 2);
	sha256_hex(ret_raw_id, SESSION_ID_LEN, hash);
	if ((rc = tx_begin(&tx, op)) != RC_OK ||
	    (used && ((rc = passkey_use_up(op, &q, used)) != RC_OK || !used->right)) ||
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
	return right ? renew(op, s, &attempt, NULL, ret_raw_id)
		     : refuse(op, s, &attempt, "This is not your password.");
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
	return rc == RC_OK ? renew(op, s, &none, NULL, ret_raw_id) : rc;
}

/* ---- with a passkey ---- */

enum rc
auth_prove_ask(struct op *op, const struct session *s, struct passkey_ask *ret)
{
	const struct passkey_question q = question(s);
	struct rows rows;
	enum rc rc = store_passkey_list(op, s->admin_id, &rows);

	if (rc == RC_OK && rows.n == 0)
		return op_fail(op, RC_CONFLICT, "You have no passkey.");
	if (rc != RC_OK || (rc = passkey_put(op, &q, ret)) != RC_OK)
		return rc;
	ret->known = rows.at;
	ret->n = rows.n;
	return RC_OK;
}

/* False: it is no answer of a passkey, but what a person typed. */
static bool
read_answer(struct op *op, const char *proof, struct passkey_proof_in *ret)
{
	const char **const parts[] = { &ret->credential, &ret->client_data,
		&ret->authenticator_data, &ret->signature };
	char *rest;

	if (strncmp(proof, ANSWER, strlen(ANSWER)) != 0)
		return false;
	rest = arena_strdup(op->arena, proof + strlen(ANSWER));
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (!(*parts[i] = strsep(&rest, ".")))
			return false;
	return !rest;
}

static enum rc
by_passkey(struct op *op, struct session *s, const struct passkey_proof_in *in,
    char ret_raw_id[SESSION_ID_LEN + 1])
{
	const struct passkey_question q = question(s);
	struct passkey_proof proof = { 0 };
	enum rc rc;

	if ((rc = attempts_begin_at(op, ATTEMPT_PROOF, s->username, &proof.attempt)) != RC_OK ||
	    (rc = passkey_look(op, &q, in, &proof)) != RC_OK)
		return rc;
	proof.right = proof.right && proof.row.admin_id == s->admin_id;
	if (proof.right &&
	    ((rc = renew(op, s, &proof.attempt, &proof, ret_raw_id)) != RC_OK || proof.right))
		return rc;
	if ((rc = passkey_burn(op, &q, proof.challenge)) != RC_OK)
		return rc;
	return refuse(op, s, &proof.attempt, "This passkey was not accepted.");
}

enum rc
auth_prove(struct op *op, struct session *s, const char *proof, char ret_raw_id[SESSION_ID_LEN + 1])
{
	struct passkey_proof_in answer = { 0 };
	bool enrolled = false;
	enum rc rc = auth_second_enrolled(op, s->admin_id, &enrolled);

	proof = proof ? proof : "";
	if (rc != RC_OK)
		return rc;
	if (read_answer(op, proof, &answer))
		return by_passkey(op, s, &answer, ret_raw_id);
	return enrolled ? by_code(op, s, proof, ret_raw_id) : by_password(op, s, proof, ret_raw_id);
}
