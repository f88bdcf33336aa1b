/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page that takes rows in. */
#ifndef VIEW_IMPORT_VIEW_H
#define VIEW_IMPORT_VIEW_H

#include "base/base.h"

struct form;
struct import_fault;
struct import_reason;
struct import_sum;
struct import_task;

/* A column, and which field it may be. */
struct option;
struct import_pick {
	const char *name, *first;
	const struct option *options;
	size_t n_options;
};

/* Rows on their way in: what came of them, or would, and the form. */
struct import_view {
	const struct form *form;
	const struct import_sum *sum; /* NULL: nothing was looked at yet */
	const struct import_fault *faults;
	size_t n_faults;
	const struct import_fault *warnings; /* of a check: what is probably not meant */
	const struct import_reason *warned;  /* the same by sort */
	size_t n_warnings, n_warned;
	const char *made; /* CSV of the passwords that were made, NULL: none */
	bool done;        /* not a check */
	bool fine;        /* a check, and no row is bad: to be taken in next */
	/* with the keeper */
	const struct import_task *task;
	const char *text;                /* how it stands */
	bool under_way, over;            /* over: what came of it is in sum */
	bool again;                      /* can be done once more, by whoever looks */
	bool passwords;                  /* are to be fetched */
	const struct import_pick *picks; /* the columns of its file; none: they are typed */
	size_t n_picks;
	const struct import_reason *reasons;
	size_t n_reasons;
	const struct import_task *tasks; /* of who looks, the newest first */
	size_t n_tasks;
};

#endif
