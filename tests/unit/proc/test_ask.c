/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asking the keeper: many threads at once each get their own answer; a keeper that is silent, gone or answers what nobody asked
 * makes them fail, never succeed.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/clock.h"
#include "conf/conf.h"
#include "proc/ask.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define THREADS 16
#define SALT "6f2c81d94be7a03558ce1f74d6b09a2eb3517fc8"

static const struct conf conf = { .securitysalt = SALT, .securitysalt_old = "" };

struct bed {
	struct asker asker;
	int fd, keeper; /* its end and the other one */
};

static int
setup(void **state)
{
	static struct bed bed;
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	ask_init(&bed.asker, bed.fd = pair[0]);
	bed.keeper = pair[1];
	*state = &bed;
	return 0;
}

static int
teardown(void **state)
{
	struct bed *bed = *state;

	ask_close(&bed->asker);
	ask_release(&bed->asker);
	close(bed->fd);
	close(bed->keeper);
	return 0;
}

struct caller {
	struct bed *bed;
	int64_t admin_id;
	int64_t patience; /* milliseconds */
	enum rc rc;
	struct second_told told;
	pthread_t thread;
};

static void *
call(void *arg)
{
	struct caller *c = arg;
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
	struct errs errs = { .arena = arena };
	const struct second_ask ask = { .question = SECOND_ASK_GIVE, .admin_id = c->admin_id };

	c->rc = ask_second(&c->bed->asker, &ask, clock_mono_ms() + c->patience, &c->told, &errs);
	return NULL;
}

static void
start(struct bed *bed, struct caller *c, size_t n, int64_t patience)
{
	for (size_t i = 0; i < n; i++) {
		c[i] = (struct caller){ .bed = bed, .admin_id = (int64_t)i + 1, .patience = patience };
		assert_int_equal(pthread_create(&c[i].thread, NULL, call, &c[i]), 0);
	}
}

static void
join(struct caller *c, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_int_equal(pthread_join(c[i].thread, NULL), 0);
}

static void
wait_for(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	assert_int_equal(poll(&p, 1, 10000), 1);
}

/* The keeper's side: reads one question and answers it. */
static void
answer(struct bed *bed, struct chan_msg *ret)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
	struct errs errs = { .arena = arena };
	struct chan_msg msg;

	wait_for(bed->keeper);
	assert_int_equal(chan_recv(bed->keeper, false, &msg), CHAN_OK);
	*ret = (struct chan_msg){ .type = msg.type, .answer = true, .id = msg.id };
	ret->ask.question = msg.ask.question;
	assert_int_equal(second_answer(&conf, &msg.ask, &ret->told, &errs), RC_OK);
}

/* Answers come in another order than the questions; each finds its asker. */
static void
test_many(void **state)
{
	struct bed *bed = *state;
	struct caller c[THREADS];
	struct chan_msg told[THREADS], msg;
	struct totp_key key;
	char secret[TOTP_SECRET_MAX + 1];

	totp_key_make(&key, SALT);
	start(bed, c, THREADS, 30000);
	for (size_t i = 0; i < THREADS; i++)
		answer(bed, &told[i]);
	for (size_t i = THREADS; i-- > 0;) {
		assert_int_equal(chan_send(bed->keeper, &told[i]), CHAN_OK);
		assert_int_equal(chan_recv(ask_fd(&bed->asker), true, &msg), CHAN_OK);
		assert_true(ask_told(&bed->asker, &msg));
	}
	join(c, THREADS);
	for (size_t i = 0; i < THREADS; i++) {
		assert_int_equal(c[i].rc, RC_OK);
		assert_int_equal(totp_open(&key, TOTP_KEPT, c[i].admin_id, c[i].told.sealed, secret),
		    TOTP_OPENED_OWN);
		assert_string_equal(secret, c[i].told.secret);
	}
	/* twice the same answer, late: dropped */
	assert_true(ask_told(&bed->asker, &msg));
}

static void
test_silent(void **state)
{
	struct bed *bed = *state;
	struct caller c[2];
	struct chan_msg late;

	start(bed, c, 1, 50);
	answer(bed, &late);
	join(c, 1);
	assert_int_equal(c[0].rc, RC_UNAVAILABLE);
	assert_true(ask_told(&bed->asker, &late));
	start(bed, c, 1, 0);
	join(c, 1);
	assert_int_equal(c[0].rc, RC_UNAVAILABLE);
}

static void
test_closed(void **state)
{
	struct bed *bed = *state;
	struct caller c[THREADS];
	struct chan_msg msg;

	start(bed, c, THREADS, 30000);
	for (size_t i = 0; i < THREADS; i++)
		answer(bed, &msg);
	ask_close(&bed->asker);
	join(c, THREADS);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(c[i].rc, RC_UNAVAILABLE);
	start(bed, c, 1, 30000);
	join(c, 1);
	assert_int_equal(c[0].rc, RC_UNAVAILABLE);
	assert_int_equal(ask_fd(&bed->asker), -1);
	/* the end of the channel would be taken for the end of the process */
	assert_int_equal(chan_recv(bed->keeper, false, &msg), CHAN_EMPTY);
}

/* A keeper in wrong hands: numbers nobody gave out, an answer to something else. */
static void
test_not_asked(void **state)
{
	struct bed *bed = *state;
	struct caller c[1];
	struct chan_msg told, other;

	start(bed, c, 1, 30000);
	answer(bed, &told);
	other = told;
	other.id++;
	assert_false(ask_told(&bed->asker, &other));
	other = (struct chan_msg){ .type = CHAN_PING, .answer = true, .id = told.id };
	assert_false(ask_told(&bed->asker, &other));
	other = told;
	other.ask.question = SECOND_ASK_FRESH;
	assert_false(ask_told(&bed->asker, &other));
	assert_true(ask_told(&bed->asker, &told));
	join(c, 1);
	assert_int_equal(c[0].rc, RC_OK);
}

/* Full of questions nobody reads. */
static void
test_full(void **state)
{
	struct bed *bed = *state;
	struct caller c[1];
	struct chan_msg ping = { .type = CHAN_PING };

	while (ask_send(&bed->asker, &ping) == CHAN_OK)
		;
	start(bed, c, 1, 30000);
	join(c, 1);
	assert_int_equal(c[0].rc, RC_UNAVAILABLE);
}

int
main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_many),
		TEST(test_silent),
		TEST(test_closed),
		TEST(test_not_asked),
		TEST(test_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
