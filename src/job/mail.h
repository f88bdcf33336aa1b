/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mail going out, for those who want one now and see what comes of it. */
#ifndef JOB_MAIL_H
#define JOB_MAIL_H

#include "base/base.h"
#include "base/rc.h"
#include "conf/conf.h"

/*
 * Sends a test mail at once. RC_OK and the server's answer in *ret_said; else the fault that says what failed at which step. RC_CONFIG when the
 * configuration names no mail server.
 */
NODISCARD enum rc mail_test(const struct conf *conf, const char *to, const char **ret_said,
    struct errs *errs);

#endif
