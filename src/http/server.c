/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The epoll set and the threads that wait on it: accepting, arming, the sweep of deadlines, the end. It knows nothing of HTTP. How a server is made and
 * taken apart is server_life.c's.
 *
 * Connections and listeners are armed one-shot, so an event gives its thread the connection alone; the thread takes one event at
 * a time, because a handler may wait for the database and other threads are free to take the rest. The sweep, once a second,
 * does not touch connections of other threads: it marks those past their deadline and shuts their sockets down, which wakes an owner.
 */
#include "base/base.h"

#include "base/clock.h"
#include "base/sock.h"
#include "http/cage.h"
#include "http/http_int.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define ACCEPT_MAX 32
#define RESP_HEAD_MAX 16384 /* headers a handler may add */
#define STOP_SWEEP_MS 50
#define STOP_FRESH_MS 2000 /* whoever has just come may not have said anything yet */

bool
http_arm(struct http_server *s, int op, int fd, void *what, uint32_t events)
{
	struct epoll_event ev = { .events = events | EPOLLONESHOT, .data.ptr = what };

#ifdef __SANITIZE_THREAD__
	/* It knows that EPOLL_CTL_ADD comes before the event and so before close(), but not that this one does. */
	if (op == EPOLL_CTL_MOD)
		return syscall(SYS_epoll_ctl, s->epoll, op, fd, &ev) == 0;
#endif
	return epoll_ctl(s->epoll, op, fd, &ev) == 0;
}

static void
wake(struct http_server *s)
{
	const uint64_t one = 1;
	ssize_t n;

	do
		n = write(s->wake, &one, sizeof(one));
	while (n < 0 && errno == EINTR);
}

/* ---- connections ---- */

/* Into the list, if there is room for one more in all and of this source. */
static bool
enlist(struct http_server *s, struct http_conn *c)
{
	bool room;

	pthread_mutex_lock(&s->lock);
	room = s->n_conns < s->conf.max_connections;
	if (room && !c->peer.is_unix) {
		c->source = http_source_take(s->sources, c->peer.addr, s->conf.max_per_source);
		room = c->source != NULL;
	}
	if (room) {
		c->next = s->conns;
		if (c->next)
			c->next->prev = c;
		s->conns = c;
		s->n_conns++;
	}
	pthread_mutex_unlock(&s->lock);
	return room;
}

static void
finish_stop(struct http_server *s)
{
	atomic_store(&s->done, true);
	wake(s);
}

/* Under the lock, when somebody left. */
static void
finish_if_last(struct http_server *s)
{
	if (s->n_conns == 0 && s->accepting == 0 && atomic_load(&s->stopping))
		finish_stop(s);
}

static void
delist(struct http_server *s, struct http_conn *c)
{
	pthread_mutex_lock(&s->lock);
	if (c->prev)
		c->prev->next = c->next;
	else
		s->conns = c->next;
	if (c->next)
		c->next->prev = c->prev;
	http_source_give(s->sources, c->source);
	s->n_conns--;
	finish_if_last(s);
	pthread_mutex_unlock(&s->lock);
}

static void
conn_close(struct http_thread *t, struct http_conn *c)
{
	http_conn_clear(t, c);
	delist(t->server, c);
	close(c->fd);
	free(c);
	atomic_fetch_sub(&t->server->open, 1);
}

static void
turn_away(struct http_server *s, int fd)
{
	static const char busy[] =
	    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Type: text/plain\r\n"
	    "Content-Length: 25\r\nConnection: close\r\n\r\n503 Too many connections\n";

	atomic_fetch_add(&s->over_limit, 1);
	(void)sock_send(fd, busy, sizeof(busy) - 1, MSG_NOSIGNAL);
	close(fd);
}

/* Until its next event, which may come to another thread before this returns. The kernel orders the two; C has to be told. */
static void
conn_let_go(struct http_thread *t, struct http_conn *c, int op, uint32_t events)
{
	int fd = c->fd;

	atomic_store_explicit(&c->handed, true, memory_order_release);
	if (!http_arm(t->server, op, fd, c, events))
		conn_close(t, c);
}

static void
conn_new(struct http_thread *t, int fd, const struct sockaddr_storage *from)
{
	struct http_server *s = t->server;
	struct http_conn *c = calloc(1, sizeof(*c));

	if (!c)
		abort();
	*c = (struct http_conn){
		.kind = HTTP_EVENT_CONN, .fd = fd, .fresh = true, .started = clock_mono_ms()
	};
	atomic_store(&c->deadline, c->started + s->conf.head_ms);
	http_peer_fill(&c->peer, from);
	atomic_fetch_add(&s->accepted, 1);
	if (!enlist(s, c)) {
		turn_away(s, fd);
		free(c);
		return;
	}
	atomic_fetch_add(&s->open, 1);
	conn_let_go(t, c, EPOLL_CTL_ADD, EPOLLIN);
}

static void
conn_event(struct http_thread *t, struct http_conn *c)
{
	enum http_want want;

	(void)atomic_load_explicit(&c->handed, memory_order_acquire);
	want = http_conn_run(t, c);
	if (want == HTTP_WANT_CLOSE)
		conn_close(t, c);
	else
		conn_let_go(t, c, EPOLL_CTL_MOD, want == HTTP_WANT_WRITE ? EPOLLOUT : EPOLLIN);
}

/* What is accepted before the end begins is served; what comes later stays in the queue, for whoever has the same socket next. */
static bool
accept_begins(struct http_server *s)
{
	bool may;

	pthread_mutex_lock(&s->lock);
	may = !atomic_load(&s->stopping) && !atomic_load(&s->deaf);
	s->accepting += may;
	pthread_mutex_unlock(&s->lock);
	return may;
}

static void
accept_ends(struct http_server *s)
{
	pthread_mutex_lock(&s->lock);
	s->accepting--;
	finish_if_last(s);
	pthread_mutex_unlock(&s->lock);
}

/* Several at once. Without descriptors or memory for them the listener rests until the next sweep, so that nobody spins. */
static void
accept_all(struct http_thread *t, struct http_listener *l)
{
	for (unsigned i = 0; i < ACCEPT_MAX && !atomic_load(&t->server->stopping); i++) {
		struct sockaddr_storage from = { 0 };
		socklen_t len = sizeof(from);
		union {
			struct sockaddr_storage *storage;
			struct sockaddr *any;
		} to = { &from };
		int fd = accept4(l->fd, to.any, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0) {
			conn_new(t, fd, &from);
		} else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
			atomic_store(&l->resting, true);
			return;
		} else if (errno == EAGAIN) {
			break;
		}
	}
	(void)http_arm(t->server, EPOLL_CTL_MOD, l->fd, l, EPOLLIN);
}

static void
accept_event(struct http_thread *t, struct http_listener *l)
{
	if (!accept_begins(t->server))
		return; /* and the listener is not armed again */
	accept_all(t, l);
	accept_ends(t->server);
}

/* ---- deadlines and the end ---- */

/* Nothing of a request is here, nor on its way as far as can be known: closing loses none. */
static bool
may_go(const struct http_server *s, const struct http_conn *c, int64_t now)
{
	int64_t came = atomic_load_explicit(&c->deadline, memory_order_relaxed) - s->conf.head_ms;
	bool fresh = atomic_load_explicit(&c->fresh, memory_order_relaxed);
	char unread;

	return atomic_load(&s->stopping) && now >= s->idle_until &&
	    (!fresh || now >= came + STOP_FRESH_MS) &&
	    sock_recv(c->fd, &unread, 1, MSG_PEEK | MSG_DONTWAIT) <= 0;
}

/* Under the lock, so that the descriptor is still this connection's. A reader gets 408 from its owner, others nothing. */
static void
sweep_conn(struct http_server *s, struct http_conn *c, int64_t now)
{
	int phase = atomic_load_explicit(&c->phase, memory_order_relaxed);

	if (now >= atomic_load_explicit(&c->deadline, memory_order_relaxed)) {
		atomic_store_explicit(&c->cut, true, memory_order_relaxed);
		(void)shutdown(c->fd, phase == HTTP_READING ? SHUT_RD : SHUT_RDWR);
	} else if (phase == HTTP_IDLE && may_go(s, c, now)) {
		(void)shutdown(c->fd, SHUT_RDWR);
	}
}

static void
sweep(struct http_server *s)
{
	int64_t now = clock_mono_ms();

	pthread_mutex_lock(&s->lock);
	for (struct http_conn *c = s->conns; c; c = c->next)
		sweep_conn(s, c, now);
	if (atomic_load(&s->stopping)) {
		if (now >= s->stop_at)
			finish_stop(s);
	} else if (!atomic_load(&s->deaf)) {
		for (size_t i = 0; i < s->n_listeners; i++) {
			if (atomic_exchange(&s->listeners[i].resting, false))
				(void)http_arm(s, EPOLL_CTL_MOD, s->listeners[i].fd,
				    &s->listeners[i], EPOLLIN);
		}
	}
	pthread_mutex_unlock(&s->lock);
}

static void
timer_set(struct http_server *s, int64_t ms)
{
	const struct timespec every = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
	const struct itimerspec spec = { .it_interval = every, .it_value = every };

	if (timerfd_settime(s->timer, 0, &spec, NULL) != 0)
		abort();
}

static void
begin_stop(struct http_server *s)
{
	atomic_store(&s->stopping, true);
	s->idle_until = clock_mono_ms() + STOP_SWEEP_MS;
	s->stop_at = clock_mono_ms() + s->conf.stop_ms;
	for (size_t i = 0; i < s->n_listeners; i++)
		(void)epoll_ctl(s->epoll, EPOLL_CTL_DEL, s->listeners[i].fd, NULL);
	finish_if_last(s);
}

/* Somebody said stop, or a thread that all is done: then everybody is to see the word, so it stays in the eventfd. */
static bool
wake_event(struct http_server *s)
{
	uint64_t n;
	bool done;

	pthread_mutex_lock(&s->lock);
	if (!atomic_load(&s->done) && read(s->wake, &n, sizeof(n)) == (ssize_t)sizeof(n) &&
	    !atomic_load(&s->stopping))
		begin_stop(s);
	done = atomic_load(&s->done);
	pthread_mutex_unlock(&s->lock);
	return done;
}

static void
timer_event(struct http_server *s)
{
	uint64_t n;

	if (read(s->timer, &n, sizeof(n)) == (ssize_t)sizeof(n))
		sweep(s);
}

/* ---- threads ---- */

static void
thread_begins(struct http_server *s)
{
	pthread_mutex_lock(&s->lock);
	s->looping++;
	pthread_mutex_unlock(&s->lock);
}

static void
thread_ends(struct http_server *s)
{
	pthread_mutex_lock(&s->lock);
	s->looping--;
	pthread_cond_broadcast(&s->left);
	while (s->pinned)
		pthread_cond_wait(&s->left, &s->lock);
	pthread_mutex_unlock(&s->lock);
}

/* The next event; false: there was none. The timer goes on as it was set when the end is near, so the sweeps in between are done here. */
static bool
next_event(struct http_server *s, struct epoll_event *ret)
{
	bool stopping = atomic_load(&s->stopping);
	int n = epoll_wait(s->epoll, ret, 1, stopping ? STOP_SWEEP_MS : -1);

	if (n == 0 && stopping)
		sweep(s);
	return n == 1;
}

static void *
thread_main(void *arg)
{
	struct http_thread *t = arg;
	struct http_server *s = t->server;
	struct epoll_event ev;
	bool done = false;

	thread_begins(s);
	while (!done) {
		if (!next_event(s, &ev))
			continue;
		switch (*(const enum http_event *)ev.data.ptr) {
		case HTTP_EVENT_CONN:
			conn_event(t, ev.data.ptr);
			break;
		case HTTP_EVENT_LISTENER:
			accept_event(t, ev.data.ptr);
			break;
		case HTTP_EVENT_TIMER:
			timer_event(s);
			break;
		case HTTP_EVENT_WAKE:
			done = wake_event(s);
			break;
		}
	}
	thread_ends(s);
	return NULL;
}

static void
thread_release(struct http_thread *t)
{
	free(t->spare);
	str_release(&t->head);
	str_release(&t->resp.body);
	str_release(&t->resp.head);
}

enum rc
http_server_run(struct http_server *s, size_t threads)
{
	size_t n = MAX(threads, (size_t)1), started = 1;
	struct http_thread *all = calloc(n, sizeof(*all));

	if (!all)
		abort();
	timer_set(s, s->conf.sweep_ms);
	pthread_mutex_lock(&s->lock);
	s->threads = n;
	pthread_mutex_unlock(&s->lock);
	for (size_t i = 0; i < n; i++) {
		all[i].server = s;
		str_init(&all[i].resp.head, RESP_HEAD_MAX);
	}
	while (started < n && pthread_create(&all[started].id, NULL, thread_main, &all[started]) == 0)
		started++;
	if (started < n)
		http_server_stop(s);
	thread_main(&all[0]);
	for (size_t i = 1; i < started; i++)
		pthread_join(all[i].id, NULL);
	for (struct http_conn *c = s->conns, *next; c; c = next) { /* dropped; all[0] stands for their owners */
		next = c->next;
		conn_close(&all[0], c);
	}
	for (size_t i = 0; i < n; i++)
		thread_release(&all[i]);
	free(all);
	return started == n ? RC_OK : RC_UNAVAILABLE;
}

void
http_server_stop(struct http_server *s)
{
	wake(s);
}

bool
http_server_complete(struct http_server *s)
{
	bool complete;

	pthread_mutex_lock(&s->lock);
	complete = s->threads > 0 && s->looping == s->threads;
	pthread_mutex_unlock(&s->lock);
	return complete;
}

void
http_server_pin(struct http_server *s)
{
	pthread_mutex_lock(&s->lock);
	s->pinned = true;
	pthread_mutex_unlock(&s->lock);
}

void
http_server_wait(struct http_server *s)
{
	pthread_mutex_lock(&s->lock);
	while (s->looping > 0)
		pthread_cond_wait(&s->left, &s->lock);
	pthread_mutex_unlock(&s->lock);
}

void
http_server_retire(struct http_server *s, bool deaf)
{
	atomic_store(&s->retired, true);
	if (deaf)
		atomic_store(&s->deaf, true);
}
