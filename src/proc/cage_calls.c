/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The cage's wall around system calls, by seccomp: THE table of what a role may ask of the kernel.
 * Everything else kills the process (the master starts another and logs "forbidden system call"),
 * for nothing of ours asks for it and what does is not ours. Three calls get a refusal instead,
 * because libraries only try them and go on without.
 *
 * How the table came to be: every role ran under `strace -f -c` and with SCMP_ACT_LOG through the
 * whole test suite (unit, http, mail, load, reload, kill, full disk), release and debug; a call is
 * in it when it was seen after the cage was entered. The exceptions say "error path": seen only
 * under faults, or what libc does there according to its source.
 */
#include "base/base.h"

#include "proc/cage_int.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#define WEB (1u << ROLE_WEB)
#define KEEPER (1u << ROLE_KEEPER)
#define BOTH (WEB | KEEPER)

#define CALL(name) SCMP_SYS(name)

/* clang-format off */
static const struct {
	int call;
	unsigned roles;
	const char *why;
} calls_allowed[] = {
	/* the network: only what inherited sockets need; no socket, bind, listen, connect */
	{ CALL(accept4),         WEB,    "connections" },
	{ CALL(epoll_create1),   WEB,    "the HTTP layer's set of connections" },
	{ CALL(epoll_ctl),       WEB,    "..." },
	{ CALL(epoll_wait),      WEB,    "..." },
	{ CALL(epoll_pwait),     WEB,    "... as other libc versions and machines call it" },
	{ CALL(recvfrom),        BOTH,   "recv()" },
	{ CALL(recvmsg),         BOTH,   "the channel; descriptors from the master" },
	{ CALL(sendto),          BOTH,   "send()" },
	{ CALL(sendmsg),         WEB,    "head and body in one go" },
	{ CALL(shutdown),        WEB,    "closing so that the peer still reads the answer" },
	{ CALL(setsockopt),      WEB,    "TCP_NODELAY, SO_LINGER" },
	{ CALL(getsockopt),      WEB,    "SO_ERROR, SO_PEERCRED" },
	{ CALL(getsockname),     WEB,    "which listener" },
	{ CALL(getpeername),     WEB,    "which client" },
	{ CALL(eventfd2),        WEB,    "waking the threads" },
	{ CALL(timerfd_create),  WEB,    "deadlines" },
	{ CALL(timerfd_settime), WEB,    "..." },
	{ CALL(poll),            BOTH,   "the main threads' wait" },
	{ CALL(ppoll),           BOTH,   "... as other machines call it" },
	/* files: landlock says which */
	{ CALL(openat),          BOTH,   "database, time zone" },
	{ CALL(close),           BOTH,   "..." },
	{ CALL(read),            BOTH,   "..." },
	{ CALL(write),           BOTH,   "..., log lines" },
	{ CALL(writev),          BOTH,   "stdio" },
	{ CALL(pread64),         BOTH,   "SQLite pages" },
	{ CALL(pwrite64),        BOTH,   "..." },
	{ CALL(lseek),           BOTH,   "..." },
	{ CALL(fstat),           BOTH,   "..." },
	{ CALL(newfstatat),      BOTH,   "stat()" },
	{ CALL(lstat),           BOTH,   "SQLite resolves symbolic links of the path" },
	{ CALL(stat),            BOTH,   "..." },
	{ CALL(readlink),        BOTH,   "..." },
	{ CALL(getcwd),          BOTH,   "... of a relative path" },
	{ CALL(access),          BOTH,   "is there a journal" },
	{ CALL(faccessat2),      BOTH,   "... as newer libc calls it" },
	{ CALL(unlink),          BOTH,   "journal, -wal, -shm" },
	{ CALL(ftruncate),       BOTH,   "..." },
	{ CALL(fallocate),       BOTH,   "..." },
	{ CALL(fsync),           BOTH,   "..." },
	{ CALL(fdatasync),       BOTH,   "..." },
	{ CALL(fchmod),          BOTH,   "-wal and -shm get the database's mode" },
	{ CALL(fchown),          BOTH,   "... and owner, as root" },
	{ CALL(geteuid),         BOTH,   "... if we are" },
	{ CALL(fcntl),           BOTH,   "locks of the database; O_NONBLOCK" },
	/* memory; mapping code is refused below */
	{ CALL(brk),             BOTH,   "malloc" },
	{ CALL(munmap),          BOTH,   "malloc, thread stacks" },
	{ CALL(mremap),          BOTH,   "realloc" },
	{ CALL(madvise),         BOTH,   "free, thread stacks" },
	/* threads */
	{ CALL(futex),           BOTH,   "locks" },
	{ CALL(set_robust_list), BOTH,   "a new thread" },
	{ CALL(rseq),            BOTH,   "a new thread" },
	{ CALL(rt_sigprocmask),  BOTH,   "a new thread, abort()" },
	{ CALL(rt_sigreturn),    BOTH,   "end of a signal handler" },
	{ CALL(rt_sigaction),    BOTH,   "abort()" },
	{ CALL(sched_getaffinity), BOTH, "how many processors" },
	{ CALL(sched_yield),     BOTH,   "spinning locks" },
	{ CALL(exit),            BOTH,   "end of a thread" },
	{ CALL(exit_group),      BOTH,   "end of the process" },
	{ CALL(restart_syscall), BOTH,   "a wait goes on after SIGSTOP and SIGCONT" },
	/* time, chance, self */
	{ CALL(clock_gettime),   BOTH,   "where the vDSO does not answer" },
	{ CALL(gettimeofday),    BOTH,   "..." },
	{ CALL(clock_nanosleep), BOTH,   "SQLite waits for a lock" },
	{ CALL(nanosleep),       BOTH,   "..." },
	{ CALL(getrandom),       BOTH,   "keys, tokens, salts" },
	{ CALL(getpid),          BOTH,   "SQLite sees forks, abort()" },
	{ CALL(gettid),          BOTH,   "abort()" },
	{ CALL(getrusage),       BOTH,   "memory and time used" },
	{ CALL(sysinfo),         BOTH,   "qsort of many rows asks how much memory there is" },
#if CAGE_INSTRUMENTED
	{ CALL(sigaltstack),     BOTH,   "sanitizers" },
	{ CALL(mmap),            BOTH,   "sanitizers" },
	{ CALL(mprotect),        BOTH,   "sanitizers" },
	{ CALL(prctl),           BOTH,   "sanitizers" },
	{ CALL(prlimit64),       BOTH,   "sanitizers" },
	{ CALL(getppid),         BOTH,   "sanitizers" },
	{ CALL(rt_tgsigqueueinfo), BOTH, "sanitizers" },
	{ CALL(dup),             BOTH,   "sanitizers" },
	{ CALL(pipe2),           BOTH,   "sanitizers" },
	{ CALL(ioctl),           BOTH,   "sanitizers" },
	{ CALL(uname),           BOTH,   "sanitizers" },
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
	unsigned arg;
	uint64_t mask, value;
	const char *why;
} calls_checked[] = {
	{ CALL(clone),    0, CLONE_THREAD,        CLONE_THREAD, "threads, never processes" },
#if !CAGE_INSTRUMENTED
	{ CALL(mmap),     2, PROT_EXEC,           0,            "malloc, stacks, SQLite's -shm; never code" },
	{ CALL(mprotect), 2, PROT_EXEC,           0,            "malloc, guard pages; never code" },
	{ CALL(prlimit64), 2, ~UINT64_C(0),       0,            "a thread reads the limit of its stack; sets none" },
#endif
};
/* clang-format on */

static int
add_allowed(scmp_filter_ctx ctx, unsigned role)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < ARRAY_LEN(calls_allowed); i++) {
		if (calls_allowed[i].roles & role)
			rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, calls_allowed[i].call, 0);
	}
	for (size_t i = 0; rc == 0 && i < ARRAY_LEN(calls_checked); i++)
		rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, calls_checked[i].call, 1,
		    SCMP_CMP64(calls_checked[i].arg, SCMP_CMP_MASKED_EQ, calls_checked[i].mask,
			calls_checked[i].value));
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

enum rc
cage_calls(enum proc_role role, struct errs *errs)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
	const scmp_datum_t self = (scmp_datum_t)getpid();
	int rc = ctx ? 0 : -ENOMEM;

	if (rc == 0)
		rc = seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	if (rc == 0) /* a tree instead of a list; older libraries and kernels live without */
		(void)seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (rc == 0)
		rc = add_allowed(ctx, 1u << role);
	if (rc == 0)
		rc = add_refused(ctx);
	if (rc == 0) /* signals only to ourselves, as abort() sends one */
		rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
		    SCMP_A0_64(SCMP_CMP_EQ, self, 0));
	if (rc == 0)
		rc = seccomp_load(ctx);
	seccomp_release(ctx);
	if (rc != 0)
		return err_detail(errs, RC_INTERNAL, "cannot enter the cage", "seccomp: %s",
		    strerror(-rc));
	return RC_OK;
}
