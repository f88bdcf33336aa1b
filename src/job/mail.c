/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The job that sends a mail: makes it, hands it to the mail server, and if that fails says whether trying again makes sense (RC_INVALID: no).
 *
 * A server that took the mail but whose answer got lost gets it again: SMTP offers nothing better. The Message-ID is the same each time, so that who
 * looks at it keeps one. A mail with a one-time token is another one each time, and the token of a failed try is void.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"
#include "conf/conf.h"
#include "ext/smtp.h"
#include "job/job.h"
#include "svc/mail.h"

#define RESERVE_MS 10000 /* of the op's time, for what comes after */

/* The same for each try of a job, another for each job of each installation. */
static const char *
message_id(struct op *op, const struct system_job *job)
{
	char hex[65];

	hmac_hex(op->conf->securitysalt, arena_printf(op->arena, "mail %lld", (long long)job->id), hex);
	return arena_printf(op->arena, "job.%lld.%.24s", (long long)job->id, hex);
}

static enum rc
send(struct op *op, const struct system_job *job, const struct mail_ready *ready)
{
	const struct smtp_mail mail = { .from_name = ready->from_name,
		.from = ready->from,
		.to = ready->to,
		.subject = ready->subject,
		.text = ready->text,
		.html = ready->html,
		.id = message_id(op, job),
		.date = op->now };
	struct smtp_report report;

	return smtp_send(&op->conf->mail, &mail, op->deadline - clock_mono_ms() - RESERVE_MS,
	    &report, &op->errs);
}

/* What failed stays the first fault, whatever goes wrong with the rest. */
static enum rc
failed(struct op *op, const struct system_job *job, const struct mail_job *what,
    const struct mail_ready *mail, enum rc rc)
{
	const char *why = op->errs.first ? op->errs.first->text : rc_slug(rc);
	bool last = rc == RC_INVALID || job->attempts >= job_kind_by_name(MAIL_KIND)->attempts;

	if (mail_unmake(op, mail) != RC_OK || (last && mail_given_up(op, what, why) != RC_OK))
		log_warn("mail.not_noted", L_INT("job", job->id), L_END);
	return rc;
}

enum rc
job_mail(struct op *op, const struct system_job *job)
{
	struct mail_job what = { 0 };
	struct mail_ready mail;
	enum rc rc;

	if ((rc = mail_read_job(op, job->args, &what)) != RC_OK ||
	    (rc = mail_make(op, &what, &mail)) != RC_OK)
		return rc;
	if (!mail.to)
		return RC_OK;
	if (!conf_mail_on(&op->conf->mail))
		return op_fail(op, RC_INVALID, "no mail server is configured");
	rc = send(op, job, &mail);
	if (rc != RC_OK)
		return failed(op, job, &what, &mail, rc);
	log_info("mail.sent", L_INT("job", job->id), L_TEXT("kind", what.kind), L_END);
	return RC_OK;
}
