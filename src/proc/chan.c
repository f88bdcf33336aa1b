/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages between web and keeper on the wire: 512 bytes, mostly zeroes. It knows their shape, not
 * what they do. There is no length field to be wrong about: SOCK_SEQPACKET keeps messages apart,
 * and every byte that says nothing must be zero, also those of the fields that this message does
 * not have.
 */
#include "base/base.h"

#include "base/sock.h"

#include "proc/chan.h"

#include <errno.h>
#include <sodium.h>
#include <sys/socket.h>

#define CHAN_MAGIC 0x564d4232u /* VMB2 */

struct wire {
	uint32_t magic;
	uint16_t type;
	uint16_t answer; /* 0 or 1 */
	uint64_t id;
	int64_t admin_id, step;     /* of an import: its id; rows in all, and those that are done */
	uint16_t question, verdict; /* of an import: is it to end, or its phase; is it there */
	char sealed[TOTP_SEALED_MAX + 1];
	char secret[TOTP_SECRET_MAX + 1];
	char code[BACKUP_LEN + 1];
	char kept[2][BACKUP_STORED_LEN + 1];
	uint8_t zero[CHAN_WIRE - 472]; /* room for what later questions carry */
};
_Static_assert(sizeof(struct wire) == CHAN_WIRE, "no holes");
_Static_assert(offsetof(struct wire, zero) == 472, "no holes");

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

/* ---- on the wire ---- */

void
chan_pack(const struct chan_msg *msg, unsigned char ret[CHAN_WIRE])
{
	struct wire w = {
		.magic = CHAN_MAGIC, .type = (uint16_t)msg->type, .answer = msg->answer, .id = msg->id
	};

	if (msg->type == CHAN_SECOND) {
		w.question = (uint16_t)msg->ask.question;
		if (msg->answer) {
			w.verdict = (uint16_t)msg->told.verdict;
			w.step = msg->told.step;
			memcpy(w.secret, msg->told.secret, sizeof(w.secret));
			memcpy(w.sealed, msg->told.sealed, sizeof(w.sealed));
			memcpy(w.kept, msg->told.kept, sizeof(w.kept));
		} else {
			w.admin_id = msg->ask.admin_id;
			memcpy(w.sealed, msg->ask.sealed, sizeof(w.sealed));
			memcpy(w.code, msg->ask.code, sizeof(w.code));
		}
	}
	if (msg->type == CHAN_IMPORT && msg->answer) {
		w.verdict = msg->import_told.here;
		w.question = (uint16_t)msg->import_told.at.phase;
		w.admin_id = msg->import_told.at.total;
		w.step = msg->import_told.at.done;
	} else if (msg->type == CHAN_IMPORT) {
		w.question = msg->import.cancel;
		w.admin_id = msg->import.id;
	}
	memcpy(ret, &w, sizeof(w));
	sodium_memzero(&w, sizeof(w));
}

static void
unpack_import(const struct wire *w, struct chan_msg *ret)
{
	if (ret->answer)
		ret->import_told = (struct import_told){ w->verdict == 1,
			{ w->step, w->admin_id, (enum import_phase)w->question } };
	else
		ret->import = (struct import_ask){ w->admin_id, w->question == 1 };
}

static void
unpack(const struct wire *w, struct chan_msg *ret)
{
	*ret = (struct chan_msg){ .type = (enum chan_type)w->type, .answer = w->answer == 1, .id = w->id };
	if (ret->type == CHAN_IMPORT)
		unpack_import(w, ret);
	if (ret->type != CHAN_SECOND)
		return;
	ret->ask.question = (enum second_question)w->question;
	if (ret->answer) {
		ret->told.verdict = (enum second_verdict)w->verdict;
		ret->told.step = w->step;
		memcpy(ret->told.secret, w->secret, sizeof(w->secret));
		memcpy(ret->told.sealed, w->sealed, sizeof(w->sealed));
		memcpy(ret->told.kept, w->kept, sizeof(w->kept));
	} else {
		ret->ask.admin_id = w->admin_id;
		memcpy(ret->ask.sealed, w->sealed, sizeof(w->sealed));
		memcpy(ret->ask.code, w->code, sizeof(w->code));
	}
}

static bool
fields_ok(const struct chan_msg *msg)
{
	if (msg->type == CHAN_IMPORT)
		return msg->answer ? import_told_ok(&msg->import_told) : import_ask_ok(&msg->import);
	if (msg->type != CHAN_SECOND)
		return true;
	if (!msg->answer)
		return second_ask_ok(&msg->ask);
	return (unsigned)msg->ask.question < SECOND_ASK__MAX &&
	    second_told_ok(msg->ask.question, &msg->told);
}

/* Whatever was not understood does not come back when the message is written again: then it is none of ours. */
enum chan_result
chan_parse(const unsigned char wire[CHAN_WIRE], bool answers, struct chan_msg *ret)
{
	unsigned char again[CHAN_WIRE];
	struct chan_msg msg;
	struct wire w;
	bool ok;

	memcpy(&w, wire, sizeof(w));
	ok = w.magic == CHAN_MAGIC && w.type > CHAN_NONE && w.type < CHAN__MAX &&
	    w.answer == (answers ? 1 : 0) && w.id != 0;
	if (ok) {
		unpack(&w, &msg);
		chan_pack(&msg, again);
		ok = sodium_memcmp(again, wire, CHAN_WIRE) == 0 && fields_ok(&msg);
		sodium_memzero(again, sizeof(again));
	}
	sodium_memzero(&w, sizeof(w));
	if (!ok)
		return CHAN_BAD;
	*ret = msg;
	return CHAN_OK;
}

/* ---- over the socket ---- */

enum chan_result
chan_send(int fd, const struct chan_msg *msg)
{
	unsigned char wire[CHAN_WIRE];
	ssize_t n;
	int error;

	chan_pack(msg, wire);
	do
		n = sock_send(fd, wire, sizeof(wire), MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	error = errno;
	sodium_memzero(wire, sizeof(wire));
	if (n == (ssize_t)sizeof(wire))
		return CHAN_OK;
	return n < 0 && (error == EAGAIN || error == ENOBUFS) ? CHAN_EMPTY : CHAN_CLOSED;
}

enum chan_result
chan_recv(int fd, bool answers, struct chan_msg *ret)
{
	unsigned char wire[CHAN_WIRE];
	struct iovec iov = { .iov_base = wire, .iov_len = sizeof(wire) };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	enum chan_result result;
	ssize_t n;

	do
		n = recvmsg(fd, &m, MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? CHAN_EMPTY : CHAN_CLOSED;
	if (n == 0 && !(m.msg_flags & MSG_TRUNC))
		return CHAN_CLOSED;
	/* no room for control data was given: a descriptor sent along is closed by the kernel, and shows here */
	if (n != (ssize_t)sizeof(wire) || m.msg_flags & (MSG_TRUNC | MSG_CTRUNC))
		return CHAN_BAD;
	result = chan_parse(wire, answers, ret);
	sodium_memzero(wire, sizeof(wire));
	return result;
}
