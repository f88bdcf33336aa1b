/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages of administrators: for supers only. Whom nobody may disable, demote or delete is decided in svc/admin.h. */
#include "base/base.h"

#include "base/arena.h"
#include "base/op.h"
#include "base/str.h"
#include "svc/admin.h"
#include "svc/mail.h"
#include "view/admin.h"
#include "web/call.h"
#include "web/form.h"
#include "web/handlers.h"
#include "web/inputs.h"
#include "web/listing.h"
#include "web/reply.h"

static const struct listing_column columns[] = {
	{ .label = N_("User name"), .sort = "username" },
	{ .label = N_("Rights") },
	{ .label = N_("Last sign-in"), .wide = true },
	{ .label = N_("Active") },
	{ .label = NULL },
};

enum rc
web_admins(struct op *op, struct call *c)
{
	struct admin_list_view v = { .self = c->actor.admin_id };
	struct admin_list list;
	enum rc rc = admin_list(op, CALL_LIST(c), &list);

	if (rc != RC_OK)
		return rc;
	if (c->json)
		return reply_rows(c, &admin_fields, list.rows, list.n, &list.info);
	c->page.section = SECTION_ADMINS;
	listing_build(c, columns, ARRAY_LEN(columns), list.n, &list.info, &v.list);
	v.rows = list.rows;
	view_admin_list(reply_page(c, 200, N_("Administrators")), &c->page, &v);
	return reply_page_end(c);
}

/* ---- adding ---- */

static const struct form_row add_rows[] = {
	{ .name = "username", .focus = true, .autocomplete = "off", .required = true },
	{ .name = "password", .autocomplete = "new-password", .required = true },
	{ .name = "super" },
	{ .name = "active" },
};

static const struct form_row invite_rows[] = {
	{ .name = "username", .focus = true, .autocomplete = "off", .required = true },
	{ .name = "invite" },
	{ .name = "password",
	    .autocomplete = "new-password",
	    .help = N_("Stays empty when a link is sent.") },
	{ .name = "super" },
	{ .name = "active" },
};

static enum rc
add_form(struct op *op, struct call *c, enum rc rc)
{
	const struct admin_in defaults = { .active = true };
	bool invites = mail_invite_offered(c->conf);
	const struct form_spec spec = { .title = N_("Add an administrator"),
		.in = &admin_in_fields,
		.rows = invites ? invite_rows : add_rows,
		.n = invites ? ARRAY_LEN(invite_rows) : ARRAY_LEN(add_rows),
		.values = &admin_in_fields,
		.obj = &defaults,
		.submit = N_("Add administrator"),
		.cancel = { ROUTE_ADMINS, 0, "" } };

	if (c->json)
		return reply_object(c, 200, &admin_in_fields, &defaults);
	c->page.section = SECTION_ADMINS;
	return form_reply(op, c, &spec, rc);
}

enum rc
web_admin_add_form(struct op *op, struct call *c)
{
	return add_form(op, c, RC_OK);
}

enum rc
web_admin_add_post(struct op *op, struct call *c)
{
	struct admin row;
	enum rc rc = c->in_rc == RC_OK ? admin_add(op, CALL_IN(c, admin_in), &row) : c->in_rc;

	if (form_can_show(c, rc))
		return add_form(op, c, rc);
	if (rc != RC_OK)
		return rc;
	reply_flash(c, FLASH_DONE,
	    row.invited ? N_("The administrator %s was added; a mail with a link is on its way.")
			: N_("The administrator %s was added."),
	    row.username);
	return reply_done(c,
	    row.super ? reply_path(c, ROUTE_ADMINS, 0) : reply_path(c, ROUTE_ADMIN_DOMAINS, row.id),
	    &admin_fields, &row);
}

/* ---- editing ---- */

static const struct form_row edit_rows[] = {
	{ .name = "super" },
	{ .name = "active" },
};

/* What this administrator did. */
static const char *
log_query(struct call *c, const char *username)
{
	struct str s = STR_INIT;
	const char *query;

	STR_LIT(&s, "?actor=");
	str_add_url(&s, username);
	query = arena_strndup(c->arena, str_text(&s), s.len);
	str_release(&s);
	return query;
}

/* The same as in the row of the list. */
static size_t
take_acts(struct call *c, const struct admin *row, struct form_act ret[7])
{
	const struct form_act acts[] = {
		{ N_("Invite again"), "i-mail", { ROUTE_ADMIN_INVITE, row->id, "" }, false },
		{ N_("Password"), "i-key", { ROUTE_ADMIN_PASSWORD, row->id, "" }, false },
		{ N_("Second factor"), "i-shield", { ROUTE_ADMIN_SECOND, row->id, "" }, false },
		{ N_("Sessions"), "i-user", { ROUTE_ADMIN_SESSIONS, row->id, "" }, false },
		{ N_("Log"), "i-log", { ROUTE_LOG, 0, log_query(c, row->username) }, false },
		{ N_("Domains"), "i-world", { ROUTE_ADMIN_DOMAINS, row->id, "" }, false },
		{ N_("Delete"), "i-trash", { ROUTE_ADMIN_DELETE, row->id, "" }, true },
	};
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(acts); i++)
		if (!(acts[i].to.route == ROUTE_ADMIN_INVITE &&
			!(row->invited && mail_invite_offered(c->conf))) &&
		    !(row->super && acts[i].to.route == ROUTE_ADMIN_DOMAINS) &&
		    !(row->id == c->actor.admin_id && acts[i].to.route == ROUTE_ADMIN_DELETE))
			ret[n++] = acts[i];
	return n;
}

static enum rc
edit_form(struct op *op, struct call *c, const struct admin *row, enum rc rc)
{
	char rev[17];
	struct form_act acts[7];
	const struct form_spec spec = { .title = row->username,
		.acts = acts,
		.n_acts = take_acts(c, row, acts),
		.in = &admin_in_fields,
		.rows = edit_rows,
		.n = ARRAY_LEN(edit_rows),
		.values = &admin_fields,
		.obj = row,
		.rev = rev,
		.submit = N_("Save"),
		.cancel = { ROUTE_ADMINS, 0, "" } };

	field_rev(&admin_fields, row, rev);
	c->page.section = SECTION_ADMINS;
	return form_reply(op, c, &spec, rc);
}

enum rc
web_admin_edit_form(struct op *op, struct call *c)
{
	struct admin row;
	enum rc rc = admin_get(op, c->id, &row);

	if (rc != RC_OK)
		return rc;
	return c->json ? reply_object(c, 200, &admin_fields, &row) : edit_form(op, c, &row, RC_OK);
}

enum rc
web_admin_edit_post(struct op *op, struct call *c)
{
	struct admin row;
	enum rc rc = c->in_rc == RC_OK ? admin_edit(op, c->id, CALL_IN(c, admin_in), &row) : c->in_rc,
		found;

	if (form_can_show(c, rc))
		return (found = admin_get(op, c->id, &row)) == RC_OK ? edit_form(op, c, &row, rc)
								     : found;
	if (rc != RC_OK)
		return rc;
	reply_flash(c, FLASH_DONE, N_("The administrator %s was saved."), row.username);
	return reply_done(c, reply_path(c, ROUTE_ADMINS, 0), &admin_fields, &row);
}

/* ---- password ---- */

static const struct form_row password_rows[] = {
	{ .name = "username", .kind = WIDGET_FIXED },
	{ .name = "password",
	    .label = N_("New password"),
	    .autocomplete = "new-password",
	    .focus = true,
	    .required = true },
};

static enum rc
password_form(struct op *op, struct call *c, const struct admin *row, enum rc rc)
{
	const struct form_spec spec = { .title = N_("New password"),
		.in = &admin_in_fields,
		.rows = password_rows,
		.n = ARRAY_LEN(password_rows),
		.values = &admin_fields,
		.obj = row,
		.submit = N_("Set password"),
		.cancel = { ROUTE_ADMINS, 0, "" },
		.intro = N_("All sessions of this administrator end.") };

	c->page.section = SECTION_ADMINS;
	return form_reply(op, c, &spec, rc);
}

enum rc
web_admin_password_form(struct op *op, struct call *c)
{
	struct admin row;
	enum rc rc;

	if (c->id == c->actor.admin_id && !c->json)
		return reply_to(c, ROUTE_ACCOUNT_PASSWORD, 0);
	if ((rc = admin_get(op, c->id, &row)) != RC_OK)
		return rc;
	return c->json ? reply_object(c, 200, &admin_fields, &row) : password_form(op, c, &row, RC_OK);
}

enum rc
web_admin_password_post(struct op *op, struct call *c)
{
	struct admin row;
	enum rc rc = c->in_rc == RC_OK ? admin_password(op, c->id, CALL_IN(c, admin_in), NULL, &row)
				       : c->in_rc,
		found;

	if (form_can_show(c, rc))
		return (found = admin_get(op, c->id, &row)) == RC_OK ? password_form(op, c, &row, rc)
								     : found;
	if (rc != RC_OK)
		return rc;
	reply_flash(c, FLASH_DONE, N_("The password of %s was changed."), row.username);
	return reply_done(c, reply_path(c, ROUTE_ADMINS, 0), &admin_fields, &row);
}

/* ---- on and off, delete ---- */

static enum rc
set_active(struct op *op, struct call *c, bool active)
{
	struct admin row;
	enum rc rc = c->in_rc == RC_OK ? admin_set_active(op, c->id, active, &row) : c->in_rc;

	if (rc != RC_OK)
		return rc;
	reply_flash(c, FLASH_DONE, active ? N_("%s is active now.") : N_("%s is switched off."),
	    row.username);
	return reply_back(c, ROUTE_ADMINS, &admin_fields, &row);
}

enum rc
web_admin_enable(struct op *op, struct call *c)
{
	return set_active(op, c, true);
}

enum rc
web_admin_disable(struct op *op, struct call *c)
{
	return set_active(op, c, false);
}

enum rc
web_admin_delete_form(struct op *op, struct call *c)
{
	struct form_spec spec = { .in = &admin_in_fields,
		.danger = true,
		.submit = N_("Delete administrator"),
		.cancel = { ROUTE_ADMINS, 0, "" },
		.warning = N_("The administrator and all assignments to domains go. The log keeps "
			      "what was done. "
			      "This cannot be undone.") };
	struct admin row;
	enum rc rc = admin_get(op, c->id, &row);

	if (rc != RC_OK)
		return rc;
	if (c->json)
		return reply_object(c, 200, &admin_fields, &row);
	spec.title = call_printf(c, N_("Delete %s"), row.username);
	c->page.section = SECTION_ADMINS;
	return form_reply(op, c, &spec, RC_OK);
}

enum rc
web_admin_delete_post(struct op *op, struct call *c)
{
	enum rc rc = admin_delete(op, c->id);

	if (rc != RC_OK)
		return rc;
	reply_flash(c, FLASH_DONE, N_("The administrator was deleted."));
	return reply_done(c, reply_path(c, ROUTE_ADMINS, 0), NULL, NULL);
}
