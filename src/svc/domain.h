/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Domains: what may be done with them, by whom, with which checks. Writing is for supers, except
 * enable/disable of one's own.
 */
#ifndef SVC_DOMAIN_H
#define SVC_DOMAIN_H

#include "base/op.h"
#include "model/domain.h"
#include "model/list.h"
#include "svc/growth.h"

struct domain_list {
	struct domain *rows;
	size_t n;
	struct list_info info;
};

/* Starts a form: the configured defaults. */
void domain_defaults(const struct op *op, struct domain_in *ret);
NODISCARD enum rc domain_add(struct op *op, const struct domain_in *in, struct domain *ret);
NODISCARD enum rc domain_get(struct op *op, int64_t id, struct domain *ret);
NODISCARD enum rc domain_find(struct op *op, const char *name, struct domain *ret);
NODISCARD enum rc domain_list(struct op *op, const struct list_in *in, struct domain_list *ret);
NODISCARD enum rc domain_edit(struct op *op, int64_t id, const struct domain_in *in, struct domain *ret);
NODISCARD enum rc domain_set_active(struct op *op, int64_t id, bool active, struct domain *ret);
/* What goes with it: counts for the confirmation page. */
struct domain_impact {
	int64_t mailboxes, aliases, admins;
};
NODISCARD enum rc domain_impact(struct op *op, int64_t id, struct domain_impact *ret);
/*
 * Removes the domain with its mailboxes, aliases, preferences and assignments; stored mail stays on
 * disk. confirm: its name typed.
 */
NODISCARD enum rc domain_delete(struct op *op, int64_t id, const char *confirm);

/* Administrators of a domain. */
struct admin;
struct domain_admins {
	struct admin *rows;
	size_t n;
};
NODISCARD enum rc domain_admins(struct op *op, int64_t id, struct domain_admins *ret_assigned,
    struct domain_admins *ret_possible);
NODISCARD enum rc domain_assign(struct op *op, int64_t id, int64_t admin_id, bool assigned);

/* What its mailboxes take together. Very large domains are not added up. */
struct domain_usage {
	int64_t admins, used, allotted, unlimited; /* bytes; unlimited: mailboxes that may take any */
	bool counted;
	struct growth_list growth;
};
NODISCARD enum rc domain_usage(struct op *op, const struct domain *row, struct domain_usage *ret);
/* Brings a domain back that was kept (undo_keep.h), with all that was in it; RC_CONFLICT where something stands in its way. */
NODISCARD enum rc domain_restore(struct op *op, int64_t undo_id);

#endif
