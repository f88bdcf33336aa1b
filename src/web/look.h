/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The operator's look: a logo, a colour, a style sheet. Files are read once, before the process enters its cage; what cannot be read is left out
 * with a line in the log, because a panel without its logo is better than none.
 */
#ifndef WEB_LOOK_H
#define WEB_LOOK_H

#include "base/base.h"

struct arena;
struct conf;

struct look {
	const char *style; /* CSS text, NULL: nothing to add */
	const char *logo;  /* bytes, NULL: none */
	const char *logo_type;
	size_t style_len, logo_len;
};

void look_load(struct look *look, const struct conf *conf, struct arena *arena);

#endif
