/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages between web and keeper on the wire: 32 bytes, little else. It knows their shape, not
 * what they do. There is no length field to be wrong about: SOCK_SEQPACKET keeps messages apart,
 * and every byte that says nothing must be zero.
 */
#include "base/base.h"

#include "proc/chan.h"

#include <errno.h>
#include <sys/socket.h>

#define CHAN_MAGIC 0x564d4231u /* VMB1 */

struct wire {
	uint32_t magic;
	uint16_t type;
	uint16_t answer; /* 0 or 1 */
	uint64_t id;
	uint8_t zero[16]; /* room for what later questions carry */
};
_Static_assert(sizeof(struct wire) == 32, "no holes");

const char *
chan_name(enum chan_type type)
{
	static const char *const names[] = {
#define CHAN_NAME(id) [CHAN_##id] = #id,
		CHAN_LIST(CHAN_NAME)
#undef CHAN_NAME
	};

	return type > CHAN_NONE && type < CHAN__MAX ? names[type] : "?";
}

enum chan_result
chan_send(int fd, const struct chan_msg *msg)
{
	struct wire w = {
		.magic = CHAN_MAGIC, .type = (uint16_t)msg->type, .answer = msg->answer, .id = msg->id
	};
	ssize_t n;

	do
		n = send(fd, &w, sizeof(w), MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n == (ssize_t)sizeof(w))
		return CHAN_OK;
	return n < 0 && (errno == EAGAIN || errno == ENOBUFS) ? CHAN_EMPTY : CHAN_CLOSED;
}

static bool
wire_ok(const struct wire *w, bool answers)
{
	static const uint8_t zero[sizeof(w->zero)];

	return w->magic == CHAN_MAGIC && w->type > CHAN_NONE && w->type < CHAN__MAX &&
	    w->answer == (answers ? 1 : 0) && w->id != 0 && memcmp(w->zero, zero, sizeof(zero)) == 0;
}

enum chan_result
chan_recv(int fd, bool answers, struct chan_msg *ret)
{
	struct wire w;
	struct iovec iov = { .iov_base = &w, .iov_len = sizeof(w) };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t n;

	do
		n = recvmsg(fd, &m, MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? CHAN_EMPTY : CHAN_CLOSED;
	if (n == 0 && !(m.msg_flags & MSG_TRUNC))
		return CHAN_CLOSED;
	/* no room for control data was given: a descriptor sent along is closed by the kernel, and shows here */
	if (n != (ssize_t)sizeof(w) || m.msg_flags & (MSG_TRUNC | MSG_CTRUNC) || !wire_ok(&w, answers))
		return CHAN_BAD;
	*ret = (struct chan_msg){ .type = (enum chan_type)w.type, .answer = w.answer == 1, .id = w.id };
	return CHAN_OK;
}
