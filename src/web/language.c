/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * In which language a page is. Who is signed in may have chosen one; a browser may have (a cookie, which all pages have); else Accept-Language says, and
 * after it the configuration. The surprising thing: fields are checked before it is known who is signed in, so the cookie follows the account's choice.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/lang.h"
#include "base/op.h"
#include "conf/conf.h"
#include "svc/language.h"
#include "web/call.h"
#include "web/inputs.h"
#include "web/language.h"
#include "web/reply.h"
#include "web/web_int.h"

#define YEAR_S (365 * 24 * 3600)

static void
set(struct call *c, const struct lang *lang)
{
	c->lang = c->errs.lang = c->page.lang = lang;
}

void
language_of_browser(struct call *c)
{
	const struct lang *lang = NULL;

	(void)lang_find(c->conf->language, &lang);
	if (!lang_find(cookie_value(c, c->web->cookie_language), &lang))
		lang = lang_accepted(http_req_header(c->req, "accept-language"), lang);
	set(c, lang);
}

static void
remember(struct call *c, const char *code)
{
	const char *kept = cookie_value(c, c->web->cookie_language);

	if (strcmp(kept ? kept : "", code) != 0)
		cookie_set(c, c->web->cookie_language, *code ? code : NULL, YEAR_S);
}

void
language_of_account(struct op *op, struct call *c)
{
	const struct lang *lang;

	if (c->json || !lang_find(c->session.language, &lang))
		return;
	set(c, lang);
	op->errs.lang = lang;
	remember(c, lang_code(lang));
}

void
language_none(struct call *c)
{
	set(c, NULL);
}

enum rc
web_language(struct op *op, struct call *c)
{
	const struct language_in *in = CALL_IN(c, language_in);
	const char *code = in && in->language ? in->language : "";
	struct language row = { .language = code };
	const struct back_in *from = c->query;
	const char *back;
	enum rc rc = c->in_rc;

	if (rc == RC_OK && c->actor.kind == ACTOR_ADMIN)
		rc = language_set(op, c->actor.admin_id, in, &row);
	if (rc != RC_OK)
		return rc;
	remember(c, code);
	back = reply_again(c, from ? from->back : NULL);
	return reply_done(c, back ? back : reply_path(c, ROUTE_HOME, 0), &language_fields, &row);
}
