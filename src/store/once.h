/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One-time tokens of which several may live; store_token_take() (store/session.h) uses one up. */
#ifndef STORE_ONCE_H
#define STORE_ONCE_H

#include "db/db.h"

/* hash: SHA-256 in hex. RC_CONFLICT when it is there already. */
NODISCARD enum rc store_once_add(struct op *op, const char *purpose, const char *hash,
    int64_t expires_at);
NODISCARD enum rc store_once_live(struct op *op, const char *purpose, int64_t now, int64_t *ret);
NODISCARD enum rc store_once_clear(struct op *op, const char *purpose);

#endif
