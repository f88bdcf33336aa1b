/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Listening sockets: opened by address or inherited from the service manager. It runs before there is a second thread and before
 * the cage, so it may change the umask and the environment.
 *
 * Surprising: the socket file of a process that died cannot be bound again, but one of a process that lives must not be taken
 * away. So an existing one is called first, and removed only when nobody answers.
 */
#include "base/base.h"

#include "http/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 1024
#define FIRST_FD 3 /* SD_LISTEN_FDS_START */

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_un local;
};

static enum rc
fail(struct errs *errs, const char *address, const char *what)
{
	return err_add(errs, RC_CONFIG, "listen", "%s: %s", address, what);
}

static bool
port_parse(const char *text, in_port_t *ret)
{
	size_t n = strlen(text);
	long port = n >= 1 && n <= 5 && strspn(text, "0123456789") == n ? strtol(text, NULL, 10) : -1;

	*ret = htons((uint16_t)port);
	return port >= 0 && port <= 65535;
}

/* Length of the address, 0 if the text is none. */
static socklen_t
address_parse(const char *text, union address *ret)
{
	char host[INET6_ADDRSTRLEN + 2] = "";
	const char *colon = strrchr(text, ':');
	size_t n = colon ? (size_t)(colon - text) : 0;
	in_port_t port;

	memset(ret, 0, sizeof(*ret));
	if (strncmp(text, "unix:", 5) == 0) {
		n = strlen(text + 5);
		if (text[5] != '/' || n >= sizeof(ret->local.sun_path))
			return 0;
		ret->local.sun_family = AF_UNIX;
		memcpy(ret->local.sun_path, text + 5, n + 1);
		return sizeof(ret->local);
	}
	if (!colon || n == 0 || n >= sizeof(host) || !port_parse(colon + 1, &port))
		return 0;
	memcpy(host, text, n);
	if (host[0] == '[' && host[n - 1] == ']') {
		host[n - 1] = '\0';
		ret->v6.sin6_family = AF_INET6;
		ret->v6.sin6_port = port;
		return inet_pton(AF_INET6, host + 1, &ret->v6.sin6_addr) == 1 ? sizeof(ret->v6) : 0;
	}
	ret->v4.sin_family = AF_INET;
	ret->v4.sin_port = port;
	return inet_pton(AF_INET, host, &ret->v4.sin_addr) == 1 ? sizeof(ret->v4) : 0;
}

/* Removes the socket file of somebody who is gone; false with errno if it may not be taken. */
static bool
clear_path(const union address *at, socklen_t len)
{
	struct stat st;
	int fd, rc;

	if (lstat(at->local.sun_path, &st) != 0)
		return errno == ENOENT;
	if (!S_ISSOCK(st.st_mode)) {
		errno = EEXIST;
		return false;
	}
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	rc = fd < 0 ? -1 : connect(fd, &at->any, len);
	if (rc == 0 || (fd >= 0 && errno != ECONNREFUSED))
		errno = rc == 0 ? EADDRINUSE : errno;
	else if (fd >= 0)
		rc = unlink(at->local.sun_path) == 0 ? 1 : -1;
	if (fd >= 0)
		close(fd);
	return rc == 1;
}

static int
bind_to(int fd, const union address *at, socklen_t len)
{
	const int on = 1;
	mode_t mask;
	int rc;

	if (at->any.sa_family != AF_UNIX) {
		(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
		if (at->any.sa_family == AF_INET6) /* "0.0.0.0:80 [::]:80" shall be possible */
			(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
		return bind(fd, &at->any, len);
	}
	if (!clear_path(at, len))
		return -1;
	mask = umask(0117);
	rc = bind(fd, &at->any, len);
	(void)umask(mask);
	return rc;
}

enum rc
http_listen(const char *address, int *ret_fd, struct errs *errs)
{
	union address at;
	socklen_t len = address_parse(address, &at);
	int fd;

	if (len == 0)
		return fail(errs, address, "expected 127.0.0.1:8080, [::1]:8080 or unix:/path");
	fd = socket(at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || bind_to(fd, &at, len) != 0 || listen(fd, BACKLOG) != 0) {
		enum rc rc = fail(errs, address, strerror(errno));

		if (fd >= 0)
			close(fd);
		return rc;
	}
	*ret_fd = fd;
	return RC_OK;
}

/* ---- socket activation ---- */

/* The number in a variable, -1 if there is none. */
static long
number(const char *name)
{
	const char *text = getenv(name);
	size_t n = text ? strlen(text) : 0;

	return n >= 1 && n <= 9 && strspn(text, "0123456789") == n ? strtol(text, NULL, 10) : -1;
}

enum rc
http_listen_fds(int *ret_fds, size_t max, size_t *ret_n, struct errs *errs)
{
	long pid = number("LISTEN_PID"), n = number("LISTEN_FDS");

	(void)unsetenv("LISTEN_PID");
	(void)unsetenv("LISTEN_FDS");
	(void)unsetenv("LISTEN_FDNAMES");
	*ret_n = 0;
	if (pid != (long)getpid() || n <= 0)
		return RC_OK;
	if ((unsigned long)n > max)
		return err_add(errs, RC_CONFIG, "listen",
		    "%ld sockets were handed over, at most %zu are possible", n, max);
	for (int i = 0; i < (int)n; i++) {
		int fd = FIRST_FD + i, listens = 0;
		socklen_t len = sizeof(listens);

		if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &len) != 0 || !listens ||
		    fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
			return err_add(errs, RC_CONFIG, "listen",
			    "descriptor %d, which was handed over, does not listen", fd);
		ret_fds[i] = fd;
	}
	*ret_n = (size_t)n;
	return RC_OK;
}
