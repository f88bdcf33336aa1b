/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/base.h"

#include <jansson.h>

#include "base/arena.h"
#include "store/list.h"
#include "store/words.h"

#define WORDS 3

struct plan {
	const char *plan;
};
/* clang-format off */
static const struct field plan_field_rows[] = {
	FIELD_AS(plan, plan, "QUERY PLAN"),
};
/* clang-format on */
static FIELDS(plan);

/* The first few that the index can be asked for. */
static size_t
split(struct arena *arena, const char *q, const char *words[WORDS])
{
	char *rest = arena_strdup(arena, q), *save = NULL;
	size_t n = 0;

	for (char *w = strtok_r(rest, " ", &save); w && n < WORDS; w = strtok_r(NULL, " ", &save))
		if (!store_text_is_short(w))
			words[n++] = w;
	return n;
}

/* Scans stand at any depth: how a server joins them, or shares them out, is its own affair. Those of an index have no alias. */
static void
read_rows(json_t *node, int64_t rows[WORDS])
{
	const char *alias = json_string_value(json_object_get(node, "Alias"));
	json_t *below;
	size_t i;

	if (alias && strncmp(alias, "word", 4) == 0 && alias[4] >= '1' && alias[4] < '1' + WORDS)
		rows[alias[4] - '1'] = json_integer_value(json_object_get(node, "Plan Rows"));
	json_array_foreach(json_object_get(node, "Plans"), i, below) read_rows(below, rows);
}

static void
judge(const char *const words[WORDS], const int64_t rows[WORDS], bool several, struct store_words *ret)
{
	size_t best = 0;

	for (size_t i = 1; i < WORDS; i++)
		if (rows[i] < rows[best])
			best = i;
	if (several && rows[best] <= STORE_WORD_RARE)
		ret->rarest = words[best];
	ret->common = !several && rows[best] >= STORE_WORD_COMMON && rows[best] != INT64_MAX;
}

enum rc
store_words_look(struct op *op, const char *q, const struct query *guess, struct store_words *ret)
{
	const char *words[WORDS] = { NULL };
	int64_t rows[WORDS] = { INT64_MAX, INT64_MAX, INT64_MAX };
	struct plan row = { NULL };
	size_t n = 0;
	json_t *plan;
	enum rc rc;

	*ret = (struct store_words){ 0 };
	if (db_engine(op->db) != DB_PGSQL || (n = split(op->arena, q, words)) == 0)
		return RC_OK;
	for (size_t i = n; i < WORDS; i++)
		words[i] = words[0];
	if ((rc = db_one(op, guess,
		 DB_ARGS(DB_T("word1", store_like(op->arena, words[0])),
		     DB_T("word2", store_like(op->arena, words[1])),
		     DB_T("word3", store_like(op->arena, words[2]))),
		 &plan_fields, &row)) != RC_OK)
		return rc;
	plan = json_loads(row.plan ? row.plan : "", 0, NULL);
	read_rows(json_object_get(json_array_get(plan, 0), "Plan"), rows);
	json_decref(plan);
	judge(words, rows, strchr(q, ' '), ret);
	return RC_OK;
}
