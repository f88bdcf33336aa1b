/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by import.c (rows into the database) and import_read.c (the file and its columns). */
#ifndef SVC_IMPORT_INT_H
#define SVC_IMPORT_INT_H

#include "base/base.h"
#include "svc/import.h"

struct domain;

struct import_record {
	int64_t line;
	const char *const *cells; /* one for each column that counts */
	/* a password made before the transaction began; stays when that runs again */
	const char *hash, *made;
};

/* What became of a row, as far as warnings need it. */
struct import_seen {
	bool added, changed; /* neither: it was refused, or nothing was changed */
	bool news;           /* changed: its quota or targets are others now */
	int64_t was_quota, used;
	const struct domain *was;
};

/* What one kind of row is. */
struct importer {
	const char *what; /* "mailboxes" */
	const struct fields *in, *row;
	const char *allowed; /* blank-separated: fields of `in` that a file may hold */
	const char *key;     /* the field that names a row */
	/* seen: NULL, or takes what is there now */
	enum rc (*find)(struct op *op, const void *in, int64_t *ret_id, struct import_seen *seen);
	enum rc (*add)(struct op *op, const void *in);
	enum rc (*edit)(struct op *op, int64_t id, const void *in);
};
extern const struct importer importers[IMPORT__MAX];

/*
 * All rows within the caller's transaction, the bad ones left out (im->skip) and named in im->faults; im->arena is not that of the op, whose memory is
 * given back row by row.
 */
NODISCARD enum rc import_within(struct op *op, struct import *im);

/* The input that a record is; in: zeroed, of importers[kind].in->size. */
NODISCARD enum rc import_read_row(struct op *op, const struct import *im,
    const struct import_record *rec, void *in);
/* An address, whichever way it was given. */
const char *import_address(struct op *op, const char *address, const char *local, const char *domain);
/* Whoever looks on may end it. */
NODISCARD enum rc import_ask_watch(struct op *op, const struct import *im);
/* What names it in the file, or the beginning of that. */
const char *import_key_of(const struct import *im, const struct import_record *rec);
/* import_warn.c: all rows that were added or changed, while they are in the database; begin makes room for it. */
void import_warn_begin(struct import *im);
/* A copy that lives as long as the import, of what warnings ask of it. */
const struct domain *import_keep_domain(const struct import *im, const struct domain *row);
NODISCARD enum rc import_warn(struct op *op, struct import *im);

/* import_json.c: a row's line in im->report, if there is one; outcome: "added", ... */
void import_report(struct import *im, const struct import_record *rec, const char *key,
    const char *outcome, const struct err *fault);
/* Counts a fault among those of its kind. */
void import_count_reason(struct import *im, const struct import_record *rec, const struct err *fault);

/* Is name one of the blank-separated words? */
bool import_named(const char *list, const char *name);

#endif
