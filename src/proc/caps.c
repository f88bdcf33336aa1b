/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two calls of the kernel's; there is nothing to be done when it refuses, as it does to everybody but root. It does not know the roles. */
#include "base/base.h"

#include "proc/caps.h"

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

void
caps_bound(uint32_t keep)
{
	/* the kernel knows how many there are */
	for (unsigned long cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		if (cap >= 32 || !(keep & 1u << cap))
			(void)prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
}

void
caps_hold(uint32_t keep)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct has[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

	if (syscall(SYS_capget, &head, has) != 0)
		return;
	has[0].permitted &= keep;
	has[0].effective &= keep;
	has[1].permitted = has[1].effective = 0;
	has[0].inheritable = has[1].inheritable = 0;
	(void)syscall(SYS_capset, &head, has);
}
