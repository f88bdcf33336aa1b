/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What every child does before anything else, right after it was executed anew: no core dumps, no new privileges, gone when
 * the master is gone, and its configuration from the descriptor it inherited. It knows nothing of what the roles do.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/log.h"
#include "base/str.h"
#include "proc/proc_int.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

const char *
proc_role_name(enum proc_role role)
{
	static const char *const names[ROLE__MAX] = { [ROLE_WEB] = "web", [ROLE_KEEPER] = "keeper" };

	return names[role];
}

/* The kernel forgets the signal of a parent's death when it is already dead: child_tell() notices that. */
static void
restrict_self(enum proc_role role)
{
	const struct rlimit none = { 0, 0 };

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)prctl(PR_SET_NAME, role == ROLE_WEB ? "vimbadmin-web" : "vimbadmin-keep");
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	(void)prctl(PR_SET_DUMPABLE, 0);
	(void)setrlimit(RLIMIT_CORE, &none);
	(void)umask(0007);
	(void)signal(SIGPIPE, SIG_IGN);
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

struct conf *
child_begin(enum proc_role role)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_SECRET);
	struct errs errs = { .arena = arena };
	struct str text = STR_INIT;
	struct conf *conf = NULL;
	enum log_level level = LOG_LEVEL_INFO;

	restrict_self(role);
	if (!read_all(FD_CONF, &text) || conf_parse(str_text(&text), &conf, &errs) != RC_OK)
		conf = NULL;
	close(FD_CONF);
	if (text.data)
		explicit_bzero(text.data, text.cap);
	str_release(&text);
	(void)(conf && log_level_parse(conf->log_level, &level));
	log_open(proc_role_name(role), level);
	if (!conf)
		log_error("child.no_configuration",
		    L_TEXT("why", errs.first ? errs.first->text : "unreadable"), L_END);
	return conf;
}

bool
child_tell(enum control_word word)
{
	const char c = (char)word;
	ssize_t n;

	do
		n = send(FD_CONTROL, &c, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	return n == 1 || errno == EAGAIN;
}
