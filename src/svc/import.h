/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CSV into domains, mailboxes and aliases, row by row through the services that all doors share: the same rules, one row of the trail for each
 * object. Several rows share one transaction: all of them where it is all or nothing, else as many as the caller asks for; a bad row is undone by
 * itself, so that every fault of a file is found in one go.
 */
#ifndef SVC_IMPORT_H
#define SVC_IMPORT_H

#include "base/op.h"
#include "model/import.h"

struct app;
struct arena;
struct conf;
struct import_record;
struct str;

enum import_kind { IMPORT_DOMAINS, IMPORT_MAILBOXES, IMPORT_ALIASES, IMPORT__MAX };

#define IMPORT_BYTES_MAX ((size_t)64 << 20)
#define IMPORT_ROWS_MAX 1000000
#define IMPORT_FAULTS_MAX 1000 /* more are counted, not kept */
#define IMPORT_REASONS_MAX 32

/* What is allowed but probably not meant, of all rows; gathered by a dry run. */
#define IMPORT_WARNINGS_MAX 100 /* more are counted, not kept */
struct import_warned {
	struct import_seen *seen; /* one for each record: import_int.h */
	struct import_fault *at;
	size_t n;
	struct import_reason kinds[IMPORT_REASONS_MAX]; /* the same said of many rows: what is said of the first */
	const char *names[IMPORT_REASONS_MAX]; /* tells them apart */
	size_t n_kinds;
	int64_t total;
};

struct import;
/* Who looks on while rows come in (import_run.c). */
struct import_watch {
	/* Before each row and each password that is made; false ends it with RC_UNAVAILABLE, and nothing of the transaction stays. */
	bool (*go_on)(void *ctx, const struct import *now);
	/* In the transaction, before its commit, unless nothing is to stay anyway. */
	enum rc (*keep)(struct op *op, const struct import *now, void *ctx);
	void *ctx;
};

/* One file on its way in. Everything in it lives in its arena. */
struct import {
	struct arena *arena;
	enum import_kind kind;
	enum import_mode mode;
	bool skip, generate;
	const char *request_id; /* of the whole, or NULL: a repeat then changes nothing twice */
	bool first; /* who keeps how far it is in the transaction of the rows knows that none is a repeat */
	const struct fields *in; /* of a row, with what the configuration adds; NULL: the usual ones */
	/* the columns that count, and their fields */
	const struct field **fields;
	size_t *columns, n_columns;
	struct import_record *records;
	size_t n_records, at; /* the next to be looked at */
	enum import_phase phase;
	size_t prepared; /* before their transaction: those that have a password, if they need one */
	/* what came of it */
	struct import_sum sum;
	struct import_fault *faults;
	size_t n_faults;
	struct import_made *made;
	size_t n_made, made_max;
	struct import_reason reasons[IMPORT_REASONS_MAX]; /* the last one stands for all others */
	size_t n_reasons;
	struct str *report; /* NULL, or a line for each row is appended: import_report_head */
	size_t report_len;  /* what of it counts: rows that were undone stood behind it */
	const struct import_watch *watch; /* NULL: nobody */
	struct import_warned *warned; /* NULL: nothing is warned of; made by import_rows() when it is a dry run */
};

/* A file as it came: text is written to, with one byte behind its len. */
struct import_file {
	enum import_kind kind;
	char *text;
	size_t len;
	const struct conf *conf; /* which says what fields mailboxes have besides */
};

/*
 * Reads all of a file: text is written to and has to live as long as the import, with one byte behind its len; arena is not that of an op, which
 * import_rows() empties row by row. RC_INVALID when it is no CSV (the
 * line stands in the text), when a column is no field or one is missing; at "map" when that names what is not there.
 */
NODISCARD enum rc import_open(struct import *im, const struct import_file *file,
    const struct import_in *in, struct arena *arena, struct errs *errs);
/* A column of a file, as a page shows it. */
struct import_column {
	const char *name;
	const char *first;         /* its first values */
	const struct field *field; /* which it is, as far as can be told; NULL: none */
};
/*
 * Those of a file, or of its beginning; text is written to, as above. 0: it is no CSV, or a column has a name that no map can have.
 */
size_t import_columns(const struct import_file *file, const struct import_in *in,
    struct arena *arena, struct import_column **ret);
enum import_kind import_kind_named(const char *name); /* "domains"; what is no kind is mailboxes */
/* The fields that a file of that kind may hold; NULL behind the last. */
const struct field **import_fields_of(enum import_kind kind, const struct conf *conf,
    struct arena *arena);
/*
 * Takes the next rows in, at most max of them, in one transaction, and moves im->at. All or nothing (im->skip false) is one call with SIZE_MAX; it
 * keeps nothing if a row is bad. op->flags OP_DRY_RUN keeps nothing either. RC_OK however many rows were bad; other outcomes leave im as it was, so
 * the op may run again.
 */
NODISCARD enum rc import_rows(struct op *op, struct import *im, size_t max);
/* How many passwords that would be at most. */
size_t import_to_make(const struct import *im);
/* The names of the columns of im->report, as a line of it. */
extern const char import_report_head[];
/* {"rows":n,...,"errors":[...],"made":[...]}; of a dry run also "warned":n,"warnings":[...] */
void import_json(const struct import *im, struct str *out);
/* The inside of such a list. */
void import_faults_json(const struct import_fault *faults, size_t n_faults, struct str *out);
/* The passwords that were made from the `from`th on; before the first a line of names. eol: "\r\n" in a file. */
void import_made_csv(const struct import *im, size_t from, const char *eol, struct str *out);

#endif
