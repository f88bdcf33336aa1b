/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keeping a team complete: starting, watching and replacing children. It decides about single
 * children; stopping, reloading and signals are the master's. Children are not trusted: of what
 * they say only three words count, and they say nothing else.
 */
#include "base/base.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"
#include "base/str.h"
#include "conf/conf.h"
#include "proc/team.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct team *
team_new(struct conf *conf, const struct listeners *listeners, const char *argv0)
{
	struct team *t = calloc(1, sizeof(*t));

	if (!t)
		abort();
	t->conf = conf;
	t->listeners = *listeners;
	t->argv0 = argv0;
	rand_hex(t->name, TEAM_NAME_LEN / 2);
	t->n = (size_t)conf->web_processes + 1;
	for (size_t i = 0; i < t->n; i++) {
		t->slots[i].role = i == 0 ? ROLE_KEEPER : ROLE_WEB;
		t->slots[i].delay = BACKOFF_FIRST_MS;
	}
	return t;
}

void
team_free(struct team *t, const struct team *keep)
{
	if (!t)
		return;
	listeners_close(&t->listeners, keep ? &keep->listeners : NULL);
	conf_free(t->conf);
	free(t);
}

void
child_free(struct child *c)
{
	close(c->s.control);
	if (c->s.channel >= 0)
		close(c->s.channel);
	free(c);
}

void
child_log_end(const struct child *c, int status, bool expected)
{
	bool by_signal = WIFSIGNALED(status);
	const struct log_field how = L_INT(by_signal ? "signal" : "status",
	    by_signal ? WTERMSIG(status) : WEXITSTATUS(status));
	const char *signal_name = by_signal ? sigabbrev_np(WTERMSIG(status)) : NULL;
	const char *why = by_signal ? "killed" : "exited";

	if (c->frozen)
		why = "frozen";
	else if (c->refused)
		why = "the keeper refused its words";
	else if (by_signal && WTERMSIG(status) == SIGSYS)
		why = "forbidden system call";
	else if (by_signal && (WTERMSIG(status) == SIGABRT || WTERMSIG(status) == SIGILL))
		why = "gave up"; /* base/abort.c */
	if (expected)
		log_info("child.stopped", L_TEXT("role", proc_role_name(c->role)),
		    L_INT("child", c->s.pid), how, L_END);
	else
		log_error("child.died", L_TEXT("role", proc_role_name(c->role)),
		    L_INT("child", c->s.pid), L_TEXT("why", why), how,
		    L_TEXT("name", signal_name ? signal_name : ""), L_END);
}

/* Gives the keeper the other end of the channel of one web process. */
static void
hand_channel(const struct child *keeper, const struct child *web)
{
	char word = CONTROL_CHANNEL;
	struct iovec iov = { .iov_base = &word, .iov_len = 1 };
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct msghdr m = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof(control.room) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &web->s.channel, sizeof(int));
	if (sendmsg(keeper->s.control, &m, MSG_NOSIGNAL | MSG_DONTWAIT) != 1)
		log_warn("child.channel_lost", L_TEXT("why", strerror(errno)), L_END);
}

/* A new keeper gets the channels of all web processes, a new web process's goes to the keeper. */
static void
connect_child(struct team *t, const struct slot *slot)
{
	const struct child *keeper = t->slots[0].child;

	for (size_t i = 1; keeper && i < t->n; i++) {
		const struct child *web = t->slots[i].child, *worn = t->slots[i].worn;

		if (web && (slot == &t->slots[0] || slot == &t->slots[i]))
			hand_channel(keeper, web);
		if (worn && slot == &t->slots[0])
			hand_channel(keeper, worn);
	}
}

static void
start_slot(struct team *t, struct slot *slot, int64_t now)
{
	struct str text = STR_INIT;
	struct spawn spawn = { .role = slot->role, .argv0 = t->argv0, .team = t->name };
	struct child *c = calloc(1, sizeof(*c));

	if (!c)
		abort();
	conf_dump(t->conf, true, slot->role == ROLE_WEB, &text);
	spawn.conf_text = str_text(&text);
	if (slot->role == ROLE_WEB) {
		spawn.listen = t->listeners.fd;
		spawn.n_listen = t->listeners.n;
	}
	c->role = slot->role;
	c->started = c->heard = now;
	if (spawn_child(&spawn, &c->s)) {
		slot->child = c;
		connect_child(t, slot);
		log_info("child.started", L_TEXT("role", proc_role_name(c->role)),
		    L_INT("child", c->s.pid), L_END);
	} else {
		log_error("child.not_started", L_TEXT("role", proc_role_name(c->role)),
		    L_TEXT("why", strerror(errno)), L_END);
		slot->start_at = now + slot->delay;
		slot->delay = MIN(slot->delay * 2, BACKOFF_MAX_MS);
		free(c);
	}
	if (text.data)
		explicit_bzero(text.data, text.cap);
	str_release(&text);
}

/* Sooner after one that lived long. */
static void
set_next_start(struct slot *slot, int64_t lived, int64_t now)
{
	if (lived >= BACKOFF_RESET_MS)
		slot->delay = BACKOFF_FIRST_MS;
	slot->start_at = now + slot->delay;
	slot->delay = MIN(slot->delay * 2, BACKOFF_MAX_MS);
}

/* Not while there is another that wore out before: that one goes first. */
static void
wear_out(struct slot *slot, int64_t now)
{
	struct child *c = slot->child;

	if (!c || !c->spent || slot->role != ROLE_WEB || !c->ready || slot->worn)
		return;
	log_info("child.worn", L_TEXT("role", proc_role_name(c->role)), L_INT("child", c->s.pid), L_END);
	slot->worn = c;
	slot->child = NULL;
	set_next_start(slot, now - c->started, now);
	if (slot->delay == BACKOFF_FIRST_MS * 2) /* the first for a long time */
		slot->start_at = now;
	slot->start_at = MIN(slot->start_at, now + WORN_MAX_MS);
}

void
team_start_due(struct team *t, int64_t now)
{
	for (size_t i = 0; i < t->n; i++) {
		wear_out(&t->slots[i], now);
		if (!t->slots[i].child && t->slots[i].start_at <= now)
			start_slot(t, &t->slots[i], now);
	}
}

void
team_kill_frozen(struct team *t, int64_t now)
{
	for (size_t i = 0; i < t->n; i++) {
		struct child *c = t->slots[i].child;

		if (c && !c->frozen && now - c->heard > FROZEN_MS) {
			c->frozen = true;
			(void)kill(c->s.pid, SIGKILL);
		}
	}
}

static void
hear_word(struct slot *slot, char word, int64_t now)
{
	slot->child->heard = now;
	if (word == CONTROL_READY)
		slot->served = slot->child->ready = true;
	else if (word == CONTROL_WORN)
		slot->child->spent = true;
}

void
team_hear(struct team *t, int fd, int64_t now)
{
	for (size_t i = 0; i < t->n; i++) {
		struct child *c = t->slots[i].child;
		ssize_t got = -1;
		char word;

		if (!c || c->s.control != fd)
			continue;
		while (t->slots[i].child && (got = recv(fd, &word, 1, MSG_DONTWAIT)) == 1)
			hear_word(&t->slots[i], word, now);
		if (got == 0) /* it is dying, or should */
			(void)kill(c->s.pid, SIGKILL);
		return;
	}
}

static void
cut(struct child *c, int fd, bool refused)
{
	if (!c || c->s.channel != fd)
		return;
	c->cut = true;
	c->refused = refused;
	(void)kill(c->s.pid, SIGKILL);
}

void
team_cut(struct team *t, int fd, bool refused)
{
	for (size_t i = 0; i < t->n; i++) {
		cut(t->slots[i].child, fd, refused);
		cut(t->slots[i].worn, fd, refused);
	}
}

bool
team_serves(const struct team *t)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct slot *s = &t->slots[i];

		if (s->role == ROLE_WEB && !(s->child && s->child->ready))
			return false;
	}
	return true;
}

struct slot *
team_slot(struct team *t, pid_t pid)
{
	for (size_t i = 0; t && i < t->n; i++) {
		if (t->slots[i].child && t->slots[i].child->s.pid == pid)
			return &t->slots[i];
	}
	return NULL;
}

void
team_lost(struct slot *slot, int status, int64_t now)
{
	struct child *c = slot->child;

	child_log_end(c, status, false);
	set_next_start(slot, now - c->started, now);
	slot->child = NULL;
	child_free(c);
}

bool
team_worn_gone(struct team *t, pid_t pid, int status)
{
	for (size_t i = 0; t && i < t->n; i++) {
		struct child *c = t->slots[i].worn;

		if (!c || c->s.pid != pid)
			continue;
		child_log_end(c, status, false);
		t->slots[i].worn = NULL;
		child_free(c);
		return true;
	}
	return false;
}

static void
dismiss(struct child **from, struct child **leaving, int signal, int64_t kill_at)
{
	struct child *c = *from;

	if (!c)
		return;
	*from = NULL;
	c->kill_at = kill_at;
	c->next = *leaving;
	*leaving = c;
	(void)kill(c->s.pid, signal);
}

void
team_relieve(struct team *t, struct child **leaving, int64_t kill_at)
{
	for (size_t i = 0; i < t->n; i++) {
		struct slot *s = &t->slots[i];

		if (s->worn && s->child && s->child->ready)
			dismiss(&s->worn, leaving, SIGTERM, kill_at);
	}
}

void
team_dismiss(struct team *t, struct child **leaving, int signal, int64_t kill_at)
{
	for (size_t i = 0; t && i < t->n; i++) {
		dismiss(&t->slots[i].child, leaving, signal, kill_at);
		dismiss(&t->slots[i].worn, leaving, signal, kill_at);
	}
}

int64_t
team_next(const struct team *t, int64_t at)
{
	for (size_t i = 0; t && i < t->n; i++) {
		const struct slot *s = &t->slots[i];
		int64_t due = s->start_at;

		if (s->child)
			due = s->child->frozen ? INT64_MAX : s->child->heard + FROZEN_MS + 1;
		at = MIN(at, due);
	}
	return at;
}
