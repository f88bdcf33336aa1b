/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows of a database of the PHP program as they are read to be judged, before it is taken over: any text may stand in them, and a row may belong to no domain.
 */
#ifndef MODEL_TAKEOVER_H
#define MODEL_TAKEOVER_H

#include "base/field.h"

struct takeover_mailbox {
	const char *username, *local_part, *password;
	bool active;
	const char *domain; /* NULL: none, or one that is gone */
};
extern const struct fields takeover_mailbox_fields;

struct takeover_alias {
	const char *address, *goto_;
	bool active;
	const char *domain;
};
extern const struct fields takeover_alias_fields;

struct takeover_domain {
	const char *domain;
	bool active, backupmx;
	int64_t mailbox_count, alias_count; /* as the row says */
	int64_t mailboxes, aliases;         /* as they are */
};
extern const struct fields takeover_domain_fields;

struct takeover_admin {
	const char *username, *password;
	bool super, active;
};
extern const struct fields takeover_admin_fields;

struct takeover_factor {
	int64_t admin_id;
	const char *username; /* NULL: the administrator is gone */
	const char *value;    /* sealed */
};
extern const struct fields takeover_factor_fields;

/* Work that was begun and not ended. */
struct takeover_flight {
	const char *object, *what;
};
extern const struct fields takeover_flight_fields;

#endif
