/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The account of a demonstration (demo.account), whose password everybody may know: it may look at everything that its rights show, and change
 * nothing, its own password least of all.
 */
#ifndef SVC_DEMO_H
#define SVC_DEMO_H

#include "base/op.h"

/* Is it that account? */
bool demo_is(const struct op *op, const char *name);
/* RC_DENIED where the password of that account is to be changed; those with the command line may. */
NODISCARD enum rc demo_keep_password(struct op *op, const char *name);

#endif
