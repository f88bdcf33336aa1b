/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many processors this process may use. Asked before the cage, which allows no such call in a web process. */
#ifndef BASE_CORES_H
#define BASE_CORES_H

/* At least 1. */
unsigned cores_usable(void);

#endif
