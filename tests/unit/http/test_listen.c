/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening and inheriting listening sockets. */
#include "base/base.h"

#include "base/arena.h"
#include "http/http.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const char *const bad_addresses[] = {
	"", "x", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "127.0.0.1:-1",
	"localhost:80", "::1:80", "[::1]", "[::1]:", "[x]:80", "[]:80", "unix:", "unix:relative",
	":80", "127.0.0.1:080808", "unix:/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
};

static void
test_bad_addresses(void **state)
{
	struct arena *a = arena_new(0, ARENA_PLAIN);
	int fd = -7;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad_addresses); i++) {
		struct errs errs = { .arena = a };

		assert_int_equal(http_listen(bad_addresses[i], &fd, &errs), RC_CONFIG);
		assert_string_equal(errs.first->field, "listen");
		assert_int_equal(fd, -7);
	}
	arena_free(a);
}

static void
test_good_addresses(void **state)
{
	struct arena *a = arena_new(0, ARENA_PLAIN);
	struct errs errs = { .arena = a };
	int v4, v6;

	(void)state;
	assert_int_equal(http_listen("127.0.0.1:0", &v4, &errs), RC_OK);
	assert_true(fcntl(v4, F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(v4, F_GETFD) & FD_CLOEXEC);
	if (http_listen("[::1]:0", &v6, &errs) == RC_OK) /* not every machine has IPv6 */
		close(v6);
	close(v4);
	arena_free(a);
}

/* The exit status of a process of its own that finds these variables and descriptor 3; what it does is in child(). */
enum { GOT_NONE = 10, GOT_ONE = 11, GOT_ERROR = 12 };

static int
child(const char *fds, bool right_pid, bool listening)
{
	struct arena *a = arena_new(0, ARENA_PLAIN);
	struct errs errs = { .arena = a };
	int fd = -1, got[4] = { -1, -1, -1, -1 }, code;
	char pid[24];
	size_t n;

	if (http_listen("127.0.0.1:0", &fd, &errs) != RC_OK)
		return 1;
	fd = dup2(listening ? fd : STDERR_FILENO, 3);
	(void)snprintf(pid, sizeof(pid), "%ld", (long)getpid() + (right_pid ? 0 : 1));
	(void)setenv("LISTEN_PID", pid, 1);
	(void)setenv("LISTEN_FDS", fds, 1);
	if (http_listen_fds(got, ARRAY_LEN(got), &n, &errs) != RC_OK)
		code = GOT_ERROR;
	else if (n == 0)
		code = GOT_NONE;
	else
		code = n == 1 && got[0] == 3 && fcntl(3, F_GETFD) == FD_CLOEXEC && fd == 3 ? GOT_ONE
											   : 2;
	arena_free(a);
	return getenv("LISTEN_FDS") || getenv("LISTEN_PID") ? 3 : code;
}

static const struct {
	const char *fds;
	bool right_pid, listening;
	int expected;
} activations[] = {
	{ "1", true, true, GOT_ONE },
	{ "1", false, true, GOT_NONE },
	{ "0", true, true, GOT_NONE },
	{ "", true, true, GOT_NONE },
	{ "x", true, true, GOT_NONE },
	{ "1", true, false, GOT_ERROR },
	{ "5", true, true, GOT_ERROR },
	{ "99999999999999999999", true, true, GOT_NONE },
};

static void
test_activation(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(activations); i++) {
		int status;
		pid_t pid;

		fflush(NULL);
		pid = fork();
		if (pid == 0)
			_exit(child(activations[i].fds, activations[i].right_pid,
			    activations[i].listening));
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		if (WEXITSTATUS(status) != activations[i].expected)
			fail_msg("row %zu: %d", i, WEXITSTATUS(status));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad_addresses),
		cmocka_unit_test(test_good_addresses),
		cmocka_unit_test(test_activation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
