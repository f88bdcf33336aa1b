/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One's own passkeys. Owns how many there may be, and that the last second factor of whoever must have one stays. It must not know how an answer is
 * checked. What changes here ends the other sessions, as every change of a second factor does.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "conf/conf.h"
#include "db/tx.h"
#include "model/actor.h"
#include "store/passkey.h"
#include "store/second.h"
#include "store/session.h"
#include "svc/admin.h"
#include "svc/passkey_int.h"
#include "svc/rules.h"
#include "svc/second_int.h"

/* ---- what there is ---- */

static struct passkey_row
for_people(const struct passkey *p)
{
	return (struct passkey_row){ .id = p->id,
		.label = p->label,
		.backed_up = p->backed_up,
		.created = p->created_at,
		.used = p->used_at };
}

enum rc
passkey_list(struct op *op, int64_t admin_id, struct passkey_rows *ret)
{
	struct admin admin = { 0 };
	struct passkey_row *out;
	struct rows rows;
	enum rc rc;

	if ((rc = admin_get(op, admin_id, &admin)) != RC_OK ||
	    (rc = store_passkey_list(op, admin_id, &rows)) != RC_OK)
		return rc;
	out = arena_array(op->arena, rows.n, sizeof(*out));
	for (size_t i = 0; i < rows.n; i++)
		out[i] = for_people((const struct passkey *)rows.at + i);
	*ret = (struct passkey_rows){ out, rows.n };
	return RC_OK;
}

static enum rc
own_row(struct op *op, int64_t id, struct admin *me, struct passkey *ret)
{
	enum rc rc = second_myself(op, me);

	if (rc == RC_OK && (rc = store_passkey_get(op, id, me->id, ret)) == RC_NOT_FOUND)
		return op_fail(op, RC_NOT_FOUND, "There is no such passkey.");
	return rc;
}

enum rc
passkey_get(struct op *op, int64_t id, struct passkey_row *ret)
{
	struct admin me = { 0 };
	struct passkey row;
	enum rc rc = own_row(op, id, &me, &row);

	if (rc == RC_OK)
		*ret = for_people(&row);
	return rc;
}

/* ---- the trail ---- */

static const char *
as_json(struct op *op, const char *label)
{
	struct str s = STR_INIT;
	const char *text;

	STR_LIT(&s, "{\"passkey\":");
	str_add_json(&s, label);
	str_addc(&s, '}');
	text = arena_strdup(op->arena, str_text(&s));
	str_release(&s);
	return text;
}

static enum rc
record(struct op *op, const struct admin *me, bool added, const char *label)
{
	const char *json = as_json(op, label);

	return second_record(op, me, added ? "ADMIN_PASSKEY_ADD" : "ADMIN_PASSKEY_REMOVE",
	    arena_printf(op->arena, "%s the passkey %s of admin %s", added ? "added" : "removed",
		label, me->username),
	    added ? NULL : json, added ? json : NULL);
}

/* ---- adding ---- */

static struct passkey_question
question(const struct op *op, const char *session)
{
	return (struct passkey_question){ .kind = "add",
		.of = session,
		.bind = session,
		.verified = passkey_only(op->conf, op->arena) };
}

static enum rc
need_room(struct op *op, int64_t admin_id)
{
	int64_t n;
	enum rc rc = store_passkey_number(op, admin_id, &n);

	if (rc != RC_OK || n < STORE_PASSKEYS_MAX)
		return rc;
	return op_fail(op, RC_CONFLICT, "There may be %d passkeys; please remove one first.",
	    STORE_PASSKEYS_MAX);
}

enum rc
passkey_ask_new(struct op *op, const struct admin *admin, const struct passkey_question *q,
    struct passkey_ask *ret)
{
	struct rows rows;
	enum rc rc;

	if ((rc = need_room(op, admin->id)) != RC_OK ||
	    (rc = store_passkey_list(op, admin->id, &rows)) != RC_OK ||
	    (rc = passkey_put(op, q, ret)) != RC_OK)
		return rc;
	ret->user = passkey_user(op, ret->rp_id, admin->id);
	ret->user_name = admin->username;
	ret->known = rows.at;
	ret->n = rows.n;
	ret->kept = q->verified;
	return RC_OK;
}

enum rc
passkey_begin(struct op *op, const char *session, struct passkey_ask *ret)
{
	const struct passkey_question q = question(op, session);
	struct admin me = { 0 };
	enum rc rc = second_myself(op, &me);

	return rc == RC_OK ? passkey_ask_new(op, &me, &q, ret) : rc;
}

static enum rc
insert(struct op *op, const struct admin *me, const struct passkey_in *in,
    const struct passkey_made *made)
{
	const char *label = in->label && *in->label ? in->label : "Passkey";
	const struct passkey row = { .admin_id = me->id,
		.credential = made->id,
		.alg = made->alg,
		.public_key = made->key,
		.sign_count = made->count,
		.label = label,
		.transports = in->transports ? in->transports : "",
		.backed_up = made->backed_up,
		.created_at = op->now };
	enum rc rc = store_passkey_add(op, &row);

	if (rc == RC_CONFLICT)
		return rules_taken(op, NULL, N_("This passkey is set up already."));
	return rc == RC_OK ? record(op, me, true, label) : rc;
}

/* The question is gone all the same: the next try is put a new one. */
static enum rc
refuse(struct op *op, const struct passkey_question *q, const char *challenge, const char *why)
{
	enum rc rc = passkey_burn(op, q, challenge);

	return rc == RC_OK ? op_fail(op, RC_INVALID,
				 "The passkey was not added: the browser sent %s.", op_text(op, why))
			   : rc;
}

enum rc
passkey_check_new(struct op *op, const struct passkey_question *q, const struct passkey_in *in,
    struct passkey_new *ret)
{
	const char *challenge = passkey_challenge_of(in->client_data, op->arena), *why;
	struct passkey_want want = { .challenge = challenge ? challenge : "", .verified = q->verified };

	ret->challenge = want.challenge;
	why = passkey_site(op->conf->public_url, op->arena, &want.site);
	if (why)
		return op_fail(op, RC_CONFLICT, "%s", why);
	why = passkey_make(&want, in->client_data, in->attestation, op->arena, &ret->made);
	return why ? refuse(op, q, want.challenge, why) : RC_OK;
}

enum rc
passkey_insert(struct op *op, const struct admin *admin, const struct passkey_question *q,
    const struct passkey_in *in, const struct passkey_new *made, const char *keep)
{
	int64_t taken;
	enum rc rc = passkey_take(op, q, made->challenge, &taken);

	if (rc != RC_OK)
		return rc;
	if (taken == 0)
		return op_fail(op, RC_CONFLICT, "Adding the passkey took too long. Please begin again.");
	if ((rc = need_room(op, admin->id)) != RC_OK ||
	    (rc = insert(op, admin, in, &made->made)) != RC_OK ||
	    (rc = store_second_drop(op, admin->id, SECOND_FORCE, NULL)) != RC_OK)
		return rc;
	return store_session_delete_admin(op, admin->id, keep);
}

enum rc
passkey_add(struct op *op, const struct passkey_in *in, const char *session)
{
	TX tx = { 0 };
	const struct passkey_question q = question(op, session);
	struct passkey_new made;
	struct admin me = { 0 };
	enum rc rc;

	if ((rc = second_myself(op, &me)) != RC_OK ||
	    (rc = passkey_check_new(op, &q, in, &made)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = passkey_insert(op, &me, &q, in, &made, session)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

/* ---- backup codes ---- */

/* Who has a program's secret makes them with its code (svc/second.h). */
static enum rc
need_nothing_else(struct op *op, const struct admin *me)
{
	struct second row = { 0 };
	enum rc rc = store_second_get(op, me->id, &row);

	if (rc != RC_OK)
		return rc;
	if (row.secret && *row.secret)
		return op_fail(op, RC_CONFLICT,
		    "Your authenticator program's code is needed for new backup codes.");
	if (row.passkeys == 0)
		return op_fail(op, RC_CONFLICT, "There is no second factor.");
	return RC_OK;
}

enum rc
passkey_codes(struct op *op, struct second_codes *ret)
{
	TX tx = { 0 };
	struct admin me = { 0 };
	const char *json;
	enum rc rc;

	if ((rc = second_myself(op, &me)) != RC_OK || (rc = need_nothing_else(op, &me)) != RC_OK ||
	    (rc = codes_new(op, me.id, ret, &json)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = need_nothing_else(op, &me)) != RC_OK ||
	    (rc = store_second_put(op, me.id, SECOND_BACKUP, json)) != RC_OK ||
	    (rc = second_record(op, &me, "ADMIN_2FA_CODES",
		 arena_printf(op->arena, "made new backup codes for admin %s", me.username), NULL,
		 NULL)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

/* ---- removing ---- */

/* With the last second factor its backup codes go. */
static enum rc
need_other(struct op *op, const struct admin *me)
{
	struct second row = { 0 };
	enum rc rc = store_second_get(op, me->id, &row);

	if (rc != RC_OK || row.passkeys > 1 || (row.secret && *row.secret))
		return rc;
	if (second_is_required(op, me->super))
		return op_fail(op, RC_DENIED,
		    "The operator requires a second factor of you, and this is your last one.");
	return store_second_drop(op, me->id, SECOND_BACKUP, NULL);
}

enum rc
passkey_remove(struct op *op, int64_t id, const char *session)
{
	TX tx = { 0 };
	struct admin me = { 0 };
	struct passkey row;
	int64_t changed;
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK || (rc = own_row(op, id, &me, &row)) != RC_OK ||
	    (rc = need_other(op, &me)) != RC_OK ||
	    (rc = store_passkey_delete(op, id, me.id, &changed)) != RC_OK ||
	    (rc = store_session_delete_admin(op, me.id, session)) != RC_OK ||
	    (rc = record(op, &me, false, row.label)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}
