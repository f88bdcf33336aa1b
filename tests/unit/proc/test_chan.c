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

#define WIRE CHAN_WIRE
#define SEALED "v2:0123abcd:QUJD+/="
#define KEPT "b2:0123abcd:00"

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
		struct chan_msg out = { .type = type, .id = 7 }, in = { 0 };
		struct chan_msg back = { .type = type, .answer = true, .id = 7 };

		if (type == CHAN_SECOND) {
			out.ask = back.ask = (struct second_ask){ .question = SECOND_ASK_RENEW };
			out.ask.admin_id = 3;
			(void)snprintf(out.ask.sealed, sizeof(out.ask.sealed), SEALED);
		}
		if (type == CHAN_IMPORT)
			out.import.id = 3;
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

/* ---- questions about second factors ---- */

static const struct {
	enum second_question question;
	const char *sealed, *code, *secret, *told_sealed, *kept;
	int64_t step;
} seconds[] = {
	{ SECOND_ASK_FRESH, "", "", "ABCDEFGHIJKLMNOP", SEALED, "", 0 },
	{ SECOND_ASK_SHOW, SEALED, "", "ABCDEFGHIJKLMNOP", "", "", 0 },
	{ SECOND_ASK_CONFIRM, SEALED, "012345", "", SEALED, "", 9 },
	{ SECOND_ASK_GIVE, "", "", "ABCDEFGHIJKLMNOP", SEALED, "", 0 },
	{ SECOND_ASK_CHECK, SEALED, "012345", "", "", "", 9 },
	{ SECOND_ASK_CHECK, SEALED, "012345", "", SEALED, "", 9 },
	{ SECOND_ASK_RENEW, SEALED, "", "", "", "", 0 },
	{ SECOND_ASK_BACKUP, "", "23456789AB", "", "", KEPT, 0 },
	{ SECOND_ASK_BACKUP, "", "23456789ABCDEFGHJKLMNPQR", "", "", KEPT, 0 },
};

static void
second_make(size_t i, struct chan_msg *ask, struct chan_msg *told)
{
	*ask = (struct chan_msg){ .type = CHAN_SECOND, .id = 5 };
	*told = (struct chan_msg){ .type = CHAN_SECOND, .answer = true, .id = 5 };
	ask->ask = told->ask = (struct second_ask){ .question = seconds[i].question };
	ask->ask.admin_id = INT64_MAX;
	told->told = (struct second_told){ .verdict = SECOND_RIGHT, .step = seconds[i].step };
	(void)snprintf(ask->ask.sealed, sizeof(ask->ask.sealed), "%s", seconds[i].sealed);
	(void)snprintf(ask->ask.code, sizeof(ask->ask.code), "%s", seconds[i].code);
	(void)snprintf(told->told.secret, sizeof(told->told.secret), "%s", seconds[i].secret);
	(void)snprintf(told->told.sealed, sizeof(told->told.sealed), "%s", seconds[i].told_sealed);
	(void)snprintf(told->told.kept[0], sizeof(told->told.kept[0]), "%s", seconds[i].kept);
}

static void
expect_parse(const unsigned char wire[CHAN_WIRE], bool answers, enum chan_result want, size_t i,
    size_t at)
{
	struct chan_msg got;

	if (chan_parse(wire, answers, &got) != want)
		fail_msg("question %zu, %s, byte %zu", i, answers ? "answer" : "question", at);
}

/* Each byte after the head spoilt in two ways. */
static void
expect_spoilt(const unsigned char wire[CHAN_WIRE], bool answers, size_t i)
{
	unsigned char bad[CHAN_WIRE];

	for (size_t at = 36; at < CHAN_WIRE; at++) {
		memcpy(bad, wire, CHAN_WIRE);
		bad[at] ^= 0x80;
		expect_parse(bad, answers, CHAN_BAD, i, at);
		bad[at] = '%';
		expect_parse(bad, answers, CHAN_BAD, i, at);
	}
}

/* As they are they pass; each byte beyond what they say, and each letter that cannot stand there, makes them bad. */
static void
test_second(void **state UNUSED)
{
	unsigned char wire[CHAN_WIRE];

	for (size_t i = 0; i < ARRAY_LEN(seconds); i++) {
		struct chan_msg msg[2];

		second_make(i, &msg[0], &msg[1]);
		for (int k = 0; k < 2; k++) {
			chan_pack(&msg[k], wire);
			expect_parse(wire, k == 1, CHAN_OK, i, 0);
			expect_parse(wire, k == 0, CHAN_BAD, i, 0);
			expect_spoilt(wire, k == 1, i);
		}
	}
}

/* About imports: what they say comes through, what cannot be does not. */
static void
test_import(void **state UNUSED)
{
	static const struct {
		int64_t id, done, total;
		bool answer, flag, ok;
		int phase;
	} cases[] = {
		{ .id = 1, .ok = true },
		{ .id = INT64_MAX, .flag = true, .ok = true },
		{ .id = 0 },
		{ .id = -1, .flag = true },
		{ .answer = true, .ok = true },
		{ .answer = true, .flag = true, .ok = true },
		{ .answer = true, .flag = true, .done = 5, .total = 5, .ok = true },
		{ .answer = true, .flag = true, .done = 6, .total = 5 },
		{ .answer = true, .flag = true, .done = -1, .total = 5 },
		{ .answer = true, .total = 5 },
		{ .answer = true, .flag = true, .total = 5, .phase = IMPORT_PHASE_AGAIN, .ok = true },
		{ .answer = true, .flag = true, .total = 5, .phase = IMPORT_PHASE__MAX },
		{ .answer = true, .phase = IMPORT_PHASE_MAKING },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct chan_msg out = { .type = CHAN_IMPORT, .answer = cases[i].answer, .id = 5 }, in;
		unsigned char wire[CHAN_WIRE];

		if (cases[i].answer)
			out.import_told = (struct import_told){ cases[i].flag,
				{ cases[i].done, cases[i].total, (enum import_phase)cases[i].phase } };
		else
			out.import = (struct import_ask){ cases[i].id, cases[i].flag };
		chan_pack(&out, wire);
		expect_parse(wire, !cases[i].answer, CHAN_BAD, i, 0);
		expect_parse(wire, cases[i].answer, cases[i].ok ? CHAN_OK : CHAN_BAD, i, 0);
		expect_spoilt(wire, cases[i].answer, i);
		if (!cases[i].ok)
			continue;
		assert_int_equal(chan_parse(wire, cases[i].answer, &in), CHAN_OK);
		assert_int_equal(in.import.id, cases[i].id);
		assert_int_equal(in.import.cancel, !cases[i].answer && cases[i].flag);
		assert_int_equal(in.import_told.here, cases[i].answer && cases[i].flag);
		assert_int_equal(in.import_told.at.done, cases[i].done);
		assert_int_equal(in.import_told.at.total, cases[i].total);
		assert_int_equal((int)in.import_told.at.phase, cases[i].phase);
	}
}

/* What a question or an answer does not have, or lacks, or what no keeper would say. */
static void
test_second_shapes(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LEN(seconds); i++) {
		struct chan_msg ask, told;
		enum second_question q = seconds[i].question;

		second_make(i, &ask, &told);
		assert_true(second_ask_ok(&ask.ask));
		assert_true(second_told_ok(q, &told.told));
		told.told.step = -1;
		assert_false(second_told_ok(q, &told.told));
		told.told.step = seconds[i].step ? 0 : 1;
		assert_false(second_told_ok(q, &told.told));
		second_make(i, &ask, &told);
		told.told.verdict = SECOND__VERDICTS;
		assert_false(second_told_ok(q, &told.told));
		told.told = (struct second_told){ .verdict = SECOND_WRONG };
		assert_true(second_told_ok(q, &told.told));
		(void)snprintf(told.told.secret, sizeof(told.told.secret), "ABCDEFGHIJKLMNOP");
		assert_false(second_told_ok(q, &told.told)); /* a secret with a wrong code */
		second_make(i, &ask, &told);
		(void)snprintf(told.told.kept[1], sizeof(told.told.kept[1]), KEPT);
		assert_int_equal(second_told_ok(q, &told.told), q == SECOND_ASK_BACKUP);
		ask.ask.admin_id = 0;
		assert_false(second_ask_ok(&ask.ask));
		ask.ask.admin_id = -1;
		assert_false(second_ask_ok(&ask.ask));
		second_make(i, &ask, &told);
		(void)snprintf(ask.ask.code, sizeof(ask.ask.code), "%s",
		    *seconds[i].code ? "" : "012345");
		assert_false(second_ask_ok(&ask.ask));
		second_make(i, &ask, &told);
		(void)snprintf(ask.ask.sealed, sizeof(ask.ask.sealed), "%s",
		    *seconds[i].sealed ? "" : SEALED);
		assert_false(second_ask_ok(&ask.ask));
		second_make(i, &ask, &told);
		memset(ask.ask.sealed, 'A', sizeof(ask.ask.sealed));
		assert_false(second_ask_ok(&ask.ask)); /* without an end */
		ask.ask.question = SECOND_ASK__MAX;
		assert_false(second_ask_ok(&ask.ask));
	}
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
		cmocka_unit_test(test_second),
		cmocka_unit_test(test_import),
		cmocka_unit_test(test_second_shapes),
		cmocka_unit_test(test_each_length),
		cmocka_unit_test(test_smuggled_descriptor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
