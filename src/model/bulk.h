/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One verb for many rows of a list: those that were picked, or all that its filters let through. */
#ifndef MODEL_BULK_H
#define MODEL_BULK_H

#include "base/field.h"

struct bulk_in {
	uint64_t given;
	const char *verb; /* enable, disable, quota, access, delete */
	const char *ids;  /* "3,5,8": the rows that were picked */
	bool all;         /* instead: all rows of the list with these filters */
	const char *q, *domain, *active;
	bool alone;                     /* as in struct list_in */
	const char *after;              /* all: goes on behind this cursor */
	int64_t quota;                  /* for the verb quota */
	const char *access_restriction; /* for the verb access */
	bool confirm;                   /* do it; else only say what would be done */
	const char *back;
};
extern const struct fields bulk_in_fields;

/* What became of one row. */
struct bulk_row {
	int64_t id;
	const char *name;    /* "" when there is no such row */
	const char *code;    /* slug of the outcome: "ok" */
	const char *text;    /* why not, NULL: it is done */
	const char *warning; /* what is probably not meant, NULL: nothing */
};
extern const struct fields bulk_row_fields;

/* What is known of a row before. */
struct bulk_found {
	int64_t id;
	const char *name, *domain;
	bool domain_active;
	int64_t quota, used_bytes; /* of a mailbox */
};
extern const struct fields bulk_found_fields;

#endif
