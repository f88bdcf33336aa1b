/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One verb for many rows. Each row is a change of its own, by the same function as when it is
 * changed alone: its transaction, its entry in the trail, its rules and rights; what is refused for
 * one row does not hold up the others. At most BULK_MAX rows at a time; the rest goes on behind a
 * cursor, so that nothing waits long.
 */
#ifndef SVC_BULK_H
#define SVC_BULK_H

#include "base/op.h"
#include "model/bulk.h"

#define BULK_MAX 500

enum bulk_kind { BULK_DOMAINS, BULK_MAILBOXES, BULK_ALIASES };

struct bulk_result {
	struct bulk_row *rows; /* in the order of the list, or as they were picked */
	size_t n;
	int64_t total; /* rows that were meant, this time and later */
	bool total_at_least;
	const char *next; /* all: the rest is behind this cursor; NULL: nothing is left */
};

/* May the verb be used on rows of that kind? */
bool bulk_can(enum bulk_kind kind, const char *verb);
/* Changes nothing: which rows are meant (the first BULK_MAX of them), how many there are, and what is probably not meant. */
NODISCARD enum rc bulk_preview(struct op *op, enum bulk_kind kind, const struct bulk_in *in,
    struct bulk_result *ret);
NODISCARD enum rc bulk_run(struct op *op, enum bulk_kind kind, const struct bulk_in *in,
    struct bulk_result *ret);

#endif
