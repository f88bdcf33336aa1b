/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pages of API tokens, for supers. What a token may is svc/token.h's. The surprising thing: the answer of a change is the page with the secret itself, not
 * a way to it, since nothing that is kept could show it.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/op.h"
#include "base/str.h"
#include "svc/token.h"
#include "view/tokens.h"
#include "web/call.h"
#include "web/form.h"
#include "web/handlers_access.h"
#include "web/reply.h"

/* The scopes that there is a reason for, in words. */
static const struct option scopes[] = {
	{ .value = "read", .label = N_("Read") },
	{ .value = "read write", .label = N_("Read and change") },
	{ .value = "write", .label = N_("Change") },
	{ .value = "*", .label = N_("Everything") },
};

/* As people read it; programs get the fork's words. */
static const char *
scope_name(const char *scope)
{
	bool reads = token_scope_has(scope, "read"), writes = token_scope_has(scope, "write");

	if (token_scope_has(scope, "*"))
		return scopes[3].label;
	if (!reads && !writes)
		return scope;
	return scopes[!writes ? 0 : reads ? 1 : 2].label;
}

enum rc
web_tokens(struct op *op, struct call *c)
{
	struct token_list list;
	struct tokens_view v;
	enum rc rc = token_list(op, &list);

	if (rc != RC_OK)
		return rc;
	if (c->json)
		return reply_rows(c, &token_fields, list.rows, list.n, &list.info);
	for (size_t i = 0; i < list.n; i++)
		list.rows[i].scope = scope_name(list.rows[i].scope);
	v = (struct tokens_view){ list.rows, list.n };
	c->page.section = SECTION_ADMINS;
	view_tokens(reply_page(c, 200, N_("API tokens")), &c->page, &v);
	return reply_page_end(c);
}

/* Made once for the request, not for each run of the op: what a run before may have stored is then what is shown. */
static const char *
own_secret(struct call *c)
{
	char raw[TOKEN_TEXT_MAX];

	if (!c->fresh) {
		token_fresh(raw);
		c->fresh = arena_strdup(c->arena, raw);
	}
	return c->fresh;
}

static enum rc
show_made(struct call *c, const struct token *t)
{
	const struct token_view v = { t, c->fresh };

	if (c->json) {
		struct str *out = reply_json(c, 201);

		STR_LIT(out, "{\"token\":");
		str_add_json(out, c->fresh);
		str_addf(out, ",\"id\":%lld,\"name\":", (long long)t->id);
		str_add_json(out, t->name);
		str_addc(out, '}');
		return RC_OK;
	}
	c->page.section = SECTION_ADMINS;
	view_token_made(reply_page(c, 200, t->name), &c->page, &v);
	return reply_page_end(c);
}

/* ---- adding ---- */

static const struct form_row add_rows[] = {
	{ .name = "name", .focus = true, .required = true },
	{ .name = "scope",
	    .kind = WIDGET_SELECT,
	    .half = true,
	    .options = scopes,
	    .n_options = ARRAY_LEN(scopes),
	    .start = "read",
	    .help = N_("Read: lists and entries. Change: add, edit, delete. Everything: what later "
		       "versions add, too.") },
	{ .name = "days", .half = true, .start = "365", .help = N_("How long it is valid; 0: for ever.") },
	{ .name = "owner", .kind = WIDGET_EMAIL },
	{ .name = "domains", .half = true },
	{ .name = "ip", .half = true },
};

static enum rc
add_form(struct op *op, struct call *c, enum rc rc)
{
	const struct form_spec spec = { .title = N_("Add a token"),
		.in = &token_in_fields,
		.rows = add_rows,
		.n = ARRAY_LEN(add_rows),
		.submit = N_("Add token"),
		.cancel = { ROUTE_TOKENS, 0, "" } };

	c->page.section = SECTION_ADMINS;
	return form_reply(op, c, &spec, rc);
}

enum rc
web_token_add_form(struct op *op, struct call *c)
{
	const struct token_in defaults = { .scope = "read", .days = TOKEN_DAYS };

	return c->json ? reply_object(c, 200, &token_in_fields, &defaults) : add_form(op, c, RC_OK);
}

enum rc
web_token_add_post(struct op *op, struct call *c)
{
	struct token t;
	enum rc rc = c->in_rc == RC_OK ? token_add(op, CALL_IN(c, token_in), own_secret(c), &t)
				       : c->in_rc;

	if (form_can_show(c, rc))
		return add_form(op, c, rc);
	return rc == RC_OK ? show_made(c, &t) : rc;
}

/* ---- replacing and revoking ---- */

static const struct form_row rotate_rows[] = {
	{ .name = "overlap", .half = true, .start = "24", .help = N_("0: the old token ends at once.") },
};

static enum rc
rotate_form(struct op *op, struct call *c, const struct token *t, enum rc rc)
{
	const struct form_spec spec = { .title = call_printf(c, N_("Replace %s"), t->name),
		.in = &token_rotate_in_fields,
		.rows = rotate_rows,
		.n = ARRAY_LEN(rotate_rows),
		.submit = N_("Make a new token"),
		.cancel = { ROUTE_TOKENS, 0, "" },
		.intro = N_("A new token of the same name and rights is made and shown once. The "
			    "old one goes on for so long, to change over in peace.") };

	c->page.section = SECTION_ADMINS;
	return form_reply(op, c, &spec, rc);
}

static enum rc
revoke_form(struct op *op, struct call *c, const struct token *t, enum rc rc)
{
	const struct form_spec spec = { .title = call_printf(c, N_("Revoke %s"), t->name),
		.in = &token_pick_in_fields,
		.danger = true,
		.submit = N_("Revoke token"),
		.cancel = { ROUTE_TOKENS, 0, "" },
		.warning = N_(
		    "Programs that use this token are refused at once. This cannot be undone.") };

	c->page.section = SECTION_ADMINS;
	return form_reply(op, c, &spec, rc);
}

typedef enum rc (*token_form)(struct op *op, struct call *c, const struct token *t, enum rc rc);

static enum rc
show_form(struct op *op, struct call *c, token_form form, enum rc shown)
{
	struct token t;
	enum rc rc = token_get(op, c->id, &t);

	if (rc != RC_OK)
		return rc;
	return c->json ? reply_object(c, 200, &token_fields, &t) : form(op, c, &t, shown);
}

enum rc
web_token_rotate_form(struct op *op, struct call *c)
{
	return show_form(op, c, rotate_form, RC_OK);
}

enum rc
web_token_revoke_form(struct op *op, struct call *c)
{
	return show_form(op, c, revoke_form, RC_OK);
}

enum rc
web_token_rotate_post(struct op *op, struct call *c)
{
	const struct token_rotate_in none = { 0 }, *in = c->in ? c->in : &none;
	const struct token_pick_in pick = { .id = c->id };
	struct token t;
	enum rc rc = c->in_rc == RC_OK ? token_rotate(op, &pick, in, own_secret(c), &t) : c->in_rc;

	if (form_can_show(c, rc))
		return show_form(op, c, rotate_form, rc);
	return rc == RC_OK ? show_made(c, &t) : rc;
}

enum rc
web_token_revoke_post(struct op *op, struct call *c)
{
	const struct token_pick_in pick = { .id = c->id };
	struct token t;
	enum rc rc = token_revoke(op, &pick, &t);

	if (form_can_show(c, rc))
		return show_form(op, c, revoke_form, rc);
	if (rc != RC_OK)
		return rc;
	reply_flash(c, FLASH_DONE, N_("The token %s is void."), t.name);
	return reply_done(c, reply_path(c, ROUTE_TOKENS, 0), &token_fields, &t);
}
