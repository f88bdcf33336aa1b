/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Archives: what stands in them. The snapshots of the PHP fork (JSON) and of upstream 3 (PHP's serialize()) become rows as they would be made
 * anew; a member that neither program writes, a value that could not stand in such a row or a hash that nobody checks here makes the whole of one
 * unusable, for it is text that may have been tampered with.
 */
#ifndef SVC_ARCHIVE_H
#define SVC_ARCHIVE_H

#include "base/op.h"
#include "model/alias.h"
#include "model/archive.h"
#include "model/list.h"
#include "model/mailbox.h"

struct archive_pref {
	const char *attribute, *value;
};
struct archive_snapshot {
	const char *made_by;     /* as archive_view has it; NULL with a fault */
	const char *type, *dest; /* the fork's */
	int64_t task_id;
	bool has_mailbox;
	struct mailbox mailbox; /* without numbers of rows; access_restriction is never NULL */
	const char *domain;     /* of the address */
	const char *password_scheme;
	bool password_void; /* a placeholder of the fork's that everybody knows: the hash lets nobody in */
	struct archive_pref *prefs;
	size_t n_prefs;
	struct alias *aliases; /* address, goto_, active, created */
	size_t n_aliases;
	const char *fault; /* why it cannot be used, one sentence; NULL: it can */
};

/* Reads the snapshot of a row; what is wrong with it is *ret's fault. Asks no database. */
void archive_read(struct op *op, const struct archive *row, struct archive_snapshot *ret);
/* Is it upstream's, whose mail is a tar file? */
bool archive_of_upstream(const struct archive *row);
/* Why the account could not be restored as things are; NULL: it could. Asks no database: row->domain and row->taken are looked at. */
const char *archive_obstacle(struct op *op, const struct archive *row, const struct archive_snapshot *s);

struct archive_list {
	struct archive_view *rows;
	size_t n;
	struct list_info info;
};
/* limit 0: what a page holds. */
NODISCARD enum rc archive_list(struct op *op, int64_t limit, struct archive_list *ret);
NODISCARD enum rc archive_find(struct op *op, const char *address, struct archive_view *ret);

#endif
