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

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { DONE = 0, REFUSED = 77, NO_CAGE = 99 };

struct world {
	char dir[64];     /* the database's folder */
	char outside[80]; /* a file beside it */
	char inside[80];
	int server; /* listens on a loopback port */
	struct sockaddr_in address;
	struct sockaddr_un abstract; /* ... and on an abstract address */
	int abstract_server;
	socklen_t abstract_len;
};

static int
answer(bool done)
{
	return done ? DONE : REFUSED;
}

/* ---- acts: DONE when they succeeded ---- */

static int
read_shadow(const struct world *w UNUSED)
{
	return answer(open("/etc/shadow", O_RDONLY) >= 0 || open("/etc/passwd", O_RDONLY) >= 0);
}
static int
read_proc(const struct world *w UNUSED)
{
	return answer(open("/proc/self/environ", O_RDONLY) >= 0 ||
	    open("/proc/1/status", O_RDONLY) >= 0);
}
static int
write_outside(const struct world *w)
{
	return answer(open(w->outside, O_WRONLY) >= 0);
}
static int
create_outside(const struct world *w UNUSED)
{
	return answer(open("/tmp/vimb-cage-created", O_WRONLY | O_CREAT | O_EXCL, 0600) >= 0);
}
static int
truncate_outside(const struct world *w)
{
	return answer(truncate(w->outside, 0) == 0);
}
static int
remove_outside(const struct world *w)
{
	return answer(unlink(w->outside) == 0);
}
static int
climb_out(const struct world *w)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/../../etc/passwd", w->dir);
	return answer(open(path, O_RDONLY) >= 0);
}
static int
make_link(const struct world *w)
{
	return answer(symlinkat("/etc/shadow", AT_FDCWD, w->inside) == 0);
}
static int
make_folder(const struct world *w)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/sub", w->dir);
	return answer(mkdir(path, 0700) == 0);
}
static int
execute(const struct world *w UNUSED)
{
	char name[] = "true", *argv[] = { name, NULL }, *envp[] = { NULL };

	execve("/bin/true", argv, envp);
	return REFUSED;
}
static int
execute_fd(const struct world *w UNUSED)
{
	char name[] = "true", *argv[] = { name, NULL }, *envp[] = { NULL };

	(void)syscall(SYS_execveat, AT_FDCWD, "/bin/true", argv, envp, 0);
	return REFUSED;
}
static int
fork_child(const struct world *w UNUSED)
{
	return answer(syscall(SYS_fork) >= 0);
}
static int
vfork_child(const struct world *w UNUSED)
{
	pid_t pid = fork(); /* libc's: clone() without CLONE_THREAD */

	if (pid == 0)
		_exit(0);
	return answer(pid > 0);
}
static int
clone3_child(const struct world *w UNUSED)
{
	uint64_t args[8] = { 0, [4] = SIGCHLD };
	long pid = syscall(SYS_clone3, args, sizeof(args));

	if (pid == 0)
		_exit(0);
	return answer(pid > 0);
}
static int
trace_self(const struct world *w UNUSED)
{
	return answer(ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0);
}
static int
read_parent(const struct world *w UNUSED)
{
	char buf[8];
	struct iovec here = { buf, sizeof(buf) }, there = { (void *)(uintptr_t)&answer, sizeof(buf) };

	return answer(syscall(SYS_process_vm_readv, getppid(), &here, 1, &there, 1, 0) > 0);
}
static int
kill_parent(const struct world *w UNUSED)
{
	return answer(kill(getppid(), 0) == 0);
}
static int
tgkill_parent(const struct world *w UNUSED)
{
	pid_t parent = 1;

	return answer(syscall(SYS_tgkill, parent, parent, 0) == 0);
}
static int
packet_socket(const struct world *w UNUSED)
{
	return answer(socket(17 /* AF_PACKET */, SOCK_RAW, 0) >= 0);
}
static int
new_socket(const struct world *w UNUSED)
{
	return answer(socket(AF_INET, SOCK_STREAM, 0) >= 0);
}
static int
new_unix_pair(const struct world *w UNUSED)
{
	int pair[2];

	return answer(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
}
static int
do_connect(const struct world *w)
{
	return answer(connect(w->server, (const struct sockaddr *)&w->address, sizeof(w->address)) == 0);
}
static int
do_listen(const struct world *w)
{
	return answer(listen(w->server, 1) == 0);
}
static int
do_mount(const struct world *w)
{
	return answer(mount("none", w->dir, "tmpfs", 0, NULL) == 0);
}
static int
do_unshare(const struct world *w UNUSED)
{
	return answer(unshare(CLONE_NEWUSER) == 0);
}
static int
do_bpf(const struct world *w UNUSED)
{
	union bpf_attr attr = { 0 };

	return answer(syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr)) >= 0);
}
static int
map_code(const struct world *w UNUSED)
{
	return answer(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
	    MAP_FAILED);
}
static int
make_code(const struct world *w UNUSED)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return answer(mprotect(p, 4096, PROT_READ | PROT_EXEC) == 0);
}
static int
raise_limit(const struct world *w UNUSED)
{
	const struct rlimit limit = { 4096, 4096 };

	return answer(setrlimit(RLIMIT_CORE, &limit) == 0);
}
static int
make_dumpable(const struct world *w UNUSED)
{
	return answer(prctl(PR_SET_DUMPABLE, 1) == 0);
}
static int
io_ring(const struct world *w UNUSED)
{
	char params[256] = { 0 };

	return answer(syscall(SYS_io_uring_setup, 4, params) >= 0);
}
static int
become_root(const struct world *w UNUSED)
{
	return answer(setuid(0) == 0);
}
static int
tiocsti(const struct world *w UNUSED)
{
	char c = 'x';

	return answer(syscall(SYS_ioctl, 0, 0x5412 /* TIOCSTI */, &c) == 0);
}
/* without seccomp in the way: sockets may be made, but lead nowhere */
static int
tcp_out(const struct world *w)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return answer(connect(fd, (const struct sockaddr *)&w->address, sizeof(w->address)) == 0);
}
static int
tcp_bind(const struct world *w UNUSED)
{
	const struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(45999) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return answer(bind(fd, (const struct sockaddr *)&any, sizeof(any)) == 0);
}
static int
abstract_out(const struct world *w)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	return answer(connect(fd, (const struct sockaddr *)&w->abstract, w->abstract_len) == 0);
}
static int
execute_file(const struct world *w UNUSED)
{
	char name[] = "true", *argv[] = { name, NULL }, *envp[] = { NULL };

	execve("/bin/true", argv, envp);
	return REFUSED;
}

/* ---- what has to work ---- */

static int
use_database(const struct world *w)
{
	int fd = open(w->inside, O_RDWR | O_CREAT, 0600);
	const struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	void *map;

	if (fd < 0 || write(fd, "x", 1) != 1 || fdatasync(fd) != 0 || ftruncate(fd, 32768) != 0 ||
	    fcntl(fd, F_SETLK, &lock) != 0)
		return REFUSED;
	map = mmap(NULL, 32768, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return answer(map != MAP_FAILED && munmap(map, 32768) == 0 && close(fd) == 0 &&
	    unlink(w->inside) == 0);
}

static void *
thread_main(void *arg)
{
	void *p = malloc(100000);

	*(bool *)arg = p != NULL;
	free(p);
	return NULL;
}

static int
start_thread(const struct world *w UNUSED)
{
	pthread_t thread;
	bool ran = false;

	if (pthread_create(&thread, NULL, thread_main, &ran) != 0 || pthread_join(thread, NULL) != 0)
		return REFUSED;
	return answer(ran);
}

static int
use_time_zone(const struct world *w UNUSED)
{
	struct tm tm;
	time_t t = 0;

	setenv("TZ", "Europe/Berlin", 1);
	tzset();
	return answer(localtime_r(&t, &tm) && tm.tm_hour == 1);
}

static int
use_random(const struct world *w UNUSED)
{
	char buf[16];
	int fd = open("/dev/urandom", O_RDONLY);

	return answer(fd >= 0 && read(fd, buf, sizeof(buf)) == (ssize_t)sizeof(buf) &&
	    getentropy(buf, sizeof(buf)) == 0);
}

static int
do_abort(const struct world *w UNUSED)
{
	abort();
}

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
/* clang-format on */

/* How the act ended: its answer, or minus the signal that killed it. */
static int
run(enum proc_role role, const struct act *a, const struct world *w)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		struct arena *arena = arena_new(0, ARENA_PLAIN);
		struct errs errs = { .arena = arena };
		const struct cage_paths paths = { .database = w->dir };
		const struct rlimit none = { 0, 0 };

		(void)setrlimit(RLIMIT_CORE, &none);
		(void)signal(SIGABRT, SIG_DFL);
		if (cage_enter_layer(role, &paths, a->layer, &errs) != RC_OK)
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

static void
world_make(struct world *w)
{
	socklen_t len = sizeof(w->address);
	int fd;

	(void)snprintf(w->dir, sizeof(w->dir), "/tmp/vimb-cage-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	(void)snprintf(w->outside, sizeof(w->outside), "%s.outside", w->dir);
	(void)snprintf(w->inside, sizeof(w->inside), "%s/v.db", w->dir);
	fd = open(w->outside, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	assert_true(fd >= 0 && write(fd, "kept", 4) == 4 && close(fd) == 0);
	w->server = socket(AF_INET, SOCK_STREAM, 0);
	w->address = (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	assert_int_equal(bind(w->server, (struct sockaddr *)&w->address, len), 0);
	assert_int_equal(listen(w->server, 5), 0);
	assert_int_equal(getsockname(w->server, (struct sockaddr *)&w->address, &len), 0);
	w->abstract = (struct sockaddr_un){ .sun_family = AF_UNIX };
	(void)snprintf(w->abstract.sun_path + 1, 64, "%s", w->dir);
	w->abstract_len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(w->dir));
	w->abstract_server = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(w->abstract_server, (struct sockaddr *)&w->abstract, w->abstract_len), 0);
	assert_int_equal(listen(w->abstract_server, 5), 0);
}

static void
world_remove(struct world *w)
{
	struct stat st;

	assert_int_equal(stat(w->outside, &st), 0);
	assert_int_equal(st.st_size, 4);
	assert_int_equal(access("/tmp/vimb-cage-created", F_OK), -1);
	close(w->server);
	close(w->abstract_server);
	unlink(w->outside);
	unlink(w->inside);
	assert_int_equal(rmdir(w->dir), 0);
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
	assert_int_equal(kill_parent(&w), DONE);
	assert_int_equal(make_code(&w), DONE);
	assert_int_equal(read_proc(&w), DONE);
	world_remove(&w);
}

static void
run_all(enum proc_role role)
{
	struct world w;
	size_t wrong = 0;

	world_make(&w);
	for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
		int got;

		if ((CAGE_INSTRUMENTED && acts[i].lax) ||
		    (!has_landlock() && acts[i].layer == CAGE_FILES_ONLY))
			continue;
		got = run(role, &acts[i], &w);
		if (got != acts[i].want) {
			print_error("%s, %s: expected %d, got %d\n", proc_role_name(role),
			    acts[i].name, acts[i].want, got);
			wrong++;
		}
	}
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
test_folder(void **state UNUSED)
{
	struct arena *arena = arena_new(0, ARENA_PLAIN);
	struct errs errs = { .arena = arena };

	assert_string_equal(cage_database_folder("sqlite:/var/lib/v/v.db", &errs), "/var/lib/v");
	assert_string_equal(cage_database_folder("sqlite:v.db", &errs), ".");
	assert_string_equal(cage_database_folder("sqlite:/v.db", &errs), "/");
	assert_null(cage_database_folder("mysql://h/n", &errs));
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_acts_work_outside),
		cmocka_unit_test(test_web),
		cmocka_unit_test(test_keeper),
		cmocka_unit_test(test_folder),
	};

	log_open("test", LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
