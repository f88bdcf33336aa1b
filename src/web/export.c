/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lists as CSV files. The first page is made like any answer, so that a list that is refused is refused properly; the others follow while the file is
 * sent, each an op of its own with the rights looked up anew. It must not know what rows look like (svc/export.h).
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/op.h"
#include "base/str.h"
#include "svc/app.h"
#include "svc/auth.h"
#include "svc/export.h"
#include "svc/perm.h"
#include "svc/token.h"
#include "web/call.h"
#include "web/handlers.h"
#include "web/reply.h"
#include "web/web_int.h"

#define PAGE_ROWS 500 /* of aliases with all the targets they may have: 32 MB */
#define BOM "\xef\xbb\xbf"

static enum export_list
list_of(enum route_id route)
{
	static const struct {
		enum route_id route;
		enum export_list list;
	} lists[] = {
		{ ROUTE_DOMAINS_CSV, EXPORT_DOMAINS },
		{ ROUTE_MAILBOXES_CSV, EXPORT_MAILBOXES },
		{ ROUTE_ALIASES_CSV, EXPORT_ALIASES },
		{ ROUTE_ADMINS_CSV, EXPORT_ADMINS },
		{ ROUTE_LOG_CSV, EXPORT_LOG },
	};

	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		if (lists[i].route == route)
			return lists[i].list;
	abort();
}

/*
 * RFC 6266: a name in ASCII for everybody, the real one for those who know better. The domain was checked: letters, digits, dots and dashes.
 */
static const char *
disposition(struct call *c, const struct op *op, enum export_list list)
{
	const char *domain = CALL_LIST(c)->domain ? CALL_LIST(c)->domain : "", *name;
	const char *dash = *domain ? "-" : "", *shown = reply_shown(c, domain);
	struct str day = STR_INIT, url = STR_INIT;

	clock_rfc3339(op->now, &day);
	name = arena_printf(c->arena, "attachment; filename=\"%s%s%s-%.10s.csv\"",
	    export_name(list), dash, domain, str_text(&day));
	if (*domain && strcmp(shown, domain) != 0) {
		str_add_url(&url, shown);
		name = arena_printf(c->arena, "%s; filename*=UTF-8''%s-%s-%.10s.csv", name,
		    export_name(list), str_text(&url), str_text(&day));
	}
	str_release(&day);
	str_release(&url);
	return name;
}

enum rc
web_export(struct op *op, struct call *c)
{
	enum export_list list = list_of(c->route->id);
	struct list_in in = *CALL_LIST(c);
	const char *next = NULL;
	enum rc rc;

	in.limit = PAGE_ROWS;
	str_clear(&c->resp->body);
	/* spreadsheets need the mark to see UTF-8, programs stumble over it */
	if (!c->json)
		STR_LIT(&c->resp->body, BOM);
	if ((rc = export_page(op, list, &in, &c->resp->body, &next)) != RC_OK)
		return rc;
	c->answer.status = 200;
	c->answer.type = "text/csv; charset=utf-8; header=present";
	c->answer.disposition = disposition(c, op, list);
	c->answer.more = arena_strdup(c->arena, next);
	return RC_OK;
}

/* ---- the pages after the first ---- */

struct exporting {
	struct web *web;
	struct arena *arena;
	const struct route *route;
	struct list_in in;
	struct actor nobody;      /* with the door and the address of who asked */
	const char *sid, *bearer; /* one of them */
	char *next;               /* cursor, emptied behind the last page */
	size_t next_max;
	struct str *piece;
};

/* Who was switched off meanwhile gets no more. */
static enum rc
page_body(struct op *op, void *ctx)
{
	struct exporting *e = ctx;
	struct session session;
	struct actor actor = { 0 };
	const char *next = NULL;
	enum rc rc;

	str_clear(e->piece);
	rc = e->bearer ? token_open(op, e->bearer, TOKEN_READ, &actor)
		       : auth_session(op, e->sid, &session, &actor);
	if (rc != RC_OK)
		return rc;
	actor.door = e->nobody.door;
	actor.source = e->nobody.source;
	app_op_become(op, &actor);
	if (e->route->who == WHO_SUPER && (rc = perm_super(op)) != RC_OK)
		return rc;
	if ((rc = export_page(op, list_of(e->route->id), &e->in, e->piece, &next)) != RC_OK)
		return rc;
	if (next && strlen(next) >= e->next_max)
		return op_fail(op, RC_INTERNAL, "A cursor is too long.");
	(void)snprintf(e->next, e->next_max, "%s", next ? next : "");
	return RC_OK;
}

static enum http_more
more(void *ctx, struct str *piece)
{
	struct exporting *e = ctx;
	const struct op_start start = { .actor = &e->nobody };
	struct op op;
	enum rc rc;

	e->piece = piece;
	rc = app_run(e->web->app, &op, &start, page_body, e);
	if (rc != RC_OK)
		log_warn("web.export_cut", L_TEXT("path", e->route->path), L_TEXT("code", rc_slug(rc)),
		    L_TEXT("text", op.errs.first ? op.errs.first->text : NULL), L_END);
	app_op_end(e->web->app, &op);
	if (rc != RC_OK)
		return HTTP_CUT;
	return *e->next ? HTTP_MORE : HTTP_LAST;
}

static void
done(void *ctx)
{
	struct exporting *e = ctx;

	arena_free(e->arena);
}

/* A copy whose texts live as long as the stream. */
static struct list_in
copy_list(struct arena *arena, const struct list_in *in)
{
	struct list_in copy = *in;

	for (size_t i = 0; i < list_in_fields.n; i++) {
		const struct field *f = &list_in_fields.at[i];

		if (f->type == FIELD_TEXT)
			field_set_text(f, &copy, arena_strdup(arena, field_text(f, in)));
	}
	return copy;
}

void
export_go_on(struct call *c)
{
	struct arena *arena = arena_new(0, ARENA_SECRET);
	struct exporting *e = ARENA_NEW(arena, struct exporting);

	*e = (struct exporting){ .web = c->web,
		.arena = arena,
		.route = c->route,
		.in = copy_list(arena, CALL_LIST(c)),
		.nobody = { .kind = ACTOR_NOBODY,
		    .door = c->actor.door,
		    .name = "",
		    .source = arena_strdup(arena, c->actor.source) },
		.sid = arena_strdup(arena, c->sid),
		.bearer = arena_strdup(arena, c->bearer),
		.next_max = 1024 };
	e->next = arena_alloc(arena, e->next_max);
	(void)snprintf(e->next, e->next_max, "%s", c->answer.more);
	e->in.after = e->next;
	e->in.limit = PAGE_ROWS;
	c->resp->stream = (struct http_stream){ more, done, e };
}
