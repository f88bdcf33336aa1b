/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What list pages have around their rows. Owns how filters, sorting and cursors stand in the URL: every link keeps the filters, changing
 * the sorting or a filter starts at the first page. It must not know any entity.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "conf/conf.h"
#include "web/call.h"
#include "web/listing.h"
#include "web/reply.h"

static void
add(struct str *s, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	str_addc(s, s->len ? '&' : '?');
	str_add(s, name);
	str_addc(s, '=');
	str_add_url(s, value);
}

static void
add_limit(struct str *s, int64_t rows)
{
	str_addc(s, s->len ? '&' : '?');
	STR_LIT(s, "limit=");
	str_addi(s, rows);
}

/* ?q=...&domain=... : what stays in every link. */
static void
add_filters(struct str *s, const struct list_in *in, bool self)
{
	add(s, "q", in->q);
	add(s, "domain", in->domain);
	add(s, "active", in->active);
	add(s, "actor", in->actor);
	add(s, "action", in->action);
	add(s, "object", in->object);
	add(s, "door", in->door);
	add(s, "since", in->since);
	add(s, "until", in->until);
	if (self)
		add(s, "self", "true");
	if (in->alone)
		add(s, "alone", "true");
	if (FIELD_GIVEN(list_in, in, limit))
		add_limit(s, in->limit);
}

static void
add_sorting(struct str *s, const struct list_in *in, const struct list_info *info)
{
	if (!in->sort && !in->dir)
		return;
	add(s, "sort", info->sort);
	add(s, "dir", info->desc ? "desc" : "asc");
}

static struct link
link_of(struct call *c, struct str *s)
{
	struct link l = { .route = c->route->id, .query = arena_strndup(c->arena, str_text(s), s->len) };

	str_clear(s);
	return l;
}

static struct link
page_link(struct call *c, struct str *s, const struct list_info *info, const char *name,
    const char *cursor)
{
	if (!cursor)
		return (struct link){ .route = c->route->id };
	add_filters(s, CALL_LIST(c), CALL_LIST(c)->self);
	add_sorting(s, CALL_LIST(c), info);
	add(s, name, cursor);
	return link_of(c, s);
}

static struct link
import_link(const struct call *c)
{
	static const struct {
		enum route_id list;
		const char *query;
	} kinds[] = {
		{ ROUTE_DOMAINS, "?kind=domains" },
		{ ROUTE_MAILBOXES, "?kind=mailboxes" },
		{ ROUTE_ALIASES, "?kind=aliases" },
	};

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (kinds[i].list == c->route->id && (i > 0 || c->page.super))
			return (struct link){ .route = ROUTE_IMPORT, .query = kinds[i].query };
	return (struct link){ .route = ROUTE_IMPORT };
}

/* All rows of the list, so without its paging. */
static struct link
csv_link(struct call *c, struct str *s, const struct list_info *info)
{
	struct list_in all = *CALL_LIST(c);
	struct link l;

	all.given = 0;
	add_filters(s, &all, all.self);
	add_sorting(s, &all, info);
	l = link_of(c, s);
	l.route = c->route->csv;
	return l;
}

static void
build_column(struct call *c, struct str *s, const struct listing_column *from,
    const struct list_info *info, struct list_column *ret)
{
	bool sorted = from->sort && info->sort && strcmp(from->sort, info->sort) == 0;

	*ret = (struct list_column){ .label = call_text(c, from->label),
		.number = from->number,
		.wide = from->wide,
		.pick = from->pick };
	if (!from->sort)
		return;
	if (sorted)
		ret->sorted = info->desc ? SORTED_DESC : SORTED_ASC;
	add_filters(s, CALL_LIST(c), CALL_LIST(c)->self);
	add(s, "sort", from->sort);
	add(s, "dir", sorted && !info->desc ? "desc" : "asc");
	ret->sort = link_of(c, s);
}

static void
add_size(struct call *c, struct str *s, int64_t rows, const struct list_info *info, struct listing *ret)
{
	struct list_in in = *CALL_LIST(c);

	in.given = 0;
	add_filters(s, &in, in.self);
	add_limit(s, rows);
	add_sorting(s, &in, info);
	ret->sizes[ret->n_sizes++] = (struct list_size){
		.rows = rows, .now = rows == info->limit, .link = link_of(c, s)
	};
}

/* The usual sizes with the one in force at its place. */
static size_t
sizes(int64_t now, int64_t ret[LIST_SIZES])
{
	static const int64_t usual[LIST_SIZES - 1] = { 20, 50, 100, 200 };
	bool own = false;
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(usual); i++) {
		if (!own && now < usual[i])
			ret[n++] = now;
		own = own || now <= usual[i];
		ret[n++] = usual[i];
	}
	if (!own)
		ret[n++] = now;
	return n;
}

/* Sizes beyond the first that holds all rows are the same to see. The choice stands in the URL, as all that says how a list looks. */
static void
build_sizes(struct call *c, struct str *s, const struct list_info *info, struct listing *ret)
{
	int64_t at[LIST_SIZES];
	size_t n = sizes(info->limit, at);

	if (info->total <= at[0])
		return;
	for (size_t i = 0; i < n; i++)
		if (i == 0 || at[i - 1] < info->total || at[i] == info->limit)
			add_size(c, s, at[i], info, ret);
}

static enum route_id
bulk_of(enum route_id list)
{
	if (list == ROUTE_MAILBOXES)
		return ROUTE_MAILBOXES_BULK;
	return list == ROUTE_ALIASES ? ROUTE_ALIASES_BULK : ROUTE_DOMAINS_BULK;
}

void
listing_build(struct call *c, const struct listing_column *columns, size_t n_columns, size_t n_rows,
    const struct list_info *info, struct listing *ret)
{
	const struct list_in *in = CALL_LIST(c);
	struct list_column *at = arena_array(c->arena, n_columns, sizeof(*at));
	struct str s = STR_INIT;

	*ret = (struct listing){
		.columns = at, .n_columns = n_columns, .n = n_rows, .info = info, .in = in
	};
	for (size_t i = 0; i < n_columns; i++)
		build_column(c, &s, &columns[i], info, &at[i]);
	ret->filtered = (in->q && *in->q) || (in->domain && *in->domain) ||
	    (in->active && *in->active) || (in->actor && *in->actor) ||
	    (in->action && *in->action) || (in->object && *in->object) || (in->door && *in->door) ||
	    (in->since && *in->since) || (in->until && *in->until) || in->alone;
	ret->has_active = c->route->id != ROUTE_LOG;
	ret->access = c->conf->access_on;
	if (in->active && *in->active)
		ret->active = strcmp(in->active, "yes") == 0 ? SHOWN_ON : SHOWN_OFF;
	ret->limit = FIELD_GIVEN(list_in, in, limit) ? in->limit : 0;
	ret->bulk = (struct link){ .route = bulk_of(c->route->id), .query = "" };
	ret->all = (struct link){ .route = c->route->id, .query = "" };
	ret->next = page_link(c, &s, info, "after", info->next);
	ret->prev = page_link(c, &s, info, "before", info->prev);
	build_sizes(c, &s, info, ret);
	ret->import = import_link(c);
	ret->csv = csv_link(c, &s, info);
	add_filters(&s, in, !in->self);
	ret->self = link_of(c, &s);
	add_filters(&s, in, in->self);
	add_sorting(&s, in, info);
	add(&s, in->after ? "after" : "before", in->after ? in->after : in->before);
	ret->here = link_of(c, &s);
	str_release(&s);
}
