/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One request on its way through the panel: what the gate made of it, who asks, and the answer being put together. Its memory is of the
 * request, not of the op, because an op that lost a race runs again from its start (svc/app.h) and must find the input as it was.
 */
#ifndef WEB_CALL_H
#define WEB_CALL_H

#include "base/base.h"
#include "base/field.h"
#include "base/form_file.h"
#include "base/rc.h"
#include "http/http.h"
#include "model/actor.h"
#include "model/list.h"
#include "model/session.h"
#include "view/page.h"
#include "web/routes.h"

struct arena;
struct conf;
struct lang;
struct warnings;
struct web;

#define CALL_COOKIES_MAX 4

/* What goes into the answer beside its body; emptied when the op runs again. */
struct answer {
	int status;
	const char *type; /* Content-Type */
	const char *location;
	const char *allow;
	const char *hx_redirect;
	int64_t retry_after;     /* seconds, 0 = none */
	bool clear_site;         /* signed out: the browser forgets what it kept */
	const char *disposition; /* Content-Disposition */
	const char *more; /* a list goes on behind this cursor: export.c sends it piece by piece */
	bool cached;      /* an asset: its own headers say for how long */
	enum page_flash flash_kind;
	const char *flash; /* message for the next page, NULL: none */
	const char *cookies[CALL_COOKIES_MAX];
	size_t n_cookies;
};

struct call {
	struct web *web;
	const struct conf *conf;
	const struct http_req *req;
	struct http_resp *resp;
	const struct route *route;
	struct arena *arena;
	int64_t id;       /* the number in the path */
	const char *path; /* without /api */
	const char *rest; /* of a ROUTE_REST path */
	bool post, json, htmx;
	bool unread; /* the body is for gate_body() still, once it is known who asks */

	const struct lang *lang; /* of who looks (base/lang.h); programs are answered in English */
	struct errs errs;        /* what is wrong with the input */
	enum rc in_rc;           /* RC_OK, or RC_INVALID: errs say where */
	struct pairs body;       /* as sent, for showing it again */
	struct form_file file;   /* of a ROUTE_UPLOAD, in the body as it came */
	void *in;                /* the body by the route's field table */
	void *query;             /* the query by the route's field table */
	const char *back;        /* list that is come back to, as it was (web/back.h); NULL: none */
	const struct warnings *warnings; /* what a program is told with the answer; NULL: nothing */
	bool anyway;                     /* the form was sent again although it had warnings */
	const char *request_id;          /* the client's key against doing it twice, or NULL */

	const char *bearer;      /* the token sent in place of a cookie, NULL: none */
	const char *sid_sent;    /* raw session id of the cookie, NULL: none */
	const char *sid;         /* the same while it is alive */
	const char *sid_renewed; /* the new id after a proof; outlives runs of the op */
	const char *proof;   /* password or code, sent with the fields of a ROUTE_STEP_UP route */
	const char *fresh;   /* secret made for this request; outlives runs of the op */
	const char *visitor; /* raw id of a browser nobody signed in with, NULL: none */
	const char *csrf;    /* token that belongs to either */
	struct actor actor;
	struct session session;

	struct page page;
	struct answer answer;
};

/* The two above with their types; the route's row says which table filled them. */
#define CALL_IN(c, S) ((const struct S *)(c)->in)
#define CALL_LIST(c) ((const struct list_in *)(c)->query)

#endif
