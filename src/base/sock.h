/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * send() and recv() through the calls that HTTP answers and the channel need anyway, so that the cage of a web process has to allow no others.
 */
#ifndef BASE_SOCK_H
#define BASE_SOCK_H

#include "base/base.h"

#include <sys/socket.h>

static inline ssize_t
sock_send(int fd, const void *data, size_t len, int flags)
{
	struct iovec iov = { .iov_base = (void *)(uintptr_t)data, .iov_len = len };
	const struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };

	return sendmsg(fd, &m, flags);
}

static inline ssize_t
sock_recv(int fd, void *room, size_t len, int flags)
{
	struct iovec iov = { .iov_base = room, .iov_len = len };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };

	return recvmsg(fd, &m, flags);
}

#endif
