/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Addresses and networks. Owns their one form (16 bytes, see net.h); must not know who uses them. The surprising thing: a
 * network of all addresses is refused in a list, since nobody who writes it there means it.
 */
#include "base/base.h"

#include "base/net.h"

#include <arpa/inet.h>

#define SEPARATORS " \t,"

static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

bool
net_addr_parse(const char *text, size_t n, struct net_addr *ret)
{
	char buf[INET6_ADDRSTRLEN];
	struct net_addr a;

	if (n == 0 || n >= sizeof(buf) || memchr(text, '\0', n))
		return false;
	memcpy(buf, text, n);
	buf[n] = '\0';
	if (strchr(buf, ':')) {
		if (inet_pton(AF_INET6, buf, a.byte) != 1)
			return false;
	} else {
		memcpy(a.byte, mapped, sizeof(mapped));
		if (inet_pton(AF_INET, buf, a.byte + 12) != 1)
			return false;
	}
	*ret = a;
	return true;
}

bool
net_addr_equal(const struct net_addr *a, const struct net_addr *b)
{
	return memcmp(a->byte, b->byte, sizeof(a->byte)) == 0;
}

bool
net_addr_is_v4(const struct net_addr *a)
{
	return memcmp(a->byte, mapped, sizeof(mapped)) == 0;
}

void
net_addr_text(const struct net_addr *a, char ret[NET_TEXT_MAX])
{
	if (net_addr_is_v4(a))
		inet_ntop(AF_INET, a->byte + 12, ret, NET_TEXT_MAX);
	else
		inet_ntop(AF_INET6, a->byte, ret, NET_TEXT_MAX);
}

void
net_addr_site(const struct net_addr *a, char ret[NET_TEXT_MAX])
{
	struct net_addr site = *a;

	if (net_addr_is_v4(a)) {
		net_addr_text(a, ret);
		return;
	}
	memset(site.byte + 8, 0, 8);
	net_addr_text(&site, ret);
	memcpy(ret + strlen(ret), "/64", 4);
}

bool
net_addr_private(const struct net_addr *a)
{
	static const struct net_cidr private[] = {
		{ { { [10] = 0xff, [11] = 0xff, 10 } }, 96 + 8 },
		{ { { [10] = 0xff, [11] = 0xff, 127 } }, 96 + 8 },
		{ { { [10] = 0xff, [11] = 0xff, 169, 254 } }, 96 + 16 },
		{ { { [10] = 0xff, [11] = 0xff, 172, 16 } }, 96 + 12 },
		{ { { [10] = 0xff, [11] = 0xff, 192, 168 } }, 96 + 16 },
		{ { { [15] = 1 } }, 128 },
		{ { { 0xfc } }, 7 },
		{ { { 0xfe, 0x80 } }, 10 },
	};

	for (size_t i = 0; i < ARRAY_LEN(private); i++)
		if (net_cidr_has(&private[i], a))
			return true;
	return false;
}

bool
net_addr_loopback(const struct net_addr *a)
{
	static const struct net_cidr four = { { { [10] = 0xff, [11] = 0xff, 127 } }, 96 + 8 };
	static const struct net_cidr six = { { { [15] = 1 } }, 128 };

	return net_cidr_has(&four, a) || net_cidr_has(&six, a);
}

/* ---- networks ---- */

/* One to three digits without a zero in front. */
static bool
read_bits(const char *text, size_t n, unsigned max, unsigned *ret)
{
	unsigned bits = 0;

	if (n == 0 || n > 3 || text[0] == '0')
		return false;
	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		bits = bits * 10 + (unsigned)(text[i] - '0');
	}
	*ret = bits;
	return bits <= max;
}

static void
keep_bits(struct net_addr *a, unsigned bits)
{
	for (unsigned i = 0; i < 16; i++) {
		unsigned left = bits > 8 * i ? bits - 8 * i : 0;

		if (left < 8)
			a->byte[i] &= (uint8_t)(0xff00u >> left);
	}
}

const char *
net_cidr_parse(const char *text, size_t n, struct net_cidr *ret)
{
	const char *slash = memchr(text, '/', n);
	size_t len = slash ? (size_t)(slash - text) : n;
	struct net_cidr c = { .bits = 128 };
	struct net_addr whole;
	bool four;

	if (!net_addr_parse(text, len, &c.addr))
		return "addresses and networks such as 192.0.2.1, 10.0.0.0/8 or 2001:db8::/32";
	four = !memchr(text, ':', len); /* ::ffff:10.0.0.0/104 counts its bits as IPv6 does */
	if (slash) {
		if (!read_bits(slash + 1, n - len - 1, four ? 32 : 128, &c.bits))
			return "after the slash of a network a number from 1 to 32, or to 128 for "
			       "IPv6";
		c.bits += four ? 96 : 0;
	}
	whole = c.addr;
	keep_bits(&c.addr, c.bits);
	if (!net_addr_equal(&whole, &c.addr))
		return "networks without bits after their prefix: 10.0.0.0/8, not 10.1.2.3/8";
	*ret = c;
	return NULL;
}

bool
net_cidr_has(const struct net_cidr *cidr, const struct net_addr *a)
{
	struct net_addr site = *a;

	keep_bits(&site, cidr->bits);
	return net_addr_equal(&site, &cidr->addr);
}

/* ---- lists ---- */

/* The next word of the list; its length 0 at the end. */
static size_t
word(const char **at)
{
	*at += strspn(*at, SEPARATORS);
	return strcspn(*at, SEPARATORS);
}

const char *
net_list_check(const char *list)
{
	struct net_cidr cidr;
	const char *expected;
	size_t n;

	for (const char *at = list; (n = word(&at)) > 0; at += n)
		if ((expected = net_cidr_parse(at, n, &cidr)) != NULL)
			return expected;
	return NULL;
}

bool
net_list_has(const char *list, const struct net_addr *a)
{
	struct net_cidr cidr;
	size_t n;

	for (const char *at = list; at && (n = word(&at)) > 0; at += n) {
		if (net_cidr_parse(at, n, &cidr) != NULL)
			return false;
		if (net_cidr_has(&cidr, a))
			return true;
	}
	return false;
}
