/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Codes of second factors: right or wrong, and good for once. Owns the order of things: count the try, ask whoever has the key,
 * and use the code up within the transaction of what it opens. It must not know what that is.
 *
 * The surprising things: a program's code counts for the day, whatever the source, and a backup code with the passwords, so that
 * whoever uses up the day's codes does not lock the owner out with them. And a last step far ahead of the clock was left by a clock
 * that was wrong: it does not lock anybody out.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/log.h"
#include "conf/conf.h"
#include "db/tx.h"
#include "store/admin.h"
#include "store/second.h"
#include "model/actor.h"
#include "svc/auth.h"
#include "svc/change.h"
#include "svc/second_int.h"
#include "svc/second_keys.h"

#include <sodium.h>

#define AHEAD_MAX (24 * 3600 / TOTP_STEP)

/* ---- looking ---- */

static int64_t
number(const char *text)
{
	return text && strspn(text, "0123456789") == strlen(text) && strlen(text) < 18
	    ? strtoll(text, NULL, 10)
	    : 0;
}

/* So that afterwards there always is a row to compare and set. */
static enum rc
have_last(struct op *op, struct second *row)
{
	TX tx = { 0 };
	unsigned flags = op->flags;
	enum rc rc;

	if (row->last)
		return RC_OK;
	op->flags &= ~(unsigned)OP_DRY_RUN;
	if ((rc = tx_begin(&tx, op)) == RC_OK &&
	    (rc = store_second_put_absent(op, row->admin_id, SECOND_LAST, "0")) == RC_OK)
		rc = tx_commit(&tx);
	op->flags = flags;
	return rc == RC_OK ? store_second_get(op, row->admin_id, row) : rc;
}

static void
judge_step(struct op *op, struct second_proof *p, const struct second_told *told)
{
	int64_t last = number(p->row.last);
	bool ahead = last > told->step + AHEAD_MAX;

	if (ahead)
		log_warn("second.clock", L_INT("admin", p->row.admin_id), L_INT("last", last), L_END);
	p->right = told->step > last || ahead;
	if (!p->right)
		p->why = N_("a code that was used before");
	if (op->conf->second_strict_clock && told->step != totp_step_of(op->now)) {
		p->right = false;
		p->why = N_("a code of another half minute");
	}
	p->new_value = arena_printf(op->arena, "%lld", (long long)told->step);
	p->resealed = *told->sealed ? arena_strdup(op->arena, told->sealed) : NULL;
}

static enum rc
look_totp(struct op *op, const char *code, struct second_proof *p)
{
	struct second_ask ask = { .question = SECOND_ASK_CHECK, .admin_id = p->row.admin_id };
	struct second_told told;
	enum rc rc;

	if (strlen(p->row.secret) > TOTP_SEALED_MAX) {
		p->why = N_("a code, but the secret cannot be read");
		return RC_OK;
	}
	memcpy(ask.code, code, TOTP_CODE_LEN + 1);
	(void)snprintf(ask.sealed, sizeof(ask.sealed), "%s", p->row.secret);
	if ((rc = have_last(op, &p->row)) != RC_OK || (rc = second_question(op, &ask, &told)) != RC_OK)
		return rc;
	if (told.verdict == SECOND_RIGHT)
		judge_step(op, p, &told);
	else if (told.verdict == SECOND_UNREADABLE)
		p->why = N_("a code, but the secret cannot be read");
	sodium_memzero(&told, sizeof(told));
	return RC_OK;
}

static enum rc
look_backup(struct op *op, const char *code, struct second_proof *p)
{
	struct code_list list;
	size_t at;
	enum rc rc;

	codes_read(op, p->row.backup, &list);
	if ((rc = codes_find(op, p->row.admin_id, &list, code, &at)) != RC_OK)
		return rc;
	p->backup = true;
	p->right = at != SIZE_MAX;
	if (p->right) {
		p->new_value = codes_text(op, &list, at);
		p->left = (int64_t)list.n - 1;
	}
	return RC_OK;
}

static bool
has_secret(const struct second *row)
{
	return row->secret && *row->secret;
}

/* A secret, or passkeys with backup codes. */
static enum rc
get_enrolled(struct op *op, int64_t admin_id, struct second *ret)
{
	enum rc rc = store_second_get(op, admin_id, ret);

	if (rc == RC_OK && !has_secret(ret) && !(ret->passkeys > 0 && ret->backup))
		return RC_NOT_FOUND;
	return rc;
}

/* Whom the tries count against: strangers to the session cannot use up those of somebody who is signed in. */
static enum attempt_door
door_of(const struct op *op, bool is_totp)
{
	if (is_totp)
		return ATTEMPT_SECOND;
	return op->actor->kind == ACTOR_ADMIN ? ATTEMPT_PROOF : ATTEMPT_SIGN_IN;
}

enum rc
second_look(struct op *op, const struct admin *admin, const char *text, struct second_proof *ret)
{
	char totp[TOTP_CODE_LEN + 1], backup[BACKUP_LEN + 1];
	bool is_totp = totp_read_code(text, totp), is_backup = !is_totp && backup_read(text, backup);
	struct second_proof p = { .why = N_("a wrong code") };
	enum rc rc;

	if ((rc = get_enrolled(op, admin->id, &p.row)) != RC_OK ||
	    (rc = attempts_begin_at(op, door_of(op, is_totp), admin->username, &p.attempt)) != RC_OK)
		return rc;
	if (is_totp && has_secret(&p.row))
		rc = look_totp(op, totp, &p);
	else if (is_backup)
		rc = look_backup(op, backup, &p);
	if (rc == RC_OK)
		*ret = p;
	return rc;
}

/* ---- using up ---- */

static bool
same_secret(const struct second *a, const struct second *b)
{
	return strcmp(a->secret ? a->secret : "", b->secret ? b->secret : "") == 0;
}

static enum rc
use_totp(struct op *op, const struct second_proof *p, int64_t *ret_changed)
{
	enum rc rc = store_second_swap(op, &p->row, SECOND_LAST, p->new_value, ret_changed);

	if (rc != RC_OK || *ret_changed == 0)
		return rc;
	return p->resealed ? store_second_swap(op, &p->row, SECOND_SECRET, p->resealed, ret_changed)
			   : RC_OK;
}

static enum rc
use_any(struct op *op, const struct second_proof *p, int64_t *ret_changed)
{
	struct second now;
	enum rc rc = get_enrolled(op, p->row.admin_id, &now);

	*ret_changed = 0;
	if (rc == RC_NOT_FOUND || (rc == RC_OK && !same_secret(&now, &p->row)))
		return RC_OK;
	if (rc != RC_OK)
		return rc;
	return p->backup ? store_second_swap(op, &p->row, SECOND_BACKUP, p->new_value, ret_changed)
			 : use_totp(op, p, ret_changed);
}

enum rc
second_use(struct op *op, struct second_proof *proof)
{
	int64_t changed;
	enum rc rc = use_any(op, proof, &changed);

	proof->right = rc == RC_OK && changed > 0;
	proof->why = N_("a code that was used before");
	return proof->right ? attempts_clear(op, &proof->attempt) : rc;
}

/* ---- the trail ---- */

enum rc
second_note_failure(struct op *op, const struct admin *admin, const struct second_proof *proof)
{
	return attempts_note(op,
	    &(const struct change){ .action = proof->attempt.last ? "ADMIN_LOCKOUT" : "ADMIN_2FA_FAILED",
		.type = "admin",
		.id = admin->id,
		.object = admin->username,
		.note = arena_printf(op->arena, "gave %s for the second factor of %s%s", proof->why,
		    admin->username, proof->attempt.last ? "; further tries are refused for now" : "") });
}

enum rc
second_refuse(struct op *op)
{
	return op_fail_field(op, RC_INVALID, "code", "This code is wrong, or was used before.");
}

/* ---- for others ---- */

enum rc
auth_second_enrolled(struct op *op, int64_t admin_id, bool *ret)
{
	return store_admin_second_factor(op, admin_id, ret);
}

/* In a transaction of its own, which a dry run does not undo: a code is good for once. */
static enum rc
use_alone(struct op *op, struct second_proof *proof)
{
	TX tx = { 0 };
	unsigned flags = op->flags;
	enum rc rc;

	op->flags &= ~(unsigned)OP_DRY_RUN;
	if ((rc = tx_begin(&tx, op)) == RC_OK && (rc = second_use(op, proof)) == RC_OK && proof->right)
		rc = tx_commit(&tx);
	op->flags = flags;
	return rc;
}

enum rc
auth_second_check(struct op *op, int64_t admin_id, const char *code)
{
	struct admin admin = { 0 };
	struct second_proof proof;
	enum rc rc;

	if ((rc = store_admin_get(op, admin_id, &admin)) == RC_OK)
		rc = second_look(op, &admin, code, &proof);
	if (rc == RC_NOT_FOUND)
		return op_fail_field(op, RC_INVALID, "code", "There is no second factor.");
	if (rc != RC_OK || (proof.right && (rc = use_alone(op, &proof)) != RC_OK) || proof.right)
		return rc;
	rc = second_note_failure(op, &admin, &proof);
	return rc == RC_OK ? second_refuse(op) : rc;
}
