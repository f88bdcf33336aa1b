/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The job that removes what has expired. Nothing depends on it being on time: readers never trust
 * an expired row.
 */
#include "base/base.h"

#include "base/log.h"
#include "job/job.h"
#include "svc/auth.h"

enum rc
job_housekeeping(struct op *op, const struct system_job *job)
{
	int64_t removed = 0;
	enum rc rc = auth_prune(op, &removed);

	if (rc == RC_OK)
		log_info("job.housekeeping", L_INT("job", job->id), L_INT("removed", removed), L_END);
	return rc;
}
