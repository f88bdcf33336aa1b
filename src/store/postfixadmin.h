/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a PostfixAdmin database. Nothing here writes, and none of it runs on a database of ours. */
#ifndef STORE_POSTFIXADMIN_H
#define STORE_POSTFIXADMIN_H

#include "db/db.h"
#include "model/postfixadmin.h"

/* All rows, of the struct that the name says; the flags: has its table that column? */
NODISCARD enum rc store_pfa_domains(struct op *op, struct rows *ret);
NODISCARD enum rc store_pfa_mailboxes(struct op *op, bool email_other, struct rows *ret);
NODISCARD enum rc store_pfa_aliases(struct op *op, struct rows *ret);
NODISCARD enum rc store_pfa_alias_domains(struct op *op,
    struct rows *ret); /* struct pfa_alias, of names without @ */
NODISCARD enum rc store_pfa_admins(struct op *op, bool superadmin, struct rows *ret);
NODISCARD enum rc store_pfa_assignments(struct op *op, struct rows *ret);
/* struct pfa_other; active: has the table vacation a column of that name? */
NODISCARD enum rc store_pfa_others(struct op *op, enum pfa_kind kind, bool active, struct rows *ret);

#endif
