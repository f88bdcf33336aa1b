/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/base.h"

#include <inttypes.h>

#include "base/str.h"
#include "store/bulk.h"
#include "store/bulk_sql.h"

static enum rc
found(struct op *op, const struct query *q, int64_t scope, const struct bulk_row *rows, size_t n,
    struct rows *ret)
{
	CLEANUP(str_release) struct str ids = STR_INIT;

	for (size_t i = 0; i < n; i++)
		str_addf(&ids, "%c%" PRId64, i == 0 ? '[' : ',', rows[i].id);
	str_add(&ids, n == 0 ? "[]" : "]");
	return db_all(op, q, DB_ARGS(DB_T("ids", str_text(&ids)), DB_I("scope", scope)),
	    &bulk_found_fields, n, ret);
}

enum rc
store_bulk_domains(struct op *op, int64_t scope, const struct bulk_row *rows, size_t n, struct rows *ret)
{
	return found(op, &q_bulk_domains, scope, rows, n, ret);
}

enum rc
store_bulk_mailboxes(struct op *op, int64_t scope, const struct bulk_row *rows, size_t n,
    struct rows *ret)
{
	return found(op, &q_bulk_mailboxes, scope, rows, n, ret);
}

enum rc
store_bulk_aliases(struct op *op, int64_t scope, const struct bulk_row *rows, size_t n, struct rows *ret)
{
	return found(op, &q_bulk_aliases, scope, rows, n, ret);
}
