/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The request target: which of its forms it has, and the one canonical path that routing sees. It is percent-decoded
 * exactly once, and everything that two programs could read as different paths is refused instead of repaired: dot
 * segments, empty segments, encoded slashes and backslashes, control characters, what is not UTF-8. The query stays as
 * it was sent, because only a form parser knows what its plus signs and ampersands mean, but its characters are checked.
 */
#include "base/base.h"

#include "base/utf8.h"
#include "http/parse.h"

#include <strings.h>

static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* RFC 3986 pchar without its "%XX". */
static bool
is_pchar(char c)
{
	return is_alnum(c) || (c != '\0' && strchr("-._~!$&'()*+,;=:@", c));
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The byte that %XX at p stands for, -1 if it is none. p is NUL-terminated. */
static int
escaped(const char *p)
{
	int high = hex_value(p[1]), low = high < 0 ? -1 : hex_value(p[2]);

	return low < 0 ? -1 : high * 16 + low;
}

static bool
query_valid(const char *q)
{
	for (; *q; q++) {
		if (*q == '%' && escaped(q) < 0)
			return false;
		if (*q != '%' && *q != '/' && *q != '?' && !is_pchar(*q))
			return false;
	}
	return true;
}

/* Bytes of the decoded path; 0 if it is malformed. */
static size_t
decode(const char *raw, char *out)
{
	size_t n = 0;

	for (; *raw; raw++) {
		int c = (unsigned char)*raw;

		if (c == '%') {
			c = escaped(raw);
			if (c < 0 || c == '/' || c == '\\')
				return 0;
			raw += 2;
		} else if (c != '/' && !is_pchar(*raw)) {
			return 0;
		}
		out[n++] = (char)c;
	}
	out[n] = '\0';
	return n;
}

static bool
text_valid(const char *text, size_t n)
{
	uint32_t cp;

	for (size_t at = 0; at < n;) {
		size_t len = utf8_next(text + at, n - at, &cp);

		if (len == 0 || utf8_is_control(cp))
			return false;
		at += len;
	}
	return true;
}

/* No empty segments (but the last), no "." and "..". */
static bool
segments_valid(const char *path)
{
	for (const char *p = path; *p == '/'; p += strcspn(p, "/")) {
		size_t n = strcspn(++p, "/");

		if ((n == 0 && *p) || (n == 1 && p[0] == '.') || (n == 2 && p[0] == '.' && p[1] == '.'))
			return false;
	}
	return true;
}

/* raw begins with a slash and ends before the query. */
static int
set_path(struct http_head *h, const char *raw)
{
	size_t n = decode(raw, h->path);

	if (n == 0 || !text_valid(h->path, n) || !segments_valid(h->path))
		return 400;
	h->req.path = h->path;
	return 0;
}

bool
http_authority_valid(const char *text)
{
	const char *p = text;

	if (*p == '[') {
		p += 1 + strspn(p + 1, "0123456789abcdefABCDEF:.");
		if (p - text < 3 || *p++ != ']')
			return false;
	} else {
		while (is_alnum(*p) || *p == '-' || *p == '.' || *p == '_')
			p++;
		if (p == text)
			return false;
	}
	if (*p == '\0')
		return true;
	if (*p != ':')
		return false;
	text = ++p;
	p += strspn(p, "0123456789");
	return *p == '\0' && p - text >= 1 && p - text <= 5;
}

int
http_target(struct http_head *h, char *target, size_t n)
{
	char *path = target, *query;

	target[n] = '\0';
	h->req.target = target;
	h->req.query = "";
	if (*path != '/') { /* absolute form; authority form and "*" are nothing we do */
		if (strncasecmp(target, "http://", 7) != 0)
			return 400;
		h->authority = target + 7;
		h->authority_len = strcspn(h->authority, "/?#");
		path = h->authority + h->authority_len;
		if (h->authority_len == 0 || *path != '/')
			return 400;
	}
	query = strchr(path, '?');
	if (!query)
		return set_path(h, path);
	if (!query_valid(query + 1))
		return 400;
	h->req.query = query + 1;
	*query = '\0'; /* the path ends here for a moment; the raw target gets its "?" back */
	n = (size_t)set_path(h, path);
	*query = '?';
	return (int)n;
}
