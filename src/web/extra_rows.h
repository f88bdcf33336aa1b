/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The boxes of a mailbox's form, or an alias', for what the configuration adds (svc/extra.h): a part for the operator's own fields, one for the directory entry. */
#ifndef WEB_EXTRA_ROWS_H
#define WEB_EXTRA_ROWS_H

#include "base/base.h"
#include "svc/extra.h"
#include "web/form.h"

struct call;

/* Boxes in the arena, none where nothing is added; added: in the form of a new mailbox, which begins with defaults. */
NODISCARD enum rc extra_rows(struct op *op, struct call *c, const struct extras *x, bool added,
    const struct form_row **ret, size_t *ret_n);
/* Lines for the mailbox's page: label and text, of those that are not empty. */
struct extra_line;
const struct extra_line *extra_lines(struct call *c, const struct extras *x,
    const struct mailbox *row, size_t *ret_n);

#endif
