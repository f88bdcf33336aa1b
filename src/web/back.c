/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The way back from a form to the list it was opened from: filtered, sorted and paged as it was. The browser itself says where it came from (Referer);
 * from then on it travels with the form. The surprising thing: whatever is sent, only a path of a list of ours comes out of here.
 */
#include "base/base.h"

#include "base/arena.h"
#include "http/http.h"
#include "web/back.h"
#include "web/call.h"
#include "web/reply.h"
#include "web/routes.h"

static bool
is_list(struct call *c, const char *path)
{
	int64_t id;
	const struct route *r = route_find(arena_strndup(c->arena, path, strcspn(path, "?#")), &id);

	return r && r->csv != 0;
}

/* http://host/path?query: what follows the host. Whose it is does not matter, since the path has to be one of ours. */
static const char *
path_of(const char *url)
{
	const char *host = url ? strstr(url, "://") : NULL;

	return host ? strchr(host + 3, '/') : NULL;
}

void
back_take(struct call *c, const char *sent)
{
	const char *path = sent || c->post || c->json ? sent
						      : path_of(http_req_header(c->req, "referer"));

	path = reply_safe_path(c, path);
	if (path && is_list(c, path))
		c->back = path;
}

const char *
back_to(const struct call *c, const char *list)
{
	size_t n = strlen(list);

	return c->back && strncmp(c->back, list, n) == 0 && (c->back[n] == '\0' || c->back[n] == '?')
	    ? c->back
	    : list;
}

struct link
back_link(struct call *c, struct link list)
{
	const char *path = list.id == 0 ? reply_path(c, list.route, 0) : "";
	const char *back = back_to(c, path);

	if (back != path)
		list.query = back + strlen(path);
	return list;
}
