/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a path to its row of the table, and the checks of the table itself. It must not know what rows mean. There are some fifty rows, so a
 * walk that compares the length first is as fast as anything cleverer.
 */
#include "base/base.h"

#include "base/field.h"
#include "base/rc.h"
#include "web/routes.h"

/* A positive decimal number without a zero in front, up to the next slash; 0 if there is none. */
static int64_t
take_id(const char **at)
{
	int64_t id = 0;

	if (**at == '0')
		return 0;
	for (; **at >= '0' && **at <= '9'; ++*at)
		if (__builtin_mul_overflow(id, 10, &id) || __builtin_add_overflow(id, **at - '0', &id))
			return 0;
	return **at == '/' || **at == '\0' ? id : 0;
}

static bool
matches(const struct route *r, const char *path, int64_t *ret_id)
{
	size_t head = strcspn(r->path, "{");
	int64_t id = 0;

	if (strncmp(r->path, path, head) != 0)
		return false;
	if (r->path[head] == '\0') {
		*ret_id = 0;
		return path[head] == '\0' || ((r->flags & ROUTE_REST) && head > 0);
	}
	path += head;
	id = take_id(&path);
	if (id == 0 || strcmp(r->path + head + sizeof("{id}") - 1, path) != 0)
		return false;
	*ret_id = id;
	return true;
}

const struct route *
route_find(const char *path, int64_t *ret_id)
{
	for (size_t i = 0; i < routes_n; i++)
		if (matches(&routes[i], path, ret_id))
			return &routes[i];
	return NULL;
}

const struct route *
route_of(enum route_id id)
{
	for (size_t i = 0; i < routes_n; i++)
		if (routes[i].id == id)
			return &routes[i];
	return NULL;
}

const char *
route_allow(const struct route *r)
{
	bool get = r->get || r->plain;

	if (get && r->post)
		return "GET, HEAD, POST";
	return get ? "GET, HEAD" : "POST";
}

/* Does the blank-separated list name only fields of the table? */
static bool
names_known(const struct fields *f, const char *names)
{
	char name[64];

	for (const char *at = names; at && *at; at += strspn(at, " ")) {
		size_t n = strcspn(at, " ");

		if (!f || n >= sizeof(name))
			return false;
		memcpy(name, at, n);
		name[n] = '\0';
		if (!field_by_name(f, name))
			return false;
		at += n;
	}
	return true;
}

static enum rc
check_row(size_t i, struct errs *errs)
{
	const struct route *r = &routes[i];
	const char *path = r->path;

	if (!r->get && !r->post && !r->plain)
		return err_add(errs, RC_INTERNAL, NULL, "route %s: no handler", path);
	if (strcmp(route_path(r->id), path) != 0)
		return err_add(errs, RC_INTERNAL, NULL, "route %s: links go to %s", path,
		    route_path(r->id));
	if (!names_known(r->query, r->query_only) || !names_known(r->body, r->body_only))
		return err_add(errs, RC_INTERNAL, NULL,
		    "route %s: names a field that its table lacks", path);
	if (r->body && !r->post)
		return err_add(errs, RC_INTERNAL, NULL, "route %s: a body without POST", path);
	for (size_t j = 0; j < i; j++)
		if (routes[j].id == r->id || strcmp(routes[j].path, path) == 0)
			return err_add(errs, RC_INTERNAL, NULL, "route %s: stands there twice", path);
	return RC_OK;
}

enum rc
routes_check(struct errs *errs)
{
	enum rc rc = routes_n == ROUTE__MAX
	    ? RC_OK
	    : err_add(errs, RC_INTERNAL, NULL, "there are %zu routes for %d ids", routes_n,
		  (int)ROUTE__MAX);

	for (size_t i = 0; i < routes_n; i++)
		if (check_row(i, errs) != RC_OK)
			rc = RC_INTERNAL;
	return rc;
}
