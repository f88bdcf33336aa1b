/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of src/http share: server, thread, connection. A connection belongs to exactly one thread from the event that
 * woke it until it is armed again; only the atomic members are looked at by others (the sweep).
 */
#ifndef HTTP_HTTP_INT_H
#define HTTP_HTTP_INT_H

#include "http/parse.h"

#include <pthread.h>
#include <stdatomic.h>

/* What an epoll event points at: the first member of whatever it is. */
enum http_event { HTTP_EVENT_WAKE, HTTP_EVENT_TIMER, HTTP_EVENT_LISTENER, HTTP_EVENT_CONN };

struct http_listener {
	enum http_event kind;
	int fd;
	_Atomic bool resting; /* out of descriptors: the sweep arms it again */
};
#define HTTP_LISTENERS_MAX 64

/* Bytes read and what they mean; only connections in the middle of something have one. */
struct http_input {
	size_t len;
	size_t used; /* of these, by the request being handled */
	struct http_head head;
	char buf[HTTP_HEAD_MAX];
};

/* How the sweep sees a connection. */
enum http_phase {
	HTTP_IDLE,    /* nothing of a request is here */
	HTTP_READING, /* head or body */
	HTTP_BUSY,    /* a handler has it, or an answer is being sent */
	HTTP_LINGER,  /* answered and closed for writing; the peer may still send */
};

/* One answer, put together and sent in up to two pieces. */
struct http_output {
	struct str head, body;
	const void *fixed; /* instead of body */
	size_t len;        /* of the body that is sent: 0 for HEAD */
	size_t sent;
	struct http_stream stream; /* more not NULL: pieces follow */
	bool chunked;
	int64_t stream_end; /* monotonic ms */
};

enum http_step { HTTP_STEP_HEAD, HTTP_STEP_BODY, HTTP_STEP_WRITE, HTTP_STEP_LINGER };

struct http_source; /* connections of one address: source.c */
struct http_sources;

struct http_conn {
	enum http_event kind;
	int fd;
	_Atomic bool handed; /* written by one thread before it lets go, read by the next that takes it */
	struct http_conn *prev, *next; /* the server's list, under its lock */
	_Atomic int64_t deadline;      /* monotonic ms */
	_Atomic int phase;             /* enum http_phase */
	_Atomic bool cut;              /* its deadline passed */
	_Atomic bool fresh;            /* no byte was read yet */
	enum http_step step;
	bool close_after, linger;
	struct http_input *in;
	char *body;
	size_t body_len, body_have;
	int64_t started; /* first byte of the request */
	size_t lingered; /* bytes thrown away */
	struct http_output out;
	struct http_source *source;
	struct http_peer peer;
};

/* What a thread keeps between requests so that idle connections need not. */
struct http_thread {
	struct http_server *server;
	pthread_t id;
	struct http_input *spare;
	struct http_resp resp;
	struct str head;
	int64_t date_at;
	char date[30];
};

struct http_server {
	struct http_conf conf;
	struct http_handlers handlers;
	int epoll, wake, timer;
	enum http_event wake_kind, timer_kind;
	struct http_listener listeners[HTTP_LISTENERS_MAX];
	size_t n_listeners;
	_Atomic bool stopping, done;
	_Atomic bool retired, deaf; /* http_server_retire() */
	int64_t stop_at;            /* under lock: when to drop what is left */
	int64_t idle_until;         /* ... from when on idle ones are closed */

	pthread_mutex_t lock; /* of the list, the sources and the threads */
	pthread_cond_t left;  /* a thread is done */
	size_t threads, looping;
	bool pinned;
	struct http_conn *conns;
	size_t n_conns, accepting; /* threads that do */
	struct http_sources *sources;

	_Atomic size_t body_total;
	_Atomic uint64_t open, accepted, requests, refused, over_limit, cut;
};

/* What a connection waits for when its thread lets go of it; HTTP_GO_ON: for nothing. */
enum http_want { HTTP_GO_ON, HTTP_WANT_READ, HTTP_WANT_WRITE, HTTP_WANT_CLOSE };

/* server.c: for its next event. false: no room for one more (a limit of the kernel), or a listener taken out because of a stop. */
bool http_arm(struct http_server *s, int op, int fd, void *what, uint32_t events);
/* conn.c: does all that can be done without waiting. */
enum http_want http_conn_run(struct http_thread *t, struct http_conn *c);
/* Gives back what it holds, but neither descriptor nor list. */
void http_conn_clear(struct http_thread *t, struct http_conn *c);

/* reply.c: makes c->out, the bytes to send, out of what the handler put into t->resp. */
void http_reply(struct http_thread *t, struct http_conn *c, const struct http_req *req);
/* The next piece of a streamed body into c->out; false: it was cut off. */
bool http_reply_more(struct http_conn *c);
/* The layer's own answer of that status, by the owner's page or as plain text, after which the connection ends. req may be NULL. */
void http_reply_error(struct http_thread *t, struct http_conn *c, const struct http_req *req,
    int status);

struct sockaddr_storage;
/* source.c: how the other end of a socket is called. */
void http_peer_fill(struct http_peer *peer, const struct sockaddr_storage *from);

/* source.c, under the server's lock. NULL: that source has as many as it may have. */
struct http_sources *http_sources_new(void);
void http_sources_free(struct http_sources *all);
struct http_source *http_source_take(struct http_sources *all, const uint8_t addr[16], size_t max);
void http_source_give(struct http_sources *all, struct http_source *source);

#endif
