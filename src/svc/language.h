/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The language that an administrator wants the panel and its mails in. */
#ifndef SVC_LANGUAGE_H
#define SVC_LANGUAGE_H

#include "base/op.h"
#include "model/language.h"

struct lang;

NODISCARD enum rc language_get(struct op *op, int64_t admin_id, struct language *ret);
/* One's own, or, for supers and the operator, anybody's. Language "" or NULL: as the browser says. */
NODISCARD enum rc language_set(struct op *op, int64_t admin_id, const struct language_in *in,
    struct language *ret);
/* What a mail to that name is written in: the administrator's choice, else the configuration's. */
const struct lang *language_of(struct op *op, const char *username);
/* The configuration's. */
const struct lang *language_default(const struct op *op);

#endif
