/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libmariadb's calls in their non-blocking form, each a loop around one wait, which ends at the connection's own time. It knows what to wait for and
 * how long; what is asked of the server is none of its business.
 *
 * The surprising thing: a wait that is over time cuts the socket in two. What the library was doing then sees the end of the stream, unwinds by
 * itself and leaves nothing behind; a call that was begun is always called to its end. One thing the library cannot do this way is the handshake of
 * TLS; that ends by its own time-out for connecting, in whole seconds, and so may looking up a name.
 */
#include "base/base.h"

#include "base/clock.h"
#include "db/mysql_int.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#define CLOSE_MS 500 /* saying goodbye */
#define PING_MS 1000

static void
give_up(struct db_conn *c, int fd)
{
	c->lost = true;
	if (fd >= 0)
		(void)shutdown(fd, SHUT_RDWR);
}

/* Waits for what the library wants; gives what happened. */
static int
wait_for(struct db_conn *c, int wanted)
{
	struct pollfd p = { .fd = mysql_get_socket(c->my) };
	int64_t left = c->end - clock_mono_ms();
	int n = 0;

	p.events = (short)((wanted & MYSQL_WAIT_READ ? POLLIN : 0) |
	    (wanted & MYSQL_WAIT_WRITE ? POLLOUT : 0) | (wanted & MYSQL_WAIT_EXCEPT ? POLLPRI : 0));
	for (; !c->lost && p.fd >= 0 && left > 0 && n == 0; left = c->end - clock_mono_ms()) {
		n = poll(&p, 1, (int)MIN(left, (int64_t)INT32_MAX));
		if (n < 0 && errno == EINTR)
			n = 0;
	}
	if (n <= 0) {
		give_up(c, p.fd);
		return wanted | MYSQL_WAIT_TIMEOUT;
	}
	/* an error or the other side's end is for the library to find */
	if (p.revents & (POLLERR | POLLHUP | POLLNVAL))
		return wanted & ~MYSQL_WAIT_TIMEOUT;
	return (p.revents & POLLIN ? MYSQL_WAIT_READ : 0) |
	    (p.revents & POLLOUT ? MYSQL_WAIT_WRITE : 0) |
	    (p.revents & POLLPRI ? MYSQL_WAIT_EXCEPT : 0);
}

bool
maria_connect(struct db_conn *c, const struct db_url *u, const struct db_url_host *host)
{
	MYSQL *ret = NULL;
	int st = mysql_real_connect_start(&ret, c->my, host ? host->name : NULL, u->user,
	    u->password, u->name, host ? host->port : 0, host ? NULL : db_url_option(u, "socket"),
	    CLIENT_FOUND_ROWS);

	while (st)
		st = mysql_real_connect_cont(&ret, c->my, wait_for(c, st));
	/* it leaves the socket blocking, and reads TLS from it by plain read() */
	return ret && fcntl(mysql_get_socket(c->my), F_SETFL, O_RDWR | O_NONBLOCK) == 0;
}

void
maria_disconnect(struct db_conn *c)
{
	int st;

	if (!c->my)
		return;
	c->end = clock_mono_ms() + CLOSE_MS;
	st = mysql_close_start(c->my);
	while (st)
		st = mysql_close_cont(c->my, wait_for(c, st));
	c->my = NULL;
}

bool
maria_alive(struct db_conn *c)
{
	int st, ret = 1;

	c->end = clock_mono_ms() + PING_MS;
	st = mysql_ping_start(&ret, c->my);
	while (st)
		st = mysql_ping_cont(&ret, c->my, wait_for(c, st));
	return ret == 0;
}

bool
maria_query(struct db_conn *c, const char *sql)
{
	int ret = 1;
	int st = mysql_real_query_start(&ret, c->my, sql, strlen(sql));

	while (st)
		st = mysql_real_query_cont(&ret, c->my, wait_for(c, st));
	return ret == 0;
}

int
maria_next_result(struct db_conn *c)
{
	int ret = 1;
	int st = mysql_next_result_start(&ret, c->my);

	while (st)
		st = mysql_next_result_cont(&ret, c->my, wait_for(c, st));
	return ret;
}

MYSQL_RES *
maria_store_result(struct db_conn *c)
{
	MYSQL_RES *ret = NULL;
	int st = mysql_store_result_start(&ret, c->my);

	while (st)
		st = mysql_store_result_cont(&ret, c->my, wait_for(c, st));
	return ret;
}

bool
maria_multi_statements(struct db_conn *c, bool on)
{
	int ret = 1;
	int st = mysql_set_server_option_start(&ret, c->my,
	    on ? MYSQL_OPTION_MULTI_STATEMENTS_ON : MYSQL_OPTION_MULTI_STATEMENTS_OFF);

	while (st)
		st = mysql_set_server_option_cont(&ret, c->my, wait_for(c, st));
	return ret == 0;
}

bool
maria_stmt_prepare(struct db_conn *c, MYSQL_STMT *stmt, const char *sql)
{
	int ret = 1;
	int st = mysql_stmt_prepare_start(&ret, stmt, sql, strlen(sql));

	while (st)
		st = mysql_stmt_prepare_cont(&ret, stmt, wait_for(c, st));
	return ret == 0;
}

bool
maria_stmt_execute(struct db_conn *c, MYSQL_STMT *stmt)
{
	int ret = 1;
	int st = mysql_stmt_execute_start(&ret, stmt);

	while (st)
		st = mysql_stmt_execute_cont(&ret, stmt, wait_for(c, st));
	return ret == 0;
}

int
maria_stmt_fetch(struct db_conn *c, MYSQL_STMT *stmt)
{
	int ret = 1;
	int st = mysql_stmt_fetch_start(&ret, stmt);

	while (st)
		st = mysql_stmt_fetch_cont(&ret, stmt, wait_for(c, st));
	return ret;
}

bool
maria_stmt_free_result(struct db_conn *c, MYSQL_STMT *stmt)
{
	my_bool ret = 1;
	int st = mysql_stmt_free_result_start(&ret, stmt);

	while (st)
		st = mysql_stmt_free_result_cont(&ret, stmt, wait_for(c, st));
	return ret == 0;
}

void
maria_stmt_close(struct db_conn *c, MYSQL_STMT *stmt)
{
	my_bool ret = 1;
	int st;

	c->end = clock_mono_ms() + CLOSE_MS;
	st = mysql_stmt_close_start(&ret, stmt);
	while (st)
		st = mysql_stmt_close_cont(&ret, stmt, wait_for(c, st));
}
