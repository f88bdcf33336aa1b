/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The mailbox owner's page: a new password for the mailbox. Nobody has to be signed in, and nobody is afterwards. */
#include "base/base.h"

#include "base/op.h"
#include "svc/owner.h"
#include "web/call.h"
#include "web/form.h"
#include "web/handlers_access.h"
#include "web/reply.h"
#include "web/web_int.h"

static const struct form_row rows[] = {
	{ .name = "username", .kind = WIDGET_EMAIL, .autocomplete = "username", .focus = true },
	{ .name = "current_password", .kind = WIDGET_SIGNIN_PASSWORD, .autocomplete = "current-password" },
	{ .name = "new_password", .kind = WIDGET_PASSWORD, .autocomplete = "new-password" },
	{ .name = "confirm_new_password", .kind = WIDGET_PASSWORD, .autocomplete = "new-password" },
};

static enum rc
form(struct op *op, struct call *c, enum rc rc)
{
	const struct form_spec spec = { .title = N_("New password for my mailbox"),
		.in = &owner_in_fields,
		.rows = rows,
		.n = ARRAY_LEN(rows),
		.submit = N_("Change password"),
		.narrow = true,
		.intro = N_("It counts for reading and for sending mail, at once."),
		.more = N_("Back to signing in"),
		.more_to = { ROUTE_LOGIN, 0, "" } };

	session_token(c);
	return form_reply(op, c, &spec, rc);
}

enum rc
web_owner_form(struct op *op, struct call *c)
{
	enum rc rc = owner_offered(op);

	return rc == RC_OK ? form(op, c, RC_OK) : rc;
}

enum rc
web_owner_post(struct op *op, struct call *c)
{
	enum rc rc = owner_offered(op);

	if (rc != RC_OK)
		return rc;
	rc = c->in_rc == RC_OK ? owner_password(op, CALL_IN(c, owner_in)) : c->in_rc;
	if (form_can_show(c, rc) || (rc == RC_UNAUTHENTICATED && !c->json))
		return form(op, c, rc);
	if (rc != RC_OK)
		return rc;
	reply_flash(c, FLASH_DONE, N_("The password of your mailbox was changed."));
	return reply_done(c, reply_path(c, ROUTE_OWNER_PASSWORD, 0), NULL, NULL);
}
