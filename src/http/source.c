/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How many connections each source has: a hash table with an entry for every address that has any. A source is an IPv4
 * address or an IPv6 /64, since whoever has one address of such a network has all of them. The hash has a key of this
 * process, so that nobody can choose addresses that meet in one chain. Callers hold the server's lock. And
 * what a socket's other end is called.
 */
#include "base/base.h"

#include "base/rand.h"
#include "http/http_int.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#define BUCKETS 1024

struct http_source {
	struct http_source *next;
	uint64_t high, low; /* low: IPv4 only */
	size_t n;
};

struct http_sources {
	struct http_source *bucket[BUCKETS];
	uint64_t key[2];
};

void
http_peer_fill(struct http_peer *peer, const struct sockaddr_storage *from)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	union {
		const struct sockaddr_storage *any;
		const struct sockaddr_in *v4;
		const struct sockaddr_in6 *v6;
	} addr = { from };

	if (from->ss_family == AF_INET) {
		memcpy(peer->addr, mapped, sizeof(mapped));
		memcpy(peer->addr + 12, &addr.v4->sin_addr, 4);
	} else if (from->ss_family == AF_INET6) {
		memcpy(peer->addr, &addr.v6->sin6_addr, 16);
	} else {
		peer->is_unix = true;
		memcpy(peer->text, "unix", 5);
		return;
	}
	if (memcmp(peer->addr, mapped, sizeof(mapped)) == 0)
		(void)inet_ntop(AF_INET, peer->addr + 12, peer->text, sizeof(peer->text));
	else
		(void)inet_ntop(AF_INET6, peer->addr, peer->text, sizeof(peer->text));
}

struct http_sources *
http_sources_new(void)
{
	struct http_sources *all = calloc(1, sizeof(*all));

	if (!all)
		abort();
	rand_bytes(all->key, sizeof(all->key));
	all->key[1] |= 1;
	return all;
}

void
http_sources_free(struct http_sources *all)
{
	for (size_t i = 0; all && i < BUCKETS; i++) {
		for (struct http_source *s = all->bucket[i], *next; s; s = next) {
			next = s->next;
			free(s);
		}
	}
	free(all);
}

/* Multiplies by a secret odd number; its high bits depend on all bits of the address. */
static struct http_source **
chain(struct http_sources *all, uint64_t high, uint64_t low)
{
	uint64_t h = (high ^ all->key[0]) * all->key[1];

	h = ((h ^ (h >> 32)) + low) * all->key[1];
	return &all->bucket[(h >> 48) % BUCKETS];
}

struct http_source *
http_source_take(struct http_sources *all, const uint8_t addr[16], size_t max)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	uint64_t high, low;
	struct http_source **at, *s;

	memcpy(&high, addr, 8);
	memcpy(&low, addr + 8, 8);
	if (memcmp(addr, mapped, sizeof(mapped)) != 0)
		low = 0;
	at = chain(all, high, low);
	for (s = *at; s && (s->high != high || s->low != low); s = s->next)
		;
	if (!s) {
		s = calloc(1, sizeof(*s));
		if (!s)
			abort();
		*s = (struct http_source){ .next = *at, .high = high, .low = low };
		*at = s;
	}
	if (s->n >= max)
		return NULL;
	s->n++;
	return s;
}

void
http_source_give(struct http_sources *all, struct http_source *source)
{
	struct http_source **at;

	if (!source || --source->n > 0)
		return;
	for (at = chain(all, source->high, source->low); *at != source; at = &(*at)->next)
		;
	*at = source->next;
	free(source);
}
