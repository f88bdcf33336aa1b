/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The job that removes what has expired. Nothing depends on it being on time: readers never trust
 * an expired row. What people would miss goes by a time of its own (svc/tidy.h).
 */
#include "base/base.h"

#include "base/log.h"
#include "job/job.h"
#include "svc/auth.h"
#include "svc/import_task.h"
#include "svc/seal.h"
#include "svc/tidy.h"
#include "svc/undo.h"

#define LOG_SLICES 40
#define KEEP_JOBS_S (INT64_C(30) * 24 * 3600) /* ended jobs can be looked at for so long */

/* Slice by slice: what is left waits for the next time. */
static enum rc
cut_log(struct op *op, int64_t now)
{
	int64_t n = 1, removed = 0;
	enum rc rc = RC_OK;

	for (int i = 0; rc == RC_OK && n > 0 && i < LOG_SLICES; i++) {
		rc = audit_cut(op, now, &n);
		removed += rc == RC_OK ? n : 0;
	}
	if (removed > 0)
		log_info("log.cut", L_INT("rows", removed), L_END);
	return rc;
}

/* What goes by age. */
static enum rc
tidy(struct op *op)
{
	struct tidy t = { 0 };
	int64_t jobs = 0, undone = 0, imports = 0;
	enum rc rc;

	if ((rc = tidy_begin(op, &t)) != RC_OK || (rc = undo_prune(op, t.now, &undone)) != RC_OK ||
	    (rc = import_task_prune(op, t.now, &imports)) != RC_OK ||
	    (rc = system_job_prune(op, t.now - KEEP_JOBS_S, &jobs)) != RC_OK ||
	    (rc = cut_log(op, t.now)) != RC_OK)
		return rc;
	log_debug("job.tidied", L_INT("jobs", jobs), L_INT("undo", undone),
	    L_INT("imports", imports), L_END);
	return tidy_end(op, &t);
}

enum rc
job_housekeeping(struct op *op, const struct system_job *job)
{
	int64_t removed = 0;
	enum rc rc = auth_prune(op, &removed);

	if (rc != RC_OK)
		return rc;
	log_debug("job.housekeeping", L_INT("job", job->id), L_INT("removed", removed), L_END);
	if ((rc = tidy(op)) != RC_CONFLICT)
		return rc;
	err_clear(&op->errs); /* another machine's keeper was quicker */
	return RC_OK;
}
