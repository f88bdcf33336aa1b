/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading CBOR. Owns the bounds: no length is believed that the input does not hold, nothing nests deeper than CTAP2 does. */
#include "base/base.h"

#include "base/cbor.h"

#define DEPTH_MAX 6 /* CTAP2 allows four */

enum major { UINT, NINT, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE };

static size_t
left(const struct cbor *c)
{
	return (size_t)(c->end - c->at);
}

/* The first byte of an item and the number that goes with it. */
static bool
head(struct cbor *c, enum major *ret, uint64_t *ret_n)
{
	unsigned low;
	size_t more;

	if (left(c) == 0)
		return false;
	*ret = (enum major)(*c->at >> 5);
	low = *c->at++ & 31U;
	more = low < 24 ? 0 : (size_t)1 << (low - 24);
	if (low > 27 || more > left(c))
		return false;
	*ret_n = more ? 0 : low;
	for (; more > 0; more--)
		*ret_n = *ret_n << 8 | *c->at++;
	return true;
}

bool
cbor_map(struct cbor *c, size_t *ret_pairs)
{
	enum major major;
	uint64_t n;

	if (!head(c, &major, &n) || major != MAP || n > left(c) / 2)
		return false;
	*ret_pairs = (size_t)n;
	return true;
}

static bool
run(struct cbor *c, enum major want, const unsigned char **ret, size_t *ret_len)
{
	enum major major;
	uint64_t n;

	if (!head(c, &major, &n) || major != want || n > left(c))
		return false;
	*ret = c->at;
	*ret_len = (size_t)n;
	c->at += n;
	return true;
}

bool
cbor_text(struct cbor *c, const char **ret, size_t *ret_len)
{
	const unsigned char *at;

	if (!run(c, TEXT, &at, ret_len))
		return false;
	*ret = (const char *)at;
	return true;
}

bool
cbor_bytes(struct cbor *c, const unsigned char **ret, size_t *ret_len)
{
	return run(c, BYTES, ret, ret_len);
}

bool
cbor_int(struct cbor *c, int64_t *ret)
{
	enum major major;
	uint64_t n;

	if (!head(c, &major, &n) || major > NINT || n > INT64_MAX)
		return false;
	*ret = major == NINT ? -1 - (int64_t)n : (int64_t)n;
	return true;
}

static bool
skip(struct cbor *c, unsigned depth)
{
	enum major major;
	uint64_t n;

	if (depth == 0 || !head(c, &major, &n))
		return false;
	if (major == BYTES || major == TEXT) {
		if (n > left(c))
			return false;
		c->at += n;
		return true;
	}
	if (major != ARRAY && major != MAP && major != TAG)
		return true;
	if (n > left(c) && major != TAG)
		return false;
	n = major == TAG ? 1 : major == MAP ? 2 * n : n;
	for (; n > 0; n--)
		if (!skip(c, depth - 1))
			return false;
	return true;
}

bool
cbor_skip(struct cbor *c)
{
	return skip(c, DEPTH_MAX);
}
