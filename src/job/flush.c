/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The job that has Dovecot forget mailboxes that changed. Whatever other jobs of the kind wait are taken along in one question, and put off together when
 * Dovecot does not answer, so that neither an import nor a Dovecot that is down keeps the worker busy.
 *
 * Repeating it is harmless. A mailbox that changes after the question was asked has a job of its own.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "conf/conf.h"
#include "ext/doveadm.h"
#include "job/job.h"
#include "svc/flush.h"

#define ANSWER_MS 10000
#define PUT_OFF_S 60

/* Adds whom that job is about; everybody swallows all others. A job that cannot be read fails by itself. */
static void
add_user(struct op *op, const char *args, const char **users, size_t *n, bool *everybody)
{
	struct flush_job job = { 0 };

	if (flush_read_job(op, args, &job) != RC_OK)
		err_clear(&op->errs);
	else if (doveadm_user_ok(job.user))
		users[(*n)++] = job.user;
	else
		*everybody = true;
}

static enum rc
ask(struct op *op, const struct system_job *job, const struct system_job *peers, size_t n_peers)
{
	const char **users = arena_array(op->arena, n_peers + 1, sizeof(*users));
	int64_t timeout = MIN(ANSWER_MS, op->conf->doveadm.timeout * 1000);
	bool everybody = false;
	size_t n = 0;
	enum rc rc;

	add_user(op, job->args, users, &n, &everybody);
	for (size_t i = 0; i < n_peers; i++)
		add_user(op, peers[i].args, users, &n, &everybody);
	if (everybody)
		n = 0;
	rc = doveadm_auth_flush(&op->conf->doveadm, users, n, timeout, &op->errs);
	if (rc == RC_OK)
		log_info("dovecot.flushed", L_INT("mailboxes", (int64_t)n),
		    L_INT("everybody", everybody), L_END);
	return rc;
}

enum rc
job_auth_flush(struct op *op, const struct system_job *job)
{
	struct flush_job what;
	struct system_job *peers;
	size_t n;
	enum rc rc = flush_read_job(op, job->args, &what);

	if (rc != RC_OK || !conf_doveadm_on(&op->conf->doveadm) ||
	    (rc = system_job_peers(op, job, DOVEADM_USERS_MAX - 1, &peers, &n)) != RC_OK)
		return rc;
	rc = ask(op, job, peers, n);
	if (rc == RC_OK)
		return system_job_peers_done(op, peers, n);
	if (rc == RC_UNAVAILABLE && n > 0 &&
	    system_job_put_off(op, job, op->now + PUT_OFF_S, op->errs.first->text) != RC_OK)
		log_warn("dovecot.not_put_off", L_END);
	return rc;
}

enum rc
job_auth_flush_gave_up(struct op *op, const struct system_job *job, const char *why)
{
	struct flush_job what = { .user = "" };

	if (flush_read_job(op, job->args, &what) != RC_OK)
		err_clear(&op->errs);
	return flush_given_up(op, what.user ? what.user : "", why);
}
