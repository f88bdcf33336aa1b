/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Links with which owners choose the password of their mailbox: the page that sends one, and where it leads. Who can be sent one is svc/owner_invite.h's. */
#include "base/base.h"

#include "base/op.h"
#include "svc/mailbox.h"
#include "svc/owner.h"
#include "svc/owner_invite.h"
#include "web/call.h"
#include "web/form.h"
#include "web/handlers_access.h"
#include "web/reply.h"
#include "web/web_int.h"

/* ---- sending ---- */

static const struct form_row send_rows[] = {
	{ .name = "username", .kind = WIDGET_FIXED, .label = N_("Address") },
	{ .name = "alt_email", .kind = WIDGET_FIXED, .label = N_("Other address") },
};

static enum rc
send_form(struct op *op, struct call *c, const struct mailbox *row, enum rc rc)
{
	const char *why = owner_invite_why_not(op, row);
	const struct form_act edit = {
		.label = N_("Edit"), .icon = "i-edit", .to = { ROUTE_MAILBOX_EDIT, row->id, "" }
	};
	const struct form_spec spec = { .title = N_("Send a link"),
		.in = &mailbox_in_fields,
		.rows = send_rows,
		.n = ARRAY_LEN(send_rows),
		.values = &mailbox_fields,
		.obj = row,
		.warning = rc == RC_OK ? why : NULL,
		.submit = why ? NULL : N_("Send link"),
		.acts = &edit,
		.n_acts = why ? 1 : 0,
		.cancel = { ROUTE_MAILBOXES, 0, "" },
		.intro = N_("A link to choose a new password is mailed to the first of the other "
			    "addresses. "
			    "Until it is used the password stays.") };

	c->page.section = SECTION_MAILBOXES;
	return form_reply(op, c, &spec, rc);
}

enum rc
web_mailbox_invite_form(struct op *op, struct call *c)
{
	struct mailbox row;
	enum rc rc = mailbox_get(op, c->id, &row);

	if (rc != RC_OK)
		return rc;
	return c->json ? reply_object(c, 200, &mailbox_fields, &row) : send_form(op, c, &row, RC_OK);
}

enum rc
web_mailbox_invite_post(struct op *op, struct call *c)
{
	struct mailbox row;
	enum rc rc = owner_invite(op, c->id, &row), found;

	if (form_can_show(c, rc))
		return (found = mailbox_get(op, c->id, &row)) == RC_OK ? send_form(op, c, &row, rc)
								       : found;
	if (rc != RC_OK)
		return rc;
	reply_flash(c, FLASH_DONE, N_("A mail with a link is on its way to %s."),
	    reply_shown(c, owner_invite_to(op, &row)));
	return reply_done(c, reply_path(c, ROUTE_MAILBOXES, 0), &mailbox_fields, &row);
}

/* ---- where it leads ---- */

static const struct form_row take_rows[] = {
	{ .name = "username", .kind = WIDGET_EMAIL, .autocomplete = "username" },
	{ .name = "token" },
	{ .name = "password", .kind = WIDGET_PASSWORD, .autocomplete = "new-password" },
};

static enum rc
take_form(struct op *op, struct call *c, enum rc rc)
{
	const struct form_spec spec = { .title = N_("A password for my mailbox"),
		.in = &newpass_in_fields,
		.rows = take_rows,
		.n = ARRAY_LEN(take_rows),
		.submit = N_("Set password"),
		.narrow = true,
		.intro = N_("It counts for reading and for sending mail, at once.") };

	session_token(c);
	return form_reply(op, c, &spec, rc);
}

enum rc
web_owner_invited_form(struct op *op, struct call *c)
{
	enum rc rc = owner_offered(op);

	return rc == RC_OK ? take_form(op, c, RC_OK) : rc;
}

enum rc
web_owner_invited_post(struct op *op, struct call *c)
{
	enum rc rc = owner_offered(op);

	if (rc != RC_OK)
		return rc;
	rc = c->in_rc == RC_OK ? owner_invited(op, CALL_IN(c, newpass_in)) : c->in_rc;
	if (form_can_show(c, rc))
		return take_form(op, c, rc);
	if (rc != RC_OK)
		return rc;
	reply_flash(c, FLASH_DONE, N_("The password of your mailbox was changed."));
	return reply_done(c, reply_path(c, ROUTE_OWNER_PASSWORD, 0), NULL, NULL);
}
