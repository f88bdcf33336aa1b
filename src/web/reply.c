/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Answers that went well: pages, objects and lists as JSON, redirects. A handler says what the outcome is; whether it goes out as HTML or
 * JSON is decided here. Faults are in fault.c, headers in headers.c.
 */
#include "base/base.h"

#include "base/addr.h"
#include "base/arena.h"
#include "base/lang.h"
#include "base/op.h"
#include "base/str.h"
#include "conf/conf.h"
#include "svc/warn.h"
#include "view/layout.h"
#include "web/back.h"
#include "web/call.h"
#include "web/inputs.h"
#include "web/reply.h"
#include "web/web_int.h"

const char *
call_text(const struct call *c, const char *text)
{
	return lang_text(c->lang, text);
}

const char *
call_printf(struct call *c, const char *fmt, ...)
{
	const char *text;
	va_list ap;

	va_start(ap, fmt);
	text = arena_vprintf(c->arena, call_text(c, fmt), ap);
	va_end(ap);
	return text;
}

void
reply_reset(struct call *c)
{
	str_clear(&c->resp->body);
	c->answer = (struct answer){ 0 };
	c->page = (struct page){ .lang = c->lang,
		.mount = c->web->mount,
		.site = c->conf->sitename,
		.has_logo = c->web->look.logo != NULL,
		.has_style = c->web->look.style != NULL };
	c->csrf = NULL;
	c->warnings = NULL;
}

static struct str *
body(struct call *c, int status, const char *type)
{
	str_clear(&c->resp->body);
	c->answer.status = status;
	c->answer.type = type;
	return &c->resp->body;
}

/* ---- pages ---- */

/* Does the script ask for the list alone? */
static bool
wants_list(const struct call *c)
{
	const char *target = c->htmx ? http_req_header(c->req, "hx-target") : NULL;

	return target && strcmp(target, "list") == 0;
}

struct str *
reply_page(struct call *c, int status, const char *title)
{
	struct str *out = body(c, status, "text/html; charset=utf-8");

	c->page.title = call_text(c, title);
	c->page.again = c->page.fault ? NULL : reply_again(c, c->post ? c->req->path : c->req->target);
	c->page.here = c->post ? NULL : reply_safe_path(c, c->req->target);
	if (c->page.user && !c->csrf)
		session_token(c);
	if (c->csrf)
		flash_take(c);
	c->page.back = c->back;
	c->page.part = wants_list(c);
	c->page.words = words_name(&c->web->words, c->page.lang);
	if (c->page.part)
		view_page_part(out, &c->page);
	else
		view_page_open(out, &c->page);
	return out;
}

enum rc
reply_page_end(struct call *c)
{
	if (!c->page.part)
		view_page_close(&c->resp->body, &c->page);
	return RC_OK;
}

/* ---- JSON ---- */

struct str *
reply_json(struct call *c, int status)
{
	return body(c, status, "application/json");
}

enum rc
reply_object(struct call *c, int status, const struct fields *f, const void *obj)
{
	struct str *out = reply_json(c, status);
	char rev[17];

	field_rev(f, obj, rev);
	field_json(f, obj, out);
	/* the closing brace makes way for the revision */
	out->len -= out->len > 0;
	STR_LIT(out, ",\"rev\":\"");
	str_add(out, rev);
	STR_LIT(out, "\"}");
	return RC_OK;
}

static void
add_warnings(struct str *out, const struct warnings *w)
{
	STR_LIT(out, ",\"warnings\":[");
	for (size_t i = 0; i < w->n; i++) {
		if (i > 0)
			str_addc(out, ',');
		str_add_json(out, w->text[i]);
	}
	str_addc(out, ']');
}

enum rc
reply_made(struct call *c, int status, const struct fields *f, const void *obj, const char *password)
{
	struct str *out;

	(void)reply_object(c, status, f, obj);
	out = &c->resp->body;
	out->len -= out->len > 0;
	if (password) {
		STR_LIT(out, ",\"password\":");
		str_add_json(out, password);
	}
	if (c->warnings)
		add_warnings(out, c->warnings);
	str_addc(out, '}');
	return RC_OK;
}

static void
add_info(struct str *out, const struct list_info *info)
{
	STR_LIT(out, "],\"total\":");
	str_addi(out, info->total);
	STR_LIT(out, ",\"total_at_least\":");
	str_add(out, info->total_at_least ? "true" : "false");
	STR_LIT(out, ",\"next\":");
	str_add_json(out, info->next);
	STR_LIT(out, ",\"prev\":");
	str_add_json(out, info->prev);
	str_addc(out, '}');
}

enum rc
reply_rows(struct call *c, const struct fields *f, const void *rows, size_t n,
    const struct list_info *info)
{
	struct str *out = reply_json(c, 200);
	const struct list_info all = { .total = (int64_t)n };

	str_reserve(out, n * 400);
	STR_LIT(out, "{\"rows\":[");
	for (size_t i = 0; i < n; i++) {
		if (i)
			str_addc(out, ',');
		field_json(f, (const char *)rows + i * f->size, out);
	}
	add_info(out, info ? info : &all);
	return RC_OK;
}

/* ---- going elsewhere ---- */

const char *
reply_shown(struct call *c, const char *address)
{
	char buf[ADDR_SHOWN_MAX];

	return arena_strdup(c->arena, addr_display(address, buf, sizeof(buf)));
}

const char *
reply_path(struct call *c, enum route_id route, int64_t id)
{
	const char *path = route_path(route), *hole = strchr(path, '{');

	if (!hole)
		return path;
	return arena_printf(c->arena, "%.*s%lld%s", (int)(hole - path), path, (long long)id,
	    hole + sizeof("{id}") - 1);
}

/* Does this fit into a Location header as it is? */
static bool
is_plain(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text <= ' ' || (unsigned char)*text >= 0x7f || *text == '\\' ||
		    *text == '"')
			return false;
	return true;
}

/* The row of a local path that can be gone to, NULL: it is none. What is in front of the panel's own part is taken off the path. */
static const struct route *
route_of_path(struct call *c, const char **at)
{
	const char *path = *at;
	const struct route *r;
	int64_t id;

	if (!path || path[0] != '/' || strlen(path) > 1000 || !is_plain(path))
		return NULL;
	*at = path = mount_inside(c->web, c->arena, path);
	if (path[1] == '/')
		return NULL;
	r = route_find(arena_strndup(c->arena, path, strcspn(path, "?#")), &id);
	return r && r->get ? r : NULL;
}

const char *
reply_safe_path(struct call *c, const char *path)
{
	const struct route *r = route_of_path(c, &path);

	return r && r->who != WHO_ANYONE ? path : NULL;
}

const char *
reply_again(struct call *c, const char *path)
{
	return route_of_path(c, &path) ? path : NULL;
}

enum rc
reply_to_path(struct call *c, const char *path)
{
	(void)body(c, 303, NULL);
	c->answer.location = path;
	return RC_OK;
}

enum rc
reply_to(struct call *c, enum route_id route, int64_t id)
{
	return reply_to_path(c, reply_path(c, route, id));
}

enum rc
reply_done(struct call *c, const char *back, const struct fields *f, const void *obj)
{
	if (!c->json)
		return reply_to_path(c, back_to(c, back));
	if (obj)
		return reply_made(c, c->route->flags & ROUTE_MAKES ? 201 : 200, f, obj, NULL);
	STR_LIT(reply_json(c, 200), "{\"ok\":true}");
	return RC_OK;
}

enum rc
reply_back(struct call *c, enum route_id route, const struct fields *f, const void *obj)
{
	const struct back_in *in = c->in;
	const char *path = in ? reply_safe_path(c, in->back) : NULL;

	return reply_done(c, path ? path : reply_path(c, route, 0), f, obj);
}

enum rc
reply_json_text(struct call *c, const char *json)
{
	str_add(reply_json(c, 200), json);
	return RC_OK;
}
