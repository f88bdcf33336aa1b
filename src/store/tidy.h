/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Up to which time what is old was removed. */
#ifndef STORE_TIDY_H
#define STORE_TIDY_H

#include "db/db.h"

/* 0: never. */
NODISCARD enum rc store_tidied(struct op *op, int64_t *ret);
/* was 0: for the first time. RC_CONFLICT when somebody else was quicker. */
NODISCARD enum rc store_tidied_move(struct op *op, int64_t was, int64_t to);

#endif
