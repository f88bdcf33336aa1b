/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The cages hold: each forbidden act is tried from inside a real one, in a process of its own. An
 * act may end in a refusal or in the death of the process (SIGSYS), and the table says which; an
 * act that succeeds fails the test, and so does an act that is needed and fails.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/log.h"
#include "proc/cage_int.h"
#include "cage_acts.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define KILLED (-SIGSYS)

/* clang-format off */
static const struct act {
	const char *name;
	int (*act)(const struct world *);
	enum cage_layer layer;
	int want; /* DONE, REFUSED, or the signal it dies of */
	bool lax; /* sanitizers need this call: not tried in their builds */
} acts[] = {
	{ "open /etc/shadow",          read_shadow,      CAGE_BOTH,       REFUSED, true },
	{ "open /proc",                read_proc,        CAGE_BOTH,       REFUSED, true },
	{ "write outside",             write_outside,    CAGE_BOTH,       REFUSED, false },
	{ "create outside",            create_outside,   CAGE_BOTH,       REFUSED, false },
	{ "truncate outside, by path", truncate_outside, CAGE_BOTH,       KILLED,  false },
	{ "truncate outside, landlock alone", truncate_outside, CAGE_FILES_ONLY, REFUSED, false },
	{ "remove outside",            remove_outside,   CAGE_BOTH,       REFUSED, false },
	{ "climb out by ..",           climb_out,        CAGE_BOTH,       REFUSED, true },
	{ "symbolic link",             make_link,        CAGE_BOTH,       KILLED,  false },
	{ "symbolic link, landlock alone", make_link,    CAGE_FILES_ONLY, REFUSED, false },
	{ "folder, landlock alone",    make_folder,      CAGE_FILES_ONLY, REFUSED, false },
	{ "execve",                    execute,          CAGE_BOTH,       KILLED,  false },
	{ "execve, seccomp alone",     execute,          CAGE_CALLS_ONLY, KILLED,  false },
	{ "execve, landlock alone",    execute_file,     CAGE_FILES_ONLY, REFUSED, false },
	{ "execveat",                  execute_fd,       CAGE_BOTH,       KILLED,  false },
	{ "fork, the call",            fork_child,       CAGE_BOTH,       KILLED,  false },
	{ "fork, libc's",              vfork_child,      CAGE_BOTH,       KILLED,  false },
	{ "clone3",                    clone3_child,     CAGE_BOTH,       REFUSED, false },
	{ "ptrace",                    trace_self,       CAGE_BOTH,       KILLED,  false },
	{ "read another's memory",     read_parent,      CAGE_BOTH,       KILLED,  false },
	{ "kill",                      kill_parent,      CAGE_BOTH,       KILLED,  false },
	{ "kill, landlock alone",      kill_parent,      CAGE_FILES_ONLY, REFUSED, false },
	{ "tgkill of another",         tgkill_parent,    CAGE_BOTH,       KILLED,  false },
	{ "socket(AF_PACKET)",         packet_socket,    CAGE_BOTH,       KILLED,  false },
	{ "socket",                    new_socket,       CAGE_BOTH,       KILLED,  false },
	{ "socketpair",                new_unix_pair,    CAGE_BOTH,       KILLED,  false },
	{ "connect",                   do_connect,       CAGE_BOTH,       KILLED,  false },
	{ "connect, landlock alone",   tcp_out,          CAGE_FILES_ONLY, REFUSED, false },
	{ "bind, landlock alone",      tcp_bind,         CAGE_FILES_ONLY, REFUSED, false },
	{ "abstract socket, landlock alone", abstract_out, CAGE_FILES_ONLY, REFUSED, false },
	{ "listen",                    do_listen,        CAGE_BOTH,       KILLED,  false },
	{ "mount",                     do_mount,         CAGE_BOTH,       KILLED,  false },
	{ "unshare",                   do_unshare,       CAGE_BOTH,       KILLED,  false },
	{ "bpf",                       do_bpf,           CAGE_BOTH,       KILLED,  false },
	{ "io_uring",                  io_ring,          CAGE_BOTH,       KILLED,  false },
	{ "setuid",                    become_root,      CAGE_BOTH,       KILLED,  false },
	{ "map code",                  map_code,         CAGE_BOTH,       KILLED,  true },
	{ "turn data into code",       make_code,        CAGE_BOTH,       KILLED,  true },
	{ "raise a limit",             raise_limit,      CAGE_BOTH,       KILLED,  true },
	{ "become dumpable",           make_dumpable,    CAGE_BOTH,       REFUSED, true },
	{ "type into a terminal",      tiocsti,          CAGE_BOTH,       REFUSED, false },
	{ "use the database's files",  use_database,     CAGE_BOTH,       DONE,    false },
	{ "start a thread",            start_thread,     CAGE_BOTH,       DONE,    false },
	{ "know the time zone",        use_time_zone,    CAGE_BOTH,       DONE,    false },
	{ "random numbers",            use_random,       CAGE_BOTH,       DONE,    false },
	{ "abort",                     do_abort,         CAGE_BOTH,       -SIGABRT, false },
};
/* the same with a database server: only what differs, and that the rest is as shut as before */
static const struct act server_acts[] = {
	{ "the server's port",         tcp_out,          CAGE_BOTH,       DONE,    false },
	{ "another port",              tcp_foreign,      CAGE_BOTH,       REFUSED, false },
	{ "bind, landlock alone",      tcp_bind,         CAGE_FILES_ONLY, REFUSED, false },
	{ "abstract socket",           abstract_out,     CAGE_BOTH,       REFUSED, false },
	{ "socket(AF_NETLINK)",        netlink_socket,   CAGE_BOTH,       REFUSED, true },
	{ "socket(AF_PACKET)",         packet_socket,    CAGE_BOTH,       KILLED,  false },
	{ "socket(AF_VSOCK)",          raw_socket,       CAGE_BOTH,       KILLED,  false },
	{ "socketpair",                new_unix_pair,    CAGE_BOTH,       KILLED,  false },
	{ "listen",                    do_listen,        CAGE_BOTH,       KILLED,  false },
	{ "names of hosts",            look_up,          CAGE_BOTH,       DONE,    false },
	{ "open /etc/shadow",          read_shadow,      CAGE_BOTH,       REFUSED, true },
	{ "a file that is none of its", use_database,    CAGE_BOTH,       REFUSED, false },
	{ "execve",                    execute,          CAGE_BOTH,       KILLED,  false },
	{ "fork, libc's",              vfork_child,      CAGE_BOTH,       KILLED,  false },
	{ "map code",                  map_code,         CAGE_BOTH,       KILLED,  true },
	{ "start a thread",            start_thread,     CAGE_BOTH,       DONE,    false },
};
/* and with libcurl at work beside it */
static const struct act curl_acts[] = {
	{ "socketpair",                new_unix_pair,    CAGE_BOTH,       DONE,    false },
	{ "the server's port",         tcp_out,          CAGE_BOTH,       DONE,    false },
	{ "another port",              tcp_foreign,      CAGE_BOTH,       REFUSED, false },
	{ "listen",                    do_listen,        CAGE_BOTH,       KILLED,  false },
	{ "use the database's files",  use_database,     CAGE_BOTH,       DONE,    false },
	{ "execve",                    execute,          CAGE_BOTH,       KILLED,  false },
};
/* clang-format on */

/* How the act ended: its answer, or minus the signal that killed it. */
static int
run(enum proc_role role, const struct db_reach *db, const struct act *a, const struct world *w)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		struct arena *arena = arena_new(0, ARENA_PLAIN);
		struct errs errs = { .arena = arena };
		const struct rlimit none = { 0, 0 };

		(void)setrlimit(RLIMIT_CORE, &none);
		(void)signal(SIGABRT, SIG_DFL);
		if (cage_enter_layer(role, db, a->layer, &errs) != RC_OK)
			_exit(NO_CAGE);
		_exit(a->act(w));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static bool
has_landlock(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, 1u) >= 6;
}

/*
 * Without a cage every act of the table that landlock alone should stop would succeed: the test can
 * fail.
 */
static void
test_acts_work_outside(void **state UNUSED)
{
	struct world w;

	world_make(&w);
	assert_int_equal(tcp_out(&w), DONE);
	assert_int_equal(abstract_out(&w), DONE);
	assert_int_equal(tcp_foreign(&w), DONE);
	assert_int_equal(netlink_socket(&w), DONE);
	assert_int_equal(kill_parent(&w), DONE);
	assert_int_equal(make_code(&w), DONE);
	assert_int_equal(read_proc(&w), DONE);
	world_remove(&w);
}

static size_t
run_table(enum proc_role role, const struct db_reach *db, const struct act *table, size_t n,
    const struct world *w)
{
	size_t wrong = 0;

	for (size_t i = 0; i < n; i++) {
		int got;

		if ((CAGE_INSTRUMENTED && table[i].lax) ||
		    (!has_landlock() && table[i].layer == CAGE_FILES_ONLY))
			continue;
		got = run(role, db, &table[i], w);
		if (got == table[i].want)
			continue;
		print_error("%s, %s: expected %d, got %d\n", proc_role_name(role), table[i].name,
		    table[i].want, got);
		wrong++;
	}
	return wrong;
}

static void
run_all(enum proc_role role)
{
	struct world w;
	struct db_reach file = { 0 }, server = { .server = true, .n_ports = 1 }, curl;
	size_t wrong;

	world_make(&w);
	file.folder = w.dir;
	server.ports[0] = ntohs(w.address.sin_port);
	curl = file;
	db_reach_port(&curl, server.ports[0]);
	curl.curl = true;
	wrong = run_table(role, &file, acts, ARRAY_LEN(acts), &w) +
	    run_table(role, &server, server_acts, ARRAY_LEN(server_acts), &w) +
	    run_table(role, &curl, curl_acts, ARRAY_LEN(curl_acts), &w);
	world_remove(&w);
	assert_int_equal(wrong, 0);
}

static void
test_web(void **state UNUSED)
{
	run_all(ROLE_WEB);
}

static void
test_keeper(void **state UNUSED)
{
	run_all(ROLE_KEEPER);
}

static void
expect_folder(const char *url, const char *folder)
{
	struct arena *arena = arena_new(0, ARENA_PLAIN);
	struct errs errs = { .arena = arena };
	struct db_reach r;

	assert_int_equal(db_reach(url, &r, &errs), RC_OK);
	assert_string_equal(r.folder, folder);
	assert_false(r.server);
	assert_int_equal(r.n_ports + r.n_files, 0);
	arena_free(arena);
}

static void
test_reach_of_files(void **state UNUSED)
{
	expect_folder("sqlite:/var/lib/v/v.db", "/var/lib/v");
	expect_folder("sqlite:v.db", ".");
	expect_folder("sqlite:/v.db", "/");
}

static void
test_reach_of_servers(void **state UNUSED)
{
	struct arena *arena = arena_new(0, ARENA_PLAIN);
	struct errs errs = { .arena = arena };
	struct db_reach r;

	assert_int_equal(db_reach("mysql://u@127.0.0.1,[::1]:3307/n?ssl_ca=/ca.pem", &r, &errs), RC_OK);
	assert_true(r.server);
	assert_null(r.folder);
	assert_int_equal(r.n_ports, 2);
	assert_int_equal(r.ports[0], 3306);
	assert_int_equal(r.ports[1], 3307);
	assert_int_equal(r.n_files, 1);
	assert_string_equal(r.files[0], "/ca.pem");
	assert_int_equal(db_reach("postgresql://u@/n?host=/run/postgresql&port=5433", &r, &errs), RC_OK);
	assert_true(r.server);
	assert_int_equal(r.n_ports + r.n_files, 0);
	assert_int_equal(db_reach("postgresql://u@127.0.0.1/n", &r, &errs), RC_OK);
	assert_int_equal(r.ports[0], 5432);
	assert_int_equal(db_reach("oracle://u@h/n", &r, &errs), RC_CONFIG);
	assert_int_equal(db_reach("postgresql://u@/n?host=/run&port=0", &r, &errs), RC_CONFIG);
	assert_int_equal(db_reach("postgresql://u@/n?host=/run&port=65536", &r, &errs), RC_CONFIG);
	assert_int_equal(db_reach("postgresql://u@h:1/n?port=2", &r, &errs), RC_CONFIG);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_acts_work_outside),
		cmocka_unit_test(test_web),
		cmocka_unit_test(test_keeper),
		cmocka_unit_test(test_reach_of_files),
		cmocka_unit_test(test_reach_of_servers),
	};

	log_open("test", LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
