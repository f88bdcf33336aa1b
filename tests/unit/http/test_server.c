/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A server and its clients in one process, so that the sanitizers see both: answers, what handlers may do wrong, deadlines,
 * many clients at once, the end.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/clock.h"
#include "http/http.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

#define HOST "Host: t\r\n"
#define END HOST "Connection: close\r\n\r\n"

struct fixture {
	struct http_server *server;
	struct arena *arena;
	struct errs errs;
	int fd;
	struct sockaddr_in at;
	pthread_t runner;
	bool bad_page;
	atomic_int streams, streams_done;
};

static const char long_text[] = "0123456789012345678901234567890123456789";

/* A body of numbered pieces, then its last or its sudden end. */
struct pieces {
	struct fixture *f;
	int at, n;
	enum http_more end;
	size_t size; /* of the padding in each */
};

static enum http_more
pieces_more(void *ctx, struct str *piece)
{
	struct pieces *p = ctx;

	if (p->at == p->n)
		return p->end;
	str_addf(piece, "piece %d.", ++p->at);
	for (size_t i = 0; i < p->size; i++)
		str_addc(piece, 'x');
	return HTTP_MORE;
}

static void
pieces_done(void *ctx)
{
	struct pieces *p = ctx;

	atomic_fetch_add(&p->f->streams_done, 1);
	free(p);
}

static void
stream(struct fixture *f, const struct http_req *req, struct http_resp *resp)
{
	struct pieces *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	*p = (struct pieces){ .f = f, .n = 3, .end = HTTP_LAST };
	if (strcmp(req->query, "cut") == 0)
		p->end = HTTP_CUT;
	if (strcmp(req->query, "large") == 0)
		p->size = (size_t)4 << 20;
	if (strcmp(req->query, "empty") == 0)
		p->n = 0;
	if (strcmp(req->query, "first") == 0)
		str_add(&resp->body, "first.");
	if (strcmp(req->query, "refused") == 0)
		http_resp_header(resp, "X", "a\nb");
	resp->stream = (struct http_stream){ pieces_more, pieces_done, p };
	atomic_fetch_add(&f->streams, 1);
}

static void
handle(void *ctx, const struct http_req *req, struct http_resp *resp)
{
	if (strcmp(req->path, "/stream") == 0)
		stream(ctx, req, resp);
	else if (strcmp(req->path, "/echo") == 0) {
		str_addn(&resp->body, req->body, req->body_len);
		http_resp_type(resp, "text/plain");
	} else if (strcmp(req->path, "/fixed") == 0) {
		resp->fixed = long_text;
		resp->fixed_len = strlen(long_text);
	} else if (strcmp(req->path, "/none") == 0) {
		resp->status = 204;
	} else if (strcmp(req->path, "/same") == 0) {
		resp->status = 304;
		http_resp_header(resp, "ETag", "\"x\"");
		str_add(&resp->body, "never sent");
	} else if (strcmp(req->path, "/status") == 0) {
		resp->status = 99;
	} else if (strcmp(req->path, "/header") == 0) {
		http_resp_header(resp, req->query, "x");
		str_add(&resp->body, "secret");
	} else if (strcmp(req->path, "/long") == 0) {
		for (int i = 0; i < 1000; i++)
			http_resp_header(resp, "X-Long", long_text);
	} else if (strcmp(req->path, "/close") == 0) {
		resp->close = true;
	} else {
		str_add(&resp->body, "gone");
		http_resp_header(resp, "X-Gone", "yes");
		http_resp_reset(resp);
		str_add(&resp->body, req->path);
	}
}

static size_t
body_limit(void *ctx, enum http_method method, const char *path)
{
	(void)ctx;
	return method == HTTP_POST && strcmp(path, "/echo") == 0 ? 200000 : 10;
}

static void
error_page(void *ctx, int status, struct http_resp *resp)
{
	const struct fixture *f = ctx;

	http_resp_type(resp, "text/html");
	str_addf(&resp->body, "<p>%d</p>", status);
	resp->status = 200; /* a mistake that must not matter */
	if (f->bad_page)
		http_resp_header(resp, "X", "a\nb");
}

static void *
runner(void *arg)
{
	const struct fixture *f = arg;

	return http_server_run(f->server, 3) == RC_OK ? NULL : arg;
}

static void
start(struct fixture *f, const struct http_conf *conf)
{
	const struct http_handlers h = { handle, body_limit, error_page, f };
	socklen_t len = sizeof(f->at);
	union {
		struct sockaddr_in *in;
		struct sockaddr *any;
	} at = { &f->at };

	f->arena = arena_new(0, ARENA_PLAIN);
	f->errs = (struct errs){ .arena = f->arena };
	assert_int_equal(http_server_new(conf, &h, &f->server, &f->errs), RC_OK);
	assert_int_equal(http_listen("127.0.0.1:0", &f->fd, &f->errs), RC_OK);
	assert_int_equal(getsockname(f->fd, at.any, &len), 0);
	assert_int_equal(http_server_add_listener(f->server, f->fd, &f->errs), RC_OK);
	assert_int_equal(pthread_create(&f->runner, NULL, runner, f), 0);
}

static void
stop(struct fixture *f)
{
	struct http_stats st;
	void *failed;

	http_server_stop(f->server);
	assert_int_equal(pthread_join(f->runner, &failed), 0);
	assert_null(failed);
	http_server_stats(f->server, &st);
	assert_int_equal(st.connections, 0);
	http_server_free(f->server);
	close(f->fd);
	arena_free(f->arena);
}

static int
dial(const struct fixture *f)
{
	const struct timeval patience = { .tv_sec = 5 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	union {
		const struct sockaddr_in *in;
		const struct sockaddr *any;
	} at = { &f->at };

	assert_true(fd >= 0 && connect(fd, at.any, sizeof(f->at)) == 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), 0);
	return fd;
}

/* Sends text and reads until the server closes. */
static const char *
ask(const struct fixture *f, const char *text, struct str *answer)
{
	int fd = dial(f);
	char buf[4096];
	ssize_t n;

	str_clear(answer);
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
	while ((n = recv(fd, buf, sizeof(buf), 0)) > 0)
		str_addn(answer, buf, (size_t)n);
	assert_int_equal(n, 0);
	close(fd);
	return str_text(answer);
}

#define CONTAINS(text, what) assert_non_null(strstr((text), (what)))
#define LACKS(text, what) assert_null(strstr((text), (what)))

static void
test_answers(void **state)
{
	struct fixture f = { .fd = -1 };
	struct str out = STR_INIT;
	const char *text;

	(void)state;
	start(&f, NULL);
	text = ask(&f, "POST /echo HTTP/1.1\r\nContent-Length: 3\r\n" END "abc", &out);
	CONTAINS(text, "HTTP/1.1 200 OK\r\nDate: ");
	CONTAINS(text, " GMT\r\nContent-Type: text/plain\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc");
	text = ask(&f, "HEAD /fixed HTTP/1.1\r\n" END, &out);
	CONTAINS(text, "Content-Length: 40\r\n");
	LACKS(text, long_text);
	CONTAINS(ask(&f, "GET /fixed HTTP/1.1\r\n" END, &out), long_text);
	text = ask(&f, "GET /none HTTP/1.1\r\n" END, &out);
	CONTAINS(text, "HTTP/1.1 204 No Content\r\n");
	LACKS(text, "Content-Length");
	text = ask(&f, "GET /same HTTP/1.1\r\n" END, &out);
	CONTAINS(text, "ETag: \"x\"\r\n");
	LACKS(text, "never sent");
	LACKS(text, "Content-Length");
	text = ask(&f, "GET /reset HTTP/1.1\r\n" END, &out);
	CONTAINS(text, "\r\n\r\n/reset");
	LACKS(text, "one");
	text = ask(&f,
	    "GET /1 HTTP/1.1\r\n" HOST "\r\nGET /close HTTP/1.1\r\n" HOST
	    "\r\nGET /2 HTTP/1.1\r\n" END,
	    &out);
	CONTAINS(text, "/1");
	LACKS(text, "/2");
	stop(&f);
	str_release(&out);
}

/* Every stream is done with once: sent, not wanted (HEAD), refused, cut off, or left by its reader. */
static void
test_streams(void **state)
{
	struct fixture f = { .fd = -1 };
	struct str out = STR_INIT;
	const char *text;
	int fd;

	(void)state;
	start(&f, NULL);
	text = ask(&f, "GET /stream HTTP/1.1\r\n" HOST "\r\nGET /2 HTTP/1.1\r\n" END, &out);
	CONTAINS(text, "Transfer-Encoding: chunked\r\n\r\n8\r\npiece 1.\r\n8\r\npiece 2.\r\n8\r\npiece 3.\r\n0\r\n\r\nHTTP/1.1 200");
	CONTAINS(text, "\r\n\r\n/2");
	text = ask(&f, "GET /stream?first HTTP/1.1\r\n" END, &out);
	CONTAINS(text, "\r\n\r\n6\r\nfirst.\r\n8\r\npiece 1.\r\n");
	CONTAINS(ask(&f, "GET /stream?empty HTTP/1.1\r\n" END, &out), "\r\n\r\n0\r\n\r\n");
	text = ask(&f, "GET /stream?first HTTP/1.0\r\n" HOST "Connection: keep-alive\r\n\r\n", &out);
	CONTAINS(text, "Connection: close\r\n\r\nfirst.piece 1.piece 2.piece 3.");
	LACKS(text, "chunked");
	LACKS(text, "Content-Length");
	text = ask(&f, "GET /stream?cut HTTP/1.1\r\n" HOST "\r\n", &out);
	CONTAINS(text, "piece 3.\r\n");
	LACKS(text, "\r\n0\r\n");
	text = ask(&f, "HEAD /stream?first HTTP/1.1\r\n" END, &out);
	CONTAINS(text, "Transfer-Encoding: chunked\r\n");
	LACKS(text, "piece");
	LACKS(text, "first");
	CONTAINS(ask(&f, "GET /stream?refused HTTP/1.1\r\n" END, &out), "HTTP/1.1 500 ");
	(void)ask(&f, "GET /stream?large HTTP/1.1\r\n" END, &out);
	assert_in_range(out.len, 3 * (4 << 20), 3 * (4 << 20) + 500);
	CONTAINS(str_text(&out) + out.len - 10, "\r\n0\r\n\r\n");
	fd = dial(&f);
	text = "GET /stream?large HTTP/1.1\r\n" END;
	assert_true(send(fd, text, strlen(text), MSG_NOSIGNAL) > 0);
	close(fd);
	stop(&f);
	assert_int_equal(f.streams, f.streams_done);
	assert_in_range(f.streams, 8, 9);
	str_release(&out);
}

static const char *const bad_names[] = { "", "A:", "A%20B", "A%0d", "Content-Length",
	"transfer-encoding", "CONNECTION", "Date", "Content-Type" };

static void
test_handler_mistakes(void **state)
{
	struct fixture f = { .fd = -1 };
	struct str out = STR_INIT;
	const char *text;

	(void)state;
	start(&f, NULL);
	text = ask(&f, "GET /status HTTP/1.1\r\n" END, &out);
	CONTAINS(text, "HTTP/1.1 500 Internal Server Error\r\n");
	CONTAINS(text, "<p>500</p>");
	CONTAINS(ask(&f, "GET /long HTTP/1.1\r\n" END, &out), "HTTP/1.1 500 ");
	CONTAINS(ask(&f, "GET /header?X-Fine HTTP/1.1\r\n" END, &out), "X-Fine: x\r\n");
	for (size_t i = 0; i < ARRAY_LEN(bad_names); i++) {
		char in[128];

		(void)snprintf(in, sizeof(in), "GET /header?%s HTTP/1.1\r\n" END, bad_names[i]);
		text = ask(&f, in, &out);
		CONTAINS(text, "HTTP/1.1 500 ");
		LACKS(text, "secret");
	}
	f.bad_page = true;
	text = ask(&f, "GET /status HTTP/1.1\r\n" END, &out);
	CONTAINS(text, "Content-Type: text/plain; charset=utf-8\r\n");
	CONTAINS(text, "\r\n\r\n500 Internal Server Error\n");
	stop(&f);
	str_release(&out);
}

static void
test_header_values(void **state)
{
	static const char *const bad[] = { "a\rb", "a\nb", "\x7f", "\x01", "a\r\nSet-Cookie: x=1" };
	struct http_resp resp = { .status = 200 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		http_resp_reset(&resp);
		http_resp_header(&resp, "Location", bad[i]);
		assert_true(resp.failed && resp.head.len == 0);
		http_resp_reset(&resp);
		assert_false(resp.failed);
		http_resp_type(&resp, bad[i]);
		assert_true(resp.failed && resp.head.len == 0);
	}
	http_resp_reset(&resp);
	http_resp_header(&resp, "Location", NULL);
	assert_true(resp.failed);
	http_resp_reset(&resp);
	http_resp_type(&resp, NULL);
	http_resp_header(&resp, "A", "b\tc \xc3\xa4");
	assert_string_equal(str_text(&resp.head), "A: b\tc \xc3\xa4\r\n");
	str_release(&resp.head);
}

static void
test_refusals(void **state)
{
	struct fixture f = { .fd = -1 };
	struct str out = STR_INIT;
	struct http_stats st;
	const char *text;

	(void)state;
	start(&f, NULL);
	text = ask(&f, "GET / HTTP/1.1\r\n\r\n", &out);
	CONTAINS(text, "HTTP/1.1 400 Bad Request\r\n");
	CONTAINS(text,
	    "Content-Type: text/html\r\nContent-Length: 10\r\nConnection: close\r\n\r\n<p>400</p>");
	text = ask(&f, "BREW / HTTP/1.1\r\n" END, &out);
	CONTAINS(text, "HTTP/1.1 501 ");
	CONTAINS(text, "Allow: GET, ");
	text = ask(&f,
	    "PUT /echo HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 11\r\n\r\n", &out);
	CONTAINS(text, "HTTP/1.1 413 ");
	LACKS(text, "HTTP/1.1 100 ");
	text = ask(&f, "HEAD /a HTTP/1.1\r\n" HOST "Content-Length: 11\r\n\r\n", &out);
	CONTAINS(text, "HTTP/1.1 400 ");
	LACKS(text, "<p>");
	http_server_stats(f.server, &st);
	assert_int_equal(st.refused, 4);
	assert_int_equal(st.requests, 0);
	assert_int_equal(st.accepted, 4);
	stop(&f);
	str_release(&out);
}

static void
test_deadlines(void **state)
{
	const struct http_conf conf = { .head_ms = 200, .body_ms = 400, .idle_ms = 300, .sweep_ms = 50 };
	struct fixture f = { .fd = -1 };
	struct str out = STR_INIT;
	int64_t began;

	(void)state;
	start(&f, &conf);
	began = clock_mono_ms();
	CONTAINS(ask(&f, "GET / HT", &out), "HTTP/1.1 408 Request Timeout\r\n");
	assert_in_range(clock_mono_ms() - began, 199, 1000);
	began = clock_mono_ms();
	CONTAINS(ask(&f, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nab", &out),
	    "HTTP/1.1 408 ");
	assert_in_range(clock_mono_ms() - began, 399, 1200);
	began = clock_mono_ms();
	LACKS(ask(&f, "GET / HTTP/1.1\r\n" HOST "\r\n", &out), " 408 ");
	assert_in_range(clock_mono_ms() - began, 299, 1100);
	stop(&f);
	str_release(&out);
}

#define CLIENTS 8
#define ROUNDS 50

static void *
client(void *arg)
{
	const struct fixture *f = arg;
	char in[64 + 3000], out[8192];

	for (size_t i = 0; i < ROUNDS; i++) {
		int fd = dial(f),
		    n = snprintf(in, 64,
			"POST /echo HTTP/1.1\r\n" HOST "Content-Length: %zu\r\n\r\n", i * 60);
		size_t want = (size_t)n + i * 60, got = 0;
		ssize_t len = 1;

		memset(in + n, 'a' + (int)(i % 26), i * 60);
		for (size_t at = 0; at < want; at += MIN(want - at, (size_t)977))
			(void)send(fd, in + at, MIN(want - at, (size_t)977), MSG_NOSIGNAL);
		shutdown(fd, SHUT_WR);
		while (got < sizeof(out) - 1 && (len = recv(fd, out + got, sizeof(out) - 1 - got, 0)) > 0)
			got += (size_t)len;
		out[got] = '\0';
		close(fd);
		if (len != 0 || !strstr(out, "HTTP/1.1 200 OK") || got < i * 60 ||
		    memcmp(out + got - i * 60, in + n, i * 60) != 0)
			return arg;
	}
	return NULL;
}

static void
test_many_at_once(void **state)
{
	struct fixture f = { .fd = -1 };
	pthread_t all[CLIENTS];
	struct http_stats st;

	(void)state;
	start(&f, NULL);
	for (size_t i = 0; i < CLIENTS; i++)
		assert_int_equal(pthread_create(&all[i], NULL, client, &f), 0);
	for (size_t i = 0; i < CLIENTS; i++) {
		void *failed;

		assert_int_equal(pthread_join(all[i], &failed), 0);
		assert_null(failed);
	}
	http_server_stats(f.server, &st);
	assert_int_equal(st.requests, CLIENTS * ROUNDS);
	assert_int_equal(st.refused, 0);
	stop(&f);
}

static void
test_end(void **state)
{
	const struct http_conf conf = { .stop_ms = 200 };
	struct fixture f = { .fd = -1 };
	char c;
	int idle, half;

	(void)state;
	start(&f, &conf);
	idle = dial(&f);
	half = dial(&f);
	assert_int_equal(send(half, "GET", 3, MSG_NOSIGNAL), 3);
	usleep(50000);
	stop(&f);
	assert_int_equal(recv(idle, &c, 1, 0), 0);
	assert_true(recv(half, &c, 1, 0) <= 0);
	close(idle);
	close(half);
}

/* Whoever came just before the end and has not said anything yet is served. */
static void
test_end_fresh(void **state)
{
	static const char get[] = "GET / HTTP/1.1\r\n" HOST "\r\n";
	struct fixture f = { .fd = -1 };
	struct http_stats st = { 0 };
	char answer[512];
	ssize_t n;
	int fresh;

	(void)state;
	start(&f, &(struct http_conf){ 0 });
	fresh = dial(&f);
	while (st.connections == 0)
		http_server_stats(f.server, &st);
	http_server_stop(f.server);
	usleep(200000); /* idle ones are closed by now */
	assert_int_equal(send(fresh, get, sizeof(get) - 1, MSG_NOSIGNAL), sizeof(get) - 1);
	n = recv(fresh, answer, sizeof(answer) - 1, 0);
	assert_true(n > 0);
	answer[n] = '\0';
	assert_non_null(strstr(answer, "HTTP/1.1 200"));
	close(fresh);
	stop(&f);
}

/* Told to stop before it began, and never run at all. */
static void
test_early_end(void **state)
{
	const struct http_handlers h = { handle, NULL, NULL, NULL };
	struct arena *a = arena_new(0, ARENA_PLAIN);
	struct errs errs = { .arena = a };
	struct http_server *s;

	(void)state;
	assert_int_equal(http_server_new(NULL, &h, &s, &errs), RC_OK);
	assert_int_equal(http_server_add_listener(s, STDIN_FILENO, &errs), RC_CONFIG);
	http_server_stop(s);
	assert_int_equal(http_server_run(s, 2), RC_OK);
	http_server_free(s);
	assert_int_equal(http_server_new(NULL, &h, &s, &errs), RC_OK);
	http_server_free(s);
	http_server_free(NULL);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_streams),
		cmocka_unit_test(test_handler_mistakes),
		cmocka_unit_test(test_header_values),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_deadlines),
		cmocka_unit_test(test_many_at_once),
		cmocka_unit_test(test_end),
		cmocka_unit_test(test_end_fresh),
		cmocka_unit_test(test_early_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
