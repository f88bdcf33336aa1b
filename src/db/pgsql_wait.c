/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libpq's calls in their non-blocking form, each a loop around one wait, which ends at the connection's own time. It knows what to wait for and how
 * long; what is asked of the server is none of its business.
 *
 * The surprising thing: nothing that libpq, the server or the kernel offers (statement_timeout, tcp_user_timeout, keepalives) lets go of a server that
 * is frozen, since its kernel still acknowledges; only this wait does. A wait that is over time cuts the socket in two, so that whatever the library
 * does later ends at once, too. Only looking up a host's name is beyond it: that is libc's, and has libc's time-out.
 */
#include "base/base.h"

#include "base/clock.h"
#include "db/pgsql_int.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

static bool
give_up(struct db_conn *c, int fd)
{
	c->lost = c->late = true;
	if (fd >= 0)
		(void)shutdown(fd, SHUT_RDWR);
	return false;
}

/* False: the time is over. Errors on the socket are for the library to find. */
static bool
wait_for(struct db_conn *c, short events)
{
	struct pollfd p = { .fd = PQsocket(c->pg), .events = events };

	for (;;) {
		int64_t left = c->end - clock_mono_ms();
		int n;

		if (c->lost || p.fd < 0) {
			c->lost = true;
			return false;
		}
		if (left <= 0)
			return give_up(c, p.fd);
		n = poll(&p, 1, (int)MIN(left, (int64_t)INT32_MAX));
		if (n > 0)
			return true;
		if (n < 0 && errno != EINTR)
			return give_up(c, p.fd);
	}
}

bool
pgsql_connect(struct db_conn *c)
{
	PostgresPollingStatusType next = PGRES_POLLING_WRITING;

	if (PQstatus(c->pg) == CONNECTION_BAD)
		return false;
	while (next != PGRES_POLLING_OK) {
		if (next == PGRES_POLLING_FAILED ||
		    !wait_for(c, next == PGRES_POLLING_READING ? POLLIN : POLLOUT))
			return false;
		next = PQconnectPoll(c->pg);
	}
	return PQsetnonblocking(c->pg, 1) == 0;
}

static bool
take_in(struct db_conn *c)
{
	if (PQconsumeInput(c->pg))
		return true;
	c->lost = true;
	return false;
}

/* While our bytes do not go out the server may be waiting for us to take its own. */
static bool
put_out(struct db_conn *c)
{
	int left;

	while ((left = PQflush(c->pg)) > 0)
		if (!wait_for(c, POLLIN | POLLOUT) || !take_in(c))
			return false;
	if (left < 0)
		c->lost = true;
	return left == 0;
}

PGresult *
pgsql_result(struct db_conn *c)
{
	if (c->lost || !put_out(c))
		return NULL;
	while (PQisBusy(c->pg))
		if (!wait_for(c, POLLIN) || !take_in(c))
			return NULL;
	return PQgetResult(c->pg);
}

PGresult *
pgsql_last(struct db_conn *c, int sent)
{
	PGresult *last = NULL, *res;

	if (!sent) {
		c->lost = true;
		return NULL;
	}
	while ((res = pgsql_result(c))) {
		if (last && !pgsql_ok(last)) {
			PQclear(res);
			continue;
		}
		PQclear(last);
		last = res;
	}
	if (c->lost && last && pgsql_ok(last)) {
		PQclear(last);
		last = NULL;
	}
	return last;
}

PGresult *
pgsql_query(struct db_conn *c, const char *sql)
{
	return pgsql_last(c, !c->lost && PQsendQuery(c->pg, sql));
}
