/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Administrators: reading, making, changing, removing. Owns who may do that to whom. It must not
 * know HTML or SQL. The surprising thing: that the last active super stays is decided by the
 * statement that would take it away, not by a count before it; two supers who remove each other at
 * the same time leave one.
 */
#include "base/base.h"

#include "base/addr.h"
#include "base/arena.h"
#include "base/rand.h"
#include "base/str.h"
#include "conf/conf.h"
#include "db/tx.h"
#include "model/actor.h"
#include "model/domain.h"
#include "store/admin.h"
#include "store/passkey.h"
#include "store/session.h"
#include "svc/admin.h"
#include "svc/app.h"
#include "svc/attempts.h"
#include "svc/change.h"
#include "svc/demo.h"
#include "svc/invite.h"
#include "svc/mail.h"
#include "svc/paging.h"
#include "svc/perm.h"
#include "svc/rules.h"
#include "svc/second_int.h"

#define UNKNOWN_LEN 40
#define NAMED_MAX 100 /* domains that stand in an entry of the log */
#define GIVEN(in, m) FIELD_GIVEN(admin_in, (in), m)

static bool
is_self(const struct op *op, int64_t id)
{
	return op->actor->kind == ACTOR_ADMIN && op->actor->admin_id == id;
}

/* The fork's sentences are "<actor> added admin <name>" and "<actor> set admin <name> as super". */
static struct change
describe(const char *action, const char *verb, const struct admin *row)
{
	return (struct change){
		.action = action,
		.verb = verb,
		.type = "admin",
		.id = row->id,
		.object = row->username,
		.fields = &admin_fields,
	};
}

static enum rc
record(struct op *op, const char *action, const char *verb, const struct admin *before,
    const struct admin *after)
{
	struct change c = describe(action, verb, after);

	c.before = before;
	c.after = after;
	if (strcmp(verb, "set") == 0)
		c.note = arena_printf(op->arena, "set admin %s as %s", after->username,
		    after->super ? "super" : "normal");
	return change_add(op, &c);
}

/* As it was, with the domains that go with it: what somebody might do must be told when nobody is left to ask. */
static enum rc
describe_before(struct op *op, const struct admin *row, const char **ret_json)
{
	CLEANUP(str_release) struct str json = STR_INIT, after = STR_INIT;
	CLEANUP(str_release) struct str names = STR_INIT, quoted = STR_INIT;
	const struct domain *at;
	struct rows rows;
	enum rc rc = store_admin_domains(op, row->id, &rows);

	if (rc != RC_OK)
		return rc;
	at = rows.at;
	for (size_t i = 0; i < rows.n && i < NAMED_MAX; i++)
		str_addf(&names, "%s%s", i > 0 ? ", " : "", at[i].domain);
	if (rows.n > NAMED_MAX)
		str_addf(&names, ", ... (%zu)", rows.n);
	field_diff(&admin_fields, row, NULL, &json, &after);
	str_add_json(&quoted, str_text(&names));
	*ret_json = rows.n == 0 ? arena_strndup(op->arena, str_text(&json), json.len)
				: arena_printf(op->arena, "%.*s,\"domains\":%s}",
				      (int)(json.len - 1), str_text(&json), str_text(&quoted));
	return RC_OK;
}

/* ---- reading ---- */

enum rc
admin_get(struct op *op, int64_t id, struct admin *ret)
{
	enum rc rc = perm_signed_in(op);

	if (rc != RC_OK || (!is_self(op, id) && (rc = perm_super(op)) != RC_OK))
		return rc;
	rc = store_admin_get(op, id, ret);
	return rc == RC_NOT_FOUND ? op_fail(op, RC_NOT_FOUND, "There is no such administrator.") : rc;
}

enum rc
admin_find(struct op *op, const char *username, struct admin *ret)
{
	struct addr a;
	enum rc rc = perm_super(op);

	if (rc != RC_OK)
		return rc;
	/* names that are no addresses come from older programs */
	if (username && addr_parse(username, ADDR_PLAIN, &a) == NULL)
		username = a.full;
	rc = username ? store_admin_find(op, username, ret) : RC_NOT_FOUND;
	return rc == RC_NOT_FOUND ? op_fail(op, RC_NOT_FOUND, "There is no such administrator.") : rc;
}

enum rc
admin_list(struct op *op, const struct list_in *in, struct admin_list *ret)
{
	static const struct paging paging = { .row = &admin_fields,
		.sorts = store_admin_sorts,
		.rows = store_admin_list,
		.count = store_admin_count };
	struct rows rows;
	enum rc rc;

	if ((rc = perm_super(op)) != RC_OK ||
	    (rc = paging_run(op, &paging, in, &rows, &ret->info)) != RC_OK)
		return rc;
	ret->rows = rows.at;
	ret->n = rows.n;
	return RC_OK;
}

enum rc
admin_domains(struct op *op, int64_t id, struct admin_domains *ret)
{
	struct admin row;
	struct rows rows;
	enum rc rc;

	if ((rc = admin_get(op, id, &row)) != RC_OK || (rc = store_admin_domains(op, id, &rows)) != RC_OK)
		return rc;
	*ret = (struct admin_domains){ rows.at, rows.n };
	return RC_OK;
}

/* ---- making ---- */

static enum rc
read_username(struct op *op, const char *text, const char **ret)
{
	struct addr a;
	const char *refused;

	if (!text || !*text)
		return op_fail_field(op, RC_INVALID, "username",
		    "Please give the mail address of the administrator.");
	refused = addr_parse(text, ADDR_PLAIN, &a);
	if (refused)
		return op_fail_field(op, RC_INVALID, "username", "%s", refused);
	*ret = arena_strdup(op->arena, a.full);
	return RC_OK;
}

static enum rc
insert(struct op *op, const struct admin_in *in, struct admin *row)
{
	enum rc rc = store_admin_add(op, row, &row->id);

	if (rc == RC_CONFLICT)
		return rules_taken(op, "username",
		    N_("There is an administrator of that name already."));
	if (rc != RC_OK || (in->invite && (rc = invite_begin(op, row, in->invite_code)) != RC_OK))
		return rc;
	return record(op, "ADMIN_ADD", in->invite ? N_("added and invited") : N_("added"), NULL, row);
}

/* Of who is invited; nobody ever sees it. */
static enum rc
unknown_password(struct op *op, const struct admin_in *in, const char **ret_stored)
{
	char secret[UNKNOWN_LEN + 1];
	enum rc rc;

	if ((in->password && *in->password) || in->hash)
		return op_fail_field(op, RC_INVALID, "invite",
		    "Please either give a password or have a link sent.");
	if ((rc = invite_check(op, in->invite_code)) != RC_OK)
		return rc;
	rand_password(secret, UNKNOWN_LEN);
	return app_hash_admin(op, secret, ret_stored);
}

/* A hash made elsewhere has to be one that lets somebody in. */
static enum rc
new_password(struct op *op, const struct admin_in *in, const char **ret_stored)
{
	char name[PW_NAME_MAX];
	enum pw_state state;
	enum rc rc;

	if (in->invite)
		return unknown_password(op, in, ret_stored);
	if (!in->hash) {
		rc = rules_password(op, in->password, in->username, op->conf->admin_min_password,
		    op->conf->admin_scheme);
		return rc == RC_OK ? app_hash_admin(op, in->password, ret_stored) : rc;
	}
	state = pw_examine(in->hash, name);
	if (state != PW_FINE && state != PW_WEAK)
		return op_fail_field(op, RC_INVALID, "hash",
		    "This is not a hash that can be checked here.");
	*ret_stored = in->hash;
	return RC_OK;
}

enum rc
admin_add(struct op *op, const struct admin_in *in, struct admin *ret)
{
	TX tx = { 0 };
	struct admin row = { .super = in->super,
		.active = GIVEN(in, active) ? in->active : true,
		.created = op->now };
	int64_t seen;
	enum rc rc;

	if ((rc = perm_super(op)) != RC_OK ||
	    (rc = read_username(op, in->username, &row.username)) != RC_OK ||
	    (rc = new_password(op, in, &row.password)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = change_replayed(op, "ADMIN_ADD", &seen)) != RC_OK)
		return rc;
	row.id = seen;
	if ((!seen && (rc = insert(op, in, &row)) != RC_OK) || (rc = admin_get(op, row.id, ret)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

/* ---- changing ---- */

static enum rc
refuse_last(struct op *op)
{
	return op_fail(op, RC_CONFLICT, "This is the last active super administrator.");
}

/* Writes the rights; sessions that began with others end. */
static enum rc
store_rights(struct op *op, const struct admin *after)
{
	int64_t changed;
	enum rc rc = store_admin_rights(op, after, &changed);

	if (rc != RC_OK)
		return rc;
	if (changed == 0)
		return refuse_last(op);
	return store_session_delete_admin(op, after->id, NULL);
}

/* What to change: NULL leaves it. */
struct rights {
	const bool *super, *active;
	const char *rev;
};

/* One row of the trail even when both change: the fork's word for the weightier one. */
static enum rc
record_rights(struct op *op, const struct admin *before, const struct admin *after)
{
	if (before->super != after->super)
		return record(op, after->super ? "ADMIN_SUPER" : "ADMIN_NORMAL", "set", before, after);
	return after->active ? record(op, "ADMIN_ACTIVE", N_("activated"), before, after)
			     : record(op, "ADMIN_DEACTIVE", N_("deactivated"), before, after);
}

static enum rc
change_rights(struct op *op, int64_t id, const struct rights *want, struct admin *ret)
{
	TX tx = { 0 };
	struct admin before, after;
	enum rc rc;

	if ((rc = perm_super(op)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = admin_get(op, id, &before)) != RC_OK)
		return rc;
	after = before;
	after.super = want->super ? *want->super : before.super;
	after.active = want->active ? *want->active : before.active;
	*ret = after;
	if (before.super == after.super && before.active == after.active)
		return tx_commit(&tx);
	if ((rc = rules_rev(op, &admin_fields, &before, want->rev, "administrator")) != RC_OK)
		return rc;
	if (is_self(op, id))
		return op_fail(op, RC_DENIED,
		    "You cannot change your own rights. Another super administrator can.");
	ret->modified = after.modified = op->now;
	if ((rc = store_rights(op, &after)) != RC_OK || (rc = record_rights(op, &before, &after)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

enum rc
admin_edit(struct op *op, int64_t id, const struct admin_in *in, struct admin *ret)
{
	struct rights want = { GIVEN(in, super) ? &in->super : NULL,
		GIVEN(in, active) ? &in->active : NULL, in->rev };

	if (in->password && *in->password)
		return op_fail_field(op, RC_INVALID, "password",
		    "A password is changed on its own page.");
	return change_rights(op, id, &want, ret);
}

enum rc
admin_set_active(struct op *op, int64_t id, bool active, struct admin *ret)
{
	return change_rights(op, id, &(const struct rights){ .active = &active }, ret);
}

/* ---- second factor ---- */

enum rc
admin_reset_second_factor(struct op *op, int64_t id)
{
	TX tx = { 0 };
	struct admin row;
	int64_t changed, passkeys;
	enum rc rc;

	if ((rc = perm_super(op)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = admin_get(op, id, &row)) != RC_OK ||
	    (rc = store_admin_forget_second_factor(op, id, &changed)) != RC_OK ||
	    (rc = store_passkey_delete_admin(op, id, &passkeys)) != RC_OK)
		return rc;
	if (changed + passkeys == 0)
		return op_fail(op, RC_NOT_FOUND, "%s has no second factor.", row.username);
	if ((rc = store_session_delete_admin(op, id, NULL)) != RC_OK ||
	    (rc = second_record(op, &row, "ADMIN_2FA_RESET",
		 arena_printf(op->arena, "removed the second factor of admin %s", row.username),
		 SECOND_ON, SECOND_OFF)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

/* ---- password ---- */

/*
 * Whoever sits at somebody's open panel must not be able to take the account over: the current
 * password is asked for, and guesses at it count.
 */
static enum rc
wrong_current(struct op *op, const struct admin *row, const struct attempt_try *t)
{
	struct change c = describe(t->last ? "ADMIN_LOCKOUT" : "ADMIN_PW_CHANGE_FAILED", NULL, row);
	enum rc rc;

	c.note = arena_printf(op->arena, "failed to give the current password of admin %s%s",
	    row->username, t->last ? "; further tries are refused for now" : "");
	if ((rc = attempts_note(op, &c)) != RC_OK)
		return rc;
	return op_fail_field(op, RC_INVALID, "current_password", "This is not your current password.");
}

static enum rc
check_current(struct op *op, const struct admin *row, const struct admin_in *in,
    struct attempt_try *ret_attempt)
{
	bool ok;
	enum rc rc;

	if (!in->current_password || !*in->current_password)
		return op_fail_field(op, RC_INVALID, "current_password",
		    "Please give your current password.");
	if ((rc = attempts_begin_at(op, ATTEMPT_PROOF, row->username, ret_attempt)) != RC_OK ||
	    (rc = app_verify(op, row->password, in->current_password, &ok)) != RC_OK)
		return rc;
	if (!ok)
		return wrong_current(op, row, ret_attempt);
	if (in->password && strcmp(in->password, in->current_password) == 0)
		return op_fail_field(op, RC_INVALID, "password",
		    "Please choose a password other than the current one.");
	return RC_OK;
}

static enum rc
store_password(struct op *op, struct admin *row, const char *stored, const char *keep)
{
	const struct admin before = *row;
	enum rc rc;

	row->password = stored;
	row->modified = op->now;
	row->invited = false;
	if ((rc = store_admin_password(op, row->id, stored, op->now)) != RC_OK ||
	    (rc = mail_links_void(op, row->id)) != RC_OK ||
	    (rc = store_session_delete_admin(op, row->id, keep)) != RC_OK)
		return rc;
	return record(op, "ADMIN_PW_CHANGE", N_("changed password for"), &before, row);
}

enum rc
admin_password(struct op *op, int64_t id, const struct admin_in *in, const char *keep, struct admin *ret)
{
	TX tx = { 0 };
	struct admin checked, row;
	struct attempt_try attempt = { 0 };
	const char *stored;
	int64_t seen;
	enum rc rc;

	if ((rc = admin_get(op, id, &checked)) != RC_OK ||
	    (rc = demo_keep_password(op, checked.username)) != RC_OK ||
	    (rc = rules_password(op, in->password, checked.username, op->conf->admin_min_password,
		 op->conf->admin_scheme)) != RC_OK ||
	    (is_self(op, id) && (rc = check_current(op, &checked, in, &attempt)) != RC_OK) ||
	    (rc = app_hash_admin(op, in->password, &stored)) != RC_OK ||
	    (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = change_replayed(op, "ADMIN_PW_CHANGE", &seen)) != RC_OK ||
	    (rc = admin_get(op, id, &row)) != RC_OK)
		return rc;
	if (!seen && strcmp(row.password, checked.password) != 0)
		return op_fail(op, RC_CONFLICT, "This password was changed just now by somebody else.");
	if (!seen &&
	    ((rc = attempts_clear(op, &attempt)) != RC_OK ||
		(rc = store_password(op, &row, stored, keep)) != RC_OK))
		return rc;
	if (ret)
		*ret = row;
	return tx_commit(&tx);
}

/* ---- removing ---- */

enum rc
admin_delete(struct op *op, int64_t id)
{
	TX tx = { 0 };
	struct admin row;
	struct change c;
	int64_t seen, changed;
	enum rc rc;

	if ((rc = perm_super(op)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = change_replayed(op, "ADMIN_PURGE", &seen)) != RC_OK)
		return rc;
	if (seen != 0 && seen == id)
		return tx_commit(&tx);
	if ((rc = admin_get(op, id, &row)) != RC_OK)
		return rc;
	if (is_self(op, id))
		return op_fail(op, RC_DENIED,
		    "You cannot remove yourself. Another super administrator can.");
	c = describe("ADMIN_PURGE", N_("purged"), &row);
	if ((rc = describe_before(op, &row, &c.before_json)) != RC_OK ||
	    (rc = store_admin_delete(op, id, &changed)) != RC_OK)
		return rc;
	if (changed == 0)
		return refuse_last(op);
	if ((rc = mail_links_void(op, id)) != RC_OK || (rc = change_add(op, &c)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}
