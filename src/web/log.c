/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages of the trail: the list, one entry with what was there before and after, and taking it back. Entries themselves are read only. */
#include "base/base.h"

#include "base/arena.h"
#include "base/op.h"
#include "base/str.h"
#include "svc/audit.h"
#include "svc/change.h"
#include "svc/undo.h"
#include "view/log.h"
#include "web/call.h"
#include "web/diff.h"
#include "web/handlers.h"
#include "web/listing.h"
#include "web/reply.h"
#include "web/trail.h"
#include "web/web_int.h"

static const struct listing_column columns[] = {
	{ .label = N_("When"), .sort = "id" },
	{ .label = N_("Who") },
	{ .label = N_("What") },
	{ .label = N_("Domain"), .wide = true },
};

/* The ways in as choices of a filter. */
static const struct option *
doors(struct call *c)
{
	struct option *at = arena_array(c->arena, DOOR__MAX, sizeof(*at));
	const char *chosen = CALL_LIST(c)->door;

	for (size_t i = 0; i < DOOR__MAX; i++) {
		const char *name = door_text((enum door)i);

		at[i] = (struct option){ name, name, chosen && strcmp(chosen, name) == 0 };
	}
	return at;
}

/* Who did it stands in a column of its own: the sentence goes on from there. */
static void
drop_actors(const struct call *c, struct audit *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *actor = trail_actor(c, &rows[i]);
		size_t len = actor ? strlen(actor) : 0;

		if (len > 0 && rows[i].data && strncmp(rows[i].data, actor, len) == 0 &&
		    rows[i].data[len] == ' ')
			rows[i].data += len + 1;
	}
}

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
	v.list.doors = doors(c);
	trail_translate(c, list.rows, list.n);
	drop_actors(c, list.rows, list.n);
	v.rows = list.rows;
	view_log_list(reply_page(c, 200, N_("Log")), &c->page, &v);
	return reply_page_end(c);
}

/* ---- one entry ---- */

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
	v.n = diff_build(c, row.object_type, row.before, row.after, &v.diff);
	trail_translate(c, &row, 1);
	v.row = &row;
	v.undo = row.object && undo_known(row.action);
	c->page.section = SECTION_LOG;
	view_log_entry(reply_page(c, 200, N_("Log entry")), &c->page, &v);
	return reply_page_end(c);
}

/* ---- taking back ---- */

static void
add_changes(struct op *op, struct call *c, struct log_undo_view *v)
{
	struct log_change *at;
	size_t n = 0;

	for (const struct change *one = op->changes; one; one = one->next)
		n++;
	at = arena_array(c->arena, n, sizeof(*at));
	v->n = n;
	for (const struct change *one = op->changes; one; one = one->next) {
		struct log_change *to = &at[--n];

		*to = (struct log_change){ .type = trail_kind(c, one->type), .object = one->object };
		to->n = diff_build(c, one->type, one->before_json, one->after_json, &to->diff);
	}
	v->changes = at;
}

static enum rc
reply_changes(struct op *op, struct call *c)
{
	struct str json = STR_INIT;
	enum rc rc;

	change_json(op, &json);
	rc = reply_json_text(c, arena_strdup(c->arena, str_text(&json)));
	str_release(&json);
	return rc;
}

/* Tries it out: what would change, or why it cannot be. */
enum rc
web_log_undo_form(struct op *op, struct call *c)
{
	struct log_undo_view v = { .back = { ROUTE_LOG_ENTRY, c->id, "" } };
	struct audit row;
	enum rc rc = audit_get(op, c->id, &row);

	if (rc != RC_OK)
		return rc;
	op->flags |= OP_DRY_RUN;
	rc = undo_this(op, &row);
	if (rc != RC_OK && (c->json || (rc != RC_CONFLICT && rc != RC_INVALID && rc != RC_DENIED)))
		return rc;
	if (c->json)
		return reply_changes(op, c);
	trail_translate(c, &row, 1);
	v.row = &row;
	if (rc != RC_OK)
		v.refused = op->errs.first ? op->errs.first->text : "";
	else
		add_changes(op, c, &v);
	c->page.section = SECTION_LOG;
	c->page.request = arena_strndup(c->arena, session_fresh(c), 32);
	view_log_undo(reply_page(c, 200, N_("Undo")), &c->page, &v);
	return reply_page_end(c);
}

/* What is refused is said on the page one came from. */
enum rc
web_log_undo_post(struct op *op, struct call *c)
{
	enum rc rc = c->in_rc == RC_OK ? undo_entry(op, c->id) : c->in_rc;

	if (rc == RC_OK && c->json)
		return reply_changes(op, c);
	if (!c->json && (rc == RC_CONFLICT || rc == RC_INVALID) && op->errs.first)
		reply_flash(c, FLASH_FAULT, N_("This was not undone. %s"), op->errs.first->text);
	else if (rc != RC_OK)
		return rc;
	else
		reply_flash(c, FLASH_DONE, N_("It is undone."));
	return reply_back(c, ROUTE_LOG, NULL, NULL);
}
