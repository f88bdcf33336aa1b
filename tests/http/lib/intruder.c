/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whoever runs code of his own within the web process: a library in front of a panel's own that does what the test says (INTRUDER_FILE), once, when a
 * request with the header x-intruder has been read, by the thread that serves it. It knows what to try, not what ought to become of it: that is
 * tests/http/intruder.test.mjs.
 */
#include "base/base.h"

#include "cage_acts.h"
#include "http/lib/inject.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { FD_CHANNEL = 5, FD_LISTEN = 6, FDS = 256, ROOM = 4096, TRIES = 300 };

/* Shared with the test, in this order. */
struct plan {
	_Atomic uint32_t go, began, over;
	int32_t result; /* DONE, REFUSED; of "send": bytes sent */
	int32_t error;
	int32_t number;         /* a process */
	uint32_t fd, len, pass; /* where bytes go; with them a copy of this descriptor, if it is not 0 */
	uint32_t times, told, ask; /* ... so often; bytes that came back, if they are waited for */
	char act[64], text[256];
	unsigned char out[ROOM], in[ROOM];
};

typedef ssize_t recvmsg_fn(int, struct msghdr *, int);
static struct plan *plan;
static recvmsg_fn *real_recvmsg;
static _Atomic bool garbling;

static int
answer(bool done)
{
	plan->error = errno;
	return done ? DONE : REFUSED;
}

static int
open_text(const struct world *w UNUSED)
{
	return answer(open(plan->text, O_RDONLY | O_CLOEXEC) >= 0);
}

static int
open_to_write(const struct world *w UNUSED)
{
	return answer(open(plan->text, O_RDWR | O_CLOEXEC) >= 0);
}

static int
kill_it(const struct world *w UNUSED)
{
	return answer(kill(plan->number, SIGKILL) == 0);
}

static int
trace_it(const struct world *w UNUSED)
{
	return answer(syscall(SYS_ptrace, 16 /* PTRACE_ATTACH */, plan->number, 0, 0) == 0);
}

static int
peek_at_it(const struct world *w UNUSED)
{
	char buf[8];
	struct iovec here = { buf, sizeof(buf) }, there = { &plan, sizeof(buf) };

	return answer(syscall(SYS_process_vm_readv, plan->number, &here, 1, &there, 1, 0) > 0);
}

static int
steal_descriptor(const struct world *w UNUSED)
{
	return answer(syscall(434 /* pidfd_open */, plan->number, 0) >= 0);
}

static int
bind_one(const struct world *w UNUSED)
{
	const struct sockaddr_in any = { .sin_family = AF_INET };

	return answer(bind(FD_LISTEN, (const struct sockaddr *)&any, sizeof(any)) == 0);
}

static void
nap(void)
{
	static const uint32_t never = 0;
	const struct timespec ts = { 0, 10000000 };

	(void)syscall(SYS_futex, &never, FUTEX_WAIT_PRIVATE, 0, &ts, NULL, 0);
}

/* So that the main thread does not take what is meant for us. */
static void
take_from_epoll(int fd)
{
	struct epoll_event none = { 0 };

	for (int e = 0; e < FDS; e++)
		(void)epoll_ctl(e, EPOLL_CTL_DEL, fd, &none);
}

static ssize_t
send_once(int fd)
{
	struct iovec iov = { plan->out, plan->len };
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	int pass = (int)plan->pass;

	if (pass) {
		m.msg_control = control.room;
		m.msg_controllen = sizeof(control.room);
		control.head = (struct cmsghdr){ .cmsg_level = SOL_SOCKET,
			.cmsg_type = SCM_RIGHTS,
			.cmsg_len = CMSG_LEN(sizeof(int)) };
		memcpy(CMSG_DATA(&control.head), &pass, sizeof(pass));
	}
	return sendmsg(fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* The answer to the question with the number that stands in bytes 8 to 15; others are somebody else's. */
static void
wait_for_answer(int fd)
{
	for (int i = 0; i < TRIES; i++) {
		struct iovec iov = { plan->in, ROOM };
		struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
		ssize_t n = real_recvmsg(fd, &m, MSG_DONTWAIT);

		if (n >= 16 && memcmp(plan->in + 8, plan->out + 8, 8) == 0) {
			plan->told = (uint32_t)n;
			return;
		}
		if (n < 0)
			nap();
	}
}

static int
send_bytes(const struct world *w UNUSED)
{
	int fd = (int)plan->fd;
	ssize_t n = 0;

	take_from_epoll(FD_CHANNEL);
	for (uint32_t i = 0; i < plan->times; i++)
		n = send_once(fd);
	if (plan->ask)
		wait_for_answer(fd);
	plan->error = errno;
	return (int)n;
}

static int
hang_up(const struct world *w UNUSED)
{
	return answer(close(FD_CHANNEL) == 0);
}

/* What the keeper says next is nonsense, and it is made to say something. */
static int
garble(const struct world *w UNUSED)
{
	atomic_store(&garbling, true);
	return answer(send_once(FD_CHANNEL) > 0);
}

/* clang-format off */
static const struct {
	const char *name;
	int (*act)(const struct world *);
} acts[] = {
	{ "open", open_text },                 { "open to write", open_to_write },
	{ "create", create_outside },          { "truncate", truncate_outside },
	{ "remove", remove_outside },          { "symbolic link", make_link },
	{ "folder", make_folder },             { "execve", execute },
	{ "execveat", execute_fd },            { "fork, the call", fork_child },
	{ "fork, libc's", vfork_child },       { "clone3", clone3_child },
	{ "thread", start_thread },            { "socket", new_socket },
	{ "socket(AF_PACKET)", packet_socket }, { "socketpair", new_unix_pair },
	{ "connect", do_connect },             { "bind", bind_one },
	{ "listen", do_listen },               { "mount", do_mount },
	{ "unshare", do_unshare },             { "bpf", do_bpf },
	{ "io_uring", io_ring },               { "setuid", become_root },
	{ "map code", map_code },              { "turn data into code", make_code },
	{ "trace itself", trace_self },        { "raise a limit", raise_limit },
	{ "become dumpable", make_dumpable },  { "type into a terminal", tiocsti },
	{ "kill", kill_it },                   { "trace", trace_it },
	{ "peek", peek_at_it },                { "steal a descriptor", steal_descriptor },
	{ "send", send_bytes },                { "abort", do_abort },
	{ "garble", garble },                  { "hang up", hang_up },
};
/* clang-format on */

static void
intrude(void)
{
	struct world w = { .server = FD_LISTEN };

	(void)snprintf(w.outside, sizeof(w.outside), "%.79s", plan->text);
	(void)snprintf(w.dir, sizeof(w.dir), "/tmp");
	(void)snprintf(w.inside, sizeof(w.inside), "/tmp/vimb-intruder");
	w.address = (struct sockaddr_in){
		.sin_family = AF_INET, .sin_port = 0x3905, .sin_addr = { 0x0100007f }
	};
	atomic_store(&plan->began, 1);
	for (size_t i = 0; i < ARRAY_LEN(acts); i++)
		if (strcmp(acts[i].name, plan->act) == 0) {
			plan->result = acts[i].act(&w);
			atomic_store(&plan->over, 1);
		}
}

ssize_t
recvmsg(int fd, struct msghdr *m, int flags)
{
	ssize_t n = real_recvmsg ? real_recvmsg(fd, m, flags) : syscall(SYS_recvmsg, fd, m, flags);

	if (fd == FD_CHANNEL && n > 0 && atomic_exchange(&garbling, false))
		memset(m->msg_iov->iov_base, 'x', (size_t)n);
	if (plan && n > 0 && atomic_load(&plan->go) && m->msg_iovlen > 0 &&
	    memmem(m->msg_iov->iov_base, MIN((size_t)n, m->msg_iov->iov_len), "x-intruder", 10)) {
		atomic_store(&plan->go, 0);
		intrude();
	}
	return n;
}

__attribute__((constructor)) static void
begin(void)
{
	void *found = dlsym(RTLD_NEXT, "recvmsg");

	memcpy(&real_recvmsg, &found, sizeof(found));
	plan = inject_shared("INTRUDER_FILE", sizeof(*plan));
}
