/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who asks, may they, and the token that ties a form to its browser. Rights are read afresh with each request (svc/auth.h), nothing is
 * remembered here. The token is an HMAC of the cookie's id: nothing to store, and it dies with the session. A browser nobody signed in
 * with gets a random id of its own for that, which no table knows.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/op.h"
#include "base/rand.h"
#include "base/str.h"
#include "svc/app.h"
#include "svc/auth.h"
#include "svc/demo.h"
#include "web/call.h"
#include "web/reply.h"
#include "web/web_int.h"

enum rc
session_load(struct op *op, struct call *c)
{
	enum rc rc;

	c->actor = *op->actor;
	if (c->bearer)
		return bearer_load(op, c);
	if (!c->sid)
		return RC_OK;
	rc = auth_session(op, c->sid, &c->session, &c->actor);
	if (rc == RC_UNAUTHENTICATED) {
		err_clear(&op->errs);
		c->actor = *op->actor;
		c->sid = NULL;
		cookie_set(c, c->web->cookie_session, NULL, 0);
		return RC_OK;
	}
	if (rc != RC_OK)
		return rc;
	c->actor.door = op->actor->door;
	c->actor.source = op->actor->source;
	app_op_become(op, &c->actor);
	c->page.user = c->actor.name;
	c->page.super = c->actor.super;
	language_of_account(op, c);
	return RC_OK;
}

/* Where the sign-in page shall lead: a page that was asked for, not a change. */
static const char *
login_path(struct call *c)
{
	const char *login = reply_path(c, ROUTE_LOGIN, 0);
	struct str s = STR_INIT;

	if ((c->post && !c->route->get) || c->route->id == ROUTE_HOME || c->route->id == ROUTE_DOMAINS)
		return login;
	str_add(&s, login);
	STR_LIT(&s, "?next=");
	str_add_url(&s, mount_inside(c->web, c->arena, c->req->target));
	login = arena_strdup(c->arena, str_text(&s));
	str_release(&s);
	return login;
}

void
session_ask(struct call *c)
{
	if (c->json) {
		(void)err_add(&c->errs, RC_UNAUTHENTICATED, NULL, "Please sign in first.");
		reply_fault(c, NULL, RC_UNAUTHENTICATED);
		return;
	}
	(void)reply_to_path(c, login_path(c));
	if (c->htmx) {
		c->answer.status = 401;
		c->answer.hx_redirect = reply_path(c, ROUTE_LOGIN, 0);
		c->answer.location = NULL;
	} else if (!c->post) {
		c->answer.status = 302;
	}
}

/* Coming and going is all that the account of a demonstration may send. */
static bool
comes_or_goes(enum route_id id)
{
	static const enum route_id moves[] = { ROUTE_LOGIN, ROUTE_LOGOUT, ROUTE_TOTP, ROUTE_TOTP_SETUP,
		ROUTE_TOTP_PASSKEY_ASK, ROUTE_TOTP_PASSKEY, ROUTE_PASSKEY_ASK, ROUTE_PASSKEY };

	for (size_t i = 0; i < ARRAY_LEN(moves); i++)
		if (moves[i] == id)
			return true;
	return false;
}

/* Refuses every change, and what a page might write. */
static enum rc
check_demo(struct op *op, struct call *c)
{
	c->page.demo = c->actor.kind == ACTOR_ADMIN && demo_is(op, c->actor.name);
	if (!c->page.demo || comes_or_goes(c->route->id))
		return RC_OK;
	op->flags |= OP_READ_ONLY;
	return c->post
	    ? op_fail(op,
		  RC_DENIED, "This is the account of a demonstration: it may look at everything and change nothing.")
	    : RC_OK;
}

enum rc
session_check(struct op *op, struct call *c, bool *ret_stop)
{
	enum rc rc = check_demo(op, c);

	*ret_stop = false;
	if (rc != RC_OK)
		return rc;
	if (c->route->who == WHO_ANYONE)
		return RC_OK;
	if (c->actor.kind != ACTOR_ADMIN) {
		session_ask(c);
		*ret_stop = true;
		return RC_OK;
	}
	if (c->route->who == WHO_SUPER && !c->actor.super)
		return op_fail(op, RC_DENIED, "This is for super administrators.");
	return RC_OK;
}

static const char *
token_of(struct call *c, const char *id)
{
	char hex[65];

	mac_hex(id, "csrf", hex);
	return arena_strndup(c->arena, hex, 64);
}

/* A MAC of a counter under a key of this process: as good as the kernel's randomness, without a system call for each page. */
const char *
session_fresh(struct call *c)
{
	unsigned long long n = atomic_fetch_add(&c->web->made, 1);
	char hex[65];

	mac_hex(c->web->key, arena_printf(c->arena, "fresh %llu", n), hex);
	return arena_strndup(c->arena, hex, 64);
}

void
session_token(struct call *c)
{
	if (!c->sid && !c->visitor) {
		c->visitor = session_fresh(c);
		cookie_set(c, c->web->cookie_visitor, c->visitor, 0);
	}
	c->csrf = token_of(c, c->sid ? c->sid : c->visitor);
	c->page.csrf = c->csrf;
}

static bool
token_is(const char *id, const char *token)
{
	char hex[65];

	if (!id)
		return false;
	mac_hex(id, "csrf", hex);
	return text_equal_ct(hex, token);
}

bool
session_token_ok(const struct call *c, const char *token)
{
	/* a visitor's id is what its cookie says, and another host of the domain may have set that */
	return token &&
	    (token_is(c->sid, token) || (c->route->who == WHO_ANYONE && token_is(c->visitor, token)));
}
