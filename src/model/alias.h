/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An alias: row, input, and their field tables. `goto` is a C keyword, hence goto_. */
#ifndef MODEL_ALIAS_H
#define MODEL_ALIAS_H

#include "base/field.h"

#define ALIAS_INFO_MAX 24 /* as many as conf/plugins.h has */

struct alias {
	int64_t id;
	const char *address; /* canonical; "@domain" is a catch-all */
	const char *goto_;   /* comma list of canonical addresses and @domains */
	bool active;
	int64_t created, modified;
	int64_t domain_id;
	/* joined, read-only */
	const char *domain;
	bool domain_active;
	/* where the configuration asks for them (svc/extra.h), and only of a single row: no list reads them */
	const char *info[ALIAS_INFO_MAX];
};
extern const struct fields alias_fields;

struct alias_in {
	uint64_t given;
	const char *address; /* or local_part (empty = catch-all) + domain */
	const char *local_part, *domain;
	const char *goto_;
	bool active;
	const char *rev;
	const char *info[ALIAS_INFO_MAX]; /* read by a table that the configuration makes: svc/extra.h */
};
extern const struct fields alias_in_fields;

bool alias_is_self(const struct alias *a); /* address = goto: belongs to a mailbox, not counted */

#endif
