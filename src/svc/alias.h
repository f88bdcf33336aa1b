/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Aliases: supers, and administrators of their domain within its limits. Targets may be anywhere.
 */
#ifndef SVC_ALIAS_H
#define SVC_ALIAS_H

#include "base/op.h"
#include "model/alias.h"
#include "model/list.h"

struct alias_list {
	struct alias *rows;
	size_t n;
	struct list_info info;
};

NODISCARD enum rc alias_add(struct op *op, const struct alias_in *in, struct alias *ret);
NODISCARD enum rc alias_get(struct op *op, int64_t id, struct alias *ret);
NODISCARD enum rc alias_find(struct op *op, const char *address, struct alias *ret);
NODISCARD enum rc alias_list(struct op *op, const struct list_in *in, struct alias_list *ret);
NODISCARD enum rc alias_edit(struct op *op, int64_t id, const struct alias_in *in, struct alias *ret);
NODISCARD enum rc alias_set_active(struct op *op, int64_t id, bool active, struct alias *ret);
NODISCARD enum rc alias_delete(struct op *op, int64_t id);

#endif
