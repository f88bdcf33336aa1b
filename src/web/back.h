/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list that a form was opened from, as it was filtered, sorted and paged. */
#ifndef WEB_BACK_H
#define WEB_BACK_H

#include "base/base.h"
#include "view/route_id.h"

struct call;

/* Remembers the list in call->back: the one that was sent along, or, with NULL and a page that is asked for, the one the browser comes from. */
void back_take(struct call *c, const char *sent);
/* The path of a list, with the rest it had if that is the one remembered. */
const char *back_to(const struct call *c, const char *list);

/* The same as a link; one to anything else stays as it is. */
struct link back_link(struct call *c, struct link list);

#endif
