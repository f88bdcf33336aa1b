/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Looking at a database of the PHP program before it is taken over, as it is, without changing anything: what it is, what would be done to it, and
 * what in it needs somebody's eye. Works on upstream's tables, on every state of the fork's, and after the takeover.
 */
#ifndef SVC_TAKEOVER_H
#define SVC_TAKEOVER_H

#include "base/op.h"
#include "svc/system.h"

struct takeover_row {
	const char *object, *what; /* whom it is about; what there is to say, may be "" */
};
struct takeover_section {
	const char *name, *title; /* "rows_in_flight", N_("Rows in flight") */
	int64_t count;
	struct takeover_row *rows; /* the first of them */
	size_t n;
	const char *todo; /* N_() sentence on what to do about them */
};
struct takeover_report {
	const char *found;           /* which state of which program, as half a sentence */
	struct system_schema schema; /* with the plan, unless something is in its way */
	struct takeover_section *sections;
	size_t n;
	/* What keeps the takeover from working: RC_OK, or the outcome of the plan, or RC_CONFIG for a salt that opens nothing. */
	enum rc outcome;
	const char *obstacle; /* N_() sentence to that, or NULL */
};

/*
 * shown: rows kept of each section. RC_CONFIG when the database is none of the PHP program's, or newer. Operator only. The second factors are tried with the
 * salt of the configuration.
 */
NODISCARD enum rc takeover_report(struct op *op, size_t shown, struct takeover_report *ret);

#endif
