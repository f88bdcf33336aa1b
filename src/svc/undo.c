/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Undo. Owns what the opposite of each action is, and that an object must still be as the action
 * left it. The opposite itself is the ordinary service function, so every rule, limit and right
 * holds. What was made is removed only while it was never touched or used; what was edited gets
 * its old values by an ordinary edit; what was deleted comes out of the trail (aliases hold no
 * secret) or out of what was kept aside (undo_keep.h). The surprising thing: passwords are never
 * taken back, because the old one may be the one that somebody got hold of.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/form.h"
#include "base/str.h"
#include "conf/conf.h"
#include "db/tx.h"
#include "model/actor.h"
#include "store/audit.h"
#include "store/domain.h"
#include "store/undo.h"
#include "svc/admin.h"
#include "svc/alias.h"
#include "svc/audit.h"
#include "svc/change.h"
#include "svc/domain.h"
#include "svc/extra.h"
#include "svc/mailbox.h"
#include "svc/mailbox_int.h"
#include "svc/undo.h"

/* One entry on its way back. */
struct undoing {
	const struct audit *entry;
	struct pairs before, after;
};

/* ---- is everything as it was left? ---- */

static enum rc
changed_since(struct op *op, const struct audit *entry)
{
	return op_fail(op, RC_CONFLICT, "%s was changed since.", entry->object);
}

static const struct pair *
pair_of(const struct pairs *pairs, const char *name)
{
	for (size_t i = 0; i < pairs->n; i++)
		if (strcmp(pairs->at[i].name, name) == 0)
			return &pairs->at[i];
	return NULL;
}

static enum rc
read_json(struct op *op, const char *json, struct pairs *ret)
{
	*ret = (struct pairs){ 0 };
	return json ? form_parse_json(json, strlen(json), op->arena, ret, &op->errs) : RC_OK;
}

/* Do the fields that the action set still hold what it put there? */
static enum rc
check_stands(struct op *op, const struct undoing *u, const struct fields *f, const void *row)
{
	struct pairs now;
	struct str s = STR_INIT;
	enum rc rc;

	field_json(f, row, &s);
	rc = read_json(op, str_text(&s), &now);
	str_release(&s);
	for (size_t i = 0; rc == RC_OK && i < u->after.n; i++) {
		const struct pair *is = pair_of(&now, u->after.at[i].name);

		if (is && strcmp(is->text, u->after.at[i].text) != 0)
			rc = changed_since(op, u->entry);
	}
	return rc;
}

/* The old values as the input of an edit; an id or a secret among them cannot be put back. */
static enum rc
old_values(struct op *op, const struct undoing *u, const struct fields *f, void *ret)
{
	for (size_t i = 0; i < u->before.n; i++)
		if (strcmp(u->before.at[i].name, "password") == 0)
			return op_fail(op, RC_CONFLICT,
			    "A password is not put back: the old one may be known to somebody. "
			    "Please set a new one.");
	return field_parse(f, FIELD_PATCH, u->before.at, u->before.n, ret, op->arena, &op->errs);
}

/* Somebody else may have the name by now, or the number. */
static enum rc
check_same(struct op *op, const struct undoing *u, const char *name)
{
	return name && strcmp(name, u->entry->object) == 0 ? RC_OK : changed_since(op, u->entry);
}

static enum rc
in_use(struct op *op, const char *name)
{
	return op_fail(op, RC_CONFLICT,
	    "%s is in use. If it is to go, please delete it on its own page.", name);
}

/* ---- mailboxes ---- */

static enum rc
mailbox_made(struct op *op, const struct undoing *u)
{
	struct mailbox row;
	enum rc rc;

	if ((rc = mailbox_get(op, u->entry->object_id, &row)) != RC_OK ||
	    (rc = check_same(op, u, row.username)) != RC_OK)
		return rc;
	if (row.modified != 0)
		return changed_since(op, u->entry);
	if (row.last_login != 0 || row.used_bytes != 0)
		return in_use(op, row.username);
	return mailbox_delete(op, row.id);
}

/* What the configuration added then may be gone from it. */
static enum rc
check_fields(struct op *op, const struct undoing *u, const struct fields *f)
{
	for (size_t i = 0; i < u->before.n; i++)
		if (extra_named(u->before.at[i].name) && !field_by_name(f, u->before.at[i].name))
			return op_fail(op, RC_CONFLICT,
			    "The configuration of this panel no longer has the field %.64s.",
			    u->before.at[i].name);
	return RC_OK;
}

static enum rc
mailbox_changed(struct op *op, const struct undoing *u)
{
	struct mailbox row;
	const struct extras x = extras_of(op->conf, op->arena);
	struct mailbox_in in = { 0 };
	enum rc rc;

	if ((rc = mailbox_get(op, u->entry->object_id, &row)) != RC_OK ||
	    (rc = check_same(op, u, row.username)) != RC_OK ||
	    (rc = check_fields(op, u, x.row)) != RC_OK || (rc = old_values(op, u, x.in, &in)) != RC_OK ||
	    (rc = check_stands(op, u, x.row, &row)) != RC_OK)
		return rc;
	return mailbox_edit(op, row.id, &in, &row);
}

static enum rc
kept_of(struct op *op, const struct undoing *u, int64_t *ret_undo_id)
{
	enum rc rc = store_undo_of(op, u->entry->id, ret_undo_id);

	return rc == RC_NOT_FOUND
	    ? op_fail(op, RC_CONFLICT, "%s is not kept any more, or was brought back already.",
		  u->entry->object)
	    : rc;
}

static enum rc
mailbox_removed(struct op *op, const struct undoing *u)
{
	int64_t undo_id;
	enum rc rc = kept_of(op, u, &undo_id);

	return rc == RC_OK ? mailbox_restore(op, undo_id) : rc;
}

/* ---- aliases ---- */

static enum rc
alias_made(struct op *op, const struct undoing *u)
{
	struct alias row;
	enum rc rc;

	if ((rc = alias_get(op, u->entry->object_id, &row)) != RC_OK ||
	    (rc = check_same(op, u, row.address)) != RC_OK)
		return rc;
	return row.modified != 0 ? changed_since(op, u->entry) : alias_delete(op, row.id);
}

static enum rc
alias_changed(struct op *op, const struct undoing *u)
{
	const struct extras x = extras_of_alias(op->conf, op->arena);
	struct alias row;
	struct alias_in in = { 0 };
	enum rc rc;

	if ((rc = alias_get(op, u->entry->object_id, &row)) != RC_OK ||
	    (rc = check_same(op, u, row.address)) != RC_OK ||
	    (rc = check_fields(op, u, x.row)) != RC_OK || (rc = old_values(op, u, x.in, &in)) != RC_OK ||
	    (rc = check_stands(op, u, x.row, &row)) != RC_OK)
		return rc;
	return alias_edit(op, row.id, &in, &row);
}

/* Only what an alias is made of: its number, and what was counted, come anew. */
static enum rc
alias_removed(struct op *op, const struct undoing *u)
{
	static const char *const names[] = { "address", "goto", "active" };
	const struct extras x = extras_of_alias(op->conf, op->arena);
	struct pair pairs[ARRAY_LEN(names) + ALIAS_INFO_MAX];
	struct alias_in in = { 0 };
	struct alias row;
	size_t n = 0;
	enum rc rc;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const struct pair *p = pair_of(&u->before, names[i]);

		if (p)
			pairs[n++] = *p;
	}
	for (size_t i = x.n_in; i < x.in->n; i++) {
		const struct pair *p = pair_of(&u->before, x.in->at[i].name);

		if (p)
			pairs[n++] = *p;
	}
	rc = field_parse(x.in, FIELD_WHOLE, pairs, n, &in, op->arena, &op->errs);
	return rc == RC_OK ? alias_add(op, &in, &row) : rc;
}

/* ---- domains ---- */

static enum rc
domain_made(struct op *op, const struct undoing *u)
{
	struct domain_impact n;
	struct domain row;
	enum rc rc;

	if ((rc = domain_get(op, u->entry->object_id, &row)) != RC_OK ||
	    (rc = check_same(op, u, row.domain)) != RC_OK ||
	    (rc = domain_impact(op, row.id, &n)) != RC_OK)
		return rc;
	if (row.modified != 0)
		return changed_since(op, u->entry);
	return n.mailboxes + n.aliases > 0 ? in_use(op, row.domain)
					   : domain_delete(op, row.id, row.domain);
}

static enum rc
domain_changed(struct op *op, const struct undoing *u)
{
	struct domain row;
	struct domain_in in = { 0 };
	enum rc rc;

	if ((rc = domain_get(op, u->entry->object_id, &row)) != RC_OK ||
	    (rc = check_same(op, u, row.domain)) != RC_OK ||
	    (rc = old_values(op, u, &domain_in_fields, &in)) != RC_OK ||
	    (rc = check_stands(op, u, &domain_fields, &row)) != RC_OK)
		return rc;
	/* administrators of a domain may switch it, not edit it */
	if (u->before.n == 1 && pair_of(&u->before, "active"))
		return domain_set_active(op, row.id, in.active, &row);
	return domain_edit(op, row.id, &in, &row);
}

static enum rc
domain_removed(struct op *op, const struct undoing *u)
{
	int64_t undo_id;
	enum rc rc = kept_of(op, u, &undo_id);

	return rc == RC_OK ? domain_restore(op, undo_id) : rc;
}

/* ---- administrators ---- */

static enum rc
admin_made(struct op *op, const struct undoing *u)
{
	struct admin row;
	enum rc rc;

	if ((rc = admin_get(op, u->entry->object_id, &row)) != RC_OK ||
	    (rc = check_same(op, u, row.username)) != RC_OK)
		return rc;
	if (row.modified != 0)
		return changed_since(op, u->entry);
	return row.last_login != 0 ? in_use(op, row.username) : admin_delete(op, row.id);
}

static enum rc
admin_changed(struct op *op, const struct undoing *u)
{
	struct admin row;
	struct admin_in in = { 0 };
	enum rc rc;

	if ((rc = admin_get(op, u->entry->object_id, &row)) != RC_OK ||
	    (rc = check_same(op, u, row.username)) != RC_OK ||
	    (rc = old_values(op, u, &admin_in_fields, &in)) != RC_OK ||
	    (rc = check_stands(op, u, &admin_fields, &row)) != RC_OK)
		return rc;
	return admin_edit(op, row.id, &in, &row);
}

static enum rc
assign(struct op *op, const struct undoing *u, const struct pairs *from, bool assigned)
{
	const struct pair *name = pair_of(from, "domain");
	struct domain row;
	enum rc rc = domain_find(op, name ? name->text : NULL, &row);

	return rc == RC_OK ? domain_assign(op, row.id, u->entry->object_id, assigned) : rc;
}

static enum rc
admin_assigned(struct op *op, const struct undoing *u)
{
	return assign(op, u, &u->after, false);
}

static enum rc
admin_unassigned(struct op *op, const struct undoing *u)
{
	return assign(op, u, &u->before, true);
}

/* ---- the table ---- */

/* clang-format off */
static const struct action {
	const char *name;
	enum rc (*back)(struct op *op, const struct undoing *u);
	bool kept; /* what is needed is not in the entry's JSON */
} actions[] = {
	{ "MAILBOX_ADD", mailbox_made, true },
	{ "MAILBOX_RESTORE", mailbox_made, true },
	{ "MAILBOX_EDIT", mailbox_changed, false },
	{ "MAILBOX_ACTIVATE", mailbox_changed, false },
	{ "MAILBOX_DEACTIVATE", mailbox_changed, false },
	{ "MAILBOX_PURGE", mailbox_removed, true },
	{ "ALIAS_ADD", alias_made, true },
	{ "ALIAS_EDIT", alias_changed, false },
	{ "ALIAS_ACTIVATE", alias_changed, false },
	{ "ALIAS_DEACTIVATE", alias_changed, false },
	{ "ALIAS_DELETE", alias_removed, false },
	{ "DOMAIN_ADD", domain_made, true },
	{ "DOMAIN_EDIT", domain_changed, false },
	{ "DOMAIN_ACTIVATE", domain_changed, false },
	{ "DOMAIN_DEACTIVATE", domain_changed, false },
	{ "DOMAIN_PURGE", domain_removed, true },
	{ "ADMIN_ADD", admin_made, true },
	{ "ADMIN_SUPER", admin_changed, false },
	{ "ADMIN_NORMAL", admin_changed, false },
	{ "ADMIN_ACTIVE", admin_changed, false },
	{ "ADMIN_DEACTIVE", admin_changed, false },
	{ "ADMIN_TO_DOMAIN_ADD", admin_assigned, false },
	{ "ADMIN_TO_DOMAIN_REMOVE", admin_unassigned, false },
};
/* clang-format on */

static const struct action *
action_of(const char *name)
{
	for (size_t i = 0; name && i < ARRAY_LEN(actions); i++)
		if (strcmp(actions[i].name, name) == 0)
			return &actions[i];
	return NULL;
}

bool
undo_known(const char *action)
{
	return action_of(action) != NULL;
}

bool
undo_offered(const struct op *op, const char *action)
{
	const struct action *a = action_of(action);

	return a &&
	    (op->conf->undo_days > 0 || (a->back != mailbox_removed && a->back != domain_removed));
}

static enum rc
refuse_action(struct op *op, const char *action)
{
	if (strstr(action, "_PW_"))
		return op_fail(op, RC_CONFLICT,
		    "A password is not put back: the old one may be known to somebody. "
		    "Please set a new one.");
	if (strcmp(action, "ADMIN_PURGE") == 0)
		return op_fail(op, RC_CONFLICT,
		    "An administrator who was removed does not come back with the old password. "
		    "Please add the account anew.");
	return op_fail(op, RC_CONFLICT, "There is nothing to take back in this entry.");
}

/* A client's repeat: this request took it back already. */
static enum rc
is_repeat(struct op *op, bool *ret)
{
	struct audit row;
	enum rc rc = RC_NOT_FOUND;

	if (op->request_id_given)
		rc = store_audit_by_request(op, op->request_id, &row);
	*ret = rc == RC_OK;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* Entries of older programs have no before and after. */
static enum rc
take_back(struct op *op, const struct audit *entry)
{
	const struct action *action = action_of(entry->action);
	struct undoing u = { .entry = entry };
	enum rc rc;

	if (!action)
		return refuse_action(op, entry->action);
	if (!entry->object || entry->object_id == 0)
		return op_fail(op, RC_CONFLICT,
		    "The program that wrote this entry did not say what was there before.");
	if (!action->kept &&
	    ((rc = read_json(op, entry->before, &u.before)) != RC_OK ||
		(rc = read_json(op, entry->after, &u.after)) != RC_OK))
		return rc;
	op->undoes = entry->id;
	rc = action->back(op, &u);
	op->undoes = 0;
	if (rc != RC_NOT_FOUND)
		return rc;
	err_clear(&op->errs);
	return op_fail(op, RC_CONFLICT, "%s is not there any more.", entry->object);
}

enum rc
undo_this(struct op *op, const struct audit *entry)
{
	TX tx = { 0 };
	const struct change *had = op->changes;
	bool repeat;
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK || (rc = is_repeat(op, &repeat)) != RC_OK)
		return rc;
	if (repeat)
		return tx_commit(&tx);
	if ((rc = take_back(op, entry)) != RC_OK)
		return rc;
	if (op->changes == had)
		return op_fail(op, RC_CONFLICT, "There is nothing to take back: it is so already.");
	return tx_commit(&tx);
}

enum rc
undo_entry(struct op *op, int64_t log_id)
{
	struct audit entry;
	enum rc rc = audit_get(op, log_id, &entry);

	return rc == RC_OK ? undo_this(op, &entry) : rc;
}

enum rc
undo_prune(struct op *op, int64_t now, int64_t *ret_removed)
{
	TX tx = { 0 };
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK || (rc = store_undo_prune(op, now, ret_removed)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}
