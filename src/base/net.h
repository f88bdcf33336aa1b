/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Network addresses: the one parser of the program, for addresses, for networks (CIDR) and for the headers in which proxies
 * say whom they speak for. All are held in 16 bytes, IPv4 as ::ffff:a.b.c.d, so that one address has one form: `::1` equals
 * `0:0::1`, a mapped address equals the IPv4 one.
 *
 * Strict: no leading zeros, no zone, no shortened IPv4; a network's prefix length is decimal, not 0, and the bits after it are 0.
 */
#ifndef BASE_NET_H
#define BASE_NET_H

#include "base/base.h"

#define NET_TEXT_MAX 50 /* "2001:db8:...:0/64" and a NUL */

struct net_addr {
	uint8_t byte[16];
};
struct net_cidr {
	struct net_addr addr;
	unsigned bits; /* of 128; an IPv4 /8 is 104 */
};

/* All of n bytes are one address; *ret is written only then. */
NODISCARD bool net_addr_parse(const char *text, size_t n, struct net_addr *ret);
bool net_addr_equal(const struct net_addr *a, const struct net_addr *b);
bool net_addr_is_v4(const struct net_addr *a);
/* "192.0.2.1", "2001:db8::1"; never mapped. */
void net_addr_text(const struct net_addr *a, char ret[NET_TEXT_MAX]);
/* The network that one customer has: an IPv4 address itself, "2001:db8:1:2::/64" of an IPv6 one. */
void net_addr_site(const struct net_addr *a, char ret[NET_TEXT_MAX]);
bool net_addr_loopback(const struct net_addr *a);
/* Loopback, link-local, private use (RFC 1918) and unique local addresses. */
bool net_addr_private(const struct net_addr *a);

/* "192.0.2.1", "10.0.0.0/8", "2001:db8::/32"; NULL when fine, else what was expected. */
NODISCARD const char *net_cidr_parse(const char *text, size_t n, struct net_cidr *ret);
bool net_cidr_has(const struct net_cidr *cidr, const struct net_addr *a);

/* Lists are separated by blanks or commas. NULL when fine, else what was expected. */
NODISCARD const char *net_list_check(const char *list);
/* Is it in one of the list's networks? Of a list that is not fine: in those before the fault. */
bool net_list_has(const char *list, const struct net_addr *a);

enum net_trust_mode {
	NET_TRUST_NONE, /* nobody is a proxy of ours */
	NET_TRUST_PRIVATE, /* private addresses and Unix sockets are; nobody on a private network may be hostile then */
	NET_TRUST_LIST, /* the networks of the list and Unix sockets are */
};
struct net_trust {
	enum net_trust_mode mode;
	const char *proxies; /* NET_TRUST_LIST: a checked list */
	bool rfc7239;        /* the header is Forwarded, not X-Forwarded-For */
};
/* Is the peer (NULL: a Unix socket) a proxy of ours? */
bool net_trusted(const struct net_trust *trust, const struct net_addr *peer);
/*
 * Who is at the far end. peer: the connection's, NULL for a Unix socket; header: the value, NULL if there is none. While the one
 * reached is a proxy of ours, the header's next entry, from the right, is believed; an entry that is no address ends the walk. False: nobody
 * has an address (a Unix socket, and no header that says more).
 */
NODISCARD bool net_client(const struct net_addr *peer, const char *header,
    const struct net_trust *trust, struct net_addr *ret);

#endif
