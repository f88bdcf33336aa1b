/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Access restrictions. Owns which names are allowed and in what order they are stored. It must not know the rest of a mailbox. The surprising thing: a
 * service that was taken out of the configuration stays with the mailboxes that had it until somebody takes it from them, because Dovecot goes on
 * asking for it.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "conf/conf.h"
#include "conf/plugins.h"
#include "svc/access.h"

#include <strings.h>

static bool
listed(const char *list, const char *name, size_t n)
{
	for (const char *at = list; at && *at; at += strcspn(at, ","), at += *at == ',')
		if (strcspn(at, ",") == n && strncasecmp(at, name, n) == 0)
			return true;
	return false;
}

static const struct conf_service_type *
type_of(const struct conf_service_type *types, size_t n_types, const char *name, size_t n)
{
	for (size_t i = 0; i < n_types; i++)
		if (strlen(types[i].name) == n && strncasecmp(types[i].name, name, n) == 0)
			return &types[i];
	return NULL;
}

static enum rc
refuse(struct op *op, const struct conf_service_type *types, size_t n)
{
	struct str names = STR_INIT;
	enum rc rc;

	for (size_t i = 0; i < n; i++)
		str_addf(&names, "%s%s", i > 0 ? ", " : "", types[i].name);
	rc = op_fail_field(op, RC_INVALID, "access_restriction",
	    "Access is ALL, or a list out of %s.", str_text(&names));
	str_release(&names);
	return rc;
}

static void
add(struct str *out, const char *name, size_t n)
{
	if (out->len > 0)
		str_addc(out, ',');
	str_addn(out, name, n);
}

/* The configured ones first, then those that only the mailbox knows. */
static void
put_in_order(const struct conf_service_type *types, size_t n_types, const char *given, struct str *out)
{
	for (size_t i = 0; i < n_types; i++)
		if (listed(given, types[i].name, strlen(types[i].name)))
			add(out, types[i].name, strlen(types[i].name));
	for (const char *at = given; *at; at += *at == ',') {
		size_t n = strcspn(at, ",");

		if (!type_of(types, n_types, at, n))
			add(out, at, n);
		at += n;
	}
}

static enum rc
take_list(struct op *op, const char *given, const char *was, const char **ret)
{
	CLEANUP(str_release) struct str out = STR_INIT;
	size_t n_types;
	const struct conf_service_type *types = conf_access_types(op->conf, op->arena, &n_types);

	for (const char *at = given; *at; at += *at == ',') {
		size_t n = strcspn(at, ",");

		if (!type_of(types, n_types, at, n) && !listed(was, at, n))
			return refuse(op, types, n_types);
		at += n;
	}
	put_in_order(types, n_types, given, &out);
	*ret = arena_strdup(op->arena, str_text(&out));
	return RC_OK;
}

enum rc
access_take(struct op *op, const char *given, const char *was, const char **ret)
{
	if (!given || !*given)
		given = ACCESS_ALL;
	if ((was && strcmp(given, was) == 0) || op->undoes != 0) {
		*ret = given;
		return RC_OK;
	}
	if (!op->conf->access_on && (was || strcmp(given, ACCESS_ALL) != 0))
		return op_fail_field(op, RC_INVALID,
		    "access_restriction", "Access cannot be restricted: this panel's configuration has that switched off.");
	if (strcmp(given, ACCESS_ALL) != 0)
		return take_list(op, given, was ? was : "", ret);
	*ret = ACCESS_ALL;
	return RC_OK;
}
