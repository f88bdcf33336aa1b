/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The mailbox owner's new password, by the current one or by a link that was mailed. Owns the order of things: the new one is judged before anything about the mailbox is looked
 * at, then the try is counted, then the current one is checked. It must not know pages. The surprising thing: whatever is wrong with
 * address, password or mailbox gets one answer after the same work, and the trail's actor is the owner, who is no administrator.
 */
#include "base/base.h"

#include "base/addr.h"
#include "base/arena.h"
#include "base/rand.h"
#include "conf/conf.h"
#include "db/tx.h"
#include "model/actor.h"
#include "store/mailbox.h"
#include "store/session.h"
#include "svc/app.h"
#include "svc/attempts.h"
#include "svc/change.h"
#include "svc/demo.h"
#include "svc/mail.h"
#include "svc/owner.h"
#include "svc/rules.h"

/* One change on its way. */
struct owner_change {
	const char *name; /* as it is looked up and counted */
	const char *shown; /* as the trail names it: never what may be a password in the wrong field */
	struct attempt_try attempt;
	struct mailbox row;
	bool known, right, linked;
};

enum rc
owner_offered(struct op *op)
{
	return op->conf->no_change_password
	    ? op_fail(op, RC_NOT_FOUND, "There is nothing at this address.")
	    : RC_OK;
}

static enum rc
refuse(struct op *op)
{
	return op_fail(op, RC_UNAUTHENTICATED, "The address or the password is wrong.");
}

/* The shared rules speak of "password"; here it is the new one. */
static enum rc
check_new(struct op *op, const struct owner_in *in)
{
	const char *text;
	enum rc rc = rules_password(op, in->new_password, in->username,
	    op->conf->mailbox_min_password, op->conf->mailbox_scheme);

	if (rc != RC_OK) {
		text = op->errs.first ? op->errs.first->text : "";
		err_clear(&op->errs);
		return op_fail_field(op, rc, "new_password", "%s", text);
	}
	if (!in->confirm_new_password || strcmp(in->new_password, in->confirm_new_password) != 0)
		return op_fail_field(op, RC_INVALID, "confirm_new_password",
		    "This is not what you typed for the new password.");
	if (in->current_password && strcmp(in->new_password, in->current_password) == 0)
		return op_fail_field(op, RC_INVALID, "new_password",
		    "Please choose a password other than the current one.");
	return RC_OK;
}

static void
read_name(struct op *op, const char *text, struct owner_change *c)
{
	struct addr a;

	if (text && addr_parse(text, ADDR_ODD, &a) == NULL) {
		c->name = c->shown = arena_strdup(op->arena, a.full);
	} else {
		c->name = text ? text : "";
		c->shown = "an unknown address";
	}
}

static bool
is_open(const struct mailbox *m)
{
	return m->active && m->domain_active && !m->delete_pending;
}

static enum rc
check_current(struct op *op, const char *password, struct owner_change *c)
{
	enum rc rc = store_mailbox_find(op, c->name, &c->row);

	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	c->known = rc == RC_OK;
	if (!password || !*password || strlen(password) > PW_MAX_BYTES)
		return RC_OK;
	rc = app_verify_mailbox(op, c->known ? c->row.password : NULL, password, &c->right);
	c->right = c->right && c->known && is_open(&c->row);
	return rc;
}

static enum rc
note_failure(struct op *op, const struct owner_change *c)
{
	return attempts_note(op,
	    &(const struct change){
		.action = c->attempt.last ? "MAILBOX_LOCKOUT" : "MAILBOX_PW_CHANGE_FAILED",
		.type = "mailbox",
		.id = c->known ? c->row.id : 0,
		.object = c->shown,
		.domain_id = c->known ? c->row.domain_id : 0,
		.note = arena_printf(op->arena, "failed to change password for mailbox %s%s",
		    c->shown, c->attempt.last ? "; further tries are refused for now" : "") });
}

/* From here on it is the owner who acts: the trail names the address. */
static void
become(struct op *op, const struct mailbox *m)
{
	struct actor *actor = ARENA_NEW(op->arena, struct actor);

	*actor = *op->actor;
	actor->kind = ACTOR_NOBODY;
	actor->super = false;
	actor->admin_id = 0;
	actor->name = m->username;
	app_op_become(op, actor);
}

static enum rc
save(struct op *op, struct owner_change *c, const char *stored)
{
	TX tx = { 0 };
	struct mailbox before, after;
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK)
		return rc;
	rc = store_mailbox_get(op, c->row.id, &before);
	if (rc == RC_NOT_FOUND ||
	    (rc == RC_OK && (!is_open(&before) || strcmp(before.password, c->row.password) != 0)))
		return refuse(op);
	if (rc != RC_OK || (rc = attempts_clear(op, &c->attempt)) != RC_OK)
		return rc;
	after = before;
	after.password = stored;
	after.modified = op->now;
	become(op, &after);
	if ((rc = store_mailbox_put(op, &after)) != RC_OK ||
	    (rc = change_add(op,
		 &(const struct change){ .action = "MAILBOX_PW_CHANGE",
		     .verb = c->linked ? N_("chose with a link the password for")
				       : N_("changed password for"),
		     .type = "mailbox",
		     .id = after.id,
		     .object = after.username,
		     .domain_id = after.domain_id,
		     .fields = &mailbox_fields,
		     .before = &before,
		     .after = &after })) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

enum rc
owner_password(struct op *op, const struct owner_in *in)
{
	struct owner_change c = { 0 };
	const char *stored;
	enum rc rc;

	read_name(op, in->username, &c);
	if ((rc = owner_offered(op)) != RC_OK || (rc = demo_keep_password(op, c.name)) != RC_OK ||
	    (rc = check_new(op, in)) != RC_OK ||
	    (rc = attempts_begin_at(op, ATTEMPT_MAILBOX, c.name, &c.attempt)) != RC_OK ||
	    (rc = check_current(op, in->current_password, &c)) != RC_OK)
		return rc;
	if (!c.right) {
		rc = note_failure(op, &c);
		return rc == RC_OK ? refuse(op) : rc;
	}
	if ((rc = app_hash_mailbox(op, in->new_password, &stored)) != RC_OK)
		return rc;
	return save(op, &c, stored);
}

/* ---- by a link ---- */

/* c->right false: name or code is wrong, or the mailbox is off; nothing was changed. */
static enum rc
take_link(struct op *op, const char *token, const char *stored, struct owner_change *c)
{
	TX tx = { 0 };
	int64_t taken = 0;
	char hash[65];
	enum rc rc;

	sha256_hex(token, strlen(token), hash);
	if ((rc = tx_begin(&tx, op)) != RC_OK)
		return rc;
	rc = store_mailbox_find(op, c->name, &c->row);
	c->known = rc == RC_OK;
	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	if ((rc = store_token_take(op, mail_owner_purpose(op, &c->row), hash, op->now, &taken)) != RC_OK ||
	    taken == 0 || !c->known || !is_open(&c->row))
		return rc;
	if ((rc = save(op, c, stored)) != RC_OK || (rc = tx_commit(&tx)) != RC_OK)
		return rc;
	c->right = true;
	return RC_OK;
}

enum rc
owner_invited(struct op *op, const struct newpass_in *in)
{
	struct owner_change c = { .linked = true };
	const char *stored;
	enum rc rc;

	read_name(op, in->username, &c);
	if ((rc = owner_offered(op)) != RC_OK || (rc = demo_keep_password(op, c.name)) != RC_OK ||
	    (rc = rules_password(op, in->password, in->username, op->conf->mailbox_min_password,
		 op->conf->mailbox_scheme)) != RC_OK ||
	    (rc = attempts_begin_at(op, ATTEMPT_MAILBOX, c.name, &c.attempt)) != RC_OK ||
	    (rc = app_hash_mailbox(op, in->password, &stored)) != RC_OK ||
	    (rc = take_link(op, in->token ? in->token : "", stored, &c)) != RC_OK)
		return rc;
	if (c.right)
		return RC_OK;
	rc = note_failure(op, &c);
	return rc != RC_OK
	    ? rc
	    : op_fail_field(op, RC_INVALID,
		  "token", "This link or code is not valid any more. Please ask for another one where you got the mailbox.");
}
