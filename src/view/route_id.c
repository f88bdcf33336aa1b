/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paths of the routes, for links. */
#include "base/base.h"

#include "view/route_id.h"

/* clang-format off */
static const char *const paths[] = {
#define ROUTE_PATH(id, path) [ROUTE_##id] = (path),
	ROUTE_LIST(ROUTE_PATH)
#undef ROUTE_PATH
};
/* clang-format on */
_Static_assert(ARRAY_LEN(paths) == ROUTE__MAX, "a route without a path");

const char *
route_path(enum route_id id)
{
	return paths[id];
}
