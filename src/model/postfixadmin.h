/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of a PostfixAdmin database, as they are read to be carried over. */
#ifndef MODEL_POSTFIXADMIN_H
#define MODEL_POSTFIXADMIN_H

#include "base/field.h"

struct pfa_domain {
	const char *domain, *description, *transport;
	bool backupmx, active;
	int64_t max_aliases, max_mailboxes; /* 0 = no limit, -1 = none at all */
	int64_t max_quota, total_quota;     /* MB, likewise */
};
extern const struct fields pfa_domain_fields;

struct pfa_mailbox {
	const char *username, *password, *name, *alt_email;
	int64_t quota; /* bytes */
	bool active;
};
extern const struct fields pfa_mailbox_fields;

struct pfa_alias {
	const char *address, *goto_;
	bool active;
};
extern const struct fields pfa_alias_fields;

struct pfa_admin {
	const char *username, *password;
	bool super, active;
};
extern const struct fields pfa_admin_fields;

struct pfa_assignment {
	const char *username, *domain;
	bool active;
};
extern const struct fields pfa_assignment_fields;

/* What has no place here: a name is all that is told of it. */
enum pfa_kind {
	PFA_VACATION,
	PFA_FETCH,
	PFA_APP_PASSWORD,
	PFA_FACTOR,
	PFA_ADMIN_FACTOR,
	PFA_SENDER,
	PFA_KEY,
	PFA_DESCRIPTION,
	PFA__MAX
};
struct pfa_other {
	const char *object;
};
extern const struct fields pfa_other_fields;

/* What the command is asked for, and a line of what it has to say. */
struct pfa_in {
	uint64_t given;
	const char *from, *from_file;
};
extern const struct fields pfa_in_fields;
struct pfa_note {
	const char *what, *object, *text; /* "mailbox", "a@example.com", why */
};
extern const struct fields pfa_note_fields;

#endif
