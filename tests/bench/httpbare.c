/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * httpbare ADDRESS... [key=value...]: src/http alone, for its tests and for measuring it. Addresses as for http_listen(), or
 * fd:N; keys are threads, bytes (of /static), body (limit), and the members of struct http_conf. Prints a line `listening PORT`
 * per TCP address, serves until SIGTERM, prints its counts.
 *
 * /static gives a buffer that does not change, /size/N so many bytes, /stats the counts, /sleep/N waits so many milliseconds,
 * /split tries to split the answer. Anything else gives back as JSON what the handler saw.
 */
#include "base/base.h"

#include "base/arena.h"
#include "http/http.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

struct bare {
	struct http_server *server;
	struct http_conf conf;
	size_t threads, bytes, body;
	char *fixed;
	pthread_t runner;
	_Atomic unsigned smuggled; /* requests for /smuggled, which only a mistake can bring here */
};

static void
show_stats(struct bare *b, struct str *out)
{
	struct http_stats st;

	http_server_stats(b->server, &st);
	str_addf(out,
	    "{\"connections\":%ju,\"accepted\":%ju,\"requests\":%ju,\"refused\":%ju,\"over_limit\":"
	    "%ju,\"cut\":%ju,"
	    "\"smuggled\":%u}\n",
	    (uintmax_t)st.connections, (uintmax_t)st.accepted, (uintmax_t)st.requests,
	    (uintmax_t)st.refused, (uintmax_t)st.over_limit, (uintmax_t)st.cut, b->smuggled);
}

static void
show_request(const struct http_req *req, struct str *out)
{
	str_add(out, "{\"method\":");
	str_add_json(out, http_method_name(req->method));
	str_add(out, ",\"path\":");
	str_add_json(out, req->path);
	str_add(out, ",\"query\":");
	str_add_json(out, req->query);
	str_add(out, ",\"target\":");
	str_add_json(out, req->target);
	str_add(out, ",\"peer\":");
	str_add_json(out, req->peer->text);
	str_add(out, ",\"headers\":[");
	for (size_t i = 0; i < req->n_headers; i++) {
		str_add(out, i ? ",[" : "[");
		str_add_json(out, req->headers[i].name);
		str_addc(out, ',');
		str_add_json(out, req->headers[i].value);
		str_addc(out, ']');
	}
	str_addf(out, "],\"length\":%zu,\"body\":", req->body_len);
	str_add_json(out, req->body);
	str_add(out, "}\n");
}

static void
fill(struct str *out, size_t n)
{
	static const char
	    line[] = "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopq\n";

	while (out->len < n)
		str_addn(out, line, MIN(n - out->len, sizeof(line) - 1));
}

static void
handle(void *ctx, const struct http_req *req, struct http_resp *resp)
{
	struct bare *b = ctx;

	http_resp_header(resp, "X-Handler", "yes");
	if (strcmp(req->path, "/smuggled") == 0)
		b->smuggled++;
	if (strcmp(req->path, "/static") == 0) {
		http_resp_type(resp, "text/html");
		resp->fixed = b->fixed;
		resp->fixed_len = b->bytes;
		return;
	}
	http_resp_type(resp, "application/json");
	if (strncmp(req->path, "/size/", 6) == 0) {
		fill(&resp->body, (size_t)strtoul(req->path + 6, NULL, 10));
	} else if (strncmp(req->path, "/sleep/", 7) == 0) {
		usleep((useconds_t)strtoul(req->path + 7, NULL, 10) * 1000);
	} else if (strcmp(req->path, "/split") == 0) {
		http_resp_header(resp, "Location", "/a\r\nSet-Cookie: stolen=1");
	} else if (strcmp(req->path, "/stats") == 0) {
		show_stats(b, &resp->body);
	} else {
		show_request(req, &resp->body);
	}
}

static size_t
body_limit(void *ctx, enum http_method method, const char *path)
{
	const struct bare *b = ctx;

	(void)method;
	return strcmp(path, "/small") == 0 ? 10 : b->body;
}

static bool
set(struct bare *b, const char *word)
{
	const struct {
		const char *key;
		int64_t *time;
		size_t *number;
	} keys[] = {
		{ "threads", NULL, &b->threads },
		{ "bytes", NULL, &b->bytes },
		{ "body", NULL, &b->body },
		{ "head_ms", &b->conf.head_ms, NULL },
		{ "body_ms", &b->conf.body_ms, NULL },
		{ "write_ms", &b->conf.write_ms, NULL },
		{ "idle_ms", &b->conf.idle_ms, NULL },
		{ "stop_ms", &b->conf.stop_ms, NULL },
		{ "sweep_ms", &b->conf.sweep_ms, NULL },
		{ "max_connections", NULL, &b->conf.max_connections },
		{ "max_per_source", NULL, &b->conf.max_per_source },
		{ "max_body_total", NULL, &b->conf.max_body_total },
	};
	const char *equals = strchr(word, '=');

	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		if (!equals || strncmp(word, keys[i].key, (size_t)(equals - word)) != 0)
			continue;
		if (keys[i].time)
			*keys[i].time = strtol(equals + 1, NULL, 10);
		else
			*keys[i].number = strtoul(equals + 1, NULL, 10);
		return true;
	}
	return false;
}

static enum rc
listen_to(struct bare *b, const char *address, struct errs *errs)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} at = { .any = { 0 } };
	socklen_t len = sizeof(at);
	int fd = -1;

	if (strncmp(address, "fd:", 3) == 0)
		fd = (int)strtol(address + 3, NULL, 10);
	else if (http_listen(address, &fd, errs) != RC_OK)
		return RC_CONFIG;
	if (getsockname(fd, &at.any, &len) == 0 && at.any.sa_family == AF_INET)
		printf("listening %u\n", ntohs(at.v4.sin_port));
	else if (at.any.sa_family == AF_INET6)
		printf("listening %u\n", ntohs(at.v6.sin6_port));
	fflush(stdout);
	return http_server_add_listener(b->server, fd, errs);
}

static int
complain(const struct errs *errs)
{
	for (const struct err *e = errs->first; e; e = e->next)
		fprintf(stderr, "%s %s\n", e->text, e->detail ? e->detail : "");
	return 1;
}

static void *
runner(void *arg)
{
	struct bare *b = arg;

	if (http_server_run(b->server, b->threads) != RC_OK)
		abort();
	return NULL;
}

static void
serve(struct bare *b)
{
	struct str text = STR_INIT;
	sigset_t signals;
	int got;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	if (pthread_create(&b->runner, NULL, runner, b) != 0)
		abort();
	puts("serving");
	fflush(stdout);
	sigwait(&signals, &got);
	http_server_stop(b->server);
	pthread_join(b->runner, NULL);
	show_stats(b, &text);
	fputs(str_text(&text), stdout);
	str_release(&text);
}

int
main(int argc, char **argv)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
	struct errs errs = { .arena = arena };
	struct bare b = { .threads = 4, .bytes = 10000, .body = 65536 };
	const struct http_handlers handlers = { handle, body_limit, NULL, &b };
	int i = 1;

	for (i = argc - 1; i > 0 && set(&b, argv[i]); i--)
		argc = i;
	b.fixed = calloc(1, b.bytes + 1);
	if (!b.fixed)
		abort();
	memset(b.fixed, 'x', b.bytes);
	if (http_server_new(&b.conf, &handlers, &b.server, &errs) != RC_OK)
		return complain(&errs);
	for (i = 1; i < argc; i++) {
		if (listen_to(&b, argv[i], &errs) != RC_OK)
			return complain(&errs);
	}
	serve(&b);
	http_server_free(b.server);
	free(b.fixed);
	return 0;
}
