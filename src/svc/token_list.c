/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The fork's lists in a token's row, read as strictly as can be without shutting out what it let in. It must not know the database. The surprising
 * thing: the fork takes "1.2.3.4/" for the whole internet; here such a word is nobody.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/net.h"
#include "svc/token.h"
#include "svc/token_int.h"

static size_t
next_word(const char **at)
{
	*at += strspn(*at, TOKEN_SEPARATORS);
	return strcspn(*at, TOKEN_SEPARATORS);
}

const char *
token_word(struct op *op, const char **at)
{
	size_t n = next_word(at);
	const char *word = n > 0 ? arena_strndup(op->arena, *at, n) : NULL;

	*at += n;
	return word;
}

bool
token_scope_has(const char *scope, const char *word)
{
	size_t n;

	for (const char *at = scope ? scope : ""; (n = next_word(&at)) > 0; at += n)
		if ((n == 1 && *at == '*') || (strlen(word) == n && memcmp(at, word, n) == 0))
			return true;
	return false;
}

/* The number behind the slash, at most max. */
static bool
read_bits(const char *text, size_t n, unsigned max, unsigned *ret)
{
	unsigned bits = 0;

	if (n == 0 || n > 3 || (n > 1 && text[0] == '0'))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		bits = bits * 10 + (unsigned)(text[i] - '0');
	}
	*ret = bits;
	return bits <= max;
}

static bool
same_bits(const struct net_addr *a, const struct net_addr *b, unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;

	if (memcmp(a->byte, b->byte, whole) != 0)
		return false;
	return rest == 0 || (a->byte[whole] ^ b->byte[whole]) >> (8 - rest) == 0;
}

static bool
word_has(const char *word, size_t n, const struct net_addr *a)
{
	const char *slash = memchr(word, '/', n);
	size_t len = slash ? (size_t)(slash - word) : n;
	bool four = memchr(word, ':', len) == NULL;
	unsigned bits = 128;
	struct net_addr net;

	if (!net_addr_parse(word, len, &net))
		return false;
	if (slash && !read_bits(slash + 1, n - len - 1, four ? 32 : 128, &bits))
		return false;
	return same_bits(&net, a, slash && four ? 96 + bits : bits);
}

bool
token_source_listed(const char *list, const char *source)
{
	struct net_addr a;
	size_t n;

	if (!source || !net_addr_parse(source, strlen(source), &a))
		return false;
	for (const char *at = list; (n = next_word(&at)) > 0; at += n)
		if (word_has(at, n, &a))
			return true;
	return false;
}
