/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * X-Forwarded-For and Forwarded (RFC 7239), read from the right, where the nearest proxy wrote. Owns which entry is believed. The
 * surprising thing: elements are cut at every comma, also inside of quotes. No proxy writes one there, and whoever sends an open quote
 * in front cannot swallow what our proxy added behind it; what is cut wrongly is no address, and ends the walk.
 */
#include "base/base.h"

#include "base/net.h"

#include <strings.h>

#define BLANKS " \t"

static void
trim(const char **text, size_t *n)
{
	while (*n > 0 && strchr(BLANKS, **text)) {
		++*text;
		--*n;
	}
	while (*n > 0 && strchr(BLANKS, (*text)[*n - 1]))
		--*n;
}

static bool
is_port(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text[i] < '0' || text[i] > '9')
			return false;
	return n >= 1 && n <= 5;
}

/* 192.0.2.1, 192.0.2.1:80, [2001:db8::1], [2001:db8::1]:80, and, where they may stand so, 2001:db8::1. */
static bool
read_node(const char *text, size_t n, bool bare_v6, struct net_addr *ret)
{
	const char *end = n > 0 && *text == '[' ? memchr(text, ']', n) : NULL;
	const char *colon = memchr(text, ':', n);
	size_t rest;

	if (end) {
		rest = n - (size_t)(end + 1 - text);
		return (rest == 0 || (end[1] == ':' && is_port(end + 2, rest - 1))) &&
		    memchr(text, ':', (size_t)(end - text)) &&
		    net_addr_parse(text + 1, (size_t)(end - text) - 1, ret);
	}
	if (!colon || (bare_v6 && memchr(colon + 1, ':', n - (size_t)(colon + 1 - text))))
		return net_addr_parse(text, n, ret);
	return is_port(colon + 1, n - (size_t)(colon + 1 - text)) &&
	    net_addr_parse(text, (size_t)(colon - text), ret);
}

/* ---- Forwarded ---- */

static bool
is_token(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)text[i] <= ' ' || (unsigned char)text[i] >= 0x7f ||
		    strchr("\"(),/:;<=>?@[\\]{}", text[i]))
			return false;
	return n > 0;
}

/* name=value of one pair; a value in quotes without them, and then without a backslash or quote inside: no address holds one. */
static bool
read_pair(const char *text, size_t n, size_t *ret_name, const char **ret_value, size_t *ret_len)
{
	const char *eq = memchr(text, '=', n), *value;
	size_t len;

	if (!eq || !is_token(text, (size_t)(eq - text)))
		return false;
	value = eq + 1;
	len = n - (size_t)(value - text);
	if (len >= 2 && value[0] == '"' && value[len - 1] == '"') {
		value++;
		len -= 2;
		if (memchr(value, '"', len) || memchr(value, '\\', len))
			return false;
	} else if (!is_token(value, len)) {
		return false;
	}
	*ret_name = (size_t)(eq - text);
	*ret_value = value;
	*ret_len = len;
	return true;
}

/* for=... of an element such as for="[2001:db8::1]:80";proto=https; there may be one. */
static bool
read_element(const char *text, size_t n, struct net_addr *ret)
{
	bool found = false;

	for (const char *at = text, *end = text + n; at <= end;) {
		const char *semicolon = memchr(at, ';', (size_t)(end - at)), *value;
		size_t len = (size_t)((semicolon ? semicolon : end) - at), name, value_len;
		const char *pair = at;

		at += len + 1;
		trim(&pair, &len);
		if (!read_pair(pair, len, &name, &value, &value_len))
			return false;
		if (name != 3 || strncasecmp(pair, "for", 3) != 0)
			continue;
		/* a token holds no colon or bracket, so only what was in quotes can be IPv6 or have a port */
		if (found || !read_node(value, value_len, false, ret))
			return false;
		found = true;
	}
	return found;
}

/* ---- the walk ---- */

static bool
is_proxy(const struct net_trust *trust, const struct net_addr *a)
{
	switch (trust->mode) {
	case NET_TRUST_PRIVATE:
		return net_addr_private(a);
	case NET_TRUST_LIST:
		return net_list_has(trust->proxies, a);
	case NET_TRUST_NONE:
		break;
	}
	return false;
}

/* The entry that ends at *end, which moves in front of it; false when it is no address or there is none. */
static bool
entry_before(const char *header, size_t *end, bool rfc7239, struct net_addr *ret)
{
	size_t n = 0;
	const char *text;

	while (n < *end && header[*end - n - 1] != ',')
		n++;
	text = header + *end - n;
	*end = n < *end ? *end - n - 1 : 0;
	trim(&text, &n);
	return rfc7239 ? read_element(text, n, ret) : read_node(text, n, true, ret);
}

bool
net_trusted(const struct net_trust *trust, const struct net_addr *peer)
{
	return peer ? is_proxy(trust, peer) : trust->mode != NET_TRUST_NONE;
}

bool
net_client(const struct net_addr *peer, const char *header, const struct net_trust *trust,
    struct net_addr *ret)
{
	size_t end = header ? strlen(header) : 0;
	bool known = peer != NULL;
	bool proxy = net_trusted(trust, peer);
	struct net_addr at = peer ? *peer : (struct net_addr){ { 0 } }, next;

	while (proxy && end > 0 && entry_before(header, &end, trust->rfc7239, &next)) {
		at = next;
		known = true;
		proxy = is_proxy(trust, &at);
	}
	if (known)
		*ret = at;
	return known;
}
