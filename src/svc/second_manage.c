/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Other administrators' second factors, for supers and the operator. Owns that a super proves to be himself first, by his own
 * password or code, and never sees a secret that somebody uses: what he hands over is new. It must not know how the operator is
 * recognised. The surprising thing: the same functions serve both, and the operator, who may read the configuration, proves nothing.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "db/tx.h"
#include "model/actor.h"
#include "store/admin.h"
#include "store/passkey.h"
#include "store/second.h"
#include "store/session.h"
#include "svc/admin.h"
#include "svc/auth.h"
#include "svc/change.h"
#include "svc/perm.h"
#include "svc/seal.h"
#include "svc/second_int.h"
#include "svc/second_keys.h"

#include <sodium.h>

#define PAGE 500

/* ---- who may ---- */

/* A code where the super has a second factor himself, as everywhere else (auth_prove()); else the password. */
static enum rc
prove_self(struct op *op, const struct second_in *in)
{
	struct admin me = { 0 };
	struct attempt_try attempt;
	bool enrolled;
	enum rc rc;

	if (op->actor->kind != ACTOR_ADMIN)
		return RC_OK;
	if ((rc = store_admin_get(op, op->actor->admin_id, &me)) != RC_OK ||
	    (rc = store_admin_second_factor(op, me.id, &enrolled)) != RC_OK)
		return rc;
	if (enrolled && (!in || !in->code || !*in->code))
		return op_fail_field(op, RC_INVALID, "code",
		    "Please give a code of your own second factor.");
	if (enrolled)
		return auth_second_check(op, me.id, in->code);
	return second_password(op, &me, in ? in->password : NULL, &attempt);
}

static enum rc
begin(struct op *op, int64_t id, const struct second_in *in, struct admin *ret)
{
	enum rc rc;

	if ((rc = perm_super(op)) != RC_OK || (rc = admin_get(op, id, ret)) != RC_OK)
		return rc;
	if (op->actor->kind == ACTOR_ADMIN && op->actor->admin_id == id)
		return op_fail(op, RC_DENIED, "Your own second factor has a page of its own.");
	return prove_self(op, in);
}

/* ---- the verbs ---- */

static enum rc
store_given(struct op *op, const struct admin *admin, const char *sealed, const char *codes)
{
	int64_t passkeys;
	enum rc rc;

	if ((rc = store_second_put(op, admin->id, SECOND_SECRET, sealed)) != RC_OK ||
	    (rc = store_passkey_delete_admin(op, admin->id, &passkeys)) != RC_OK ||
	    (rc = store_second_put(op, admin->id, SECOND_BACKUP, codes)) != RC_OK ||
	    (rc = store_second_put(op, admin->id, SECOND_LAST, "0")) != RC_OK ||
	    (rc = store_second_drop(op, admin->id, SECOND_FORCE, NULL)) != RC_OK ||
	    (rc = store_session_delete_admin(op, admin->id, NULL)) != RC_OK)
		return rc;
	return second_record(op, admin, "ADMIN_2FA_PROVISION",
	    arena_printf(op->arena, "gave a new second factor to admin %s", admin->username), NULL,
	    SECOND_ON);
}

enum rc
second_provision(struct op *op, int64_t id, const struct second_in *in, struct second_given *ret)
{
	TX tx = { 0 };
	struct admin admin = { 0 };
	struct second_ask ask = { .question = SECOND_ASK_GIVE, .admin_id = id };
	struct second_told told;
	const char *codes;
	enum rc rc;

	if ((rc = begin(op, id, in, &admin)) != RC_OK || (rc = second_question(op, &ask, &told)) != RC_OK)
		return rc;
	second_show(op, admin.username, told.secret, &ret->secret);
	sodium_memzero(told.secret, sizeof(told.secret));
	if ((rc = codes_new(op, id, &ret->codes, &codes)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = store_given(op, &admin, told.sealed, codes)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

enum rc
second_remove(struct op *op, int64_t id, const struct second_in *in)
{
	struct admin admin = { 0 };
	enum rc rc = begin(op, id, in, &admin);

	return rc == RC_OK ? admin_reset_second_factor(op, id) : rc;
}

enum rc
second_remove_all(struct op *op, int64_t *ret_n)
{
	TX tx = { 0 };
	struct rows rows = { 0 };
	int64_t after = 0;
	enum rc rc;

	*ret_n = 0;
	if ((rc = perm_super(op)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK)
		return rc;
	do {
		rc = store_second_holders(op, after, PAGE, &rows);
		for (size_t i = 0; i < rows.n && rc == RC_OK; i++, ++*ret_n) {
			after = ((const struct second *)rows.at)[i].admin_id;
			rc = admin_reset_second_factor(op, after);
		}
	} while (rc == RC_OK && rows.n == PAGE);
	return rc == RC_OK ? tx_commit(&tx) : rc;
}

enum rc
second_force(struct op *op, int64_t id, bool force, const struct second_in *in)
{
	TX tx = { 0 };
	struct admin admin = { 0 };
	struct second_state state;
	enum rc rc;

	if ((rc = begin(op, id, in, &admin)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = second_state(op, id, &state)) != RC_OK)
		return rc;
	if (state.forced == force)
		return tx_commit(&tx);
	rc = force ? store_second_put(op, id, SECOND_FORCE, "1")
		   : store_second_drop(op, id, SECOND_FORCE, NULL);
	if (rc != RC_OK ||
	    (rc = second_record(op, &admin, force ? "ADMIN_2FA_FORCE" : "ADMIN_2FA_UNFORCE",
		 arena_printf(op->arena, "%s admin %s to set up a second factor",
		     force ? "obliged" : "no longer obliges", admin.username),
		 force ? "{\"forced\":false}" : "{\"forced\":true}",
		 force ? "{\"forced\":true}" : "{\"forced\":false}")) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

/* ---- another key ---- */

static enum rc
reseal_one(struct op *op, const struct second *row, struct second_resealed *ret)
{
	struct second_ask ask = { .question = SECOND_ASK_RENEW, .admin_id = row->admin_id };
	struct second_told told = { .verdict = SECOND_UNREADABLE };
	int64_t changed;
	enum rc rc = RC_OK;

	if (strlen(row->secret) <= TOTP_SEALED_MAX) {
		(void)snprintf(ask.sealed, sizeof(ask.sealed), "%s", row->secret);
		rc = second_question(op, &ask, &told);
	}
	if (rc != RC_OK)
		return rc;
	if (told.verdict != SECOND_RIGHT) {
		ret->names = arena_printf(op->arena, "%s%s%s", ret->names, *ret->names ? ", " : "",
		    row->username);
		ret->unreadable++;
	} else if (!*told.sealed) {
		ret->fine++;
	} else if ((rc = store_second_swap(op, row, SECOND_SECRET, told.sealed, &changed)) == RC_OK) {
		ret->sealed += changed;
	}
	return rc;
}

static enum rc
reseal_all(struct op *op, struct second_resealed *ret)
{
	struct rows rows = { 0 };
	int64_t after = 0;
	enum rc rc;

	do {
		if ((rc = store_second_all(op, after, PAGE, &rows)) != RC_OK)
			return rc;
		for (size_t i = 0; i < rows.n && rc == RC_OK; i++) {
			const struct second *row = (const struct second *)rows.at + i;

			after = row->admin_id;
			rc = reseal_one(op, row, ret);
		}
	} while (rc == RC_OK && rows.n == PAGE);
	return rc;
}

enum rc
second_reseal(struct op *op, struct second_resealed *ret)
{
	TX tx = { 0 };
	enum rc rc;

	*ret = (struct second_resealed){ .names = "" };
	if ((rc = perm_super(op)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = reseal_all(op, ret)) != RC_OK || (rc = audit_rekey(op)) != RC_OK)
		return rc;
	if (ret->sealed > 0 &&
	    (rc = change_add(op,
		 &(const struct change){ .action = "ADMIN_2FA_RESEAL",
		     .type = "admin",
		     .object = "all",
		     .note = arena_printf(op->arena, "sealed %lld second factors again",
			 (long long)ret->sealed) })) != RC_OK)
		return rc;
	return tx_commit(&tx);
}
