/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inviting an administrator once more, for supers. The first time is a switch of the page that adds one (admin.c); where the link leads is reset.c's. */
#include "base/base.h"

#include "base/op.h"
#include "conf/conf.h"
#include "svc/admin.h"
#include "svc/invite.h"
#include "web/call.h"
#include "web/form.h"
#include "web/handlers_access.h"
#include "web/reply.h"

static const struct form_row rows[] = {
	{ .name = "username", .kind = WIDGET_FIXED },
};

static enum rc
form(struct op *op, struct call *c, const struct admin *row, enum rc rc)
{
	const struct form_spec spec = { .title = N_("Invite again"),
		.in = &admin_in_fields,
		.rows = rows,
		.n = ARRAY_LEN(rows),
		.values = &admin_fields,
		.obj = row,
		.submit = N_("Send link"),
		.cancel = { ROUTE_ADMINS, 0, "" },
		.intro = N_("A new link to choose a password is mailed; the one before is void.") };

	c->page.section = SECTION_ADMINS;
	return form_reply(op, c, &spec, rc);
}

enum rc
web_admin_invite_form(struct op *op, struct call *c)
{
	struct admin row;
	enum rc rc = admin_get(op, c->id, &row);

	if (rc != RC_OK)
		return rc;
	return c->json ? reply_object(c, 200, &admin_fields, &row) : form(op, c, &row, RC_OK);
}

enum rc
web_admin_invite_post(struct op *op, struct call *c)
{
	struct admin row;
	enum rc rc = invite_again(op, c->id, NULL, &row), found;

	if (form_can_show(c, rc))
		return (found = admin_get(op, c->id, &row)) == RC_OK ? form(op, c, &row, rc) : found;
	if (rc != RC_OK)
		return rc;
	reply_flash(c, FLASH_DONE, N_("A mail with a link is on its way to %s."), row.username);
	return reply_done(c, reply_path(c, ROUTE_ADMINS, 0), &admin_fields, &row);
}
