/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The acts of cage_acts.h and the world they are tried on. */
#include "cage_acts.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <netdb.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int
answer(bool done)
{
	return done ? DONE : REFUSED;
}

/* ---- acts: DONE when they succeeded ---- */

int
read_shadow(const struct world *w UNUSED)
{
	return answer(open("/etc/shadow", O_RDONLY) >= 0 || open("/etc/passwd", O_RDONLY) >= 0);
}
int
read_proc(const struct world *w UNUSED)
{
	return answer(open("/proc/self/environ", O_RDONLY) >= 0 ||
	    open("/proc/1/status", O_RDONLY) >= 0);
}
int
write_outside(const struct world *w)
{
	return answer(open(w->outside, O_WRONLY) >= 0);
}
int
create_outside(const struct world *w UNUSED)
{
	return answer(open("/tmp/vimb-cage-created", O_WRONLY | O_CREAT | O_EXCL, 0600) >= 0);
}
int
truncate_outside(const struct world *w)
{
	return answer(truncate(w->outside, 0) == 0);
}
int
remove_outside(const struct world *w)
{
	return answer(unlink(w->outside) == 0);
}
int
climb_out(const struct world *w)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/../../etc/passwd", w->dir);
	return answer(open(path, O_RDONLY) >= 0);
}
int
make_link(const struct world *w)
{
	return answer(symlinkat("/etc/shadow", AT_FDCWD, w->inside) == 0);
}
int
make_folder(const struct world *w)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/sub", w->dir);
	return answer(mkdir(path, 0700) == 0);
}
int
execute(const struct world *w UNUSED)
{
	char name[] = "true", *argv[] = { name, NULL }, *envp[] = { NULL };

	execve("/bin/true", argv, envp);
	return REFUSED;
}
int
execute_fd(const struct world *w UNUSED)
{
	char name[] = "true", *argv[] = { name, NULL }, *envp[] = { NULL };

	(void)syscall(SYS_execveat, AT_FDCWD, "/bin/true", argv, envp, 0);
	return REFUSED;
}
int
fork_child(const struct world *w UNUSED)
{
	return answer(syscall(SYS_fork) >= 0);
}
int
vfork_child(const struct world *w UNUSED)
{
	pid_t pid = fork(); /* libc's: clone() without CLONE_THREAD */

	if (pid == 0)
		_exit(0);
	return answer(pid > 0);
}
int
clone3_child(const struct world *w UNUSED)
{
	uint64_t args[8] = { 0, [4] = SIGCHLD };
	long pid = syscall(SYS_clone3, args, sizeof(args));

	if (pid == 0)
		_exit(0);
	return answer(pid > 0);
}
int
trace_self(const struct world *w UNUSED)
{
	return answer(ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0);
}
int
read_parent(const struct world *w UNUSED)
{
	char buf[8];
	struct iovec here = { buf, sizeof(buf) }, there = { (void *)(uintptr_t)&answer, sizeof(buf) };

	return answer(syscall(SYS_process_vm_readv, getppid(), &here, 1, &there, 1, 0) > 0);
}
int
kill_parent(const struct world *w UNUSED)
{
	return answer(kill(getppid(), 0) == 0);
}
int
tgkill_parent(const struct world *w UNUSED)
{
	pid_t parent = 1;

	return answer(syscall(SYS_tgkill, parent, parent, 0) == 0);
}
int
packet_socket(const struct world *w UNUSED)
{
	return answer(socket(17 /* AF_PACKET */, SOCK_RAW, 0) >= 0);
}
int
new_socket(const struct world *w UNUSED)
{
	return answer(socket(AF_INET, SOCK_STREAM, 0) >= 0);
}
int
new_unix_pair(const struct world *w UNUSED)
{
	int pair[2];

	return answer(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
}
int
do_connect(const struct world *w)
{
	return answer(connect(w->server, (const struct sockaddr *)&w->address, sizeof(w->address)) == 0);
}
int
do_listen(const struct world *w)
{
	return answer(listen(w->server, 1) == 0);
}
int
do_mount(const struct world *w)
{
	return answer(mount("none", w->dir, "tmpfs", 0, NULL) == 0);
}
int
do_unshare(const struct world *w UNUSED)
{
	return answer(unshare(CLONE_NEWUSER) == 0);
}
int
do_bpf(const struct world *w UNUSED)
{
	union bpf_attr attr = { 0 };

	return answer(syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr)) >= 0);
}
int
map_code(const struct world *w UNUSED)
{
	return answer(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
	    MAP_FAILED);
}
int
make_code(const struct world *w UNUSED)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return answer(mprotect(p, 4096, PROT_READ | PROT_EXEC) == 0);
}
int
raise_limit(const struct world *w UNUSED)
{
	const struct rlimit limit = { 4096, 4096 };

	return answer(setrlimit(RLIMIT_CORE, &limit) == 0);
}
int
make_dumpable(const struct world *w UNUSED)
{
	return answer(prctl(PR_SET_DUMPABLE, 1) == 0);
}
int
io_ring(const struct world *w UNUSED)
{
	char params[256] = { 0 };

	return answer(syscall(SYS_io_uring_setup, 4, params) >= 0);
}
int
become_root(const struct world *w UNUSED)
{
	return answer(setuid(0) == 0);
}
int
tiocsti(const struct world *w UNUSED)
{
	char c = 'x';

	return answer(syscall(SYS_ioctl, 0, 0x5412 /* TIOCSTI */, &c) == 0);
}
/* without seccomp in the way: sockets may be made, but lead nowhere */
int
tcp_out(const struct world *w)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return answer(connect(fd, (const struct sockaddr *)&w->address, sizeof(w->address)) == 0);
}
int
tcp_bind(const struct world *w UNUSED)
{
	const struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(45999) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return answer(bind(fd, (const struct sockaddr *)&any, sizeof(any)) == 0);
}
int
abstract_out(const struct world *w)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	return answer(connect(fd, (const struct sockaddr *)&w->abstract, w->abstract_len) == 0);
}
int
tcp_foreign(const struct world *w)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return answer(connect(fd, (const struct sockaddr *)&w->foreign_address,
			  sizeof(w->foreign_address)) == 0);
}
int
netlink_socket(const struct world *w UNUSED)
{
	return answer(socket(AF_NETLINK, SOCK_RAW, 0) >= 0);
}
int
raw_socket(const struct world *w UNUSED)
{
	return answer(socket(AF_VSOCK, SOCK_STREAM, 0) >= 0);
}
int
execute_file(const struct world *w UNUSED)
{
	char name[] = "true", *argv[] = { name, NULL }, *envp[] = { NULL };

	execve("/bin/true", argv, envp);
	return REFUSED;
}

/* ---- what has to work ---- */

int
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

int
look_up(const struct world *w UNUSED)
{
	struct addrinfo *list = NULL;

	return answer(getaddrinfo("localhost", "5432", NULL, &list) == 0 && list);
}

static void *
thread_main(void *arg)
{
	void *p = malloc(100000);

	*(bool *)arg = p != NULL;
	free(p);
	return NULL;
}

int
start_thread(const struct world *w UNUSED)
{
	pthread_t thread;
	bool ran = false;

	if (pthread_create(&thread, NULL, thread_main, &ran) != 0 || pthread_join(thread, NULL) != 0)
		return REFUSED;
	return answer(ran);
}

int
use_time_zone(const struct world *w UNUSED)
{
	struct tm tm;
	time_t t = 0;

	setenv("TZ", "Europe/Berlin", 1);
	tzset();
	return answer(localtime_r(&t, &tm) && tm.tm_hour == 1);
}

int
use_random(const struct world *w UNUSED)
{
	char buf[16];
	int fd = open("/dev/urandom", O_RDONLY);

	return answer(fd >= 0 && read(fd, buf, sizeof(buf)) == (ssize_t)sizeof(buf) &&
	    getentropy(buf, sizeof(buf)) == 0);
}

int
do_abort(const struct world *w UNUSED)
{
	abort();
}

/* ---- the world ---- */

static int
listen_somewhere(struct sockaddr_in *address)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t len = sizeof(*address);

	*address = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	assert_int_equal(bind(fd, (struct sockaddr *)address, len), 0);
	assert_int_equal(listen(fd, 5), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)address, &len), 0);
	return fd;
}

void
world_make(struct world *w)
{
	int fd;

	(void)snprintf(w->dir, sizeof(w->dir), "/tmp/vimb-cage-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	(void)snprintf(w->outside, sizeof(w->outside), "%s.outside", w->dir);
	(void)snprintf(w->inside, sizeof(w->inside), "%s/v.db", w->dir);
	fd = open(w->outside, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	assert_true(fd >= 0 && write(fd, "kept", 4) == 4 && close(fd) == 0);
	w->server = listen_somewhere(&w->address);
	w->foreign = listen_somewhere(&w->foreign_address);
	w->abstract = (struct sockaddr_un){ .sun_family = AF_UNIX };
	(void)snprintf(w->abstract.sun_path + 1, 64, "%s", w->dir);
	w->abstract_len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(w->dir));
	w->abstract_server = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(w->abstract_server, (struct sockaddr *)&w->abstract, w->abstract_len), 0);
	assert_int_equal(listen(w->abstract_server, 5), 0);
}

void
world_remove(struct world *w)
{
	struct stat st;

	assert_int_equal(stat(w->outside, &st), 0);
	assert_int_equal(st.st_size, 4);
	assert_int_equal(access("/tmp/vimb-cage-created", F_OK), -1);
	close(w->server);
	close(w->foreign);
	close(w->abstract_server);
	unlink(w->outside);
	unlink(w->inside);
	assert_int_equal(rmdir(w->dir), 0);
}
