/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Authorization: Bearer, below /api. Owns what becomes of a request that brings a token instead of a cookie: the cookie is not even read, so nothing a
 * browser adds by itself counts, and no form's token is asked for; a page of somebody else's is refused all the same. It must not know what tokens are
 * (svc/token.h). Other kinds of Authorization are a proxy's and none of our business.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/log.h"
#include "base/op.h"
#include "svc/app.h"
#include "svc/token.h"
#include "web/call.h"
#include "web/reply.h"
#include "web/web_int.h"

#include <strings.h>

#define SCHEME "bearer"
#define CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/="

/* The words behind "Bearer", NULL: it is not that. */
static const char *
words_of(const char *header)
{
	size_t n = sizeof(SCHEME) - 1;

	if (!header || strncasecmp(header, SCHEME, n) != 0 ||
	    (header[n] != '\0' && header[n] != ' ' && header[n] != '\t'))
		return NULL;
	return header + n + strspn(header + n, " \t");
}

enum bearer
bearer_read(struct arena *arena, const char *header, const char **ret)
{
	const char *words = words_of(header);
	size_t n = words ? strspn(words, CHARACTERS) : 0;

	if (!words)
		return BEARER_NONE;
	*ret = arena_strndup(arena, words, n);
	return n > 0 && words[n + strspn(words + n, " \t")] == '\0' ? BEARER_TOKEN : BEARER_BAD;
}

bool
bearer_take(struct call *c)
{
	enum bearer found = c->actor.door == DOOR_API
	    ? bearer_read(c->arena, http_req_header(c->req, "authorization"), &c->bearer)
	    : BEARER_NONE;

	if (found == BEARER_NONE)
		return true;
	if (origin_foreign(c)) {
		log_warn("web.foreign_origin", L_TEXT("path", c->path),
		    L_TEXT("source", c->actor.source), L_END);
		(void)err_add(&c->errs, RC_DENIED, NULL, "This did not come from a page of this panel.");
		reply_fault(c, NULL, RC_DENIED);
		return false;
	}
	if (found == BEARER_TOKEN)
		return true;
	(void)err_add(&c->errs, RC_UNAUTHENTICATED, NULL, "The header Authorization holds no token.");
	reply_fault(c, NULL, RC_UNAUTHENTICATED);
	return false;
}

/* What belongs to a person stays with persons: own password, own second factor, and all that asks who it is once more. */
static bool
needs_person(const struct call *c)
{
	return c->route->who == WHO_ANYONE || (c->route->flags & ROUTE_PERSON) ||
	    (c->post && (c->route->flags & ROUTE_STEP_UP));
}

enum rc
bearer_load(struct op *op, struct call *c)
{
	enum rc rc;

	if (client_in_clear(c)) {
		log_warn("api.token_in_clear", L_TEXT("path", c->path),
		    L_TEXT("source", c->actor.source), L_END);
		return token_leaked(op, c->bearer);
	}
	rc = token_open(op, c->bearer, c->post ? TOKEN_WRITE : TOKEN_READ, &c->actor);
	if (rc != RC_OK)
		return rc;
	app_op_become(op, &c->actor);
	if (needs_person(c))
		return token_denied(op, N_("No token may do that; please sign in."));
	return RC_OK;
}

const char *
bearer_challenge(const struct call *c)
{
	if (c->actor.door != DOOR_API)
		return NULL;
	if (c->answer.status == 401)
		return c->bearer ? "Bearer realm=\"api\", error=\"invalid_token\""
				 : "Bearer realm=\"api\"";
	return c->bearer && c->answer.status == 403
	    ? "Bearer realm=\"api\", error=\"insufficient_scope\""
	    : NULL;
}
