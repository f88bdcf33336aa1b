/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which Dovecot there is, for those who want to know now. */
#ifndef JOB_DOVECOT_H
#define JOB_DOVECOT_H

#include "base/base.h"
#include "base/rc.h"
#include "conf/conf.h"

struct dovecot_is {
	bool fixed;       /* 2.4.3 or later, by its own account: CVE-2026-27856 is mended */
	const char *text; /* "2.3.19.1", or what its API shows of it */
};

/* Asks the doveadm API of the configuration. RC_UNAVAILABLE and a fault when it does not answer as one. */
NODISCARD enum rc dovecot_by_api(const struct conf *conf, struct dovecot_is *ret, struct errs *errs);
/* Asks the program on this machine. False when there is none, or it does not say in a moment. */
bool dovecot_here(struct arena *arena, struct dovecot_is *ret);

#endif
