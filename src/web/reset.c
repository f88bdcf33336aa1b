/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pages of a lost password: asking for a mail, and where its link leads; the page of an invitation, which is the same with another link. The link's secret stands behind a # that no server sees, from where the page's
 * script takes it; without a script it is typed in. The path that the PHP program's mails have works too. Rules are in svc/reset.h.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/op.h"
#include "base/str.h"
#include "conf/conf.h"
#include "svc/mail.h"
#include "svc/reset.h"
#include "web/call.h"
#include "web/form.h"
#include "web/handlers_access.h"
#include "web/reply.h"
#include "web/web_int.h"

/* As reset_ask() refuses; pages that lead nowhere are not there. */
static enum rc
need_offer(struct op *op, const struct call *c)
{
	return mail_reset_offered(c->conf)
	    ? RC_OK
	    : op_fail(op, RC_NOT_FOUND,
		  "A lost password cannot be replaced by mail here. Please ask the operator.");
}

/* ---- asking for a mail ---- */

static const struct form_row lost_rows[] = {
	{ .name = "username", .kind = WIDGET_EMAIL, .autocomplete = "username", .focus = true },
};

static enum rc
lost_form(struct op *op, struct call *c, enum rc rc)
{
	struct form_spec spec = { .title = N_("Lost password"),
		.in = &lost_in_fields,
		.rows = lost_rows,
		.n = ARRAY_LEN(lost_rows),
		.submit = N_("Send me a link"),
		.narrow = true,
		.intro = N_("We mail you a link with which you can choose a new password."),
		.more = N_("Back to signing in"),
		.more_to = { ROUTE_LOGIN, 0, "" } };

	session_token(c);
	if (c->conf->mail.proof)
		spec.proof = reset_challenge(op, c->csrf, op->now / RESET_SLOT_S);
	return form_reply(op, c, &spec, rc);
}

enum rc
web_lost_form(struct op *op, struct call *c)
{
	enum rc rc = need_offer(op, c);

	if (rc != RC_OK || !c->json)
		return rc == RC_OK ? lost_form(op, c, RC_OK) : rc;
	session_token(c);
	str_addf(reply_json(c, 200), "{\"csrf\":\"%s\",\"challenge\":\"%s\",\"bits\":%d}", c->csrf,
	    reset_challenge(op, c->csrf, op->now / RESET_SLOT_S), RESET_PROOF_BITS);
	return RC_OK;
}

enum rc
web_lost_post(struct op *op, struct call *c)
{
	enum rc rc = need_offer(op, c);

	if (rc != RC_OK)
		return rc;
	session_token(c); /* the form's token is what the proof was made on */
	rc = c->in_rc == RC_OK ? reset_ask(op, CALL_IN(c, lost_in), c->csrf) : c->in_rc;
	if (form_can_show(c, rc))
		return lost_form(op, c, rc);
	if (rc != RC_OK)
		return rc;
	reply_flash(c,
	    FLASH_DONE, N_("If there is such an administrator, a mail with a link is on its way. It may take a minute or two."));
	return reply_done(c, reply_path(c, ROUTE_LOGIN, 0), NULL, NULL);
}

/* ---- the new password ---- */

static const struct form_row reset_rows[] = {
	{ .name = "username", .kind = WIDGET_EMAIL, .autocomplete = "username" },
	{ .name = "token" },
	{ .name = "password", .kind = WIDGET_PASSWORD, .autocomplete = "new-password" },
};

/* known: from the path of an old link, or NULL. */
static enum rc
reset_form(struct op *op, struct call *c, const struct newpass_in *known, enum rc rc)
{
	struct form_row rows[ARRAY_LEN(reset_rows)];
	const struct form_spec spec = { .title = N_("Choose a new password"),
		.in = &newpass_in_fields,
		.rows = rows,
		.n = ARRAY_LEN(rows),
		.submit = N_("Set password"),
		.narrow = true,
		.action = { ROUTE_RESET, 0, "" },
		.more = N_("Ask for another mail"),
		.more_to = { ROUTE_LOST, 0, "" } };

	memcpy(rows, reset_rows, sizeof(rows));
	if (known) {
		rows[0].start = known->username;
		rows[1].start = known->token;
	}
	session_token(c);
	return form_reply(op, c, &spec, rc);
}

enum rc
web_reset_form(struct op *op, struct call *c)
{
	enum rc rc = need_offer(op, c);

	return rc == RC_OK ? reset_form(op, c, NULL, RC_OK) : rc;
}

enum rc
web_reset_post(struct op *op, struct call *c)
{
	enum rc rc = need_offer(op, c);

	if (rc == RC_OK)
		rc = c->in_rc == RC_OK ? reset_password(op, CALL_IN(c, newpass_in)) : c->in_rc;
	if (form_can_show(c, rc))
		return reset_form(op, c, NULL, rc);
	if (rc != RC_OK)
		return rc;
	reply_flash(c, FLASH_DONE, N_("Your new password is in force. Please sign in with it."));
	return reply_done(c, reply_path(c, ROUTE_LOGIN, 0), NULL, NULL);
}

/* ---- an invitation ---- */

static enum rc
invitation_form(struct op *op, struct call *c, enum rc rc)
{
	const struct form_spec spec = { .title = N_("Choose your password"),
		.in = &newpass_in_fields,
		.rows = reset_rows,
		.n = ARRAY_LEN(reset_rows),
		.submit = N_("Set password"),
		.narrow = true,
		.intro = N_("You were invited as an administrator. Choose a password, then sign in "
			    "with it.") };

	session_token(c);
	return form_reply(op, c, &spec, rc);
}

enum rc
web_invitation_form(struct op *op, struct call *c)
{
	return invitation_form(op, c, RC_OK);
}

enum rc
web_invitation_post(struct op *op, struct call *c)
{
	enum rc rc = c->in_rc == RC_OK ? reset_invited(op, CALL_IN(c, newpass_in)) : c->in_rc;

	if (form_can_show(c, rc))
		return invitation_form(op, c, rc);
	if (rc != RC_OK)
		return rc;
	reply_flash(c, FLASH_DONE, N_("Your password is in force. Please sign in with it."));
	return reply_done(c, reply_path(c, ROUTE_LOGIN, 0), NULL, NULL);
}

/* ---- links of the PHP program ---- */

/* The value after /name/ in a path of such pairs, up to the next slash; "" if there is none. */
static const char *
pair_of(struct call *c, const char *name)
{
	const char *at = c->path + strlen(c->route->path);
	size_t len = strlen(name);

	while (*at) {
		const char *value = at + strcspn(at, "/");
		size_t n;

		value += *value == '/';
		n = strcspn(value, "/");
		if (strncmp(at, name, len) == 0 && at[len] == '/')
			return arena_strndup(c->arena, value, n);
		at = value + n + (value[n] == '/');
	}
	return "";
}

/* auth/reset-password/username/<u>/token/<t> */
enum rc
web_reset_link(struct op *op, struct call *c)
{
	const struct newpass_in known = { .username = pair_of(c, "username"),
		.token = pair_of(c, "token") };
	enum rc rc = need_offer(op, c);

	if (rc == RC_OK && !*known.username)
		return op_fail(op, RC_NOT_FOUND, "There is no such page.");
	return rc == RC_OK ? reset_form(op, c, &known, RC_OK) : rc;
}
