/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What Dovecot answers, through the real libcurl: the first byte says whether the rest is a body (its head is put before it) or all that comes over the
 * wire, and which question was asked. Done is only what another reading of the same JSON calls done; every other answer leaves one fault, in printable words,
 * and nothing to give back. The connection is a pair of sockets: socket() and connect() stand here in front of the C library's. The tag is known
 * because no bytes are random here.
 */
#include "base/base.h"

#include "base/arena.h"
#include "ext/doveadm.h"
#include "fuzz/fuzz.h"

#include <fcntl.h>
#include <jansson.h>
#include <sodium.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CHECK(cond) ((cond) ? (void)0 : abort())
#define TAG "0000000000000000"
#define DEPTH_MAX 8
#define WIRE_MAX 65536 /* what a socket takes without anybody reading */

enum { RAW = 1, PROBE = 2 };

/* The conversation under way; one thread. */
static struct {
	bool on;
	const uint8_t *head, *data;
	size_t head_len, len;
	int peer, ours;
} wire;

/* ---- in front of the libraries ---- */

/* Takes the place of libsodium's. */
void randombytes_buf(void *buf, size_t n);
void
randombytes_buf(void *buf, size_t n)
{
	memset(buf, 0, n);
}

static void
say(const uint8_t *data, size_t len)
{
	CHECK(write(wire.peer, data, len) == (ssize_t)len);
}

int
socket(int domain, int type, int protocol)
{
	int pair[2];

	if (!wire.on || domain == AF_UNIX)
		return (int)syscall(SYS_socket, domain, type, protocol);
	CHECK(wire.peer < 0 && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
	wire.ours = pair[0];
	wire.peer = pair[1];
	if (wire.head_len > 0)
		say(wire.head, wire.head_len);
	if (wire.len > 0)
		say(wire.data, wire.len);
	shutdown(wire.peer, SHUT_WR);
	return pair[0];
}

int
connect(int fd, __CONST_SOCKADDR_ARG to, socklen_t len)
{
	return fd == wire.ours ? 0 : (int)syscall(SYS_connect, fd, to.__sockaddr__, len);
}

/* ---- another reading ---- */

static size_t
depth_of(json_t *j)
{
	size_t most = 0, i;
	const char *key;
	json_t *one;

	if (json_is_array(j))
		json_array_foreach(j, i, one) most = MAX(most, depth_of(one));
	else if (json_is_object(j))
		json_object_foreach(j, key, one) most = MAX(most, depth_of(one));
	else
		return 0;
	return most + 1;
}

static bool
says_done(const uint8_t *body, size_t len)
{
	json_t *root = json_loadb((const char *)body, len, JSON_REJECT_DUPLICATES, NULL), *rows = NULL;
	const char *word = "", *tag = "";
	bool done = root && depth_of(root) <= DEPTH_MAX &&
	    json_unpack(root, "[[s,o,s!]!]", &word, &rows, &tag) == 0 &&
	    strcmp(word, "doveadmResponse") == 0 && json_is_array(rows) && strcmp(tag, TAG) == 0;

	json_decref(root);
	return done;
}

static bool
is_printable(const char *text)
{
	while (*text >= ' ' && *text <= '~')
		text++;
	return *text == '\0';
}

static bool
holds(const uint8_t *data, size_t len, const char *word)
{
	return memmem(data, len, word, strlen(word)) != NULL;
}

/* ---- asking ---- */

static void
check_fault(enum rc rc, const struct errs *errs)
{
	CHECK(rc == RC_OK || rc == RC_INVALID || rc == RC_UNAVAILABLE);
	CHECK((rc == RC_OK) == (errs->first == NULL) && errs->first == errs->last);
	CHECK(rc == RC_OK || errs->first->rc == rc);
}

static void
ask(const struct conf_doveadm *conf, struct errs *errs, unsigned mode)
{
	static const char *const users[] = { "anna@example.org" };
	const struct doveadm_call call = {
		.command = DOVEADM_AUTH_FLUSH, .users = users, .n_users = 1, .timeout_ms = 2000
	};
	struct doveadm_reply r;
	enum rc rc = doveadm_ask(conf, &call, &r, errs);

	check_fault(rc, errs);
	CHECK((rc == RC_OK) == (r.rows != NULL));
	CHECK(strlen(r.type) <= 60 && is_printable(r.type));
	if (mode & RAW)
		CHECK(rc != RC_OK ||
		    (holds(wire.data, wire.len, "HTTP/1.") && holds(wire.data, wire.len, " 200")));
	else
		CHECK((rc == RC_OK) == says_done(wire.data, wire.len));
	CHECK(!r.refused_key || rc != RC_OK);
	doveadm_reply_end(&r);
}

static void
probe(const struct conf_doveadm *conf, struct errs *errs)
{
	struct doveadm_about about;
	enum rc rc = doveadm_probe(conf, 2000, &about, errs);

	check_fault(rc, errs);
	CHECK((rc == RC_OK) == (about.commands > 0));
	CHECK(!about.flush_by_mask || rc == RC_OK);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const struct conf_doveadm none = { .url = "", .api_key = "", .ca_file = "" };
	struct errs errs = { 0 };

	(void)argc;
	(void)argv;
	CHECK(doveadm_prepare(&none, &errs) == RC_OK);
	wire.peer = wire.ours = -1;
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct conf_doveadm conf = {
		.url = "http://127.0.0.1:8080/doveadm/v1", .api_key = "key", .ca_file = "", .timeout = 2
	};
	struct arena *arena = arena_new(0, ARENA_PLAIN);
	struct errs errs = { .arena = arena };
	unsigned mode = len > 0 ? data[0] : RAW;
	char head[100];

	wire.data = data + (len > 0);
	wire.len = MIN(len - (len > 0), WIRE_MAX);
	wire.head = (const uint8_t *)head;
	wire.head_len = (mode & RAW)
	    ? 0
	    : (size_t)snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n",
		  wire.len);
	wire.on = true;
	if (mode & PROBE)
		probe(&conf, &errs);
	else
		ask(&conf, &errs, mode);
	wire.on = false;
	if (wire.peer >= 0)
		close(wire.peer);
	wire.peer = wire.ours = -1;
	arena_free(arena);
	return 0;
}
