/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signing in with a passkey: as the second step, or as the only one. Owns whose passkey it may be: of whoever gave the password, or, alone, of anybody
 * who is known by it. It must not know cookies or how answers are checked. The surprising thing: alone, nobody gives a name, so the account whose
 * tries are counted is the one that the passkey names.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/rand.h"
#include "conf/conf.h"
#include "db/tx.h"
#include "store/admin.h"
#include "store/passkey.h"
#include "store/second.h"
#include "svc/auth_int.h"
#include "svc/change.h"
#include "svc/passkey_int.h"
#include "svc/second_int.h"

/* ---- as the second step ---- */

static struct passkey_question
second_question_of(const struct parked *p)
{
	return (struct passkey_question){ .kind = "second", .of = p->id_hash, .bind = p->id_hash };
}

enum rc
auth_ways(struct op *op, const char *raw_id, struct auth_ways *ret)
{
	struct parked p = { 0 };
	struct admin admin = { 0 };
	struct second row = { 0 };
	struct code_list codes;
	enum rc rc;

	if ((rc = auth_parked_get(op, raw_id, &p, &admin)) != RC_OK ||
	    (rc = store_second_get(op, admin.id, &row)) != RC_OK)
		return rc;
	codes_read(op, row.backup, &codes);
	*ret = (struct auth_ways){ .code = (row.secret && *row.secret) ||
		    (row.passkeys > 0 && codes.n > 0),
		.passkey = row.passkeys > 0 };
	return RC_OK;
}

enum rc
auth_passkey_ask(struct op *op, const char *raw_id, struct passkey_ask *ret)
{
	struct parked p = { 0 };
	struct admin admin = { 0 };
	struct passkey_question q;
	struct rows rows;
	enum rc rc;

	if ((rc = auth_parked_get(op, raw_id, &p, &admin)) != RC_OK ||
	    (rc = store_passkey_list(op, admin.id, &rows)) != RC_OK)
		return rc;
	if (rows.n == 0)
		return op_fail(op, RC_NOT_FOUND, "You have no passkey.");
	q = second_question_of(&p);
	if ((rc = passkey_put(op, &q, ret)) != RC_OK)
		return rc;
	ret->known = rows.at;
	ret->n = rows.n;
	return RC_OK;
}

static enum rc
let_in(struct op *op, const struct parked *p, struct passkey_proof *proof, const char *agent,
    struct auth_entry *ret)
{
	TX tx = { 0 };
	const struct passkey_question q = second_question_of(p);
	struct admin now = { 0 };
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK || (rc = auth_parked_take(op, p)) != RC_OK ||
	    (rc = store_admin_get(op, p->admin_id, &now)) != RC_OK ||
	    (rc = passkey_use_up(op, &q, proof)) != RC_OK || !proof->right)
		return rc == RC_NOT_FOUND ? auth_parked_over(op) : rc;
	if ((rc = auth_make_session(op, &now, agent,
		 arena_printf(op->arena, "signed in with the passkey %s as second factor",
		     proof->row.label),
		 ret)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

static enum rc
refuse(struct op *op, const struct parked *p, const struct admin *admin, const struct passkey_proof *proof)
{
	const struct passkey_question q = second_question_of(p);
	const struct second_proof wrong = { .why = proof->why, .attempt = proof->attempt };
	enum rc rc;

	if ((rc = passkey_burn(op, &q, proof->challenge)) != RC_OK ||
	    (rc = second_note_failure(op, admin, &wrong)) != RC_OK)
		return rc;
	if (auth_parked_last(p))
		return auth_parked_over(op);
	return op_fail(op, RC_INVALID,
	    "This passkey was not accepted. Please try again, or another way.");
}

enum rc
auth_passkey(struct op *op, const char *raw_id, const struct passkey_proof_in *in,
    const char *agent, struct auth_entry *ret)
{
	struct parked p = { 0 };
	struct admin admin = { 0 };
	struct passkey_question q;
	struct passkey_proof proof = { 0 };
	enum rc rc;

	*ret = (struct auth_entry){ .step = AUTH_CODE };
	if ((rc = auth_parked_get(op, raw_id, &p, &admin)) != RC_OK ||
	    (rc = auth_parked_count(op, &p)) != RC_OK ||
	    (rc = attempts_begin_at(op, ATTEMPT_SIGN_IN, admin.username, &proof.attempt)) != RC_OK)
		return rc;
	q = second_question_of(&p);
	if ((rc = passkey_look(op, &q, in, &proof)) != RC_OK)
		return rc;
	if (proof.right && proof.row.admin_id != admin.id) {
		proof.right = false;
		proof.why = N_("a passkey of somebody else");
	}
	if (proof.right && ((rc = let_in(op, &p, &proof, agent, ret)) != RC_OK || proof.right))
		return rc;
	return refuse(op, &p, &admin, &proof);
}

/* ---- alone ---- */

static struct passkey_question
alone_question(struct op *op, const char *browser)
{
	return (struct passkey_question){
		.kind = "alone", .of = attempts_site(op), .bind = browser, .verified = true
	};
}

static enum rc
need_alone(struct op *op)
{
	if (passkey_only(op->conf, op->arena))
		return RC_OK;
	return op_fail(op, RC_NOT_FOUND, "Signing in with a passkey alone is not possible here.");
}

enum rc
auth_passkey_alone_ask(struct op *op, const char *browser, struct passkey_ask *ret)
{
	const struct passkey_question q = alone_question(op, browser);
	enum rc rc = need_alone(op);

	return rc == RC_OK ? passkey_put(op, &q, ret) : rc;
}

/* Whose it is: the authenticator's word for it has to agree with ours. */
static void
check_owner(struct op *op, const struct passkey_proof_in *in, const struct admin *admin,
    struct passkey_proof *proof)
{
	struct passkey_site site;
	const char *why = passkey_site(op->conf->public_url, op->arena, &site);

	if (!proof->right)
		return;
	if (!why &&
	    (!in->user_handle || strcmp(in->user_handle, passkey_user(op, site.rp_id, admin->id)) != 0))
		why = N_("a passkey that names somebody else");
	if (!why && !admin->active)
		why = N_("a passkey of a disabled account");
	proof->why = why;
	proof->right = !why;
}

static enum rc
let_in_alone(struct op *op, const struct passkey_question *q, struct passkey_proof *proof,
    const char *agent, struct auth_entry *ret)
{
	TX tx = { 0 };
	struct admin now = { 0 };
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK || (rc = passkey_use_up(op, q, proof)) != RC_OK ||
	    !proof->right)
		return rc;
	rc = store_admin_get(op, proof->row.admin_id, &now);
	proof->right = rc == RC_OK && now.active;
	proof->why = N_("a passkey of a disabled account");
	if (!proof->right)
		return rc == RC_NOT_FOUND ? RC_OK : rc;
	if ((rc = auth_make_session(op, &now, agent,
		 arena_printf(op->arena, "signed in with the passkey %s alone", proof->row.label),
		 ret)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

static enum rc
refuse_alone(struct op *op, const struct passkey_question *q, const struct admin *admin,
    const struct passkey_proof *proof)
{
	const char *shown = admin->id ? admin->username : "an unknown name";
	const struct change c = { .action = proof->attempt.last ? "ADMIN_LOCKOUT" : "ADMIN_LOGIN_FAILED",
		.type = "admin",
		.id = admin->id,
		.object = shown,
		.note = arena_printf(op->arena, "failed to sign in as %s: gave %s%s", shown,
		    proof->why, proof->attempt.last ? "; further tries are refused for now" : "") };
	enum rc rc;

	if ((rc = passkey_burn(op, q, proof->challenge)) != RC_OK || (rc = attempts_note(op, &c)) != RC_OK)
		return rc;
	return op_fail(op, RC_UNAUTHENTICATED, "This passkey was not accepted.");
}

/* The administrator that the passkey names; id 0: nobody. */
static enum rc
owner(struct op *op, const struct passkey_proof_in *in, struct admin *ret)
{
	struct passkey row;
	enum rc rc = store_passkey_find(op, in->credential ? in->credential : "", &row);

	if (rc == RC_OK)
		rc = store_admin_get(op, row.admin_id, ret);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc
auth_passkey_alone(struct op *op, const char *browser, const struct passkey_proof_in *in,
    const char *agent, struct auth_entry *ret)
{
	const struct passkey_question q = alone_question(op, browser);
	struct admin admin = { 0 };
	struct passkey_proof proof = { 0 };
	enum rc rc;

	*ret = (struct auth_entry){ .step = AUTH_IN };
	if ((rc = need_alone(op)) != RC_OK || (rc = owner(op, in, &admin)) != RC_OK ||
	    (rc = attempts_begin_at(op, ATTEMPT_SIGN_IN, admin.id ? admin.username : NULL,
		 &proof.attempt)) != RC_OK ||
	    (rc = passkey_look(op, &q, in, &proof)) != RC_OK)
		return rc;
	check_owner(op, in, &admin, &proof);
	if (proof.right && ((rc = let_in_alone(op, &q, &proof, agent, ret)) != RC_OK || proof.right))
		return rc;
	return refuse_alone(op, &q, &admin, &proof);
}
