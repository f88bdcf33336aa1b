/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Answers that did not go well, in the panel's frame or as JSON {"code","text","errors":[{"code","field","text"}]}. Nothing of the request is shown
 * again; what the engine or the system said goes to the log, with the number that the page shows.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/log.h"
#include "base/op.h"
#include "base/rand.h"
#include "base/str.h"
#include "conf/conf.h"
#include "view/fault.h"
#include "web/call.h"
#include "web/reply.h"
#include "web/web_int.h"

#define RETRY_SECONDS 5

struct sentence {
	int status;
	const char *code, *title, *text;
};

/* clang-format off */
static const struct sentence sentences[] = {
	{ 400, "malformed",   N_("Bad request"),        N_("The request is not one this panel understands.") },
	{ 401, "unauthenticated", N_("Please sign in"), N_("This page is for administrators who are signed in.") },
	{ 403, "denied",      N_("Not allowed"),        N_("You may not do this.") },
	{ 404, "not_found",   N_("Not found"),          N_("There is nothing at this address.") },
	{ 405, "method",      N_("Not possible here"),  N_("This address cannot be used in that way.") },
	{ 408, "timeout",     N_("Too slow"),           N_("The request took too long to arrive.") },
	{ 409, "conflict",    N_("Conflict"),           N_("This cannot be done as things are now.") },
	{ 413, "too_large",   N_("Too large"),          N_("The request is larger than this panel takes.") },
	{ 414, "too_large",   N_("Address too long"),   N_("The address is longer than this panel takes.") },
	{ 415, "media_type",  N_("Unknown kind of data"), N_("Forms and JSON are understood here, nothing else.") },
	{ 417, "malformed",   N_("Bad request"),        N_("The request expects something this panel does not do.") },
	{ 421, "host",        N_("Wrong name"),         N_("This panel does not answer to that host name.") },
	{ 422, "invalid",     N_("Not valid"),          N_("Something in the input is not valid.") },
	{ 428, "proof_needed", N_("Please confirm"),    N_("Please give your password once more, in the field \"proof\".") },
	{ 429, "limited",     N_("Too many attempts"),  N_("There were too many attempts. Please try again later.") },
	{ 431, "too_large",   N_("Too large"),          N_("The request's head is larger than this panel takes.") },
	{ 501, "method",      N_("Not possible here"),  N_("This panel does not do that.") },
	{ 503, "unavailable", N_("Not available now"),  N_("The panel cannot answer right now. Please try again in a moment.") },
	{ 505, "malformed",   N_("Bad request"),        N_("This version of HTTP is not spoken here.") },
	{ 500, "internal",    N_("Something went wrong"), N_("This is our fault. The details are in the log.") }, /* last: any other */
};
/* clang-format on */

static const struct sentence *
sentence_of(int status)
{
	const struct sentence *s = sentences;

	while (s < &sentences[ARRAY_LEN(sentences) - 1] && s->status != status)
		s++;
	return s;
}

static void
add_fault(struct str *out, const struct err *err, bool first)
{
	str_add(out, first ? "{\"code\":\"" : ",{\"code\":\"");
	str_add(out, rc_slug(err->rc));
	STR_LIT(out, "\",\"field\":");
	str_add_json(out, err->field);
	STR_LIT(out, ",\"text\":");
	str_add_json(out, err->text);
	str_addc(out, '}');
}

static void
fault_json(struct call *c, int status, const char *code, const char *text, const struct errs *errs)
{
	struct str *out = reply_json(c, status);

	STR_LIT(out, "{\"code\":\"");
	str_add(out, code);
	STR_LIT(out, "\",\"text\":");
	str_add_json(out, text);
	STR_LIT(out, ",\"errors\":[");
	for (const struct err *at = errs ? errs->first : NULL; at; at = at->next)
		add_fault(out, at, at == errs->first);
	STR_LIT(out, "]}");
}

static void
fault_page(struct call *c, const struct sentence *s, int status, const char *text, const char *reference)
{
	struct fault_view v = { .status = status,
		.title = call_text(c, s->title),
		.text = call_text(c, text),
		.reference = reference };

	c->page.fault = true;
	view_fault(reply_page(c, status, s->title), &c->page, &v);
	(void)reply_page_end(c);
}

void
reply_status(struct call *c, int status)
{
	const struct sentence *s = sentence_of(status);

	if (c->json)
		fault_json(c, status, s->code, s->text, NULL);
	else
		fault_page(c, s, status, s->text, NULL);
}

/* The log's line for what is not the user's fault; its number for the page. */
static const char *
note(struct call *c, const struct op *op, enum rc rc)
{
	const struct err *err = op && op->errs.first ? op->errs.first : c->errs.first;
	char hex[17];
	const char *number;

	if (rc != RC_INTERNAL && rc != RC_UNAVAILABLE && rc != RC_CONFIG && rc != RC_RETRY)
		return NULL;
	rand_hex(hex, 8);
	number = arena_strndup(c->arena, hex, 16);
	log_error("web.fault", L_TEXT("id", number), L_TEXT("path", c->path),
	    L_TEXT("code", rc_slug(rc)), L_TEXT("text", err ? err->plain : NULL),
	    L_TEXT("detail", err ? err->detail : NULL), L_END);
	return number;
}

/* A value in the URL that cannot be is a bad request: there is no form to mend. */
static int
status_of(const struct call *c, enum rc rc)
{
	return rc == RC_INVALID && !c->post ? 400 : rc_http(rc);
}

void
reply_fault(struct call *c, struct op *op, enum rc rc)
{
	const struct errs *errs = op && op->errs.first ? &op->errs : &c->errs;
	int status = status_of(c, rc);
	const struct sentence *s = sentence_of(status);
	const char *reference = note(c, op, rc);
	bool ours = rc == RC_INTERNAL || rc == RC_CONFIG;
	const char *text = !ours && errs->first && errs->first->text ? errs->first->text : s->text;

	if (status == 503 && !c->answer.retry_after)
		c->answer.retry_after = RETRY_SECONDS;
	if (c->json)
		fault_json(c, status, rc_slug(rc), text, ours ? NULL : errs);
	else
		fault_page(c, s, status, text, reference);
}
