/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A virtual domain: row, input, list row, and their field tables. */
#ifndef MODEL_DOMAIN_H
#define MODEL_DOMAIN_H

#include "base/field.h"

struct domain {
	int64_t id;
	const char *domain; /* A-label, lower-case */
	const char *description;
	const char *transport;
	bool backupmx;
	bool active;
	int64_t max_aliases, max_mailboxes; /* 0 = no limit */
	int64_t max_quota; /* largest quota of one mailbox in bytes, 0 = no limit */
	int64_t quota;     /* default quota of new mailboxes in bytes, 0 = unlimited */
	int64_t total_quota; /* what they are meant to take together, 0: nothing is said; ours, not the fork's */
	int64_t alias_count,
	    mailbox_count; /* kept in the transaction of each change; self-aliases are not counted */
	int64_t created, modified; /* UTC seconds */
};
extern const struct fields domain_fields;

/* What may be sent: add takes all, edit all but domain. rev guards against lost updates. */
struct domain_in {
	uint64_t given;
	const char *domain, *description, *transport;
	bool backupmx, active;
	int64_t max_aliases, max_mailboxes, max_quota, quota, total_quota;
	const char *rev;
};
extern const struct fields domain_in_fields;

/* A domain whose stored numbers are not those of its rows. */
struct counted {
	int64_t id;
	const char *domain;
	int64_t mailbox_count, alias_count; /* as stored */
	int64_t mailboxes, aliases; /* as they are; aliases without those that lead to themselves */
};
extern const struct fields counted_fields;

struct counters_in {
	uint64_t given;
	bool fix;
};
extern const struct fields counters_in_fields;

#endif
