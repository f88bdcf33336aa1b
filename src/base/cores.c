/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/base.h"

#include <sched.h>

#include "base/cores.h"

unsigned
cores_usable(void)
{
	cpu_set_t cpus;

	return sched_getaffinity(0, sizeof(cpus), &cpus) == 0 ? (unsigned)CPU_COUNT(&cpus) : 1;
}
