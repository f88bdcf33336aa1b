/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a list of rows is asked for; the same for every entity, each ignores what it has no column for. */
#ifndef STORE_LIST_H
#define STORE_LIST_H

#include "base/base.h"
#include "db/db.h"

/* What is known of a search once it was looked at; kept between a list and its total, which are asked for by the same store_list. */
struct store_search {
	const char *plan; /* "dense", "prefix", "these", "walk"; NULL: not looked at yet */
	const char *ids;  /* "these": a JSON array */
	bool is_counted;
	int64_t total;
	bool at_least;
};

struct store_list {
	/* Administrator whose domains limit the rows; 0 = all, -1 = none at all, below that the domains of an API token (store/token.h). */
	int64_t scope;
	int64_t domain_id; /* 0 = any */
	int64_t domain_rows; /* what its counters say, or nothing: a large domain is searched as all of them are */
	const char *q; /* any part of the text, NULL = all */
	int active;    /* 1, 0, or -1 for both */
	bool self;     /* aliases: also those that belong to mailboxes */
	bool alone;    /* domains: only those nobody but supers looks after */
	const char *actor, *action, *object, *door;
	const char *since, *until; /* YYYY-MM-DD, in the zone of the columns */
	const char *sort;          /* out of the entity's whitelist */
	bool desc;
	int64_t limit;
	/* The page beyond the row with this key; backwards: before it, nearest first. */
	bool has_key, backwards;
	struct db_value key; /* times as Unix seconds */
	int64_t key_id;
	struct store_search *search; /* NULL: nothing is kept */
	const char *ids;             /* of the rows a search has found already, as a JSON array */
	const char *part; /* the word of q whose letters the index is asked for; NULL: all of it */
	int64_t walk; /* how many rows a search looks at along the sorting before it is given up; 0: the usual */
};

/* Totals beyond this are only known as "at least": each row counted is one looked at, which is what a search for a common word costs. */
#define STORE_COUNT_MAX 1000
/* A search that finds no more than this is answered by sorting what it finds; src/store/search.h. */
#define STORE_RARE_MAX 2000
/* Of a scope with no more rows than this each is looked at. */
#define STORE_NARROW_MAX 5000
/* Private to store: what the lists share. */
#define STORE_ARGS_MAX 32
struct store_args {
	struct db_arg at[STORE_ARGS_MAX];
	size_t n;
	struct db_args args;
	char time[20];
};
/* One more; there is room for as many as any list has. */
void store_args_add(struct store_args *a, struct db_arg arg);
/*
 * The arguments of a list statement: scope, domain_id, active, key, key_id, limit, walk, q as :like, :match, :low, :high, part as
 * :part, self, alone.
 */
const struct db_args *store_list_args(struct op *op, const struct store_list *list,
    bool key_is_time, struct store_args *ret);
/* The variant for the list's sorting, direction and options. */
const struct query *store_list_query(const struct query_set *set, const struct store_list *list,
    unsigned options);
/* Is a search text too short for an index of trigrams? */
bool store_text_is_short(const char *q);
/* The pattern of LIKE ... ESCAPE '!' for texts that hold q; in the arena. */
const char *store_like(struct arena *arena, const char *q);
/* Options scope, domain and after as they apply. */
unsigned store_list_options(const struct query_set *set, const struct store_list *list);

#endif
