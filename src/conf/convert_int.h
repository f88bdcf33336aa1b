/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by convert.c and convert_plugins.c. */
#ifndef CONF_CONVERT_INT_H
#define CONF_CONVERT_INT_H

#include "base/base.h"
#include "conf/phpini.h"

#define PLUGINS "vimbadmin_plugins."

/* Keys that begin so, all of them together, are the value of one key here. */
struct convert_gathered {
	const char *prefix, *key;
	const char *(*gather)(const struct phpini *ini, const char *prefix, struct arena *arena);
};
extern const struct convert_gathered convert_gathered[];
extern const size_t convert_gathered_n;

#endif
