/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The second step of signing in. Owns parked sign-ins: the password was right, and nothing else is allowed yet. They stand in a
 * table of their own that no page but theirs looks at, so there is no flag somebody could forget to ask for. It must not know
 * cookies. The surprising thing: the try is counted three times, for the parked sign-in, for source and account, and for the day
 * (second_check.c); the last one stays when the others are forgotten.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "conf/conf.h"
#include "db/tx.h"
#include "store/admin.h"
#include "store/passkey.h"
#include "store/second.h"
#include "store/session.h"
#include "svc/auth_int.h"
#include "svc/change.h"
#include "svc/demo.h"
#include "svc/second_int.h"
#include "svc/second_keys.h"

#include <strings.h>

#define PARKED_LIFE 300
#define PARKED_TRIES 5
#define CLOCK_SKEW 120 /* between the machines of one installation */

/* ---- which step ---- */

enum rc
auth_second_wanted(struct op *op, const struct admin *row, enum auth_step *ret)
{
	struct second second = { 0 };
	enum rc rc = store_second_get(op, row->id, &second);

	if (rc != RC_OK)
		return rc;
	if (demo_is(op, row->username))
		*ret = AUTH_IN;
	else if ((second.secret && *second.secret) || second.passkeys > 0)
		*ret = AUTH_CODE;
	else if (second_is_required(op, row->super) || (second.force && strcmp(second.force, "1") == 0))
		*ret = AUTH_ENROL;
	else
		*ret = AUTH_IN;
	return RC_OK;
}

/* twofactor.force_disable: the way back in for somebody without a command line. */
static enum rc
force_disable(struct op *op, const struct admin *row)
{
	const char *whom = op->conf->second_force_disable;
	TX tx = { 0 };
	int64_t forgotten = 0, unforced = 0, passkeys = 0;
	enum rc rc;

	if (!*whom || (strcmp(whom, "*") != 0 && strcasecmp(whom, row->username) != 0))
		return RC_OK;
	if ((rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = store_admin_forget_second_factor(op, row->id, &forgotten)) != RC_OK ||
	    (rc = store_passkey_delete_admin(op, row->id, &passkeys)) != RC_OK ||
	    (rc = store_second_drop(op, row->id, SECOND_FORCE, &unforced)) != RC_OK)
		return rc;
	if (forgotten + unforced + passkeys == 0)
		return RC_OK;
	if ((rc = second_record(op, row, "ADMIN_2FA_FORCE_DISABLED",
		 arena_printf(op->arena,
		     "removed the second factor of admin %s by twofactor.force_disable", row->username),
		 SECOND_ON, SECOND_OFF)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

enum rc
auth_second_step(struct op *op, const struct admin *row, enum auth_step *ret)
{
	enum rc rc = force_disable(op, row);

	return rc == RC_OK ? auth_second_wanted(op, row, ret) : rc;
}

/* ---- parking ---- */

enum rc
auth_fresh_secret(struct op *op, int64_t admin_id, const char **ret_sealed)
{
	const struct second_ask ask = { .question = SECOND_ASK_FRESH, .admin_id = admin_id };
	struct second_told told;
	enum rc rc = second_question(op, &ask, &told);

	if (rc == RC_OK)
		*ret_sealed = arena_strdup(op->arena, told.sealed);
	return rc;
}

enum rc
auth_park(struct op *op, const struct admin *row, const char *sealed, struct auth_entry *ret)
{
	char hash[65];
	const struct parked parked = { .id_hash = hash,
		.admin_id = row->id,
		.created_at = op->now,
		.expires_at = op->now + PARKED_LIFE };
	const struct enrolment enrolment = {
		.id_hash = hash, .admin_id = row->id, .sealed = sealed, .expires_at = parked.expires_at
	};
	enum rc rc;

	auth_fresh_id(ret->raw, hash);
	if ((rc = store_parked_add(op, &parked)) != RC_OK ||
	    (sealed && (rc = store_enrolment_put(op, &enrolment)) != RC_OK))
		return rc;
	return change_add(op,
	    &(const struct change){ .action = "ADMIN_LOGIN_PASSWORD",
		.type = "admin",
		.id = row->id,
		.object = row->username,
		.note = arena_printf(op->arena, "gave the password of %s; the second factor %s",
		    row->username, sealed ? "is to be set up" : "is asked for") });
}

enum rc
auth_parked_over(struct op *op)
{
	return op_fail(op, RC_UNAUTHENTICATED,
	    "This sign-in took too long or failed too often. Please start again.");
}

static bool
is_alive(const struct op *op, const struct parked *p)
{
	return p->active && p->tries < PARKED_TRIES && op->now < p->expires_at &&
	    p->created_at <= op->now + CLOCK_SKEW;
}

/* The parked sign-in of a cookie and its administrator. */
enum rc
auth_parked_get(struct op *op, const char *raw_id, struct parked *ret, struct admin *ret_admin)
{
	char hash[65];
	enum rc rc = auth_id_hash(raw_id, hash) ? store_parked_get(op, hash, ret) : RC_NOT_FOUND;

	if (rc == RC_NOT_FOUND || (rc == RC_OK && !is_alive(op, ret)))
		return auth_parked_over(op);
	if (rc == RC_OK)
		rc = store_admin_get(op, ret->admin_id, ret_admin);
	return rc == RC_NOT_FOUND ? auth_parked_over(op) : rc;
}

enum rc
auth_parked(struct op *op, const char *raw_id, struct parked *ret, enum auth_step *ret_step)
{
	struct admin admin = { 0 };
	enum rc rc = auth_parked_get(op, raw_id, ret, &admin);

	if (rc == RC_OK && (rc = auth_second_wanted(op, &admin, ret_step)) == RC_OK && *ret_step == AUTH_IN)
		*ret_step = AUTH_ENROL; /* no longer forced, but begun */
	return rc;
}

/* One more code of this sign-in, in a transaction of its own: counted before it is looked at. */
enum rc
auth_parked_count(struct op *op, const struct parked *p)
{
	TX tx = { 0 };
	int64_t changed;
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = store_parked_try(op, p->id_hash, PARKED_TRIES, &changed)) != RC_OK ||
	    (rc = tx_commit(&tx)) != RC_OK)
		return rc;
	return changed > 0 ? RC_OK : auth_parked_over(op);
}

bool
auth_parked_last(const struct parked *p)
{
	return p->tries + 1 >= PARKED_TRIES;
}

/* The page is shown again, or it was the last try of this sign-in. */
static enum rc
refuse(struct op *op, const struct parked *p)
{
	return auth_parked_last(p) ? auth_parked_over(op) : second_refuse(op);
}

enum rc
auth_parked_take(struct op *op, const struct parked *p)
{
	int64_t changed;
	enum rc rc = store_parked_take(op, p->id_hash, &changed);

	return rc != RC_OK || changed > 0 ? rc : auth_parked_over(op);
}

/* ---- with a code ---- */

static enum rc
let_in(struct op *op, const struct parked *p, struct second_proof *proof, const char *agent,
    struct auth_entry *ret)
{
	TX tx = { 0 };
	struct admin now = { 0 };
	const char *how = "signed in with a second factor";
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK || (rc = auth_parked_take(op, p)) != RC_OK ||
	    (rc = store_admin_get(op, p->admin_id, &now)) != RC_OK ||
	    (rc = second_use(op, proof)) != RC_OK || !proof->right)
		return rc == RC_NOT_FOUND ? auth_parked_over(op) : rc;
	if (proof->backup)
		how = arena_printf(op->arena, "signed in with a backup code; %lld left",
		    (long long)proof->left);
	if ((rc = auth_make_session(op, &now, agent, how, ret)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

enum rc
auth_second(struct op *op, const char *raw_id, const char *code, const char *agent,
    struct auth_entry *ret)
{
	struct parked p = { 0 };
	struct admin admin = { 0 };
	struct second_proof proof = { 0 };
	enum rc rc;

	*ret = (struct auth_entry){ .step = AUTH_CODE };
	if ((rc = auth_parked_get(op, raw_id, &p, &admin)) != RC_OK ||
	    (rc = auth_parked_count(op, &p)) != RC_OK ||
	    (rc = second_look(op, &admin, code, &proof)) != RC_OK)
		return rc == RC_NOT_FOUND ? auth_parked_over(op) : rc;
	if (proof.right && ((rc = let_in(op, &p, &proof, agent, ret)) != RC_OK || proof.right))
		return rc;
	rc = second_note_failure(op, &admin, &proof);
	return rc == RC_OK ? refuse(op, &p) : rc;
}

/* ---- setting up first ---- */

enum rc
auth_enrol_secret(struct op *op, const char *raw_id, struct second_secret *ret)
{
	struct parked p = { 0 };
	enum auth_step step;
	enum rc rc = auth_parked(op, raw_id, &p, &step);

	if (rc == RC_OK && step != AUTH_ENROL)
		return auth_parked_over(op);
	if (rc == RC_OK)
		rc = second_pending(op, p.id_hash, p.username, ret);
	return rc == RC_NOT_FOUND ? auth_parked_over(op) : rc;
}

static enum rc
enrol(struct op *op, const struct parked *p, const struct second_confirmed *c, const char *agent,
    struct auth_entry *ret)
{
	TX tx = { 0 };
	struct admin now = { 0 };
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK || (rc = auth_parked_take(op, p)) != RC_OK ||
	    (rc = store_admin_get(op, p->admin_id, &now)) != RC_OK)
		return rc == RC_NOT_FOUND ? auth_parked_over(op) : rc;
	auth_become(op, &now);
	if ((rc = second_enrol(op, &now, c, NULL)) != RC_OK ||
	    (rc = auth_make_session(op, &now, agent, "signed in and set up a second factor", ret)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

enum rc
auth_enrol(struct op *op, const char *raw_id, const char *code, const char *agent, struct auth_entry *ret)
{
	struct parked p = { 0 };
	struct admin admin = { 0 };
	struct second_confirmed c = { 0 };
	enum auth_step step;
	enum rc rc;

	*ret = (struct auth_entry){ .step = AUTH_ENROL };
	if ((rc = auth_parked(op, raw_id, &p, &step)) != RC_OK ||
	    (rc = auth_parked_get(op, raw_id, &p, &admin)) != RC_OK)
		return rc;
	if (step != AUTH_ENROL)
		return auth_parked_over(op);
	if ((rc = auth_parked_count(op, &p)) != RC_OK ||
	    (rc = second_confirm(op, &admin, p.id_hash, code, &c)) != RC_OK)
		return rc == RC_NOT_FOUND ? auth_parked_over(op) : rc;
	if (!c.right)
		return refuse(op, &p);
	ret->codes = c.codes;
	return enrol(op, &p, &c, agent, ret);
}
