/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the trail: supers all of it, domain administrators what concerns their domains. */
#ifndef SVC_AUDIT_H
#define SVC_AUDIT_H

#include "base/op.h"
#include "model/audit.h"
#include "model/list.h"

struct audit_list {
	struct audit *rows;
	size_t n;
	struct list_info info;
};

NODISCARD enum rc audit_list(struct op *op, const struct list_in *in, struct audit_list *ret);
/* The latest few entries of one object (type NULL: of a whole domain), which must be one the actor got; only rows and n are filled. */
NODISCARD enum rc audit_recent(struct op *op, const char *type, int64_t id, int64_t domain_id,
    struct audit_list *ret);
NODISCARD enum rc audit_get(struct op *op, int64_t id, struct audit *ret);

#endif
