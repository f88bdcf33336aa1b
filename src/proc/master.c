/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The master: reads the configuration, opens the listening sockets, keeps a team of children
 * complete, replaces it on reload, stops it on request. It never reads a byte from the network and,
 * while it has children, has no database either.
 *
 * One thread, one loop over poll(): signals arrive as bytes of a descriptor, children's words on
 * their control sockets, and all waiting is until the earliest time anything is due.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "proc/notify.h"
#include "proc/start.h"
#include "proc/team.h"
#include "svc/mailtext.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define RELOAD_MS 20000 /* a new team that does not serve by then is given up */
#define WATCHED 3       /* descriptors of a slot, at most */

struct master {
	const struct proc_start *start;
	struct team *team;
	struct team *next;     /* a reload under way */
	int64_t next_by;       /* ... to be done by */
	struct child *leaving; /* told to stop, not yet gone */
	int signals;
	int status;
	bool stopping, told_ready, told_link;
	int64_t watchdog_ms, watchdog_at;
};

static const char *
first_text(const struct errs *errs)
{
	return errs->first ? errs->first->text : "";
}

/* ---- before there are children ---- */

static void
restrict_master(void)
{
	const struct rlimit none = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0);
	(void)umask(0007);
	(void)signal(SIGPIPE, SIG_IGN);
}

static int
signals_open(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Configuration fit for a server; its log level takes effect. */
static enum rc
load(const struct master *m, struct conf **ret, struct errs *errs)
{
	const struct proc_start *s = m->start;
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
	struct errs warnings = { .arena = arena };
	struct conf *conf = NULL;
	enum log_level level = LOG_LEVEL_INFO;
	enum rc rc;

	if ((rc = conf_load(s->conf_path, s->set, s->n_set, &conf, errs)) != RC_OK)
		return rc;
	if ((rc = conf_check_serve(conf, errs)) != RC_OK || (rc = mailtext_check(conf, errs)) != RC_OK) {
		conf_free(conf);
		return rc;
	}
	(void)log_level_parse(conf->log_level, &level);
	log_open("master", level);
	conf_warnings(conf, &warnings);
	for (const struct err *e = warnings.first; e; e = e->next)
		log_warn("config.warning", L_TEXT("text", e->text), L_END);
	*ret = conf;
	return RC_OK;
}

/*
 * The schema must be right; a database that is away only delays. Prints the way to the first
 * administrator, once.
 */
static enum rc
look_at_database(struct master *m, const struct conf *conf, struct errs *errs)
{
	const char *link = NULL;
	enum rc rc = start_database(conf, &link, errs);

	if (rc == RC_UNAVAILABLE || rc == RC_RETRY) {
		log_warn("database.unavailable", L_TEXT("why", first_text(errs)), L_END);
		return RC_OK;
	}
	if (rc == RC_OK && link && !m->told_link) {
		(void)printf("First run: open %s\n", link);
		(void)printf("Without JavaScript, type this token there: %s\n", strrchr(link, '=') + 1);
		(void)fflush(stdout);
		m->told_link = true;
	}
	return rc;
}

static enum rc
first_team(struct master *m, struct errs *errs)
{
	struct conf *conf = NULL;
	struct listeners listeners = { .n = 0 };
	enum rc rc;

	if ((rc = load(m, &conf, errs)) != RC_OK)
		return rc;
	if ((rc = listeners_open(conf->listen, NULL, &listeners, errs)) != RC_OK ||
	    (rc = start_become(conf, errs)) != RC_OK ||
	    (rc = look_at_database(m, conf, errs)) != RC_OK) {
		listeners_close(&listeners, NULL);
		conf_free(conf);
		return rc;
	}
	m->team = team_new(conf, &listeners, m->start->argv0);
	return RC_OK;
}

/* ---- reload ---- */

static void
reload_drop(struct master *m, const char *why)
{
	log_error("reload.given_up", L_TEXT("why", why), L_END);
	team_dismiss(m->next, &m->leaving, SIGKILL, clock_mono_ms());
	team_free(m->next, m->team);
	m->next = NULL;
	notify_send("READY=1");
}

static enum rc
reload_prepare(struct master *m, struct errs *errs)
{
	struct listeners listeners = { .n = 0 };
	struct conf *conf = NULL;
	enum rc rc;

	if ((rc = load(m, &conf, errs)) != RC_OK)
		return rc;
	if ((rc = listeners_open(conf->listen, &m->team->listeners, &listeners, errs)) != RC_OK ||
	    (rc = look_at_database(m, conf, errs)) != RC_OK) {
		listeners_close(&listeners, &m->team->listeners);
		conf_free(conf);
		return rc;
	}
	m->next = team_new(conf, &listeners, m->start->argv0);
	m->next_by = clock_mono_ms() + RELOAD_MS;
	return RC_OK;
}

/* What is wrong with the new configuration leaves the running one untouched. */
static void
reload(struct master *m)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_SECRET);
	struct errs errs = { .arena = arena };

	if (m->next)
		reload_drop(m, "another reload was asked for");
	notify_reloading();
	log_info("reload.begun", L_END);
	if (reload_prepare(m, &errs) == RC_OK)
		return;
	for (const struct err *e = errs.first; e; e = e->next)
		log_error("reload.refused", L_TEXT("why", e->text), L_END);
	notify_send("READY=1");
}

/* The new team serves: the old one finishes what it has and goes. */
static void
reload_finish(struct master *m)
{
	struct team *old = m->team;

	team_dismiss(old, &m->leaving, SIGTERM, clock_mono_ms() + KILL_MS);
	m->team = m->next;
	m->next = NULL;
	team_free(old, m->team);
	log_info("reload.done", L_END);
	notify_send("READY=1");
}

/* ---- the loop ---- */

static void
stop(struct master *m, int64_t now)
{
	if (m->stopping) { /* asked twice: at once */
		for (struct child *c = m->leaving; c; c = c->next)
			c->kill_at = now;
		return;
	}
	m->stopping = true;
	log_info("stopping", L_END);
	notify_send("STOPPING=1");
	team_dismiss(m->team, &m->leaving, SIGTERM, now + KILL_MS);
	team_dismiss(m->next, &m->leaving, SIGKILL, now);
	if (m->next)
		listeners_close(&m->next->listeners, &m->team->listeners);
	listeners_close(&m->team->listeners, NULL);
}

/* A child that finds its configuration wrong will find it so again. */
static bool
hopeless(const struct slot *slot, int status)
{
	return !slot->served && WIFEXITED(status) && WEXITSTATUS(status) == rc_exit(RC_CONFIG);
}

static void
reaped(struct master *m, pid_t pid, int status, int64_t now)
{
	struct slot *slot;

	for (struct child **at = &m->leaving; *at; at = &(*at)->next) {
		struct child *c = *at;

		if (c->s.pid == pid) {
			*at = c->next;
			child_log_end(c, status, true);
			child_free(c);
			return;
		}
	}
	if (team_worn_gone(m->team, pid, status) || team_worn_gone(m->next, pid, status))
		return;
	if ((slot = team_slot(m->next, pid)) != NULL) {
		team_lost(slot, status, now);
		reload_drop(m, "a new child died");
	} else if ((slot = team_slot(m->team, pid)) != NULL) {
		bool end = hopeless(slot, status);

		team_lost(slot, status, now);
		if (end) {
			m->status = rc_exit(RC_CONFIG);
			stop(m, now);
		}
	}
}

static void
take_signals(struct master *m, int64_t now)
{
	struct signalfd_siginfo info;
	int status;
	pid_t pid;

	while (read(m->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT)
			stop(m, now);
		else if (info.ssi_signo == SIGHUP && !m->stopping)
			reload(m);
	}
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		reaped(m, pid, status, now);
}

static void
kill_overdue(const struct master *m, int64_t now)
{
	const char *why = "did not stop in time";

	for (struct child *c = m->leaving; c; c = c->next) {
		if (c->kill_at <= now) {
			log_warn("child.killed", L_TEXT("role", proc_role_name(c->role)),
			    L_INT("child", c->s.pid), L_TEXT("why", why), L_END);
			(void)kill(c->s.pid, SIGKILL);
			c->kill_at = INT64_MAX;
		}
	}
}

/* Everything that is due by now. */
static void
act(struct master *m, int64_t now)
{
	kill_overdue(m, now);
	if (m->stopping)
		return;
	team_kill_frozen(m->team, now);
	team_relieve(m->team, &m->leaving, now + KILL_MS);
	team_start_due(m->team, now);
	if (m->next) {
		team_start_due(m->next, now);
		if (team_serves(m->next))
			reload_finish(m);
		else if (now >= m->next_by)
			reload_drop(m, "the new children do not serve in time");
	}
	if (!m->told_ready && team_serves(m->team)) {
		m->told_ready = true;
		notify_send("READY=1");
		log_info("serving", L_TEXT("listen", m->team->conf->listen), L_END);
	}
	if (m->watchdog_ms && now >= m->watchdog_at) {
		m->watchdog_at = now + m->watchdog_ms;
		notify_send("WATCHDOG=1");
	}
}

static int
wait_ms(const struct master *m, int64_t now)
{
	int64_t at = now + 60000;

	for (const struct child *c = m->leaving; c; c = c->next)
		at = MIN(at, c->kill_at);
	if (!m->stopping) {
		at = team_next(m->team, at);
		at = team_next(m->next, at);
		if (m->next)
			at = MIN(at, m->next_by);
		if (m->watchdog_ms)
			at = MIN(at, m->watchdog_at);
	}
	return at <= now ? 0 : (int)(at - now);
}

/* The other end of a web process's channel is the keeper's to read; from here one only sees that it is over. */
static nfds_t
watch_channel(const struct child *c, struct pollfd *fds)
{
	if (!c || c->cut || c->s.channel < 0)
		return 0;
	*fds = (struct pollfd){ .fd = c->s.channel, .events = POLLRDHUP };
	return 1;
}

static nfds_t
watch_team(const struct team *t, struct pollfd *fds)
{
	nfds_t n = 0;

	for (size_t i = 0; t && i < t->n; i++) {
		if (t->slots[i].child)
			fds[n++] = (struct pollfd){ .fd = t->slots[i].child->s.control,
				.events = POLLIN };
		n += watch_channel(t->slots[i].child, fds + n);
		n += watch_channel(t->slots[i].worn, fds + n);
	}
	return n;
}

static void
hear(struct team *t, const struct pollfd *fd, int64_t now)
{
	if (!t)
		return;
	if (fd->events == POLLIN)
		team_hear(t, fd->fd, now);
	else
		team_cut(t, fd->fd, !(fd->revents & POLLHUP));
}

static void
loop(struct master *m)
{
	while (!m->stopping || m->leaving) {
		struct pollfd fds[1 + 2 * WATCHED * SLOT_MAX];
		nfds_t n = 1;
		int64_t now;

		act(m, clock_mono_ms());
		fds[0] = (struct pollfd){ .fd = m->signals, .events = POLLIN };
		n += watch_team(m->team, fds + n);
		n += watch_team(m->next, fds + n);
		(void)poll(fds, n, wait_ms(m, clock_mono_ms()));
		now = clock_mono_ms();
		for (nfds_t i = 1; i < n; i++) {
			if (!fds[i].revents)
				continue;
			hear(m->team, &fds[i], now);
			hear(m->next, &fds[i], now);
		}
		if (fds[0].revents)
			take_signals(m, now);
	}
}

int
master_run(const struct proc_start *start)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_SECRET);
	struct master m = { .start = start, .watchdog_ms = notify_watchdog_ms() };
	struct errs errs = { .arena = arena };

	restrict_master();
	if (first_team(&m, &errs) != RC_OK) {
		start_faults(&errs);
		return rc_exit(err_rc(&errs));
	}
	m.signals = signals_open();
	if (m.signals < 0) {
		(void)fprintf(stderr, "vimbadmin: signals: %s\n", strerror(errno));
		return rc_exit(RC_INTERNAL);
	}
	loop(&m);
	start_tidy(m.team->conf);
	team_free(m.team, NULL);
	team_free(m.next, NULL);
	close(m.signals);
	log_info("stopped", L_END);
	return m.status;
}
