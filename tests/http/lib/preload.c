/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A library in front of a panel's own (LD_PRELOAD): with tests/support/fault.c it lets the n-th statement, allocation or request for random bytes of the
 * web process fail. The test and the process share a file (FAULT_FILE) that says which; it is mapped before the process is in its cage.
 *
 * The surprising thing: the master gives its children a clean environment, so what brings us into them is our own execve().
 */
#include "base/base.h"

#include "fault.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

extern char **environ;

void *own_malloc(size_t size) __asm__("__libc_malloc");
void *own_calloc(size_t n, size_t size) __asm__("__libc_calloc");
void *own_realloc(void *old, size_t size) __asm__("__libc_realloc");

/* `vimbadmin serve --role web:1` */
static bool
is_web(void)
{
	char line[256] = { 0 };
	int fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, line, sizeof(line) - 1) : 0;

	if (fd >= 0)
		close(fd);
	return n > 0 && memmem(line, (size_t)n, "--role\0web:", 11) != NULL;
}

__attribute__((constructor)) static void
begin(void)
{
	const char *path = getenv("FAULT_FILE");
	int fd = path && is_web() ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *at = MAP_FAILED;

	if (fd < 0)
		return;
	at = mmap(NULL, sizeof(struct fault_state), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (at == MAP_FAILED)
		abort();
	fault_share(at);
}

static bool
starts(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

int
execve(const char *path, char *const argv[], char *const envp[])
{
	int (*real)(const char *, char *const[], char *const[]);
	void *found = dlsym(RTLD_NEXT, "execve");
	char *with[32];
	size_t n = 0;

	for (; envp[n] && n < ARRAY_LEN(with) - 3; n++)
		with[n] = envp[n];
	for (char **e = environ; *e && n < ARRAY_LEN(with) - 1; e++)
		if (starts(*e, "LD_PRELOAD=") || starts(*e, "FAULT_FILE="))
			with[n++] = *e;
	with[n] = NULL;
	memcpy(&real, &found, sizeof(real));
	return real(path, argv, with);
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

int
getentropy(void *buf, size_t n)
{
	return getrandom(buf, n, 0) == (ssize_t)n ? 0 : -1;
}
