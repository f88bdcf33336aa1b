/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The handlers of the panel itself, which the route table names: first page, search, a page of each thing, files. */
#ifndef WEB_HANDLERS_SITE_H
#define WEB_HANDLERS_SITE_H

#include "base/base.h"
#include "base/rc.h"

struct call;
struct op;

#define HANDLER(name) enum rc name(struct op *op, struct call *c)

/* overview.c, search.c, show.c, strength.c */
HANDLER(web_home);
HANDLER(web_search);
HANDLER(web_mailbox_show);
HANDLER(web_domain_show);
HANDLER(web_strength);
/* misc.c, look.c, asset.c, words.c */
HANDLER(web_about);
HANDLER(web_health);
bool web_robots(struct call *c);
bool web_favicon(struct call *c);
bool web_look_style(struct call *c);
bool web_look_logo(struct call *c);
bool web_asset(struct call *c);
bool web_words(struct call *c);

#undef HANDLER

#endif
