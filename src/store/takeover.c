/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of a database of the PHP program, all of them: whoever judges them wants to compare each with each. */
#include "base/base.h"

#include "model/postfixadmin.h"
#include "store/takeover.h"
#include "store/takeover_sql.h"

#define ALL 50000000

enum rc
store_takeover_column(struct op *op, const char *table, const char *column, bool *ret)
{
	int64_t n = 0;
	enum rc rc = db_number(op, &q_takeover_column,
	    DB_ARGS(DB_T("table_name", table), DB_T("column_name", column)), &n);

	*ret = n > 0;
	return rc;
}

enum rc
store_takeover_like(struct op *op, const char *table, const char *column, const char **ret)
{
	struct pfa_other row;
	enum rc rc = db_one(op, &q_takeover_like,
	    DB_ARGS(DB_T("table_name", table), DB_T("column_name", column)), &pfa_other_fields, &row);

	if (rc == RC_OK)
		*ret = row.object;
	return rc;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted here by their first member: upstream has no index for it, and then the server takes ten times as long. */
static enum rc
read_sorted(struct op *op, const struct query *q, const struct fields *f, struct rows *ret)
{
	enum rc rc = db_all(op, q, DB_NONE, f, ALL, ret);

	if (rc == RC_OK && ret->n > 0)
		qsort(ret->at, ret->n, f->size, by_name);
	return rc;
}

_Static_assert(offsetof(struct takeover_mailbox, username) == 0, "sorted by it");
_Static_assert(offsetof(struct takeover_alias, address) == 0, "sorted by it");

enum rc
store_takeover_mailboxes(struct op *op, struct rows *ret)
{
	return read_sorted(op, &q_takeover_mailboxes, &takeover_mailbox_fields, ret);
}

enum rc
store_takeover_aliases(struct op *op, struct rows *ret)
{
	return read_sorted(op, &q_takeover_aliases, &takeover_alias_fields, ret);
}

enum rc
store_takeover_domains(struct op *op, struct rows *ret)
{
	return db_all(op, &q_takeover_domains, DB_NONE, &takeover_domain_fields, ALL, ret);
}

enum rc
store_takeover_admins(struct op *op, struct rows *ret)
{
	return db_all(op, &q_takeover_admins, DB_NONE, &takeover_admin_fields, ALL, ret);
}

enum rc
store_takeover_factors(struct op *op, struct rows *ret)
{
	return db_all(op, &q_takeover_factors, DB_NONE, &takeover_factor_fields, ALL, ret);
}

enum rc
store_takeover_archives(struct op *op, struct rows *ret)
{
	return db_all(op, &q_takeover_archives, DB_NONE, &archive_fields, ALL, ret);
}

enum rc
store_takeover_deleting(struct op *op, struct rows *ret)
{
	return db_all(op, &q_takeover_deleting, DB_NONE, &takeover_flight_fields, ALL, ret);
}

enum rc
store_takeover_tasks(struct op *op, struct rows *ret)
{
	return db_all(op, &q_takeover_tasks, DB_NONE, &takeover_flight_fields, ALL, ret);
}

enum rc
store_takeover_limits(struct op *op, const char *column, struct rows *ret)
{
	const struct query_set *set = &q_takeover_limits;

	return db_all(op, query_pick(set, (unsigned)query_sort_index(set, column), false, 0),
	    DB_NONE, &takeover_flight_fields, ALL, ret);
}

enum rc
store_takeover_quotas(struct op *op, struct rows *ret)
{
	return db_all(op, &q_takeover_quotas, DB_NONE, &takeover_flight_fields, ALL, ret);
}
