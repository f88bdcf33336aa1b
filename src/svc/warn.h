/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is allowed but probably not meant: said before it is saved. Nothing here refuses anything,
 * and nothing is told of domains that are not the actor's.
 */
#ifndef SVC_WARN_H
#define SVC_WARN_H

#include "base/op.h"
#include "model/alias.h"
#include "model/domain.h"
#include "model/mailbox.h"

#define WARN_MAX 12
#define WARN_TARGETS 50 /* of an alias are looked at */

struct warnings {
	const char *text[WARN_MAX];
	const char *said[WARN_MAX]; /* with op->errs.keep: as base/message.h keeps it, or NULL */
	const char *kind[WARN_MAX]; /* the same for all rows that this is said of */
	size_t n;
};

/* was: the row before an edit, NULL when it is made. Input that is wrong has no warnings. */
NODISCARD enum rc warn_alias(struct op *op, const struct alias *was, const struct alias_in *in,
    struct warnings *ret);
NODISCARD enum rc warn_mailbox(struct op *op, const struct mailbox *was,
    const struct mailbox_in *in, struct warnings *ret);
/* Limits below what the domain has already: nothing is taken from anybody, but nothing can be added. And a backup MX with mailboxes. */
NODISCARD enum rc warn_limits(struct op *op, const struct domain *was, const struct domain_in *in,
    struct warnings *ret);

#endif
