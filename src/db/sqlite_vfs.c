/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What SQLite asks of the kernel, said with fewer calls: its own layer for Unix with three calls and two methods of ours. It knows what cages refuse
 * (proc/cage_narrow.c), and that only by the answer: where a call goes through, everything is as SQLite wants it.
 *
 * The surprising thing: a file that was to be cut off and cannot be stays as long as it is. That is what a crash between the two would leave, and
 * SQLite goes by the size that the database's first page states; whoever may cut it does at its next checkpoint.
 */
#include "base/base.h"

#include "base/nap.h"
#include "db/sqlite_vfs.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define JULIAN_1970_MS INT64_C(210866760000000)

/* The C library has two calls for it, by its age; stat() needs this one anyway. */
static int
call_fstat(int fd, struct stat *st)
{
#if defined(__x86_64__)
	return (int)syscall(SYS_newfstatat, fd, "", st, AT_EMPTY_PATH);
#else
	return fstat(fd, st);
#endif
}

static int
call_ftruncate(int fd, off_t len)
{
	struct stat st;

	if (ftruncate(fd, len) == 0)
		return 0;
	if (errno != ENOSYS || call_fstat(fd, &st) != 0)
		return -1;
	if (st.st_size >= len)
		return 0;
	return pwrite(fd, "", 1, len - 1) == 1 ? 0 : -1;
}

/* NULL: SQLite unmaps the old piece and maps anew; on MAP_FAILED it would give up mapping. */
static void *
call_mremap(void *old, size_t old_len, size_t new_len, int flags)
{
	void *at = mremap(old, old_len, new_len, flags);

	return at == MAP_FAILED && errno == ENOSYS ? NULL : at;
}

static int
vfs_sleep(sqlite3_vfs *vfs UNUSED, int us)
{
	nap_us(us);
	return us;
}

static int
vfs_time(sqlite3_vfs *vfs UNUSED, sqlite3_int64 *ret)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_REALTIME, &ts) != 0)
		return SQLITE_ERROR;
	*ret = JULIAN_1970_MS + (sqlite3_int64)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
	return SQLITE_OK;
}

static void
register_vfs(void)
{
	sqlite3_vfs *unix_vfs = sqlite3_vfs_find(NULL);
	sqlite3_vfs *ours = malloc(sizeof(*ours)); /* SQLite's from now on */

	if (!ours || !unix_vfs || unix_vfs->iVersion < 3 ||
	    unix_vfs->xSetSystemCall(unix_vfs, "fstat", (sqlite3_syscall_ptr)call_fstat) != SQLITE_OK ||
	    unix_vfs->xSetSystemCall(unix_vfs, "ftruncate", (sqlite3_syscall_ptr)call_ftruncate) !=
		SQLITE_OK ||
	    unix_vfs->xSetSystemCall(unix_vfs, "mremap", (sqlite3_syscall_ptr)call_mremap) != SQLITE_OK)
		abort();
	*ours = *unix_vfs;
	ours->zName = "vimbadmin";
	ours->xSleep = vfs_sleep;
	ours->xCurrentTimeInt64 = vfs_time;
	if (sqlite3_vfs_register(ours, 1) != SQLITE_OK)
		abort();
}

void
sqlite_vfs_ready(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	(void)pthread_once(&once, register_vfs);
}
