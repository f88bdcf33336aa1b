/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A whole connection: a stream of bytes, in pieces that the first two bytes choose, goes through a socket pair into the
 * connection's own code. The handler must see exactly the requests, and the client exactly the answers, that one plain loop
 * over the complete stream finds: nothing more (smuggling), nothing less, nothing of one request in another.
 */
#include "base/base.h"

#include "base/str.h"
#include "fuzz/fuzz.h"
#include "http/http_int.h"

#include <sys/socket.h>
#include <unistd.h>

#define CHECK(cond) ((cond) ? (void)0 : abort())
#define LIMIT 300

/* What happened, or should have. */
struct story {
	struct str text;
	size_t requests;
	int refused; /* status, 0: none */
	bool closed; /* by the answer to a request */
};

static void
tell(struct story *s, const struct http_req *req, const char *body, size_t len)
{
	str_addf(&s->text, "%s %s %s\n", http_method_name(req->method), req->target, req->path);
	for (size_t i = 0; i < req->n_headers; i++)
		str_addf(&s->text, "%s:%s\n", req->headers[i].name, req->headers[i].value);
	str_addn(&s->text, body, len);
	s->requests++;
}

static size_t
body_limit(void *ctx, enum http_method method, const char *path)
{
	(void)ctx, (void)method, (void)path;
	return LIMIT;
}

static void
handle(void *ctx, const struct http_req *req, struct http_resp *resp)
{
	CHECK(req->body[req->body_len] == '\0');
	tell(ctx, req, req->body, req->body_len);
	str_add(&resp->body, "ok");
}

/* The plain loop: one request after the other out of the complete stream. */
static void
expect(struct story *s, const char *data, size_t len)
{
	struct http_head *h = malloc(sizeof(*h));
	char *buf = malloc(HTTP_HEAD_MAX);

	CHECK(h && buf);
	while (len > 0 && !s->refused && !s->closed) {
		size_t n = MIN(len, (size_t)HTTP_HEAD_MAX);
		int verdict;

		memcpy(buf, data, n);
		http_head_init(h);
		verdict = http_head_feed(h, buf, n);
		if (verdict == HTTP_PARSE_DONE && h->body_len > LIMIT)
			verdict = 413;
		if (verdict != HTTP_PARSE_DONE) {
			s->refused = verdict; /* 0 when it is not complete */
			break;
		}
		if (h->body_len > len - h->end)
			break;
		tell(s, &h->req, data + h->end, (size_t)h->body_len);
		s->closed = !h->keep_alive;
		data += h->end + h->body_len;
		len -= h->end + (size_t)h->body_len;
	}
	free(buf);
	free(h);
}

/* All that can be done with what was sent so far; false when the connection is over. */
static bool
run(struct http_thread *t, struct http_conn *c, int client, struct str *answers)
{
	char buf[8192];
	enum http_want want;
	ssize_t n;

	do {
		want = http_conn_run(t, c);
		while ((n = recv(client, buf, sizeof(buf), MSG_DONTWAIT)) > 0)
			str_addn(answers, buf, (size_t)n);
	} while (want == HTTP_WANT_WRITE);
	return want != HTTP_WANT_CLOSE;
}

static void
play(struct http_thread *t, const char *data, size_t len, unsigned step, struct str *answers)
{
	struct http_conn c = { .kind = HTTP_EVENT_CONN, .fresh = true };
	bool open = true;
	int pair[2];
	char peek;

	CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == 0);
	c.fd = pair[0];
	while (open && len > 0) {
		size_t n = MIN(len, (size_t)1 + step % 500);

		step = step * 1103515245u + 12345u;
		CHECK(send(pair[1], data, n, MSG_NOSIGNAL) == (ssize_t)n);
		data += n;
		len -= n;
		do /* the socket may hold more than one step reads */
			open = run(t, &c, pair[1], answers);
		while (open && recv(pair[0], &peek, 1, MSG_PEEK) == 1);
	}
	http_conn_clear(t, &c);
	close(pair[0]);
	close(pair[1]);
}

static size_t
count(const struct str *in, const char *what)
{
	size_t found = 0;

	for (const char *p = str_text(in); (p = strstr(p, what)); p++)
		found++;
	return found;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct story seen = { .text = STR_INIT }, model = { .text = STR_INIT };
	struct http_server s = { .conf = { .max_body_total = SIZE_MAX / 2 },
		.handlers = { handle, body_limit, NULL, &seen } };
	struct http_thread t = { .server = &s };
	struct str answers = STR_INIT;
	char status[32];

	if (len < 2)
		return 0;
	expect(&model, (const char *)data + 2, len - 2);
	play(&t, (const char *)data + 2, len - 2, 1u + data[0] + 256u * data[1], &answers);
	CHECK(seen.requests == model.requests &&
	    strcmp(str_text(&seen.text), str_text(&model.text)) == 0);
	CHECK(seen.text.len == model.text.len &&
	    memcmp(str_text(&seen.text), str_text(&model.text), seen.text.len) == 0);
	CHECK(count(&answers, "HTTP/1.1 200 OK\r\n") == model.requests);
	CHECK(atomic_load(&s.refused) == (model.refused != 0) &&
	    atomic_load(&s.requests) == model.requests);
	(void)snprintf(status, sizeof(status), "HTTP/1.1 %d ", model.refused);
	CHECK(count(&answers, status) == (model.refused != 0));
	CHECK(atomic_load(&s.body_total) == 0);
	free(t.spare);
	str_release(&t.head);
	str_release(&t.resp.body);
	str_release(&t.resp.head);
	str_release(&answers);
	str_release(&seen.text);
	str_release(&model.text);
	return 0;
}
