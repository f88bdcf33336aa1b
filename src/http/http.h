/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A strict HTTP/1.1 server: bytes, deadlines and limits, nothing of routes. N identical threads wait on one epoll set; the thread that
 * reads the last byte of a request calls the handler with a complete, checked request, sends the answer that comes back
 * and goes on. What RFC 9112 does not allow never reaches the handler; TLS, HTTP/2 and chunked bodies are a reverse proxy's.
 *
 * Life: http_server_new, http_server_add_listener (once or more), http_server_run (blocks until http_server_stop), http_server_free.
 */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include "base/base.h"
#include "base/rc.h"
#include "base/str.h"

enum http_method {
	HTTP_GET,
	HTTP_HEAD,
	HTTP_POST,
	HTTP_PUT,
	HTTP_PATCH,
	HTTP_DELETE,
	HTTP_OPTIONS,
	HTTP_METHOD__MAX
};
const char *http_method_name(enum http_method method);

struct http_header {
	const char *name;  /* lower-cased */
	const char *value; /* without blanks around it: VCHAR, SP, TAB and valid UTF-8 */
};

/* The other end of the connection, which may be a proxy. */
struct http_peer {
	char text[46];    /* "192.0.2.1", "2001:db8::1" (never IPv4-mapped, no zone); "unix" */
	uint8_t addr[16]; /* IPv6, or IPv4 as ::ffff:a.b.c.d; zero for unix */
	bool is_unix;
};

/* All texts are NUL-terminated and live until the handler returns. */
struct http_req {
	enum http_method method;
	const char *path; /* percent-decoded once: valid UTF-8, no control characters, no "//", no dot segments, no backslash */
	const char *query;  /* raw, without the "?"; "" if none */
	const char *target; /* raw, as it was sent */
	const struct http_header *headers;
	size_t n_headers;
	const char *body; /* never NULL; a NUL follows body_len bytes */
	size_t body_len;
	const struct http_peer *peer;
};

/*
 * The first header of that name, NULL if none. Host, Content-Type, Cookie, Authorization, Origin, Referer, X-CSRF-Token, Sec-Fetch-*,
 * X-Forwarded-* and their like are there once at most: requests that repeat them are refused.
 */
const char *http_req_header(const struct http_req *req, const char *lower_case_name);

/* What a body that is made while it is sent gives for its next piece. */
enum http_more {
	HTTP_MORE,
	HTTP_LAST, /* this piece is the last, and may be empty */
	HTTP_CUT, /* it cannot go on: the connection ends in a way that no client takes for the end */
};
/*
 * The rest of a body, behind what is in resp->body. more() is called by one thread at a time, but not always the same, whenever all before
 * was sent; done() once, whatever happened. There is no Content-Length then: HTTP/1.1 gets chunks, HTTP/1.0 the end of the connection.
 */
struct http_stream {
	enum http_more (*more)(void *ctx, struct str *piece);
	void (*done)(void *ctx);
	void *ctx;
};

/* Begins as 200 without headers and body. Content-Length, Date and Connection are the layer's. */
struct http_resp {
	int status;
	struct str body; /* written to directly, sent without copying, reused by later requests */
	const void *fixed; /* if not NULL: sent instead of body; lives as long as the server (assets) */
	size_t fixed_len;
	struct http_stream stream; /* more not NULL: the body goes on; set last, from then on the layer calls done() */
	bool close;      /* end the connection after this answer */
	bool failed;     /* a header was refused: 500 is sent instead */
	struct str head; /* only through the functions below */
};
/* Value and name are checked (CR, LF, other controls, framing headers): a bad one makes the answer a 500. They are copied. */
void http_resp_header(struct http_resp *resp, const char *name, const char *value);
/* Content-Type; NULL or "" sets none. At most once. */
void http_resp_type(struct http_resp *resp, const char *type);
/* Back to the beginning: 200, no headers, no body. */
void http_resp_reset(struct http_resp *resp);

/* All of them are called by many threads at once. HEAD comes as HEAD; its answer is sent without the body that was made. */
struct http_handlers {
	void (*handle)(void *ctx, const struct http_req *req, struct http_resp *resp);
	/* Largest body in bytes for this head; more is answered 413 before it is read. NULL: 64 KiB. */
	size_t (*body_limit)(void *ctx, enum http_method method, const char *path);
	/* Page for what the layer itself refuses (400, 408, 413, 414, 417, 431, 500, 501, 503, 505); resp->status is set. NULL: plain text. */
	void (*error_page)(void *ctx, int status, struct http_resp *resp);
	void *ctx;
};

/* Milliseconds and numbers; 0 stands for the default. Deadlines are absolute: a byte now and then does not move them. */
struct http_conf {
	int64_t head_ms;   /* 10000: first byte (of a new connection: its start) to end of head */
	int64_t body_ms;   /* 15000: first byte of the head to last of the body */
	int64_t write_ms;  /* 15000: the whole answer, or one piece of it */
	int64_t stream_ms; /* 900000: an answer of many pieces */
	int64_t idle_ms;   /* 30000: kept alive without a byte of the next request */
	int64_t stop_ms; /* 9000: from stop until connections that still read or write are dropped */
	int64_t sweep_ms;       /* 1000: how often deadlines are looked at */
	size_t max_connections; /* 1024; over it: 503 and closed at once */
	size_t max_per_source;  /* 256: of one IPv4 address or IPv6 /64; not for unix sockets */
	size_t max_body_total; /* 64 MiB: of all bodies being read at the same time; over it: 503 */
};

struct http_server;

NODISCARD enum rc http_server_new(const struct http_conf *conf,
    const struct http_handlers *handlers, struct http_server **ret, struct errs *errs);
/* fd listens (http_listen, http_listen_fds or inherited) and stays the caller's. Before http_server_run. */
NODISCARD enum rc http_server_add_listener(struct http_server *s, int fd, struct errs *errs);
/* Serves with so many threads, this one among them, until told to stop; RC_OK after all work was finished or stop_ms passed. */
NODISCARD enum rc http_server_run(struct http_server *s, size_t threads);
/*
 * From any thread or a signal handler: no new connections, requests that began are finished, idle connections closed.
 */
void http_server_stop(struct http_server *s);
/* After http_server_run returned. Accepts NULL. */
void http_server_free(struct http_server *s);

struct http_stats {
	uint64_t connections; /* open now */
	uint64_t accepted;
	uint64_t requests;   /* given to the handler */
	uint64_t refused;    /* answered by the layer: malformed, too large, too slow */
	uint64_t over_limit; /* connections closed because there were too many */
	uint64_t cut;        /* closed by a deadline */
};
void http_server_stats(const struct http_server *s, struct http_stats *ret);

/*
 * Opens a listening socket: "127.0.0.1:8080", "[::1]:8080" (port 0: any) or "unix:/absolute/path" (mode 0660; a socket file that
 * nobody answers on is replaced). Non-blocking, close-on-exec.
 */
NODISCARD enum rc http_listen(const char *address, int *ret_fd, struct errs *errs);
/* Socket activation (sd_listen_fds(3)): 0 to max descriptors from 3 on; takes the variables out of the environment. */
NODISCARD enum rc http_listen_fds(int *ret_fds, size_t max, size_t *ret_n, struct errs *errs);

#endif
