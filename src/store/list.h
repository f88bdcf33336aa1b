/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a list of rows is asked for; the same for every entity, each ignores what it has no column for. */
#ifndef STORE_LIST_H
#define STORE_LIST_H

#include "base/base.h"
#include "db/db.h"

struct store_list {
	/* Administrator whose domains limit the rows; 0 = all, -1 = none at all, below that the domains of an API token (store/token.h). */
	int64_t scope;
	int64_t domain_id; /* 0 = any */
	const char *q;     /* any part of the text, NULL = all */
	int active;        /* 1, 0, or -1 for both */
	bool self;         /* aliases: also those that belong to mailboxes */
	const char *actor, *action, *object, *door;
	const char *since, *until; /* YYYY-MM-DD, in the zone of the columns */
	const char *sort;          /* out of the entity's whitelist */
	bool desc;
	int64_t limit;
	/* The page beyond the row with this key; backwards: before it, nearest first. */
	bool has_key, backwards;
	struct db_value key; /* times as Unix seconds */
	int64_t key_id;
};

/* Totals beyond this are only known as "at least": each row counted is one looked at, which is what a search for a common word costs. */
#define STORE_COUNT_MAX 1000
/* A search that finds no more than this is answered by sorting what it finds, any other by walking the sorting's index until the page is full. */
#define STORE_RARE_MAX 2000

/* Private to store: what the lists share. */
#define STORE_ARGS_MAX 20
struct store_args {
	struct db_arg at[STORE_ARGS_MAX];
	size_t n;
	struct db_args args;
	char time[20];
};
/* The arguments of a list statement: scope, domain_id, active, key, key_id, limit, q as :like, :match, :low, :high, self. */
const struct db_args *store_list_args(struct op *op, const struct store_list *list,
    bool key_is_time, struct store_args *ret);
/* The variant for the list's sorting, direction and options. */
const struct query *store_list_query(const struct query_set *set, const struct store_list *list,
    unsigned options);
/* Is the search text too short for an index of trigrams? */
bool store_list_is_short(const struct store_list *list);
/* Options scope, domain and after as they apply. */
unsigned store_list_options(const struct query_set *set, const struct store_list *list);

#endif
