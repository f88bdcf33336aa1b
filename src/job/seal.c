/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The job that seals the trail. Where the chain ends is written to the log each time it grows: whoever can change the database
 * cannot change that, and `audit verify --head` takes it.
 */
#include "base/base.h"

#include "base/log.h"
#include "job/job.h"
#include "svc/seal.h"

#define BATCHES 20 /* of one run; the rest waits for the next */

enum rc
job_seal(struct op *op, const struct system_job *job)
{
	const char *head = NULL;
	int64_t n = 1, sealed = 0;
	enum rc rc = RC_OK;

	for (int i = 0; rc == RC_OK && n > 0 && i < BATCHES; i++) {
		rc = audit_seal(op, &n, &head);
		sealed += rc == RC_OK ? n : 0;
	}
	if (sealed > 0)
		log_info("audit.sealed", L_INT("job", job->id), L_INT("rows", sealed),
		    L_TEXT("head", head), L_END);
	if (rc != RC_CONFLICT)
		return rc;
	err_clear(&op->errs); /* another machine's keeper seals, too, and was quicker */
	return RC_OK;
}
