/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages that belong to no entity: about, health, robots. */
#include "base/base.h"

#include "base/str.h"
#include "svc/system.h"
#include "version.h"
#include "view/about.h"
#include "web/call.h"
#include "web/handlers_site.h"
#include "web/reply.h"

static struct str *
plain_text(struct call *c, int status)
{
	str_clear(&c->resp->body);
	c->answer.status = status;
	c->answer.type = "text/plain; charset=utf-8";
	return &c->resp->body;
}

enum rc
web_about(struct op *op, struct call *c)
{
	(void)op;
	if (c->json) {
		STR_LIT(reply_json(c, 200), "{\"name\":\"ViMbAdmin\",\"version\":\"" VIMB_VERSION "\"}");
		return RC_OK;
	}
	view_about(reply_page(c, 200, N_("About")), &c->page, VIMB_VERSION);
	return reply_page_end(c);
}

/* Says only whether the database answers; what is wrong stands in the log. */
enum rc
web_health(struct op *op, struct call *c)
{
	if (system_health(op) == RC_OK) {
		STR_LIT(plain_text(c, 200), "ok\n");
		return RC_OK;
	}
	STR_LIT(plain_text(c, 503), "unavailable\n");
	c->answer.retry_after = 5;
	return RC_OK;
}

bool
web_robots(struct call *c)
{
	STR_LIT(plain_text(c, 200), "User-agent: *\nDisallow: /\n");
	return true;
}
