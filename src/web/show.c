/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pages of one mailbox and of one domain. They only read, each with a statement for the row, one for what belongs to it and one for its log. */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "conf/conf.h"
#include "svc/audit.h"
#include "svc/domain.h"
#include "svc/mailbox.h"
#include "svc/owner_invite.h"
#include "svc/reach.h"
#include "view/show.h"
#include "web/call.h"
#include "web/choose.h"
#include "web/extra_rows.h"
#include "web/growth.h"
#include "web/handlers_site.h"
#include "web/reply.h"
#include "web/trail.h"

/* As people read it. While restrictions are switched off only one that is in force all the same is worth a line. */
static const char *
access_of(struct call *c, const struct mailbox *row)
{
	CLEANUP(str_release) struct str s = STR_INIT;
	size_t n;
	const struct option *options = choose_access(c, row->access_restriction, &n);

	if (!c->conf->access_on && strcmp(row->access_restriction, "ALL") == 0)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (options[i].selected)
			str_addf(&s, "%s%s", s.len > 0 ? ", " : "", call_text(c, options[i].label));
	return arena_strdup(c->arena, str_text(&s));
}

enum rc
web_mailbox_show(struct op *op, struct call *c)
{
	struct mailbox_show_view v;
	struct reach_list reach;
	struct audit_list log;
	struct mailbox row;
	const struct extras x = extras_of(c->conf, c->arena);
	enum rc rc = mailbox_get(op, c->id, &row);

	if (rc != RC_OK)
		return rc;
	if (c->json)
		return reply_object(c, 200, x.row, &row);
	if ((rc = reach_of(op, &row, &reach)) != RC_OK ||
	    (rc = audit_recent(op, "mailbox", row.id, row.domain_id, &log)) != RC_OK)
		return rc;
	trail_translate(c, log.rows, log.n);
	v = (struct mailbox_show_view){ .row = &row,
		.access = access_of(c, &row),
		.aliases = reach.rows,
		.n_aliases = reach.n,
		.log = log.rows,
		.n_log = log.n,
		.links = owner_invite_offered(c->conf),
		.invites = owner_invite_why_not(op, &row) == NULL };
	v.extra = extra_lines(c, &x, &row, &v.n_extra);
	c->page.section = SECTION_MAILBOXES;
	view_mailbox_show(reply_page(c, 200, reply_shown(c, row.username)), &c->page, &v);
	return reply_page_end(c);
}

enum rc
web_domain_show(struct op *op, struct call *c)
{
	struct domain_show_view v;
	struct domain_usage usage;
	struct audit_list log;
	struct domain row;
	enum rc rc = domain_get(op, c->id, &row);

	if (rc != RC_OK)
		return rc;
	if (c->json)
		return reply_object(c, 200, &domain_fields, &row);
	if ((rc = domain_usage(op, &row, &usage)) != RC_OK ||
	    (rc = audit_recent(op, NULL, 0, row.id, &log)) != RC_OK)
		return rc;
	trail_translate(c, log.rows, log.n);
	v = (struct domain_show_view){ .row = &row,
		.admins = usage.admins,
		.used = usage.used,
		.allotted = usage.allotted,
		.unlimited = usage.unlimited,
		.counted = usage.counted,
		.growth = growth_pictures(c, &usage.growth, false),
		.log = log.rows,
		.n_log = log.n };
	c->page.section = SECTION_DOMAINS;
	view_domain_show(reply_page(c, 200, reply_shown(c, row.domain)), &c->page, &v);
	return reply_page_end(c);
}
