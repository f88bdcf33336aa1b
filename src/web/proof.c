/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asking for the password again, in front of the routes whose row says ROUTE_STEP_UP. Owns the page in between: it carries on
 * what was typed, but no secret, which is typed once more. No handler knows of it. The surprising thing: the op may run again after
 * the session got its new id, so that id lives in the call and counts instead of the cookie's from then on.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/op.h"
#include "svc/auth.h"
#include "view/proof.h"
#include "web/call.h"
#include "web/reply.h"
#include "web/web_int.h"

static bool
is_secret(const struct field *f)
{
	return f && (f->kind == KIND_PASSWORD || (f->flags & FIELD_SECRET));
}

/* What was typed, in two: fields that go on, and those that are asked for again. */
static void
sort_pairs(struct call *c, struct proof_view *v)
{
	struct pair *pairs = arena_array(c->arena, c->body.n, sizeof(*pairs));
	const struct field **secrets = arena_array(c->arena, c->body.n, sizeof(const struct field *));

	for (size_t i = 0; i < c->body.n; i++) {
		const struct field *f = c->route->body
		    ? field_by_name(c->route->body, c->body.at[i].name)
		    : NULL;

		if (is_secret(f))
			secrets[v->n_secrets++] = f;
		else
			pairs[v->n++] = c->body.at[i];
	}
	v->pairs = pairs;
	v->secrets = secrets;
}

static enum rc
ask(struct op *op, struct call *c, enum rc rc)
{
	struct proof_view v = { .request = c->request_id, .back = c->back };
	const struct err *fault = op->errs.first;
	struct second_state state;
	enum rc looked;

	if (c->json)
		return rc == RC_PROOF ? op_fail_field(op, RC_PROOF, "proof",
					    "Please give your password, or a code of your second "
					    "factor, once more, in the field "
					    "\"proof\".")
				      : rc;
	if ((looked = second_state(op, c->actor.admin_id, &state)) != RC_OK)
		return looked;
	v.asks_code = state.enrolled;
	v.passkey = state.passkeys > 0 && !passkey_refusal(c->conf, c->arena);
	v.error = rc != RC_PROOF && fault ? fault->text : NULL;
	sort_pairs(c, &v);
	view_proof(reply_page(c, rc_http(rc), N_("Please confirm that it is you")), &c->page, &v);
	return reply_page_end(c);
}

static enum rc
prove(struct op *op, struct call *c)
{
	char raw[SESSION_ID_LEN + 1];
	enum rc rc = auth_prove(op, &c->session, c->proof, raw);

	if (rc != RC_OK)
		return rc;
	c->sid = c->sid_renewed = arena_strdup(c->arena, raw);
	cookie_set(c, c->web->cookie_session, c->sid, 0);
	return RC_OK;
}

enum rc
proof_check(struct op *op, struct call *c, bool *ret_stop)
{
	enum rc rc;

	*ret_stop = false;
	if (!c->post || !(c->route->flags & ROUTE_STEP_UP) || c->actor.kind != ACTOR_ADMIN ||
	    auth_proved(op, &c->session))
		return RC_OK;
	rc = c->proof ? prove(op, c) : RC_PROOF;
	if (rc == RC_OK)
		return RC_OK;
	if (rc != RC_PROOF && rc != RC_INVALID && rc != RC_LIMITED)
		return rc;
	*ret_stop = true;
	return ask(op, c, rc);
}
