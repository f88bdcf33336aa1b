/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Domains and who administers them. Owns the rules between a domain's own fields; limits of
 * mailboxes and aliases are enforced where those are made. It must not know HTML or SQL. Decided
 * here: limits may be set below what is there (the list shows it, nothing is removed), and a
 * backup-MX domain may have mailboxes (the flag is often set before they are moved away; Postfix's
 * lookups simply stop finding them, and nothing is lost when it is taken back).
 */
#include "base/base.h"

#include "base/addr.h"
#include "base/arena.h"
#include "base/lang.h"
#include "base/str.h"
#include "conf/conf.h"
#include "db/tx.h"
#include "store/domain.h"
#include "store/undo.h"
#include "svc/change.h"
#include "svc/domain.h"
#include "svc/paging.h"
#include "svc/perm.h"
#include "svc/rules.h"
#include "svc/undo_keep.h"

void
domain_defaults(const struct op *op, struct domain_in *ret)
{
	*ret = (struct domain_in){
		.transport = op->conf->domain_transport,
		.active = true,
		.max_aliases = op->conf->domain_aliases,
		.max_mailboxes = op->conf->domain_mailboxes,
		.max_quota = op->conf->domain_maxquota,
		.quota = op->conf->domain_quota,
	};
}

#define GIVEN(in, m) FIELD_GIVEN(domain_in, (in), m)
#define TAKE(row, in, m)                    \
	do {                                \
		if (GIVEN(in, m))           \
			(row)->m = (in)->m; \
	} while (0)

static void
take(struct domain *row, const struct domain_in *in)
{
	if (GIVEN(in, description))
		row->description = in->description && *in->description ? in->description : NULL;
	TAKE(row, in, transport);
	TAKE(row, in, backupmx);
	TAKE(row, in, active);
	TAKE(row, in, max_aliases);
	TAKE(row, in, max_mailboxes);
	TAKE(row, in, max_quota);
	TAKE(row, in, quota);
	TAKE(row, in, total_quota);
}

/* The default of new mailboxes has to be one that they may have. */
static enum rc
check_quota(struct op *op, const struct domain *row)
{
	struct str size = STR_INIT;
	enum rc rc;

	if (row->max_quota == 0 || (row->quota > 0 && row->quota <= row->max_quota))
		return RC_OK;
	lang_add_size(op->errs.lang, row->max_quota, &size);
	rc = op_fail_field(op, RC_INVALID, "quota",
	    row->quota == 0 ? N_("An unlimited default would defeat the largest quota, %s.")
			    : N_("The default quota is above the largest quota, %s."),
	    str_text(&size));
	str_release(&size);
	return rc;
}

static enum rc
check(struct op *op, const struct domain *row)
{
	if (!row->transport || !*row->transport)
		return op_fail_field(op, RC_INVALID, "transport",
		    "Please give a transport, for example virtual.");
	return check_quota(op, row);
}

static enum rc
read_name(struct op *op, const char *text, const char **ret)
{
	char name[ADDR_DOMAIN_MAX + 1];
	const char *refused;

	if (!text || !*text)
		return op_fail_field(op, RC_INVALID, "domain", "Please give the name of the domain.");
	refused = addr_domain_parse(text, name);
	if (refused)
		return op_fail_field(op, RC_INVALID, "domain", "%s", refused);
	*ret = arena_strdup(op->arena, name);
	return RC_OK;
}

static struct change
describe(const char *action, const char *verb, const struct domain *row)
{
	return (struct change){
		.action = action,
		.verb = verb,
		.type = "domain",
		.id = row->id,
		.object = row->domain,
		.domain_id = row->id,
		.fields = &domain_fields,
	};
}

static enum rc
record(struct op *op, const char *action, const char *verb, const struct domain *before,
    const struct domain *after)
{
	struct change c = describe(action, verb, after);

	c.before = before;
	c.after = after;
	return change_add(op, &c);
}

/* What a super switches off stays off until a super says otherwise: who administers the domain may be why. */
static enum rc
keep_hold(struct op *op, const struct domain *row)
{
	if (row->active)
		return store_domain_release(op, row->id);
	return perm_is_super(op) ? store_domain_hold(op, row->id) : RC_OK;
}

static enum rc
insert(struct op *op, struct domain *row)
{
	enum rc rc = store_domain_add(op, row, &row->id);

	if (rc == RC_CONFLICT)
		return rules_taken(op, "domain", N_("This domain exists already."));
	if (rc != RC_OK || (!row->active && (rc = keep_hold(op, row)) != RC_OK))
		return rc;
	return record(op, "DOMAIN_ADD", N_("added"), NULL, row);
}

enum rc
domain_add(struct op *op, const struct domain_in *in, struct domain *ret)
{
	TX tx = { 0 };
	struct domain_in defaults;
	struct domain row = { .created = op->now };
	int64_t seen;
	enum rc rc;

	domain_defaults(op, &defaults);
	row.transport = defaults.transport;
	row.active = defaults.active;
	row.max_aliases = defaults.max_aliases;
	row.max_mailboxes = defaults.max_mailboxes;
	row.max_quota = defaults.max_quota;
	row.quota = defaults.quota;
	take(&row, in);
	if ((rc = perm_super(op)) != RC_OK || (rc = read_name(op, in->domain, &row.domain)) != RC_OK ||
	    (rc = check(op, &row)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = change_replayed(op, "DOMAIN_ADD", &seen)) != RC_OK)
		return rc;
	row.id = seen;
	if ((!seen && (rc = insert(op, &row)) != RC_OK) || (rc = domain_get(op, row.id, ret)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

/* What does not exist and what is not the actor's get one answer. */
static enum rc
get_for(struct op *op, enum rc found, const struct domain *row)
{
	if (found == RC_NOT_FOUND)
		return op_fail(op, RC_NOT_FOUND, "There is no such domain.");
	return found == RC_OK ? perm_domain(op, row->id, "domain") : found;
}

enum rc
domain_get(struct op *op, int64_t id, struct domain *ret)
{
	enum rc rc = perm_signed_in(op);

	return rc == RC_OK ? get_for(op, store_domain_get(op, id, ret), ret) : rc;
}

enum rc
domain_find(struct op *op, const char *name, struct domain *ret)
{
	char canonical[ADDR_DOMAIN_MAX + 1];
	enum rc rc = perm_signed_in(op);

	if (rc != RC_OK)
		return rc;
	if (!name || addr_domain_parse(name, canonical) != NULL)
		return get_for(op, RC_NOT_FOUND, ret);
	return get_for(op, store_domain_find(op, canonical, ret), ret);
}

enum rc
domain_list(struct op *op, const struct list_in *in, struct domain_list *ret)
{
	static const struct paging paging = { .row = &domain_fields,
		.sorts = store_domain_sorts,
		.rows = store_domain_list,
		.count = store_domain_count };
	struct rows rows;
	enum rc rc;

	if ((rc = perm_signed_in(op)) != RC_OK ||
	    (rc = paging_run(op, &paging, in, &rows, &ret->info)) != RC_OK)
		return rc;
	ret->rows = rows.at;
	ret->n = rows.n;
	return RC_OK;
}

static enum rc
check_name_kept(struct op *op, const struct domain_in *in, const struct domain *row)
{
	const char *name = "";
	enum rc rc;

	if (!GIVEN(in, domain) || !in->domain)
		return RC_OK;
	if ((rc = read_name(op, in->domain, &name)) != RC_OK)
		return rc;
	if (strcmp(name, row->domain) == 0)
		return RC_OK;
	return op_fail_field(op, RC_INVALID, "domain", "The name of a domain cannot be changed.");
}

/* Stores what differs, with its one row of the trail; nothing when nothing does. */
static enum rc
save(struct op *op, const char *action, const char *verb, const struct domain *before,
    struct domain *after)
{
	char rev_before[17], rev_after[17];
	enum rc rc;

	field_rev(&domain_fields, before, rev_before);
	field_rev(&domain_fields, after, rev_after);
	if (strcmp(rev_before, rev_after) == 0)
		return RC_OK;
	after->modified = op->now;
	if ((rc = store_domain_put(op, after)) != RC_OK ||
	    (after->total_quota != before->total_quota &&
		(rc = store_domain_put_total(op, after)) != RC_OK) ||
	    (before->active != after->active && (rc = keep_hold(op, after)) != RC_OK))
		return rc;
	return record(op, action, verb, before, after);
}

enum rc
domain_edit(struct op *op, int64_t id, const struct domain_in *in, struct domain *ret)
{
	TX tx = { 0 };
	struct domain before, after;
	int64_t seen;
	enum rc rc;

	if ((rc = perm_super(op)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = change_replayed(op, "DOMAIN_EDIT", &seen)) != RC_OK ||
	    (rc = domain_get(op, id, &before)) != RC_OK)
		return rc;
	after = before;
	take(&after, in);
	if (!seen &&
	    ((rc = rules_rev(op, &domain_fields, &before, in->rev, "domain")) != RC_OK ||
		(rc = check_name_kept(op, in, &before)) != RC_OK || (rc = check(op, &after)) != RC_OK ||
		(rc = save(op, "DOMAIN_EDIT", N_("edited"), &before, &after)) != RC_OK))
		return rc;
	*ret = after;
	return tx_commit(&tx);
}

static enum rc
check_hold(struct op *op, const struct domain *row)
{
	bool held;
	enum rc rc = store_domain_held(op, row->id, &held);

	if (rc != RC_OK || !held)
		return rc;
	return op_fail(op, RC_DENIED,
	    "A super administrator switched this domain off, and only one can switch it on again.");
}

enum rc
domain_set_active(struct op *op, int64_t id, bool active, struct domain *ret)
{
	TX tx = { 0 };
	struct domain before, after;
	enum rc rc;

	if ((rc = perm_signed_in(op)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = domain_get(op, id, &before)) != RC_OK ||
	    (active && !before.active && !perm_is_super(op) && (rc = check_hold(op, &before)) != RC_OK))
		return rc;
	after = before;
	after.active = active;
	rc = save(op, active ? "DOMAIN_ACTIVATE" : "DOMAIN_DEACTIVATE",
	    active ? N_("activated") : N_("deactivated"), &before, &after);
	if (rc != RC_OK)
		return rc;
	*ret = after;
	return tx_commit(&tx);
}

enum rc
domain_impact(struct op *op, int64_t id, struct domain_impact *ret)
{
	struct domain row;
	enum rc rc = domain_get(op, id, &row);

	return rc == RC_OK ? store_domain_impact(op, id, &ret->mailboxes, &ret->aliases, &ret->admins)
			   : rc;
}

/* The PHP program wrote names as they were typed, so both are compared as we would write them. */
static enum rc
check_confirmed(struct op *op, const struct domain *row, const char *confirm)
{
	char typed[ADDR_DOMAIN_MAX + 1], name[ADDR_DOMAIN_MAX + 1];

	if (confirm && addr_domain_parse(confirm, typed) == NULL &&
	    addr_domain_parse(row->domain, name) == NULL && strcmp(typed, name) == 0)
		return RC_OK;
	return op_fail_field(op, RC_INVALID, "confirm",
	    "Please type the name of the domain to confirm.");
}

/* The row as it was, and how much goes with it. */
static const char *
before_purge(struct op *op, const struct domain *row, const struct domain_impact *n)
{
	struct str before = STR_INIT, after = STR_INIT;
	const char *text;

	field_diff(&domain_fields, row, NULL, &before, &after);
	text = arena_printf(op->arena, "%.*s,\"mailboxes\":%lld,\"aliases\":%lld,\"admins\":%lld}",
	    (int)before.len - 1, str_text(&before), (long long)n->mailboxes, (long long)n->aliases,
	    (long long)n->admins);
	str_release(&before);
	str_release(&after);
	return text;
}

/*
 * Aliases elsewhere that lead to addresses of this domain stay: the domain may go on living on
 * another server. The row of the trail names no domain id, because the foreign key would hold the
 * domain back; its text does.
 */
static enum rc
remove_all(struct op *op, const struct domain *row)
{
	struct domain_impact n;
	struct change c = describe("DOMAIN_PURGE", N_("purged"), row);
	int64_t undo_id;
	enum rc rc;

	if ((rc = store_domain_impact(op, row->id, &n.mailboxes, &n.aliases, &n.admins)) != RC_OK ||
	    (rc = undo_keep_domain(op, row->id, &undo_id)) != RC_OK ||
	    (rc = store_domain_delete(op, row->id)) != RC_OK)
		return rc;
	c.domain_id = 0;
	c.before_json = before_purge(op, row, &n);
	c.note = arena_printf(op->arena, "purged domain %s with %lld mailboxes and %lld aliases",
	    row->domain, (long long)n.mailboxes, (long long)n.aliases);
	return (rc = change_add(op, &c)) == RC_OK ? undo_kept(op, undo_id) : rc;
}

/* ---- bringing back ---- */

static enum rc
refuse_taken(struct op *op, int64_t undo_id)
{
	const char *address = NULL;
	enum rc rc = store_undo_taken(op, undo_id, &address);

	if (rc != RC_OK || !address)
		return rc;
	return op_fail(op, RC_CONFLICT, "%s is there already.", address);
}

enum rc
domain_restore(struct op *op, int64_t undo_id)
{
	TX tx = { 0 };
	struct domain row, there;
	struct change c;
	enum rc rc;

	if ((rc = perm_super(op)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK)
		return rc;
	if ((rc = store_undo_domain(op, undo_id, &row)) != RC_OK)
		return rc == RC_NOT_FOUND ? op_fail(op, RC_CONFLICT, "It is not kept any more.") : rc;
	rc = store_domain_find(op, row.domain, &there);
	if (rc == RC_OK)
		return op_fail(op, RC_CONFLICT, "There is a domain %s again.", row.domain);
	row.created = row.created ? row.created : op->now; /* dates of zero come with old databases */
	if (rc != RC_NOT_FOUND || (rc = refuse_taken(op, undo_id)) != RC_OK ||
	    (rc = store_domain_add(op, &row, &row.id)) != RC_OK ||
	    (rc = store_undo_put_domain(op, undo_id, row.id)) != RC_OK ||
	    (rc = store_undo_drop(op, undo_id)) != RC_OK)
		return rc;
	c = describe("DOMAIN_RESTORE", N_("restored"), &row);
	c.after = &row;
	if ((rc = change_add(op, &c)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

enum rc
domain_delete(struct op *op, int64_t id, const char *confirm)
{
	TX tx = { 0 };
	struct domain row;
	int64_t seen;
	enum rc rc;

	if ((rc = perm_super(op)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = change_replayed(op, "DOMAIN_PURGE", &seen)) != RC_OK)
		return rc;
	if (seen != 0 && seen == id)
		return tx_commit(&tx);
	if ((rc = domain_get(op, id, &row)) != RC_OK ||
	    (rc = check_confirmed(op, &row, confirm)) != RC_OK || (rc = remove_all(op, &row)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}
