/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one search: a page of groups, each leading on to its list. */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "svc/search.h"
#include "view/search.h"
#include "web/call.h"
#include "web/handlers_site.h"
#include "web/reply.h"

static void
add_group(struct str *out, const char *name, const struct fields *f, const void *rows, size_t n)
{
	str_addf(out, "%s\"%s\":[", str_text(out)[out->len - 1] == '{' ? "" : ",", name);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			str_addc(out, ',');
		field_json(f, (const char *)rows + i * f->size, out);
	}
	str_addc(out, ']');
}

static enum rc
reply_found(struct call *c, const struct search_result *r)
{
	struct str *out = reply_json(c, 200);

	str_addc(out, '{');
	add_group(out, "domains", &domain_fields, r->domains.rows, r->domains.n);
	add_group(out, "mailboxes", &mailbox_fields, r->mailboxes.rows, r->mailboxes.n);
	add_group(out, "aliases", &alias_fields, r->aliases.rows, r->aliases.n);
	add_group(out, "admins", &admin_fields, r->admins.rows, r->admins.n);
	str_addc(out, '}');
	return RC_OK;
}

/* The same search in a list of its own; query NULL: all of it is on this page. */
static struct link
more(struct call *c, enum route_id route, const struct list_info *info, const char *q)
{
	struct str s = STR_INIT;
	struct link l = { .route = route };

	if (!info->next)
		return l;
	STR_LIT(&s, "?q=");
	str_add_url(&s, q);
	l.query = arena_strdup(c->arena, str_text(&s));
	str_release(&s);
	return l;
}

enum rc
web_search(struct op *op, struct call *c)
{
	const char *q = CALL_LIST(c)->q;
	struct search_result r;
	struct search_view v;
	enum rc rc = search_all(op, q, &r);

	if (rc != RC_OK)
		return rc;
	if (c->json)
		return reply_found(c, &r);
	v = (struct search_view){ .q = q ? q : "",
		.domains = r.domains.rows,
		.n_domains = r.domains.n,
		.more_domains = more(c, ROUTE_DOMAINS, &r.domains.info, q),
		.mailboxes = r.mailboxes.rows,
		.n_mailboxes = r.mailboxes.n,
		.more_mailboxes = more(c, ROUTE_MAILBOXES, &r.mailboxes.info, q),
		.aliases = r.aliases.rows,
		.n_aliases = r.aliases.n,
		.more_aliases = more(c, ROUTE_ALIASES, &r.aliases.info, q),
		.admins = r.admins.rows,
		.n_admins = r.admins.n,
		.more_admins = more(c, ROUTE_ADMINS, &r.admins.info, q) };
	c->page.q = v.q;
	view_search(reply_page(c, 200, N_("Search")), &c->page, &v);
	return reply_page_end(c);
}
