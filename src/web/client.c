/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a request comes from. Owns which of a proxy's headers is read: the one that trustedproxy.header names and no other, since a
 * proxy that writes one of them hands the others on as the client sent them. What it finds is the actor's source everywhere: in limits, in
 * sessions, in the trail.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/net.h"
#include "conf/conf.h"
#include "web/call.h"
#include "web/web_int.h"

#include <strings.h>

void
client_init(struct web *web)
{
	const char *mode = web->conf->proxy_mode, *header = web->conf->proxy_header;

	web->trust = (struct net_trust){ .mode = NET_TRUST_NONE, .proxies = web->conf->proxies };
	if (mode && strcasecmp(mode, "auto") == 0)
		web->trust.mode = NET_TRUST_PRIVATE;
	else if (mode && strcasecmp(mode, "on") == 0)
		web->trust.mode = NET_TRUST_LIST;
	web->trust.rfc7239 = header && strcasecmp(header, "Forwarded") == 0;
}

const char *
client_source(struct call *c)
{
	const struct http_peer *peer = c->req->peer;
	struct net_addr near, found;
	char text[NET_TEXT_MAX];
	const char *header = http_req_header(c->req,
	    c->web->trust.rfc7239 ? "forwarded" : "x-forwarded-for");
	bool has_address = peer && !peer->is_unix;

	if (!header || c->web->trust.mode == NET_TRUST_NONE)
		return has_address ? peer->text : "";
	if (has_address)
		memcpy(near.byte, peer->addr, sizeof(near.byte));
	if (!net_client(has_address ? &near : NULL, header, &c->web->trust, &found))
		return "";
	net_addr_text(&found, text);
	return arena_strdup(c->arena, text);
}

/* Behind the last comma of the header: what the nearest proxy wrote. */
static bool
last_says_http(const char *header, const char *key)
{
	const char *comma = strrchr(header, ','), *at = comma ? comma + 1 : header;
	size_t n;

	if (key) {
		at = strcasestr(at, key);
		at = at ? at + strlen(key) : "";
	}
	at += strspn(at, " \t\"");
	n = strcspn(at, " \t\";");
	return n == 4 && strncasecmp(at, "http", 4) == 0;
}

/* Of a proxy's word only this much is heeded: that it was asked in clear. */
bool
client_in_clear(const struct call *c)
{
	const struct http_peer *peer = c->req->peer;
	bool rfc7239 = c->web->trust.rfc7239, has_address = peer && !peer->is_unix;
	const char *header = http_req_header(c->req, rfc7239 ? "forwarded" : "x-forwarded-proto");
	struct net_addr near;

	if (!c->web->secure)
		return false;
	if (has_address)
		memcpy(near.byte, peer->addr, sizeof(near.byte));
	if (net_trusted(&c->web->trust, has_address ? &near : NULL))
		return header && last_says_http(header, rfc7239 ? "proto=" : NULL);
	return has_address && !net_addr_loopback(&near);
}
