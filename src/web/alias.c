/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages of aliases. Rules (targets, loops, limits) are in svc/alias.h. */
#include "base/base.h"

#include "base/arena.h"
#include "base/op.h"
#include "base/str.h"
#include "svc/alias.h"
#include "svc/extra.h"
#include "svc/mailbox.h"
#include "svc/warn.h"
#include "view/alias.h"
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
	{ .label = N_("Address"), .sort = "address" },
	{ .label = N_("Leads to") },
	{ .label = N_("Active") },
	{ .label = NULL },
};

enum rc
web_aliases(struct op *op, struct call *c)
{
	struct alias_list_view v = { 0 };
	struct alias_list list;
	enum rc rc = alias_list(op, CALL_LIST(c), &list);

	if (rc != RC_OK)
		return rc;
	if (c->json)
		return reply_rows(c, &alias_fields, list.rows, list.n, &list.info);
	c->page.section = SECTION_ALIASES;
	listing_build(c, columns, ARRAY_LEN(columns), list.n, &list.info, &v.list);
	v.rows = list.rows;
	view_alias_list(reply_page(c, 200, N_("Aliases")), &c->page, &v);
	return reply_page_end(c);
}

static const struct fields *
whole(struct call *c)
{
	return extras_of_alias(c->conf, c->arena).row;
}

/* The usual rows, and those that the configuration adds behind them. */
static enum rc
take_rows(struct op *op, struct call *c, const struct extras *x, const struct form_row *rows,
    size_t n, struct form_spec *spec)
{
	const struct form_row *more;
	struct form_row *at;
	size_t n_more;
	enum rc rc = extra_rows(op, c, x, false, &more, &n_more);

	if (rc != RC_OK)
		return rc;
	at = arena_array(c->arena, n + n_more, sizeof(*at));
	memcpy(at, rows, n * sizeof(*at));
	memcpy(at + n, more, n_more * sizeof(*at));
	spec->rows = at;
	spec->n = n + n_more;
	return RC_OK;
}

static const struct form_row add_rows[] = {
	{ .name = "local_part",
	    .label = N_("Address"),
	    .half = true,
	    .focus = true,
	    .help = N_("Leave it empty to catch all addresses of the domain that do not exist.") },
	{ .name = "domain", .label = N_("Domain"), .prefix = "@", .half = true, .required = true },
	{ .name = "goto", .required = true },
	{ .name = "active" },
};

static enum rc
add_form(struct op *op, struct call *c, enum rc rc, const struct warnings *w)
{
	const struct alias_in defaults = { .domain = c->query ? CALL_LIST(c)->domain : NULL,
		.active = true };
	const struct extras x = extras_of_alias(c->conf, c->arena);
	struct form_row rows[ARRAY_LEN(add_rows)];
	struct form_spec spec = { .title = N_("Add an alias"),
		.warnings = w->text,
		.n_warnings = w->n,
		.in = x.in,
		.values = x.in,
		.obj = &defaults,
		.submit = N_("Add alias"),
		.cancel = { ROUTE_ALIASES, 0, "" } };
	enum rc chosen;

	if (c->json)
		return reply_object(c, 200, x.in, &defaults);
	memcpy(rows, add_rows, sizeof(rows));
	if ((chosen = choose_domain(op, c, &rows[1])) != RC_OK ||
	    (chosen = take_rows(op, c, &x, rows, ARRAY_LEN(rows), &spec)) != RC_OK)
		return chosen;
	c->page.section = SECTION_ALIASES;
	return form_reply(op, c, &spec, rc);
}

enum rc
web_alias_add_form(struct op *op, struct call *c)
{
	return add_form(op, c, RC_OK, &(const struct warnings){ .n = 0 });
}

enum rc
web_alias_add_post(struct op *op, struct call *c)
{
	const struct alias_in *in = CALL_IN(c, alias_in);
	struct alias row;
	struct warnings w = { .n = 0 };
	bool held = false;
	enum rc rc = c->in_rc;

	if (rc == RC_OK && form_can_warn(c) && (rc = warn_alias(op, NULL, in, &w)) == RC_OK)
		held = form_held(op, c, &w);
	if (rc == RC_OK)
		rc = alias_add(op, in, &row);
	if (form_can_show(c, rc) || (rc == RC_OK && held))
		return add_form(op, c, rc, &w);
	if (rc != RC_OK)
		return rc;
	reply_flash(c, FLASH_DONE, N_("The alias %s was added."), reply_shown(c, row.address));
	return reply_done(c, reply_path(c, ROUTE_ALIASES, 0), whole(c), &row);
}

static const struct form_row edit_rows[] = {
	{ .name = "goto", .focus = true, .required = true },
	{ .name = "active" },
};

static enum rc
edit_form(struct op *op, struct call *c, const struct alias *row, enum rc rc, const struct warnings *w)
{
	char rev[17];
	const struct form_act acts[] = {
		{ N_("Delete"), "i-trash", { ROUTE_ALIAS_DELETE, row->id, "" }, true },
	};
	const struct extras x = extras_of_alias(c->conf, c->arena);
	struct form_spec spec = { .title = reply_shown(c, row->address),
		.acts = acts,
		.n_acts = ARRAY_LEN(acts),
		.warnings = w->text,
		.n_warnings = w->n,
		.in = x.in,
		.values = x.row,
		.obj = row,
		.rev = rev,
		.submit = N_("Save"),
		.cancel = { ROUTE_ALIASES, 0, "" } };

	enum rc taken = take_rows(op, c, &x, edit_rows, ARRAY_LEN(edit_rows), &spec);

	if (taken != RC_OK)
		return taken;
	field_rev(x.row, row, rev);
	c->page.section = SECTION_ALIASES;
	return form_reply(op, c, &spec, rc);
}

enum rc
web_alias_edit_form(struct op *op, struct call *c)
{
	struct alias row;
	enum rc rc = alias_get(op, c->id, &row);

	if (rc != RC_OK)
		return rc;
	return c->json ? reply_object(c, 200, whole(c), &row)
		       : edit_form(op, c, &row, RC_OK, &(const struct warnings){ .n = 0 });
}

/* What the change is warned of, out of the row as it is. */
static enum rc
edit_warnings(struct op *op, struct call *c, struct warnings *ret)
{
	struct alias was;
	enum rc rc;

	if (!form_can_warn(c))
		return RC_OK;
	rc = alias_get(op, c->id, &was);
	return rc == RC_OK ? warn_alias(op, &was, CALL_IN(c, alias_in), ret) : rc;
}

enum rc
web_alias_edit_post(struct op *op, struct call *c)
{
	struct alias row;
	struct warnings w = { .n = 0 };
	bool held = false;
	enum rc rc = c->in_rc, found;

	if (rc == RC_OK && (rc = edit_warnings(op, c, &w)) == RC_OK)
		held = form_held(op, c, &w);
	if (rc == RC_OK)
		rc = alias_edit(op, c->id, CALL_IN(c, alias_in), &row);
	if (form_can_show(c, rc) || (rc == RC_OK && held))
		return (found = alias_get(op, c->id, &row)) == RC_OK ? edit_form(op, c, &row, rc, &w)
								     : found;
	if (rc != RC_OK)
		return rc;
	reply_flash(c, FLASH_DONE, N_("The alias %s was saved."), reply_shown(c, row.address));
	return reply_done(c, reply_path(c, ROUTE_ALIASES, 0), whole(c), &row);
}

/* ---- on and off, delete ---- */

static enum rc
set_active(struct op *op, struct call *c, bool active)
{
	struct alias row;
	enum rc rc = c->in_rc == RC_OK ? alias_set_active(op, c->id, active, &row) : c->in_rc;

	if (rc != RC_OK)
		return rc;
	reply_flash(c, FLASH_DONE, active ? N_("%s is active now.") : N_("%s is switched off."),
	    reply_shown(c, row.address));
	return reply_back(c, ROUTE_ALIASES, whole(c), &row);
}

enum rc
web_alias_enable(struct op *op, struct call *c)
{
	return set_active(op, c, true);
}

enum rc
web_alias_disable(struct op *op, struct call *c)
{
	return set_active(op, c, false);
}

enum rc
web_alias_delete_form(struct op *op, struct call *c)
{
	struct form_spec spec = { .in = &alias_in_fields,
		.danger = true,
		.submit = N_("Delete alias"),
		.cancel = { ROUTE_ALIASES, 0, "" } };
	struct alias row;
	const char *mail;
	enum rc rc = alias_get(op, c->id, &row);

	if (rc != RC_OK)
		return rc;
	if (c->json)
		return reply_object(c, 200, whole(c), &row);
	if ((rc = effects_aliases(op, c, row.address, false, &spec)) != RC_OK ||
	    (rc = effects_alias_mail(op, c, row.address, &mail)) != RC_OK)
		return rc;
	spec.title = call_printf(c, N_("Delete %s"), reply_shown(c, row.address));
	spec.warning = call_printf(c,
	    N_("Mail to this address leads to %s now. %s It can be brought back from the log."),
	    effects_targets(c, row.goto_), mail);
	c->page.section = SECTION_ALIASES;
	return form_reply(op, c, &spec, RC_OK);
}

enum rc
web_alias_delete_post(struct op *op, struct call *c)
{
	enum rc rc = alias_delete(op, c->id);

	if (rc != RC_OK)
		return rc;
	reply_flash(c, FLASH_DONE, N_("The alias was deleted."));
	return reply_done(c, reply_path(c, ROUTE_ALIASES, 0), NULL, NULL);
}
