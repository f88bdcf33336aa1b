/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Other administrators' second factors: for supers, who prove to be themselves with each change. */
#include "base/base.h"

#include "base/arena.h"
#include "base/op.h"
#include "svc/admin.h"
#include "view/second.h"
#include "web/call.h"
#include "web/form.h"
#include "web/handlers_access.h"
#include "web/reply.h"
#include "web/second.h"

enum rc
web_admin_second(struct op *op, struct call *c)
{
	struct admin row;
	struct second_view v = { .row = &row };
	enum rc rc;

	if (c->id == c->actor.admin_id && !c->json)
		return reply_to(c, ROUTE_TWO_FACTOR, 0);
	if ((rc = admin_get(op, c->id, &row)) != RC_OK ||
	    (rc = second_state(op, c->id, &v.state)) != RC_OK)
		return rc;
	if (c->json)
		return reply_object(c, 200, &second_state_fields, &v.state);
	c->page.section = SECTION_ADMINS;
	view_second_other(reply_page(c, 200, N_("Second factor")), &c->page, &v);
	return reply_page_end(c);
}

/* One form for the four verbs: they differ in words. */
static const struct verb {
	enum route_id route;
	const char *title, *intro, *submit;
	bool danger;
} verbs[] = {
	{ ROUTE_ADMIN_SECOND_PROVISION, N_("Give a second factor"),
	    N_("A new secret and backup codes are made and shown once, for you to hand over. What "
	       "this administrator had is void, and all "
	       "sessions end. Requiring it instead lets the administrator set it up alone."),
	    N_("Make it"), false },
	{ ROUTE_ADMIN_SECOND_RESET, N_("Remove the second factor"),
	    N_("The password alone lets in again. All sessions of this administrator end."),
	    N_("Remove"), true },
	{ ROUTE_ADMIN_SECOND_FORCE, N_("Require a second factor"),
	    N_("At the next sign-in, this administrator must set one up first."), N_("Require it"),
	    false },
	{ ROUTE_ADMIN_SECOND_UNFORCE, N_("No longer require a second factor"),
	    N_("This administrator may sign in without setting one up."),
	    N_("No longer require it"), false },
};

static const struct verb *
verb_of(const struct call *c)
{
	size_t i = 0;

	while (i + 1 < ARRAY_LEN(verbs) && verbs[i].route != c->route->id)
		i++;
	return &verbs[i];
}

static const struct form_row rows[] = {
	{ .name = "password",
	    .kind = WIDGET_SIGNIN_PASSWORD,
	    .autocomplete = "current-password",
	    .help = N_("If you have a second factor yourself, give a code of it instead."),
	    .focus = true },
	{ .name = "code", .kind = WIDGET_CODE, .autocomplete = "one-time-code", .label = N_("Your code") },
};

static enum rc
show(struct op *op, struct call *c, enum rc shown)
{
	const struct verb *verb = verb_of(c);
	struct admin row;
	const struct form_spec spec = { .title = verb->title,
		.in = &second_in_fields,
		.rows = rows,
		.n = ARRAY_LEN(rows),
		.submit = verb->submit,
		.danger = verb->danger,
		.cancel = { ROUTE_ADMIN_SECOND, c->id, "" },
		.intro = verb->intro };
	enum rc rc = admin_get(op, c->id, &row);

	if (rc != RC_OK)
		return rc;
	c->page.section = SECTION_ADMINS;
	return form_reply(op, c, &spec, shown);
}

enum rc
web_admin_second_form(struct op *op, struct call *c)
{
	return show(op, c, RC_OK);
}

static enum rc
provision(struct op *op, struct call *c, const struct second_in *in)
{
	struct second_given given;
	struct secret_view view;
	struct admin row;
	enum rc rc;

	/* asked for first: what was given is shown once, and nothing may come between */
	if ((rc = admin_get(op, c->id, &row)) != RC_OK ||
	    (rc = second_provision(op, c->id, in, &given)) != RC_OK)
		return rc;
	if (c->json)
		return second_reply_secret(c, &given.secret, &given.codes);
	if (!second_view_secret(c, &given.secret, row.username, &view))
		return op_fail(op, RC_INTERNAL, "The picture of the secret could not be made.");
	c->page.section = SECTION_ADMINS;
	return second_reply_codes(c, row.username, &view, &given.codes,
	    (struct link){ ROUTE_ADMIN_SECOND, c->id, "" });
}

static enum rc
change(struct op *op, struct call *c, const struct second_in *in)
{
	struct admin row;
	enum rc rc;

	if ((rc = admin_get(op, c->id, &row)) != RC_OK)
		return rc;
	if (c->route->id == ROUTE_ADMIN_SECOND_RESET)
		rc = second_remove(op, c->id, in);
	else
		rc = second_force(op, c->id, c->route->id == ROUTE_ADMIN_SECOND_FORCE, in);
	if (rc != RC_OK)
		return rc;
	reply_flash(c, FLASH_DONE, N_("The second factor of %s was changed."), row.username);
	return reply_done(c, reply_path(c, ROUTE_ADMIN_SECOND, c->id), NULL, NULL);
}

enum rc
web_admin_second_post(struct op *op, struct call *c)
{
	const struct second_in *in = CALL_IN(c, second_in);
	enum rc rc = c->in_rc;

	if (rc == RC_OK)
		rc = c->route->id == ROUTE_ADMIN_SECOND_PROVISION ? provision(op, c, in)
								  : change(op, c, in);
	return form_can_show(c, rc) ? show(op, c, rc) : rc;
}
