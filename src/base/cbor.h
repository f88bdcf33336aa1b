/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Just enough CBOR (RFC 8949) to take apart what an authenticator sends, and to see that it is well formed before a library reads it: libcbor makes
 * room for as many members as a header claims, whatever follows. Only definite lengths, as CTAP2 has them. Copies nothing.
 */
#ifndef BASE_CBOR_H
#define BASE_CBOR_H

#include "base/base.h"

/* What is left to read. */
struct cbor {
	const unsigned char *at, *end;
};

/* Each reads one item of that kind; false: something else stands there, and `c` is worth nothing any more. */
NODISCARD bool cbor_map(struct cbor *c, size_t *ret_pairs); /* its pairs follow */
NODISCARD bool cbor_text(struct cbor *c, const char **ret, size_t *ret_len);
NODISCARD bool cbor_bytes(struct cbor *c, const unsigned char **ret, size_t *ret_len);
NODISCARD bool cbor_int(struct cbor *c, int64_t *ret);
/* One whole item of any kind, with all that is in it. */
NODISCARD bool cbor_skip(struct cbor *c);

#endif
