/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is counted and refused for guessing at secrets: to be seen and taken back by supers. */
#ifndef SVC_LIMIT_H
#define SVC_LIMIT_H

#include "base/op.h"
#include "model/limit.h"
#include "model/list.h"

struct limit_list {
	struct limit *rows; /* refused ones first, then the latest; at most LIST_LIMIT_MAX */
	size_t n;
	struct list_info info;
};

NODISCARD enum rc limit_list(struct op *op, struct limit_list *ret);
/*
 * Forgets what is counted for an address (IPv6: its /64), an account, or one subject as limit_list() names it;
 * *ret_cleared: how many counters. RC_NOT_FOUND when nothing is counted.
 */
NODISCARD enum rc limit_clear(struct op *op, const char *name, int64_t *ret_cleared);

#endif
