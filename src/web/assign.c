/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who administers which domain, seen from the domain and from the administrator. Both sides end in domain_assign(). */
#include "base/base.h"

#include "base/op.h"
#include "base/str.h"
#include "svc/admin.h"
#include "svc/domain.h"
#include "view/assign.h"
#include "web/call.h"
#include "web/choose.h"
#include "web/handlers.h"
#include "web/inputs.h"
#include "web/reply.h"

/* ---- from the domain ---- */

enum rc
web_domain_admins(struct op *op, struct call *c)
{
	struct domain_admins assigned, possible;
	struct domain row;
	struct domain_admins_view v = { .row = &row };
	enum rc rc;

	if ((rc = domain_get(op, c->id, &row)) != RC_OK ||
	    (rc = domain_admins(op, c->id, &assigned, &possible)) != RC_OK)
		return rc;
	if (c->json)
		return reply_rows(c, &admin_fields, assigned.rows, assigned.n, NULL);
	v.assigned = assigned.rows;
	v.n_assigned = assigned.n;
	v.possible = possible.rows;
	v.n_possible = possible.n;
	c->page.section = SECTION_DOMAINS;
	view_domain_admins(reply_page(c, 200, row.domain), &c->page, &v);
	return reply_page_end(c);
}

static enum rc
from_domain(struct op *op, struct call *c, bool assigned)
{
	const struct assign_in *in = c->in;
	enum rc rc = c->in_rc;

	if (rc == RC_OK && (!in || !in->admin_id))
		return op_fail_field(op, RC_INVALID, "admin_id", "Please choose an administrator.");
	if (rc != RC_OK || (rc = domain_assign(op, c->id, in->admin_id, assigned)) != RC_OK)
		return rc;
	reply_flash(c, FLASH_DONE,
	    assigned ? N_("The administrator was assigned.") : N_("The administrator was removed."));
	return reply_done(c, reply_path(c, ROUTE_DOMAIN_ADMINS, c->id), NULL, NULL);
}

enum rc
web_domain_admin_assign(struct op *op, struct call *c)
{
	return from_domain(op, c, true);
}

enum rc
web_domain_admin_remove(struct op *op, struct call *c)
{
	return from_domain(op, c, false);
}

/* ---- from the administrator ---- */

enum rc
web_admin_domains(struct op *op, struct call *c)
{
	struct form_row choice = { .name = "domain" };
	struct admin_domains domains;
	struct admin row;
	struct admin_domains_view v = { .row = &row };
	enum rc rc;

	if ((rc = admin_get(op, c->id, &row)) != RC_OK ||
	    (rc = admin_domains(op, c->id, &domains)) != RC_OK)
		return rc;
	if (c->json)
		return reply_rows(c, &domain_fields, domains.rows, domains.n, NULL);
	if ((rc = choose_domain(op, c, &choice)) != RC_OK)
		return rc;
	v.domains = domains.rows;
	v.n = domains.n;
	v.options = choice.options;
	v.n_options = choice.n_options;
	v.typed = choice.kind == WIDGET_TEXT;
	c->page.section = SECTION_ADMINS;
	view_admin_domains(reply_page(c, 200, row.username), &c->page, &v);
	return reply_page_end(c);
}

static enum rc
from_admin(struct op *op, struct call *c, bool assigned)
{
	const struct assign_in *in = c->in;
	struct domain domain;
	enum rc rc = c->in_rc;

	if (rc == RC_OK && (!in || !in->domain || !*in->domain))
		return op_fail_field(op, RC_INVALID, "domain", "Please choose a domain.");
	if (rc != RC_OK || (rc = domain_find(op, in->domain, &domain)) != RC_OK ||
	    (rc = domain_assign(op, domain.id, c->id, assigned)) != RC_OK)
		return rc;
	reply_flash(c, FLASH_DONE, assigned ? N_("%s was assigned.") : N_("%s was removed."),
	    reply_shown(c, domain.domain));
	return reply_done(c, reply_path(c, ROUTE_ADMIN_DOMAINS, c->id), NULL, NULL);
}

enum rc
web_admin_domain_assign(struct op *op, struct call *c)
{
	return from_admin(op, c, true);
}

enum rc
web_admin_domain_remove(struct op *op, struct call *c)
{
	return from_admin(op, c, false);
}
