/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sleeping: a wait for a lock that nobody ever gives, until it has lasted long enough. The surprising thing: the time at which it is to end is what
 * the kernel is told, so a signal in between makes it neither longer nor shorter.
 */
#include "base/base.h"

#include "base/nap.h"

#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

void
nap_us(int64_t us)
{
	static const uint32_t never = 0;
	struct timespec until;
	int64_t ns;

	if (clock_gettime(CLOCK_MONOTONIC, &until) != 0)
		abort();
	ns = until.tv_nsec + us % 1000000 * 1000;
	until.tv_sec += us / 1000000 + ns / 1000000000;
	until.tv_nsec = ns % 1000000000;
	while (syscall(SYS_futex, &never, FUTEX_WAIT_BITSET_PRIVATE, 0, &until, NULL,
		   FUTEX_BITSET_MATCH_ANY) == 0 ||
	    errno == EINTR)
		;
}
