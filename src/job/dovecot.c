/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which Dovecot there is. The API has no version, but its list of commands shows the one that matters: what the flush of the auth cache takes was renamed
 * in 2.4.3, the release that compares the key of the API in constant time. Distributions mend older ones without changing the number, so an old number is a
 * reason to look, not a fault. Only commands come here: no process of the panel starts another.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/clock.h"
#include "ext/doveadm.h"
#include "job/dovecot.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#define WAIT_MS 5000
#define SAID_MAX 127

enum rc
dovecot_by_api(const struct conf *conf, struct dovecot_is *ret, struct errs *errs)
{
	struct doveadm_about about;
	enum rc rc;

	if ((rc = doveadm_prepare(&conf->doveadm, errs)) != RC_OK ||
	    (rc = doveadm_probe(&conf->doveadm, WAIT_MS, &about, errs)) != RC_OK)
		return rc;
	ret->fixed = about.flush_by_mask;
	ret->text = about.flush_by_mask ? "2.4.3 or later" : "older than 2.4.3";
	return RC_OK;
}

/* "2.4.3-1 (abc)": at least 2.4.3? */
static bool
is_fixed(const char *text)
{
	long want[] = { 2, 4, 3 };

	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		char *end;
		long have = strtol(text, &end, 10);

		if (end == text || have != want[i])
			return end != text && have > want[i];
		text = *end == '.' ? end + 1 : end;
	}
	return true;
}

/* What comes out of fd until its end, in the time there is; false when it does not end. */
static bool
read_said(int fd, char said[SAID_MAX + 1])
{
	int64_t deadline = clock_mono_ms() + WAIT_MS;
	size_t n = 0;

	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		int64_t left = deadline - clock_mono_ms();
		ssize_t got;

		if (left <= 0 || n == SAID_MAX)
			return false;
		if (poll(&p, 1, (int)left) <= 0)
			continue;
		got = read(fd, said + n, SAID_MAX - n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			said[n] = '\0';
			return got == 0;
		}
		n += (size_t)got;
	}
}

static bool
start(int to, pid_t *ret)
{
	static char name[] = "dovecot", option[] = "--version";
	char *argv[] = { name, option, NULL };
	char *env[] = { NULL };
	posix_spawn_file_actions_t files;
	bool ok;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, to, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	ok = posix_spawnp(ret, name, &files, NULL, argv, env) == 0;
	posix_spawn_file_actions_destroy(&files);
	return ok;
}

bool
dovecot_here(struct arena *arena, struct dovecot_is *ret)
{
	char said[SAID_MAX + 1] = "";
	int fds[2], status = -1;
	bool ok;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) != 0)
		return false;
	ok = start(fds[1], &pid);
	close(fds[1]);
	if (ok) {
		ok = read_said(fds[0], said);
		if (!ok)
			(void)kill(pid, SIGKILL);
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	}
	close(fds[0]);
	said[strcspn(said, " \r\n")] = '\0';
	if (!ok || status != 0 || !*said ||
	    strspn(said, "0123456789.-abcdefghijklmnopqrstuvwxyz") != strlen(said))
		return false;
	*ret = (struct dovecot_is){ .fixed = is_fixed(said), .text = arena_strdup(arena, said) };
	return true;
}
