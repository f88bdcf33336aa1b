/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where one is signed in, and, for supers, where others are; ending these sessions. */
#include "base/base.h"

#include "base/op.h"
#include "svc/admin.h"
#include "svc/sessions.h"
#include "view/sessions.h"
#include "web/call.h"
#include "web/handlers_access.h"
#include "web/reply.h"

static enum rc
show(struct op *op, struct call *c, int64_t admin_id, struct sessions_view *v)
{
	struct session_list list;
	enum rc rc = sessions_list(op, admin_id, c->session.id_hash, &list);

	if (rc != RC_OK)
		return rc;
	if (c->json)
		return reply_rows(c, &session_row_fields, list.rows, list.n, NULL);
	v->rows = list.rows;
	v->n = list.n;
	view_sessions(reply_page(c, 200, v->admin ? N_("Sessions of") : N_("Where I am signed in")),
	    &c->page, v);
	return reply_page_end(c);
}

enum rc
web_account_sessions(struct op *op, struct call *c)
{
	struct sessions_view v = { .end = { ROUTE_ACCOUNT_SESSION_END, 0, "" },
		.end_all = { ROUTE_ACCOUNT_SESSIONS_END, 0, "" } };

	return show(op, c, c->actor.admin_id, &v);
}

enum rc
web_admin_sessions(struct op *op, struct call *c)
{
	struct admin admin;
	struct sessions_view v = { .admin = &admin,
		.end = { ROUTE_ADMIN_SESSION_END, c->id, "" },
		.end_all = { ROUTE_ADMIN_SESSIONS_END, c->id, "" } };
	enum rc rc = admin_get(op, c->id, &admin);

	c->page.section = SECTION_ADMINS;
	return rc == RC_OK ? show(op, c, c->id, &v) : rc;
}

/* ---- ending ---- */

static enum rc
end(struct op *op, struct call *c, int64_t admin_id, bool one, enum route_id back)
{
	const struct session_in *in = c->in;
	const char *keep = admin_id == c->actor.admin_id ? c->session.id_hash : NULL;
	enum rc rc = c->in_rc;

	if (rc == RC_OK && one && (!in || !in->session))
		return op_fail_field(op, RC_INVALID, "session", "Please name the session.");
	if (rc != RC_OK || (rc = sessions_end(op, admin_id, one ? in->session : NULL, keep)) != RC_OK)
		return rc;
	reply_flash(c, FLASH_DONE, one ? N_("The session was ended.") : N_("The sessions were ended."));
	return reply_done(c, reply_path(c, back, c->id), NULL, NULL);
}

enum rc
web_account_session_end(struct op *op, struct call *c)
{
	return end(op, c, c->actor.admin_id, true, ROUTE_ACCOUNT_SESSIONS);
}

enum rc
web_account_sessions_end(struct op *op, struct call *c)
{
	return end(op, c, c->actor.admin_id, false, ROUTE_ACCOUNT_SESSIONS);
}

enum rc
web_admin_session_end(struct op *op, struct call *c)
{
	return end(op, c, c->id, true, ROUTE_ADMIN_SESSIONS);
}

enum rc
web_admin_sessions_end(struct op *op, struct call *c)
{
	return end(op, c, c->id, false, ROUTE_ADMIN_SESSIONS);
}
