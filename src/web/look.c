/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads and serves the operator's look. It must not know any page. The surprising thing: a picture may be an SVG, which is a document of its own when
 * somebody opens it; the policy of every answer forbids it to run anything.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/log.h"
#include "base/str.h"
#include "conf/conf.h"
#include "web/call.h"
#include "web/handlers_site.h"
#include "web/look.h"
#include "web/reply.h"
#include "web/web_int.h"

#include <fcntl.h>
#include <unistd.h>

#define FILE_MAX ((size_t)256 << 10)

static void
left_out(const char *path, const char *why)
{
	log_warn("web.look", L_TEXT("path", path), L_TEXT("why", why), L_END);
}

/* The whole file, NULL when there is none, it is too large or not a plain one that may be read. */
static const char *
read_whole(struct arena *arena, const char *path, size_t *ret_len)
{
	char *data = arena_alloc(arena, FILE_MAX + 1);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	size_t len = 0;
	ssize_t n = fd < 0 ? -1 : 1;

	while (n > 0 && len <= FILE_MAX) {
		n = read(fd, data + len, FILE_MAX + 1 - len);
		len += n > 0 ? (size_t)n : 0;
	}
	if (fd >= 0)
		close(fd);
	if (n < 0 || len == 0 || len > FILE_MAX) {
		left_out(path, "cannot be read, empty or above 256 KB");
		return NULL;
	}
	data[len] = '\0';
	*ret_len = len;
	return data;
}

/* By what it begins with: names lie. */
static const char *
type_of(const char *data, size_t len)
{
	if (len > 8 && memcmp(data, "\x89PNG\r\n\x1a\n", 8) == 0)
		return "image/png";
	if (len > 12 && memcmp(data, "RIFF", 4) == 0 && memcmp(data + 8, "WEBP", 4) == 0)
		return "image/webp";
	if (len > 3 && memcmp(data, "\xff\xd8\xff", 3) == 0)
		return "image/jpeg";
	return strstr(data, "<svg") ? "image/svg+xml; charset=utf-8" : NULL;
}

static int
hex(char c)
{
	return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

/* Tabler takes a colour whole and in its parts. */
static void
add_accent(struct str *out, const char *c)
{
	int r = hex(c[1]) * 16 + hex(c[2]), g = hex(c[3]) * 16 + hex(c[4]),
	    b = hex(c[5]) * 16 + hex(c[6]);

	str_addf(out, ":root, [data-bs-theme] { --tblr-primary: %s; --tblr-primary-rgb: %d, %d, %d; }\n",
	    c, r, g, b);
}

void
look_load(struct look *look, const struct conf *conf, struct arena *arena)
{
	struct str style = STR_INIT;
	const char *css;
	size_t len;

	if (*conf->panel_accent)
		add_accent(&style, conf->panel_accent);
	if (*conf->panel_style && (css = read_whole(arena, conf->panel_style, &len)) != NULL)
		str_addn(&style, css, len);
	if (style.len > 0) {
		look->style = arena_strndup(arena, str_text(&style), style.len);
		look->style_len = style.len;
	}
	str_release(&style);
	if (!*conf->panel_logo || !(look->logo = read_whole(arena, conf->panel_logo, &look->logo_len)))
		return;
	look->logo_type = type_of(look->logo, look->logo_len);
	if (look->logo_type)
		return;
	left_out(conf->panel_logo, "neither SVG, PNG, WebP nor JPEG");
	look->logo = NULL;
}

static bool
send(struct call *c, const char *type, const char *data, size_t len)
{
	c->answer = (struct answer){ .status = 200, .type = type, .cached = true };
	http_resp_header(c->resp, "Cache-Control", "public, max-age=600");
	c->resp->fixed = (const unsigned char *)data;
	c->resp->fixed_len = len;
	return true;
}

bool
web_look_style(struct call *c)
{
	const struct look *look = &c->web->look;

	return send(c, "text/css; charset=utf-8", look->style ? look->style : "/**/",
	    look->style ? look->style_len : 4);
}

/* Without one of the operator's it is the panel's own. */
bool
web_look_logo(struct call *c)
{
	const struct look *look = &c->web->look;

	return look->logo ? send(c, look->logo_type, look->logo, look->logo_len) : web_favicon(c);
}
