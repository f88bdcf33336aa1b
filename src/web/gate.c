/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The gate: everything that can be refused without asking the database, in one order for all routes: host, path, method, kind of body, names
 * and values of fields, where a change comes from, its token. It reads the route's row and knows no route. What passes has its
 * fields parsed; only values that a person can mend (RC_INVALID) are left to the handler, which shows the form again. The surprising thing: below /api
 * the body waits until the database said who asks, so that strangers have nothing parsed.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/lang.h"
#include "base/log.h"
#include "base/str.h"
#include "conf/conf.h"
#include "base/size.h"
#include "svc/extra.h"
#include "web/back.h"
#include "web/call.h"
#include "web/reply.h"
#include "web/web_int.h"

#include <strings.h>

#define REQUEST_ID_MAX 200

/* What a form sends about itself, beside its fields. */
struct hidden {
	const char *csrf, *checkboxes, *sets;
};

static bool
refuse(struct call *c, enum rc rc, const char *text)
{
	(void)err_add(&c->errs, rc, NULL, "%s", text);
	reply_fault(c, NULL, rc);
	return false;
}

/* ---- host, path, method ---- */

static bool
wants(const struct call *c, const char *type)
{
	const char *accept = http_req_header(c->req, "accept");
	size_t n = strlen(type);

	return accept && strncasecmp(accept, type, n) == 0 && strchr(",; ", accept[n]);
}

/* A list as CSV is a route of its own; faults of it are for a program. */
static void
take_csv(struct call *c)
{
	if (!c->route || !c->route->csv || !wants(c, "text/csv"))
		return;
	c->route = route_of(c->route->csv);
	c->json = true;
}

static void
take_path(struct call *c)
{
	bool api;

	c->path = mount_asked(c->web, c->arena, c->req->path);
	if (!c->path)
		c->path = "";
	c->json = wants(c, "application/json");
	c->htmx = http_req_header(c->req, "hx-request") != NULL;
	api = strncmp(c->path, "/api/", 5) == 0;
	if (api) {
		c->path += 4;
		c->json = true;
		c->actor.door = DOOR_API;
	}
	c->route = route_find(c->path, &c->id);
	if (c->route && api && (c->route->flags & ROUTE_NO_JSON))
		c->route = NULL;
	take_csv(c);
	if (c->json)
		language_none(c);
}

static bool
pass_route(struct call *c)
{
	bool any = c->route && (c->route->flags & ROUTE_ANY_HOST);

	if (!any && !origin_host_known(c->web, http_req_header(c->req, "host"))) {
		reply_status(c, 421);
		return false;
	}
	if (!c->route) {
		reply_status(c, 404);
		return false;
	}
	c->post = c->req->method == HTTP_POST;
	if (c->post ? c->route->post != NULL
		    : (c->req->method == HTTP_GET || c->req->method == HTTP_HEAD) &&
		    (c->route->get || c->route->plain))
		return true;
	c->answer.allow = route_allow(c->route);
	reply_status(c, 405);
	return false;
}

/* ---- reading query and body ---- */

static bool
named(const char *list, const char *name)
{
	size_t n = strlen(name);

	for (const char *at = list; at && *at; at += strspn(at, " ")) {
		size_t len = strcspn(at, " ");

		if (len == n && memcmp(at, name, n) == 0)
			return true;
		at += len;
	}
	return false;
}

static bool
pass_names(struct call *c, const struct pairs *pairs, const struct fields *f, const char *only)
{
	bool extras = c->route->flags & ROUTE_EXTRAS;

	for (size_t i = 0; i < pairs->n; i++)
		if (!f ||
		    (only && !named(only, pairs->at[i].name) &&
			!(extras && extra_named(pairs->at[i].name)))) {
			reply_fault(c, NULL, field_unknown(&c->errs, pairs->at[i].name));
			return false;
		}
	return true;
}

/* Takes the first pair of that name out; NULL: it is not there. A second one stays and is refused as unknown. */
static const char *
take(struct pairs *pairs, const char *name)
{
	for (size_t i = 0; i < pairs->n; i++) {
		const char *text = pairs->at[i].text;

		if (strcmp(pairs->at[i].name, name) != 0)
			continue;
		memmove(&pairs->at[i], &pairs->at[i + 1], (pairs->n - i - 1) * sizeof(*pairs->at));
		pairs->n--;
		return text;
	}
	return NULL;
}

/* Filters and sortings do not come from a form that could be shown again: a bad value there is a bad request. */
static bool
pass_query(struct call *c)
{
	const struct route *r = c->route;
	struct pairs pairs = { 0 };
	enum rc rc = form_parse(c->req->query, strlen(c->req->query), c->arena, &pairs, &c->errs);

	if (rc != RC_OK) {
		reply_fault(c, NULL, rc);
		return false;
	}
	if ((r->flags & ROUTE_BACK) && !c->json)
		back_take(c, take(&pairs, "back"));
	if (!pass_names(c, &pairs, r->query, r->query_only))
		return false;
	if (!r->query)
		return true;
	c->query = arena_alloc(c->arena, r->query->size);
	if (field_parse(r->query, FIELD_PATCH, pairs.at, pairs.n, c->query, c->arena, &c->errs) == RC_OK)
		return true;
	reply_fault(c, NULL, RC_MALFORMED);
	return false;
}

/* Is the media type this one, with no parameter but a charset of UTF-8? */
static bool
is_type(const char *header, const char *type)
{
	size_t n = strlen(type);
	const char *rest;

	if (strncasecmp(header, type, n) != 0)
		return false;
	rest = header + n + strspn(header + n, " ");
	if (*rest == ';') {
		rest += 1 + strspn(rest + 1, " ");
		if (strncasecmp(rest, "charset=utf-8", 13) == 0)
			rest += 13;
		else if (strncasecmp(rest, "charset=\"utf-8\"", 15) == 0)
			rest += 15;
	}
	return *rest == '\0';
}

/*
 * In a form, sizes are written as the reader's language has them, and a bare number is of the unit that the configuration names; elsewhere it is bytes.
 */
static void
add_unit(struct call *c, struct pair *p)
{
	const struct field *f = c->route->body ? field_by_name(c->route->body, p->name) : NULL;
	struct str s = STR_INIT;

	if (f && (f->kind == KIND_BYTES || (f->flags & FIELD_UNLIMITED)) && p->len == strlen(p->text)) {
		p->text = lang_size_in(c->lang, p->text, c->arena);
		p->len = strlen(p->text);
	}
	if (!f || f->kind != KIND_BYTES || !*p->text || p->text[strspn(p->text, "0123456789.")] != '\0')
		return;
	size_exact(c->conf->quota_multiplier, &s);
	p->text = arena_printf(c->arena, "%s%s", p->text, strchr(str_text(&s), ' '));
	p->len = strlen(p->text);
	str_release(&s);
}

/* A form with a file; what is not the one box for files is refused like any field that is not there. */
static bool
read_upload(struct call *c, const char *boundary)
{
	enum rc rc = form_parse_multipart(c->req->body, c->req->body_len, boundary, c->arena,
	    &c->body, &c->file, &c->errs);

	if (rc == RC_OK && c->file.field && strcmp(c->file.field, "file") != 0)
		rc = field_unknown(&c->errs, c->file.field);
	if (rc != RC_OK)
		reply_fault(c, NULL, rc);
	return rc == RC_OK;
}

static bool
read_body(struct call *c, bool *ret_form)
{
	const char *type = http_req_header(c->req, "content-type");
	char boundary[FORM_BOUNDARY_MAX + 1];
	enum rc rc;

	*ret_form = false;
	if (c->req->body_len == 0)
		return true;
	if (type && (c->route->flags & ROUTE_UPLOAD) && form_boundary(type, boundary)) {
		*ret_form = true;
		return read_upload(c, boundary);
	}
	if (c->req->body_len > (size_t)c->conf->body_limit) {
		reply_status(c, 413);
		return false;
	}
	if (type && is_type(type, "application/json")) {
		rc = form_parse_json(c->req->body, c->req->body_len, c->arena, &c->body, &c->errs);
	} else if (type && is_type(type, "application/x-www-form-urlencoded")) {
		*ret_form = true;
		rc = form_parse(c->req->body, c->req->body_len, c->arena, &c->body, &c->errs);
	} else {
		reply_status(c, 415);
		return false;
	}
	if (rc != RC_OK)
		reply_fault(c, NULL, rc);
	return rc == RC_OK;
}

static struct pair *
pair_of(struct pairs *pairs, const char *name)
{
	for (size_t i = 0; i < pairs->n; i++)
		if (strcmp(pairs->at[i].name, name) == 0)
			return &pairs->at[i];
	return NULL;
}

/* Is every name of the list a field of that kind? A form says which boxes it has; what is no box must not become one. */
static bool
pass_list(struct call *c, const char *list, bool (*is_kind)(const struct field *f))
{
	const struct fields *body = c->route->body;

	for (const char *at = list; at && *at; at += strspn(at, " ")) {
		size_t n = strcspn(at, " ");
		const char *name = arena_strndup(c->arena, at, n);
		const struct field *f = body ? field_by_name(body, name) : NULL;

		if (n > 0 && (!f || !is_kind(f))) {
			reply_fault(c, NULL, field_unknown(&c->errs, name));
			return false;
		}
		at += n;
	}
	return true;
}

static bool
is_switch(const struct field *f)
{
	return f->type == FIELD_BOOL;
}

static bool
is_set(const struct field *f)
{
	return f->flags & FIELD_SET;
}

/* Boxes that are not ticked are not sent: what the form says it has and did not send is off. */
static void
add_absent(struct call *c, const char *list, const char *value)
{
	for (const char *at = list; at && *at; at += strspn(at, " ")) {
		size_t n = strcspn(at, " ");
		const char *name = arena_strndup(c->arena, at, n);

		if (c->body.n < FORM_PAIRS_MAX && !pair_of(&c->body, name))
			c->body.at[c->body.n++] = (struct pair){ name, value, strlen(value), PAIR_TEXT };
		at += n;
	}
}

/* Ticked boxes of one name become one comma list; ALL swallows the others. */
static void
join_sets(struct call *c, const char *list)
{
	for (size_t i = 0; i < c->body.n; i++) {
		struct pair *p = &c->body.at[i], *first = pair_of(&c->body, p->name);

		if (p == first || !named(list, p->name))
			continue;
		if (strcmp(first->text, "ALL") != 0)
			first->text = strcmp(p->text, "ALL") == 0
			    ? p->text
			    : arena_printf(c->arena, "%s,%s", first->text, p->text);
		first->len = strlen(first->text);
		memmove(p, p + 1, (c->body.n - i - 1) * sizeof(*p));
		c->body.n--;
		i--;
	}
}

/* In a form that makes something, an empty box for a number stands for the default, not for 0. */
static void
drop_empty_numbers(struct call *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->body.n; i++) {
		const struct pair *p = &c->body.at[i];
		const struct field *f = *p->text ? NULL : field_by_name(c->route->body, p->name);

		if (!f || f->type != FIELD_INT)
			c->body.at[n++] = *p;
	}
	c->body.n = n;
}

static bool
pass_body(struct call *c, struct hidden *hidden)
{
	const struct route *r = c->route;
	enum field_mode mode = r->flags & ROUTE_MAKES ? FIELD_WHOLE : FIELD_PATCH;
	const char *key = http_req_header(c->req, "idempotency-key");
	bool form;

	if (!read_body(c, &form))
		return false;
	hidden->csrf = take(&c->body, "csrf");
	c->request_id = take(&c->body, "request");
	if (!c->request_id)
		c->request_id = key;
	if (r->flags & ROUTE_STEP_UP)
		c->proof = take(&c->body, "proof");
	if (c->request_id && strlen(c->request_id) > REQUEST_ID_MAX)
		return refuse(c, RC_MALFORMED, N_("The request's key is too long."));
	if (form) {
		hidden->checkboxes = take(&c->body, "checkboxes");
		hidden->sets = take(&c->body, "sets");
		c->anyway = take(&c->body, "anyway") != NULL;
		if (r->flags & ROUTE_BACK)
			back_take(c, take(&c->body, "back"));
		if (!pass_list(c, hidden->checkboxes, is_switch) || !pass_list(c, hidden->sets, is_set))
			return false;
		join_sets(c, hidden->sets);
		add_absent(c, hidden->checkboxes, "false");
		add_absent(c, hidden->sets, "NONE");
	}
	if (!pass_names(c, &c->body, r->body, r->body_only))
		return false;
	if (!r->body)
		return true;
	c->in = arena_alloc(c->arena, r->body->size);
	if (form && (r->flags & ROUTE_MAKES))
		drop_empty_numbers(c);
	for (size_t i = 0; form && i < c->body.n; i++)
		add_unit(c, &c->body.at[i]);
	c->in_rc = field_parse(r->flags & ROUTE_EXTRAS ? extras_of_input(c->conf, r->body, c->arena).in
						       : r->body,
	    mode, c->body.at, c->body.n, c->in, c->arena, &c->errs);
	if (c->in_rc == RC_MALFORMED)
		reply_fault(c, NULL, RC_MALFORMED);
	return c->in_rc != RC_MALFORMED;
}

/* ---- where a change comes from ---- */

static bool
pass_source(struct call *c)
{
	if (c->bearer)
		return true;
	if (!origin_ours(c)) {
		log_warn("web.foreign_origin", L_TEXT("path", c->path),
		    L_TEXT("source", c->actor.source), L_END);
		return refuse(c, RC_DENIED, N_("This did not come from a page of this panel."));
	}
	if (c->route->who != WHO_ANYONE && !c->sid) {
		session_ask(c);
		return false;
	}
	return true;
}

static bool
pass_token(struct call *c, const struct hidden *hidden)
{
	const char *token = hidden->csrf ? hidden->csrf : http_req_header(c->req, "x-csrf-token");

	if (c->bearer || session_token_ok(c, token))
		return true;
	log_warn("web.csrf", L_TEXT("path", c->path), L_TEXT("source", c->actor.source), L_END);
	return refuse(c, RC_DENIED,
	    N_("This form is out of date. Please go back, reload the page and try again."));
}

bool
gate_body(struct call *c)
{
	struct hidden hidden = { 0 };
	bool late = c->unread;

	c->unread = false;
	return pass_body(c, &hidden) && (late || pass_source(c)) && pass_token(c, &hidden);
}

bool
gate_pass(struct call *c)
{
	take_path(c);
	if (!pass_route(c))
		return false;
	if ((c->route->flags & ROUTE_REST) && c->route->plain)
		return true;
	if (!bearer_take(c))
		return false;
	if (!c->bearer && cookie_read(c) != RC_OK) {
		reply_fault(c, NULL, RC_MALFORMED);
		return false;
	}
	if (!c->post && c->route->who != WHO_ANYONE && !origin_may_read(c))
		return refuse(c, RC_DENIED, "Pages of other sites cannot read this.");
	if (!pass_query(c))
		return false;
	if (!c->post && c->req->body_len > 0)
		return refuse(c, RC_MALFORMED, N_("A request to read has no body."));
	if (!c->post)
		return true;
	/* a program's body may be large, and whose it is stands in front of it */
	c->unread = c->bearer || (c->actor.door == DOOR_API && c->route->who != WHO_ANYONE);
	return c->unread ? pass_source(c) : gate_body(c);
}
