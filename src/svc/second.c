/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One's own second factor: setting up, new backup codes, switching off. Owns that the code which confirms a secret counts as used,
 * and that whoever sits at somebody's open panel cannot change anything without the password. It must not know how codes are
 * checked. The surprising thing: a secret on its way is sealed too, and only the keeper can tell it from one in use; only those on
 * their way are ever shown.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "conf/conf.h"
#include "db/tx.h"
#include "model/actor.h"
#include "store/admin.h"
#include "store/passkey.h"
#include "store/second.h"
#include "store/session.h"
#include "svc/admin.h"
#include "svc/app.h"
#include "svc/auth_int.h"
#include "svc/change.h"
#include "svc/perm.h"
#include "svc/second_int.h"
#include "svc/second_keys.h"

#include <sodium.h>
#include <strings.h>

#define ISSUER "ViMbAdmin"
#define BEGUN_LIFE 600

/* ---- what is told ---- */

bool
second_is_required(const struct op *op, bool super)
{
	const char *who = op->conf->second_required;

	return strcasecmp(who, "all") == 0 || (super && strcasecmp(who, "super") == 0);
}

enum rc
second_record(struct op *op, const struct admin *admin, const char *action, const char *note,
    const char *before, const char *after)
{
	return change_add(op,
	    &(const struct change){ .action = action,
		.type = "admin",
		.id = admin->id,
		.object = admin->username,
		.note = note,
		.before_json = before,
		.after_json = after });
}

enum rc
second_state(struct op *op, int64_t admin_id, struct second_state *ret)
{
	struct admin admin = { 0 };
	struct second row = { 0 };
	struct code_list list;
	enum rc rc;

	if ((rc = admin_get(op, admin_id, &admin)) != RC_OK ||
	    (rc = store_second_get(op, admin_id, &row)) != RC_OK)
		return rc;
	codes_read(op, row.backup, &list);
	*ret = (struct second_state){ .passkeys = row.passkeys,
		.enrolled = row.secret && *row.secret,
		.forced = row.force && strcmp(row.force, "1") == 0,
		.required = second_is_required(op, admin.super) };
	ret->backup_codes = ret->enrolled || ret->passkeys ? (int64_t)list.n : 0;
	return RC_OK;
}

/* ---- secrets on their way ---- */

static const char *
uri(struct op *op, const char *username, const char *secret)
{
	struct str s = STR_INIT;
	const char *text;

	totp_uri(&s, ISSUER, username, secret);
	text = arena_strdup(op->arena, str_text(&s));
	if (s.data)
		sodium_memzero(s.data, s.cap);
	str_release(&s);
	return text;
}

void
second_show(struct op *op, const char *username, const char *secret, struct second_secret *ret)
{
	ret->text = arena_strdup(op->arena, secret);
	ret->uri = uri(op, username, secret);
}

enum rc
second_pending(struct op *op, const char *id_hash, const char *username, struct second_secret *ret)
{
	struct enrolment row = { 0 };
	struct second_ask ask = { .question = SECOND_ASK_SHOW };
	struct second_told told;
	enum rc rc = store_enrolment_get(op, id_hash, &row);

	if (rc != RC_OK)
		return rc;
	ask.admin_id = row.admin_id;
	(void)snprintf(ask.sealed, sizeof(ask.sealed), "%s", row.sealed);
	if ((rc = second_question(op, &ask, &told)) != RC_OK)
		return rc;
	if (told.verdict == SECOND_RIGHT)
		second_show(op, username, told.secret, ret);
	sodium_memzero(&told.secret, sizeof(told.secret));
	return told.verdict == SECOND_RIGHT ? RC_OK : RC_NOT_FOUND;
}

static enum rc
ask_confirm(struct op *op, const struct enrolment *row, const char *code, struct second_confirmed *ret)
{
	struct second_ask ask = { .question = SECOND_ASK_CONFIRM, .admin_id = row->admin_id };
	struct second_told told;
	enum rc rc;

	if (!totp_read_code(code, ask.code))
		return RC_OK;
	(void)snprintf(ask.sealed, sizeof(ask.sealed), "%s", row->sealed);
	if ((rc = second_question(op, &ask, &told)) != RC_OK)
		return rc;
	ret->right = told.verdict == SECOND_RIGHT;
	ret->sealed = arena_strdup(op->arena, told.sealed);
	ret->step = told.step;
	return ret->right ? codes_new(op, row->admin_id, &ret->codes, &ret->codes_json) : RC_OK;
}

static enum rc
note_unconfirmed(struct op *op, const struct admin *admin, const struct second_confirmed *c)
{
	const struct second_proof proof = { .why = N_("a wrong code while setting up"),
		.attempt = c->attempt };

	return second_note_failure(op, admin, &proof);
}

enum rc
second_confirm(struct op *op, const struct admin *admin, const char *id_hash, const char *code,
    struct second_confirmed *ret)
{
	struct enrolment row = { 0 };
	enum rc rc;

	*ret = (struct second_confirmed){ .id_hash = id_hash };
	if ((rc = store_enrolment_get(op, id_hash, &row)) != RC_OK)
		return rc;
	if (row.admin_id != admin->id)
		return RC_NOT_FOUND;
	if ((rc = attempts_begin_at(op, ATTEMPT_PROOF, admin->username, &ret->attempt)) != RC_OK ||
	    (rc = ask_confirm(op, &row, code, ret)) != RC_OK)
		return rc;
	return ret->right ? RC_OK : note_unconfirmed(op, admin, ret);
}

/* Secret, codes and the step of the code that is used up. */
static enum rc
store_all(struct op *op, int64_t admin_id, const char *sealed, int64_t step, const char *codes_json)
{
	const char *last = arena_printf(op->arena, "%lld", (long long)step);
	enum rc rc;

	if ((rc = store_second_put(op, admin_id, SECOND_SECRET, sealed)) != RC_OK ||
	    (rc = store_second_put(op, admin_id, SECOND_BACKUP, codes_json)) != RC_OK ||
	    (rc = store_second_put(op, admin_id, SECOND_LAST, last)) != RC_OK)
		return rc;
	return store_second_drop(op, admin_id, SECOND_FORCE, NULL);
}

enum rc
second_enrol(struct op *op, const struct admin *admin, const struct second_confirmed *c, const char *keep)
{
	bool enrolled;
	int64_t changed;
	enum rc rc = store_admin_second_factor(op, admin->id, &enrolled);

	if (rc == RC_OK && enrolled)
		return op_fail(op, RC_CONFLICT, "A second factor is set up already.");
	if (rc != RC_OK || (rc = store_enrolment_delete(op, c->id_hash, &changed)) != RC_OK)
		return rc;
	if (changed == 0)
		return op_fail(op, RC_CONFLICT, "This was set up just now in another window.");
	if ((rc = store_all(op, admin->id, c->sealed, c->step, c->codes_json)) != RC_OK ||
	    (rc = attempts_clear(op, &c->attempt)) != RC_OK ||
	    (rc = store_session_delete_admin(op, admin->id, keep)) != RC_OK)
		return rc;
	return second_record(op, admin, "ADMIN_2FA_ENABLE",
	    arena_printf(op->arena, "set up a second factor for admin %s", admin->username),
	    SECOND_OFF, SECOND_ON);
}

/* ---- one's own page ---- */

enum rc
second_myself(struct op *op, struct admin *ret)
{
	enum rc rc = perm_signed_in(op);

	if (rc != RC_OK)
		return rc;
	if (op->actor->kind != ACTOR_ADMIN)
		return op_fail(op, RC_DENIED, "This is for whoever is signed in to the panel.");
	return admin_get(op, op->actor->admin_id, ret);
}

enum rc
second_password(struct op *op, const struct admin *admin, const char *password,
    struct attempt_try *ret_attempt)
{
	bool ok;
	enum rc rc;

	if (!password || !*password)
		return op_fail_field(op, RC_INVALID, "password", "Please give your password.");
	if ((rc = attempts_begin_at(op, ATTEMPT_PROOF, admin->username, ret_attempt)) != RC_OK ||
	    (rc = app_verify(op, admin->password, password, &ok)) != RC_OK)
		return rc;
	if (ok)
		return RC_OK;
	rc = second_note_failure(op, admin,
	    &(const struct second_proof){ .why = N_("a wrong password"), .attempt = *ret_attempt });
	return rc == RC_OK ? op_fail_field(op, RC_INVALID, "password", "This is not your password.")
			   : rc;
}

enum rc
second_begin(struct op *op, const struct second_in *in, const char *session)
{
	TX tx = { 0 };
	struct admin me = { 0 };
	struct attempt_try attempt;
	struct enrolment row = { .id_hash = session, .expires_at = op->now + BEGUN_LIFE };
	bool enrolled;
	enum rc rc;

	if ((rc = second_myself(op, &me)) != RC_OK ||
	    (rc = store_admin_second_factor(op, me.id, &enrolled)) != RC_OK)
		return rc;
	if (enrolled)
		return op_fail(op, RC_CONFLICT, "A second factor is set up already.");
	if ((rc = second_password(op, &me, in->password, &attempt)) != RC_OK ||
	    (rc = auth_fresh_secret(op, me.id, &row.sealed)) != RC_OK ||
	    (rc = tx_begin(&tx, op)) != RC_OK)
		return rc;
	row.admin_id = me.id;
	if ((rc = attempts_clear(op, &attempt)) != RC_OK ||
	    (rc = store_enrolment_put(op, &row)) != RC_OK ||
	    (rc = second_record(op, &me, "ADMIN_2FA_BEGIN",
		 arena_printf(op->arena, "began to set up a second factor for admin %s", me.username),
		 NULL, NULL)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

enum rc
second_begun(struct op *op, const char *session, struct second_secret *ret)
{
	struct admin me = { 0 };
	enum rc rc = second_myself(op, &me);

	return rc == RC_OK ? second_pending(op, session, me.username, ret) : rc;
}

enum rc
second_finish(struct op *op, const struct second_in *in, const char *session, struct second_codes *ret)
{
	TX tx = { 0 };
	struct admin me = { 0 };
	struct second_confirmed c = { 0 };
	enum rc rc;

	if ((rc = second_myself(op, &me)) != RC_OK)
		return rc;
	rc = second_confirm(op, &me, session, in->code, &c);
	if (rc == RC_NOT_FOUND)
		return op_fail(op, RC_CONFLICT, "Setting up took too long. Please begin again.");
	if (rc != RC_OK)
		return rc;
	if (!c.right)
		return op_fail_field(op, RC_INVALID,
		    "code", "This code is wrong. Is the clock of the device with your authenticator program right?");
	if ((rc = tx_begin(&tx, op)) != RC_OK || (rc = second_enrol(op, &me, &c, session)) != RC_OK)
		return rc;
	*ret = c.codes;
	return tx_commit(&tx);
}

/* Password and code of whoever asks, both right; the code is not used up yet. */
static enum rc
prove(struct op *op, const struct admin *me, const struct second_in *in, struct second_proof *ret)
{
	struct attempt_try attempt;
	enum rc rc;

	if (!in->code || !*in->code)
		return op_fail_field(op, RC_INVALID, "code", "Please give a code.");
	if ((rc = second_password(op, me, in->password, &attempt)) != RC_OK)
		return rc;
	rc = second_look(op, me, in->code, ret);
	if (rc == RC_NOT_FOUND)
		return op_fail(op, RC_CONFLICT, "No second factor is set up.");
	if (rc != RC_OK || ret->right)
		return rc;
	rc = second_note_failure(op, me, ret);
	return rc == RC_OK ? second_refuse(op) : rc;
}

static enum rc
use(struct op *op, struct second_proof *proof)
{
	enum rc rc = second_use(op, proof);

	return rc != RC_OK || proof->right ? rc : second_refuse(op);
}

enum rc
second_regenerate(struct op *op, const struct second_in *in, struct second_codes *ret)
{
	TX tx = { 0 };
	struct admin me = { 0 };
	struct second_proof proof = { 0 };
	const char *json;
	char code[BACKUP_LEN + 1];
	enum rc rc;

	if ((rc = second_myself(op, &me)) != RC_OK)
		return rc;
	if (backup_read(in->code, code))
		return op_fail_field(op, RC_INVALID, "code",
		    "A backup code is not enough here; give one of the program's.");
	if ((rc = prove(op, &me, in, &proof)) != RC_OK ||
	    (rc = codes_new(op, me.id, ret, &json)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = use(op, &proof)) != RC_OK ||
	    (rc = store_second_put(op, me.id, SECOND_BACKUP, json)) != RC_OK ||
	    (rc = second_record(op, &me, "ADMIN_2FA_CODES",
		 arena_printf(op->arena, "made new backup codes for admin %s", me.username), NULL,
		 NULL)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

enum rc
second_disable(struct op *op, const struct second_in *in, const char *session)
{
	TX tx = { 0 };
	struct admin me = { 0 };
	struct second_proof proof = { 0 };
	int64_t changed, passkeys;
	enum rc rc;

	if ((rc = second_myself(op, &me)) != RC_OK)
		return rc;
	if ((rc = store_passkey_number(op, me.id, &passkeys)) != RC_OK)
		return rc;
	if (passkeys == 0 && second_is_required(op, me.super))
		return op_fail(op,
		    RC_DENIED, "The operator requires a second factor of you. It can be replaced by another super administrator.");
	if ((rc = prove(op, &me, in, &proof)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = use(op, &proof)) != RC_OK ||
	    (rc = store_admin_forget_second_factor(op, me.id, &changed)) != RC_OK ||
	    (rc = store_session_delete_admin(op, me.id, session)) != RC_OK ||
	    (rc = second_record(op, &me, "ADMIN_2FA_DISABLE",
		 arena_printf(op->arena, "switched off the second factor of admin %s", me.username),
		 SECOND_ON, SECOND_OFF)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}
