/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the pages say before something is deleted: which aliases it touches, what becomes of mail, and how long it can be taken back. */
#ifndef WEB_EFFECTS_H
#define WEB_EFFECTS_H

#include "base/base.h"
#include "base/op.h"
#include "web/form.h"

struct call;

/* Aliases that name the address, as lines of the form; cut: the address goes out of them, else they stay as they are. */
NODISCARD enum rc effects_aliases(struct op *op, struct call *c, const char *address, bool cut,
    struct form_spec *spec);
/* The first of an alias's targets, and how many more there are: a list of hundreds is no sentence. */
const char *effects_targets(struct call *c, const char *list);
/* "Mail to x then goes to the catch-all ..." or that it is refused. */
NODISCARD enum rc effects_mail(struct op *op, struct call *c, const char *address, const char **ret);
/* The same of an alias: its mailbox gets its own mail again. */
NODISCARD enum rc effects_alias_mail(struct op *op, struct call *c, const char *address,
    const char **ret);
/* "It can be brought back from the log for 30 days." */
const char *effects_undo(struct call *c);

#endif
