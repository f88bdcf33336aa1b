/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The keeper: works the queue of jobs and answers the web processes' questions. It does not listen
 * on anything, and of what a web process sends only chan.h's messages have a meaning; anything else
 * ends that channel, and with it that web process.
 *
 * Three threads: jobs may take minutes, questions may not wait for them, and mails not for an import, which has a worker of its own.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"
#include "job/job.h"
#include "proc/cage.h"
#include "proc/chan.h"
#include "proc/proc_int.h"
#include "svc/app.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sodium.h>
#include <sys/socket.h>
#include <unistd.h>

#define CHANNELS_MAX \
	63 /* two teams' web processes, some of them just replaced; child_wait() takes 64 */
#define IDLE_MS 5000          /* the queue is looked at so often without being asked to */
#define BLIND_MS 15000        /* ... when the database does not answer */
#define ENSURE_MS 60000       /* repeating jobs are seen to so often */
#define QUESTIONS_AT_ONCE 256 /* of one channel, before the others get their turn */

struct keeper;
/* One worker: what it takes from the queue. */
struct lane {
	struct keeper *keeper;
	enum job_lane jobs;
	unsigned seen; /* wakes that it knows of */
	pthread_t thread;
};

struct keeper {
	struct app *app;
	struct lane lanes[2];
	char owner[96]; /* of leases: begins with the team's name */
	const char *team;
	int channels[CHANNELS_MAX];
	size_t n;
	/* shared with the workers' threads */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	unsigned wakes, working;
	bool released; /* leases of the keeper before this one, which is dead; those of this one come after that */
	bool stopping;
};

/* ---- the workers' threads ---- */

static bool
told_to_stop(struct keeper *k)
{
	bool stop;

	pthread_mutex_lock(&k->lock);
	stop = k->stopping;
	pthread_mutex_unlock(&k->lock);
	return stop;
}

/* Until woken, told to stop, or so many milliseconds have gone. */
static void
rest(struct lane *lane, int64_t ms)
{
	struct keeper *k = lane->keeper;
	int64_t end = clock_mono_ms() + ms;
	const struct timespec until = { .tv_sec = end / 1000, .tv_nsec = end % 1000 * 1000000 };

	pthread_mutex_lock(&k->lock);
	while (k->wakes == lane->seen && !k->stopping &&
	    pthread_cond_timedwait(&k->changed, &k->lock, &until) != ETIMEDOUT)
		;
	lane->seen = k->wakes;
	pthread_mutex_unlock(&k->lock);
}

static void
wake_workers(struct keeper *k)
{
	pthread_mutex_lock(&k->lock);
	k->wakes++;
	pthread_cond_broadcast(&k->changed);
	pthread_mutex_unlock(&k->lock);
}

/* Who works on nothing long sees to what the keeper before left; the other waits for that. */
static bool
is_released(struct lane *lane)
{
	struct keeper *k = lane->keeper;
	bool released;

	pthread_mutex_lock(&k->lock);
	released = k->released;
	pthread_mutex_unlock(&k->lock);
	if (released || lane->jobs != JOB_QUICK || job_release(k->app, k->team) != RC_OK)
		return released;
	pthread_mutex_lock(&k->lock);
	k->released = true;
	pthread_mutex_unlock(&k->lock);
	wake_workers(k);
	return true;
}

static void *
worker_main(void *arg)
{
	struct lane *lane = arg;
	struct keeper *k = lane->keeper;
	int64_t ensure_at = 0;

	while (!told_to_stop(k)) {
		int64_t now = clock_mono_ms();
		enum job_outcome outcome = JOB_BLIND;

		if (is_released(lane) &&
		    (now < ensure_at || lane->jobs != JOB_QUICK || job_ensure_all(k->app) == RC_OK)) {
			if (now >= ensure_at)
				ensure_at = now + ENSURE_MS;
			outcome = job_run_one_of(k->app, k->owner, lane->jobs);
		}
		if (outcome == JOB_NONE || outcome == JOB_BLIND)
			rest(lane, outcome == JOB_NONE ? IDLE_MS : BLIND_MS);
	}
	pthread_mutex_lock(&k->lock);
	k->working--;
	pthread_cond_broadcast(&k->changed);
	pthread_mutex_unlock(&k->lock);
	return NULL;
}

static bool
start_workers(struct keeper *k)
{
	for (size_t i = 0; i < ARRAY_LEN(k->lanes); i++) {
		k->lanes[i] = (struct lane){ .keeper = k, .jobs = i == 0 ? JOB_QUICK : JOB_SLOW };
		k->working++;
	}
	for (size_t i = 0; i < ARRAY_LEN(k->lanes); i++)
		if (pthread_create(&k->lanes[i].thread, NULL, worker_main, &k->lanes[i]) != 0)
			return false;
	return true;
}

/* False when a worker still runs a job at the end of its time: its lease will run out. */
static bool
stop_workers(struct keeper *k)
{
	int64_t end = clock_mono_ms() + DRAIN_MS;
	const struct timespec until = { .tv_sec = end / 1000, .tv_nsec = end % 1000 * 1000000 };
	bool stopped;

	pthread_mutex_lock(&k->lock);
	k->stopping = true;
	pthread_cond_broadcast(&k->changed);
	while (k->working > 0 && pthread_cond_timedwait(&k->changed, &k->lock, &until) != ETIMEDOUT)
		;
	stopped = k->working == 0;
	pthread_mutex_unlock(&k->lock);
	return stopped;
}

/* ---- questions ---- */

/* Only what a channel's parser let through comes here; without an answer the channel ends. */
static bool
answer_second(struct keeper *k, const struct chan_msg *msg, struct chan_msg *answer)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
	struct errs errs = { .arena = arena };

	answer->ask.question = msg->ask.question;
	return second_answer(app_conf(k->app), &msg->ask, &answer->told, &errs) == RC_OK;
}

static bool
answer_one(struct keeper *k, int fd, const struct chan_msg *msg)
{
	struct chan_msg answer = { .type = msg->type, .answer = true, .id = msg->id };
	enum chan_result result;

	switch (msg->type) {
	case CHAN_PING:
		break;
	case CHAN_WAKE:
		wake_workers(k);
		break;
	case CHAN_SECOND:
		if (!answer_second(k, msg, &answer))
			return false;
		break;
	case CHAN_IMPORT:
		import_live_answer(k->app, &msg->import, &answer.import_told);
		break;
	case CHAN_NONE:
	case CHAN__MAX:
		return false;
	}
	/* who does not read its answers does not get them; that is no reason to wait or to hang up */
	result = chan_send(fd, &answer);
	sodium_memzero(&answer, sizeof(answer));
	return result != CHAN_CLOSED;
}

/* Some questions of one channel; false when it is to be closed. */
static bool
answer_channel(struct keeper *k, int fd)
{
	for (int i = 0; i < QUESTIONS_AT_ONCE; i++) {
		struct chan_msg msg;
		enum chan_result result = chan_recv(fd, false, &msg);

		if (result == CHAN_EMPTY)
			return true;
		if (result == CHAN_BAD)
			log_error("channel.unknown_message", L_END);
		if (result != CHAN_OK || !answer_one(k, fd, &msg))
			return false;
	}
	return true;
}

/* The master's words: each brings the channel of one web process. */
static void
take_channels(struct keeper *k)
{
	for (;;) {
		char word = 0;
		struct iovec iov = { .iov_base = &word, .iov_len = 1 };
		union {
			struct cmsghdr head;
			char room[CMSG_SPACE(sizeof(int))];
		} control = { 0 };
		struct msghdr m = { .msg_iov = &iov,
			.msg_iovlen = 1,
			.msg_control = control.room,
			.msg_controllen = sizeof(control.room) };
		const struct cmsghdr *c;
		int fd;

		if (recvmsg(FD_CONTROL, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) != 1)
			return;
		c = CMSG_FIRSTHDR(&m);
		if (!c || c->cmsg_type != SCM_RIGHTS || c->cmsg_len != CMSG_LEN(sizeof(int)))
			continue;
		memcpy(&fd, CMSG_DATA(c), sizeof(int));
		if (word == CONTROL_CHANNEL && k->n < CHANNELS_MAX)
			k->channels[k->n++] = fd;
		else
			close(fd);
	}
}

/* The master holds the same socket, sees that it is not read any more, and ends the web process at the other end. */
static void
hang_up(int fd)
{
	(void)shutdown(fd, SHUT_RD);
	close(fd);
}

/* Answers the channels that have something to say, and forgets those that are at their end. */
static void
answer_all(struct keeper *k, const struct pollfd *fds)
{
	size_t kept = 0;

	for (size_t i = 0; i < k->n; i++) {
		if (!fds[i].revents || answer_channel(k, fds[i].fd))
			k->channels[kept++] = k->channels[i];
		else
			hang_up(k->channels[i]);
	}
	k->n = kept;
}

static void
serve(struct keeper *k, struct child_main *m)
{
	for (;;) {
		struct pollfd fds[CHANNELS_MAX + 1];
		size_t n = k->n;
		enum child_event event;

		for (size_t i = 0; i < n; i++)
			fds[i] = (struct pollfd){ .fd = k->channels[i], .events = POLLIN };
		fds[n] = (struct pollfd){ .fd = FD_CONTROL, .events = POLLIN };
		event = child_wait(m, fds, n + 1);
		/* the control socket hangs up when the master is gone */
		if (event == CHILD_STOP ||
		    (event == CHILD_INPUT && fds[n].revents & (POLLHUP | POLLERR)))
			return;
		if (event == CHILD_INPUT) {
			answer_all(k, fds);
			take_channels(k);
		}
	}
}

/* ---- start and end ---- */

/* The mail server's port and what reading a certificate takes; the operator's texts. */
static void
reach_mail(const struct conf_mail *mail, struct db_reach *db, struct arena *arena)
{
	if (!*mail->host)
		return;
	db_reach_port(db, conf_mail_port(mail));
	db->curl = true;
	if (*mail->ca_file)
		db_reach_file(db, mail->ca_file, arena);
	if (*mail->texts)
		db_reach_file(db, mail->texts, arena);
}

/* Dovecot's doveadm API, likewise. */
static void
reach_doveadm(const struct conf_doveadm *doveadm, struct db_reach *db, struct arena *arena)
{
	if (!conf_doveadm_on(doveadm))
		return;
	db_reach_port(db, conf_doveadm_port(doveadm));
	db->curl = true;
	if (*doveadm->ca_file)
		db_reach_file(db, doveadm->ca_file, arena);
}

static void
owner_name(const char *team, char owner[96])
{
	char host[24] = "", unique[17];

	(void)gethostname(host, sizeof(host) - 1);
	rand_hex(unique, 8);
	(void)snprintf(owner, 96, "%s.%s.%d.%s", team, host, (int)getpid(), unique);
}

static enum rc
enter(const struct conf *conf, struct app **ret_app, struct errs *errs)
{
	struct db_reach db;
	enum rc rc;

	if ((rc = app_new(conf, ret_app, errs)) != RC_OK ||
	    (rc = db_reach(conf->database, &db, errs)) != RC_OK ||
	    (rc = job_prepare(conf, errs)) != RC_OK)
		return rc;
	reach_mail(&conf->mail, &db, errs->arena);
	reach_doveadm(&conf->doveadm, &db, errs->arena);
	return cage_enter(ROLE_KEEPER, &db, errs);
}

static int
run(struct conf *conf, const char *team)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
	struct errs errs = { .arena = arena };
	struct keeper k = { .team = team, .lock = PTHREAD_MUTEX_INITIALIZER };
	struct child_main m;
	pthread_condattr_t clock;
	bool stopped;

	owner_name(k.team, k.owner);
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&k.changed, &clock);
	pthread_condattr_destroy(&clock);
	if (!child_watch(&m) || enter(conf, &k.app, &errs) != RC_OK) {
		child_log_faults(&errs);
		app_free(k.app);
		return rc_exit(errs.first ? err_rc(&errs) : RC_INTERNAL);
	}
	if (!start_workers(&k))
		return rc_exit(RC_INTERNAL);
	(void)child_tell(CONTROL_READY);
	serve(&k, &m);
	stopped = stop_workers(&k);
	if (!stopped)
		_exit(0);
	for (size_t i = 0; i < ARRAY_LEN(k.lanes); i++)
		pthread_join(k.lanes[i].thread, NULL);
	for (size_t i = 0; i < k.n; i++)
		close(k.channels[i]);
	app_free(k.app);
	return 0;
}

int
keeper_run(const char *team)
{
	struct conf *conf = child_begin(ROLE_KEEPER);
	int status;

	if (!conf)
		return rc_exit(RC_CONFIG);
	if (*conf->keeper_database)
		conf->database = conf->keeper_database;
	status = run(conf, team);
	conf_free(conf);
	return status;
}
