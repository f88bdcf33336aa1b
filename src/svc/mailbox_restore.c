/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Brings a mailbox back that was deleted, by the rules of a new one: its domain has room, its quota
 * is allowed, nobody else has its address. Aliases that went or were cut with it come back where
 * nothing happened to them since; those that were changed, and those whose address is taken, are
 * left alone and counted: whoever changed them knew that the mailbox was gone.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "db/tx.h"
#include "store/alias.h"
#include "store/domain.h"
#include "store/mailbox.h"
#include "store/undo.h"
#include "svc/change.h"
#include "svc/extra.h"
#include "svc/mailbox_int.h"
#include "svc/perm.h"
#include "svc/rules.h"
#include "svc/total.h"

#include <strings.h>

struct restoring {
	int64_t undo_id;
	struct mailbox row;
	size_t back, left;             /* aliases that came back, and that were left alone */
	struct str after, after_far;   /* their targets now, in the actor's domains and elsewhere */
	struct str before, before_far; /* ... and what they were while the mailbox was gone */
};

/* ---- the mailbox ---- */

static enum rc
check_free(struct op *op, const struct mailbox *row)
{
	struct mailbox there;
	enum rc rc = store_mailbox_find(op, row->username, &there);

	if (rc == RC_NOT_FOUND)
		return RC_OK;
	return rc == RC_OK ? op_fail(op, RC_CONFLICT, "There is a mailbox %s again.", row->username)
			   : rc;
}

static bool
names(const char *list, const char *address)
{
	size_t len = strlen(address);

	for (; *list; list += *list == ',') {
		size_t n = strcspn(list, ",");

		if (n == len && strncasecmp(list, address, len) == 0)
			return true;
		list += n;
	}
	return false;
}

/* Looked at when the aliases are back: one of the mailbox's own address may lead to it among others. */
static enum rc
check_alias(struct op *op, const struct mailbox *row)
{
	struct alias alias;
	enum rc rc = store_alias_find(op, row->username, &alias);

	if (rc == RC_NOT_FOUND || (rc == RC_OK && names(alias.goto_, row->username)))
		return RC_OK;
	if (rc != RC_OK)
		return rc;
	return op_fail(op, RC_CONFLICT,
	    "There is an alias %s now that leads to %s. Please remove it first.", alias.address,
	    alias.goto_);
}

static enum rc
check_domain(struct op *op, const struct mailbox *row)
{
	struct domain domain;
	int64_t changed;
	enum rc rc;

	if (row->domain_id == 0)
		return op_fail(op, RC_CONFLICT, "Its domain %s is gone.", row->domain);
	if ((rc = perm_domain(op, row->domain_id, "entry")) != RC_OK ||
	    (rc = store_domain_take_mailbox(op, row->domain_id, !perm_is_super(op), &changed)) != RC_OK)
		return rc;
	if (changed == 0)
		return op_fail(op, RC_CONFLICT, "The domain %s has all the mailboxes it may have.",
		    row->domain);
	rc = store_domain_get(op, row->domain_id, &domain);
	if (rc != RC_OK || (rc = rules_quota(op, NULL, row->quota, domain.max_quota)) != RC_OK)
		return rc;
	return total_check(op, NULL, &domain, -1, row->quota);
}

/* ---- its aliases ---- */

/* One that was removed: only if its address is free and its domain has room. */
static enum rc
add_back(struct op *op, int64_t undo_id, const struct undo_alias *kept, bool *ret_done)
{
	struct alias row = { .address = kept->address,
		.goto_ = kept->goto_,
		.active = kept->active,
		.created = kept->created ? kept->created : op->now, /* dates of zero */
		.domain_id = kept->domain_id };
	int64_t changed = 1;
	enum rc rc = RC_OK;

	*ret_done = false;
	if (kept->id != 0 || kept->domain_id == 0)
		return RC_OK;
	if (!alias_is_self(&row))
		rc = store_domain_take_alias(op, row.domain_id, !perm_is_super(op), &changed);
	if (rc != RC_OK || changed == 0)
		return rc;
	*ret_done = true;
	rc = store_alias_add(op, &row, &row.id);
	return rc == RC_OK ? store_undo_put_alias(op, undo_id, row.id) : rc;
}

/* One that lost an address: only if it is as it was left. */
static enum rc
put_back(struct op *op, const struct undo_alias *kept, bool *ret_done)
{
	const struct alias was = { .address = kept->address, .goto_ = kept->goto_after };
	struct alias row = { .id = kept->id,
		.address = kept->address,
		.goto_ = kept->goto_,
		.active = kept->active_now,
		.modified = op->now,
		.domain_id = kept->domain_id };
	int delta = alias_is_self(&was) - alias_is_self(&row);
	enum rc rc;

	*ret_done = kept->id != 0 && strcmp(kept->goto_now, kept->goto_after) == 0;
	if (!*ret_done || (rc = store_alias_put(op, &row)) != RC_OK || delta == 0)
		return *ret_done ? rc : RC_OK;
	return store_domain_count_alias(op, row.domain_id, delta);
}

static enum rc
restore_alias(struct op *op, struct restoring *r, const struct undo_alias *kept)
{
	bool near, done;
	enum rc rc = kept->goto_after ? put_back(op, kept, &done)
				      : add_back(op, r->undo_id, kept, &done);

	if (rc != RC_OK || (rc = mailbox_near(op, kept->domain_id, &near)) != RC_OK)
		return rc;
	if (!done) {
		r->left++;
		return RC_OK;
	}
	r->back++;
	mailbox_trail_member(near ? &r->before : &r->before_far, kept->address, kept->goto_after);
	mailbox_trail_member(near ? &r->after : &r->after_far, kept->address, kept->goto_);
	return RC_OK;
}

static enum rc
restore_aliases(struct op *op, struct restoring *r)
{
	struct rows kept;
	enum rc rc = store_undo_aliases(op, r->undo_id, &kept);

	for (size_t i = 0; rc == RC_OK && i < kept.n; i++)
		rc = restore_alias(op, r, (const struct undo_alias *)kept.at + i);
	return rc;
}

/* ---- all of it ---- */

static enum rc
record(struct op *op, const struct restoring *r)
{
	const struct mailbox *row = &r->row;
	struct change c = { .action = "MAILBOX_RESTORE",
		.verb = N_("restored"),
		.type = "mailbox",
		.id = row->id,
		.object = row->username,
		.domain_id = row->domain_id };

	c.before_json = r->back > 0 ? mailbox_trail(op, NULL, &r->before, &r->before_far) : NULL;
	c.after_json = mailbox_trail(op, row, &r->after, &r->after_far);
	if (r->back + r->left > 0)
		c.note = arena_printf(op->arena,
		    "restored mailbox %s; aliases: %zu as before, %zu left alone", row->username,
		    r->back, r->left);
	return change_add(op, &c);
}

static enum rc
run(struct op *op, struct restoring *r)
{
	TX tx = { 0 };
	enum rc rc;

	if ((rc = perm_signed_in(op)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK)
		return rc;
	if ((rc = store_undo_mailbox(op, r->undo_id, &r->row)) != RC_OK)
		return rc == RC_NOT_FOUND ? op_fail(op, RC_CONFLICT, "It is not kept any more.") : rc;
	r->row.created = r->row.created ? r->row.created : op->now;
	if ((rc = check_domain(op, &r->row)) != RC_OK || (rc = check_free(op, &r->row)) != RC_OK ||
	    (rc = restore_aliases(op, r)) != RC_OK || (rc = check_alias(op, &r->row)) != RC_OK ||
	    (rc = store_mailbox_add(op, &r->row, &r->row.id)) != RC_OK ||
	    (rc = store_undo_put_details(op, r->undo_id)) != RC_OK ||
	    (rc = extra_load(op, &r->row)) != RC_OK || (rc = record(op, r)) != RC_OK ||
	    (rc = store_undo_drop(op, r->undo_id)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

enum rc
mailbox_restore(struct op *op, int64_t undo_id)
{
	struct restoring r = { .undo_id = undo_id };
	enum rc rc = run(op, &r);

	str_release(&r.before);
	str_release(&r.after);
	str_release(&r.before_far);
	str_release(&r.after_far);
	return rc;
}
