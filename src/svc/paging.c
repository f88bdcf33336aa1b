/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lists: from what is asked for to what store is asked for, and back. Pages go by key; one row more
 * than asked for tells whether there is a page beyond. It must not know any entity. The surprising
 * thing: a page before a cursor is read away from the cursor, nearest row first, and turned round
 * here.
 */
#include "base/base.h"

#include "base/addr.h"
#include "base/arena.h"
#include "conf/conf.h"
#include "model/domain.h"
#include "store/domain.h"
#include "svc/cursor.h"
#include "svc/paging.h"
#include "svc/perm.h"

static const char *
or_null(const char *text)
{
	return text && *text ? text : NULL;
}

static enum rc
bad_sort(struct op *op, const char *const *sorts)
{
	const char *names = sorts[0];

	for (size_t i = 1; sorts[i]; i++)
		names = arena_printf(op->arena, "%s, %s", names, sorts[i]);
	return op_fail_field(op, RC_INVALID, "sort", "This list can be sorted by %s.", names);
}

static enum rc
read_sort(struct op *op, const struct paging *p, const struct list_in *in, struct store_list *ret)
{
	const char *sort = or_null(in->sort), *dir = or_null(in->dir);

	ret->sort = p->sorts[0];
	ret->desc = p->desc;
	if (dir && strcmp(dir, "asc") != 0 && strcmp(dir, "desc") != 0)
		return op_fail_field(op, RC_INVALID, "dir", "The direction is asc or desc.");
	if (dir)
		ret->desc = strcmp(dir, "desc") == 0;
	if (!sort)
		return RC_OK;
	for (size_t i = 0; p->sorts[i]; i++)
		if (strcmp(p->sorts[i], sort) == 0) {
			ret->sort = p->sorts[i];
			return RC_OK;
		}
	return bad_sort(op, p->sorts);
}

static enum rc
bad_cursor(struct op *op, const char *field)
{
	return op_fail_field(op, RC_INVALID, field,
	    "This page is not known any more. Please start from the first one.");
}

/* A cursor brings its sorting along; one that is asked for besides has to be the same. */
static enum rc
read_cursor(struct op *op, const struct paging *p, const struct list_in *in, struct store_list *ret)
{
	const char *text = or_null(in->before) ? in->before : or_null(in->after);
	const char *name = or_null(in->before) ? "before" : "after";
	const struct field *f;
	struct cursor c;

	if (!text)
		return RC_OK;
	if ((or_null(in->before) && or_null(in->after)) || !cursor_read(op, p->row->name, text, &c) ||
	    (or_null(in->sort) && strcmp(in->sort, c.sort) != 0) ||
	    (or_null(in->dir) && ret->desc != c.desc) || !(f = field_by_name(p->row, c.sort)))
		return bad_cursor(op, name);
	ret->sort = c.sort;
	ret->desc = c.desc;
	ret->has_key = true;
	ret->backwards = or_null(in->before) != NULL;
	ret->key = f->type == FIELD_TEXT
	    ? db_text(c.key)
	    : (struct db_value){ DB_INT, strtoll(c.key, NULL, 10), NULL, 0 };
	ret->key_id = c.id;
	return RC_OK;
}

static enum rc
read_limit(struct op *op, const struct list_in *in, struct store_list *ret)
{
	int64_t limit = in->limit > 0 ? in->limit : op->conf->table_entries;

	if (FIELD_GIVEN(list_in, in, limit) && (in->limit < 1 || in->limit > LIST_LIMIT_MAX))
		return op_fail_field(op, RC_INVALID, "limit", "A page holds 1 to %d rows.",
		    LIST_LIMIT_MAX);
	ret->limit = MIN(limit, LIST_LIMIT_MAX);
	return RC_OK;
}

static enum rc
read_filters(struct op *op, const struct list_in *in, struct store_list *ret)
{
	char name[ADDR_DOMAIN_MAX + 1];
	struct domain domain;
	enum rc rc;

	ret->scope = perm_scope(op);
	ret->q = or_null(in->q);
	ret->self = in->self;
	ret->alone = in->alone;
	ret->actor = or_null(in->actor);
	ret->action = or_null(in->action);
	ret->object = or_null(in->object);
	ret->door = or_null(in->door);
	ret->since = or_null(in->since);
	ret->until = or_null(in->until);
	ret->active = -1;
	if (or_null(in->active)) {
		ret->active = strcmp(in->active, "yes") == 0;
		if (!ret->active && strcmp(in->active, "no") != 0)
			return op_fail_field(op, RC_INVALID, "active", "This is yes or no.");
	}
	if (!or_null(in->domain))
		return RC_OK;
	/*
	 * asked for within the scope, so that it takes one statement and tells nothing of foreign
	 * ones
	 */
	rc = addr_domain_parse(in->domain, name)
	    ? RC_NOT_FOUND
	    : store_domain_find_for(op, ret->scope, name, &domain);
	if (rc == RC_NOT_FOUND)
		return op_fail_field(op, RC_INVALID, "domain", "There is no such domain.");
	ret->domain_id = rc == RC_OK ? domain.id : 0;
	ret->domain_rows = rc == RC_OK ? domain.mailbox_count + domain.alias_count : 0;
	return rc;
}

static const char *
cursor_of(struct op *op, const struct paging *p, const struct store_list *list, const void *row)
{
	const struct field *f = field_by_name(p->row, list->sort);
	struct cursor c = { .sort = list->sort,
		.desc = list->desc,
		.id = field_int(field_by_name(p->row, "id"), row) };

	if (f->type == FIELD_TEXT)
		c.key = field_text(f, row) ? field_text(f, row) : "";
	else
		c.key = arena_printf(op->arena, "%lld", (long long)field_int(f, row));
	return cursor_make(op, p->row->name, &c);
}

static void
turn_round(struct op *op, struct rows *rows, size_t size)
{
	char *at = rows->at, *swap = arena_alloc(op->arena, size);

	for (size_t i = 0, j = rows->n; j > i + 1; i++) {
		j--;
		memcpy(swap, at + i * size, size);
		memcpy(at + i * size, at + j * size, size);
		memcpy(at + j * size, swap, size);
	}
}

/* Rows are limit + 1 at most, in the direction they were read. */
static void
cut_page(struct op *op, const struct paging *p, const struct store_list *list, struct rows *rows,
    struct list_info *info)
{
	size_t limit = (size_t)info->limit;
	bool beyond = rows->n > limit;
	const char *at;

	rows->n = MIN(rows->n, limit);
	if (list->backwards)
		turn_round(op, rows, p->row->size);
	if (rows->n == 0)
		return;
	at = rows->at;
	if (list->backwards ? beyond : list->has_key)
		info->prev = cursor_of(op, p, list, at);
	if (list->backwards || beyond)
		info->next = cursor_of(op, p, list, at + (rows->n - 1) * p->row->size);
}

enum rc
paging_run(struct op *op, const struct paging *p, const struct list_in *in, struct rows *ret,
    struct list_info *ret_info)
{
	struct store_search search = { 0 };
	struct store_list list = { .search = &search };
	struct list_info info = { 0 };
	enum rc rc;

	if ((rc = read_sort(op, p, in, &list)) != RC_OK || (rc = read_cursor(op, p, in, &list)) != RC_OK ||
	    (rc = read_limit(op, in, &list)) != RC_OK || (rc = read_filters(op, in, &list)) != RC_OK)
		return rc;
	info.limit = list.limit++;
	info.sort = list.sort;
	info.desc = list.desc;
	if ((rc = p->rows(op, &list, ret)) != RC_OK)
		return rc;
	/* a first page that is not full is all there is */
	info.total = (int64_t)ret->n;
	if (in->uncounted)
		info.total_at_least = true;
	else if ((list.has_key || info.total > info.limit) &&
	    (rc = p->count(op, &list, &info.total, &info.total_at_least)) != RC_OK)
		return rc;
	cut_page(op, p, &list, ret, &info);
	*ret_info = info;
	return RC_OK;
}
