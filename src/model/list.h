/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a list is asked for, the same for every entity: filters, sorting, and paging by key (never by offset). */
#ifndef MODEL_LIST_H
#define MODEL_LIST_H

#include "base/field.h"

#define LIST_LIMIT_MAX 1000

struct list_in {
	uint64_t given;
	const char *q;      /* search text, any part; NULL or "" = all */
	const char *domain; /* name of the one domain wanted */
	const char *sort;   /* name out of the statement's whitelist; unknown is RC_INVALID */
	const char *dir;    /* "asc" or "desc" */
	const char *after;  /* cursor: the page after that row */
	const char *before; /* cursor: the page before that row */
	int64_t limit;      /* 1 .. LIST_LIMIT_MAX; default defaults.table.entries */
	const char *active; /* "yes", "no" or absent for both */
	bool self;          /* aliases: also those that belong to mailboxes */
	bool alone;         /* domains: only those without an administrator of their own */
	const char *actor;  /* log: user name of the actor */
	const char *action; /* log: action name */
	const char *object; /* log: name of what was changed */
	const char *door;   /* log: web, api, cli or job */
	const char *since, *until; /* log: days, 2026-11-23 */
	bool uncounted;            /* nobody looks at the total; not out of a request */
	bool hashes;               /* CSV of mailboxes: with the stored passwords */
};
extern const struct fields list_in_fields;

/* How the answer pages on. Cursors are opaque, fit for a URL value, NULL when there is no such page. */
struct list_info {
	int64_t total;       /* rows that match */
	bool total_at_least; /* a search stopped counting here */
	const char *next, *prev;
	const char *sort; /* the sorting in force */
	bool desc;
	int64_t limit;
};

#endif
