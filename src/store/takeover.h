/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a database of the PHP program as it is, to judge it before it is taken over. Nothing here writes. */
#ifndef STORE_TAKEOVER_H
#define STORE_TAKEOVER_H

#include "db/db.h"
#include "model/archive.h"
#include "model/takeover.h"

/* Is there a column of that name? */
NODISCARD enum rc store_takeover_column(struct op *op, const char *table, const char *column, bool *ret);
/* The name of a table that ends with `table`, has the column and is called otherwise; RC_NOT_FOUND without a fault. */
NODISCARD enum rc store_takeover_like(struct op *op, const char *table, const char *column,
    const char **ret);
/* All rows, of the struct that the name says. */
NODISCARD enum rc store_takeover_mailboxes(struct op *op, struct rows *ret);
NODISCARD enum rc store_takeover_aliases(struct op *op, struct rows *ret);
NODISCARD enum rc store_takeover_domains(struct op *op, struct rows *ret);
NODISCARD enum rc store_takeover_admins(struct op *op, struct rows *ret);
NODISCARD enum rc store_takeover_factors(struct op *op, struct rows *ret);
/* struct archive, with what all states have of it. */
NODISCARD enum rc store_takeover_archives(struct op *op, struct rows *ret);
/* struct takeover_flight; each needs a column that not every state has: mailbox.delete_pending, mailbox_task.id. */
NODISCARD enum rc store_takeover_deleting(struct op *op, struct rows *ret);
NODISCARD enum rc store_takeover_tasks(struct op *op, struct rows *ret);
/* struct takeover_flight without `what`: whose quota, or which limit of a domain, is less than none. column: quota, max_quota, max_mailboxes, max_aliases. */
NODISCARD enum rc store_takeover_limits(struct op *op, const char *column, struct rows *ret);
NODISCARD enum rc store_takeover_quotas(struct op *op, struct rows *ret);

#endif
