/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures out of figures of days. */
#ifndef WEB_GROWTH_H
#define WEB_GROWTH_H

#include "svc/growth.h"
#include "view/growth_view.h"
#include "web/call.h"

/* several: of more than one domain. */
struct growth_view growth_pictures(struct call *c, const struct growth_list *list, bool several);

#endif
