/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What sealing the trail, removing its oldest rows and the keys of both share. */
#ifndef SVC_SEAL_INT_H
#define SVC_SEAL_INT_H

#include "svc/seal.h"

#define MAC_LEN 64

/* The keys seals were made with, the first in use first; there is always one. */
#define SEAL_KEYS_MAX 64
struct seal_keys {
	size_t n;
	struct {
		int64_t from; /* the first seal made with it */
		char key[MAC_LEN + 1];
	} at[SEAL_KEYS_MAX];
	bool kept, old; /* they are in the database; some are sealed for securitysalt.old */
};
/* RC_CONFIG when one was sealed for neither securitysalt nor securitysalt.old. */
NODISCARD enum rc seal_keys_read(struct op *op, struct seal_keys *ret);
const char *seal_key_at(const struct seal_keys *keys, int64_t seq);
/*
 * Within a transaction: writes down the first key, or, when securitysalt is another than before, seals them anew and adds one, which the seals behind
 * `last` are made with. keys: as they were read; as they are then.
 */
NODISCARD enum rc seal_keys_keep(struct op *op, int64_t last, struct seal_keys *keys);

/* The seal of a row behind the seal `before`. */
void seal_mac(const char *key, const char *before, const struct seal *row, char ret[MAC_LEN + 1]);
void seal_start_proof(const char *key, const struct seal_start *start, char ret[MAC_LEN + 1]);

#endif
