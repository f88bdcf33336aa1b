/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of the chain over the trail. They are only ever added, and removed from the chain's beginning when they are too old. */
#ifndef STORE_SEAL_H
#define STORE_SEAL_H

#include "db/db.h"
#include "model/seal.h"

/* RC_NOT_FOUND without a fault when nothing is sealed yet. */
NODISCARD enum rc store_seal_last(struct op *op, struct seal *ret);
/* Id of the newest row of the trail that is sealed, 0: none. */
NODISCARD enum rc store_seal_newest(struct op *op, int64_t *ret_log_id);
/* Up to `limit` rows behind `from` that have no seal, by id; of each only what is covered is filled. */
NODISCARD enum rc store_seal_pending(struct op *op, int64_t from, int64_t limit, struct rows *ret);
/* RC_CONFLICT when that place of the chain is taken. */
NODISCARD enum rc store_seal_add(struct op *op, const struct seal *row);
/* Up to `limit` links behind `seq`. */
NODISCARD enum rc store_seal_walk(struct op *op, int64_t seq, int64_t limit, struct rows *ret);
NODISCARD enum rc store_seal_unsealed(struct op *op, int64_t *ret);

/* struct seal_key, the first in use first. */
NODISCARD enum rc store_seal_keys(struct op *op, int64_t limit, struct rows *ret);
/* RC_CONFLICT when there is one from that seal on. */
NODISCARD enum rc store_seal_key_add(struct op *op, const struct seal_key *row);
NODISCARD enum rc store_seal_key_put(struct op *op, const struct seal_key *row);

/* RC_NOT_FOUND without a fault: nothing was ever removed. */
NODISCARD enum rc store_seal_start(struct op *op, struct seal_start *ret);
/* From `was`, 0: for the first time. RC_CONFLICT when it is another meanwhile. */
NODISCARD enum rc store_seal_start_move(struct op *op, const struct seal_start *row, int64_t was);
/* All rows of the trail up to that seal, with detail and seal. */
NODISCARD enum rc store_seal_cut(struct op *op, int64_t seq);
/* Up to `limit` rows of the trail, id and timestamp, up to `below` and before any that has a seal; and removing those up to an id. */
NODISCARD enum rc store_seal_stray(struct op *op, int64_t below, int64_t limit, struct rows *ret);
NODISCARD enum rc store_seal_cut_strays(struct op *op, int64_t id, int64_t *ret_removed);

#endif
