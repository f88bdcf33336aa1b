/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A list of networks, a peer and a header, a line each: whoever is found has an address that reads back as itself, and is the
 * peer itself unless the peer is a proxy. The first byte says which header it is.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/net.h"
#include "fuzz/fuzz.h"

static char *
line(struct arena *arena, const char **at, const char *end)
{
	const char *stop = memchr(*at, '\n', (size_t)(end - *at));
	size_t n = (size_t)((stop ? stop : end) - *at);
	char *text = arena_strndup(arena, *at, n);

	*at += n + (stop != NULL);
	return text;
}

static void
check(const struct net_addr *a)
{
	char text[NET_TEXT_MAX], site[NET_TEXT_MAX];
	struct net_addr back;
	struct net_cidr cidr;

	net_addr_text(a, text);
	net_addr_site(a, site);
	if (!net_addr_parse(text, strlen(text), &back) || !net_addr_equal(a, &back) ||
	    net_cidr_parse(site, strlen(site), &cidr) != NULL || !net_cidr_has(&cidr, a))
		abort();
}

static void
client(const struct net_addr *peer, const char *header, const char *list, bool rfc7239)
{
	bool good = net_list_check(list) == NULL;
	bool proxy = !peer || (good && net_list_has(list, peer));
	struct net_trust trust = { NET_TRUST_LIST, good ? list : "", rfc7239 };
	struct net_addr found;

	if (net_client(peer, header, &trust, &found)) {
		check(&found);
		if (!proxy && !net_addr_equal(peer, &found))
			abort();
	} else if (peer) {
		abort();
	}
	trust.mode = NET_TRUST_PRIVATE;
	if (net_client(peer, header, &trust, &found))
		check(&found);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena *arena = arena_new(0, ARENA_PLAIN);
	const char *at = (const char *)data + 1, *end = (const char *)data + len;
	const char *list, *text, *header;
	struct net_addr peer;

	if (len > 0) {
		list = line(arena, &at, end);
		text = line(arena, &at, end);
		header = line(arena, &at, end);
		client(net_addr_parse(text, strlen(text), &peer) ? &peer : NULL, header, list,
		    (data[0] & 1) != 0);
	}
	arena_free(arena);
	return 0;
}
