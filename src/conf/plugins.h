/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the PHP program's plugins are configured with: lists in the values of single keys, taken apart here. The values were checked when the
 * configuration was read, so taking apart cannot fail.
 */
#ifndef CONF_PLUGINS_H
#define CONF_PLUGINS_H

#include "base/base.h"

struct arena;
struct conf;

/* A service that access can be restricted to: as it is stored and as people read it. */
struct conf_service_type {
	const char *name, *label;
};

/* The services in their order, in the arena; the number of them in *ret_n. */
const struct conf_service_type *conf_access_types(const struct conf *c, struct arena *arena,
    size_t *ret_n);

/* See struct conf_key. */
const char *conf_check_access_types(const char *text);

#endif
