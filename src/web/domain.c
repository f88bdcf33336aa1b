/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pages of domains. Each handler reads the input, asks svc/domain.h and says the outcome; rules are not here. This file, its service, its
 * store and its view are the slice to copy for a new entity.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/op.h"
#include "base/str.h"
#include "svc/domain.h"
#include "svc/warn.h"
#include "view/domain.h"
#include "web/call.h"
#include "web/effects.h"
#include "web/form.h"
#include "web/handlers.h"
#include "web/inputs.h"
#include "web/listing.h"
#include "web/reply.h"

static const struct listing_column columns[] = {
	{ .pick = true },
	{ .label = N_("Domain"), .sort = "domain" },
	{ .label = N_("Mailboxes"), .sort = "mailbox_count", .number = true },
	{ .label = N_("Aliases"), .sort = "alias_count", .number = true },
	{ .label = N_("Largest quota"), .number = true, .wide = true },
	{ .label = N_("Active") },
	{ .label = NULL },
};

enum rc
web_domains(struct op *op, struct call *c)
{
	struct domain_list_view v = { 0 };
	struct domain_list list;
	enum rc rc = domain_list(op, CALL_LIST(c), &list);

	if (rc != RC_OK)
		return rc;
	if (c->json)
		return reply_rows(c, &domain_fields, list.rows, list.n, &list.info);
	c->page.section = SECTION_DOMAINS;
	listing_build(c, columns, ARRAY_LEN(columns), list.n, &list.info, &v.list);
	v.rows = list.rows;
	view_domain_list(reply_page(c, 200, N_("Domains")), &c->page, &v);
	return reply_page_end(c);
}

/* ---- adding and editing ---- */

static const struct form_row rows[] = {
	{ .name = "domain", .focus = true, .required = true },
	{ .name = "description" },
	{ .name = "max_mailboxes", .half = true },
	{ .name = "max_aliases", .half = true },
	{ .name = "quota", .half = true },
	{ .name = "max_quota", .half = true },
	{ .name = "total_quota", .half = true },
	{ .name = "transport", .half = true },
	{ .name = "backupmx" },
	{ .name = "active" },
};

static enum rc
add_form(struct op *op, struct call *c, enum rc rc)
{
	struct domain_in defaults;
	struct form_spec spec = { .title = N_("Add a domain"),
		.in = &domain_in_fields,
		.rows = rows,
		.n = ARRAY_LEN(rows),
		.values = &domain_in_fields,
		.obj = &defaults,
		.submit = N_("Add domain"),
		.cancel = { ROUTE_DOMAINS, 0, "" } };

	domain_defaults(op, &defaults);
	if (c->json)
		return reply_object(c, 200, &domain_in_fields, &defaults);
	c->page.section = SECTION_DOMAINS;
	return form_reply(op, c, &spec, rc);
}

enum rc
web_domain_add_form(struct op *op, struct call *c)
{
	return add_form(op, c, RC_OK);
}

enum rc
web_domain_add_post(struct op *op, struct call *c)
{
	struct domain row;
	enum rc rc = c->in_rc == RC_OK ? domain_add(op, CALL_IN(c, domain_in), &row) : c->in_rc;

	if (form_can_show(c, rc))
		return add_form(op, c, rc);
	if (rc != RC_OK)
		return rc;
	reply_flash(c, FLASH_DONE, N_("The domain %s was added."), reply_shown(c, row.domain));
	return reply_done(c, reply_path(c, ROUTE_DOMAINS, 0), &domain_fields, &row);
}

static enum rc
edit_form(struct op *op, struct call *c, const struct domain *row, enum rc rc, const struct warnings *w)
{
	char rev[17];
	struct form_spec spec = { .title = reply_shown(c, row->domain),
		.warnings = w->text,
		.n_warnings = w->n,
		.in = &domain_in_fields,
		.rows = rows + 1, /* the name is the title and stays */
		.n = ARRAY_LEN(rows) - 1,
		.values = &domain_fields,
		.obj = row,
		.rev = rev,
		.submit = N_("Save"),
		.cancel = { ROUTE_DOMAINS, 0, "" } };

	field_rev(&domain_fields, row, rev);
	c->page.section = SECTION_DOMAINS;
	return form_reply(op, c, &spec, rc);
}

enum rc
web_domain_edit_form(struct op *op, struct call *c)
{
	struct domain row;
	enum rc rc = domain_get(op, c->id, &row);

	if (rc != RC_OK)
		return rc;
	return c->json ? reply_object(c, 200, &domain_fields, &row)
		       : edit_form(op, c, &row, RC_OK, &(const struct warnings){ .n = 0 });
}

/* What the change is warned of, out of the row as it is. */
static enum rc
edit_warnings(struct op *op, struct call *c, struct warnings *ret)
{
	struct domain was;
	enum rc rc;

	if (!form_can_warn(c))
		return RC_OK;
	rc = domain_get(op, c->id, &was);
	return rc == RC_OK ? warn_limits(op, &was, CALL_IN(c, domain_in), ret) : rc;
}

enum rc
web_domain_edit_post(struct op *op, struct call *c)
{
	struct domain row;
	struct warnings w = { .n = 0 };
	bool held = false;
	enum rc rc = c->in_rc, found;

	if (rc == RC_OK && (rc = edit_warnings(op, c, &w)) == RC_OK)
		held = form_held(op, c, &w);
	if (rc == RC_OK)
		rc = domain_edit(op, c->id, CALL_IN(c, domain_in), &row);
	if (form_can_show(c, rc) || (rc == RC_OK && held))
		return (found = domain_get(op, c->id, &row)) == RC_OK ? edit_form(op, c, &row, rc, &w)
								      : found;
	if (rc != RC_OK)
		return rc;
	reply_flash(c, FLASH_DONE, N_("The domain %s was saved."), reply_shown(c, row.domain));
	return reply_done(c, reply_path(c, ROUTE_DOMAINS, 0), &domain_fields, &row);
}

/* ---- on and off ---- */

static enum rc
set_active(struct op *op, struct call *c, bool active)
{
	struct domain row;
	enum rc rc = c->in_rc == RC_OK ? domain_set_active(op, c->id, active, &row) : c->in_rc;

	if (rc != RC_OK)
		return rc;
	reply_flash(c, FLASH_DONE, active ? N_("%s is active now.") : N_("%s is switched off."),
	    reply_shown(c, row.domain));
	return reply_back(c, ROUTE_DOMAINS, &domain_fields, &row);
}

enum rc
web_domain_enable(struct op *op, struct call *c)
{
	return set_active(op, c, true);
}

enum rc
web_domain_disable(struct op *op, struct call *c)
{
	return set_active(op, c, false);
}

/* ---- deleting ---- */

static const struct form_row delete_rows[] = {
	{ .name = "confirm", .focus = true, .required = true },
};

static enum rc
delete_form(struct op *op, struct call *c, enum rc rc)
{
	struct domain row;
	struct domain_impact impact;
	struct form_spec spec = { .in = &confirm_in_fields,
		.rows = delete_rows,
		.n = ARRAY_LEN(delete_rows),
		.danger = true,
		.submit = N_("Delete domain"),
		.cancel = { ROUTE_DOMAINS, 0, "" } };
	enum rc found;

	if ((found = domain_get(op, c->id, &row)) != RC_OK ||
	    (found = domain_impact(op, c->id, &impact)) != RC_OK)
		return found;
	if (c->json)
		return reply_json_text(c,
		    arena_printf(c->arena, "{\"mailboxes\":%lld,\"aliases\":%lld,\"admins\":%lld}",
			(long long)impact.mailboxes, (long long)impact.aliases,
			(long long)impact.admins));
	spec.title = call_printf(c, N_("Delete %s"), reply_shown(c, row.domain));
	spec.warning = call_printf(c,
	    N_("With the domain go its mailboxes (%lld), aliases (%lld) and assignments of "
	       "administrators (%lld). Stored mail stays on disk. %s"),
	    (long long)impact.mailboxes, (long long)impact.aliases, (long long)impact.admins,
	    effects_undo(c));
	c->page.section = SECTION_DOMAINS;
	return form_reply(op, c, &spec, rc);
}

enum rc
web_domain_delete_form(struct op *op, struct call *c)
{
	return delete_form(op, c, RC_OK);
}

enum rc
web_domain_delete_post(struct op *op, struct call *c)
{
	const struct confirm_in *in = c->in;
	enum rc rc = c->in_rc == RC_OK ? domain_delete(op, c->id, in ? in->confirm : NULL) : c->in_rc;

	if (form_can_show(c, rc))
		return delete_form(op, c, rc);
	if (rc != RC_OK)
		return rc;
	reply_flash(c, FLASH_DONE, N_("The domain was deleted."));
	return reply_done(c, reply_path(c, ROUTE_DOMAINS, 0), NULL, NULL);
}
