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

#define CONF_INFO_MAX 24

/* A field that is asked for with each mailbox, or each alias. */
struct conf_info {
	const char *name; /* as it is stored */
	const char *label;
	const char *const *choices; /* NULL-terminated, the first one empty; NULL: any text */
	int64_t min, max;           /* characters; 0: no limit of its own */
	bool required, digits, date;
	bool suggest; /* offer what other mailboxes have */
};

/* The fields in their order, in the arena; none while the feature is off. */
const struct conf_info *conf_info_elements(const struct conf *c, struct arena *arena, size_t *ret_n);
const struct conf_info *conf_info_alias_elements(const struct conf *c, struct arena *arena,
    size_t *ret_n);

/* See struct conf_key. */
const char *conf_check_access_types(const char *text);
const char *conf_check_info_elements(const char *text);
const char *conf_check_directory(const char *text);

#endif
