/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A change: one transaction, one row of the trail. Every writing svc function records exactly one
 * change_add() before its commit, with the row as it was and as it is; one that finds nothing to
 * change writes nothing. Dry run, preview, undo and the log page are built on that.
 */
#ifndef SVC_CHANGE_H
#define SVC_CHANGE_H

#include "base/field.h"
#include "base/op.h"

struct change {
	const char *action; /* the fork's word, MAILBOX_ADD */
	const char *verb;   /* "added", for the sentence "<actor> added mailbox <object>" */
	const char *type;   /* "mailbox" */
	int64_t id;
	const char *object; /* its name */
	int64_t domain_id;
	const struct fields *fields;
	const void *before, *after; /* NULL: made or removed */
	const char *note; /* replaces the end of the sentence when not NULL: "<actor> <note>" */
	const char *before_json, *after_json; /* filled by change_add(), unless given: JSON objects */
	bool aside; /* about who asks, not what was asked for: unknown to repeats, previews and undo */
	const struct change *next;
	int64_t log_id; /* of the entry that change_add() wrote */
};

/* Writes the log row and its detail, and hangs a copy on op->changes. */
NODISCARD enum rc change_add(struct op *op, const struct change *c);
/*
 * The same of many rows that were held back (held.h), each of a request of its own; they hang on op->changes no more. Not for administrators, whose
 * changes are told by mail.
 */
NODISCARD enum rc change_add_many(struct op *op, struct change *all, const char *const *request_ids,
    size_t n);
/* The entry that change_add() wrote last in this op, 0: none. */
int64_t change_entry(const struct op *op);
/*
 * Only hangs a copy on op->changes: a row that changed along with the one that change_add()
 * records.
 */
void change_also(struct op *op, const struct change *c);
/*
 * A client's repeat: was this op's request id already committed, by this actor and for this action?
 * RC_OK and *ret_id the object's id (0: not seen before); the same id used by somebody else or for
 * something else is RC_CONFLICT. Called right after tx_begin(). Only the first change of an op can
 * be a repeat; a program that makes many objects in one op needs a request id for each (import).
 */
NODISCARD enum rc change_replayed(struct op *op, const char *action, int64_t *ret_id);
/*
 * [{"action":...,"type":...,"object":...,"before":{},"after":{}},...] of op->changes, oldest first.
 */
void change_json(const struct op *op, struct str *out);

#endif
