/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An archive: a row of the fork's that says where somebody's mail was put aside, with a snapshot of the account as text (archive.data). Two programs
 * write two kinds of these; svc/archive.h reads both.
 */
#ifndef MODEL_ARCHIVE_H
#define MODEL_ARCHIVE_H

#include "base/field.h"

struct archive {
	int64_t id;
	const char *username, *status;
	int64_t archived_at, status_changed_at;
	const char *maildir_server, *maildir_file; /* the fork: doveadm's URL, where the backup is */
	const char *homedir_file;                  /* upstream only */
	int64_t maildir_orig_size, maildir_size;   /* bytes, 0: not known */
	const char *data;                          /* the snapshot, with a password hash in it */
	bool autoprune;
	int64_t domain_id;
	/* joined */
	const char *domain, *admin;
	bool taken; /* there is a mailbox of that address */
};
extern const struct fields archive_fields;

/* The same for people: the row, and what its snapshot holds. */
struct archive_view {
	const char *username, *status;
	const char *made_by; /* "ViMbAdmin 3" or "its PHP fork"; NULL: the snapshot cannot be read */
	const char *type;    /* the fork's: ARCHIVE, DELETE, BACKUP_ORPHAN */
	bool restorable;
	const char *why; /* not restorable: one sentence */
	int64_t archived_at, status_changed_at;
	const char *file;
	int64_t size;
	bool autoprune;
	const char *domain, *admin;
	/* the account as it was */
	const char *name, *alt_email, *access_restriction;
	const char *password_scheme; /* never the hash */
	int64_t quota;
	bool active;
	int64_t created;
	int64_t aliases, preferences; /* how many come with it */
};
extern const struct fields archive_view_fields;

#endif
