/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a child comes to be. It gets an environment of its own (the configuration's secrets may be in
 * ours), its descriptors under fixed numbers, nothing else that is open, and an address space
 * without anything of the master's: /proc/self/exe is executed anew. Between fork and exec the
 * master's memory is still there; it is single-threaded, so all calls are allowed.
 */
#include "base/base.h"

#include "base/str.h"
#include "proc/cage_int.h"
#include "proc/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define FD_ABOVE 100 /* out of the way of the numbers children know */

extern char **environ;

/*
 * What of our environment a child may see: how to log, and what sanitizers and coverage are told.
 */
static bool
env_passes(const char *entry)
{
	static const char *const names[] = { "JOURNAL_STREAM=", "TZ=", "ASAN_OPTIONS=",
		"UBSAN_OPTIONS=", "TSAN_OPTIONS=", "GCOV_PREFIX=", "GCOV_PREFIX_STRIP=" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (strncmp(entry, names[i], strlen(names[i])) == 0)
			return true;
	}
	return false;
}

/*
 * A descriptor that holds the text and can be read once from the start; it is never a file on any
 * disk.
 */
static int
text_fd(const char *text)
{
	int fd = memfd_create("vimbadmin.conf", MFD_CLOEXEC);
	size_t len = strlen(text), done = 0;

	while (fd >= 0 && done < len) {
		ssize_t n = write(fd, text + done, len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			close(fd);
			return -1;
		}
		done += (size_t)n;
	}
	if (fd >= 0 && lseek(fd, 0, SEEK_SET) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/*
 * Moves the wanted descriptors to FD_CONF and up, in this order; -1 becomes /dev/null. Everything
 * else is closed.
 */
static bool
place_fds(const int *wanted, size_t n)
{
	int high[FD_LISTEN - FD_CONF + LISTEN_MAX];
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (size_t i = 0; i < n; i++) {
		high[i] = fcntl(wanted[i] >= 0 ? wanted[i] : null, F_DUPFD_CLOEXEC, FD_ABOVE);
		if (high[i] < 0)
			return false;
	}
	for (size_t i = 0; i < n; i++) {
		if (dup2(high[i], FD_CONF + (int)i) < 0)
			return false;
	}
	return dup2(null, STDIN_FILENO) >= 0 && close_range(FD_CONF + (unsigned)n, ~0U, 0) == 0;
}

static NORETURN void
become(const struct spawn *s, const int *fds, size_t n)
{
	char role[16 + TEAM_NAME_LEN], name[] = "vimbadmin", serve[] = "serve", option[] = "--role";
	char *argv[] = { s->argv0 ? (char *)(uintptr_t)s->argv0 : name, serve, option, role, NULL };
	char *envp[16] = { NULL };
	const struct rlimit none = { 0, 0 };
	size_t kept = 0;
	sigset_t all;

	for (char **e = environ; e && *e && kept + 2 < ARRAY_LEN(envp); e++) {
		if (env_passes(*e))
			envp[kept++] = *e;
	}
#if CAGE_INSTRUMENTED
	static char no_leaks[] = "LSAN_OPTIONS=detect_leaks=0"; /* would fork and trace */

	envp[kept] = no_leaks;
#endif
	if (s->role == ROLE_WEB)
		(void)snprintf(role, sizeof(role), "%s:%zu", proc_role_name(s->role), s->n_listen);
	else
		(void)snprintf(role, sizeof(role), "%s:%s", proc_role_name(s->role), s->team);
	(void)setrlimit(RLIMIT_CORE, &none);
	sigemptyset(&all);
	if (sigprocmask(SIG_SETMASK, &all, NULL) == 0 && place_fds(fds, n))
		execve("/proc/self/exe", argv, envp);
	_exit(127);
}

static void
close_pair(const int pair[2])
{
	for (int i = 0; i < 2; i++) {
		if (pair[i] >= 0)
			close(pair[i]);
	}
}

bool
spawn_child(const struct spawn *s, struct spawned *ret)
{
	int control[2] = { -1, -1 }, channel[2] = { -1, -1 }, conf = text_fd(s->conf_text);
	int fds[FD_LISTEN - FD_CONF + LISTEN_MAX];
	const int type = SOCK_SEQPACKET | SOCK_CLOEXEC;
	size_t n = 0;
	pid_t pid = -1;

	if (conf >= 0 && s->n_listen <= LISTEN_MAX && socketpair(AF_UNIX, type, 0, control) == 0 &&
	    (s->role != ROLE_WEB || socketpair(AF_UNIX, type, 0, channel) == 0)) {
		fds[n++] = conf;
		fds[n++] = control[1];
		fds[n++] = channel[1];
		for (size_t i = 0; i < s->n_listen; i++)
			fds[n++] = s->listen[i];
		pid = fork();
	}
	if (pid == 0)
		become(s, fds, n);
	if (conf >= 0)
		close(conf);
	if (pid < 0) {
		close_pair(control);
		close_pair(channel);
		return false;
	}
	close(control[1]);
	if (channel[1] >= 0)
		close(channel[1]);
	*ret = (struct spawned){ .pid = pid, .control = control[0], .channel = channel[0] };
	return true;
}
