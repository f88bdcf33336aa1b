/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A server from its making to its end: limits, descriptors, listeners, figures. What its threads do in between is server.c's. */
#include "base/base.h"

#include "http/http_int.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

static const struct http_conf defaults = {
	.head_ms = 10000,
	.body_ms = 15000,
	.write_ms = 15000,
	.stream_ms = 900000,
	.idle_ms = 30000,
	.stop_ms = 9000,
	.sweep_ms = 1000,
	.max_connections = 1024,
	.max_per_source = 256,
	.max_body_total = (size_t)64 << 20,
};

static void
fill_defaults(struct http_conf *c)
{
	c->head_ms = c->head_ms ? c->head_ms : defaults.head_ms;
	c->body_ms = c->body_ms ? c->body_ms : defaults.body_ms;
	c->write_ms = c->write_ms ? c->write_ms : defaults.write_ms;
	c->stream_ms = c->stream_ms ? c->stream_ms : defaults.stream_ms;
	c->idle_ms = c->idle_ms ? c->idle_ms : defaults.idle_ms;
	c->stop_ms = c->stop_ms ? c->stop_ms : defaults.stop_ms;
	c->sweep_ms = c->sweep_ms ? c->sweep_ms : defaults.sweep_ms;
	c->max_connections = c->max_connections ? c->max_connections : defaults.max_connections;
	c->max_per_source = c->max_per_source ? c->max_per_source : defaults.max_per_source;
	c->max_body_total = c->max_body_total ? c->max_body_total : defaults.max_body_total;
}

enum rc
http_server_new(const struct http_conf *conf, const struct http_handlers *handlers,
    struct http_server **ret, struct errs *errs)
{
	struct http_server *s = calloc(1, sizeof(*s));
	struct epoll_event ev = { .events = EPOLLIN };

	if (!s)
		abort();
	*s = (struct http_server){ .conf = conf ? *conf : defaults, .handlers = *handlers };
	fill_defaults(&s->conf);
	s->wake_kind = HTTP_EVENT_WAKE;
	s->timer_kind = HTTP_EVENT_TIMER;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->left, NULL);
	s->sources = http_sources_new();
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	s->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	s->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	ev.data.ptr = &s->wake_kind;
	if (s->epoll < 0 || s->wake < 0 || s->timer < 0 ||
	    epoll_ctl(s->epoll, EPOLL_CTL_ADD, s->wake, &ev) != 0) {
		err_detail(errs, RC_UNAVAILABLE, "cannot prepare to serve", "%s", strerror(errno));
		http_server_free(s);
		return RC_UNAVAILABLE;
	}
	ev.data.ptr = &s->timer_kind;
	ev.events |= EPOLLET;
	if (epoll_ctl(s->epoll, EPOLL_CTL_ADD, s->timer, &ev) != 0)
		abort();
	*ret = s;
	return RC_OK;
}

enum rc
http_server_add_listener(struct http_server *s, int fd, struct errs *errs)
{
	struct http_listener *l = &s->listeners[s->n_listeners];
	int flags, listens = 0, on = 1;
	socklen_t len = sizeof(listens);

	if (s->n_listeners == HTTP_LISTENERS_MAX)
		return err_add(errs, RC_CONFIG, NULL, "more than %d addresses to listen on",
		    HTTP_LISTENERS_MAX);
	flags = fcntl(fd, F_GETFL);
	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &len) != 0 || !listens ||
	    flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0)
		return err_add(errs, RC_CONFIG, NULL, "descriptor %d is not a listening socket", fd);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on,
	    sizeof(on)); /* connections inherit it; not for unix sockets */
	*l = (struct http_listener){ .kind = HTTP_EVENT_LISTENER, .fd = fd };
	s->n_listeners++;
	if (!http_arm(s, EPOLL_CTL_ADD, fd, l, EPOLLIN))
		return err_add(errs, RC_UNAVAILABLE, NULL, "cannot wait for connections: %s",
		    strerror(errno));
	return RC_OK;
}

void
http_server_free(struct http_server *s)
{
	if (!s)
		return;
	(void)(s->epoll < 0 || close(s->epoll));
	(void)(s->wake < 0 || close(s->wake));
	(void)(s->timer < 0 || close(s->timer));
	http_sources_free(s->sources);
	pthread_cond_destroy(&s->left);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

void
http_server_stats(const struct http_server *s, struct http_stats *ret)
{
	*ret = (struct http_stats){ .connections = atomic_load(&s->open),
		.accepted = atomic_load(&s->accepted),
		.requests = atomic_load(&s->requests),
		.refused = atomic_load(&s->refused),
		.over_limit = atomic_load(&s->over_limit),
		.cut = atomic_load(&s->cut) };
}
