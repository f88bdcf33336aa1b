/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A library in front of a panel's own (LD_PRELOAD): with tests/support/fault.c it lets the n-th statement, allocation, request for random bytes or cage of the
 * web process fail. The test and the process share a file (FAULT_FILE) that says which.
 */
#include "base/base.h"

#include "fault.h"
#include "http/lib/inject.h"

#include <dlfcn.h>
#include <errno.h>
#include <seccomp.h>
#include <sys/random.h>

void *own_malloc(size_t size) __asm__("__libc_malloc");
void *own_calloc(size_t n, size_t size) __asm__("__libc_calloc");
void *own_realloc(void *old, size_t size) __asm__("__libc_realloc");

__attribute__((constructor)) static void
begin(void)
{
	struct fault_state *state = inject_shared("FAULT_FILE", sizeof(*state));

	if (state)
		fault_share(state);
}

static bool
no_memory(void)
{
	if (fault_due(FAULT_MEMORY) == FAULT_NONE)
		return false;
	errno = ENOMEM;
	return true;
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

ssize_t
getrandom(void *buf, size_t n, unsigned flags)
{
	ssize_t (*real)(void *, size_t, unsigned);
	void *found = dlsym(RTLD_NEXT, "getrandom");

	if (fault_due(FAULT_RANDOM) != FAULT_NONE) {
		errno = EIO;
		return -1;
	}
	memcpy(&real, &found, sizeof(real));
	return real(buf, n, flags);
}

/* A cage is handed to the kernel: the first one, then the narrow one. */
int
seccomp_load(scmp_filter_ctx ctx)
{
	int (*real)(scmp_filter_ctx);
	void *found = dlsym(RTLD_NEXT, "seccomp_load");

	if (fault_due(FAULT_CAGE) != FAULT_NONE)
		return -ENOMEM;
	memcpy(&real, &found, sizeof(real));
	return real(ctx);
}

int
getentropy(void *buf, size_t n)
{
	return getrandom(buf, n, 0) == (ssize_t)n ? 0 : -1;
}
