/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The panel's files out of the binary. Their paths carry a hash of their content, so they may be kept for a year and are never checked again. Only
 * names compiled in can be asked for: there is no file system behind this.
 */
#include "base/base.h"

#include "base/asset.h"
#include "base/str.h"
#include "web/call.h"
#include "web/handlers_site.h"
#include "web/reply.h"

#define YEAR "public, max-age=31536000, immutable"
#define DAY "public, max-age=86400"

/* Is the coding named in Accept-Encoding, and not with ;q=0? */
static bool
accepts(const struct call *c, const char *coding)
{
	const char *at = http_req_header(c->req, "accept-encoding");
	size_t n = strlen(coding);

	for (; at && *at; at += strcspn(at, ","), at += *at == ',') {
		at += strspn(at, " \t");
		if (strncmp(at, coding, n) == 0 && strchr(",; \t", at[n])) {
			const char *q = at + n + strspn(at + n, " \t");

			return strncmp(q, ";q=0", 4) != 0 || (q[4] == '.' && q[5] != '0');
		}
	}
	return false;
}

static bool
send_asset(struct call *c, const struct asset *a, const char *cache)
{
	const char *known = http_req_header(c->req, "if-none-match");
	const unsigned char *data = a->data;
	size_t len = a->len;

	c->answer = (struct answer){ .status = 200, .type = a->type, .cached = true };
	http_resp_header(c->resp, "Cache-Control", cache);
	http_resp_header(c->resp, "ETag", a->etag);
	http_resp_header(c->resp, "Vary", "Accept-Encoding");
	if (known && strstr(known, a->etag)) {
		c->answer.status = 304;
		return true;
	}
	if (a->br && accepts(c, "br")) {
		http_resp_header(c->resp, "Content-Encoding", "br");
		data = a->br;
		len = a->br_len;
	} else if (a->gzip && accepts(c, "gzip")) {
		http_resp_header(c->resp, "Content-Encoding", "gzip");
		data = a->gzip;
		len = a->gzip_len;
	}
	c->resp->fixed = data;
	c->resp->fixed_len = len;
	return true;
}

bool
web_asset(struct call *c)
{
	const struct asset *a = asset_by_path(c->path);

	if (!a) {
		reply_status(c, 404);
		return true;
	}
	return send_asset(c, a, YEAR);
}

bool
web_favicon(struct call *c)
{
	const struct asset *a = asset_by_name("favicon.svg");

	if (!a) {
		reply_status(c, 404);
		return true;
	}
	return send_asset(c, a, DAY);
}
