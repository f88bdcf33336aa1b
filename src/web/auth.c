/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signing in and out, the first administrator, one's own password. Owns the session's cookie. It must not know how sessions are kept or passwords
 * checked. The sign-in page of a browser nobody signed in with is made without the database, once an administrator was seen.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/op.h"
#include "base/str.h"
#include "conf/conf.h"
#include "svc/admin.h"
#include "svc/auth.h"
#include "svc/mail.h"
#include "view/forms.h"
#include "view/passkey.h"
#include "web/call.h"
#include "web/form.h"
#include "web/handlers_access.h"
#include "web/inputs.h"
#include "web/passkey.h"
#include "web/reply.h"
#include "web/web_int.h"

#define PARKED_SECONDS 300 /* as long as it lives (svc/auth_second.c) */

/* ---- signing in ---- */

static const struct form_row login_rows[] = {
	{ .name = "username", .kind = WIDGET_EMAIL, .autocomplete = "username", .focus = true },
	{ .name = "password", .kind = WIDGET_SIGNIN_PASSWORD, .autocomplete = "current-password" },
};

/* Of a demonstration: who everybody may be. */
static const char *
demo_intro(struct call *c)
{
	const struct conf *conf = c->conf;

	if (!*conf->demo_account)
		return NULL;
	return *conf->demo_password
	    ? call_printf(c, N_("This is a demonstration. Sign in as %s with the password %s."),
		  conf->demo_account, conf->demo_password)
	    : call_printf(c, N_("This is a demonstration. Sign in as %s."), conf->demo_account);
}

/* The form, and below it a passkey, which alone lets in where the operator lets it; links to other pages come after both. */
static void
add_ways_in(struct call *c, struct form *form, struct str *out)
{
	static const struct link question = { ROUTE_PASSKEY_ASK, 0, "" };
	const struct passkey_box box = { .action = { ROUTE_PASSKEY, 0, auth_next_query(c) },
		.ask = &question,
		.submit = N_("Sign in with a passkey") };
	const struct form links = *form;

	if (!passkey_only(c->conf, c->arena)) {
		view_form(out, &c->page, form);
		return;
	}
	form->more = form->also = NULL;
	view_form(out, &c->page, form);
	view_passkey_sign_in(out, &c->page, &box);
	view_form_links(out, &c->page, &links);
}

enum rc
auth_login_page(struct op *op, struct call *c, enum rc rc)
{
	const struct form_spec spec = { .title = N_("Sign in"),
		.intro = demo_intro(c),
		.in = &signin_in_fields,
		.rows = login_rows,
		.n = ARRAY_LEN(login_rows),
		.submit = N_("Sign in"),
		.narrow = true,
		.more = mail_reset_offered(c->conf) ? N_("Lost your password?") : NULL,
		.more_to = { ROUTE_LOST, 0, "" },
		.also = c->conf->no_change_password ? NULL : N_("New password for my mailbox"),
		.also_to = { ROUTE_OWNER_PASSWORD, 0, "" } };
	struct form form;
	struct str *out;

	session_token(c);
	form_build(op, c, &spec, rc, &form);
	out = reply_page(c, rc_http(rc), spec.title);
	add_ways_in(c, &form, out);
	return reply_page_end(c);
}

bool
web_login_fast(struct call *c)
{
	if (c->sid || c->json || !atomic_load(&c->web->has_admin))
		return false;
	(void)auth_login_page(NULL, c, RC_OK);
	return true;
}

enum rc
web_login_form(struct op *op, struct call *c)
{
	bool setup = false;
	enum rc rc;

	if (c->actor.kind == ACTOR_ADMIN)
		return reply_to(c, ROUTE_HOME, 0);
	if (!atomic_load(&c->web->has_admin) && (rc = auth_needs_setup(op, &setup)) != RC_OK)
		return rc;
	if (setup)
		return reply_to(c, ROUTE_SETUP, 0);
	atomic_store(&c->web->has_admin, true);
	return auth_login_page(op, c, RC_OK);
}

const char *
auth_next(struct call *c)
{
	const struct next_in *next = c->query;
	const char *path = next ? reply_safe_path(c, next->next) : NULL;

	return path ? path : reply_path(c, ROUTE_DOMAINS, 0);
}

/* Signed in: the browser's other ids are done with. */
static enum rc
signed_in(struct call *c, const struct auth_entry *entry)
{
	c->sid = arena_strdup(c->arena, entry->raw);
	cookie_set(c, c->web->cookie_session, c->sid, 0);
	cookie_set(c, c->web->cookie_visitor, NULL, 0);
	if (cookie_value(c, c->web->cookie_parked))
		cookie_set(c, c->web->cookie_parked, NULL, 0);
	if (entry->strangers > 0 && !c->json)
		reply_flash(c,
		    FLASH_NOTE, N_("Failed tries to sign in as you, from elsewhere, since you did last: %lld. The log has them."),
		    (long long)entry->strangers);
	if (!c->json)
		return reply_to_path(c, auth_next(c));
	session_token(c);
	str_addf(reply_json(c, 200), "{\"ok\":true,\"csrf\":\"%s\"}", c->csrf);
	return RC_OK;
}

const char *
auth_next_query(struct call *c)
{
	const struct next_in *next = c->query;
	struct str s = STR_INIT;
	const char *query;

	if (!next || !reply_safe_path(c, next->next))
		return "";
	STR_LIT(&s, "?next=");
	str_add_url(&s, next->next);
	query = arena_strdup(c->arena, str_text(&s));
	str_release(&s);
	return query;
}

/* The second step's page, with the way on kept. */
static const char *
step_path(struct call *c, enum route_id route)
{
	return arena_printf(c->arena, "%s%s", reply_path(c, route, 0), auth_next_query(c));
}

/* Not signed in yet: the id of the parked sign-in has a cookie of its own, which no other page reads. */
static enum rc
parked(struct call *c, const struct auth_entry *entry)
{
	enum route_id route = entry->step == AUTH_CODE ? ROUTE_TOTP : ROUTE_TOTP_SETUP;

	if (c->sid)
		cookie_set(c, c->web->cookie_session, NULL, 0);
	c->sid = NULL;
	cookie_set(c, c->web->cookie_parked, arena_strdup(c->arena, entry->raw), PARKED_SECONDS);
	session_token(c);
	if (!c->json)
		return reply_to_path(c, step_path(c, route));
	str_addf(reply_json(c, 202),
	    "{\"ok\":false,\"second_factor\":\"%s\",\"next\":\"%s\",\"csrf\":\"%s\"}",
	    entry->step == AUTH_CODE ? "code" : "setup", reply_path(c, route, 0), c->csrf);
	return RC_OK;
}

enum rc
auth_entered(struct op *op, struct call *c, const struct auth_entry *entry)
{
	const char *before = c->sid;
	enum rc rc = entry->step == AUTH_IN ? signed_in(c, entry) : parked(c, entry);

	/* another session of this browser ends */
	return rc == RC_OK && before ? auth_sign_out(op, before) : rc;
}

static enum rc
sign_in(struct op *op, struct call *c, const struct signin_in *in)
{
	const char *agent = http_req_header(c->req, "user-agent");
	struct auth_entry entry = { 0 };
	enum rc rc = auth_sign_in(op, in, agent ? agent : "", &entry);

	return rc == RC_OK ? auth_entered(op, c, &entry) : rc;
}

enum rc
web_login_post(struct op *op, struct call *c)
{
	enum rc rc = c->in_rc == RC_OK ? sign_in(op, c, CALL_IN(c, signin_in)) : c->in_rc;

	if (form_can_show(c, rc) || (rc == RC_UNAUTHENTICATED && !c->json))
		return auth_login_page(op, c, rc);
	return rc;
}

enum rc
web_logout_post(struct op *op, struct call *c)
{
	enum rc rc = auth_sign_out(op, c->sid);

	if (rc != RC_OK)
		return rc;
	cookie_set(c, c->web->cookie_session, NULL, 0);
	c->page.user = NULL;
	rc = reply_done(c, reply_path(c, ROUTE_LOGIN, 0), NULL, NULL);
	c->answer.clear_site = true;
	return rc;
}

/* ---- the first administrator ---- */

static const struct form_row setup_rows[] = {
	{ .name = "token",
	    .kind = WIDGET_TEXT,
	    .label = N_("Setup key"),
	    .help = N_("Printed on the console when the panel starts without administrators.") },
	{ .name = "username",
	    .kind = WIDGET_EMAIL,
	    .label = N_("Your mail address"),
	    .help = N_("It is your name when you sign in."),
	    .autocomplete = "username" },
	{ .name = "password", .kind = WIDGET_PASSWORD, .label = N_("Password"), .autocomplete = "new-password" },
};

static enum rc
setup_form(struct op *op, struct call *c, enum rc rc)
{
	const struct form_spec spec = { .title = N_("Welcome"),
		.in = &setup_in_fields,
		.rows = setup_rows,
		.n = ARRAY_LEN(setup_rows),
		.submit = N_("Make the first administrator"),
		.narrow = true,
		.intro = N_("This panel has no administrator yet. Make the first one here.") };

	session_token(c);
	return form_reply(op, c, &spec, rc);
}

enum rc
web_setup_form(struct op *op, struct call *c)
{
	bool setup;
	enum rc rc = auth_needs_setup(op, &setup);

	if (rc != RC_OK)
		return rc;
	return setup ? setup_form(op, c, RC_OK) : reply_to(c, ROUTE_LOGIN, 0);
}

enum rc
web_setup_post(struct op *op, struct call *c)
{
	const struct setup_in *in = c->in;
	struct admin admin;
	bool setup;
	enum rc rc = auth_needs_setup(op, &setup);

	if (rc != RC_OK)
		return rc;
	if (!setup)
		return op_fail(op, RC_CONFLICT, "There is an administrator already. Please sign in.");
	rc = c->in_rc == RC_OK ? auth_setup(op, in, &admin) : c->in_rc;
	if (form_can_show(c, rc) || (rc == RC_UNAUTHENTICATED && !c->json))
		return setup_form(op, c, rc);
	if (rc != RC_OK)
		return rc;
	return sign_in(op, c,
	    &(const struct signin_in){ .username = in->username, .password = in->password });
}

/* ---- one's own password ---- */

static const struct form_row password_rows[] = {
	{ .name = "current_password",
	    .kind = WIDGET_SIGNIN_PASSWORD,
	    .label = N_("Current password"),
	    .autocomplete = "current-password",
	    .required = true },
	{ .name = "password",
	    .kind = WIDGET_PASSWORD,
	    .label = N_("New password"),
	    .autocomplete = "new-password",
	    .required = true },
};

static enum rc
password_form(struct op *op, struct call *c, enum rc rc)
{
	const struct form_spec spec = { .title = N_("Change my password"),
		.in = &admin_in_fields,
		.rows = password_rows,
		.n = ARRAY_LEN(password_rows),
		.submit = N_("Change password"),
		.cancel = { ROUTE_HOME, 0, "" },
		.intro = N_("Your other sessions end; this one goes on.") };

	return form_reply(op, c, &spec, rc);
}

enum rc
web_account_password_form(struct op *op, struct call *c)
{
	return password_form(op, c, RC_OK);
}

enum rc
web_account_password_post(struct op *op, struct call *c)
{
	enum rc rc = c->in_rc;

	if (rc == RC_OK)
		rc = admin_password(op, c->actor.admin_id, CALL_IN(c, admin_in), c->session.id_hash,
		    NULL);
	if (form_can_show(c, rc))
		return password_form(op, c, rc);
	if (rc != RC_OK)
		return rc;
	reply_flash(c, FLASH_DONE, N_("Your password was changed."));
	return reply_done(c, reply_path(c, ROUTE_DOMAINS, 0), NULL, NULL);
}
