/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The head of a request: what it means, what is refused and with which status, for every place it can be split at. The many
 * malformed ones are in tests/http/malformed, sent to a process; here are the edges of each rule.
 */
#include "base/base.h"

#include "base/str.h"
#include "http/parse.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define HOST "Host: t\r\n"
#define GET "GET /a HTTP/1.1\r\n" HOST

static const struct {
	const char *in;
	int verdict;
} verdicts[] = {
	{ "", HTTP_PARSE_MORE },
	{ "GET /a HTTP/1.1\r\nHost: t\r\n", HTTP_PARSE_MORE },
	{ "GET /a HTTP/1.1\r\nHost: t\r\n\r", HTTP_PARSE_MORE },
	{ GET "\r\n", HTTP_PARSE_DONE },
	{ "get /a HTTP/1.1\r\n" HOST "\r\n", 501 },
	{ "GETT /a HTTP/1.1\r\n" HOST "\r\n", 501 },
	{ "G(T /a HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET /a HTTP/1.1 \r\n" HOST "\r\n", 400 },
	{ "GET /a HTTP/1.11\r\n" HOST "\r\n", 400 },
	{ "GET /a HTTP/3.0\r\n" HOST "\r\n", 505 },
	{ "GET\r\n", 400 },
	{ "GET \r\n", 400 },
	{ "GET  HTTP/1.1\r\n", 400 },
	{ "\x16", 400 },
	{ "\r\n", 400 },
	{ "\n", 400 },
	{ "\rG", 400 },
	{ "GET /a HTTP/1.1\n", 400 },
	{ "GET /a HTTP/1.1\r\r\n", 400 },
	{ GET "\n", 400 },
	{ GET "\r\r", 400 },
	{ GET "X:\r\n\r\n", HTTP_PARSE_DONE },
	{ GET "X :\r\n\r\n", 400 },
	{ GET " X:\r\n\r\n", 400 },
	{ GET "X: a\r\n b\r\n\r\n", 400 },
	{ GET "X: a\x01", 400 },
	{ GET "X: a\x7f", 400 },
	{ GET "X: \xc3\xa4\r\n\r\n", HTTP_PARSE_DONE },
	{ GET "X: \xc2\x80\r\n\r\n", 400 },
	{ GET "X: \xe4\r\n\r\n", 400 },
	{ GET "Host: t\r\n\r\n", 400 },
	{ "GET /a HTTP/1.1\r\n\r\n", 400 },
	{ "GET /a HTTP/1.0\r\n\r\n", HTTP_PARSE_DONE },
	{ "GET http://t/a HTTP/1.0\r\n\r\n", 400 },
	{ "GET http://t/a HTTP/1.1\r\n" HOST "\r\n", HTTP_PARSE_DONE },
	{ "GET http://t HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET http://t?a HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET http://t:80/a HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET https://t/a HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET /a HTTP/1.1\r\nHost: t:\r\n\r\n", 400 },
	{ "GET /a HTTP/1.1\r\nHost: t:123456\r\n\r\n", 400 },
	{ "GET /a HTTP/1.1\r\nHost: []\r\n\r\n", 400 },
	{ "GET /a HTTP/1.1\r\nHost: [::1]x\r\n\r\n", 400 },
	{ "GET /a HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", HTTP_PARSE_DONE },
	{ "POST /a HTTP/1.1\r\n" HOST "Content-Length: 18446744073709551616\r\n\r\n",
	    HTTP_PARSE_DONE }, /* then 413 */
	{ "POST /a HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999x\r\n\r\n", 400 },
	{ "POST /a HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n", 501 },
	{ "POST /a HTTP/1.1\r\n" HOST "Transfer-Encoding:\r\n\r\n", 501 },
	{ "POST /a HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n", 400 },
	{ "OPTIONS /a HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\n", 400 },
	{ GET "Expect: 100-continue\r\nExpect: 100-continue\r\n\r\n", 400 },
	{ GET "Expect: x\r\n\r\n", 417 },
	{ "GET /a HTTP/1.0\r\n" HOST "Expect: x\r\n\r\n", HTTP_PARSE_DONE },
	{ GET "Connection:\r\n\r\n", 400 },
	{ GET "Connection: a,\r\n\r\n", 400 },
	{ GET "Connection: a b\r\n\r\n", 400 },
	{ GET "Sec-Fetch-Mode: a\r\nSec-Fetch-Site: a\r\n\r\n", HTTP_PARSE_DONE },
	{ GET "Sec-Fetch-Mode: a\r\nsec-fetch-mode: a\r\n\r\n", 400 },
	{ GET "HX-Request: true\r\nhx-request: true\r\n\r\n", 400 },
	{ GET "Accept: a\r\nAccept: b\r\n\r\n", HTTP_PARSE_DONE },
};

static int
feed(struct http_head *h, char *buf, const char *in, size_t len, size_t split)
{
	int verdict;

	memcpy(buf, in, len);
	http_head_init(h);
	verdict = http_head_feed(h, buf, MIN(split, len));
	return verdict == HTTP_PARSE_MORE ? http_head_feed(h, buf, len) : verdict;
}

static void
check_splits(const char *in, int expected)
{
	static struct http_head h;
	static char buf[HTTP_HEAD_MAX];
	size_t len = strlen(in);

	for (size_t split = 0; split <= len; split++) {
		int verdict = feed(&h, buf, in, len, split);

		if (verdict != expected)
			fail_msg("%s: %d instead of %d, split at %zu", in, verdict, expected, split);
	}
}

static void
test_verdicts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(verdicts); i++)
		check_splits(verdicts[i].in, verdicts[i].verdict);
}

static const struct {
	const char *target, *path, *query; /* path NULL: 400 */
} targets[] = {
	{ "/", "/", "" },
	{ "/?", "/", "" },
	{ "/a?b?c=/d&e=%2F", "/a", "b?c=/d&e=%2F" },
	{ "/%41%c3%A4", "/A\xc3\xa4", "" },
	{ "/%2541", "/%41", "" },
	{ "/a%3fb", "/a?b", "" },
	{ "/a%23", "/a#", "" },
	{ "/a/", "/a/", "" },
	{ "/...", "/...", "" },
	{ "/~a-b._c!$&'()*+,;=:@", "/~a-b._c!$&'()*+,;=:@", "" },
	{ "/%f0%9f%98%80", "/\xf0\x9f\x98\x80", "" },
	{ "//", NULL, NULL },
	{ "/.", NULL, NULL },
	{ "/a/.", NULL, NULL },
	{ "/a/..?b", NULL, NULL },
	{ "/a%2e/%2e.", NULL, NULL },
	{ "/%", NULL, NULL },
	{ "/%4", NULL, NULL },
	{ "/%g0", NULL, NULL },
	{ "/%0", NULL, NULL },
	{ "/%00", NULL, NULL },
	{ "/%7f", NULL, NULL },
	{ "/%2F", NULL, NULL },
	{ "/%5C", NULL, NULL },
	{ "/%c3", NULL, NULL },
	{ "/%f5%80%80%80", NULL, NULL },
	{ "/%e2%80%a8", NULL, NULL },
	{ "/a[b]", NULL, NULL },
	{ "/a?%", NULL, NULL },
	{ "/a?b[c]", NULL, NULL },
	{ "/a?b|c", NULL, NULL },
	{ "/a?b#c", NULL, NULL },
	{ "*", NULL, NULL },
	{ "a", NULL, NULL },
	{ "?", NULL, NULL },
};

static void
test_targets(void **state)
{
	static struct http_head h;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
		struct str in = STR_INIT;
		int verdict;

		str_addf(&in, "GET %s HTTP/1.1\r\n" HOST "\r\n", targets[i].target);
		http_head_init(&h);
		verdict = http_head_feed(&h, in.data, in.len);
		if (verdict != (targets[i].path ? HTTP_PARSE_DONE : 400))
			fail_msg("%s: %d", targets[i].target, verdict);
		if (targets[i].path) {
			assert_string_equal(h.req.path, targets[i].path);
			assert_string_equal(h.req.query, targets[i].query);
			assert_string_equal(h.req.target, targets[i].target);
		}
		str_release(&in);
	}
}

static void
test_fields(void **state)
{
	static struct http_head h;
	char buf[] = "PUT /a HTTP/1.1\r\nHOST:t\r\nX-One:\t a, b \t\r\nContent-Length: "
		     "12\r\nx-one: c\r\nExpect: 100-Continue\r\n"
		     "\r\nbody";

	(void)state;
	http_head_init(&h);
	assert_int_equal(http_head_feed(&h, buf, sizeof(buf) - 1), HTTP_PARSE_DONE);
	assert_int_equal(h.end, sizeof(buf) - 1 - 4);
	assert_int_equal(h.req.method, HTTP_PUT);
	assert_int_equal(h.req.n_headers, 5);
	assert_int_equal(h.body_len, 12);
	assert_true(h.expect_continue && h.keep_alive && !h.http10);
	assert_string_equal(http_req_header(&h.req, "host"), "t");
	assert_string_equal(http_req_header(&h.req, "x-one"), "a, b");
	assert_null(http_req_header(&h.req, "X-One"));
	assert_string_equal(h.req.headers[3].value, "c");
	assert_memory_equal(buf + h.end, "body", 4);
}

static const struct {
	const char *version, *connection;
	bool keep;
} connections[] = {
	{ "HTTP/1.1", "x", true },
	{ "HTTP/1.1", "close", false },
	{ "HTTP/1.1", "keep-alive", true },
	{ "HTTP/1.1", "keep-alive , CLOSE", false },
	{ "HTTP/1.0", "x", false },
	{ "HTTP/1.0", "Keep-Alive", true },
	{ "HTTP/1.0", "close,keep-alive", false },
};

static void
test_connection(void **state)
{
	static struct http_head h;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(connections); i++) {
		struct str in = STR_INIT;

		str_addf(&in, "GET / %s\r\n" HOST "Connection: %s\r\n\r\n", connections[i].version,
		    connections[i].connection);
		http_head_init(&h);
		assert_int_equal(http_head_feed(&h, in.data, in.len), HTTP_PARSE_DONE);
		assert_int_equal(h.keep_alive, connections[i].keep);
		str_release(&in);
	}
}

/* GET with a target of n characters in all the request line has. */
static int
with_line(size_t n)
{
	static struct http_head h;
	static char buf[HTTP_HEAD_MAX];
	struct str in = STR_INIT;
	int verdict;

	str_add(&in, "GET /");
	while (in.len < n - 9)
		str_addc(&in, 'a');
	str_add(&in, " HTTP/1.1\r\n" HOST "\r\n");
	verdict = feed(&h, buf, in.data, in.len, 0);
	str_release(&in);
	return verdict;
}

/* A head of exactly n bytes. */
static int
with_head(size_t n)
{
	static struct http_head h;
	static char buf[HTTP_HEAD_MAX];
	struct str in = STR_INIT;
	int verdict;

	str_add(&in, GET "X: ");
	while (in.len < n - 4)
		str_addc(&in, 'a');
	str_add(&in, "\r\n\r\n");
	verdict = feed(&h, buf, in.data, MIN(in.len, sizeof(buf)), 0);
	str_release(&in);
	return verdict;
}

static int
with_fields(size_t n)
{
	static struct http_head h;
	struct str in = STR_INIT;
	int verdict;

	str_add(&in, GET);
	for (size_t i = 1; i < n; i++)
		str_add(&in, "X: a\r\n");
	str_add(&in, "\r\n");
	http_head_init(&h);
	verdict = http_head_feed(&h, in.data, in.len);
	str_release(&in);
	return verdict;
}

static void
test_limits(void **state)
{
	(void)state;
	assert_int_equal(with_line(HTTP_LINE_MAX), HTTP_PARSE_DONE);
	assert_int_equal(with_line(HTTP_LINE_MAX + 1), 414);
	assert_int_equal(with_head(HTTP_HEAD_MAX), HTTP_PARSE_DONE);
	assert_int_equal(with_head(HTTP_HEAD_MAX + 1), 431);
	assert_int_equal(with_fields(HTTP_HEADERS_MAX), HTTP_PARSE_DONE);
	assert_int_equal(with_fields(HTTP_HEADERS_MAX + 1), 431);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_targets),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_connection),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
