/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The cage's wall around system calls, by seccomp: THE table of what a role may ask of the kernel.
 * Everything else kills the process (the master starts another and logs "forbidden system call"),
 * for nothing of ours asks for it and what does is not ours. Three calls get a refusal instead,
 * because libraries only try them and go on without.
 *
 * How the table came to be: `strace -D -ff` around `vimbadmin serve` while all of the panel's pages,
 * forms and JSON were used with each password scheme, under load, malformed and half requests, with
 * readers that do not read, a busy and a full database, one behind a link, by relative path and of
 * another mode, 64 threads, kills, SIGSTOP, reload and stop. What a thread called after its
 * process had loaded the filter is in the table, nothing else. "error path" marks the few that libc's
 * source shows and no test can bring about.
 */
#include "base/base.h"

#include "proc/cage_int.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define WEB CAGE_WEB
#define KEEPER CAGE_KEEPER
#define BOTH (CAGE_WEB | CAGE_KEEPER)
#define SERVER CAGE_SERVER
#define CURL CAGE_CURL
#define FILE_DB CAGE_FILE_DB

#define CALL(name) SCMP_SYS(name)

/* clang-format off */
static const struct {
	int call;
	unsigned who;
	const char *why;
} calls_allowed[] = {
	/* the network: only what inherited sockets need; no bind, no listen */
	{ CALL(accept4),         WEB,    "connections" },
	{ CALL(epoll_ctl),       WEB,    "the HTTP layer's set of connections" },
	{ CALL(epoll_wait),      WEB,    "..." },
	{ CALL(recvfrom),        SERVER, "rows" },
	{ CALL(recvmsg),         BOTH,   "requests, the channel; the keeper: descriptors from the master" },
	{ CALL(sendto),          SERVER, "statements" },
	{ CALL(sendmsg),         BOTH,   "answers, signs of life, the channel; MariaDB over TLS" },
	{ CALL(shutdown),        BOTH,   "closing so that the peer still reads the answer; deadlines; the keeper: hanging up" },
	{ CALL(timerfd_settime), WEB,    "the sweep of deadlines" },
	{ CALL(poll),            BOTH,   "the main threads' wait" },
	/* a database server; landlock says which ports. socket() is checked below */
	{ CALL(connect),         SERVER, "a connection; asking for names" },
	{ CALL(getsockopt),      SERVER, "did it come to be; who is at the other end" },
	{ CALL(setsockopt),      SERVER, "no delay, keep-alive" },
	{ CALL(getsockname),     SERVER, "libpq; sorting addresses" },
	{ CALL(sendmmsg),        SERVER, "the C library's resolver: both kinds of addresses" },
	{ CALL(uname),           SERVER, "...: the name of this host" },
	{ CALL(socketpair),      CURL,   "its threads that look up names wake it" },
	{ CALL(eventfd2),        CURL,   "... as it does in Debian 13" },
	{ CALL(getpeername),     CURL,   "which address it was" },
	/* files: landlock says which; those that only an embedded database needs are not there beside a server */
	{ CALL(openat),          BOTH,   "database, time zone" },
	{ CALL(close),           BOTH,   "..., connections" },
	{ CALL(read),            BOTH,   "..., signals" },
	{ CALL(write),           BOTH,   "log lines; waking threads" },
	{ CALL(pread64),         FILE_DB, "SQLite's pages" },
	{ CALL(pwrite64),        FILE_DB, "..." },
	{ CALL(lseek),           BOTH,   "... and their number" },
	{ CALL(newfstatat),      BOTH,   "stat(), lstat(), fstat()" },
	{ CALL(fstat),           BOTH,   "... as libc calls the last one from 2.39 on (Debian 13)" },
	{ CALL(readlink),        FILE_DB, "a database behind a symbolic link" },
	{ CALL(getcwd),          FILE_DB, "a database named by a relative path" },
	{ CALL(unlink),          FILE_DB, "-wal and -shm at the end" },
	{ CALL(ftruncate),       FILE_DB, "-wal, -shm" },
	{ CALL(fdatasync),       FILE_DB, "commits" },
	{ CALL(fchmod),          FILE_DB, "-wal and -shm get the database's mode" },
	{ CALL(fchown),          FILE_DB, "... and owner, if we are root" },
	{ CALL(geteuid),         BOTH,   "... are we" },
	{ CALL(fcntl),           BOTH,   "locks of the database" },
	/* memory; mapping code is refused below */
	{ CALL(brk),             BOTH,   "malloc" },
	{ CALL(munmap),          BOTH,   "free, thread stacks" },
	{ CALL(mremap),          BOTH,   "realloc; a database that grew" },
	{ CALL(madvise),         BOTH,   "free, thread stacks" },
	/* threads */
	{ CALL(futex),           BOTH,   "locks" },
	{ CALL(set_robust_list), BOTH,   "a new thread" },
	{ CALL(rseq),            BOTH,   "a new thread" },
	{ CALL(rt_sigprocmask),  BOTH,   "a new thread; abort()" },
	{ CALL(rt_sigaction),    BOTH,   "the first thread; abort()" },
	{ CALL(sched_getaffinity), KEEPER, "libraries count processors" },
	{ CALL(exit),            BOTH,   "end of a thread" },
	{ CALL(exit_group),      BOTH,   "end of the process" },
	{ CALL(restart_syscall), BOTH,   "a wait goes on after SIGSTOP and SIGCONT" },
	{ CALL(gettid),          BOTH,   "abort(): error path" },
	{ CALL(seccomp),         WEB,    "the narrow cage over this one (cage_narrow.c)" },
	/* time, chance, self */
	{ CALL(clock_gettime),   BOTH,   "where the vDSO cannot answer (some virtual machines): error path" },
	{ CALL(gettimeofday),    BOTH,   "..." },
	{ CALL(clock_nanosleep), KEEPER, "the next slice of an import waits for others" },
	{ CALL(sysinfo),         BOTH,   "qsort() of much asks how much memory there is" },
	{ CALL(getrandom),       BOTH,   "tokens, salts, request ids" },
	{ CALL(getpid),          BOTH,   "SQLite notices forks; abort()" },
	/* the same calls under the names other machines than x86-64 have for them */
#ifndef __NR_epoll_wait
	{ CALL(epoll_pwait),     WEB,    "epoll_wait()" },
#endif
#ifndef __NR_poll
	{ CALL(ppoll),           BOTH,   "poll()" },
#endif
#ifndef __NR_unlink
	{ CALL(unlinkat),        FILE_DB, "unlink()" },
#endif
#ifndef __NR_readlink
	{ CALL(readlinkat),      FILE_DB, "readlink()" },
#endif
#if CAGE_INSTRUMENTED
	{ CALL(sigaltstack),     BOTH,   "sanitizers" },
	{ CALL(mmap),            BOTH,   "sanitizers" },
	{ CALL(mprotect),        BOTH,   "sanitizers" },
	{ CALL(prctl),           BOTH,   "sanitizers" },
	{ CALL(prlimit64),       BOTH,   "sanitizers" },
	{ CALL(getppid),         BOTH,   "sanitizers" },
	{ CALL(sched_getaffinity), BOTH, "sanitizers" },
	{ CALL(sched_yield),     BOTH,   "sanitizers" },
	{ CALL(stat),            BOTH,   "sanitizers" },
	{ CALL(readlinkat),      BOTH,   "sanitizers" },
	{ CALL(dup),             BOTH,   "sanitizers" },
	{ CALL(pipe2),           BOTH,   "sanitizers" },
	{ CALL(ioctl),           BOTH,   "sanitizers" },
	{ CALL(uname),           BOTH,   "sanitizers" },
	{ CALL(nanosleep),       BOTH,   "the thread of TSan" },
	{ CALL(open),            BOTH,   "... reads /proc" },
	{ CALL(readlink),        BOTH,   "..." },
	{ CALL(access),          BOTH,   "..." },
	{ CALL(mkdir),           BOTH,   "coverage" },
#endif
};

/* Asked for by libraries as a question; "no" is an answer they know. */
static const struct {
	int call;
	int error;
	const char *why;
} calls_refused[] = {
	{ CALL(clone3),  ENOSYS, "its flags cannot be seen from here; libc falls back to clone" },
#if !CAGE_INSTRUMENTED
	{ CALL(ioctl),   ENOTTY, "stdio asks whether it writes to a terminal" },
	{ CALL(prctl),   EINVAL, "libc names its memory mappings" },
#endif
};

/* Allowed only when one argument, masked, has a value. */
static const struct {
	int call;
	unsigned who, arg;
	uint64_t mask, value;
	int error; /* 0: allowed */
	const char *why;
} calls_checked[] = {
	{ CALL(clone),    BOTH,   0, CLONE_THREAD, CLONE_THREAD, 0, "threads, never processes" },
	{ CALL(socket),   SERVER, 0, UINT32_MAX,   AF_UNIX,    0, "a database server beside us" },
	{ CALL(socket),   SERVER, 0, UINT32_MAX,   AF_INET,    0, "... or elsewhere" },
	{ CALL(socket),   SERVER, 0, UINT32_MAX,   AF_INET6,   0, "..." },
	{ CALL(socket),   SERVER, 0, UINT32_MAX,   AF_NETLINK, EAFNOSUPPORT, "libc asks which addresses we have" },
#if !CAGE_INSTRUMENTED
	{ CALL(sched_getaffinity), WEB, 0, 0,      0,          ENOSYS, "libc from 2.41 on (Debian 13) counts processors for its random numbers; it takes two" },
	{ CALL(mmap),     BOTH,   2, PROT_EXEC,    0,            0, "malloc, stacks, SQLite's -shm; never code" },
	{ CALL(mprotect), BOTH,   2, PROT_EXEC,    0,            0, "malloc, guard pages; never code" },
#endif
};
/* clang-format on */

static int
add_allowed(scmp_filter_ctx ctx, unsigned who)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < ARRAY_LEN(calls_allowed); i++) {
		if (calls_allowed[i].who & who)
			rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, calls_allowed[i].call, 0);
	}
	return rc;
}

static int
add_checked(scmp_filter_ctx ctx, unsigned who)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < ARRAY_LEN(calls_checked); i++) {
		int error = calls_checked[i].error;

		if (calls_checked[i].who & who)
			rc = seccomp_rule_add(ctx,
			    error ? SCMP_ACT_ERRNO((unsigned)error) : SCMP_ACT_ALLOW,
			    calls_checked[i].call, 1,
			    SCMP_CMP64(calls_checked[i].arg, SCMP_CMP_MASKED_EQ,
				calls_checked[i].mask, calls_checked[i].value));
	}
	return rc;
}

static int
add_refused(scmp_filter_ctx ctx)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < ARRAY_LEN(calls_refused); i++)
		rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO((unsigned)calls_refused[i].error),
		    calls_refused[i].call, 0);
	return rc;
}

/* All rules of a role; *ret to be released whatever comes of it. */
static int
make_filter(enum proc_role role, const struct db_reach *db, scmp_filter_ctx *ret)
{
	scmp_filter_ctx ctx = *ret = seccomp_init(SCMP_ACT_KILL_PROCESS);
	const scmp_datum_t self = (scmp_datum_t)getpid();
	int rc = ctx ? 0 : -ENOMEM;

	if (rc == 0)
		rc = seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	if (rc == 0) /* a tree instead of a list; older libraries and kernels live without */
		(void)seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (rc == 0)
		rc = add_allowed(ctx, cage_who(role, db));
	if (rc == 0)
		rc = add_checked(ctx, cage_who(role, db));
	if (rc == 0)
		rc = add_refused(ctx);
	if (rc == 0) /* signals only to ourselves, as abort() sends one */
		rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
		    SCMP_A0_64(SCMP_CMP_EQ, self, 0));
	return rc;
}

int
cage_calls_write(enum proc_role role, const struct db_reach *db, int fd)
{
	scmp_filter_ctx ctx;
	int rc = make_filter(role, db, &ctx);

	if (rc == 0)
		rc = seccomp_export_pfc(ctx, fd);
	seccomp_release(ctx);
	return rc;
}

enum rc
cage_calls(enum proc_role role, const struct db_reach *db, struct errs *errs)
{
	scmp_filter_ctx ctx;
	int rc = make_filter(role, db, &ctx);

	if (rc == 0)
		rc = seccomp_load(ctx);
	seccomp_release(ctx);
	if (rc != 0)
		return err_detail(errs, RC_INTERNAL, "cannot enter the cage", "seccomp: %s",
		    strerror(-rc));
	return RC_OK;
}
