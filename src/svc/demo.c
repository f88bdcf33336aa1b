/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which account the demonstration's is. What it may not is refused by the panel before any handler (web/session.c); here is what others may not do to it. */
#include "base/base.h"

#include "conf/conf.h"
#include "model/actor.h"
#include "svc/demo.h"

#include <strings.h>

bool
demo_is(const struct op *op, const char *name)
{
	return *op->conf->demo_account && name && strcasecmp(op->conf->demo_account, name) == 0;
}

enum rc
demo_keep_password(struct op *op, const char *name)
{
	if (!demo_is(op, name) || op->actor->kind == ACTOR_OPERATOR)
		return RC_OK;
	return op_fail(op,
	    RC_DENIED, "This is the account of a demonstration: its password is known to everybody and stays as it is.");
}
