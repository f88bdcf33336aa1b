/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file on its way in: a row of vimb_import, and what came of it. */
#ifndef MODEL_IMPORT_TASK_H
#define MODEL_IMPORT_TASK_H

#include "base/field.h"

/*
 * States: "waiting" for the keeper, "running", and four that end: "checked" (a check found no fault of the whole), "done" (rows were taken in),
 * "failed" (message says why; or rows are bad and it was all or nothing), "cancelled".
 */
struct import_task {
	int64_t id;
	int64_t admin_id;   /* who sent it */
	const char *source; /* from where */
	const char *kind;   /* "domains", "mailboxes", "aliases" */
	const char *file_name;
	const char *mode, *on_error, *map; /* as struct import_in has them; never NULL */
	bool generate;
	bool check_only;        /* this run is a check */
	const char *request_id; /* of the whole: the rows' ids are made of it */
	const char *public_key; /* of who asked, for passwords that are made; "": none are */
	const char *state;
	int64_t total, done, added, changed, unchanged, failed;
	const char *phase; /* while it runs: import_phase_name(); NULL: not known */
	bool kept;
	const char *message; /* NULL: nothing to say */
	int64_t created_at, finished_at, expires_at;
};
extern const struct fields import_task_fields;

/* A piece of the file or of what came of it. */
struct import_part {
	const char *what; /* NULL where it was asked for */
	int64_t n;
	const char *data;
};
extern const struct fields import_part_fields;

/* The same file once more, otherwise. */
struct import_again_in {
	uint64_t given;
	const char *mode, *on_error, *map;
	bool generate;
};
extern const struct fields import_again_in_fields;

#endif
