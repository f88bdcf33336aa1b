/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lost passwords. Owns what a proof of work is and that each counts once, on all machines (a row of vimb_once). It must not know whose name was typed
 * when a mail is asked for. The surprising thing: a new password is hashed before its token is looked at, so that a wrong token takes as long as a
 * right one.
 */
#include "base/base.h"

#include "base/addr.h"
#include "base/arena.h"
#include "base/rand.h"
#include "conf/conf.h"
#include "db/tx.h"
#include "model/actor.h"
#include "store/admin.h"
#include "store/once.h"
#include "store/session.h"
#include "svc/app.h"
#include "svc/attempts.h"
#include "svc/change.h"
#include "svc/demo.h"
#include "svc/mail_int.h"
#include "svc/reset.h"
#include "svc/rules.h"

#define PLAIN_DELAY_S 60 /* how much later a mail goes out without a proof */
#define PLAIN_COST 2     /* and how many further tries it counts for */

static enum rc
need_offer(struct op *op)
{
	if (mail_reset_offered(op->conf))
		return RC_OK;
	return op_fail(op, RC_NOT_FOUND,
	    "A lost password cannot be replaced by mail here. Please ask the operator.");
}

/* The canonical address; "" for what is none, which nobody could be mailed at. */
static const char *
name_of(struct op *op, const char *text)
{
	struct addr a;

	return text && addr_parse(text, ADDR_PLAIN, &a) == NULL ? arena_strdup(op->arena, a.full) : "";
}

/* ---- proof of work ---- */

const char *
reset_challenge(struct op *op, const char *secret, int64_t slot)
{
	char hex[65];

	hmac_hex(secret, arena_printf(op->arena, "lost password %lld", (long long)slot), hex);
	return arena_strdup(op->arena, hex);
}

/* Does the hash begin with that many zero bits? Only whole hex digits are asked for. */
static bool
is_proof(struct op *op, const char *challenge, const struct lost_in *in, char ret_hash[65])
{
	const char *text = arena_printf(op->arena, "%s:%s:%s", challenge, in->username, in->proof);

	_Static_assert(RESET_PROOF_BITS % 4 == 0, "whole hex digits");
	sha256_hex(text, strlen(text), ret_hash);
	return strspn(ret_hash, "0") >= RESET_PROOF_BITS / 4;
}

static bool
is_proven(struct op *op, const struct lost_in *in, const char *secret, char ret_hash[65])
{
	int64_t slot = op->now / RESET_SLOT_S;

	if (!in->proof || !*in->proof)
		return false;
	return is_proof(op, reset_challenge(op, secret, slot), in, ret_hash) ||
	    is_proof(op, reset_challenge(op, secret, slot - 1), in, ret_hash);
}

/* ---- asking ---- */

static enum rc
queue(struct op *op, const char *name, const char *used_proof, int64_t delay)
{
	TX tx = { 0 };
	const char *shown = *name ? name : "an unknown name";
	const struct mail_job job = {
		.kind = "reset", .to = name, .source = op->actor->source, .at = op->now
	};
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK)
		return rc;
	rc = used_proof ? store_once_add(op, "proof", used_proof, op->now + INT64_C(2) * RESET_SLOT_S)
			: RC_OK;
	if (rc == RC_CONFLICT)
		return rules_taken(op, NULL,
		    N_("This was sent already. Please reload the page to send it again."));
	if (rc != RC_OK ||
	    (rc = change_add(op,
		 &(const struct change){ .action = "ADMIN_RESET_ASKED",
		     .type = "admin",
		     .object = shown,
		     .note = arena_printf(op->arena, "asked for a new password of %s by mail",
			 shown) })) != RC_OK ||
	    (rc = mail_queue_at(op, &job, op->now + delay)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

enum rc
reset_ask(struct op *op, const struct lost_in *in, const char *secret)
{
	struct attempt_try attempt;
	const char *name;
	char hash[65];
	bool proven;
	enum rc rc;

	if ((rc = need_offer(op)) != RC_OK)
		return rc;
	name = name_of(op, in->username);
	if ((rc = demo_keep_password(op, name)) != RC_OK)
		return rc;
	proven = is_proven(op, in, secret, hash);
	rc = attempts_begin_at(op, ATTEMPT_RESET, *name ? name : "-", &attempt);
	for (int i = 0; i < PLAIN_COST && rc == RC_OK && op->conf->mail.proof && !proven; i++)
		rc = attempts_begin_at(op, ATTEMPT_RESET, NULL, &attempt);
	if (rc != RC_OK)
		return rc;
	return queue(op, name, proven ? hash : NULL,
	    op->conf->mail.proof && !proven ? PLAIN_DELAY_S : 0);
}

/* ---- the new password ---- */

/* What leads to a new password: the link of a lost one, or of an invitation. */
struct way {
	const char *(*purpose)(struct op *op, int64_t admin_id);
	const char *action, *did, *with; /* of the trail */
	const char *refused;
};

static const struct way lost_way = { mail_reset_purpose, "ADMIN_PW_RESET", "set a new password of",
	"with a code from a mail",
	N_("This link or code is not valid any more. Please ask for a new one.") };
static const struct way invited_way = {
	mail_invite_purpose, "ADMIN_INVITE_TAKEN", "chose the first password of",
	"with an invitation", N_("This link or code is not valid any more. Please ask whoever invited you for a new one.")
};

struct resetting {
	const struct way *way;
	const char *name, *stored;
	struct attempt_try attempt;
	struct admin row;
	bool known;
};

static enum rc
refuse(struct op *op, const struct resetting *r)
{
	const char *shown = *r->name ? r->name : "an unknown name";
	const struct change c = { .action = r->attempt.last ? "ADMIN_LOCKOUT" : "ADMIN_RESET_FAILED",
		.type = "admin",
		.id = r->known ? r->row.id : 0,
		.object = shown,
		.note = arena_printf(op->arena, "failed to set a new password of %s with a code%s",
		    shown, r->attempt.last ? "; further tries are refused for now" : "") };
	enum rc rc = attempts_note(op, &c);

	if (rc != RC_OK)
		return rc;
	return op_fail_field(op, RC_INVALID, "token", "%s", op_text(op, r->way->refused));
}

static enum rc
record(struct op *op, const struct way *way, const struct admin *before, const char *stored)
{
	struct admin after = *before;

	after.password = stored;
	return change_add(op,
	    &(const struct change){ .action = way->action,
		.type = "admin",
		.id = before->id,
		.object = before->username,
		.note = arena_printf(op->arena, "%s %s %s", way->did, before->username, way->with),
		.fields = &admin_fields,
		.before = before,
		.after = &after });
}

/* *ret_took false: name or token is wrong, or the account is off; nothing was changed. */
static enum rc
take(struct op *op, const char *token, struct resetting *r, bool *ret_took)
{
	TX tx = { 0 };
	char hash[65];
	int64_t taken = 0;
	enum rc rc;

	*ret_took = false;
	sha256_hex(token, strlen(token), hash);
	if ((rc = tx_begin(&tx, op)) != RC_OK)
		return rc;
	rc = store_admin_find(op, r->name, &r->row);
	r->known = rc == RC_OK;
	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	if ((rc = store_token_take(op, r->way->purpose(op, r->known ? r->row.id : 0), hash, op->now,
		 &taken)) != RC_OK ||
	    taken == 0 || !r->known || !r->row.active)
		return rc;
	if ((rc = store_admin_password(op, r->row.id, r->stored, op->now)) != RC_OK ||
	    (rc = store_session_delete_admin(op, r->row.id, NULL)) != RC_OK ||
	    (rc = mail_links_void(op, r->row.id)) != RC_OK ||
	    (rc = attempts_clear(op, &r->attempt)) != RC_OK ||
	    (rc = record(op, r->way, &r->row, r->stored)) != RC_OK || (rc = tx_commit(&tx)) != RC_OK)
		return rc;
	*ret_took = true;
	return RC_OK;
}

static enum rc
choose(struct op *op, const struct newpass_in *in, const struct way *way)
{
	struct resetting r = { .way = way };
	bool took = false;
	enum rc rc;

	if ((rc = rules_password(op, in->password, in->username, op->conf->admin_min_password,
		 op->conf->admin_scheme)) != RC_OK)
		return rc;
	r.name = name_of(op, in->username);
	if ((rc = demo_keep_password(op, r.name)) != RC_OK)
		return rc;
	if ((rc = attempts_begin_at(op, ATTEMPT_RESET, *r.name ? r.name : "-", &r.attempt)) != RC_OK ||
	    (rc = app_hash_admin(op, in->password, &r.stored)) != RC_OK ||
	    (rc = take(op, in->token, &r, &took)) != RC_OK)
		return rc;
	return took ? RC_OK : refuse(op, &r);
}

enum rc
reset_password(struct op *op, const struct newpass_in *in)
{
	enum rc rc = need_offer(op);

	return rc == RC_OK ? choose(op, in, &lost_way) : rc;
}

enum rc
reset_invited(struct op *op, const struct newpass_in *in)
{
	return choose(op, in, &invited_way);
}
