/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The warnings of svc/warn.h for many rows: what is to be known is asked for many names at a time and, of domains, once, so that a hundred thousand rows
 * cost a part of a statement each. They are told of rows that are in the database already, which a dry run takes out again: so rows of one file know of each other.
 */
#ifndef SVC_WARN_MANY_H
#define SVC_WARN_MANY_H

#include "svc/warn.h"

#define WARN_ROWS \
	14 /* at a time: their own addresses, as many targets and a catch-all are one statement */

struct warn_row {
	const char *address; /* of a mailbox or an alias; one that cannot be parsed warns of nothing */
	/* those of its input that matter */
	const struct alias_in *alias;
	const struct domain_in *domain;
	bool quota_given;
	int64_t quota;
	/* before: NULL and 0 where it was made */
	bool is_new;
	const struct domain *was;
	int64_t was_quota, used;
	struct warnings w;
};

struct warn_many;
struct warn_many *warn_many_new(struct arena *arena); /* it lives there */
/* pending: they are not in the database yet, and all of them are here. */
NODISCARD enum rc warn_mailboxes(struct op *op, struct warn_many *m, struct warn_row *rows,
    size_t n, bool pending);
NODISCARD enum rc warn_aliases(struct op *op, struct warn_many *m, struct warn_row *rows, size_t n);
/* Only those that were there before. */
NODISCARD enum rc warn_domains(struct op *op, struct warn_row *rows, size_t n);

#endif
