/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The job that takes a file in. A long one is cut into slices, each a job of its own that queues the next, so that other files do not wait for the end of
 * it; all other jobs have a worker of their own. The surprising thing: a file that cannot be taken in is no failure of the job; whoever sent it is told (svc/import_task.h).
 */
#include "base/base.h"

#include "base/clock.h"
#include "base/form.h"
#include "job/job.h"
#include "svc/import_task.h"

#define SLICE_MS 10000

struct import_job {
	uint64_t given;
	int64_t import;
};
static const struct field import_job_field_rows[] = {
	FIELD(import_job, import, .kind = KIND_ID, .flags = FIELD_REQUIRED),
};
static FIELDS(import_job);

static enum rc
read_args(struct op *op, const char *args, struct import_job *ret)
{
	struct pairs pairs = { 0 };

	if (form_parse_json(args, strlen(args), op->arena, &pairs, &op->errs) != RC_OK ||
	    field_parse(&import_job_fields, FIELD_WHOLE, pairs.at, pairs.n, ret, op->arena,
		&op->errs) != RC_OK)
		return RC_INVALID;
	return RC_OK;
}

enum rc
job_import(struct op *op, const struct system_job *job)
{
	struct import_job what;
	bool more = false;
	enum rc rc;

	if ((rc = read_args(op, job->args, &what)) != RC_OK)
		return rc;
	rc = import_task_run(op, what.import, clock_mono_ms() + SLICE_MS, &more);
	if (rc == RC_OK && more)
		return system_job_enqueue(op, IMPORT_JOB, job->args, op->now);
	return rc;
}

enum rc
job_import_gave_up(struct op *op, const struct system_job *job, const char *why)
{
	struct import_job what;
	enum rc rc = read_args(op, job->args, &what);

	return rc == RC_OK ? import_task_give_up(op, what.import, why) : rc;
}
