/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The cages of system calls are built by a library that allocates much, and may go on without what it did not get. So each allocation fails in turn while
 * one is built, and what would be handed to the kernel is carried out here, call by call: either there is nothing, and the process says so and does not serve, or
 * nothing is allowed that the whole filter does not allow. In a process of its own each time, since the library also frees twice then, which ends it.
 */
#include "base/base.h"

#include "base/arena.h"
#include "proc/cage_int.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define PROGRAM_MAX 4096
#define CALLS_MAX 512

struct program {
	struct sock_filter at[PROGRAM_MAX];
	unsigned short n;
};

/* ---- between the library, the C library and the kernel ---- */

#if !CAGE_INSTRUMENTED
static unsigned fail_at, seen;

/* What came of one try, in memory that the test shares with it. */
static struct tried {
	enum rc rc;
	unsigned seen;
	struct program filter; /* n is 0: none came to the kernel */
} * tried;

void *own_malloc(size_t size) __asm__("__libc_malloc");
void *own_calloc(size_t n, size_t size) __asm__("__libc_calloc");
void *own_realloc(void *old, size_t size) __asm__("__libc_realloc");

static bool
no_memory(void)
{
	return fail_at > 0 && ++seen == fail_at;
}

void *
malloc(size_t size)
{
	return no_memory() ? NULL : own_malloc(size);
}

void *
calloc(size_t n, size_t size)
{
	return no_memory() ? NULL : own_calloc(n, size);
}

void *
realloc(void *old, size_t size)
{
	return no_memory() ? NULL : own_realloc(old, size);
}

/* A filter is kept instead of loaded. */
long
syscall(long number, ...)
{
	long (*real)(long, ...);
	void *found = dlsym(RTLD_NEXT, "syscall");
	long arg[6];
	va_list ap;

	va_start(ap, number);
	for (size_t i = 0; i < ARRAY_LEN(arg); i++)
		arg[i] = va_arg(ap, long);
	va_end(ap);
	if (number == SYS_seccomp && arg[0] == SECCOMP_SET_MODE_FILTER && arg[2]) {
		const struct sock_fprog *p = (const struct sock_fprog *)(uintptr_t)arg[2];

		assert_true(p->len > 0 && p->len <= PROGRAM_MAX);
		tried->filter.n = p->len;
		memcpy(tried->filter.at, p->filter, p->len * sizeof(*p->filter));
		return 0;
	}
	memcpy(&real, &found, sizeof(real));
	return real(number, arg[0], arg[1], arg[2], arg[3], arg[4], arg[5]);
}

/* ---- what a filter says of a call ---- */

/* As the kernel does it; what it would not take fails. */
static uint32_t
says(const struct program *p, const struct seccomp_data *data, bool *ret_args)
{
	uint32_t a = 0;

	for (size_t pc = 0; pc < p->n; pc++) {
		const struct sock_filter *f = &p->at[pc];
		bool yes;

		switch (f->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			assert_true(f->k % 4 == 0 && f->k < sizeof(*data));
			*ret_args |= f->k >= offsetof(struct seccomp_data, args);
			memcpy(&a, (const char *)data + f->k, 4);
			continue;
		case BPF_ALU | BPF_AND | BPF_K:
			a &= f->k;
			continue;
		case BPF_RET | BPF_K:
			return f->k;
		case BPF_JMP | BPF_JA:
			pc += f->k;
			continue;
		case BPF_JMP | BPF_JEQ | BPF_K:
			yes = a == f->k;
			break;
		case BPF_JMP | BPF_JGT | BPF_K:
			yes = a > f->k;
			break;
		case BPF_JMP | BPF_JGE | BPF_K:
			yes = a >= f->k;
			break;
		default:
			fail(); /* what is that? */
			return 0;
		}
		pc += yes ? f->jt : f->jf;
	}
	fail(); /* it ends without a word */
	return 0;
}

/* Of one call with one argument: is anything allowed that the whole filter does not allow in the same way? */
static bool
is_wider(const struct program *whole, const struct program *p, const struct seccomp_data *data,
    bool *ret_args)
{
	uint32_t now = says(p, data, ret_args), meant = says(whole, data, ret_args);

	return now != SECCOMP_RET_KILL_PROCESS && now != meant;
}

/* Where a filter looks at arguments, each alone has each value that some row of the tables asks about, or one beside it. How many answers are wider. */
static unsigned
wider_call(const struct program *whole, const struct program *p, struct seccomp_data *data)
{
	const uint64_t values[] = { 0, 1, PROT_EXEC, CLONE_THREAD, AF_UNIX, AF_INET, AF_INET6,
		AF_NETLINK, AF_PACKET, (uint64_t)getpid(), UINT32_MAX, UINT64_MAX };
	bool args = false;
	unsigned n = is_wider(whole, p, data, &args);

	for (size_t i = 0; args && i < ARRAY_LEN(data->args) * ARRAY_LEN(values); i++) {
		memset(data->args, 0, sizeof(data->args));
		data->args[i / ARRAY_LEN(values)] = values[i % ARRAY_LEN(values)];
		n += is_wider(whole, p, data, &args);
	}
	return n;
}

static unsigned
wider(const struct program *whole, const struct program *p)
{
	const uint32_t machines[] = { AUDIT_ARCH_X86_64, AUDIT_ARCH_I386, AUDIT_ARCH_AARCH64 };
	unsigned n = 0;

	for (int call = 0; call < CALLS_MAX; call++)
		for (size_t m = 0; m < ARRAY_LEN(machines); m++) {
			struct seccomp_data data = { .nr = call, .arch = machines[m] };

			n += wider_call(whole, p, &data);
		}
	return n;
}

/* ---- each allocation ---- */

struct which {
	enum proc_role role;
	bool narrow;
	const char *database;
};

static void
build(const struct which *w, unsigned at)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
	struct errs errs = { .arena = arena };
	struct db_reach db;

	assert_int_equal(db_reach(w->database, &db, &errs), RC_OK);
	(void)arena_strdup(arena, "what is said of a fault has its place");
	fail_at = at ? at : UINT32_MAX;
	tried->rc = w->narrow ? cage_narrow(&db, &errs) : cage_calls(w->role, &db, &errs);
	fail_at = 0;
	tried->seen = seen;
}

/* The at-th allocation fails, none when it is 0. False: it died of that. */
static bool
attempt(const struct which *w, unsigned at)
{
	int status = 0;
	pid_t pid;

	memset(tried, 0, sizeof(*tried));
	if ((pid = fork()) == 0) {
		const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
		const struct itimerval most = { { 0, 0 }, { 0, 50000 } };

		/* of processor time; the library may also go round for ever, and the master ends what is frozen */
		(void)setitimer(ITIMER_VIRTUAL, &most, NULL);
		(void)dup2(null, STDERR_FILENO); /* libc's word on what was freed twice */
		for (int n = 1; n < SIGRTMIN; n++)
			(void)signal(n, SIG_DFL); /* cmocka would go on with the next test */
		build(w, at);
		_exit(0);
	}
	assert_true(pid > 0 && waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool
same(const struct program *a, const struct program *b)
{
	return a->n == b->n && memcmp(a->at, b->at, a->n * sizeof(a->at[0])) == 0;
}

/* All of them take a minute: `make faults`. */
static unsigned
stride(void)
{
	const char *text = getenv("FAULT_STRIDE");

	return text ? MAX((unsigned)strtoul(text, NULL, 10), 1u) : 17;
}

static void
each(const struct which *w)
{
	static struct program whole;
	unsigned all, died = 0, refused = 0, other = 0;

	assert_true(attempt(w, 0));
	assert_int_equal(tried->rc, RC_OK);
	whole = tried->filter;
	all = tried->seen;
	assert_true(whole.n > 40 && all > 100);
	for (unsigned at = 1; at <= all; at += stride()) {
		if (!attempt(w, at)) {
			died++;
			continue;
		}
		/* without a filter it is said, and nothing served */
		assert_int_equal(tried->rc == RC_OK, tried->filter.n > 0);
		refused += tried->rc != RC_OK;
		if (tried->rc != RC_OK || same(&whole, &tried->filter))
			continue;
		other++;
		if (wider(&whole, &tried->filter) > 0)
			fail_msg("without allocation %u of %u more is allowed", at, all);
	}
	assert_true(refused > 0);
	print_message("# of %u allocations: %u refused, %u died, %u with a smaller cage\n", all,
	    refused, died, other);
}

#define SQLITE "sqlite:/tmp/x.db"
#define SERVER "mysql://u@127.0.0.1/x"

static void
test_web(void **state UNUSED)
{
	each(&(const struct which){ ROLE_WEB, false, SQLITE });
	each(&(const struct which){ ROLE_WEB, false, SERVER });
}

static void
test_keeper(void **state UNUSED)
{
	each(&(const struct which){ ROLE_KEEPER, false, SQLITE });
	each(&(const struct which){ ROLE_KEEPER, false, SERVER });
}

static void
test_narrow(void **state UNUSED)
{
	each(&(const struct which){ ROLE_WEB, true, SQLITE });
	each(&(const struct which){ ROLE_WEB, true, SERVER });
}

/* What is looked for would be found: a filter that allows what it does not know, and one that lets code be mapped. */
static void
test_wider(void **state UNUSED)
{
	static struct program whole, other;

	assert_true(attempt(&(const struct which){ ROLE_WEB, true, SQLITE }, 0));
	whole = other = tried->filter;
	assert_int_equal(wider(&whole, &other), 0);
	for (size_t i = 0; i < other.n; i++)
		if (other.at[i].code == (BPF_RET | BPF_K) && other.at[i].k == SECCOMP_RET_KILL_PROCESS)
			other.at[i].k = SECCOMP_RET_ALLOW;
	assert_true(wider(&whole, &other) > 1000);
	other = whole;
	for (size_t i = 0; i < other.n; i++)
		if (other.at[i].code == (BPF_ALU | BPF_AND | BPF_K) && other.at[i].k == PROT_EXEC)
			other.at[i].k = 0;
	assert_true(wider(&whole, &other) > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wider),
		cmocka_unit_test(test_web),
		cmocka_unit_test(test_keeper),
		cmocka_unit_test(test_narrow),
	};

	tried = mmap(NULL, sizeof(*tried), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (tried == MAP_FAILED)
		abort();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
#else
static void
test_none(void **state UNUSED)
{
	skip(); /* a sanitizer has an allocator of its own */
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_none) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
#endif
