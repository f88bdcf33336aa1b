/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the lists of all entities share: arguments and the choice of the statement's variant. Search texts become LIKE patterns, FTS5 phrases and key
 * ranges here, so that %, _, quotes and the rest are letters like any other.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/str.h"
#include "base/utf8.h"
#include "store/list.h"

const char *
store_like(struct arena *arena, const char *q)
{
	struct str s = STR_INIT;
	const char *pattern;

	str_addc(&s, '%');
	for (; *q; q++) {
		if (strchr("%_!", *q))
			str_addc(&s, '!');
		str_addc(&s, *q);
	}
	str_addc(&s, '%');
	pattern = arena_strdup(arena, str_text(&s));
	str_release(&s);
	return pattern;
}

/* One FTS5 string: in quotes, quotes inside doubled. */
static const char *
match_phrase(struct arena *arena, const char *q)
{
	struct str s = STR_INIT;
	const char *phrase;

	str_addc(&s, '"');
	for (; *q; q++) {
		if (*q == '"')
			str_addc(&s, '"');
		str_addc(&s, *q);
	}
	str_addc(&s, '"');
	phrase = arena_strdup(arena, str_text(&s));
	str_release(&s);
	return phrase;
}

static const char *
lower(struct arena *arena, const char *q)
{
	char *copy = arena_strdup(arena, q);

	for (char *p = copy; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	return copy;
}

void
store_args_add(struct store_args *a, struct db_arg arg)
{
	if (a->n == STORE_ARGS_MAX)
		abort();
	a->at[a->n++] = arg;
}

const struct db_args *
store_list_args(struct op *op, const struct store_list *list, bool key_is_time, struct store_args *ret)
{
	struct db_value key = list->key;

	*ret = (struct store_args){ 0 };
	if (key_is_time && list->has_key) {
		clock_sql(key.i, ret->time);
		key = db_text(ret->time);
	}
	store_args_add(ret, DB_I("scope", list->scope));
	store_args_add(ret, DB_I("domain_id", list->domain_id));
	store_args_add(ret, DB_I("active", list->active));
	store_args_add(ret, DB_I("limit", list->limit));
	store_args_add(ret, DB_I("count_max", STORE_COUNT_MAX + 1));
	store_args_add(ret, DB_I("rare_max", STORE_RARE_MAX + 1));
	store_args_add(ret, DB_I("walk", list->walk > 0 ? list->walk : INT64_MAX));
	store_args_add(ret, DB_I("self", list->self));
	store_args_add(ret, DB_I("alone", list->alone));
	store_args_add(ret, DB_T("ids", list->ids));
	store_args_add(ret, (struct db_arg){ "key", key });
	store_args_add(ret, DB_I("key_id", list->key_id));
	if (list->q) {
		const char *low = lower(op->arena, list->q);
		const char *like = store_like(op->arena, list->q);

		store_args_add(ret, DB_T("like", like));
		store_args_add(ret, DB_T("part", list->part ? store_like(op->arena, list->part) : like));
		store_args_add(ret, DB_T("match", match_phrase(op->arena, list->q)));
		store_args_add(ret, DB_T("low", low));
		store_args_add(ret, DB_T("high", arena_printf(op->arena, "%s\xf4\x8f\xbf\xbf", low)));
	}
	ret->args = (struct db_args){ .at = ret->at, .n = ret->n };
	return &ret->args;
}

const struct query *
store_list_query(const struct query_set *set, const struct store_list *list, unsigned options)
{
	int sort = query_sort_index(set, list->sort);

	return query_pick(set, sort < 0 ? 0 : (unsigned)sort, list->desc != list->backwards, options);
}

/* Three letters make a trigram, however many bytes they take. */
bool
store_text_is_short(const char *q)
{
	size_t letters = 0;

	while (*q && letters < 3) {
		size_t n = utf8_next(q, strlen(q), NULL);

		q += n > 0 ? n : 1;
		letters++;
	}
	return letters < 3;
}

unsigned
store_list_options(const struct query_set *set, const struct store_list *list)
{
	unsigned options = 0;

	if (list->scope != 0)
		options |= query_option(set, "scope");
	if (list->domain_id != 0)
		options |= query_option(set, "domain");
	if (list->has_key)
		options |= query_option(set, "after");
	return options;
}
