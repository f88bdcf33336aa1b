/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which administrators look after which domain, for supers only; and what a domain takes, which is
 * asked together with their number. Assigning what is assigned
 * already, or taking away what is not, is done without a word and without a row of the trail.
 * Supers may be assigned too: it counts again when they are supers no longer.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "db/tx.h"
#include "model/admin.h"
#include "store/admin.h"
#include "store/domain.h"
#include "svc/admin.h"
#include "svc/change.h"
#include "svc/domain.h"
#include "svc/growth.h"
#include "svc/perm.h"

#define COUNTED_MAX 20000 /* mailboxes that are added up while somebody waits */

enum rc
domain_usage(struct op *op, const struct domain *row, struct domain_usage *ret)
{
	const struct store_usage_in in = { row->mailbox_count <= COUNTED_MAX, growth_since(op),
		GROWTH_DAYS + 1 };
	struct store_usage found;
	enum rc rc = perm_domain(op, row->id, "domain");

	if (rc != RC_OK || (rc = store_domain_usage(op, row->id, &in, &found)) != RC_OK)
		return rc;
	*ret = (struct domain_usage){ .admins = found.admins,
		.used = found.used,
		.allotted = found.allotted,
		.unlimited = found.unlimited,
		.counted = in.counted,
		.growth = { .rows = found.days, .n = found.n_days } };
	return RC_OK;
}

enum rc
domain_admins(struct op *op, int64_t id, struct domain_admins *ret_assigned,
    struct domain_admins *ret_possible)
{
	struct rows assigned, possible;
	struct domain row;
	enum rc rc;

	if ((rc = perm_super(op)) != RC_OK || (rc = domain_get(op, id, &row)) != RC_OK ||
	    (rc = store_domain_admins(op, id, true, &assigned)) != RC_OK ||
	    (rc = store_domain_admins(op, id, false, &possible)) != RC_OK)
		return rc;
	*ret_assigned = (struct domain_admins){ assigned.at, assigned.n };
	*ret_possible = (struct domain_admins){ possible.at, possible.n };
	return RC_OK;
}

static enum rc
record(struct op *op, const struct domain *d, const struct admin *a, bool assigned)
{
	struct str json = STR_INIT;
	struct change c = { .action = assigned ? "ADMIN_TO_DOMAIN_ADD" : "ADMIN_TO_DOMAIN_REMOVE",
		.type = "admin",
		.id = a->id,
		.object = a->username,
		.domain_id = d->id };

	STR_LIT(&json, "{\"domain\":");
	str_add_json(&json, d->domain);
	str_addc(&json, '}');
	c.before_json = assigned ? NULL : arena_strdup(op->arena, str_text(&json));
	c.after_json = assigned ? arena_strdup(op->arena, str_text(&json)) : NULL;
	str_release(&json);
	c.note = assigned
	    ? arena_printf(op->arena, "added admin %s to domain %s", a->username, d->domain)
	    : arena_printf(op->arena, "removed admin %s from domain %s", a->username, d->domain);
	return change_add(op, &c);
}

enum rc
domain_assign(struct op *op, int64_t id, int64_t admin_id, bool assigned)
{
	TX tx = { 0 };
	struct domain d;
	struct admin a;
	bool is;
	enum rc rc;

	if ((rc = perm_super(op)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = domain_get(op, id, &d)) != RC_OK || (rc = admin_get(op, admin_id, &a)) != RC_OK ||
	    (rc = store_admin_has_domain(op, admin_id, id, &is)) != RC_OK)
		return rc;
	if (is == assigned)
		return tx_commit(&tx);
	rc = assigned ? store_domain_assign(op, id, admin_id) : store_domain_unassign(op, id, admin_id);
	if (rc != RC_OK || (rc = record(op, &d, &a, assigned)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}
