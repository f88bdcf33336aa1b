/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The narrow cage of a web process that serves: THE table of the few calls that are left when all threads run and all connections to the database
 * are open. It lies over the first one (cage_calls.c), so what that forbids stays forbidden. It does not know when it is entered (narrow.c).
 *
 * What is not in either table ends the process. The second table holds what libraries ask for and can live without: they get the error that makes them
 * take another way. The surprising thing is brk(): an error would be taken for an address, so it answers 0, which malloc takes for "no more that way".
 */
#include "base/base.h"

#include "proc/cage_int.h"

#include <errno.h>
#include <seccomp.h>
#include <sys/mman.h>

#define BOTH (CAGE_FILE_DB | CAGE_SERVER)
#define SERVER CAGE_SERVER
#define FILE_DB CAGE_FILE_DB
#define CALL(name) SCMP_SYS(name)

/* clang-format off */
static const struct {
	int call;
	unsigned who;
	const char *why;
} calls_left[] = {
	{ CALL(accept4),         BOTH,    "connections" },
	{ CALL(clock_gettime),   BOTH,    "where the vDSO cannot answer (some virtual machines)" },
	{ CALL(close),           BOTH,    "connections" },
	{ CALL(epoll_ctl),       BOTH,    "the set of connections" },
	{ CALL(epoll_wait),      BOTH,    "the threads wait for connections" },
	{ CALL(exit_group),      BOTH,    "end of the process" },
	{ CALL(fcntl),           FILE_DB, "locks of the database" },
	{ CALL(fdatasync),       FILE_DB, "commits" },
	{ CALL(futex),           BOTH,    "locks; waits" },
	{ CALL(getrandom),       BOTH,    "tokens, salts, request ids" },
	{ CALL(gettimeofday),    SERVER,  "TLS; where the vDSO cannot answer" },
	{ CALL(munmap),          BOTH,    "free; SQLite's maps" },
	{ CALL(newfstatat),      FILE_DB, "how large a file is; is the database still where it was" },
	{ CALL(poll),            SERVER,  "the databases' clients wait" },
	{ CALL(pread64),         FILE_DB, "SQLite's pages" },
	{ CALL(pwrite64),        FILE_DB, "..." },
	{ CALL(read),            BOTH,    "the wake-ups of threads; MariaDB's rows over TLS" },
	{ CALL(recvfrom),        SERVER,  "rows" },
	{ CALL(recvmsg),         BOTH,    "requests, answers of the keeper" },
	{ CALL(sendmsg),         BOTH,    "answers, signs of life, questions to the keeper" },
	{ CALL(sendto),          SERVER,  "statements" },
	{ CALL(shutdown),        BOTH,    "closing so that the peer still reads the answer; deadlines" },
	{ CALL(write),           BOTH,    "log lines; waking threads" },
	/* and mmap(), see below */
#ifndef __NR_epoll_wait
	{ CALL(epoll_pwait),     BOTH,    "epoll_wait()" },
#endif
#ifndef __NR_poll
	{ CALL(ppoll),           SERVER,  "poll()" },
#endif
#ifndef __x86_64__
	{ CALL(rt_sigprocmask),  SERVER,  "libmariadb changes stacks; elsewhere it does so by itself" },
#endif
};

static const struct {
	int call;
	unsigned who;
	int error;
	const char *why;
} calls_refused[] = {
	{ CALL(brk),             BOTH,    0,      "malloc maps memory instead" },
	{ CALL(mremap),          BOTH,    ENOSYS, "realloc copies instead; SQLite maps anew (db/sqlite_vfs.c)" },
	{ CALL(ftruncate),       FILE_DB, ENOSYS, "SQLite's checkpoints; a pwrite() does (db/sqlite_vfs.c)" },
	{ CALL(restart_syscall), BOTH,    EINTR,  "a wait after SIGSTOP and SIGCONT is begun anew instead" },
	{ CALL(openat),          BOTH,    EACCES, "libraries look for settings of theirs; SQLite for the folder of its first commit" },
	{ CALL(getpid),          BOTH,    ENOSYS, "abort(): ends by an instruction instead (base/abort.c); OpenSSL looks whether it was forked" },
	{ CALL(sched_getaffinity), BOTH,  ENOSYS, "libc from 2.41 on (Debian 13) counts processors for its random numbers" },
#ifdef __x86_64__
	{ CALL(rt_sigprocmask),  BOTH,    ENOSYS, "... and holds back signals in each thread's first; no signal runs code of ours" },
#else
	{ CALL(rt_sigprocmask),  FILE_DB, ENOSYS, "..." },
#endif
	{ CALL(sysinfo),         BOTH,    ENOSYS, "qsort() of much asks how much memory there is" },
	{ CALL(ioctl),           BOTH,    ENOTTY, "stdio asks whether it writes to a terminal" },
	{ CALL(prctl),           BOTH,    EINVAL, "libc names its memory mappings" },
};
/* clang-format on */

static int
add_rules(scmp_filter_ctx ctx, unsigned who)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < ARRAY_LEN(calls_left); i++)
		if (calls_left[i].who & who)
			rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, calls_left[i].call, 0);
	for (size_t i = 0; rc == 0 && i < ARRAY_LEN(calls_refused); i++)
		if (calls_refused[i].who & who)
			rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO((unsigned)calls_refused[i].error),
			    calls_refused[i].call, 0);
	if (rc == 0) /* memory; never code */
		rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, CALL(mmap), 1,
		    SCMP_A2_64(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	return rc;
}

/* *ret to be released whatever comes of it. */
static int
make_filter(const struct db_reach *db, scmp_filter_ctx *ret)
{
	scmp_filter_ctx ctx = *ret = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int rc = ctx ? 0 : -ENOMEM;

	if (rc == 0)
		rc = seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	if (rc == 0) /* of all threads */
		rc = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_TSYNC, 1);
	if (rc == 0) /* the first one has seen to that, and forbids prctl() */
		rc = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_NNP, 0);
	if (rc == 0)
		rc = add_rules(ctx, cage_who(ROLE_WEB, db));
	return rc;
}

int
cage_narrow_write(const struct db_reach *db, int fd)
{
	scmp_filter_ctx ctx;
	int rc = make_filter(db, &ctx);

	if (rc == 0)
		rc = seccomp_export_pfc(ctx, fd);
	seccomp_release(ctx);
	return rc;
}

enum rc
cage_narrow(const struct db_reach *db, struct errs *errs)
{
	scmp_filter_ctx ctx;
	int rc;

	if (CAGE_INSTRUMENTED) /* sanitizers want more than is left */
		return RC_OK;
	if ((rc = make_filter(db, &ctx)) == 0)
		rc = seccomp_load(ctx);
	seccomp_release(ctx);
	if (rc != 0)
		return err_detail(errs, RC_INTERNAL, "cannot enter the narrow cage", "seccomp: %s",
		    strerror(-rc));
	return RC_OK;
}
