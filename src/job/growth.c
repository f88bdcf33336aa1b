/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The job that takes down how much there is, once a day. */
#include "base/base.h"

#include "base/log.h"
#include "job/job.h"
#include "svc/growth.h"

enum rc
job_growth(struct op *op, const struct system_job *job)
{
	bool taken;
	enum rc rc = growth_take(op, &taken);

	if (rc == RC_OK && taken)
		log_info("job.growth", L_INT("job", job->id), L_END);
	return rc;
}
