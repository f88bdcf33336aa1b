/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first page. Whoever is not signed in is sent to do that. */
#include "base/base.h"

#include "base/arena.h"
#include "svc/overview.h"
#include "view/overview.h"
#include "web/call.h"
#include "web/growth.h"
#include "web/handlers_site.h"
#include "web/reply.h"

/* Lengths of the bars: the longest is 100. */
static const int64_t *
lengths(struct call *c, const struct overview_page *o)
{
	int64_t *at = arena_array(c->arena, o->n_domains, sizeof(*at));
	int64_t max = o->n_domains > 0 ? MAX(o->domains[0].n, 1) : 1;

	for (size_t i = 0; i < o->n_domains; i++)
		at[i] = o->domains[i].n * 100 / max;
	return at;
}

enum rc
web_home(struct op *op, struct call *c)
{
	struct overview_page o;
	struct overview_view v;
	enum rc rc;

	if (c->actor.kind != ACTOR_ADMIN)
		return reply_to(c, ROUTE_LOGIN, 0);
	if ((rc = overview_get(op, &o)) != RC_OK)
		return rc;
	v = (struct overview_view){ .n = &o.n,
		.domains = o.domains,
		.lengths = lengths(c, &o),
		.n_domains = o.n_domains,
		.items = o.items,
		.n_items = o.n_items,
		.looked = o.looked,
		.growth = growth_pictures(c, &o.growth, true) };
	c->page.section = SECTION_HOME;
	view_overview(reply_page(c, 200, N_("Overview")), &c->page, &v);
	return reply_page_end(c);
}
