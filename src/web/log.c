/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages of the trail: the list, and one entry with what was there before and after. Entries are read only. */
#include "base/base.h"

#include "base/arena.h"
#include "base/form.h"
#include "base/op.h"
#include "base/str.h"
#include "svc/audit.h"
#include "view/log.h"
#include "web/call.h"
#include "web/handlers.h"
#include "web/listing.h"
#include "web/reply.h"

static const struct listing_column columns[] = {
	{ .label = N_("When"), .sort = "id" },
	{ .label = N_("Who") },
	{ .label = N_("What") },
	{ .label = N_("Domain"), .wide = true },
};

enum rc
web_log(struct op *op, struct call *c)
{
	struct log_list_view v = { 0 };
	struct audit_list list;
	enum rc rc = audit_list(op, CALL_LIST(c), &list);

	if (rc != RC_OK)
		return rc;
	if (c->json)
		return reply_rows(c, &audit_fields, list.rows, list.n, &list.info);
	c->page.section = SECTION_LOG;
	listing_build(c, columns, ARRAY_LEN(columns), list.n, &list.info, &v.list);
	v.rows = list.rows;
	view_log_list(reply_page(c, 200, N_("Log")), &c->page, &v);
	return reply_page_end(c);
}

/* ---- one entry ---- */

static struct pairs
members(struct call *c, const char *json)
{
	struct errs errs = { .arena = c->arena };
	struct pairs pairs = { 0 };

	if (!json || form_parse_json(json, strlen(json), c->arena, &pairs, &errs) != RC_OK)
		return (struct pairs){ 0 };
	return pairs;
}

static const char *
value_in(const struct pairs *pairs, const char *name)
{
	for (size_t i = 0; i < pairs->n; i++)
		if (strcmp(pairs->at[i].name, name) == 0)
			return pairs->at[i].text;
	return NULL;
}

/* A line for each name in either object, in the order of the first that has it. */
static void
build_diff(struct call *c, const struct audit *row, struct log_entry_view *v)
{
	struct pairs before = members(c, row->before), after = members(c, row->after);
	struct log_diff *at = arena_array(c->arena, before.n + after.n, sizeof(*at));

	for (size_t i = 0; i < before.n; i++)
		at[v->n++] = (struct log_diff){ before.at[i].name, before.at[i].text,
			value_in(&after, before.at[i].name) };
	for (size_t i = 0; i < after.n; i++)
		if (!value_in(&before, after.at[i].name))
			at[v->n++] = (struct log_diff){ after.at[i].name, NULL, after.at[i].text };
	v->diff = at;
}

enum rc
web_log_entry(struct op *op, struct call *c)
{
	struct log_entry_view v = { 0 };
	struct audit row;
	enum rc rc = audit_get(op, c->id, &row);

	if (rc != RC_OK)
		return rc;
	if (c->json)
		return reply_object(c, 200, &audit_fields, &row);
	build_diff(c, &row, &v);
	v.row = &row;
	c->page.section = SECTION_LOG;
	view_log_entry(reply_page(c, 200, N_("Log entry")), &c->page, &v);
	return reply_page_end(c);
}
