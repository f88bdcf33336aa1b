/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Words to the service manager reach its socket, whether it has a path or an abstract name; where there is none, or one that
 * nobody reads, nothing happens.
 */
#include "base/base.h"

#include "proc/notify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

static int
manager(const char *name)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	memcpy(sun.sun_path, name, strlen(name));
	if (name[0] == '@')
		sun.sun_path[0] = '\0';
	assert_int_equal(bind(fd, (struct sockaddr *)&sun,
			     (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name))),
	    0);
	assert_int_equal(setenv("NOTIFY_SOCKET", name, 1), 0);
	return fd;
}

static const char *
heard(int fd, char buf[128])
{
	ssize_t n = recv(fd, buf, 127, 0);

	buf[n > 0 ? n : 0] = '\0';
	return buf;
}

static void
talk(const char *name)
{
	char buf[128];
	int fd = manager(name);

	notify_send("READY=1\nSTATUS=x");
	assert_string_equal(heard(fd, buf), "READY=1\nSTATUS=x");
	notify_reloading();
	assert_int_equal(strncmp(heard(fd, buf), "RELOADING=1\nMONOTONIC_USEC=", 27), 0);
	assert_true(strtoll(buf + 27, NULL, 10) > 1000000);
	close(fd);
	notify_send("READY=1"); /* nobody reads: no fault, no signal */
	unsetenv("NOTIFY_SOCKET");
}

static void
test_path(void **state UNUSED)
{
	char dir[] = "/tmp/vimb-notify-XXXXXX", path[64];

	assert_non_null(mkdtemp(dir));
	(void)snprintf(path, sizeof(path), "%s/s", dir);
	talk(path);
	unlink(path);
	rmdir(dir);
}

static void
test_abstract(void **state UNUSED)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "@vimb-notify-%d", (int)getpid());
	talk(name);
}

static void
test_nobody(void **state UNUSED)
{
	char name[200] = "/";

	unsetenv("NOTIFY_SOCKET");
	notify_send("READY=1");
	setenv("NOTIFY_SOCKET", "relative", 1);
	notify_send("READY=1");
	memset(name + 1, 'x', sizeof(name) - 2);
	setenv("NOTIFY_SOCKET", name, 1);
	notify_send("READY=1");
	unsetenv("NOTIFY_SOCKET");
}

static void
test_watchdog(void **state UNUSED)
{
	char pid[16];

	assert_int_equal(notify_watchdog_ms(), 0);
	setenv("WATCHDOG_USEC", "60000000", 1);
	assert_int_equal(notify_watchdog_ms(), 30000);
	setenv("WATCHDOG_PID", "1", 1);
	assert_int_equal(notify_watchdog_ms(), 0);
	(void)snprintf(pid, sizeof(pid), "%d", (int)getpid());
	setenv("WATCHDOG_PID", pid, 1);
	assert_int_equal(notify_watchdog_ms(), 30000);
	unsetenv("WATCHDOG_PID");
	unsetenv("WATCHDOG_USEC");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_path),
		cmocka_unit_test(test_abstract),
		cmocka_unit_test(test_nobody),
		cmocka_unit_test(test_watchdog),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
