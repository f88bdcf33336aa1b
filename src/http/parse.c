/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines of a request's head and what they mean for the message: RFC 9112 as it stands, minus what it lets a server tolerate.
 * Lines end in CRLF, fields are not folded, names are tokens right before their colon, lengths are plain digits. It decides
 * how long the message is, so any doubt about that is a refusal: two lengths, a length with a coding, a coding at all.
 *
 * Surprising: a byte that cannot be right is refused when it comes, not when its line is complete, so that a TLS client is
 * turned away at its first byte instead of holding a connection until the deadline.
 */
#include "base/base.h"

#include "base/utf8.h"
#include "http/parse.h"

#include <strings.h>

static const char *const method_names[] = {
	[HTTP_GET] = "GET",
	[HTTP_HEAD] = "HEAD",
	[HTTP_POST] = "POST",
	[HTTP_PUT] = "PUT",
	[HTTP_PATCH] = "PATCH",
	[HTTP_DELETE] = "DELETE",
	[HTTP_OPTIONS] = "OPTIONS",
};
_Static_assert(ARRAY_LEN(method_names) == HTTP_METHOD__MAX, "a name for each method");

const char *
http_method_name(enum http_method method)
{
	return method_names[method];
}

void
http_head_init(struct http_head *h)
{
	h->req = (struct http_req){ .body = "", .headers = h->headers };
	h->end = h->seen = h->line = 0;
	h->body_len = 0;
	h->http10 = h->keep_alive = h->expect_continue = false;
	h->have_line = h->has_length = h->has_coding = h->close = h->persist = false;
	h->once = 0;
	h->authority = NULL;
	h->authority_len = 0;
}

/* ---- characters ---- */

static bool
is_token_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	    (c != '\0' && strchr("!#$%&'*+-.^_`|~", c));
}

static size_t
token_len(const char *p)
{
	size_t n = 0;

	while (is_token_char(p[n]))
		n++;
	return n;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Visible ASCII, blanks inside, and UTF-8 without its control characters. */
static bool
value_valid(const char *p, size_t n)
{
	uint32_t cp;

	for (size_t at = 0, len; at < n; at += len) {
		unsigned char c = (unsigned char)p[at];

		len = 1;
		if (c >= 0x80) {
			len = utf8_next(p + at, n - at, &cp);
			if (len == 0 || utf8_is_control(cp))
				return false;
		} else if ((c < ' ' && c != '\t') || c == 0x7f) {
			return false;
		}
	}
	return true;
}

/* ---- the request line ---- */

static bool
find_method(const char *name, enum http_method *ret)
{
	for (size_t i = 0; i < HTTP_METHOD__MAX; i++) {
		if (strcmp(name, method_names[i]) == 0) {
			*ret = (enum http_method)i;
			return true;
		}
	}
	return false;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Three parts with one space between them; line is NUL-terminated. */
static int
request_line(struct http_head *h, char *line)
{
	char *target, *version;

	target = line + token_len(line);
	if (target == line || *target != ' ')
		return 400;
	*target++ = '\0';
	version = strchr(target, ' ');
	if (!version || version == target)
		return 400;
	version++;
	if (strncmp(version, "HTTP/", 5) != 0 || !is_digit(version[5]) || version[6] != '.' ||
	    !is_digit(version[7]) || version[8] != '\0')
		return 400;
	h->http10 = strcmp(version, "HTTP/1.0") == 0;
	if (!h->http10 && strcmp(version, "HTTP/1.1") != 0)
		return 505;
	if (!find_method(line, &h->req.method))
		return 501;
	return http_target(h, target, (size_t)(version - 1 - target));
}

/* ---- header fields ---- */

/*
 * Fields that decide about the message, the sender or access, of which there may be one. A name ending in "-" stands for all that begin
 * with it (they share a bit only with themselves: see seen_before).
 */
/* clang-format off */
static const char *const singular[] = {
	"host", "content-length", "content-type", "content-encoding", "transfer-encoding", "expect", "cookie", "authorization",
	"proxy-authorization", "origin", "referer", "user-agent", "x-csrf-token", "idempotency-key", "forwarded", "x-real-ip",
	"range", "if-match", "if-none-match", "if-modified-since", "upgrade",
};
static const char *const singular_families[] = { "sec-fetch-", "x-forwarded-", "hx-", "mcp-" };
/* clang-format on */
_Static_assert(ARRAY_LEN(singular) <= 8 * sizeof(((struct http_head *)NULL)->once), "a bit for each");

/* Is this field, which has just been added, one too many? */
static bool
is_repeated(struct http_head *h, const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(singular); i++) {
		if (strcmp(name, singular[i]) == 0) {
			unsigned bit = 1u << i;
			bool again = (h->once & bit) != 0;

			h->once |= bit;
			return again;
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(singular_families); i++) {
		if (strncmp(name, singular_families[i], strlen(singular_families[i])) == 0)
			return http_req_header(&h->req, name) != h->headers[h->req.n_headers - 1].value;
	}
	return false;
}

/* Digits only; 0 and *ret, or a status. What does not fit 63 bits is too large for anybody. */
static int
parse_length(const char *value, uint64_t *ret)
{
	uint64_t n = 0;

	if (!*value)
		return 400;
	for (; *value; value++) {
		if (!is_digit(*value))
			return 400;
		if (n > (uint64_t)INT64_MAX / 10 - 1)
			n = (uint64_t)INT64_MAX / 10; /* stays too large, but the rest must be digits too */
		else
			n = n * 10 + (uint64_t)(*value - '0');
	}
	*ret = n;
	return 0;
}

/* Comma-separated tokens; false if it is something else. */
static bool
connection_options(struct http_head *h, const char *p)
{
	for (;;) {
		size_t n;

		p += strspn(p, " \t");
		n = token_len(p);
		if (n == 0)
			return false;
		h->close |= n == 5 && strncasecmp(p, "close", n) == 0;
		h->persist |= n == 10 && strncasecmp(p, "keep-alive", n) == 0;
		p += n;
		p += strspn(p, " \t");
		if (*p == '\0')
			return true;
		if (*p++ != ',')
			return false;
	}
}

/* What the field means for the message itself. */
static int
field_meaning(struct http_head *h, const char *name, const char *value)
{
	if (strcmp(name, "content-length") == 0) {
		h->has_length = true;
		return parse_length(value, &h->body_len);
	}
	if (strcmp(name, "host") == 0)
		return http_authority_valid(value) ? 0 : 400;
	if (strcmp(name, "transfer-encoding") == 0)
		h->has_coding = true;
	if (strcmp(name, "connection") == 0)
		return connection_options(h, value) ? 0 : 400;
	if (strcmp(name, "expect") == 0 && !h->http10) {
		if (strcasecmp(value, "100-continue") != 0)
			return 417;
		h->expect_continue = true;
	}
	return 0;
}

/* One line "name: value" of n characters, NUL-terminated. */
static int
header_line(struct http_head *h, char *line, size_t n)
{
	size_t name_len = token_len(line);
	char *value = line + name_len, *end = line + n;

	if (name_len == 0 || *value != ':')
		return 400;
	*value++ = '\0';
	while (value < end && is_blank(*value))
		value++;
	while (end > value && is_blank(end[-1]))
		end--;
	*end = '\0';
	if (!value_valid(value, (size_t)(end - value)))
		return 400;
	if (h->req.n_headers == HTTP_HEADERS_MAX)
		return 431;
	for (char *p = line; *p; p++)
		*p = (char)(*p >= 'A' && *p <= 'Z' ? *p + ('a' - 'A') : *p);
	h->headers[h->req.n_headers++] = (struct http_header){ line, value };
	if (is_repeated(h, line))
		return 400;
	return field_meaning(h, line, value);
}

/* ---- the whole ---- */

static bool
host_agrees(const struct http_head *h)
{
	const char *host = http_req_header(&h->req, "host");

	if (!host)
		return h->http10 && !h->authority;
	return !h->authority ||
	    (strlen(host) == h->authority_len && strncasecmp(host, h->authority, h->authority_len) == 0);
}

/* The empty line came. */
static int
finish(struct http_head *h)
{
	enum http_method m = h->req.method;
	bool takes_body = m == HTTP_POST || m == HTTP_PUT || m == HTTP_PATCH;

	if (!host_agrees(h))
		return 400;
	if (h->has_coding)
		return h->has_length || h->http10 ? 400 : 501;
	if (h->body_len > 0 && !takes_body)
		return 400;
	h->keep_alive = !h->close && (!h->http10 || h->persist);
	h->end = h->seen;
	return HTTP_PARSE_DONE;
}

/* A line of n characters without its CRLF; it is NUL-terminated. */
static int
take_line(struct http_head *h, char *line, size_t n)
{
	int refused;

	if (!h->have_line) {
		h->have_line = true;
		refused = request_line(h, line);
	} else if (n == 0) {
		return finish(h);
	} else {
		refused = header_line(h, line, n);
	}
	return refused;
}

/* May c follow the bytes [line, at) of an incomplete line? 0 or a status. CR is seen to by the caller. */
static int
byte_refused(const struct http_head *h, const char *buf, size_t at)
{
	unsigned char c = (unsigned char)buf[at];

	if (at > h->line && buf[at - 1] == '\r')
		return 400; /* a CR without its LF */
	if (h->have_line)
		return (c < ' ' && c != '\t') || c == 0x7f ? 400 : 0;
	if (at - h->line >= HTTP_LINE_MAX)
		return 414;
	return c < ' ' || c >= 0x7f ? 400 : 0;
}

int
http_head_feed(struct http_head *h, char *buf, size_t len)
{
	while (h->seen < len) {
		size_t at = h->seen++;
		char *line = buf + h->line;
		int verdict = HTTP_PARSE_MORE;

		if (buf[at] == '\n') {
			if (at == h->line || buf[at - 1] != '\r')
				return 400;
			buf[at - 1] = '\0';
			verdict = take_line(h, line, at - 1 - h->line);
			h->line = at + 1;
		} else if (buf[at] != '\r' || (at > h->line && buf[at - 1] == '\r')) {
			verdict = byte_refused(h, buf, at);
		}
		if (verdict != HTTP_PARSE_MORE)
			return verdict;
	}
	if (len >= HTTP_HEAD_MAX)
		return h->have_line ? 431 : 414;
	return HTTP_PARSE_MORE;
}

const char *
http_req_header(const struct http_req *req, const char *lower_case_name)
{
	for (size_t i = 0; i < req->n_headers; i++) {
		if (strcmp(req->headers[i].name, lower_case_name) == 0)
			return req->headers[i].value;
	}
	return NULL;
}
