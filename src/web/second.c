/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One's own second factor: /admin/two-factor. Owns how secrets and backup codes are shown. It must not know who may do what; that
 * is svc/second.c's.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/op.h"
#include "base/str.h"
#include "svc/passkey.h"
#include "view/second.h"
#include "web/call.h"
#include "web/form.h"
#include "web/handlers_access.h"
#include "web/reply.h"
#include "web/second.h"
#include "web/web_int.h"

/* ---- secrets and codes ---- */

bool
second_view_secret(struct call *c, const struct second_secret *secret, const char *account,
    struct secret_view *ret)
{
	struct str s = STR_INIT;

	for (size_t i = 0; secret->text[i]; i++) {
		if (i > 0 && i % 4 == 0)
			str_addc(&s, ' ');
		str_addc(&s, secret->text[i]);
	}
	*ret = (struct secret_view){ .spaced = arena_strdup(c->arena, str_text(&s)), .account = account };
	if (s.data)
		explicit_bzero(s.data, s.cap);
	str_release(&s);
	return qr_make(secret->uri, c->arena, &ret->qr);
}

static void
add_codes(struct str *out, const struct second_codes *codes)
{
	STR_LIT(out, "\"backup_codes\":[");
	for (size_t i = 0; i < BACKUP_CODES; i++) {
		if (i > 0)
			str_addc(out, ',');
		str_add_json(out, codes->at[i]);
	}
	str_addc(out, ']');
}

static void
add_token(const struct call *c, struct str *out)
{
	if (c->csrf)
		str_addf(out, ",\"csrf\":\"%s\"", c->csrf);
}

enum rc
second_reply_secret(struct call *c, const struct second_secret *secret, const struct second_codes *codes)
{
	struct str *out = reply_json(c, 200);

	STR_LIT(out, "{\"secret\":");
	str_add_json(out, secret->text);
	STR_LIT(out, ",\"uri\":");
	str_add_json(out, secret->uri);
	if (codes) {
		str_addc(out, ',');
		add_codes(out, codes);
	}
	add_token(c, out);
	str_addc(out, '}');
	return RC_OK;
}

enum rc
second_reply_codes(struct call *c, const char *title, const struct secret_view *secret,
    const struct second_codes *codes, struct link next)
{
	const char *at[BACKUP_CODES];
	struct second_codes_view v = { .secret = secret, .codes = at, .n = BACKUP_CODES, .next = next };
	struct str *out;

	c->answer.location = NULL;
	if (c->json) {
		out = reply_json(c, 200);
		STR_LIT(out, "{\"ok\":true,");
		add_codes(out, codes);
		add_token(c, out);
		str_addc(out, '}');
		return RC_OK;
	}
	for (size_t i = 0; i < BACKUP_CODES; i++)
		at[i] = codes->at[i];
	view_second_codes(reply_page(c, 200, title), &c->page, &v);
	return reply_page_end(c);
}

/* ---- the page ---- */

enum rc
web_second(struct op *op, struct call *c)
{
	struct second_view v = { .row = NULL };
	struct passkey_rows rows;
	enum rc rc = second_state(op, c->actor.admin_id, &v.state);

	if (rc != RC_OK)
		return rc;
	if (c->json)
		return reply_object(c, 200, &second_state_fields, &v.state);
	if ((rc = passkey_list(op, c->actor.admin_id, &rows)) != RC_OK)
		return rc;
	v.passkeys = (struct passkeys_view){ rows.at, rows.n, passkey_refusal(c->conf, c->arena) };
	view_second_own(reply_page(c, 200, N_("Second factor")), &c->page, &v);
	return reply_page_end(c);
}

static const struct form_row both_rows[] = {
	{ .name = "password",
	    .kind = WIDGET_SIGNIN_PASSWORD,
	    .autocomplete = "current-password",
	    .required = true,
	    .focus = true },
	{ .name = "code", .kind = WIDGET_CODE, .autocomplete = "one-time-code", .required = true },
};

#define PASSWORD_ROW both_rows

static const struct link own = { ROUTE_TWO_FACTOR, 0, "" };

/* The form, at first or again after it was refused. */
static enum rc
show(struct op *op, struct call *c, const struct form_spec *spec, enum rc rc)
{
	return rc == RC_OK || form_can_show(c, rc) ? form_reply(op, c, spec, rc) : rc;
}

/* ---- setting up ---- */

static const struct form_spec setup_spec = { .title = N_("Set up a second factor"),
	.in = &second_in_fields,
	.rows = PASSWORD_ROW,
	.n = 1,
	.submit = N_("Continue"),
	.cancel = { ROUTE_TWO_FACTOR, 0, "" },
	.intro =
	    N_("You need an authenticator program, on a phone for example. Your password first:") };

enum rc
web_second_setup_form(struct op *op, struct call *c)
{
	return show(op, c, &setup_spec, RC_OK);
}

enum rc
web_second_setup_post(struct op *op, struct call *c)
{
	struct second_secret secret;
	enum rc rc = c->in_rc;

	if (rc == RC_OK)
		rc = second_begin(op, CALL_IN(c, second_in), c->session.id_hash);
	if (rc != RC_OK)
		return show(op, c, &setup_spec, rc);
	if (!c->json)
		return reply_to(c, ROUTE_TWO_FACTOR_CONFIRM, 0);
	rc = second_begun(op, c->session.id_hash, &secret);
	return rc == RC_OK ? second_reply_secret(c, &secret, NULL) : rc;
}

static const struct form_row confirm_rows[] = {
	{ .name = "code",
	    .kind = WIDGET_CODE,
	    .help = N_("The six digits that the program shows now."),
	    .autocomplete = "one-time-code",
	    .required = true },
};

static enum rc
confirm_form(struct op *op, struct call *c, enum rc shown)
{
	struct second_secret secret;
	struct secret_view view;
	const struct form_spec spec = { .title = N_("Set up a second factor"),
		.in = &second_in_fields,
		.rows = confirm_rows,
		.n = 1,
		.submit = N_("Confirm"),
		.cancel = own,
		.secret = &view,
		.intro =
		    N_("Then give the code that the program shows. Your other sessions end.") };
	enum rc rc = second_begun(op, c->session.id_hash, &secret);

	if (rc == RC_NOT_FOUND)
		return web_second(op, c);
	if (rc != RC_OK)
		return rc;
	if (c->json)
		return second_reply_secret(c, &secret, NULL);
	if (!second_view_secret(c, &secret, c->actor.name, &view))
		return op_fail(op, RC_INTERNAL, "The picture of the secret could not be made.");
	return form_reply(op, c, &spec, shown);
}

enum rc
web_second_confirm_form(struct op *op, struct call *c)
{
	return confirm_form(op, c, RC_OK);
}

enum rc
web_second_confirm_post(struct op *op, struct call *c)
{
	struct second_codes codes;
	enum rc rc = c->in_rc;

	if (rc == RC_OK)
		rc = second_finish(op, CALL_IN(c, second_in), c->session.id_hash, &codes);
	if (rc == RC_INVALID && !c->json)
		return confirm_form(op, c, rc);
	return rc == RC_OK ? second_reply_codes(c, N_("Your backup codes"), NULL, &codes, own) : rc;
}

/* ---- afterwards ---- */

static const struct form_spec codes_spec = { .title = N_("New backup codes"),
	.in = &second_in_fields,
	.rows = both_rows,
	.n = 2,
	.submit = N_("Make new codes"),
	.cancel = { ROUTE_TWO_FACTOR, 0, "" },
	.intro = N_("The old ones are void from then on. A backup code is not enough here.") };

enum rc
web_second_codes_form(struct op *op, struct call *c)
{
	return show(op, c, &codes_spec, RC_OK);
}

enum rc
web_second_codes_post(struct op *op, struct call *c)
{
	struct second_codes codes;
	enum rc rc = c->in_rc;

	if (rc == RC_OK)
		rc = second_regenerate(op, CALL_IN(c, second_in), &codes);
	if (rc != RC_OK)
		return show(op, c, &codes_spec, rc);
	return second_reply_codes(c, N_("Your backup codes"), NULL, &codes, own);
}

static const struct form_spec disable_spec = { .title = N_("Switch off the second factor"),
	.in = &second_in_fields,
	.rows = both_rows,
	.n = 2,
	.submit = N_("Switch off"),
	.danger = true,
	.cancel = { ROUTE_TWO_FACTOR, 0, "" },
	.intro = N_("From then on your password alone lets in, or, if you have passkeys, these.") };

enum rc
web_second_disable_form(struct op *op, struct call *c)
{
	return show(op, c, &disable_spec, RC_OK);
}

enum rc
web_second_disable_post(struct op *op, struct call *c)
{
	enum rc rc = c->in_rc;

	if (rc == RC_OK)
		rc = second_disable(op, CALL_IN(c, second_in), c->session.id_hash);
	if (rc != RC_OK)
		return show(op, c, &disable_spec, rc);
	reply_flash(c, FLASH_DONE, N_("Your second factor is off."));
	return reply_done(c, reply_path(c, ROUTE_TWO_FACTOR, 0), NULL, NULL);
}
