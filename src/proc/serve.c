/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which of the three processes this one is: the master, unless --role says that a master started it. */
#include "base/base.h"

#include "proc/proc_int.h"

/* "web:2": the number of listening sockets that were inherited; 0 if it is not that. */
static unsigned
web_listeners(const char *role)
{
	char *end;
	long n;

	if (strncmp(role, "web:", 4) != 0)
		return 0;
	n = strtol(role + 4, &end, 10);
	return *end == '\0' && n >= 1 && n <= LISTEN_MAX ? (unsigned)n : 0;
}

int
proc_serve(const struct proc_start *start)
{
	const char *role = start->role;

	if (!role)
		return master_run(start);
	if (strncmp(role, "keeper:", 7) == 0 && strlen(role + 7) == TEAM_NAME_LEN &&
	    strspn(role + 7, "0123456789abcdef") == TEAM_NAME_LEN)
		return keeper_run(role + 7);
	if (web_listeners(role))
		return web_run(web_listeners(role));
	(void)fprintf(stderr, "vimbadmin: --role is between the program and itself\n");
	return rc_exit(RC_MALFORMED);
}
