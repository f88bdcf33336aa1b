/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Headers of every answer. The policy allows what the panel itself sends and nothing else: no inline script or style, no frame, no other host.
 * Dynamic pages are never stored anywhere.
 */
#include "base/base.h"

#include "base/arena.h"
#include "conf/conf.h"
#include "web/call.h"
#include "web/reply.h"
#include "web/web_int.h"

#define POLICY                                                                               \
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src " \
	"'self'; "                                                                           \
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

#define HSTS "max-age=31536000"

/* clang-format off */
static const struct { const char *name, *value; } always[] = {
	{ "Content-Security-Policy", POLICY },
	{ "X-Content-Type-Options", "nosniff" },
	{ "X-Frame-Options", "DENY" },
	{ "Referrer-Policy", "same-origin" }, /* no-referrer would make browsers send Origin: null with our own forms */
	{ "Permissions-Policy",
	    "camera=(), geolocation=(), microphone=(), payment=(), usb=(), publickey-credentials-create=(self), publickey-credentials-get=(self)" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
};
/* clang-format on */

static void
add(struct call *c, const char *name, const char *value)
{
	if (value)
		http_resp_header(c->resp, name, value);
}

/* A path of the panel as the browser has to ask for it; NULL stays NULL. */
static const char *
outside(struct call *c, const char *path)
{
	return path && c->web->mount_len ? arena_printf(c->arena, "%s%s", c->web->mount, path) : path;
}

void
reply_finish(struct call *c)
{
	const struct answer *a = &c->answer;

	c->resp->status = a->status;
	for (size_t i = 0; i < ARRAY_LEN(always); i++)
		add(c, always[i].name, always[i].value);
	if (c->web->secure)
		add(c, "Strict-Transport-Security",
		    c->conf->hsts_subdomains ? HSTS "; includeSubDomains" : HSTS);
	if (!a->cached) {
		add(c, "Cache-Control", "no-store");
		add(c, "Vary", "Cookie, Authorization, Accept, Accept-Language, HX-Request, HX-Target");
	}
	http_resp_type(c->resp, a->type);
	add(c, "Content-Disposition", a->disposition);
	add(c, "Location", outside(c, a->location));
	add(c, "Allow", a->allow);
	add(c, "WWW-Authenticate", bearer_challenge(c));
	add(c, "HX-Redirect", outside(c, a->hx_redirect));
	if (a->retry_after)
		add(c, "Retry-After", arena_printf(c->arena, "%lld", (long long)a->retry_after));
	if (a->clear_site) /* the storage is the whole host's, which is ours only at its root */
		add(c, "Clear-Site-Data", c->web->mount_len ? "\"cache\"" : "\"cache\", \"storage\"");
	for (size_t i = 0; i < a->n_cookies; i++)
		add(c, "Set-Cookie", a->cookies[i]);
}
