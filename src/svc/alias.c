/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Aliases. Owns the rules between an alias, the mailbox of the same address, its domain's limit and
 * the ring of all aliases (walked in alias_loop.c). It must not know HTML or SQL. The surprising
 * thing: an alias that leads to itself belongs to its mailbox and is not counted, so an edit that
 * turns one kind into the other moves the domain's count, and its limit is checked then too.
 */
#include "base/base.h"

#include "base/addr.h"
#include "base/arena.h"
#include "db/tx.h"
#include "model/domain.h"
#include "store/alias.h"
#include "store/domain.h"
#include "store/mailbox.h"
#include "svc/alias.h"
#include "svc/alias_loop.h"
#include "svc/autoalias.h"
#include "svc/change.h"
#include "svc/extra.h"
#include "svc/paging.h"
#include "svc/perm.h"
#include "svc/rules.h"

#define GIVEN(in, m) FIELD_GIVEN(alias_in, (in), m)
#define TARGETS_MAX \
	999 /* with the alias itself what Postfix expands (virtual_alias_expansion_limit) */

static const char *
or_null(const char *text)
{
	return text && *text ? text : NULL;
}

/* The usual fields, and what the configuration adds. */
static const struct fields *
whole(const struct op *op)
{
	return extras_of_alias(op->conf, op->arena).row;
}

static struct change
describe(const struct op *op, const char *action, const char *verb, const struct alias *row)
{
	return (struct change){
		.action = action,
		.verb = verb,
		.type = "alias",
		.id = row->id,
		.object = row->address,
		.domain_id = row->domain_id,
		.fields = whole(op),
	};
}

static enum rc
record(struct op *op, const char *action, const char *verb, const struct alias *before,
    const struct alias *after)
{
	struct change c = describe(op, action, verb, after);

	c.before = before;
	c.after = after;
	return change_add(op, &c);
}

static enum rc
record_removed(struct op *op, const char *action, const char *verb, const struct alias *row)
{
	struct change c = describe(op, action, verb, row);

	c.before = row;
	return change_add(op, &c);
}

/* ---- reading ---- */

static enum rc
get_for(struct op *op, enum rc found, struct alias *row)
{
	if (found == RC_NOT_FOUND)
		return op_fail(op, RC_NOT_FOUND, "There is no such alias.");
	if (found == RC_OK)
		found = perm_domain(op, row->domain_id, "alias");
	return found == RC_OK ? extra_alias_load(op, row) : found;
}

enum rc
alias_get(struct op *op, int64_t id, struct alias *ret)
{
	enum rc rc = perm_signed_in(op);

	return rc == RC_OK ? get_for(op, store_alias_get(op, id, ret), ret) : rc;
}

enum rc
alias_find(struct op *op, const char *address, struct alias *ret)
{
	struct addr a;
	enum rc rc = perm_signed_in(op);

	if (rc != RC_OK)
		return rc;
	if (!address || addr_parse(address, ADDR_CATCH_ALL | ADDR_ODD, &a) != NULL)
		return get_for(op, RC_NOT_FOUND, ret);
	return get_for(op, store_alias_find(op, a.full, ret), ret);
}

enum rc
alias_list(struct op *op, const struct list_in *in, struct alias_list *ret)
{
	static const struct paging paging = { .row = &alias_fields,
		.sorts = store_alias_sorts,
		.rows = store_alias_list,
		.count = store_alias_count };
	struct rows rows;
	enum rc rc;

	if ((rc = perm_signed_in(op)) != RC_OK ||
	    (rc = paging_run(op, &paging, in, &rows, &ret->info)) != RC_OK)
		return rc;
	ret->rows = rows.at;
	ret->n = rows.n;
	return RC_OK;
}

/* ---- rules ---- */

static enum rc
check_targets(struct op *op, const char *list)
{
	size_t n = 1;

	if (!or_null(list))
		return op_fail_field(op, RC_INVALID, "goto",
		    "Please give at least one address the alias leads to.");
	for (const char *at = list; (at = strchr(at, ',')) != NULL; at++)
		n++;
	if (n > TARGETS_MAX)
		return op_fail_field(op, RC_INVALID, "goto",
		    "An alias may lead to at most %d addresses.", TARGETS_MAX);
	return RC_OK;
}

/* Only an alias that is in force can lead mail in circles; switching one on is checked again. */
static enum rc
check_loop(struct op *op, const struct alias *row)
{
	return row->active ? alias_loop_check(op, row->address, row->goto_) : RC_OK;
}

static bool
lists(const char *list, const char *address, size_t len)
{
	for (; *list; list += *list == ',') {
		size_t n = strcspn(list, ",");

		if (n == len && memcmp(list, address, len) == 0)
			return true;
		list += n;
	}
	return false;
}

/* What could not be made here, such as root@localhost, stays where it was there before. */
static enum rc
check_spelling(struct op *op, const char *before, const char *after)
{
	enum rc rc = RC_OK;

	for (const char *at = after; *at && rc == RC_OK; at += *at == ',') {
		size_t n = strcspn(at, ",");

		if (!before || !lists(before, at, n))
			rc = rules_target(op, "goto", arena_strndup(op->arena, at, n));
		at += n;
	}
	return rc;
}

/* Where mail is to stay on this server, only targets that were there before may lie elsewhere. */
static enum rc
check_outside(struct op *op, const struct alias *before, const struct alias *after)
{
	const char *at = after->goto_;

	if (!rules_outside_is(op, "refuse"))
		return RC_OK;
	while (*at) {
		size_t n = strcspn(at, ",");
		const char *target = arena_strndup(op->arena, at, n);
		bool outside = false;
		enum rc rc = before && lists(before->goto_, target, n)
		    ? RC_OK
		    : rules_outside(op, target, &outside);

		if (rc != RC_OK)
			return rc;
		if (outside)
			return op_fail_field(op, RC_INVALID, "goto",
			    "Mail may not be forwarded to other servers: %s.", target);
		at += n + (at[n] == ',');
	}
	return RC_OK;
}

/*
 * An alias to itself guards its mailbox against a catch-all: it may lead elsewhere, but not stop
 * working.
 */
static enum rc
check_guard(struct op *op, const struct alias *row)
{
	struct mailbox mb;
	enum rc rc;

	if (!alias_is_self(row))
		return RC_OK;
	rc = store_mailbox_find(op, row->address, &mb);
	if (rc == RC_NOT_FOUND)
		return RC_OK;
	if (rc != RC_OK)
		return rc;
	return op_fail(op, RC_CONFLICT,
	    "This alias belongs to the mailbox %s and keeps a catch-all from taking its mail. "
	    "It goes when the mailbox goes.",
	    row->address);
}

/*
 * Moves the domain's count from one state of an alias (NULL: none) to another, within the limit of
 * those who have one.
 */
static enum rc
count(struct op *op, const struct alias *before, const struct alias *after)
{
	bool was = before && !alias_is_self(before), is = after && !alias_is_self(after);
	int64_t domain_id = before ? before->domain_id : after ? after->domain_id : 0, changed;
	enum rc rc;

	if (was == is)
		return RC_OK;
	if (was)
		return store_domain_count_alias(op, domain_id, -1);
	rc = store_domain_take_alias(op, domain_id, !perm_is_super(op), &changed);
	if (rc != RC_OK || changed > 0)
		return rc;
	return op_fail(op, RC_CONFLICT, "This domain has all the aliases it may have.");
}

/* ---- making ---- */

struct adding {
	struct addr addr;
	const char *field; /* where faults of the address belong: "address" or "local_part" */
	struct domain domain;
	struct alias row;
};

static enum rc
read_parts(struct op *op, const struct alias_in *in, struct addr *ret)
{
	char local[ADDR_LOCAL_MAX + 1] = "", domain[ADDR_DOMAIN_MAX + 1];
	const char *refused;

	if (!or_null(in->domain))
		return op_fail_field(op, RC_INVALID, "domain", "Please choose a domain.");
	if (or_null(in->local_part) && (refused = addr_local_parse_odd(in->local_part, local)) != NULL)
		return op_fail_field(op, RC_INVALID, "local_part", "%s", refused);
	if ((refused = addr_domain_parse(in->domain, domain)) != NULL)
		return op_fail_field(op, RC_INVALID, "domain", "%s", refused);
	refused = addr_parse(arena_printf(op->arena, "%s@%s", local, domain),
	    ADDR_CATCH_ALL | ADDR_ODD, ret);
	return refused ? op_fail_field(op, RC_INVALID, "local_part", "%s", refused)
		       : rules_local(op, "local_part", ret->local);
}

static enum rc
read_address(struct op *op, const struct alias_in *in, struct adding *ret)
{
	const char *refused;
	enum rc rc;

	if (or_null(in->address)) {
		ret->field = "address";
		refused = addr_parse(in->address, ADDR_CATCH_ALL | ADDR_ODD, &ret->addr);
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
refuse_taken(struct op *op, const struct adding *a)
{
	struct mailbox mb;
	const char *text = N_("This alias exists already.");

	if (store_mailbox_find(op, a->addr.full, &mb) == RC_OK)
		text = N_("This address belongs to a mailbox; to forward its mail, edit the alias "
			  "of the same name.");
	return rules_taken(op, a->field, text);
}

/*
 * The address is looked up first, so that a transaction the engine has spoilt need not be asked for
 * the right sentence.
 */
static enum rc
insert(struct op *op, struct adding *a)
{
	struct alias there;
	enum rc rc;

	if ((rc = count(op, NULL, &a->row)) != RC_OK)
		return rc;
	rc = store_alias_find(op, a->addr.full, &there);
	if (rc == RC_OK)
		return refuse_taken(op, a);
	if (rc != RC_NOT_FOUND || (rc = check_outside(op, NULL, &a->row)) != RC_OK ||
	    (rc = check_loop(op, &a->row)) != RC_OK)
		return rc;
	rc = store_alias_add(op, &a->row, &a->row.id);
	if (rc == RC_CONFLICT)
		return rules_taken(op, a->field, N_("This alias exists already."));
	if (rc != RC_OK || (rc = extra_alias_save(op, NULL, &a->row)) != RC_OK ||
	    (rc = autoalias_make(op, a->row.domain_id, a->row.address)) != RC_OK)
		return rc;
	return record(op, "ALIAS_ADD", N_("added"), NULL, &a->row);
}

static void
fill(struct op *op, const struct alias_in *in, struct adding *a)
{
	a->row = (struct alias){
		.address = a->addr.full,
		.goto_ = in->goto_,
		.active = GIVEN(in, active) ? in->active : true,
		.created = op->now,
		.domain_id = a->domain.id,
		.domain = a->domain.domain,
	};
}

enum rc
alias_add(struct op *op, const struct alias_in *in, struct alias *ret)
{
	TX tx = { 0 };
	struct adding *a = ARENA_NEW(op->arena, struct adding);
	int64_t seen;
	enum rc rc;

	if ((rc = perm_signed_in(op)) != RC_OK || (rc = read_address(op, in, a)) != RC_OK ||
	    (rc = check_targets(op, in->goto_)) != RC_OK ||
	    (rc = check_spelling(op, NULL, in->goto_)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = change_replayed(op, "ALIAS_ADD", &seen)) != RC_OK ||
	    (rc = rules_domain(op, "domain", a->addr.domain, &a->domain)) != RC_OK)
		return rc;
	fill(op, in, a);
	if ((rc = extra_alias_take(op, in, true, &a->row)) != RC_OK)
		return rc;
	a->row.id = seen;
	if ((!seen && (rc = insert(op, a)) != RC_OK) || (rc = alias_get(op, a->row.id, ret)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

/* ---- changing ---- */

static enum rc
check_kept(struct op *op, const struct alias_in *in, const struct alias *row)
{
	const char *at = strchr(row->address, '@');
	size_t local = at ? (size_t)(at - row->address) : 0;

	if ((or_null(in->address) && strcmp(in->address, row->address) != 0) ||
	    (or_null(in->local_part) &&
		(strlen(in->local_part) != local || memcmp(in->local_part, row->address, local) != 0)) ||
	    (or_null(in->domain) && strcmp(in->domain, row->domain) != 0))
		return op_fail_field(op, RC_INVALID, or_null(in->address) ? "address" : "local_part",
		    "The address of an alias cannot be changed.");
	return RC_OK;
}

/* Stores what differs, with its one row of the trail; nothing when nothing does. */
static enum rc
save(struct op *op, const char *action, const char *verb, const struct alias *before, struct alias *after)
{
	char rev_before[17], rev_after[17];
	enum rc rc;

	field_rev(whole(op), before, rev_before);
	field_rev(whole(op), after, rev_after);
	if (strcmp(rev_before, rev_after) == 0)
		return RC_OK;
	if ((!after->active && before->active &&
		((rc = check_guard(op, after)) != RC_OK ||
		    (rc = autoalias_check_alias(op, before)) != RC_OK)) ||
	    (rc = check_outside(op, before, after)) != RC_OK ||
	    (rc = check_loop(op, after)) != RC_OK || (rc = count(op, before, after)) != RC_OK)
		return rc;
	after->modified = op->now;
	if ((rc = store_alias_put(op, after)) != RC_OK ||
	    (rc = extra_alias_save(op, before, after)) != RC_OK ||
	    (after->active && (rc = autoalias_make(op, after->domain_id, after->address)) != RC_OK))
		return rc;
	return record(op, action, verb, before, after);
}

enum rc
alias_edit(struct op *op, int64_t id, const struct alias_in *in, struct alias *ret)
{
	TX tx = { 0 };
	struct alias before, after;
	int64_t seen;
	enum rc rc;

	if ((rc = perm_signed_in(op)) != RC_OK ||
	    (GIVEN(in, goto_) && (rc = check_targets(op, in->goto_)) != RC_OK) ||
	    (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = change_replayed(op, "ALIAS_EDIT", &seen)) != RC_OK ||
	    (rc = alias_get(op, id, &before)) != RC_OK ||
	    (GIVEN(in, goto_) && (rc = check_spelling(op, before.goto_, in->goto_)) != RC_OK))
		return rc;
	after = before;
	after.goto_ = GIVEN(in, goto_) ? in->goto_ : before.goto_;
	after.active = GIVEN(in, active) ? in->active : before.active;
	if ((rc = extra_alias_take(op, in, false, &after)) != RC_OK)
		return rc;
	if (!seen &&
	    ((rc = rules_rev(op, whole(op), &before, in->rev, "alias")) != RC_OK ||
		(rc = check_kept(op, in, &before)) != RC_OK ||
		(rc = save(op, "ALIAS_EDIT", N_("edited"), &before, &after)) != RC_OK))
		return rc;
	*ret = after;
	return tx_commit(&tx);
}

enum rc
alias_set_active(struct op *op, int64_t id, bool active, struct alias *ret)
{
	TX tx = { 0 };
	struct alias before, after;
	enum rc rc;

	if ((rc = perm_signed_in(op)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = alias_get(op, id, &before)) != RC_OK)
		return rc;
	after = before;
	after.active = active;
	rc = save(op, active ? "ALIAS_ACTIVATE" : "ALIAS_DEACTIVATE",
	    active ? N_("activated") : N_("deactivated"), &before, &after);
	if (rc != RC_OK)
		return rc;
	*ret = after;
	return tx_commit(&tx);
}

enum rc
alias_delete(struct op *op, int64_t id)
{
	TX tx = { 0 };
	struct alias row;
	int64_t seen;
	enum rc rc;

	if ((rc = perm_signed_in(op)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = change_replayed(op, "ALIAS_DELETE", &seen)) != RC_OK)
		return rc;
	if (seen != 0 && seen == id)
		return tx_commit(&tx);
	if ((rc = alias_get(op, id, &row)) != RC_OK || (rc = check_guard(op, &row)) != RC_OK ||
	    (rc = autoalias_check_alias(op, &row)) != RC_OK ||
	    (rc = store_alias_delete(op, id)) != RC_OK || (rc = count(op, &row, NULL)) != RC_OK ||
	    (rc = record_removed(op, "ALIAS_DELETE", N_("removed"), &row)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}
