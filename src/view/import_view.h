/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page that takes rows in. */
#ifndef VIEW_IMPORT_VIEW_H
#define VIEW_IMPORT_VIEW_H

#include "base/base.h"

struct form;
struct import_fault;
struct import_sum;

/* Rows on their way in: what came of them, or would, and the form. */
struct import_view {
	const struct form *form;
	const struct import_sum *sum; /* NULL: nothing was looked at yet */
	const struct import_fault *faults;
	size_t n_faults;
	const char *made; /* CSV of the passwords that were made, NULL: none */
	bool done;        /* not a check */
};

#endif
