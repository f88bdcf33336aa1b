/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `doctor` asks the database. */
#include "base/base.h"

#include "store/doctor.h"
#include "store/doctor_sql.h"

enum rc
store_doctor_strong(struct op *op, int64_t *ret)
{
	return db_number(op, &q_doctor_strong, DB_NONE, ret);
}

enum rc
store_doctor_supers(struct op *op, bool bare, int64_t *ret)
{
	const struct query_set *set = &q_doctor_supers;

	return db_number(op, query_pick(set, 0, false, bare ? query_option(set, "bare") : 0),
	    DB_NONE, ret);
}

enum rc
store_doctor_tokens(struct op *op, int64_t *ret)
{
	return db_number(op, &q_doctor_tokens, DB_NONE, ret);
}

enum rc
store_doctor_hashes(struct op *op, int64_t *ret)
{
	return db_number(op, &q_doctor_hashes, DB_NONE, ret);
}

enum rc
store_doctor_late_jobs(struct op *op, int64_t before, int64_t *ret)
{
	return db_number(op, &q_doctor_late_jobs, DB_ARGS(DB_I("before", before)), ret);
}

enum rc
store_doctor_failed_jobs(struct op *op, int64_t since, int64_t *ret)
{
	return db_number(op, &q_doctor_failed_jobs, DB_ARGS(DB_I("since", since)), ret);
}
