/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The narrow cage of a web process, entered as one enters it: over the first one, for all threads, with an open database, and again as one enters it
 * beside a server. Each act is tried in a process
 * of its own and by a thread that did not lay the filter. What serving needs still works; nothing can be opened, begun or reached any more.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/nap.h"
#include "cage_acts.h"
#include "db/driver.h"
#include "proc/cage_int.h"

#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define KILLED (-SIGSYS)

struct bed {
	struct world w;
	bool server;
	struct db_conn *conn; /* opened before the cage was shut; NULL beside a server */
	int (*act)(const struct bed *);
	int (*world_act)(const struct world *);
	pthread_barrier_t shut;
};

static struct db_conf
database(const struct world *w, char url[128])
{
	(void)snprintf(url, 128, "sqlite:%s", w->inside);
	return (struct db_conf){
		.url = url, .pool_size = 1, .statement_ms = 20000, .lock_ms = 20000, .whole = true
	};
}

/* ---- what serving needs ---- */

static int
run_sql(const struct bed *b, const char *sql)
{
	struct db_error e;

	db_driver_sqlite.set_deadline(b->conn, clock_mono_ms() + 20000);
	if (db_driver_sqlite.script(b->conn, sql, &e) == RC_OK)
		return DONE;
	(void)fprintf(stderr, "%s: %s\n", sql, e.text);
	return REFUSED;
}

/* More than a checkpoint's worth, so that the file grows and what is mapped of it with it, and then shrinks as far as one may see from inside. */
static int
write_much(const struct bed *b)
{
	static const char many[] =
	    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)"
	    " INSERT INTO t SELECT i, hex(randomblob(1000)) FROM n";

	for (int i = 0; i < 4; i++)
		if (run_sql(b, many) != DONE)
			return REFUSED;
	return run_sql(b,
	    "SELECT count(*), max(length(b)) FROM t; UPDATE t SET b = '' WHERE a % 2; DELETE FROM "
	    "t WHERE a > 10;"
	    " PRAGMA wal_checkpoint(FULL); SELECT datetime('now'); DROP TABLE t; CREATE TABLE u "
	    "(c)");
}

static int
sort_much(const struct bed *b)
{
	return run_sql(b,
	    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) "
	    "SELECT max(x) FROM (SELECT hex(randomblob(40))"
	    " AS x FROM n ORDER BY 1 LIMIT 50000)");
}

static int
use_memory(const struct bed *b UNUSED)
{
	char *p = NULL, *some[500];

	for (size_t n = 1; n < (size_t)64 << 20; n *= 2) {
		char *more = realloc(p, n);

		if (!more) {
			free(p);
			return REFUSED;
		}
		p = more;
		memset(p + n / 2, 1, n - n / 2);
	}
	free(p);
	for (int round = 0; round < 20; round++) {
		for (size_t i = 0; i < ARRAY_LEN(some); i++)
			if (!(some[i] = calloc(1, i * 97 % 9000 + 1)))
				return REFUSED;
		for (size_t i = 0; i < ARRAY_LEN(some); i++)
			free(some[i]);
	}
	return DONE;
}

static int
sleep_a_bit(const struct bed *b UNUSED)
{
	int64_t then = clock_mono_ms();

	nap_us(20000);
	return clock_mono_ms() - then >= 20 ? DONE : REFUSED;
}

static int
write_log(const struct bed *b UNUSED)
{
	static const char *const why = "this one is to be seen";

	log_error("test.line", L_TEXT("why", why), L_END);
	return DONE;
}

static int
random_bytes(const struct bed *b UNUSED)
{
	char buf[16];

	return getrandom(buf, sizeof(buf), 0) == (ssize_t)sizeof(buf) ? DONE : REFUSED;
}

static int
local_time(const struct bed *b UNUSED)
{
	char text[20];

	clock_sql(clock_now(), text);
	return strlen(text) == 19 ? DONE : REFUSED;
}

/* ---- what it does not need ---- */

static int
open_database(const struct bed *b)
{
	return open(b->w.inside, O_RDONLY | O_CLOEXEC) >= 0 ? DONE : REFUSED;
}
static int
read_own_memory(const struct bed *b UNUSED)
{
	return open("/proc/self/mem", O_RDWR | O_CLOEXEC) >= 0 ? DONE : REFUSED;
}
static int
another_filter(const struct bed *b UNUSED)
{
	return syscall(SYS_seccomp, 1, 0, NULL) == 0 ? DONE : REFUSED;
}
static int
end_thread(const struct bed *b UNUSED)
{
	(void)syscall(SYS_exit, 0);
	return DONE;
}
static int
duplicate(const struct bed *b UNUSED)
{
	return dup2(STDERR_FILENO, 200) >= 0 ? DONE : REFUSED;
}
static int
cut_database(const struct bed *b)
{
	return ftruncate(b->w.server, 0) == 0 ? DONE : REFUSED;
}

/* clang-format off */
static const struct {
	const char *name;
	int (*act)(const struct bed *);
	int (*world_act)(const struct world *);
	int want;        /* DONE, REFUSED, or the signal it dies of */
	int want_server; /* the same beside a server; NO_CAGE: not tried there */
} acts[] = {
	{ "write to the database",     write_much,      NULL,             DONE, NO_CAGE },
	{ "sort",                      sort_much,       NULL,             DONE, NO_CAGE },
	{ "memory",                    use_memory,      NULL,             DONE, DONE },
	{ "sleep",                     sleep_a_bit,     NULL,             DONE, DONE },
	{ "a log line",                write_log,       NULL,             DONE, DONE },
	{ "random numbers",            random_bytes,    NULL,             DONE, DONE },
	{ "local time",                local_time,      NULL,             DONE, DONE },
	{ "abort",                     NULL,            do_abort,         -SIGILL, -SIGILL },
	{ "open the database",         open_database,   NULL,             REFUSED, REFUSED },
	{ "read its own memory",       read_own_memory, NULL,             REFUSED, REFUSED },
	{ "lay another filter",        another_filter,  NULL,             KILLED, KILLED },
	{ "end a thread",              end_thread,      NULL,             KILLED, KILLED },
	{ "duplicate a descriptor",    duplicate,       NULL,             KILLED, KILLED },
	{ "cut a file",                cut_database,    NULL,             REFUSED, KILLED },
	{ "start a thread",            NULL,            start_thread,     KILLED, KILLED },
	{ "open /etc/shadow",          NULL,            read_shadow,      REFUSED, REFUSED },
	{ "open /proc",                NULL,            read_proc,        REFUSED, REFUSED },
	{ "write outside",             NULL,            write_outside,    REFUSED, REFUSED },
	{ "create outside",            NULL,            create_outside,   REFUSED, REFUSED },
	{ "truncate outside",          NULL,            truncate_outside, KILLED, KILLED },
	{ "remove outside",            NULL,            remove_outside,   KILLED, KILLED },
	{ "climb out by ..",           NULL,            climb_out,        REFUSED, REFUSED },
	{ "symbolic link",             NULL,            make_link,        KILLED, KILLED },
	{ "folder",                    NULL,            make_folder,      KILLED, KILLED },
	{ "execve",                    NULL,            execute,          KILLED, KILLED },
	{ "execveat",                  NULL,            execute_fd,       KILLED, KILLED },
	{ "fork, the call",            NULL,            fork_child,       KILLED, KILLED },
	{ "fork, libc's",              NULL,            vfork_child,      KILLED, KILLED },
	{ "clone3",                    NULL,            clone3_child,     KILLED, KILLED },
	{ "ptrace",                    NULL,            trace_self,       KILLED, KILLED },
	{ "read another's memory",     NULL,            read_parent,      KILLED, KILLED },
	{ "kill",                      NULL,            kill_parent,      KILLED, KILLED },
	{ "tgkill of another",         NULL,            tgkill_parent,    KILLED, KILLED },
	{ "socket",                    NULL,            new_socket,       KILLED, KILLED },
	{ "socket(AF_PACKET)",         NULL,            packet_socket,    KILLED, KILLED },
	{ "socketpair",                NULL,            new_unix_pair,    KILLED, KILLED },
	{ "connect",                   NULL,            do_connect,       KILLED, KILLED },
	{ "listen",                    NULL,            do_listen,        KILLED, KILLED },
	{ "mount",                     NULL,            do_mount,         KILLED, KILLED },
	{ "unshare",                   NULL,            do_unshare,       KILLED, KILLED },
	{ "bpf",                       NULL,            do_bpf,           KILLED, KILLED },
	{ "io_uring",                  NULL,            io_ring,          KILLED, KILLED },
	{ "setuid",                    NULL,            become_root,      KILLED, KILLED },
	{ "map code",                  NULL,            map_code,         KILLED, KILLED },
	{ "turn data into code",       NULL,            make_code,        KILLED, KILLED },
	{ "raise a limit",             NULL,            raise_limit,      KILLED, KILLED },
	{ "become dumpable",           NULL,            make_dumpable,    REFUSED, REFUSED },
	{ "type into a terminal",      NULL,            tiocsti,          REFUSED, REFUSED },
};
/* clang-format on */

static void *
other_thread(void *arg)
{
	struct bed *b = arg;

	(void)pthread_barrier_wait(&b->shut); /* it runs */
	(void)pthread_barrier_wait(&b->shut); /* the cage is shut */
	_exit(b->act ? b->act(b) : b->world_act(&b->w));
}

static NORETURN void
child(struct bed *b)
{
	struct errs errs = { .arena = arena_new(0, ARENA_PLAIN) };
	const struct db_reach reach = { .folder = b->server ? NULL : b->w.dir, .server = b->server };
	const struct rlimit none = { 0, 0 };
	struct db_error e;
	char url[128];
	const struct db_conf conf = database(&b->w, url);
	pthread_t other;

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)signal(SIGILL, SIG_DFL);
	(void)mallopt(M_ARENA_MAX, 1);
	(void)setenv("TZ", ":/etc/localtime", 0);
	tzset();
	log_by_epoll();
	if (cage_enter(ROLE_WEB, &reach, &errs) != RC_OK ||
	    (!b->server && !(b->conn = db_driver_sqlite.open(&conf, clock_mono_ms() + 5000, &e))) ||
	    pthread_create(&other, NULL, other_thread, b) != 0)
		_exit(NO_CAGE);
	(void)pthread_barrier_wait(&b->shut);
	nap_us(10000); /* until it waits again, all of its beginning behind it */
	if (cage_narrow(&reach, &errs) != RC_OK)
		_exit(NO_CAGE);
	(void)pthread_barrier_wait(&b->shut);
	for (;;)
		nap_us(1000000);
}

/* How the act ended: its answer, or minus the signal that killed it. */
static int
run(struct bed *b)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		child(b);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static void
make_database(const struct world *w)
{
	char url[128];
	const struct db_conf conf = database(w, url);
	struct db_error e;
	struct db_conn *c = db_driver_sqlite.open(&conf, clock_mono_ms() + 5000, &e);

	assert_non_null(c);
	assert_int_equal(db_driver_sqlite.script(c, "CREATE TABLE IF NOT EXISTS t (a INT, b TEXT)", &e),
	    RC_OK);
	db_driver_sqlite.close(c);
}

/* How many acts ended otherwise than they are to. */
static int
try_all(struct bed *b)
{
	int wrong = 0;

	for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
		int want = b->server ? acts[i].want_server : acts[i].want, got;

		if (want == NO_CAGE)
			continue;
		make_database(&b->w);
		assert_int_equal(pthread_barrier_init(&b->shut, NULL, 2), 0);
		b->act = acts[i].act;
		b->world_act = acts[i].world_act;
		got = run(b);
		(void)pthread_barrier_destroy(&b->shut);
		if (got == want)
			continue;
		print_error("%s: expected %d, got %d\n", acts[i].name, want, got);
		wrong++;
	}
	return wrong;
}

static void
test_acts_server(void **state UNUSED)
{
	struct bed b = { .server = true };
	int wrong;

	if (CAGE_INSTRUMENTED) /* before there is anything that skip(), a jump, would leave behind */
		skip();
	world_make(&b.w);
	wrong = try_all(&b);
	world_remove(&b.w);
	assert_int_equal(wrong, 0);
}

static void
test_acts(void **state UNUSED)
{
	struct bed b = { .conn = NULL };
	char more[160];
	int wrong;

	if (CAGE_INSTRUMENTED)
		skip();
	world_make(&b.w);
	wrong = try_all(&b);
	make_database(&b.w); /* the last to close it: -wal and -shm go */
	(void)snprintf(more, sizeof(more), "%s-wal", b.w.inside);
	assert_int_equal(access(more, F_OK), -1);
	world_remove(&b.w);
	assert_int_equal(wrong, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_acts),
		cmocka_unit_test(test_acts_server),
	};

	log_open("test", LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
