/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by import.c (rows into the database) and import_read.c (the file and its columns). */
#ifndef SVC_IMPORT_INT_H
#define SVC_IMPORT_INT_H

#include "base/base.h"
#include "svc/import.h"

struct import_record {
	int64_t line;
	const char *const *cells; /* one for each column that counts */
	/* a password made before the transaction began; stays when that runs again */
	const char *hash, *made;
};

/* What one kind of row is. */
struct importer {
	const char *what; /* "mailboxes" */
	const struct fields *in, *row;
	const char *allowed; /* blank-separated: fields of `in` that a file may hold */
	const char *key;     /* the field that names a row */
	enum rc (*find)(struct op *op, const void *in, int64_t *ret_id);
	enum rc (*add)(struct op *op, const void *in);
	enum rc (*edit)(struct op *op, int64_t id, const void *in);
};
extern const struct importer importers[IMPORT__MAX];

/*
 * All rows within the caller's transaction, the bad ones left out (im->skip) and named in im->faults; im->arena is not that of the op, whose memory is
 * given back row by row.
 */
NODISCARD enum rc import_within(struct op *op, struct import *im);

/* import_json.c: a row's line in im->report, if there is one; outcome: "added", ... */
void import_report(struct import *im, const struct import_record *rec, const char *key,
    const char *outcome, const struct err *fault);
/* Counts a fault among those of its kind. */
void import_count_reason(struct import *im, const struct import_record *rec, const struct err *fault);

/* Is name one of the blank-separated words? */
bool import_named(const char *list, const char *name);

#endif
