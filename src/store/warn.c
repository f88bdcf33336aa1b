/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names as parameters n0, n1, ...; those that are not needed are empty, which nothing is called. */
#include "base/base.h"

#include "store/warn.h"
#include "store/warn_sql.h"

/* clang-format off */
static const struct field warn_name_field_rows[] = {
	FIELD(warn_name, what),
	FIELD(warn_name, name),
	FIELD(warn_name, active),
};
static FIELDS(warn_name);

static const struct field warn_domain_field_rows[] = {
	FIELD(warn_domain, domain),
	FIELD(warn_domain, mine),
	FIELD(warn_domain, active),
	FIELD(warn_domain, backupmx),
	FIELD(warn_domain, quota, .flags = FIELD_UNLIMITED),
	FIELD(warn_domain, total_quota),
	FIELD(warn_domain, allotted),
};
static FIELDS(warn_domain);

static const struct field warn_limit_field_rows[] = {
	FIELD(warn_limit, domain),
	FIELD(warn_limit, over_max),
	FIELD(warn_limit, allotted),
};
static FIELDS(warn_limit);
/* clang-format on */

#define ARGS (WARN_NAMES + 1)

static void
name_args(const char *const *names, size_t n, struct db_arg at[ARGS])
{
	static const char *const params[WARN_NAMES] = { "n0", "n1", "n2", "n3", "n4", "n5", "n6",
		"n7", "n8", "n9", "n10", "n11", "n12", "n13", "n14", "n15", "n16", "n17", "n18",
		"n19", "n20", "n21", "n22", "n23", "n24", "n25", "n26", "n27", "n28", "n29" };

	for (size_t i = 0; i < WARN_NAMES; i++)
		at[i] = DB_T(params[i], i < n ? names[i] : "");
}

enum rc
store_warn_names(struct op *op, const char *const *names, size_t n, struct rows *ret)
{
	struct db_arg at[ARGS];

	name_args(names, n, at);
	return db_all(op, &q_warn_names, &(const struct db_args){ .at = at, .n = WARN_NAMES },
	    &warn_name_fields, (size_t)2 * WARN_NAMES, ret);
}

enum rc
store_warn_domains(struct op *op, int64_t scope, const char *const *names, size_t n, struct rows *ret)
{
	struct db_arg at[ARGS];

	name_args(names, n, at);
	at[WARN_NAMES] = DB_I("scope", scope);
	return db_all(op, &q_warn_domains, &(const struct db_args){ .at = at, .n = ARGS },
	    &warn_domain_fields, WARN_NAMES, ret);
}

enum rc
store_warn_limits(struct op *op, const char *const *names, size_t n, struct rows *ret)
{
	struct db_arg at[ARGS];

	name_args(names, n, at);
	return db_all(op, &q_warn_limits, &(const struct db_args){ .at = at, .n = WARN_NAMES },
	    &warn_limit_fields, WARN_NAMES, ret);
}
