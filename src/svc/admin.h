/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Administrators: managed by supers; everyone changes the own password. Nobody can disable, demote
 * or remove oneself or the last super.
 */
#ifndef SVC_ADMIN_H
#define SVC_ADMIN_H

#include "base/op.h"
#include "model/admin.h"
#include "model/domain.h"
#include "model/list.h"

struct admin_list {
	struct admin *rows;
	size_t n;
	struct list_info info;
};

NODISCARD enum rc admin_add(struct op *op, const struct admin_in *in, struct admin *ret);
NODISCARD enum rc admin_get(struct op *op, int64_t id, struct admin *ret);
NODISCARD enum rc admin_find(struct op *op, const char *username, struct admin *ret);
NODISCARD enum rc admin_list(struct op *op, const struct list_in *in, struct admin_list *ret);
/* super and active; ends the administrator's sessions when rights shrink. */
NODISCARD enum rc admin_edit(struct op *op, int64_t id, const struct admin_in *in, struct admin *ret);
NODISCARD enum rc admin_set_active(struct op *op, int64_t id, bool active, struct admin *ret);
/*
 * Own: current_password is needed. Ends all other sessions of that administrator (keep: id hash of
 * the one in use, or NULL). ret (NULL: not wanted): the row as it is now.
 */
NODISCARD enum rc admin_password(struct op *op, int64_t id, const struct admin_in *in,
    const char *keep, struct admin *ret);
/* Removes a second factor with its backup codes and ends the sessions; RC_NOT_FOUND when there was none. Operator or super. */
NODISCARD enum rc admin_reset_second_factor(struct op *op, int64_t id);
NODISCARD enum rc admin_delete(struct op *op, int64_t id);
struct admin_domains {
	struct domain *rows;
	size_t n;
};
NODISCARD enum rc admin_domains(struct op *op, int64_t id, struct admin_domains *ret);

#endif
