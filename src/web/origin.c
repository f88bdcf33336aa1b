/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which names this panel answers to, and whether a change comes from a page of its own. Names keep a stranger's DNS entry from pointing a
 * browser at a panel on a loopback address; ports do not matter for that, and proxies like to drop them.
 */
#include "base/base.h"

#include "base/arena.h"
#include "conf/conf.h"
#include "web/call.h"
#include "web/web_int.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <strings.h>

#define HOSTS_MAX 64

/* host[:port] without the port; brackets of an IPv6 address stay. */
static size_t
host_len(const char *authority, size_t n)
{
	const char *end = n && *authority == '[' ? memchr(authority, ']', n) : NULL;
	const char *colon = end ? NULL : memchr(authority, ':', n);

	if (end)
		return (size_t)(end - authority) + 1;
	return colon ? (size_t)(colon - authority) : n;
}

static void
add_host(struct web *web, size_t *n, const char *authority, size_t len)
{
	char *host;

	len = host_len(authority, len);
	if (len == 0 || *n + 1 >= HOSTS_MAX)
		return;
	host = arena_strndup(web->arena, authority, len);
	for (char *at = host; *at; at++)
		*at = (char)tolower((unsigned char)*at);
	web->hosts[(*n)++] = host;
}

static bool
starts(const char *text, const char *with)
{
	return strncasecmp(text, with, strlen(with)) == 0;
}

/* An address listened on: itself, and the names of the loopback. */
static void
add_listen(struct web *web, size_t *n, const char *word, size_t len)
{
	if (starts(word, "unix:"))
		return;
	if (starts(word, "0.0.0.0:") || starts(word, "[::]:") || starts(word, "*:")) {
		web->any_address = true;
		add_host(web, n, "localhost", 9);
		return;
	}
	if (starts(word, "127.") || starts(word, "[::1]"))
		add_host(web, n, "localhost", 9);
	add_host(web, n, word, len);
}

static void
each_word(struct web *web, size_t *n, const char *list,
    void (*add)(struct web *, size_t *, const char *, size_t))
{
	for (const char *at = list + strspn(list, " \t"); *at; at += strspn(at, " \t")) {
		size_t len = strcspn(at, " \t");

		add(web, n, at, len);
		at += len;
	}
}

void
origin_init(struct web *web)
{
	const char *url = web->conf->public_url ? web->conf->public_url : "";
	const char *at = strstr(url, "://");
	size_t n = 0;

	web->hosts = arena_array(web->arena, HOSTS_MAX, sizeof(*web->hosts));
	if (at) {
		size_t len = strcspn(at + 3, "/");

		add_host(web, &n, at + 3, len);
		web->origin = arena_strndup(web->arena, url, (size_t)(at - url) + 3 + len);
		web->secure = starts(url, "https:");
	}
	if (web->conf->hosts)
		each_word(web, &n, web->conf->hosts, add_host);
	if (web->conf->listen)
		each_word(web, &n, web->conf->listen, add_listen);
}

static bool
is_address(const char *host, size_t n)
{
	struct in6_addr six;
	struct in_addr four;
	char text[INET6_ADDRSTRLEN + 1];

	if (n > 2 && *host == '[') {
		host++;
		n -= 2;
	}
	if (n >= sizeof(text))
		return false;
	memcpy(text, host, n);
	text[n] = '\0';
	return inet_pton(AF_INET, text, &four) == 1 || inet_pton(AF_INET6, text, &six) == 1;
}

bool
origin_host_known(const struct web *web, const char *host)
{
	size_t n = host ? host_len(host, strlen(host)) : 0;

	if (n == 0)
		return false;
	for (const char **at = web->hosts; *at; at++)
		if (strlen(*at) == n && strncasecmp(*at, host, n) == 0)
			return true;
	return web->any_address && is_address(host, n);
}

/* Is it scheme://host of ours, followed by the end or, in a Referer, by a path? */
static bool
is_origin(const struct call *c, const char *text, bool path)
{
	const char *host = http_req_header(c->req, "host");
	const char *scheme = c->web->secure ? "https://" : "http://";
	size_t n = c->web->origin ? strlen(c->web->origin) : 0;

	if (n && strncasecmp(text, c->web->origin, n) == 0 &&
	    (text[n] == '\0' || (path && text[n] == '/')))
		return true;
	if (!host || strncasecmp(text, scheme, strlen(scheme)) != 0)
		return false;
	text += strlen(scheme);
	n = strlen(host);
	return strncasecmp(text, host, n) == 0 && (text[n] == '\0' || (path && text[n] == '/'));
}

static bool
header_is(const struct call *c, const char *name, const char *value)
{
	const char *text = http_req_header(c->req, name);

	return text && strcmp(text, value) == 0;
}

bool
origin_may_read(const struct call *c)
{
	if (!header_is(c, "sec-fetch-site", "cross-site") && !header_is(c, "sec-fetch-site", "same-site"))
		return true;
	return header_is(c, "sec-fetch-mode", "navigate") && header_is(c, "sec-fetch-dest", "document");
}

bool
origin_foreign(const struct call *c)
{
	const char *site = http_req_header(c->req, "sec-fetch-site");
	const char *origin = http_req_header(c->req, "origin");

	if (site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0)
		return true;
	return origin && !is_origin(c, origin, false);
}

bool
origin_ours(const struct call *c)
{
	const char *site = http_req_header(c->req, "sec-fetch-site");
	const char *origin = http_req_header(c->req, "origin");
	const char *referer = http_req_header(c->req, "referer");

	if (origin_foreign(c))
		return false;
	if (origin)
		return true;
	if (referer)
		return is_origin(c, referer, true);
	return site != NULL;
}
