/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which sockets are listened on. It splits the configured list and compares it with what is open already; making a socket
 * is the HTTP layer's business (http_listen). Sockets handed over by the service manager stand for the whole list.
 */
#include "base/base.h"

#include "base/arena.h"
#include "http/http.h"
#include "proc/listeners.h"

#include <unistd.h>

/* The socket for that address, -1 if there is none. */
static int
find(const struct listeners *l, const char *address)
{
	for (size_t i = 0; l && i < l->n; i++) {
		if (l->address[i] && strcmp(l->address[i], address) == 0)
			return l->fd[i];
	}
	return -1;
}

static bool
has_fd(const struct listeners *l, int fd)
{
	for (size_t i = 0; l && i < l->n; i++) {
		if (l->fd[i] == fd)
			return true;
	}
	return false;
}

static enum rc
add(const char *address, const struct listeners *have, struct listeners *l, struct errs *errs)
{
	int fd = find(have, address);
	enum rc rc;

	if (find(l, address) >= 0)
		return err_add(errs, RC_CONFIG, NULL, "listen: %s stands there twice", address);
	if (l->n == LISTEN_MAX)
		return err_add(errs, RC_CONFIG, NULL, "listen: expected at most %d addresses",
		    LISTEN_MAX);
	if (fd < 0 && (rc = http_listen(address, &fd, errs)) != RC_OK)
		return rc;
	l->fd[l->n] = fd;
	l->address[l->n] = strdup(address);
	if (!l->address[l->n])
		abort();
	l->n++;
	return RC_OK;
}

/* Taken over at the first start, and kept by every reload. */
static enum rc
take_handed_over(const struct listeners *have, struct listeners *l, struct errs *errs)
{
	if (!have)
		return http_listen_fds(l->fd, LISTEN_MAX, &l->n, errs);
	if (have->n && !have->address[0]) {
		memcpy(l->fd, have->fd, sizeof(l->fd));
		l->n = have->n;
	}
	return RC_OK;
}

enum rc
listeners_open(const char *list, const struct listeners *have, struct listeners *ret, struct errs *errs)
{
	struct listeners l = { .n = 0 };
	enum rc rc = take_handed_over(have, &l, errs);

	if (l.n > 0)
		list = "";
	for (list += strspn(list, " "); rc == RC_OK && *list; list += strspn(list, " ")) {
		size_t n = strcspn(list, " ");

		rc = add(arena_strndup(errs->arena, list, n), have, &l, errs);
		list += n;
	}
	if (rc == RC_OK)
		*ret = l;
	else
		listeners_close(&l, have);
	return rc;
}

void
listeners_close(struct listeners *l, const struct listeners *keep)
{
	for (size_t i = 0; i < l->n; i++) {
		if (!has_fd(keep, l->fd[i])) {
			if (l->address[i] && strncmp(l->address[i], "unix:", 5) == 0)
				(void)unlink(l->address[i] + 5);
			close(l->fd[i]);
		}
		free(l->address[i]);
	}
	l->n = 0;
}
