/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The route table: everything the panel answers, one row each (routes.c). A row says which methods there are, who may, and which fields
 * come in; what no row names is refused before any handler or query. Paths have at most one hole, {id}: a positive number.
 */
#ifndef WEB_ROUTES_H
#define WEB_ROUTES_H

#include "base/base.h"
#include "base/rc.h"
#include "view/route_id.h"

struct call;
struct errs;
struct fields;
struct op;

/* Writes its answer through web/reply.h and gives RC_OK; any other outcome becomes the error page of that outcome. */
typedef enum rc (*route_handler)(struct op *op, struct call *c);
/* Answers without the database; false: cannot, go on with `get`. */
typedef bool (*route_plain)(struct call *c);

enum route_who {
	WHO_SIGNED_IN = 0, /* nothing said means closed */
	WHO_SUPER,
	WHO_ANYONE,
};

enum route_flags {
	ROUTE_NO_JSON = 1 << 0, /* makes no sense for programs: 404 below /api */
	ROUTE_MAKES = 1 << 1,   /* the body makes an object: required fields must be there */
	ROUTE_ANY_HOST = 1 << 2, /* answers whatever name it was asked by: health checks come by address */
	ROUTE_REST = 1 << 3,   /* the path goes on after its last slash: files */
	ROUTE_UPLOAD = 1 << 6, /* POST: also as multipart/form-data, with a file of the name "file" */
	ROUTE_EXTRAS = 1 << 7, /* the body may hold what the configuration adds to mailboxes or aliases (svc/extra.h) */
	ROUTE_STEP_UP = 1 << 4, /* POST: who asks has proved to be the one within the last minutes, or does so now */
	ROUTE_DEAR = 1 << 8, /* takes long: counts for many changes (svc/pace.h), read or not */
	ROUTE_BACK = 1 << 9, /* of one row, opened from its list: remembers which part of it (web/back.h) */
	ROUTE_PERSON = 1 << 5, /* about whoever is signed in, who proves it: no token may */
};

struct route {
	enum route_id id;
	const char *path;
	enum route_who who;
	unsigned flags;
	route_handler get, post; /* HEAD is GET without the body */
	route_plain plain;       /* GET before there is an op */
	const struct fields *query, *body;
	enum route_id csv;                  /* a list: its row that answers Accept: text/csv */
	const char *query_only, *body_only; /* blank-separated names taken of those tables; NULL: all */
};

extern const struct route routes[];
extern const size_t routes_n;

/* The row for a path without the /api prefix, its number in *ret_id (0: no hole); NULL: there is none. */
const struct route *route_find(const char *path, int64_t *ret_id);
const struct route *route_of(enum route_id id);
/* Every id has one row, paths are distinct, agree with the links' and can be found. RC_INTERNAL with the faults. */
NODISCARD enum rc routes_check(struct errs *errs);
/* "GET, HEAD, POST" as the Allow header has it. */
const char *route_allow(const struct route *r);

#endif
