/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a CSV file is to be taken in, and what came of it. */
#ifndef MODEL_IMPORT_H
#define MODEL_IMPORT_H

#include "base/field.h"

enum import_mode {
	IMPORT_INSERT, /* what is there already is a fault */
	IMPORT_UPDATE, /* what is not there is a fault */
	IMPORT_UPSERT, /* either */
};

struct import_in {
	uint64_t given;
	const char *mode;     /* "insert", "update", "upsert" */
	const char *on_error; /* "stop": all or nothing; "skip": the good rows stay */
	const char *map;      /* "column=field,other=": which column is which field, or none */
	bool generate;        /* mailboxes: make passwords where no hash is given */
};
extern const struct fields import_in_fields;

/* The page: the same, what the rows are, and the rows. */
struct import_page_in {
	uint64_t given;
	const char *kind; /* "domains", "mailboxes", "aliases" */
	const char *text; /* the rows, unless a file was sent */
	const char *mode, *on_error, *map;
	bool generate;
};
extern const struct fields import_page_in_fields;

/* What is wrong with one row. */
struct import_fault {
	int64_t line;
	const char *key; /* address or domain as the file has it */
	const char *field;
	const char *text;
	const char *said; /* as base/message.h keeps it, or NULL */
};
extern const struct fields import_fault_fields;

/* The same fault of many rows. */
struct import_reason {
	const char *field, *text, *said;
	int64_t line; /* of the first */
	int64_t n;
};

/* A password that was made, to be shown once. */
struct import_made {
	const char *address, *password;
};

/* What is being done with the rows. */
enum import_phase {
	IMPORT_PHASE_ROWS,   /* they are looked at, one by one */
	IMPORT_PHASE_MAKING, /* before that: passwords are made */
	IMPORT_PHASE_AGAIN,  /* after a bad one: all of them once more, to find every fault */
	IMPORT_PHASE__MAX
};
const char *import_phase_name(enum import_phase phase); /* "rows", "passwords", "again" */
/* How far they are. */
struct import_at {
	int64_t done, total;
	enum import_phase phase;
};

struct import_sum {
	int64_t rows; /* in the file */
	int64_t done; /* looked at so far */
	int64_t added, changed, unchanged, failed;
	bool kept; /* false: rolled back (dry run, all or nothing) */
};
extern const struct fields import_sum_fields;

#endif
