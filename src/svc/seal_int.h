/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What sealing the trail and removing its oldest rows share. */
#ifndef SVC_SEAL_INT_H
#define SVC_SEAL_INT_H

#include "svc/seal.h"

#define MAC_LEN 64

void seal_key(const struct op *op, char ret[MAC_LEN + 1]);
/* The seal of a row behind the seal `before`. */
void seal_mac(const char *key, const char *before, const struct seal *row, char ret[MAC_LEN + 1]);
void seal_start_proof(const char *key, const struct seal_start *start, char ret[MAC_LEN + 1]);

#endif
