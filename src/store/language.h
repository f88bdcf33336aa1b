/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of languages that administrators chose. */
#ifndef STORE_LANGUAGE_H
#define STORE_LANGUAGE_H

#include "db/db.h"
#include "model/language.h"

/* RC_NOT_FOUND without a fault: none was chosen. */
NODISCARD enum rc store_language_get(struct op *op, int64_t admin_id, struct language *ret);
NODISCARD enum rc store_language_find(struct op *op, const char *username, struct language *ret);
NODISCARD enum rc store_language_put(struct op *op, int64_t admin_id, const char *language);
NODISCARD enum rc store_language_drop(struct op *op, int64_t admin_id);

#endif
