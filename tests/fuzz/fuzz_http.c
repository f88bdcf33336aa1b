/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The request head. Whatever the bytes: the verdict does not depend on how they were split, and what is accepted is
 * beyond doubt - an independent reading of the same bytes finds the same lines, and writing the result down again and reading that
 * gives the same request. The first two bytes choose the splits.
 */
#include "base/base.h"

#include "base/str.h"
#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "http/parse.h"

#define CHECK(cond) ((cond) ? (void)0 : abort())

/* Feeds in pieces of up to `step` bytes; 0: all at once. */
static int
feed(struct http_head *h, char *buf, size_t len, unsigned step)
{
	size_t have = 0;
	int verdict = HTTP_PARSE_MORE;

	http_head_init(h);
	while (verdict == HTTP_PARSE_MORE && have < len) {
		have = step ? MIN(len, have + 1 + step % 97) : len;
		step = step ? step * 1103515245u + 12345u + (step == 0) : 0;
		verdict = http_head_feed(h, buf, have);
	}
	return verdict;
}

static void
same(const struct http_head *a, const struct http_head *b)
{
	CHECK(a->req.method == b->req.method && a->body_len == b->body_len &&
	    a->keep_alive == b->keep_alive);
	CHECK(a->http10 == b->http10 && a->expect_continue == b->expect_continue);
	CHECK(strcmp(a->req.path, b->req.path) == 0 && strcmp(a->req.query, b->req.query) == 0);
	CHECK(strcmp(a->req.target, b->req.target) == 0 && a->req.n_headers == b->req.n_headers);
	for (size_t i = 0; i < a->req.n_headers; i++) {
		CHECK(strcmp(a->headers[i].name, b->headers[i].name) == 0);
		CHECK(strcmp(a->headers[i].value, b->headers[i].value) == 0);
	}
}

static size_t
count(const char *data, size_t len, const char *what, size_t n)
{
	size_t found = 0;

	for (size_t i = 0; i + n <= len; i++)
		found += memcmp(data + i, what, n) == 0;
	return found;
}

/* raw is what was accepted, untouched: lines, ends of lines, and nothing in between. */
static void
raw_is_clean(const struct http_head *h, const char *raw, size_t len)
{
	size_t crlf = count(raw, h->end, "\r\n", 2);

	CHECK(h->end <= len && h->end <= HTTP_HEAD_MAX && h->end > 4);
	CHECK(memcmp(raw + h->end - 4, "\r\n\r\n", 4) == 0);
	CHECK(count(raw, h->end, "\r\n\r\n", 4) == 1);
	CHECK(count(raw, h->end, "\r", 1) == crlf && count(raw, h->end, "\n", 1) == crlf);
	CHECK(crlf == h->req.n_headers + 2);
	CHECK(memchr(raw, '\0', h->end) == NULL);
	CHECK(count(raw, h->end, "\r\n ", 3) == 0 && count(raw, h->end, "\r\n\t", 3) == 0);
}

static void
path_is_clean(const char *path)
{
	CHECK(path[0] == '/' && utf8_valid(path, strlen(path)));
	CHECK(!strstr(path, "//") && !strstr(path, "/./") && !strstr(path, "/../") &&
	    !strchr(path, '\\'));
	CHECK(strcmp(path + strlen(path) - MIN(strlen(path), (size_t)3), "/..") != 0);
	for (; *path; path++)
		CHECK((unsigned char)*path >= ' ' && *path != 0x7f);
}

static size_t
fields_called(const struct http_head *h, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < h->req.n_headers; i++)
		n += strcmp(h->headers[i].name, name) == 0;
	return n;
}

static void
message_is_clean(const struct http_head *h)
{
	const char *length = http_req_header(&h->req, "content-length");

	CHECK(fields_called(h, "host") == 1 || (h->http10 && fields_called(h, "host") == 0));
	CHECK(fields_called(h, "content-length") <= 1 && fields_called(h, "transfer-encoding") == 0);
	CHECK(fields_called(h, "content-type") <= 1 && fields_called(h, "cookie") <= 1 &&
	    fields_called(h, "origin") <= 1);
	CHECK(!length || (*length && !length[strspn(length, "0123456789")]));
	CHECK((h->body_len == 0) == (!length || !length[strspn(length, "0")]));
	CHECK(h->body_len == 0 || h->req.method == HTTP_POST || h->req.method == HTTP_PUT ||
	    h->req.method == HTTP_PATCH);
	for (size_t i = 0; i < h->req.n_headers; i++) {
		CHECK(h->headers[i].name[0] && !strpbrk(h->headers[i].name, " \t:\r\n") &&
		    !strpbrk(h->headers[i].value, "\r\n"));
		CHECK(utf8_valid(h->headers[i].value, strlen(h->headers[i].value)));
	}
}

/* Writes the request down again; reading that gives the same. */
static void
round_trip(struct http_head *h)
{
	struct str out = STR_INIT;
	struct http_head *again = malloc(sizeof(*again));

	CHECK(again != NULL);
	str_addf(&out, "%s %s HTTP/1.%d\r\n", http_method_name(h->req.method), h->req.target,
	    h->http10 ? 0 : 1);
	for (size_t i = 0; i < h->req.n_headers; i++)
		str_addf(&out, "%s:%s\r\n", h->headers[i].name, h->headers[i].value);
	str_add(&out, "\r\n");
	CHECK(out.len <= h->end);
	CHECK(feed(again, out.data, out.len, 0) == HTTP_PARSE_DONE);
	CHECK(again->end == out.len);
	same(h, again);
	free(again);
	str_release(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct http_head *whole = malloc(sizeof(*whole)), *split = malloc(sizeof(*split));
	unsigned step;
	char *raw, *a, *b;
	int verdict;

	CHECK(whole && split);
	step = len >= 2 ? 1u + data[0] + 256u * data[1] : 1;
	data += MIN(len, (size_t)2);
	len -= MIN(len, (size_t)2);
	len = MIN(len, (size_t)HTTP_HEAD_MAX);
	raw = malloc(len + 1);
	a = malloc(len + 1);
	b = malloc(len + 1);
	CHECK(raw && a && b);
	/* exactly len bytes, so that a look past the end is seen; the NUL is for nobody */
	a = realloc(a, MAX(len, (size_t)1));
	b = realloc(b, MAX(len, (size_t)1));
	memcpy(raw, data, len);
	memcpy(a, data, len);
	memcpy(b, data, len);
	verdict = feed(whole, a, len, 0);
	CHECK(verdict == feed(split, b, len, step));
	CHECK(verdict == HTTP_PARSE_MORE || verdict == HTTP_PARSE_DONE ||
	    (verdict >= 400 && verdict <= 505));
	CHECK(verdict != HTTP_PARSE_MORE || len < HTTP_HEAD_MAX);
	if (verdict == HTTP_PARSE_DONE) {
		CHECK(whole->end == split->end);
		same(whole, split);
		raw_is_clean(whole, raw, len);
		path_is_clean(whole->req.path);
		message_is_clean(whole);
		round_trip(whole);
	}
	free(raw);
	free(a);
	free(b);
	free(whole);
	free(split);
	return 0;
}
