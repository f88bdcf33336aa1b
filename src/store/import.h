/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of vimb_import and their parts: "file", "result", "reason", "fault", "warned", "warning", "secret". Who may is svc/import_task.c's. */
#ifndef STORE_IMPORT_H
#define STORE_IMPORT_H

#include "db/db.h"
#include "model/import.h"
#include "model/import_task.h"

#define IMPORT_FILE "file"
#define IMPORT_RESULT "result"
#define IMPORT_REASON "reason"
#define IMPORT_FAULT "fault"
#define IMPORT_WARNED "warned"
#define IMPORT_WARNING "warning"
#define IMPORT_SECRET "secret"

NODISCARD enum rc store_import_add(struct op *op, const struct import_task *t, int64_t *ret_id);
/* RC_NOT_FOUND without a fault when there is none. */
NODISCARD enum rc store_import_get(struct op *op, int64_t id, struct import_task *ret);
/* struct import_task, the newest first. */
NODISCARD enum rc store_import_of(struct op *op, int64_t admin_id, int64_t limit, struct rows *ret);
NODISCARD enum rc store_import_count(struct op *op, int64_t admin_id, int64_t *ret);
/* The next five: *ret_changed 0 when its state (or, of the progress, how far it was) is another by now; nothing is written then. */
NODISCARD enum rc store_import_begin(struct op *op, int64_t id, int64_t total, int64_t expires_at,
    int64_t *ret_changed);
NODISCARD enum rc store_import_progress(struct op *op, const struct import_task *t, int64_t was,
    int64_t *ret_changed);
NODISCARD enum rc store_import_end(struct op *op, const struct import_task *t, int64_t *ret_changed);
NODISCARD enum rc store_import_cancel(struct op *op, int64_t id, int64_t *ret_changed);
NODISCARD enum rc store_import_again(struct op *op, const struct import_task *t, int64_t *ret_changed);
NODISCARD enum rc store_import_delete(struct op *op, int64_t id);
NODISCARD enum rc store_import_prune(struct op *op, int64_t now, int64_t *ret_removed);

/* How far it is, over another connection than that of the rows: the row for it, made anew; its change; its look-up (RC_NOT_FOUND without a fault). */
NODISCARD enum rc store_import_share_begin(struct op *op, int64_t id, const struct import_at *at);
NODISCARD enum rc store_import_share(struct op *op, int64_t id, const struct import_at *at);
NODISCARD enum rc store_import_shared(struct op *op, int64_t id, struct import_at *ret);
/* 0: somebody has cancelled it. */
NODISCARD enum rc store_import_runs(struct op *op, int64_t id, int64_t *ret);

/*
 * SQLite: rows that are made between the two enter the search indexes at the second, all at once; nothing may be searched for in between. Both within
 * one transaction. Elsewhere nothing happens.
 */
NODISCARD enum rc store_search_hold(struct op *op);
NODISCARD enum rc store_search_release(struct op *op);

NODISCARD enum rc store_import_part_add(struct op *op, int64_t id, const char *what, int64_t n,
    const char *data);
/* each() gets struct import_part rows. */
NODISCARD enum rc store_import_parts(struct op *op, int64_t id, const char *what,
    enum rc (*each)(void *ctx, const void *row), void *ctx);
/* The same of what came of it, each with its sort; of a file and of passwords one without data. */
NODISCARD enum rc store_import_outcome(struct op *op, int64_t id,
    enum rc (*each)(void *ctx, const void *row), void *ctx);
NODISCARD enum rc store_import_outcome_drop(struct op *op, int64_t id);
NODISCARD enum rc store_import_part_drop(struct op *op, int64_t id, const char *what);
NODISCARD enum rc store_import_part_number(struct op *op, int64_t id, const char *what, int64_t *ret);

#endif
