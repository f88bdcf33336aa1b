/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The second step of signing in: a code, or setting up a second factor first. Owns the parked sign-in's cookie. It must not know
 * how codes are checked. The surprising thing: nobody is signed in here; these two pages are all that the cookie opens.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/op.h"
#include "base/str.h"
#include "svc/auth.h"
#include "view/forms.h"
#include "view/passkey.h"
#include "web/call.h"
#include "web/form.h"
#include "web/handlers_access.h"
#include "web/inputs.h"
#include "web/passkey.h"
#include "web/reply.h"
#include "web/second.h"
#include "web/web_int.h"

static const char *
raw_id(const struct call *c)
{
	return cookie_value(c, c->web->cookie_parked);
}

/* It took too long, or was never begun: back to the password. */
enum rc
auth_start_again(struct op *op, struct call *c)
{
	const struct err *err = op->errs.first;

	cookie_set(c, c->web->cookie_parked, NULL, 0);
	if (c->json)
		return RC_UNAUTHENTICATED;
	session_token(c);
	if (raw_id(c) && err)
		reply_flash(c, FLASH_FAULT, "%s", err->text);
	return reply_to(c, ROUTE_LOGIN, 0);
}

const char *
auth_agent(const struct call *c)
{
	const char *text = http_req_header(c->req, "user-agent");

	return text ? text : "";
}

/* ---- a code ---- */

static const struct form_row code_rows[] = {
	{ .name = "code", .kind = WIDGET_CODE, .autocomplete = "one-time-code", .focus = true, .required = true },
};

static void
add_code(struct op *op, struct call *c, struct str *out, enum rc rc)
{
	const struct form_spec spec = { .title = N_("Second factor"),
		.in = &second_in_fields,
		.rows = code_rows,
		.n = ARRAY_LEN(code_rows),
		.submit = N_("Sign in"),
		.action = { ROUTE_TOTP, 0, auth_next_query(c) },
		.narrow = true };
	struct form form;

	form_build(op, c, &spec, rc, &form);
	view_form(out, &c->page, &form);
}

static void
add_passkey(struct op *op, struct call *c, struct str *out, bool alone)
{
	static const struct link question = { ROUTE_TOTP_PASSKEY_ASK, 0, "" };
	const char *off = passkey_refusal(c->conf, c->arena);
	const struct err *fault = op->errs.first ? op->errs.first : c->errs.first;
	const struct passkey_box box = { .action = { ROUTE_TOTP_PASSKEY, 0, auth_next_query(c) },
		.ask = &question,
		.submit = N_("Use a passkey"),
		.intro = alone
		    ? N_("Your account needs a second proof that it is you: your passkey.")
		    : NULL,
		.error = off         ? off
		    : alone && fault ? fault->text
				     : NULL };

	view_passkey_sign_in(out, &c->page, &box);
}

enum rc
auth_code_page(struct op *op, struct call *c, enum rc rc)
{
	struct auth_ways ways;
	struct errs faults = op->errs;
	enum rc looked = auth_ways(op, raw_id(c), &ways);
	struct str *out;

	if (looked != RC_OK)
		return looked == RC_UNAUTHENTICATED ? auth_start_again(op, c) : looked;
	op->errs = faults;
	session_token(c);
	out = reply_page(c, rc_http(rc), N_("Second factor"));
	if (ways.code)
		add_code(op, c, out, rc);
	if (ways.passkey)
		add_passkey(op, c, out, !ways.code);
	return reply_page_end(c);
}

/* Does the browser stand at this step? What is no step of a sign-in leads to where one belongs. */
static enum rc
standing(struct op *op, struct call *c, enum auth_step want, bool *ret_stop)
{
	struct parked parked;
	enum auth_step step;
	enum rc rc;

	*ret_stop = true;
	if (c->actor.kind == ACTOR_ADMIN && !c->json)
		return reply_to(c, ROUTE_HOME, 0);
	if ((rc = auth_parked(op, raw_id(c), &parked, &step)) != RC_OK)
		return rc == RC_UNAUTHENTICATED ? auth_start_again(op, c) : rc;
	*ret_stop = step != want;
	if (!*ret_stop)
		return RC_OK;
	return reply_to(c, step == AUTH_CODE ? ROUTE_TOTP : ROUTE_TOTP_SETUP, 0);
}

enum rc
web_totp_form(struct op *op, struct call *c)
{
	struct auth_ways ways;
	bool stop;
	enum rc rc = standing(op, c, AUTH_CODE, &stop);

	if (rc != RC_OK || stop)
		return rc;
	if (!c->json)
		return auth_code_page(op, c, RC_OK);
	if ((rc = auth_ways(op, raw_id(c), &ways)) != RC_OK)
		return rc;
	session_token(c);
	str_addf(reply_json(c, 200),
	    "{\"second_factor\":\"code\",\"code\":%s,\"passkey\":%s,\"csrf\":\"%s\"}",
	    ways.code ? "true" : "false", ways.passkey ? "true" : "false", c->csrf);
	return RC_OK;
}

enum rc
web_totp_post(struct op *op, struct call *c)
{
	struct auth_entry entry = { 0 };
	enum rc rc = c->in_rc;

	if (rc == RC_OK)
		rc = auth_second(op, raw_id(c), CALL_IN(c, second_in)->code, auth_agent(c), &entry);
	if (rc == RC_OK)
		return auth_entered(op, c, &entry);
	if (form_can_show(c, rc))
		return auth_code_page(op, c, rc);
	return rc == RC_UNAUTHENTICATED ? auth_start_again(op, c) : rc;
}

/* ---- setting up first ---- */

static const struct form_row setup_rows[] = {
	{ .name = "code",
	    .kind = WIDGET_CODE,
	    .help = N_("The six digits that the program shows now."),
	    .autocomplete = "one-time-code",
	    .required = true },
};

static void
add_new_passkey(struct call *c, struct str *out)
{
	static const struct link question = { ROUTE_TOTP_SETUP_ASK, 0, "" };
	const struct passkey_box box = { .action = { ROUTE_TOTP_SETUP_PASSKEY, 0, "" },
		.ask = &question,
		.label = "Passkey",
		.submit = N_("Set up a passkey") };

	view_passkey_sign_in(out, &c->page, &box);
}

static enum rc
setup_form(struct op *op, struct call *c, const struct second_secret *secret, const char *account,
    enum rc rc)
{
	struct secret_view view;
	const struct form_spec spec = { .title = N_("Set up a second factor"),
		.in = &second_in_fields,
		.rows = setup_rows,
		.n = ARRAY_LEN(setup_rows),
		.submit = N_("Confirm and sign in"),
		.intro = N_("Your account needs one. Set it up, then give the code it shows."),
		.secret = &view,
		.cancel = { ROUTE_LOGIN, 0, "" } };

	struct form form;
	struct str *out;

	if (!second_view_secret(c, secret, account, &view))
		return op_fail(op, RC_INTERNAL, "The picture of the secret could not be made.");
	session_token(c);
	form_build(op, c, &spec, rc, &form);
	out = reply_page(c, rc_http(rc), spec.title);
	view_form(out, &c->page, &form);
	if (!passkey_refusal(c->conf, c->arena))
		add_new_passkey(c, out);
	return reply_page_end(c);
}

static enum rc
show_setup(struct op *op, struct call *c, enum rc shown)
{
	struct second_secret secret;
	struct parked parked;
	enum auth_step step;
	enum rc rc = auth_parked(op, raw_id(c), &parked, &step);

	if (rc == RC_OK)
		rc = auth_enrol_secret(op, raw_id(c), &secret);
	if (rc != RC_OK)
		return rc == RC_UNAUTHENTICATED ? auth_start_again(op, c) : rc;
	if (!c->json)
		return setup_form(op, c, &secret, parked.username, shown);
	session_token(c);
	return second_reply_secret(c, &secret, NULL);
}

enum rc
web_totp_setup_form(struct op *op, struct call *c)
{
	bool stop;
	enum rc rc = standing(op, c, AUTH_ENROL, &stop);

	return rc != RC_OK || stop ? rc : show_setup(op, c, RC_OK);
}

/* In, and shown the backup codes at once: there is no other page that has them. */
static enum rc
enrolled(struct op *op, struct call *c, const struct auth_entry *entry)
{
	enum rc rc = auth_entered(op, c, entry);

	if (rc != RC_OK)
		return rc;
	session_token(c);
	return second_reply_codes(c, N_("Your backup codes"), NULL, &entry->codes,
	    (struct link){ ROUTE_DOMAINS, 0, "" });
}

enum rc
web_totp_setup_post(struct op *op, struct call *c)
{
	struct auth_entry entry = { 0 };
	enum rc rc = c->in_rc;

	if (rc == RC_OK)
		rc = auth_enrol(op, raw_id(c), CALL_IN(c, second_in)->code, auth_agent(c), &entry);
	if (rc == RC_OK)
		return enrolled(op, c, &entry);
	if (rc == RC_INVALID && !c->json)
		return show_setup(op, c, rc);
	return rc == RC_UNAUTHENTICATED ? auth_start_again(op, c) : rc;
}

enum rc
web_totp_setup_ask(struct op *op, struct call *c)
{
	struct passkey_ask ask;
	enum rc rc = auth_enrol_ask(op, raw_id(c), &ask);

	if (rc == RC_OK)
		passkey_json(&ask, reply_json(c, 200));
	return rc;
}

enum rc
web_totp_setup_passkey(struct op *op, struct call *c)
{
	struct auth_entry entry = { 0 };
	enum rc rc = c->in_rc;

	if (rc == RC_OK)
		rc = auth_enrol_passkey(op, raw_id(c), CALL_IN(c, passkey_in), auth_agent(c), &entry);
	if (rc == RC_OK)
		return enrolled(op, c, &entry);
	if (rc == RC_INVALID && !c->json)
		return show_setup(op, c, rc);
	return rc == RC_UNAUTHENTICATED ? auth_start_again(op, c) : rc;
}
