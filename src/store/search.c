/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/base.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/str.h"
#include "store/search.h"

/* clang-format off */
static const struct field store_id_field_rows[] = {
	FIELD(store_id, id),
};
/* clang-format on */
FIELDS(store_id);

/*
 * As many rows as are looked at in the time in which some ten thousand that match are fetched and sorted, on a million mailboxes: those that match lie
 * wherever they were written, those of the walk side by side in one index.
 */
#define WALK_MAX 100000
#define WALK_FIRST 5000 /* where all rows of a walk are fetched before one is looked at */

static void
counted(struct store_search *s, int64_t n)
{
	s->is_counted = true;
	s->at_least = n > STORE_COUNT_MAX;
	s->total = MIN(n, (int64_t)STORE_COUNT_MAX);
}

static const char *
as_json(struct op *op, const struct rows *rows)
{
	const struct store_id *at = rows->at;
	struct str s = STR_INIT;
	const char *text;

	for (size_t i = 0; i < rows->n; i++)
		str_addf(&s, "%c%" PRId64, i == 0 ? '[' : ',', at[i].id);
	str_add(&s, rows->n == 0 ? "[]" : "]");
	text = arena_strdup(op->arena, str_text(&s));
	str_release(&s);
	return text;
}

static enum rc
find(struct op *op, const struct store_list *list, const struct store_searched *what,
    struct store_search *s)
{
	struct rows found;
	enum rc rc;

	if ((rc = what->find(op, list, &found)) != RC_OK)
		return rc;
	counted(s, (int64_t)found.n);
	s->plan = found.n > STORE_RARE_MAX ? "walk" : "these";
	s->ids = found.n > STORE_RARE_MAX ? NULL : as_json(op, &found);
	return RC_OK;
}

/* All rows are in reach, and the first page is asked for: then a walk may find it, and that there is more than a total counts. */
static enum rc
walk_first(struct op *op, const struct store_list *list, const struct store_searched *what,
    struct store_search *s)
{
	struct store_list now = *list;
	struct rows found;
	enum rc rc;

	if (!what->walked || list->has_key || list->scope != 0 || list->domain_id != 0 ||
	    list->limit > STORE_COUNT_MAX)
		return RC_OK;
	now.walk = WALK_MAX;
	if ((rc = what->walked(op, &now, &found)) != RC_OK || found.n <= STORE_COUNT_MAX)
		return rc;
	counted(s, (int64_t)found.n);
	found.n = MIN(found.n, (size_t)list->limit);
	s->plan = "these";
	s->ids = as_json(op, &found);
	return RC_OK;
}

/* So few rows are in reach that looking at each is quickest; an index of all would name many of others first. */
static enum rc
is_narrow(struct op *op, const struct store_list *list, const struct store_searched *what, bool *ret)
{
	int64_t total = INT64_MAX;
	enum rc rc = RC_OK;

	*ret = list->active == 0 || (list->domain_id != 0 && list->domain_rows <= STORE_NARROW_MAX);
	if (*ret || list->domain_id != 0 || list->scope == 0)
		return RC_OK;
	if ((rc = what->total(op, list, &total)) == RC_OK)
		*ret = total <= STORE_NARROW_MAX;
	return rc;
}

static enum rc
plan(struct op *op, const struct store_list *list, const struct store_searched *what,
    struct store_search *s)
{
	bool narrow = false;
	enum rc rc;

	if (s->plan)
		return RC_OK;
	if ((rc = is_narrow(op, list, what, &narrow)) != RC_OK)
		return rc;
	if (narrow || store_text_is_short(list->q)) {
		s->plan = narrow || list->domain_id != 0 ? "dense" : what->short_plan;
		return RC_OK;
	}
	if ((rc = walk_first(op, list, what, s)) != RC_OK || s->plan)
		return rc;
	return find(op, list, what, s);
}

/* Along the sorting, up to a full page; what MySQL cannot end there it does twice at worst. */
static enum rc
walk(struct op *op, const struct store_list *list, const struct store_searched *what, struct rows *ret)
{
	struct store_list now = *list;
	enum rc rc;

	now.walk = WALK_FIRST;
	if (list->walk == 0 && db_is_mysql(op->db) &&
	    ((rc = what->rows(op, &now, "dense", ret)) != RC_OK || ret->n == (size_t)list->limit))
		return rc;
	now.walk = list->walk > 0 ? list->walk : WALK_MAX;
	return what->rows(op, &now, "dense", ret);
}

enum rc
store_search_rows(struct op *op, const struct store_list *list, const struct store_searched *what,
    struct rows *ret)
{
	struct store_search own = { 0 }, *s = list->search ? list->search : &own;
	struct store_list now = *list;
	enum rc rc = plan(op, list, what, s);

	now.ids = s->ids;
	if (rc != RC_OK)
		return rc;
	if (s->ids && s->total == 0) {
		*ret = (struct rows){ 0 };
		return RC_OK;
	}
	if (s->ids)
		return what->these(op, &now, ret);
	if (strcmp(s->plan, "walk") != 0)
		return what->rows(op, &now, s->plan, ret);
	if ((rc = walk(op, &now, what, ret)) != RC_OK || ret->n == (size_t)list->limit)
		return rc;
	now.walk = 0;
	return what->rows(op, &now, list->domain_id != 0 ? "dense" : "rare", ret);
}

enum rc
store_search_count(struct op *op, const struct store_list *list, const struct store_searched *what,
    int64_t *ret_total, bool *ret_at_least)
{
	struct store_search own = { 0 }, *s = list->search ? list->search : &own;
	int64_t n = 0;
	enum rc rc = plan(op, list, what, s);

	if (rc == RC_OK && !s->is_counted && (rc = what->count(op, list, s->plan, &n)) == RC_OK)
		counted(s, n);
	*ret_total = s->total;
	*ret_at_least = s->at_least;
	return rc;
}
