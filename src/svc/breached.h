/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Passwords that were stolen elsewhere, out of a file the operator has (password.breached_file): lines of SHA-1 in hex, sorted, as Have I Been Pwned
 * gives them out. Nobody is asked over the network.
 */
#ifndef SVC_BREACHED_H
#define SVC_BREACHED_H

#include "base/base.h"
#include "base/rc.h"

struct breached; /* NULL: there is no list */

/*
 * Maps the file, whatever its size; before the cage. "" gives NULL. A file that cannot be read or is no such list is told in the log, and every look into it
 * fails from then on: passwords that nobody looked up must not pass for looked up.
 */
struct breached *breached_open(const char *path);
void breached_close(struct breached *b);
/* RC_UNAVAILABLE, without a fault: the list is not to be read. */
NODISCARD enum rc breached_has(const struct breached *b, const char *password, bool *ret);

#endif
