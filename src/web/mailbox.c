/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages of mailboxes: list, add, edit, password, the aliases that lead to one, on and off, delete. Rules are in svc/mailbox.h. */
#include "base/base.h"

#include "base/arena.h"
#include "base/op.h"
#include "base/str.h"
#include "conf/conf.h"
#include "svc/extra.h"
#include "svc/mailbox.h"
#include "svc/owner_invite.h"
#include "svc/reach.h"
#include "svc/warn.h"
#include "view/mailbox.h"
#include "web/back.h"
#include "web/call.h"
#include "web/choose.h"
#include "web/effects.h"
#include "web/extra_rows.h"
#include "web/form.h"
#include "web/handlers.h"
#include "web/inputs.h"
#include "web/listing.h"
#include "web/reply.h"

static const struct listing_column columns[] = {
	{ .pick = true },
	{ .label = N_("Address"), .sort = "username" },
	{ .label = N_("Name"), .sort = "name" },
	{ .label = N_("Used"), .wide = true },
	{ .label = N_("Last sign-in"), .wide = true },
	{ .label = N_("Active") },
	{ .label = NULL },
};

enum rc
web_mailboxes(struct op *op, struct call *c)
{
	struct mailbox_list_view v = { 0 };
	struct mailbox_list list;
	enum rc rc = mailbox_list(op, CALL_LIST(c), &list);

	if (rc != RC_OK)
		return rc;
	if (c->json)
		return reply_rows(c, &mailbox_fields, list.rows, list.n, &list.info);
	c->page.section = SECTION_MAILBOXES;
	listing_build(c, columns, ARRAY_LEN(columns), list.n, &list.info, &v.list);
	v.rows = list.rows;
	view_mailbox_list(reply_page(c, 200, N_("Mailboxes")), &c->page, &v);
	return reply_page_end(c);
}

/* The table of a whole row, with what the configuration adds to it. */
static const struct fields *
whole(struct call *c)
{
	return extras_of(c->conf, c->arena).row;
}

/* ---- adding ---- */

#define ACCESS                                                                                \
	{                                                                                     \
		.name = "access_restriction", .kind = WIDGET_SET,                             \
		.help = N_("What the owner may sign in with. All: also what is added later.") \
	}

static const struct form_row add_rows[] = {
	{ .name = "local_part", .label = N_("Address"), .half = true, .focus = true, .required = true },
	{ .name = "domain", .label = N_("Domain"), .prefix = "@", .half = true, .required = true },
	{ .name = "name" },
	{ .name = "password",
	    .autocomplete = "new-password",
	    .help = N_("Or leave it empty and have one made.") },
	{ .name = "generate", .help = N_("It is shown once, on the next page.") },
	{ .name = "invite", .help = N_("A link to choose it is mailed to the other address.") },
	{ .name = "quota",
	    .half = true,
	    .blank = true,
	    .help = N_("Such as 500 MB or 5 GB. Empty: the default of the domain.") },
	{ .name = "alt_email", .half = true },
	ACCESS,
	{ .name = "active" },
	{ .name = "welcome_email" },
};

/* Those of the rows that the configuration has, with the services to choose from; then what it adds. */
static enum rc
take_rows(struct op *op, struct call *c, const struct extras *x, const struct form_row *rows,
    size_t n, const struct mailbox *was, struct form_spec *spec)
{
	const struct form_row *more;
	struct form_row *at;
	size_t n_more, kept = 0;
	enum rc rc = extra_rows(op, c, x, was == NULL, &more, &n_more);

	if (rc != RC_OK)
		return rc;
	at = arena_array(c->arena, n + n_more, sizeof(*at));
	for (size_t i = 0; i < n; i++) {
		bool is_access = strcmp(rows[i].name, "access_restriction") == 0;

		if ((is_access && !c->conf->access_on) ||
		    (strcmp(rows[i].name, "invite") == 0 && !owner_invite_offered(c->conf)) ||
		    (strcmp(rows[i].name, "welcome_email") == 0 && !conf_mail_on(&c->conf->mail)))
			continue;
		at[kept] = rows[i];
		if (is_access)
			at[kept].options = choose_access(c, was ? was->access_restriction : NULL,
			    &at[kept].n_options);
		kept++;
	}
	memcpy(at + kept, more, n_more * sizeof(*at));
	spec->rows = at;
	spec->n = kept + n_more;
	return RC_OK;
}

static enum rc
add_form(struct op *op, struct call *c, enum rc rc, const struct warnings *w)
{
	const struct mailbox_in defaults = { .domain = c->query ? CALL_LIST(c)->domain : NULL,
		.active = true,
		.access_restriction = "ALL" };
	const struct extras x = extras_of(c->conf, c->arena);
	struct form_row rows[ARRAY_LEN(add_rows)];
	struct form_spec spec = { .title = N_("Add a mailbox"),
		.warnings = w->text,
		.n_warnings = w->n,
		.in = x.in,
		.values = x.in,
		.obj = &defaults,
		.submit = N_("Add mailbox"),
		.cancel = { ROUTE_MAILBOXES, 0, "" } };
	enum rc chosen;

	if (c->json)
		return reply_object(c, 200, x.in, &defaults);
	memcpy(rows, add_rows, sizeof(rows));
	if ((chosen = choose_domain(op, c, &rows[1])) != RC_OK ||
	    (chosen = take_rows(op, c, &x, rows, ARRAY_LEN(rows), NULL, &spec)) != RC_OK)
		return chosen;
	c->page.section = SECTION_MAILBOXES;
	return form_reply(op, c, &spec, rc);
}

enum rc
web_mailbox_add_form(struct op *op, struct call *c)
{
	return add_form(op, c, RC_OK, &(const struct warnings){ .n = 0 });
}

/* A made password is shown once, in the answer itself: it never stands in a cookie or a URL. */
static enum rc
show_password(struct call *c, int status, const struct mailbox *row, const char *password)
{
	struct mailbox_password_view v = { .row = row,
		.password = password,
		.done = back_link(c, (struct link){ ROUTE_MAILBOXES, 0, "" }) };

	if (c->json)
		return reply_made(c, status, whole(c), row, password);
	c->page.section = SECTION_MAILBOXES;
	view_mailbox_password(reply_page(c, 200, row->username), &c->page, &v);
	return reply_page_end(c);
}

enum rc
web_mailbox_add_post(struct op *op, struct call *c)
{
	const struct mailbox_in *in = CALL_IN(c, mailbox_in);
	const char *password = NULL;
	struct mailbox row;
	struct warnings w = { .n = 0 };
	bool held = false;
	enum rc rc = c->in_rc;

	if (rc == RC_OK && form_can_warn(c) && (rc = warn_mailbox(op, NULL, in, &w)) == RC_OK)
		held = form_held(op, c, &w);
	if (rc == RC_OK)
		rc = mailbox_add(op, in, &row, &password);
	if (form_can_show(c, rc) || (rc == RC_OK && held))
		return add_form(op, c, rc, &w);
	if (rc != RC_OK)
		return rc;
	if (password)
		return show_password(c, 201, &row, password);
	reply_flash(c, FLASH_DONE,
	    in->invite ? N_("The mailbox %s was added; a mail with a link is on its way.")
		       : N_("The mailbox %s was added."),
	    reply_shown(c, row.username));
	return reply_done(c, reply_path(c, ROUTE_MAILBOXES, 0), whole(c), &row);
}

/* ---- editing ---- */

static const struct form_row edit_rows[] = {
	{ .name = "name", .focus = true },
	{ .name = "quota", .half = true },
	{ .name = "alt_email", .half = true },
	ACCESS,
	{ .name = "active" },
};

static enum rc
edit_form(struct op *op, struct call *c, const struct mailbox *row, enum rc rc, const struct warnings *w)
{
	char rev[17];
	const struct extras x = extras_of(c->conf, c->arena);
	struct form_spec spec = { .title = reply_shown(c, row->username),
		.warnings = w->text,
		.n_warnings = w->n,
		.in = x.in,
		.values = x.row,
		.obj = row,
		.rev = rev,
		.submit = N_("Save"),
		.cancel = { ROUTE_MAILBOXES, 0, "" } };
	enum rc taken;

	if ((taken = take_rows(op, c, &x, edit_rows, ARRAY_LEN(edit_rows), row, &spec)) != RC_OK)
		return taken;
	field_rev(x.row, row, rev);
	c->page.section = SECTION_MAILBOXES;
	return form_reply(op, c, &spec, rc);
}

enum rc
web_mailbox_edit_form(struct op *op, struct call *c)
{
	struct mailbox row;
	enum rc rc = mailbox_get(op, c->id, &row);

	if (rc != RC_OK)
		return rc;
	return c->json ? reply_object(c, 200, whole(c), &row)
		       : edit_form(op, c, &row, RC_OK, &(const struct warnings){ .n = 0 });
}

/* What the change is warned of, out of the row as it is. */
static enum rc
edit_warnings(struct op *op, struct call *c, struct warnings *ret)
{
	struct mailbox was;
	enum rc rc;

	if (!form_can_warn(c))
		return RC_OK;
	rc = mailbox_get(op, c->id, &was);
	return rc == RC_OK ? warn_mailbox(op, &was, CALL_IN(c, mailbox_in), ret) : rc;
}

enum rc
web_mailbox_edit_post(struct op *op, struct call *c)
{
	struct mailbox row;
	struct warnings w = { .n = 0 };
	bool held = false;
	enum rc rc = c->in_rc, found;

	if (rc == RC_OK && (rc = edit_warnings(op, c, &w)) == RC_OK)
		held = form_held(op, c, &w);
	if (rc == RC_OK)
		rc = mailbox_edit(op, c->id, CALL_IN(c, mailbox_in), &row);
	if (form_can_show(c, rc) || (rc == RC_OK && held))
		return (found = mailbox_get(op, c->id, &row)) == RC_OK
		    ? edit_form(op, c, &row, rc, &w)
		    : found;
	if (rc != RC_OK)
		return rc;
	reply_flash(c, FLASH_DONE, N_("The mailbox %s was saved."), reply_shown(c, row.username));
	return reply_done(c, reply_path(c, ROUTE_MAILBOXES, 0), whole(c), &row);
}

/* ---- password ---- */

static const struct form_row password_rows[] = {
	{ .name = "username", .kind = WIDGET_FIXED, .label = N_("Address") },
	{ .name = "password",
	    .label = N_("New password"),
	    .autocomplete = "new-password",
	    .focus = true,
	    .help = N_("Or leave it empty and have one made.") },
	{ .name = "generate", .help = N_("It is shown once, on the next page.") },
};

static enum rc
password_form(struct op *op, struct call *c, const struct mailbox *row, enum rc rc)
{
	const struct form_spec spec = { .title = N_("New password"),
		.in = &mailbox_in_fields,
		.rows = password_rows,
		.n = ARRAY_LEN(password_rows),
		.values = &mailbox_fields,
		.obj = row,
		.submit = N_("Set password"),
		.cancel = { ROUTE_MAILBOXES, 0, "" } };

	c->page.section = SECTION_MAILBOXES;
	return form_reply(op, c, &spec, rc);
}

enum rc
web_mailbox_password_form(struct op *op, struct call *c)
{
	struct mailbox row;
	enum rc rc = mailbox_get(op, c->id, &row);

	if (rc != RC_OK)
		return rc;
	return c->json ? reply_object(c, 200, whole(c), &row) : password_form(op, c, &row, RC_OK);
}

enum rc
web_mailbox_password_post(struct op *op, struct call *c)
{
	const char *password = NULL;
	struct mailbox row;
	enum rc rc = c->in_rc == RC_OK
	    ? mailbox_password(op, c->id, CALL_IN(c, mailbox_in), &row, &password)
	    : c->in_rc,
		found;

	if (form_can_show(c, rc))
		return (found = mailbox_get(op, c->id, &row)) == RC_OK ? password_form(op, c, &row, rc)
								       : found;
	if (rc != RC_OK)
		return rc;
	if (password)
		return show_password(c, 200, &row, password);
	reply_flash(c, FLASH_DONE, N_("The password of %s was changed."), reply_shown(c, row.username));
	return reply_done(c, reply_path(c, ROUTE_MAILBOXES, 0), whole(c), &row);
}

/* ---- aliases that lead to it ---- */

static enum rc
reply_aliases(struct op *op, struct call *c, const struct mailbox *row)
{
	struct reach_naming found;
	enum rc rc = reach_naming(op, row->username, &found);

	return rc == RC_OK ? reply_rows(c, &alias_fields, found.rows, found.n, NULL) : rc;
}

enum rc
web_mailbox_aliases(struct op *op, struct call *c)
{
	struct mailbox_aliases_view v = { 0 };
	struct reach_list reach;
	struct mailbox row;
	enum rc rc;

	if ((rc = mailbox_get(op, c->id, &row)) != RC_OK)
		return rc;
	if (c->json)
		return reply_aliases(op, c, &row);
	if ((rc = reach_of(op, &row, &reach)) != RC_OK)
		return rc;
	v = (struct mailbox_aliases_view){ .row = &row, .aliases = reach.rows, .n = reach.n };
	c->page.section = SECTION_MAILBOXES;
	view_mailbox_aliases(reply_page(c, 200, row.username), &c->page, &v);
	return reply_page_end(c);
}

/* ---- on and off, delete ---- */

static enum rc
set_active(struct op *op, struct call *c, bool active)
{
	struct mailbox row;
	enum rc rc = c->in_rc == RC_OK ? mailbox_set_active(op, c->id, active, &row) : c->in_rc;

	if (rc != RC_OK)
		return rc;
	reply_flash(c, FLASH_DONE, active ? N_("%s is active now.") : N_("%s is switched off."),
	    reply_shown(c, row.username));
	return reply_back(c, ROUTE_MAILBOXES, whole(c), &row);
}

enum rc
web_mailbox_enable(struct op *op, struct call *c)
{
	return set_active(op, c, true);
}

enum rc
web_mailbox_disable(struct op *op, struct call *c)
{
	return set_active(op, c, false);
}

enum rc
web_mailbox_delete_form(struct op *op, struct call *c)
{
	struct form_spec spec = { .in = &mailbox_in_fields,
		.danger = true,
		.submit = N_("Delete mailbox"),
		.cancel = { ROUTE_MAILBOXES, 0, "" } };
	struct mailbox row;
	const char *mail;
	enum rc rc = mailbox_get(op, c->id, &row);

	if (rc != RC_OK)
		return rc;
	if (c->json)
		return reply_aliases(op, c, &row);
	if ((rc = effects_aliases(op, c, row.username, true, &spec)) != RC_OK ||
	    (rc = effects_mail(op, c, row.username, &mail)) != RC_OK)
		return rc;
	spec.title = call_printf(c, N_("Delete %s"), reply_shown(c, row.username));
	spec.warning = call_printf(c, N_("%s Stored mail stays on disk. %s"), mail, effects_undo(c));
	c->page.section = SECTION_MAILBOXES;
	return form_reply(op, c, &spec, RC_OK);
}

enum rc
web_mailbox_delete_post(struct op *op, struct call *c)
{
	enum rc rc = mailbox_delete(op, c->id);

	if (rc != RC_OK)
		return rc;
	reply_flash(c, FLASH_DONE, N_("The mailbox was deleted."));
	return reply_done(c, reply_path(c, ROUTE_MAILBOXES, 0), NULL, NULL);
}
