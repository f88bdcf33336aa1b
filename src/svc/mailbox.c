/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mailboxes: reading, making, changing; mailbox_delete.c removes them. Owns the rules between a
 * mailbox, its domain's limits and the aliases of the same address. It must not know HTML or SQL.
 * The surprising thing: the order of statements in an add. The domain's row is counted up first, by
 * one conditional statement that also locks it, so that a hundred adds at the limit let exactly one
 * through and whatever is read afterwards holds until the commit.
 */
#include "base/base.h"

#include "base/addr.h"
#include "base/arena.h"
#include "conf/conf.h"
#include "db/tx.h"
#include "model/domain.h"
#include "store/alias.h"
#include "store/domain.h"
#include "store/mailbox.h"
#include "svc/access.h"
#include "svc/autoalias.h"
#include "svc/change.h"
#include "svc/extra.h"
#include "svc/held.h"
#include "svc/mail.h"
#include "svc/mailbox_int.h"
#include "svc/owner_invite.h"
#include "svc/paging.h"
#include "svc/perm.h"
#include "svc/rules.h"
#include "svc/total.h"

#define GIVEN(in, m) FIELD_GIVEN(mailbox_in, (in), m)

/* Empty text is absent text. */
static const char *
or_null(const char *text)
{
	return text && *text ? text : NULL;
}

/* The table of a whole row, with what the configuration adds to it. */
static const struct fields *
whole(struct op *op)
{
	return extras_of(op->conf, op->arena).row;
}

static struct change
describe(struct op *op, const char *action, const char *verb, const struct mailbox *row)
{
	return (struct change){
		.action = action,
		.verb = verb,
		.type = "mailbox",
		.id = row->id,
		.object = row->username,
		.domain_id = row->domain_id,
		.fields = whole(op),
	};
}

static enum rc
record(struct op *op, const char *action, const char *verb, const struct mailbox *before,
    const struct mailbox *after)
{
	struct change c = describe(op, action, verb, after);

	c.before = before;
	c.after = after;
	return change_add(op, &c);
}

/* ---- reading ---- */

static enum rc
get_for(struct op *op, enum rc found, struct mailbox *row)
{
	if (found == RC_NOT_FOUND)
		return op_fail(op, RC_NOT_FOUND, "There is no such mailbox.");
	if (found == RC_OK)
		found = perm_domain(op, row->domain_id, "mailbox");
	return found == RC_OK ? extra_load(op, row) : found;
}

enum rc
mailbox_get(struct op *op, int64_t id, struct mailbox *ret)
{
	enum rc rc = perm_signed_in(op);

	return rc == RC_OK ? get_for(op, store_mailbox_get(op, id, ret), ret) : rc;
}

enum rc
mailbox_find(struct op *op, const char *address, struct mailbox *ret)
{
	struct addr a;
	enum rc rc = perm_signed_in(op);

	if (rc != RC_OK)
		return rc;
	if (!address || addr_parse(address, ADDR_ODD, &a) != NULL)
		return get_for(op, RC_NOT_FOUND, ret);
	return get_for(op, store_mailbox_find(op, a.full, ret), ret);
}

enum rc
mailbox_list(struct op *op, const struct list_in *in, struct mailbox_list *ret)
{
	static const struct paging paging = { .row = &mailbox_fields,
		.sorts = store_mailbox_sorts,
		.rows = store_mailbox_list,
		.count = store_mailbox_count };
	struct rows rows;
	enum rc rc;

	if ((rc = perm_signed_in(op)) != RC_OK ||
	    (rc = paging_run(op, &paging, in, &rows, &ret->info)) != RC_OK)
		return rc;
	ret->rows = rows.at;
	ret->n = rows.n;
	return RC_OK;
}

/* ---- making ---- */

/* One new mailbox on its way into the database. */
struct adding {
	struct addr addr;
	const char *field; /* where faults of the address belong: "address" or "local_part" */
	struct domain domain;
	struct mailbox row;
	bool welcome; /* a mail with its settings is its first */
	bool invite;  /* its owner is mailed a link, elsewhere */
};

static enum rc
read_parts(struct op *op, const struct mailbox_in *in, struct addr *ret)
{
	char local[ADDR_LOCAL_MAX + 1], domain[ADDR_DOMAIN_MAX + 1];
	const char *refused;

	if (!or_null(in->local_part))
		return op_fail_field(op, RC_INVALID, "local_part",
		    "Please give the part in front of the @.");
	if (!or_null(in->domain))
		return op_fail_field(op, RC_INVALID, "domain", "Please choose a domain.");
	if ((refused = addr_local_parse_odd(in->local_part, local)) != NULL)
		return op_fail_field(op, RC_INVALID, "local_part", "%s", refused);
	if ((refused = addr_domain_parse(in->domain, domain)) != NULL)
		return op_fail_field(op, RC_INVALID, "domain", "%s", refused);
	refused = addr_parse(arena_printf(op->arena, "%s@%s", local, domain), ADDR_ODD, ret);
	return refused ? op_fail_field(op, RC_INVALID, "local_part", "%s", refused)
		       : rules_local(op, "local_part", ret->local);
}

static enum rc
read_address(struct op *op, const struct mailbox_in *in, struct adding *ret)
{
	const char *refused;
	enum rc rc;

	if (or_null(in->address)) {
		ret->field = "address";
		refused = addr_parse(in->address, ADDR_ODD, &ret->addr);
		if (refused)
			return op_fail_field(op, RC_INVALID, "address", "%s", refused);
		if ((rc = rules_local(op, "address", ret->addr.local)) != RC_OK)
			return rc;
		return rules_domain(op, "address", ret->addr.domain, &ret->domain);
	}
	ret->field = "local_part";
	if ((rc = read_parts(op, in, &ret->addr)) != RC_OK)
		return rc;
	return rules_domain(op, "domain", ret->addr.domain, &ret->domain);
}

static enum rc
fill(struct op *op, const struct mailbox_in *in, struct adding *a)
{
	enum rc rc;

	a->row = (struct mailbox){
		.username = a->addr.full,
		.local_part = a->addr.local,
		.name = or_null(in->name),
		.alt_email = or_null(in->alt_email),
		.quota = GIVEN(in, quota) ? in->quota : a->domain.quota,
		.active = GIVEN(in, active) ? in->active : true,
		.created = op->now,
		.domain_id = a->domain.id,
		.domain = a->domain.domain,
	};
	a->welcome = in->welcome_email;
	a->invite = in->invite;
	if ((rc = access_take(op, in->access_restriction, NULL, &a->row.access_restriction)) != RC_OK ||
	    (rc = extra_take(op, in, true, &a->row)) != RC_OK)
		return rc;
	if (a->welcome && !conf_mail_on(&op->conf->mail))
		return op_fail_field(op, RC_INVALID, "welcome_email",
		    "This panel sends no mail: its configuration names no mail server.");
	if (a->invite && (rc = owner_invite_check(op, &a->row, "invite")) != RC_OK)
		return rc;
	return rules_quota(op, "quota", a->row.quota, a->domain.max_quota);
}

static enum rc
queue_welcome(struct op *op, const struct mailbox *row)
{
	const struct mail_job job = { .kind = "welcome",
		.to = row->username,
		.mailbox_id = row->id,
		.domain_id = row->domain_id,
		.at = op->now };

	return mail_queue(op, &job);
}

/* Counts the domain up, for those who are limited only as far as its limit goes. */
static enum rc
take_place(struct op *op, const struct adding *a)
{
	int64_t changed;
	enum rc rc = op->held
	    ? held_take_mailbox(op, &a->domain, &changed)
	    : store_domain_take_mailbox(op, a->domain.id, !perm_is_super(op), &changed);

	if (rc == RC_OK && changed > 0)
		rc = total_check(op, "quota", &a->domain, -1, a->row.quota);
	if (rc != RC_OK || changed > 0)
		return rc;
	return op_fail(op, RC_CONFLICT, "The domain %s has all the mailboxes it may have.",
	    a->domain.domain);
}

/*
 * An alias of that address that leads elsewhere would take the new mailbox's mail. *ret_self: an
 * alias that leads to the mailbox is there already, left over or made ahead.
 */
static enum rc
check_alias(struct op *op, const struct adding *a, bool *ret_self)
{
	struct alias alias;
	enum rc rc = store_alias_find(op, a->addr.full, &alias);

	*ret_self = rc == RC_OK;
	if (rc == RC_NOT_FOUND || (rc == RC_OK && alias_is_self(&alias)))
		return RC_OK;
	if (rc != RC_OK)
		return rc;
	return op_fail_field(op, RC_CONFLICT, a->field,
	    "There is an alias %s that leads to %s; it would take this mailbox's mail. "
	    "Please remove that alias first.",
	    alias.address, alias.goto_);
}

static enum rc
add_self_alias(struct op *op, const struct adding *a)
{
	struct alias alias = { .address = a->addr.full,
		.goto_ = a->addr.full,
		.active = true,
		.created = op->now,
		.domain_id = a->domain.id };

	return store_alias_add(op, &alias, &alias.id);
}

static enum rc
insert(struct op *op, struct adding *a)
{
	bool self;
	enum rc rc;

	if ((rc = take_place(op, a)) != RC_OK)
		return rc;
	if (op->held && !a->welcome && !a->invite && held_takes_mailboxes(op->held))
		return held_add_mailbox(op, &a->row);
	if ((rc = check_alias(op, a, &self)) != RC_OK)
		return rc;
	rc = store_mailbox_add(op, &a->row, &a->row.id);
	if (rc == RC_CONFLICT)
		return rules_taken(op, a->field, N_("This mailbox exists already."));
	if (rc != RC_OK || (rc = extra_save(op, NULL, &a->row)) != RC_OK)
		return rc;
	if (op->conf->mailbox_aliases && !self && (rc = add_self_alias(op, a)) != RC_OK)
		return rc;
	if ((rc = autoalias_make(op, a->row.domain_id, a->row.username)) != RC_OK)
		return rc;
	if ((a->welcome && (rc = queue_welcome(op, &a->row)) != RC_OK) ||
	    (a->invite && (rc = owner_invite_queue(op, &a->row)) != RC_OK))
		return rc;
	return record(op, "MAILBOX_ADD",
	    a->invite ? N_("added and invited the owner of") : N_("added"), NULL, &a->row);
}

enum rc
mailbox_add(struct op *op, const struct mailbox_in *in, struct mailbox *ret, const char **ret_password)
{
	TX tx = { 0 };
	struct adding *a = ARENA_NEW(op->arena, struct adding);
	struct mailbox_secret secret;
	int64_t seen;
	enum rc rc;

	if ((rc = perm_signed_in(op)) != RC_OK || (rc = read_address(op, in, a)) != RC_OK ||
	    (rc = fill(op, in, a)) != RC_OK ||
	    (rc = mailbox_secret(op, in, a->addr.full, &secret)) != RC_OK ||
	    (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = change_replayed(op, "MAILBOX_ADD", &seen)) != RC_OK ||
	    (rc = rules_domain(op, "domain", a->addr.domain, &a->domain)) != RC_OK ||
	    (rc = fill(op, in, a)) != RC_OK)
		return rc;
	a->row.id = seen;
	a->row.password = secret.stored;
	if (!seen && (rc = insert(op, a)) != RC_OK)
		return rc;
	if (a->row.id == 0) /* held back: an import looks at none of them again */
		*ret = a->row;
	else if ((rc = mailbox_get(op, a->row.id, ret)) != RC_OK)
		return rc;
	if (ret_password)
		*ret_password = seen ? NULL : secret.made;
	return tx_commit(&tx);
}

/* ---- changing ---- */

static enum rc
check_kept(struct op *op, const struct mailbox_in *in, const struct mailbox *row)
{
	if ((or_null(in->address) && strcmp(in->address, row->username) != 0) ||
	    (or_null(in->local_part) && strcmp(in->local_part, row->local_part) != 0) ||
	    (or_null(in->domain) && strcmp(in->domain, row->domain) != 0))
		return op_fail_field(op, RC_INVALID, or_null(in->address) ? "address" : "local_part",
		    "The address of a mailbox cannot be changed.");
	return RC_OK;
}

/*
 * A quota above a maximum that was lowered later may stay as it is, but not move to another such
 * value.
 */
static enum rc
check_quota(struct op *op, const struct mailbox *before, const struct mailbox *after)
{
	struct domain domain;
	enum rc rc;

	if (after->quota == before->quota)
		return RC_OK;
	rc = store_domain_get(op, after->domain_id, &domain);
	if (rc != RC_OK || (rc = rules_quota(op, "quota", after->quota, domain.max_quota)) != RC_OK)
		return rc;
	return total_check(op, "quota", &domain, before->quota, after->quota);
}

static enum rc
take(struct op *op, struct mailbox *row, const struct mailbox_in *in)
{
	enum rc rc = extra_take(op, in, false, row);

	if (GIVEN(in, name))
		row->name = or_null(in->name);
	if (GIVEN(in, alt_email))
		row->alt_email = or_null(in->alt_email);
	if (GIVEN(in, quota))
		row->quota = in->quota;
	if (GIVEN(in, active))
		row->active = in->active;
	if (rc != RC_OK || !GIVEN(in, access_restriction))
		return rc;
	return access_take(op, in->access_restriction, row->access_restriction,
	    &row->access_restriction);
}

/* Stores what differs, with its one row of the trail; nothing when nothing does. */
static enum rc
save(struct op *op, const char *action, const char *verb, const struct mailbox *before,
    struct mailbox *after)
{
	char rev_before[17], rev_after[17];
	enum rc rc;

	field_rev(whole(op), before, rev_before);
	field_rev(whole(op), after, rev_after);
	if (strcmp(rev_before, rev_after) == 0)
		return RC_OK;
	after->modified = op->now;
	if ((before->active && !after->active &&
		(rc = autoalias_check_target(op, after->username)) != RC_OK) ||
	    (after->active && (rc = autoalias_make(op, after->domain_id, after->username)) != RC_OK) ||
	    (rc = store_mailbox_put(op, after)) != RC_OK || (rc = extra_save(op, before, after)) != RC_OK)
		return rc;
	return record(op, action, verb, before, after);
}

/* A made password could not be given back by an edit. */
static enum rc
edit_secret(struct op *op, const struct mailbox_in *in, const char *account, struct mailbox_secret *ret)
{
	*ret = (struct mailbox_secret){ 0 };
	if (in->generate)
		return op_fail_field(op, RC_INVALID, "generate",
		    "A password can be made when the mailbox is added or its password is reset.");
	return or_null(in->password) || or_null(in->hash) ? mailbox_secret(op, in, account, ret) : RC_OK;
}

enum rc
mailbox_edit(struct op *op, int64_t id, const struct mailbox_in *in, struct mailbox *ret)
{
	TX tx = { 0 };
	struct mailbox before, after;
	struct mailbox_secret secret;
	int64_t seen;
	enum rc rc;

	if ((rc = mailbox_get(op, id, &before)) != RC_OK ||
	    (rc = edit_secret(op, in, before.username, &secret)) != RC_OK ||
	    (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = change_replayed(op, "MAILBOX_EDIT", &seen)) != RC_OK ||
	    (rc = mailbox_get(op, id, &before)) != RC_OK)
		return rc;
	after = before;
	after.password = secret.stored ? secret.stored : before.password;
	if (!seen &&
	    ((rc = rules_rev(op, whole(op), &before, in->rev, "mailbox")) != RC_OK ||
		(rc = check_kept(op, in, &before)) != RC_OK || (rc = take(op, &after, in)) != RC_OK ||
		(rc = check_quota(op, &before, &after)) != RC_OK ||
		(rc = save(op, "MAILBOX_EDIT", N_("edited"), &before, &after)) != RC_OK))
		return rc;
	*ret = after;
	return tx_commit(&tx);
}

enum rc
mailbox_password(struct op *op, int64_t id, const struct mailbox_in *in, struct mailbox *ret,
    const char **ret_password)
{
	TX tx = { 0 };
	struct mailbox before, after;
	struct mailbox_secret secret;
	int64_t seen;
	enum rc rc;

	if ((rc = mailbox_get(op, id, &before)) != RC_OK ||
	    (rc = mailbox_secret(op, in, before.username, &secret)) != RC_OK ||
	    (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = change_replayed(op, "MAILBOX_PW_CHANGE", &seen)) != RC_OK ||
	    (rc = mailbox_get(op, id, &before)) != RC_OK)
		return rc;
	after = before;
	after.password = secret.stored;
	if (!seen &&
	    ((rc = rules_rev(op, whole(op), &before, in->rev, "mailbox")) != RC_OK ||
		(rc = save(op, "MAILBOX_PW_CHANGE", N_("changed password for"), &before, &after)) != RC_OK))
		return rc;
	if (ret)
		*ret = after;
	if (ret_password)
		*ret_password = seen ? NULL : secret.made;
	return tx_commit(&tx);
}

enum rc
mailbox_set_active(struct op *op, int64_t id, bool active, struct mailbox *ret)
{
	TX tx = { 0 };
	struct mailbox before, after;
	enum rc rc;

	if ((rc = perm_signed_in(op)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = mailbox_get(op, id, &before)) != RC_OK)
		return rc;
	after = before;
	after.active = active;
	rc = save(op, active ? "MAILBOX_ACTIVATE" : "MAILBOX_DEACTIVATE",
	    active ? N_("activated") : N_("deactivated"), &before, &after);
	if (rc != RC_OK)
		return rc;
	*ret = after;
	return tx_commit(&tx);
}
