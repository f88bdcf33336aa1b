/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Removing a mailbox and what leads to it: aliases that lead to it alone go, from all others it is
 * cut out, in whatever domain they lie, in one transaction and one row of the trail. Stored mail
 * stays on disk. The surprising thing: domain administrators neither see nor are told of aliases in
 * domains that are not theirs, yet those are cut too; the row of the trail keeps them under a key
 * of their own ("elsewhere", always last) that svc/audit leaves out for such readers. What goes is
 * kept aside for a while (undo_keep.h), so that it can be taken back.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "db/tx.h"
#include "store/alias.h"
#include "store/domain.h"
#include "store/mailbox.h"
#include "svc/autoalias.h"
#include "svc/change.h"
#include "svc/extra.h"
#include "svc/mailbox_int.h"
#include "svc/perm.h"
#include "svc/reach.h"
#include "svc/undo_keep.h"

/* One mailbox on its way out. */
struct removing {
	struct mailbox row;
	int64_t undo_id;                  /* where it is kept for a while */
	size_t removed, changed;          /* aliases */
	struct str before, after;         /* JSON members of aliases in the actor's domains ... */
	struct str before_far, after_far; /* ... and elsewhere */
};

void
mailbox_trail_member(struct str *out, const char *key, const char *value)
{
	if (out->len > 0)
		str_addc(out, ',');
	str_add_json(out, key);
	str_addc(out, ':');
	str_add_json(out, value);
}

/* Keeps the domain's count right: it counts aliases that lead elsewhere than to themselves. */
static enum rc
count(struct op *op, const struct alias *before, const struct alias *after)
{
	int delta = (after && !alias_is_self(after)) - !alias_is_self(before);

	return delta != 0 ? store_domain_count_alias(op, before->domain_id, delta) : RC_OK;
}

static enum rc
store(struct op *op, struct removing *r, const struct alias *before, struct alias *after)
{
	enum rc rc;

	if (!*after->goto_) {
		r->removed++;
		rc = store_alias_delete(op, before->id);
		return rc == RC_OK ? count(op, before, NULL) : rc;
	}
	r->changed++;
	after->modified = op->now;
	rc = store_alias_put(op, after);
	return rc == RC_OK ? count(op, before, after) : rc;
}

static enum rc
cut_alias(struct op *op, struct removing *r, const struct alias *before)
{
	struct alias after = *before;
	bool near;
	enum rc rc;

	after.goto_ = reach_without(op, before->goto_, r->row.username);
	rc = undo_keep_alias(op, r->undo_id, before, *after.goto_ ? after.goto_ : NULL);
	if (rc != RC_OK)
		return rc;
	if ((rc = mailbox_near(op, before->domain_id, &near)) != RC_OK ||
	    (rc = store(op, r, before, &after)) != RC_OK)
		return rc;
	mailbox_trail_member(near ? &r->before : &r->before_far, before->address, before->goto_);
	mailbox_trail_member(near ? &r->after : &r->after_far, before->address,
	    *after.goto_ ? after.goto_ : NULL);
	if (near)
		change_also(op,
		    &(const struct change){ .action = *after.goto_ ? "ALIAS_EDIT" : "ALIAS_DELETE",
			.verb = *after.goto_ ? N_("edited") : N_("removed"),
			.type = "alias",
			.id = before->id,
			.object = before->address,
			.domain_id = before->domain_id,
			.fields = &alias_fields,
			.before = before,
			.after = *after.goto_ ? &after : NULL });
	return RC_OK;
}

const char *
mailbox_trail(struct op *op, const struct mailbox *row, const struct str *near, const struct str *far)
{
	struct str fields = STR_INIT, none = STR_INIT, out = STR_INIT;
	const char *text;

	if (row) {
		field_diff(extras_of(op->conf, op->arena).row, row, NULL, &fields, &none);
		str_addn(&out, str_text(&fields), fields.len - 1);
		STR_LIT(&out, ",");
	} else {
		STR_LIT(&out, "{");
	}
	str_addf(&out, "\"aliases\":{%s}", str_text(near));
	if (far->len > 0)
		str_addf(&out, ",\"elsewhere\":{%s}", str_text(far));
	STR_LIT(&out, "}");
	text = arena_strdup(op->arena, str_text(&out));
	str_release(&fields);
	str_release(&none);
	str_release(&out);
	return text;
}

static enum rc
record(struct op *op, const struct removing *r)
{
	const struct mailbox *row = &r->row;
	struct change c = { .action = "MAILBOX_PURGE",
		.verb = N_("purged"),
		.type = "mailbox",
		.id = row->id,
		.object = row->username,
		.domain_id = row->domain_id };

	c.before_json = mailbox_trail(op, row, &r->before, &r->before_far);
	c.after_json = r->removed + r->changed > 0 ? mailbox_trail(op, NULL, &r->after, &r->after_far)
						   : NULL;
	if (r->removed + r->changed > 0)
		c.note = arena_printf(op->arena, "purged mailbox %s; aliases: %zu removed, %zu changed",
		    row->username, r->removed, r->changed);
	return change_add(op, &c);
}

static enum rc
remove_all(struct op *op, struct removing *r)
{
	struct rows aliases;
	enum rc rc;

	if ((rc = undo_keep_mailbox(op, r->row.id, &r->undo_id)) != RC_OK ||
	    (rc = store_alias_naming(op, r->row.username, REACH_NAMING_MAX, &aliases)) != RC_OK)
		return rc;
	for (size_t i = 0; i < aliases.n; i++)
		if ((rc = cut_alias(op, r, (const struct alias *)aliases.at + i)) != RC_OK)
			return rc;
	if ((rc = store_mailbox_delete(op, r->row.id)) != RC_OK ||
	    (rc = store_domain_count_mailbox(op, r->row.domain_id, -1)) != RC_OK)
		return rc;
	return (rc = record(op, r)) == RC_OK ? undo_kept(op, r->undo_id) : rc;
}

static enum rc
run(struct op *op, int64_t id, struct removing *r)
{
	TX tx = { 0 };
	int64_t seen;
	enum rc rc;

	if ((rc = perm_signed_in(op)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = change_replayed(op, "MAILBOX_PURGE", &seen)) != RC_OK)
		return rc;
	if (seen != 0 && seen == id)
		return tx_commit(&tx);
	if ((rc = mailbox_get(op, id, &r->row)) != RC_OK ||
	    (rc = autoalias_check_target(op, r->row.username)) != RC_OK ||
	    (rc = remove_all(op, r)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

enum rc
mailbox_delete(struct op *op, int64_t id)
{
	struct removing r = { 0 };
	enum rc rc = run(op, id, &r);

	str_release(&r.before);
	str_release(&r.after);
	str_release(&r.before_far);
	str_release(&r.after_far);
	return rc;
}
