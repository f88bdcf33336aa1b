/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What warnings about many rows need to know, asked for a page of names at once. What is worth one is svc/warn.c's. */
#ifndef STORE_WARN_H
#define STORE_WARN_H

#include "db/db.h"

#define WARN_NAMES 30 /* as many as one statement takes */

struct warn_name {
	int64_t what; /* 0: a mailbox, 1: an alias */
	const char *name;
	bool active;
};
struct warn_domain {
	const char *domain;
	bool mine; /* within the scope */
	bool active, backupmx;
	int64_t quota, total_quota;
	int64_t allotted; /* to its mailboxes together; 0 where total_quota is */
};
struct warn_limit {
	const char *domain;
	int64_t over_max, allotted; /* 0 where there is no such limit */
};

/* All three: of n names, no more than WARN_NAMES, those that there are. */
NODISCARD enum rc store_warn_names(struct op *op, const char *const *names, size_t n, struct rows *ret);
NODISCARD enum rc store_warn_domains(struct op *op, int64_t scope, const char *const *names,
    size_t n, struct rows *ret);
NODISCARD enum rc store_warn_limits(struct op *op, const char *const *names, size_t n, struct rows *ret);

#endif
