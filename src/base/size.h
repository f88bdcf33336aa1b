/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sizes in bytes as people write them. Units are powers of 1024: B, K/KB/KiB, M.., G.., T.., P..; any case. */
#ifndef BASE_SIZE_H
#define BASE_SIZE_H

#include "base/base.h"

struct str;

/*
 * "5G", "500 MB", "1.5GB", "0", "unlimited" (= 0), "" (= 0), "1048576B"; a bare number counts in `bare_unit` bytes (1 for
 * bytes; the panel's forms use defaults.quota.multiplier). Fractions give whole bytes or are refused. NULL when fine, else a
 * N_() sentence. Negative, exponent, comma, unknown unit and more than INT64_MAX are refused.
 */
NODISCARD const char *size_parse(const char *text, int64_t bare_unit, int64_t *ret_bytes);
/* Largest unit that gives a whole number, so that size_parse() gives the same bytes back: "512 MB", "1000001 B". */
void size_exact(int64_t bytes, struct str *out);
/* For reading: one decimal when needed, "1.5 GB". */
void size_human(int64_t bytes, struct str *out);

#endif
