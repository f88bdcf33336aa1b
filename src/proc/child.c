/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What every child does before anything else, right after it was executed anew: no core dumps, no
 * new privileges, gone when the master is gone, and its configuration from the descriptor it
 * inherited. It knows nothing of what the roles do.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/cores.h"
#include "base/form.h"
#include "base/log.h"
#include "base/sock.h"
#include "base/str.h"
#include "proc/caps.h"
#include "proc/proc_int.h"

#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define ARENAS_PER_CPU 8
#define MAP_FROM ((size_t)256 << 10)

const char *
proc_role_name(enum proc_role role)
{
	static const char *const names[ROLE__MAX] = { [ROLE_WEB] = "web", [ROLE_KEEPER] = "keeper" };

	return names[role];
}

static void
restrict_self(enum proc_role role)
{
	const struct rlimit none = { 0, 0 };

	caps_bound(CAPS_NONE);
	caps_hold(CAPS_FILES);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)prctl(PR_SET_NAME, role == ROLE_WEB ? "vimbadmin-web" : "vimbadmin-keep");
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	(void)prctl(PR_SET_DUMPABLE, 0);
	(void)setrlimit(RLIMIT_CORE, &none);
	(void)umask(0007);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is a fault of the database, not the end */
}

static bool
read_all(int fd, struct str *out)
{
	char buf[4096];
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0 || (n < 0 && errno == EINTR)) {
		if (n > 0)
			str_addn(out, buf, (size_t)n);
	}
	explicit_bzero(buf, sizeof(buf));
	return n == 0 && !out->failed;
}

/*
 * The keeper: as many arenas as malloc would make by itself. Told so, it does not count the processors when the ninth thread comes. Web processes: one
 * for all threads, the only kind that grows by maps alone; large pieces are maps of their own, so that they go back to the kernel.
 */
static void
settle_malloc(enum proc_role role)
{
	(void)mallopt(M_ARENA_MAX, role == ROLE_WEB ? 1 : ARENAS_PER_CPU * (int)cores_usable());
	if (role == ROLE_WEB)
		(void)mallopt(M_MMAP_THRESHOLD, (int)MAP_FROM);
}

struct conf *
child_begin(enum proc_role role)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_SECRET);
	struct errs errs = { .arena = arena };
	struct str text = STR_INIT;
	struct conf *conf = NULL;
	enum log_level level = LOG_LEVEL_INFO;

	restrict_self(role);
	/* the kernel sends no signal for a parent that was dead before it was told to */
	if (!child_tell(CONTROL_ALIVE))
		_exit(0);
	settle_malloc(role);
	form_prepare();
	if (!read_all(FD_CONF, &text) || conf_parse(str_text(&text), &conf, &errs) != RC_OK)
		conf = NULL;
	close(FD_CONF);
	if (text.data)
		explicit_bzero(text.data, text.cap);
	str_release(&text);
	(void)(conf && log_level_parse(conf->log_level, &level));
	log_open(proc_role_name(role), level);
	if (role == ROLE_WEB)
		log_by_epoll();
	if (!conf)
		log_error("child.no_configuration",
		    L_TEXT("why", errs.first ? errs.first->text : "unreadable"), L_END);
	return conf;
}

void
child_log_faults(const struct errs *errs)
{
	for (const struct err *e = errs->first; e; e = e->next)
		log_error("child.fault", L_TEXT("why", e->text), L_TEXT("detail", e->detail), L_END);
}

bool
child_tell(enum control_word word)
{
	const char c = (char)word;
	ssize_t n;

	do
		n = sock_send(FD_CONTROL, &c, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	return n == 1 || errno == EAGAIN;
}

bool
child_watch(struct child_main *m)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	(void)signal(SIGHUP, SIG_IGN); /* a terminal's end; reloading is the master's */
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return false;
	m->beat_at = 0;
	m->epoll = -1;
	m->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return m->signals >= 0;
}

/* Time for a sign of life? False: there is no master any more. */
static bool
beat(struct child_main *m, int64_t now)
{
	if (now < m->beat_at)
		return true;
	m->beat_at = now + HEARTBEAT_MS;
	return child_tell(CONTROL_ALIVE);
}

bool
child_watch_fd(struct child_main *m, int fd)
{
	struct epoll_event of_master = { .events = EPOLLIN, .data.fd = m->signals },
			   of_fd = { .events = EPOLLIN, .data.fd = fd };

	m->epoll = epoll_create1(EPOLL_CLOEXEC);
	return m->epoll >= 0 && epoll_ctl(m->epoll, EPOLL_CTL_ADD, m->signals, &of_master) == 0 &&
	    epoll_ctl(m->epoll, EPOLL_CTL_ADD, fd, &of_fd) == 0;
}

void
child_unwatch_fd(const struct child_main *m, int fd)
{
	struct epoll_event none = { 0 };

	(void)epoll_ctl(m->epoll, EPOLL_CTL_DEL, fd, &none);
}

enum child_event
child_wait_watched(struct child_main *m, int64_t most_ms)
{
	int64_t now = clock_mono_ms();
	struct epoll_event ev[2];
	int n;

	if (!beat(m, now))
		return CHILD_STOP;
	n = epoll_wait(m->epoll, ev, ARRAY_LEN(ev), (int)MIN(MAX(m->beat_at - now, 1), most_ms));
	for (int i = 0; i < n; i++) {
		if (ev[i].data.fd == m->signals)
			return CHILD_STOP;
	}
	return n > 0 ? CHILD_INPUT : CHILD_TICK;
}

#define OWN_FDS 1
#define WAIT_FDS_MAX 64

enum child_event
child_wait(struct child_main *m, struct pollfd *fds, size_t n)
{
	struct pollfd all[OWN_FDS + WAIT_FDS_MAX] = { { .fd = m->signals, .events = POLLIN } };
	int64_t now = clock_mono_ms();
	enum child_event event = CHILD_TICK;

	n = MIN(n, (size_t)WAIT_FDS_MAX);
	if (!beat(m, now))
		return CHILD_STOP;
	memcpy(all + OWN_FDS, fds, n * sizeof(*fds));
	if (poll(all, OWN_FDS + n, (int)MAX(m->beat_at - now, 1)) <= 0)
		return CHILD_TICK;
	for (size_t i = 0; i < n; i++) {
		fds[i].revents = all[OWN_FDS + i].revents;
		if (fds[i].revents)
			event = CHILD_INPUT;
	}
	return all[0].revents ? CHILD_STOP : event;
}
