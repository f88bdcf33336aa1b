/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of domain and domain_admins. No rules here: who may, and what must hold, is svc/domain.c's. */
#ifndef STORE_DOMAIN_H
#define STORE_DOMAIN_H

#include "db/db.h"
#include "model/domain.h"
#include "model/growth.h"
#include "store/list.h"

extern const char *const store_domain_sorts[]; /* names for store_list.sort, NULL-terminated, the default first */

/* RC_NOT_FOUND without a fault when there is none. */
NODISCARD enum rc store_domain_get(struct op *op, int64_t id, struct domain *ret);
NODISCARD enum rc store_domain_find(struct op *op, const char *name, struct domain *ret);
/* The same among the domains of an administrator (scope; 0 = all), in one statement. */
NODISCARD enum rc store_domain_find_for(struct op *op, int64_t scope, const char *name,
    struct domain *ret);
NODISCARD enum rc store_domain_add(struct op *op, const struct domain *row, int64_t *ret_id);
NODISCARD enum rc store_domain_put(struct op *op, const struct domain *row);
/* What its mailboxes are meant to take together; only where it is another than before. */
NODISCARD enum rc store_domain_put_total(struct op *op, const struct domain *row);
/* The sum of its mailboxes' quotas. */
NODISCARD enum rc store_domain_allotted(struct op *op, int64_t id, int64_t *ret);
/* The same within a transaction that wrote the domain's row: nobody changes it before the end. */
NODISCARD enum rc store_domain_allotted_now(struct op *op, int64_t id, int64_t *ret);
NODISCARD enum rc store_domain_list(struct op *op, const struct store_list *list, struct rows *ret);
NODISCARD enum rc store_domain_count(struct op *op, const struct store_list *list,
    int64_t *ret_total, bool *ret_at_least);
/* *ret_changed is 0 when the limit is reached (limited) or there is no such domain. */
NODISCARD enum rc store_domain_take_mailbox(struct op *op, int64_t id, bool limited,
    int64_t *ret_changed);
NODISCARD enum rc store_domain_take_alias(struct op *op, int64_t id, bool limited, int64_t *ret_changed);
NODISCARD enum rc store_domain_count_mailbox(struct op *op, int64_t id, int64_t delta);
NODISCARD enum rc store_domain_count_alias(struct op *op, int64_t id, int64_t delta);
NODISCARD enum rc store_domain_impact(struct op *op, int64_t id, int64_t *ret_mailboxes,
    int64_t *ret_aliases, int64_t *ret_admins);
/* How many of its mailboxes may take more than that, or any. */
NODISCARD enum rc store_domain_over(struct op *op, int64_t id, int64_t max_quota, int64_t *ret);
/* Number of administrators, bytes used and allotted by its mailboxes (0 unless counted), how many of these have no limit; and its days since one. */
struct store_usage_in {
	bool counted;
	int64_t since;
	size_t days; /* at most */
};
struct store_usage {
	int64_t admins, used, allotted, unlimited;
	struct growth *days;
	size_t n_days;
};
NODISCARD enum rc store_domain_usage(struct op *op, int64_t id, const struct store_usage_in *in,
    struct store_usage *ret);
/* With all that hangs on it; log and archive rows stay without their domain. */
NODISCARD enum rc store_domain_delete(struct op *op, int64_t id);
/* struct admin rows (id, username, super, active), at most 1000. */
NODISCARD enum rc store_domain_admins(struct op *op, int64_t id, bool assigned, struct rows *ret);
/* Was it switched off by a super administrator, whose word it takes to switch it on? */
NODISCARD enum rc store_domain_hold(struct op *op, int64_t id);
NODISCARD enum rc store_domain_release(struct op *op, int64_t id);
NODISCARD enum rc store_domain_held(struct op *op, int64_t id, bool *ret);
NODISCARD enum rc store_domain_assign(struct op *op, int64_t id, int64_t admin_id);
NODISCARD enum rc store_domain_unassign(struct op *op, int64_t id, int64_t admin_id);

/* Up to `limit` struct counted of domains behind that id whose numbers have drifted. */
NODISCARD enum rc store_domain_drifted(struct op *op, int64_t after, int64_t limit, struct rows *ret);
NODISCARD enum rc store_domain_counted(struct op *op, int64_t id, struct counted *ret);
/* Stores mailboxes and aliases of the row as the numbers of its domain. */
NODISCARD enum rc store_domain_recount(struct op *op, const struct counted *row);

#endif
