/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mailbox: row, input, and their field tables. */
#ifndef MODEL_MAILBOX_H
#define MODEL_MAILBOX_H

#include "base/field.h"
#include "model/directory.h"

#define MAILBOX_INFO_MAX 24 /* fields that the configuration can add */

struct mailbox {
	int64_t id;
	const char *username; /* canonical address */
	const char *local_part;
	const char *password; /* stored hash; secret */
	const char *name, *alt_email;
	int64_t quota; /* bytes, 0 = unlimited */
	bool active;
	const char *access_restriction; /* "ALL" or SMTP,IMAP,... */
	bool delete_pending;
	int64_t created, modified;
	int64_t domain_id;
	/* joined, read-only */
	const char *domain;
	bool domain_active;
	int64_t used_bytes, used_messages; /* dovecot_quota */
	int64_t last_login;                /* dovecot_last_login, UTC seconds, 0 = never */
	/* where the configuration asks for them (svc/extra.h), and only of a single row: no list reads them */
	struct directory directory;
	const char *info[MAILBOX_INFO_MAX];
};
extern const struct fields mailbox_fields;

struct mailbox_in {
	uint64_t given;
	const char *address; /* or local_part + domain */
	const char *local_part, *domain;
	const char *name, *alt_email;
	const char *password; /* clear text; exactly one of password, hash, generate on add */
	const char *hash;     /* "{SCHEME}..." taken as it is (import, command line) */
	bool generate;        /* make a password; mailbox_add gives it back */
	bool invite;          /* or a link to the owner, who chooses it (svc/owner_invite.h) */
	int64_t quota;        /* not given on add: the domain's default */
	const char *access_restriction;
	bool welcome_email;
	bool active;
	const char *rev;
	/* read by a table that the configuration makes: svc/extra.h */
	struct directory directory;
	const char *info[MAILBOX_INFO_MAX];
};
extern const struct fields mailbox_in_fields;

/* Field check of access_restriction: ALL, or names with commas between them; which names there are says svc/access.h. */
const char *mailbox_access_check(const void *text);

#endif
