/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages between web and keeper: what is sent arrives; whatever else an attacker writes into the
 * channel is told apart as bad, byte by byte of the message, and a descriptor smuggled along does
 * not stay open.
 */
#include "base/base.h"

#include "proc/chan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define WIRE 32

static void
pair_make(int pair[2])
{
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
}

static void
test_round(void **state UNUSED)
{
	int pair[2];

	pair_make(pair);
	for (enum chan_type type = CHAN_NONE + 1; type < CHAN__MAX; type++) {
		const struct chan_msg out = { .type = type, .id = 7 },
				      back = { .type = type, .answer = true, .id = 7 };
		struct chan_msg in = { 0 };

		assert_int_equal(chan_send(pair[0], &out), CHAN_OK);
		assert_int_equal(chan_recv(pair[1], false, &in), CHAN_OK);
		assert_int_equal(in.type, type);
		assert_int_equal(in.id, 7);
		assert_false(in.answer);
		assert_int_equal(chan_send(pair[1], &back), CHAN_OK);
		assert_int_equal(chan_recv(pair[0], true, &in), CHAN_OK);
		assert_true(in.answer);
		/* the wrong direction */
		assert_int_equal(chan_send(pair[1], &back), CHAN_OK);
		assert_int_equal(chan_recv(pair[0], false, &in), CHAN_BAD);
		assert_string_not_equal(chan_name(type), "?");
	}
	close(pair[0]);
	close(pair[1]);
}

static void
test_empty_full_closed(void **state UNUSED)
{
	const struct chan_msg msg = { .type = CHAN_PING, .id = 1 };
	struct chan_msg in;
	int pair[2], sent = 0;

	pair_make(pair);
	assert_int_equal(chan_recv(pair[1], false, &in), CHAN_EMPTY);
	while (chan_send(pair[0], &msg) == CHAN_OK)
		assert_true(++sent < 1000000);
	assert_true(sent > 10);
	assert_int_equal(chan_send(pair[0], &msg), CHAN_EMPTY);
	close(pair[0]);
	while (sent-- > 0)
		assert_int_equal(chan_recv(pair[1], false, &in), CHAN_OK);
	assert_int_equal(chan_recv(pair[1], false, &in), CHAN_CLOSED);
	assert_int_equal(chan_send(pair[1], &msg), CHAN_CLOSED);
	close(pair[1]);
}

/* Any byte changed makes it no message, but for those of the id. */
static void
test_each_byte(void **state UNUSED)
{
	const struct chan_msg msg = { .type = CHAN_PING, .id = 0x0101010101010101 };
	unsigned char good[WIRE], bad[WIRE];
	struct chan_msg in;
	int pair[2];

	pair_make(pair);
	assert_int_equal(chan_send(pair[0], &msg), CHAN_OK);
	assert_int_equal(recv(pair[1], good, sizeof(good), 0), WIRE);
	for (size_t i = 0; i < WIRE; i++) {
		bool is_id = i >= 8 && i < 16;

		memcpy(bad, good, WIRE);
		bad[i] ^= 0x40;
		assert_int_equal(send(pair[0], bad, WIRE, 0), WIRE);
		assert_int_equal(chan_recv(pair[1], false, &in), is_id ? CHAN_OK : CHAN_BAD);
	}
	memcpy(bad, good, WIRE);
	memset(bad + 8, 0, 8);
	assert_int_equal(send(pair[0], bad, WIRE, 0), WIRE);
	assert_int_equal(chan_recv(pair[1], false, &in), CHAN_BAD);
	close(pair[0]);
	close(pair[1]);
}

static void
test_each_length(void **state UNUSED)
{
	const struct chan_msg msg = { .type = CHAN_WAKE, .id = 9 };
	unsigned char text[WIRE * 2] = { 0 };
	struct chan_msg in;
	int pair[2];

	pair_make(pair);
	assert_int_equal(chan_send(pair[0], &msg), CHAN_OK);
	assert_int_equal(recv(pair[1], text, sizeof(text), 0), WIRE);
	for (size_t n = 1; n <= sizeof(text); n++) {
		assert_int_equal(send(pair[0], text, n, 0), n);
		assert_int_equal(chan_recv(pair[1], false, &in), n == WIRE ? CHAN_OK : CHAN_BAD);
	}
	/* an empty packet looks like the end to a reader, and is one */
	assert_int_equal(send(pair[0], text, 0, 0), 0);
	assert_int_equal(chan_recv(pair[1], false, &in), CHAN_CLOSED);
	close(pair[0]);
	close(pair[1]);
}

static int
open_fds(void)
{
	int n = 0;

	for (int fd = 0; fd < 64; fd++)
		n += lseek(fd, 0, SEEK_CUR) >= 0 || dup2(fd, fd) == fd;
	return n;
}

static void
test_smuggled_descriptor(void **state UNUSED)
{
	const struct chan_msg msg = { .type = CHAN_PING, .id = 3 };
	unsigned char good[WIRE];
	struct iovec iov = { good, sizeof(good) };
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct msghdr m = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof(control.room) };
	struct chan_msg in;
	int pair[2], before;

	pair_make(pair);
	assert_int_equal(chan_send(pair[0], &msg), CHAN_OK);
	assert_int_equal(recv(pair[1], good, sizeof(good), 0), WIRE);
	control.head = (struct cmsghdr){
		.cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS
	};
	memcpy(CMSG_DATA(&control.head), &pair[0], sizeof(int));
	before = open_fds();
	assert_int_equal(sendmsg(pair[0], &m, 0), WIRE);
	assert_int_equal(chan_recv(pair[1], false, &in), CHAN_BAD);
	assert_int_equal(open_fds(), before);
	close(pair[0]);
	close(pair[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round),
		cmocka_unit_test(test_empty_full_closed),
		cmocka_unit_test(test_each_byte),
		cmocka_unit_test(test_each_length),
		cmocka_unit_test(test_smuggled_descriptor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
