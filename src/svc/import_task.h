/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files that are taken in by the keeper: what was sent is kept in tables of ours and a job queued, in one transaction; the keeper checks and takes the
 * rows in with the rights that who asked has then; whoever asked looks at what came of it. Everything goes a day after it was touched last.
 *
 * Passwords that are made are sealed, batch by batch and in the transaction of their mailboxes, for a key that is made of a secret in the browser of
 * who asked: neither the keeper nor whoever reads the database can open them afterwards, and they are removed when they are fetched.
 */
#ifndef SVC_IMPORT_TASK_H
#define SVC_IMPORT_TASK_H

#include "base/op.h"
#include "model/import.h"
#include "model/import_task.h"

struct str;

#define IMPORT_JOB "import" /* kind of the job; its argument: {"import":id} */
#define IMPORT_SECRET_LEN 64

struct import_sent {
	const char *kind, *file_name;
	const char *text; /* CSV in UTF-8, len bytes */
	size_t len;
	const struct import_in *how;
	bool check_only;
	const char *secret; /* of the browser, IMPORT_SECRET_LEN hex digits; needed where passwords are made */
};

/* What came of it, as far as a page shows it. */
struct import_outcome {
	struct import_reason *reasons;
	size_t n_reasons;
	struct import_fault *faults; /* the first of them */
	size_t n_faults;
	struct import_reason *warned; /* a check: what is probably not meant, by sort */
	size_t n_warned;
	struct import_fault *warnings; /* the first of them */
	size_t n_warnings;
	bool has_file;      /* it can be done once more */
	bool has_passwords; /* to be fetched by who asked */
};

NODISCARD enum rc import_task_send(struct op *op, const struct import_sent *sent, int64_t *ret_id);
/* The sender's own, or for supers anybody's; RC_NOT_FOUND. */
NODISCARD enum rc import_task_get(struct op *op, int64_t id, struct import_task *ret);
NODISCARD enum rc import_task_outcome(struct op *op, const struct import_task *t,
    struct import_outcome *ret);
/* The columns of its file, as far as one can choose what they are: 0 where that cannot be told. */
struct import_column;
NODISCARD enum rc import_task_columns(struct op *op, const struct import_task *t,
    struct import_column **ret, size_t *ret_n);
/* The asking administrator's, the newest first. */
NODISCARD enum rc import_task_list(struct op *op, struct import_task **ret, size_t *ret_n);
/* The same file once more, otherwise: RC_CONFLICT while it is under way, or when the file is gone. */
NODISCARD enum rc import_task_again(struct op *op, int64_t id, const struct import_again_in *in,
    bool check_only, const char *secret);
/* Nothing that is not in yet will be: RC_CONFLICT when it is over already. */
NODISCARD enum rc import_task_cancel(struct op *op, int64_t id);
NODISCARD enum rc import_task_remove(struct op *op, int64_t id);
/* A line of CSV for each row. */
NODISCARD enum rc import_task_result(struct op *op, int64_t id, struct str *out);
/* The passwords that were made, as CSV, once and for who asked alone: RC_NOT_FOUND when there are none or the secret is not theirs. */
NODISCARD enum rc import_task_passwords(struct op *op, int64_t id, const char *secret, struct str *out);
NODISCARD enum rc import_task_prune(struct op *op, int64_t now, int64_t *ret_removed);

/*
 * import_run.c, for the keeper: works on until it is over or `until` (monotonic ms) has come; *ret_more: there is more to do. Harmless when
 * repeated, and when two do it. Faults of the file and of rights end it and are RC_OK here.
 */
NODISCARD enum rc import_task_run(struct op *op, int64_t id, int64_t until, bool *ret_more);
/* No further try will be made. */
NODISCARD enum rc import_task_give_up(struct op *op, int64_t id, const char *why);

#endif
