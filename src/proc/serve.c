/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which of the three processes this one is: the master, unless --role says that a master started it. */
#include "base/base.h"

#include "proc/proc_int.h"

int
proc_serve(const struct proc_start *start)
{
	const char *role = start->role;
	unsigned n = 0;
	char rest;

	if (!role)
		return master_run(start);
	if (strcmp(role, "keeper") == 0)
		return keeper_run();
	if (sscanf(role, "web:%2u%c", &n, &rest) == 1 && n >= 1 && n <= LISTEN_MAX)
		return web_run(n);
	(void)fprintf(stderr, "vimbadmin: --role is between the program and itself\n");
	return rc_exit(RC_MALFORMED);
}
