/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which services the owner of a mailbox may use: the operator's list of them, and what of it a mailbox may be given. */
#ifndef SVC_ACCESS_H
#define SVC_ACCESS_H

#include "base/op.h"

#define ACCESS_ALL "ALL" /* no restriction, also not to services that are named later */

/*
 * What is stored for `given` (NULL or "": nothing was said): ACCESS_ALL, or names in the configuration's order. was: what is stored now, NULL: nothing
 * yet; names in it that the configuration no longer has may stay. RC_INVALID at access_restriction for names that are unknown, and for any change
 * while the feature is off.
 */
NODISCARD enum rc access_take(struct op *op, const char *given, const char *was, const char **ret);

#endif
