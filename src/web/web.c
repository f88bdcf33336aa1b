/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a complete request to its answer: the gate, then one unit of work around the route's handler, then the headers. It must not know any
 * route. The surprising thing: the handler may run more than once (svc/app.h), so each run starts with an empty answer.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/op.h"
#include "base/rand.h"
#include "base/str.h"
#include "conf/conf.h"
#include "svc/app.h"
#include "svc/change.h"
#include "svc/pace.h"
#include "svc/undo.h"
#include "web/call.h"
#include "web/reply.h"
#include "web/web_int.h"

#define FORM_MAX \
	((size_t)64 << 10) /* most forms are far smaller; aliases may hold a thousand targets */

/* ---- life ---- */

static const char *
cookie_name(struct web *web, const char *suffix)
{
	return arena_printf(web->arena, "%s%s%s", web->secure ? "__Host-" : "",
	    web->conf->session_name, suffix);
}

enum rc
web_new(struct app *app, struct web **ret, struct errs *errs)
{
	struct web *web;
	enum rc rc = routes_check(errs);

	if (rc != RC_OK)
		return rc;
	web = calloc(1, sizeof(*web));
	if (!web)
		abort();
	web->app = app;
	web->conf = app_conf(app);
	web->arena = arena_new(0, ARENA_PLAIN);
	rand_hex(web->key, 32);
	origin_init(web);
	mount_init(web);
	look_load(&web->look, web->conf, web->arena);
	words_load(&web->words, web->mount, web->arena);
	client_init(web);
	web->cookie_session = cookie_name(web, "");
	web->cookie_visitor = cookie_name(web, "_visitor");
	web->cookie_flash = cookie_name(web, "_flash");
	web->cookie_import = cookie_name(web, "_import");
	web->cookie_language = cookie_name(web, "_language");
	web->cookie_parked = cookie_name(web, "_second");
	*ret = web;
	return RC_OK;
}

void
web_free(struct web *web)
{
	if (!web)
		return;
	arena_free(web->arena);
	free(web);
}

/* ---- one request ---- */

/* What the message of a change offers to take back: the entry of the trail that it made. */
static int64_t
undo_of_change(const struct op *op)
{
	const struct change *c = op->changes;

	while (c && c->log_id == 0)
		c = c->next;
	return c && undo_offered(op, c->action) ? c->log_id : 0;
}

/* What changes something or is dear, once for each request; pages with a form for it are free, and so is signing out. */
static enum rc
pace(struct op *op, const struct call *c)
{
	bool dear = c->route->flags & ROUTE_DEAR;
	bool counts = c->post ? c->route->id != ROUTE_LOGOUT : dear && !c->route->post;

	return counts && c->actor.kind == ACTOR_ADMIN && op->run == 0 ? pace_take(op, dear) : RC_OK;
}

/* What the gate turned away because no page of ours sends it. Paths may hold what is typed into them, so it is the route that is named. */
static void
note_refusal(const struct call *c)
{
	switch (c->answer.status) {
	case 400:
	case 405:
	case 415:
	case 421:
		log_warn("web.refused", L_INT("status", c->answer.status),
		    L_TEXT("path", c->route ? c->route->path : NULL),
		    L_TEXT("source", c->actor.source), L_END);
		break;
	default: /* 403 is noted where it is decided, 404 is nobody's doing */
		break;
	}
}

/* The body of a program's request, now that it is known whose it is. */
static bool
read_late(struct op *op, struct call *c)
{
	if (!c->unread)
		return true;
	if (!gate_body(c)) {
		note_refusal(c);
		return false;
	}
	app_op_repeats(op, c->request_id);
	return true;
}

static enum rc
body(struct op *op, void *ctx)
{
	struct call *c = ctx;
	bool stop = false;
	enum rc rc;

	op->errs.lang = c->lang;
	reply_reset(c);
	c->sid = c->sid_renewed ? c->sid_renewed : c->sid_sent;
	if (c->sid_renewed)
		cookie_set(c, c->web->cookie_session, c->sid, 0);
	c->page.now = op->now;
	if ((rc = session_load(op, c)) != RC_OK || (rc = session_check(op, c, &stop)) != RC_OK ||
	    stop || !read_late(op, c) || (rc = pace(op, c)) != RC_OK ||
	    (rc = proof_check(op, c, &stop)) != RC_OK || stop)
		return rc;
	rc = c->post ? c->route->post(op, c) : c->route->get(op, c);
	if (rc == RC_OK)
		flash_send(c, undo_of_change(op));
	return rc;
}

static void
run(struct call *c)
{
	const struct actor nobody = {
		.kind = ACTOR_NOBODY, .door = c->actor.door, .name = "", .source = c->actor.source
	};
	const struct op_start start = { .actor = &nobody, .request_id = c->request_id, .lang = c->lang };
	struct op op;
	enum rc rc = app_run(c->web->app, &op, &start, body, c);

	if (op.wait > 0)
		c->answer.retry_after = op.wait;
	if (rc == RC_DENIED)
		log_warn("web.denied", L_TEXT("path", c->route->path),
		    L_TEXT("actor", c->actor.name), L_TEXT("source", c->actor.source), L_END);
	if (rc != RC_OK)
		reply_fault(c, &op, rc);
	if (c->resp->body.failed) {
		(void)op_fail(&op, RC_INTERNAL, "The page is too large.");
		reply_fault(c, &op, RC_INTERNAL);
	}
	reply_finish(c);
	if (c->answer.more)
		export_go_on(c);
	log_debug("web.answered", L_TEXT("path", c->path), L_INT("status", c->answer.status),
	    L_INT("statements", op.statements), L_END);
	app_op_end(c->web->app, &op);
}

static void
call_init(struct call *c, struct web *web, const struct http_req *req, struct http_resp *resp)
{
	*c = (struct call){ .web = web, .conf = web->conf, .req = req, .resp = resp, .in_rc = RC_OK };
	c->arena = arena_new(0, ARENA_SECRET);
	c->errs.arena = c->arena;
	c->actor = (struct actor){ .kind = ACTOR_NOBODY, .door = DOOR_WEB, .name = "", .source = "" };
	language_of_browser(c);
	reply_reset(c);
}

void
web_handle(void *ctx, const struct http_req *req, struct http_resp *resp)
{
	struct call c;
	bool passed;

	call_init(&c, ctx, req, resp);
	c.actor.source = client_source(&c);
	passed = gate_pass(&c);
	if (!passed)
		note_refusal(&c);
	if (!passed || (c.route->plain && !c.post && !c.bearer && c.route->plain(&c)))
		reply_finish(&c);
	else
		run(&c);
	arena_free(c.arena);
}

size_t
web_body_limit(void *ctx, enum http_method method, const char *path)
{
	const struct web *web = ctx;
	bool mounted = web->mount_len > 0 && method == HTTP_POST;
	CLEANUP(arena_freep) struct arena *arena = mounted ? arena_new(0, ARENA_PLAIN) : NULL;
	size_t limit = (size_t)web->conf->body_limit;
	const struct route *route;
	int64_t id;

	if (method != HTTP_POST)
		return 0;
	path = mount_asked(web, arena, path);
	if (!path)
		path = "";
	route = route_find(strncmp(path, "/api/", 5) == 0 ? path + 4 : path, &id);
	if (route && (route->flags & ROUTE_UPLOAD)) /* what is no file is measured by the gate */
		return MAX(limit, (size_t)web->conf->upload_limit);
	return strstr(path, "/aliases/") ? limit : MIN(limit, FORM_MAX);
}

void
web_error_page(void *ctx, int status, struct http_resp *resp)
{
	static const struct http_req none = { .path = "", .query = "", .target = "", .body = "" };
	struct call c;

	call_init(&c, ctx, &none, resp);
	reply_status(&c, status);
	reply_finish(&c);
	arena_free(c.arena);
}
