/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Under which path of its host the panel is (public_url), and what of a request's path is the panel's own. Inside the program paths begin at the
 * panel: the part in front is taken off here and put back where something leaves (view_link(), headers.c), and nowhere else. The surprising thing:
 * a proxy may have taken it off before us, and nothing in the request says so.
 */
#include "base/base.h"

#include "base/arena.h"
#include "conf/conf.h"
#include "web/call.h"
#include "web/web_int.h"

void
mount_init(struct web *web)
{
	const char *url = web->conf->public_url ? web->conf->public_url : "";
	const char *host = strstr(url, "://"), *path = host ? strchr(host + 3, '/') : NULL;

	web->mount = path ? path : "";
	web->mount_len = strlen(web->mount);
	web->mount_kept = strcmp(web->conf->prefix, "stripped") != 0;
	web->mount_stripped = strcmp(web->conf->prefix, "kept") != 0;
}

/* Is it a page of the panel as it stands there? */
static bool
known(struct arena *arena, const char *path)
{
	int64_t id;

	if (strncmp(path, "/api/", 5) == 0)
		path += 4;
	return route_find(arena_strndup(arena, path, strcspn(path, "?#")), &id) != NULL;
}

/* What is behind the mount; NULL: it is not below it. The mount itself is the panel's first page. */
static const char *
behind(const struct web *web, struct arena *arena, const char *path)
{
	const char *rest = path + web->mount_len;

	if (strncmp(path, web->mount, web->mount_len) != 0 || (*rest && !strchr("/?#", *rest)))
		return NULL;
	return *rest == '/' ? rest : arena_printf(arena, "/%s", rest);
}

const char *
mount_inside(const struct web *web, struct arena *arena, const char *path)
{
	const char *rest;

	if (web->mount_len == 0 || known(arena, path))
		return path;
	rest = behind(web, arena, path);
	return rest ? rest : path;
}

const char *
mount_asked(const struct web *web, struct arena *arena, const char *path)
{
	const struct route *r;
	int64_t id;

	if (web->mount_len == 0 || !web->mount_kept)
		return path;
	if (web->mount_stripped)
		return mount_inside(web, arena, path);
	r = route_find(path, &id);
	/* whoever looks whether the panel is alive does not come through the proxy */
	return r && (r->flags & ROUTE_ANY_HOST) ? path : behind(web, arena, path);
}
