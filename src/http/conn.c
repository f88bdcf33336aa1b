/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One connection: reads a head, a body, has the handler called, sends the answer, and again. Every function here does
 * what can be done without waiting; what it then waits for is up to server.c. It knows nothing of epoll and lists.
 *
 * Memory: a connection that waits between requests holds no buffer. The thread lends it one for reading, which stays with the
 * connection only while a request is incomplete, and the two for the answer, which stay only while the peer is slow.
 * What was read is wiped when it is done with, since it holds cookies and passwords.
 *
 * Surprising: after a refusal the connection is not just closed. The kernel would answer bytes it did not read with a reset, and that
 * makes the peer's kernel throw away our answer; so the writing half is closed first and the rest read and ignored for a moment.
 */
#include "base/base.h"

#include "base/clock.h"
#include "base/sock.h"
#include "http/http_int.h"

#include <errno.h>
#include <sys/socket.h>

#define NEVER INT64_MAX
#define BODY_LIMIT ((size_t)64 << 10)
#define BODY_KEEP ((size_t)256 << 10) /* larger buffers of answers are not kept for the next one */
#define LINGER_MS 2000
#define LINGER_MAX ((size_t)1 << 20)
#define PIPELINE_MAX 16 /* requests answered before others have their turn */

static void
set_phase(struct http_conn *c, enum http_phase phase, int64_t deadline)
{
	atomic_store_explicit(&c->deadline, deadline, memory_order_relaxed);
	atomic_store_explicit(&c->phase, (int)phase, memory_order_relaxed);
}

static void
count(_Atomic uint64_t *counter)
{
	atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

/* ---- buffers ---- */

static void
input_take(struct http_thread *t, struct http_conn *c)
{
	struct http_input *in = t->spare ? t->spare : malloc(sizeof(*in));

	if (!in)
		abort();
	t->spare = NULL;
	in->len = in->used = 0;
	http_head_init(&in->head);
	c->in = in;
}

static void
input_give(struct http_thread *t, struct http_conn *c)
{
	if (!c->in)
		return;
	explicit_bzero(c->in->buf, c->in->len);
	if (t->spare)
		free(c->in);
	else
		t->spare = c->in;
	c->in = NULL;
}

static bool
body_take(struct http_thread *t, struct http_conn *c, size_t len)
{
	struct http_server *s = t->server;

	if (atomic_fetch_add(&s->body_total, len) + len > s->conf.max_body_total) {
		atomic_fetch_sub(&s->body_total, len);
		return false;
	}
	c->body = malloc(len + 1);
	if (!c->body)
		abort();
	c->body_len = len;
	c->body_have = 0;
	return true;
}

static void
body_give(struct http_thread *t, struct http_conn *c)
{
	if (!c->body)
		return;
	explicit_bzero(c->body, c->body_have);
	free(c->body);
	c->body = NULL;
	atomic_fetch_sub(&t->server->body_total, c->body_len);
}

/* One buffer of an answer back to a thread that has none. */
static void
lend_back(struct str *mine, struct str *theirs)
{
	if (mine->data || theirs->cap > BODY_KEEP)
		str_release(theirs);
	else
		*mine = *theirs;
	*theirs = (struct str)STR_INIT;
}

static void
output_give(struct http_thread *t, struct http_conn *c)
{
	if (c->out.stream.more)
		c->out.stream.done(c->out.stream.ctx);
	c->out.stream = (struct http_stream){ 0 };
	lend_back(&t->head, &c->out.head);
	lend_back(&t->resp.body, &c->out.body);
}

void
http_conn_clear(struct http_thread *t, struct http_conn *c)
{
	input_give(t, c);
	body_give(t, c);
	output_give(t, c);
}

/* ---- answering ---- */

static enum http_want
linger(struct http_thread *t, struct http_conn *c)
{
	input_give(t, c);
	if (shutdown(c->fd, SHUT_WR) != 0)
		return HTTP_WANT_CLOSE;
	c->step = HTTP_STEP_LINGER;
	set_phase(c, HTTP_LINGER, clock_mono_ms() + LINGER_MS);
	return HTTP_GO_ON;
}

/* The answer is out: what came after its request is the beginning of the next. */
static enum http_want
next_request(struct http_thread *t, struct http_conn *c)
{
	const struct http_conf *conf = &t->server->conf;
	struct http_input *in = c->in;
	size_t rest = in->len - in->used;

	output_give(t, c);
	if (c->close_after && (c->linger || rest > 0))
		return linger(t, c);
	if (c->close_after)
		return HTTP_WANT_CLOSE;
	c->step = HTTP_STEP_HEAD;
	c->started = clock_mono_ms();
	if (rest == 0) {
		input_give(t, c);
		set_phase(c, HTTP_IDLE, c->started + conf->idle_ms);
		return HTTP_WANT_READ;
	}
	memmove(in->buf, in->buf + in->used, rest);
	explicit_bzero(in->buf + rest, in->used);
	in->len = rest;
	in->used = 0;
	http_head_init(&in->head);
	set_phase(c, HTTP_READING, c->started + conf->head_ms);
	return HTTP_GO_ON;
}

/* Fills iov with what is left of the answer; bytes of it. */
static size_t
unsent(const struct http_output *out, struct iovec iov[2], size_t *ret_n)
{
	const char *body = out->fixed ? out->fixed : str_text(&out->body);
	size_t head_sent = MIN(out->sent, out->head.len), body_sent = out->sent - head_sent;

	*ret_n = 0;
	if (head_sent < out->head.len)
		iov[(*ret_n)++] = (struct iovec){ out->head.data + head_sent, out->head.len - head_sent };
	if (body_sent < out->len) {
		union {
			const char *in;
			char *out;
		} base = { body + body_sent }; /* sendmsg does not write there */

		iov[(*ret_n)++] = (struct iovec){ base.out, out->len - body_sent };
	}
	return out->head.len + out->len - out->sent;
}

/* All so far is out: the next piece, after others had their turn. */
static enum http_want
next_piece(struct http_thread *t, struct http_conn *c)
{
	set_phase(c, HTTP_BUSY, NEVER);
	if (!http_reply_more(c))
		return HTTP_WANT_CLOSE;
	c->step = HTTP_STEP_WRITE;
	set_phase(c, HTTP_BUSY, clock_mono_ms() + t->server->conf.write_ms);
	return HTTP_WANT_WRITE;
}

/* The answer's last byte may go out now, or later. */
static enum http_want
step_write(struct http_thread *t, struct http_conn *c)
{
	struct iovec iov[2];
	struct msghdr msg = { .msg_iov = iov };
	size_t left = unsent(&c->out, iov, &msg.msg_iovlen);
	ssize_t n;

	do
		n = sendmsg(c->fd, &msg, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno != EAGAIN)
		return HTTP_WANT_CLOSE;
	c->out.sent += n > 0 ? (size_t)n : 0;
	if (n >= 0 && (size_t)n == left)
		return c->out.stream.more ? next_piece(t, c) : next_request(t, c);
	if (c->step != HTTP_STEP_WRITE) {
		c->step = HTTP_STEP_WRITE;
		set_phase(c, HTTP_BUSY, clock_mono_ms() + t->server->conf.write_ms);
	}
	return HTTP_WANT_WRITE;
}

/* The layer's own answer, and the end of the connection: after a refusal nobody knows where the next request begins. */
static enum http_want
refuse(struct http_thread *t, struct http_conn *c, int status)
{
	const struct http_req *req = &c->in->head.req;

	count(&t->server->refused);
	set_phase(c, HTTP_BUSY, NEVER);
	body_give(t, c);
	c->linger = true;
	http_reply_error(t, c, req->path ? req : NULL, status);
	return step_write(t, c);
}

static enum http_want
handle(struct http_thread *t, struct http_conn *c)
{
	const struct http_handlers *h = &t->server->handlers;
	struct http_req *req = &c->in->head.req;

	set_phase(c, HTTP_BUSY, NEVER);
	if (c->body) {
		c->body[c->body_len] = '\0';
		req->body = c->body;
		req->body_len = c->body_len;
	}
	req->peer = &c->peer;
	c->close_after = !c->in->head.keep_alive;
	count(&t->server->requests);
	http_resp_reset(&t->resp);
	h->handle(h->ctx, req, &t->resp);
	if (atomic_load_explicit(&t->server->retired, memory_order_relaxed))
		c->close_after = true;
	http_reply(t, c, req);
	body_give(t, c);
	return step_write(t, c);
}

/* ---- reading ---- */

/* What has come, with HTTP_GO_ON when there were bytes. */
static enum http_want
receive(struct http_conn *c, char *buf, size_t room, size_t *ret_n)
{
	ssize_t n;

	do
		n = sock_recv(c->fd, buf, room, 0);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return HTTP_WANT_READ;
	if (n <= 0)
		return HTTP_WANT_CLOSE;
	*ret_n = (size_t)n;
	return HTTP_GO_ON;
}

static enum http_want
step_body(struct http_thread *t, struct http_conn *c)
{
	size_t n;
	enum http_want want = receive(c, c->body + c->body_have, c->body_len - c->body_have, &n);

	if (want != HTTP_GO_ON)
		return want;
	c->body_have += n;
	return c->body_have == c->body_len ? handle(t, c) : HTTP_WANT_READ;
}

static bool
send_continue(struct http_conn *c)
{
	static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";

	return sock_send(c->fd, text, sizeof(text) - 1, MSG_NOSIGNAL) == (ssize_t)sizeof(text) - 1;
}

/* The head is complete and fine: is its body welcome? */
static enum http_want
head_done(struct http_thread *t, struct http_conn *c)
{
	const struct http_handlers *h = &t->server->handlers;
	struct http_input *in = c->in;
	const struct http_head *head = &in->head;
	size_t here;

	in->used = head->end;
	if (head->body_len == 0)
		return handle(t, c);
	if (head->body_len >
	    (h->body_limit ? h->body_limit(h->ctx, head->req.method, head->req.path) : BODY_LIMIT))
		return refuse(t, c, 413);
	if (!body_take(t, c, (size_t)head->body_len))
		return refuse(t, c, 503);
	here = MIN(in->len - head->end, c->body_len);
	memcpy(c->body, in->buf + head->end, here);
	c->body_have = here;
	in->used += here;
	if (here == c->body_len)
		return handle(t, c);
	if (head->expect_continue && here == 0 && !send_continue(c))
		return HTTP_WANT_CLOSE;
	c->step = HTTP_STEP_BODY;
	set_phase(c, HTTP_READING, c->started + t->server->conf.body_ms);
	return HTTP_GO_ON;
}

static void
first_byte(struct http_thread *t, struct http_conn *c)
{
	int64_t deadline = atomic_load_explicit(&c->deadline, memory_order_relaxed);

	if (!atomic_load_explicit(&c->fresh, memory_order_relaxed)) {
		c->started = clock_mono_ms();
		deadline = c->started + t->server->conf.head_ms;
	}
	atomic_store_explicit(&c->fresh, false, memory_order_relaxed);
	set_phase(c, HTTP_READING, deadline);
}

static enum http_want
step_head(struct http_thread *t, struct http_conn *c)
{
	struct http_input *in;
	int verdict;

	if (!c->in)
		input_take(t, c);
	in = c->in;
	verdict = http_head_feed(&in->head, in->buf, in->len);
	if (verdict == HTTP_PARSE_MORE) {
		size_t n;
		enum http_want want;

		/* before the bytes leave the socket, where the sweep would see them */
		if (in->len == 0)
			atomic_store_explicit(&c->phase, HTTP_READING, memory_order_relaxed);
		want = receive(c, in->buf + in->len, HTTP_HEAD_MAX - in->len, &n);
		if (want == HTTP_WANT_READ && in->len == 0) {
			atomic_store_explicit(&c->phase, HTTP_IDLE, memory_order_relaxed);
			input_give(t, c);
		}
		if (want != HTTP_GO_ON)
			return want;
		if (in->len == 0)
			first_byte(t, c);
		in->len += n;
		verdict = http_head_feed(&in->head, in->buf, in->len);
	}
	if (verdict == HTTP_PARSE_MORE)
		return HTTP_WANT_READ;
	return verdict == HTTP_PARSE_DONE ? head_done(t, c) : refuse(t, c, verdict);
}

static enum http_want
step_linger(struct http_conn *c)
{
	char ignored[4096];
	size_t n;
	enum http_want want = receive(c, ignored, sizeof(ignored), &n);

	if (want == HTTP_GO_ON)
		c->lingered += n;
	return c->lingered > LINGER_MAX ? HTTP_WANT_CLOSE : want;
}

enum http_want
http_conn_run(struct http_thread *t, struct http_conn *c)
{
	enum http_want want = HTTP_GO_ON;

	if (atomic_exchange_explicit(&c->cut, false, memory_order_relaxed)) {
		count(&t->server->cut);
		if (!c->in || c->step == HTTP_STEP_WRITE)
			return HTTP_WANT_CLOSE;
		want = refuse(t, c, 408);
	}
	for (unsigned round = 0; want == HTTP_GO_ON; round++) {
		if (round == PIPELINE_MAX)
			return HTTP_WANT_WRITE; /* which is at once: to the end of the queue */
		switch (c->step) {
		case HTTP_STEP_HEAD:
			want = step_head(t, c);
			break;
		case HTTP_STEP_BODY:
			want = step_body(t, c);
			break;
		case HTTP_STEP_WRITE:
			want = step_write(t, c);
			break;
		case HTTP_STEP_LINGER:
			want = step_linger(c);
			break;
		}
	}
	return want;
}
