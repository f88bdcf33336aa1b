/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page of those who are refused for guessing, for supers: to see, and to let them in again. */
#include "base/base.h"

#include "base/op.h"
#include "svc/limit.h"
#include "view/limits.h"
#include "web/call.h"
#include "web/handlers_access.h"
#include "web/reply.h"

enum rc
web_limits(struct op *op, struct call *c)
{
	struct limit_list list;
	struct limits_view v;
	enum rc rc = limit_list(op, &list);

	if (rc != RC_OK)
		return rc;
	if (c->json)
		return reply_rows(c, &limit_fields, list.rows, list.n, &list.info);
	v = (struct limits_view){ list.rows, list.n, list.info.total_at_least };
	c->page.section = SECTION_LOG;
	view_limits(reply_page(c, 200, N_("Refused tries")), &c->page, &v);
	return reply_page_end(c);
}

enum rc
web_limit_clear(struct op *op, struct call *c)
{
	int64_t cleared;
	enum rc rc = c->in_rc;

	if (rc != RC_OK || (rc = limit_clear(op, CALL_IN(c, limit_in)->name, &cleared)) != RC_OK)
		return rc;
	reply_flash(c, FLASH_DONE, N_("The tries were forgotten."));
	return reply_done(c, reply_path(c, ROUTE_LIMITS, 0), NULL, NULL);
}
