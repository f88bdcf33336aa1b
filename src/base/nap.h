/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A short sleep by the call that waits for locks, so that the cage of a web process has to allow no other.
 */
#ifndef BASE_NAP_H
#define BASE_NAP_H

#include "base/base.h"

/* At least so long, whatever signals come; microseconds, less than a day. */
void nap_us(int64_t us);

#endif
