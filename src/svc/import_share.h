/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How far an import is, for other machines: what it does stands in a transaction that nobody else sees, and its keeper is asked by the web processes of
 * its own machine alone (import_live.h). So that is written down over a second connection, now and then; the same look finds that it was cancelled
 * elsewhere. On SQLite, where there is one machine and one writer, none of it happens.
 */
#ifndef SVC_IMPORT_SHARE_H
#define SVC_IMPORT_SHARE_H

#include "base/op.h"
#include "svc/import_live.h"

/* Whoever works on it. */
struct import_share {
	struct app *app;
	int64_t id;
	int64_t next; /* when it is written down again; monotonic ms */
};
/* In the transaction that says that it is under way. */
NODISCARD enum rc import_share_begin(struct op *op, const struct import_at *at,
    struct import_share *share, int64_t id);
/* Before each row: writes it down if it is time to. False: it is not to go on. */
bool import_share_at(struct import_share *share, const struct import_at *at);

/* Whoever looks; *ret_at stays as it is where nothing is known. */
NODISCARD enum rc import_share_get(struct op *op, int64_t id, struct import_at *ret_at);

#endif
