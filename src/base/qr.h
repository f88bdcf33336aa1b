/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A QR code as dark runs of modules, for whoever draws it. */
#ifndef BASE_QR_H
#define BASE_QR_H

#include "base/arena.h"
#include "base/base.h"

#define QR_QUIET 2 /* modules of margin that a reader wants around it */

/* `length` dark modules beside one another; the margin is counted in. */
struct qr_run {
	int x, y, length;
};

struct qr {
	int side; /* modules, with the margin on both sides */
	const struct qr_run *runs;
	size_t n;
};

/* False when the text is too long. Runs are in the arena. */
NODISCARD bool qr_make(const char *text, struct arena *arena, struct qr *ret);

#endif
