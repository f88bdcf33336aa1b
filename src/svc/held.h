/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows of an import that are held back, to be written a few hundred at a time: a row then costs a part of four statements instead of ten of its own.
 * The rules stay where they are: mailbox_add() decides about each row as for any other door, and only what it would write is put off. Before any
 * other statement of the op runs, all that is held back is written (op->settle), so nobody sees a database without it.
 *
 * What the database alone would refuse, an address that is taken, shows when many rows are written, and then of none of them in particular:
 * held_clashed(), and whoever brings the rows in does so once more without holding any back.
 */
#ifndef SVC_HELD_H
#define SVC_HELD_H

#include "base/op.h"

struct domain;
struct held;
struct mailbox;

/* For one transaction of op; first: none of its rows can be a repeat, so nobody looks for one. Freed by held_free(), which forgets what waits. */
struct held *held_new(const struct op *op, bool first);
void held_free(struct held *h);
/* Writes what waits. */
NODISCARD enum rc held_settle(struct op *op);
/* Did that fail because of some row? */
bool held_clashed(const struct held *h);

bool held_is_first(const struct held *h);
/* A domain that rules_domain() has let through before; h may be NULL. Its counters are not kept up. */
bool held_domain(const struct held *h, const char *name, struct domain *ret);
void held_keep_domain(struct held *h, const struct domain *row);
/* store_domain_take_mailbox(): the first locks the domain, the others are added up where no limit holds. */
NODISCARD enum rc held_take_mailbox(struct op *op, const struct domain *row, int64_t *ret_changed);
/* Not where the configuration has more made of a new mailbox than its row, its own alias and its entry of the trail. */
bool held_takes_mailboxes(const struct held *h);
/* A new mailbox with its own alias and its entry of the trail. Its id is not known yet. */
NODISCARD enum rc held_add_mailbox(struct op *op, const struct mailbox *row);

#endif
