/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From what a handler filled in to the bytes that are sent. The layer alone writes the status line and the headers that frame the
 * message; a header of the handler that could break the framing makes the whole answer a 500, so that no answer can ever be
 * split. Errors of the layer itself are dressed by the owner's page, and go out as plain text if even that fails.
 */
#include "base/base.h"

#include "base/clock.h"
#include "http/http_int.h"

#include <strings.h>

static const struct {
	int status;
	const char *reason;
} reasons[] = {
	{ 200, "OK" },
	{ 201, "Created" },
	{ 202, "Accepted" },
	{ 204, "No Content" },
	{ 301, "Moved Permanently" },
	{ 302, "Found" },
	{ 303, "See Other" },
	{ 304, "Not Modified" },
	{ 307, "Temporary Redirect" },
	{ 308, "Permanent Redirect" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 406, "Not Acceptable" },
	{ 408, "Request Timeout" },
	{ 409, "Conflict" },
	{ 410, "Gone" },
	{ 412, "Precondition Failed" },
	{ 413, "Content Too Large" },
	{ 414, "URI Too Long" },
	{ 415, "Unsupported Media Type" },
	{ 417, "Expectation Failed" },
	{ 421, "Misdirected Request" },
	{ 422, "Unprocessable Content" },
	{ 429, "Too Many Requests" },
	{ 431, "Request Header Fields Too Large" },
	{ 500, "Internal Server Error" },
	{ 501, "Not Implemented" },
	{ 503, "Service Unavailable" },
	{ 505, "HTTP Version Not Supported" },
	{ 507, "Insufficient Storage" },
};

static const char *
reason(int status)
{
	for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
		if (reasons[i].status == status)
			return reasons[i].reason;
	}
	return ""; /* RFC 9112 4: may be empty */
}

/* ---- what handlers call ---- */

static bool
name_valid(const char *name)
{
	static const char *const ours[] = { "content-length", "transfer-encoding", "connection",
		"date", "content-type", "keep-alive", "upgrade", "trailer" };

	if (!*name ||
	    name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")])
		return false;
	for (size_t i = 0; i < ARRAY_LEN(ours); i++) {
		if (strcasecmp(name, ours[i]) == 0)
			return false;
	}
	return true;
}

static bool
value_valid(const char *value)
{
	for (; *value; value++) {
		unsigned char c = (unsigned char)*value;

		if ((c < ' ' && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

static void
add_header(struct str *head, const char *name, const char *value)
{
	str_add(head, name);
	STR_LIT(head, ": ");
	str_add(head, value);
	STR_LIT(head, "\r\n");
}

void
http_resp_header(struct http_resp *resp, const char *name, const char *value)
{
	if (!value || !name_valid(name) || !value_valid(value))
		resp->failed = true;
	else
		add_header(&resp->head, name, value);
}

void
http_resp_type(struct http_resp *resp, const char *type)
{
	if (!type || !*type)
		return;
	if (value_valid(type))
		add_header(&resp->head, "Content-Type", type);
	else
		resp->failed = true;
}

static void
drop_stream(struct http_stream *stream)
{
	if (stream->more)
		stream->done(stream->ctx);
	*stream = (struct http_stream){ 0 };
}

void
http_resp_reset(struct http_resp *resp)
{
	struct str body = resp->body, head = resp->head;

	drop_stream(&resp->stream);
	str_clear(&body);
	str_clear(&head);
	*resp = (struct http_resp){ .status = 200, .body = body, .head = head };
}

/* ---- bytes ---- */

static void
add_date(struct http_thread *t)
{
	int64_t now = clock_now();

	if (now != t->date_at) {
		t->date_at = now;
		clock_http_date(now, t->date);
	}
	STR_LIT(&t->head, "Date: ");
	str_addn(&t->head, t->date, sizeof(t->date) - 1);
	STR_LIT(&t->head, "\r\n");
}

/* RFC 9110 8.6: none in 204; in 304 it would have to be the length of a 200. */
static bool
has_length(int status)
{
	return status != 204 && status != 304;
}

static void
add_framing(struct http_thread *t, struct http_conn *c, size_t len)
{
	struct str *head = &t->head;

	if (t->resp.stream.more && c->out.chunked) {
		STR_LIT(head, "Transfer-Encoding: chunked\r\n");
	} else if (!t->resp.stream.more && has_length(t->resp.status)) {
		STR_LIT(head, "Content-Length: ");
		str_addi(head, (int64_t)len);
		STR_LIT(head, "\r\n");
	}
	if (c->close_after)
		STR_LIT(head, "Connection: close\r\n");
	else if (c->in && c->in->head.http10)
		STR_LIT(head, "Connection: keep-alive\r\n");
}

static void
add_chunk_size(struct str *head, size_t len)
{
	str_addf(head, "%zx\r\n", len);
}

/* The first piece stands in the body already; an empty chunk would be the end. */
static void
begin_stream(struct http_thread *t, struct http_conn *c)
{
	struct http_output *out = &c->out;

	out->stream = t->resp.stream;
	out->stream_end = clock_mono_ms() + t->server->conf.stream_ms;
	t->resp.stream = (struct http_stream){ 0 };
	if (!out->chunked || out->body.len == 0)
		return;
	add_chunk_size(&out->head, out->body.len);
	STR_LIT(&out->body, "\r\n");
	out->len = out->body.len;
}

bool
http_reply_more(struct http_conn *c)
{
	struct http_output *out = &c->out;
	enum http_more more;

	str_clear(&out->head);
	str_clear(&out->body);
	out->sent = 0;
	more = clock_mono_ms() < out->stream_end ? out->stream.more(out->stream.ctx, &out->body)
						 : HTTP_CUT;
	if (more == HTTP_CUT || out->body.failed) {
		drop_stream(&out->stream);
		return false;
	}
	if (out->chunked && out->body.len > 0) {
		add_chunk_size(&out->head, out->body.len);
		STR_LIT(&out->body, "\r\n");
	}
	if (more == HTTP_LAST) {
		if (out->chunked)
			STR_LIT(&out->body, "0\r\n\r\n");
		drop_stream(&out->stream);
	}
	out->len = out->body.len;
	return true;
}

/* The thread's buffers are lent to the connection; conn.c gives them back when all was sent, which is nearly always at once. */
static void
assemble(struct http_thread *t, struct http_conn *c, bool with_body)
{
	struct http_resp *resp = &t->resp;
	size_t len = resp->fixed ? resp->fixed_len : resp->body.len;
	bool streams = resp->stream.more != NULL;

	c->out.chunked = streams && c->in && !c->in->head.http10;
	c->close_after |= resp->close || (streams && !c->out.chunked) ||
	    atomic_load_explicit(&t->server->stopping, memory_order_relaxed);
	str_clear(&t->head);
	STR_LIT(&t->head, "HTTP/1.1 ");
	str_addi(&t->head, resp->status);
	str_addc(&t->head, ' ');
	str_add(&t->head, reason(resp->status));
	STR_LIT(&t->head, "\r\n");
	add_date(t);
	str_addn(&t->head, str_text(&resp->head), resp->head.len);
	add_framing(t, c, len);
	STR_LIT(&t->head, "\r\n");
	c->out = (struct http_output){ .head = t->head,
		.body = resp->body,
		.fixed = resp->fixed,
		.chunked = c->out.chunked,
		.len = with_body && has_length(resp->status) ? len : 0 };
	t->head = resp->body = (struct str)STR_INIT;
	if (streams && with_body)
		begin_stream(t, c);
	else if (streams)
		drop_stream(&resp->stream);
}

static bool
sendable(const struct http_resp *resp)
{
	return !resp->failed && !resp->body.failed && !resp->head.failed && resp->status >= 200 &&
	    resp->status < 600;
}

void
http_reply(struct http_thread *t, struct http_conn *c, const struct http_req *req)
{
	if (sendable(&t->resp))
		assemble(t, c, req->method != HTTP_HEAD);
	else
		http_reply_error(t, c, req, 500);
}

static void
plain_page(struct http_resp *resp, int status)
{
	http_resp_reset(resp);
	http_resp_type(resp, "text/plain; charset=utf-8");
	http_resp_header(resp, "Cache-Control", "no-store");
	str_addi(&resp->body, status);
	str_addc(&resp->body, ' ');
	str_add(&resp->body, reason(status));
	str_addc(&resp->body, '\n');
}

void
http_reply_error(struct http_thread *t, struct http_conn *c, const struct http_req *req, int status)
{
	const struct http_handlers *h = &t->server->handlers;
	struct http_resp *resp = &t->resp;

	http_resp_reset(resp);
	resp->status = status;
	if (h->error_page)
		h->error_page(h->ctx, status, resp);
	if (!h->error_page || !sendable(resp))
		plain_page(resp, status);
	resp->status = status;
	if (status == 501)
		http_resp_header(resp, "Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
	if (status == 503)
		http_resp_header(resp, "Retry-After", "5");
	c->close_after = true;
	assemble(t, c, !req || req->method != HTTP_HEAD);
}
