/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * THE table of job kinds. A row is all the worker knows of a kind; a name that is not here fails at
 * once, because no attempt would make it known.
 */
#include "base/base.h"

#include "job/job.h"

/* clang-format off */
const struct job_kind job_kinds[] = {
	{ .name = "housekeeping", .run = job_housekeeping, .timeout_s = 60, .attempts = 5, .backoff_s = 30,
	  .every_s = 600, .flags = JOB_REPEATS,
	  .doc = N_("Removes sessions, sign-in attempts, one-time tokens, old jobs and entries of the log once they have expired.") },
	{ .name = "audit_seal", .run = job_seal, .timeout_s = 60, .attempts = 5, .backoff_s = 30, .every_s = 60, .flags = JOB_REPEATS,
	  .doc = N_("Seals the rows of the log that came since, in a chain that shows whether one was changed or removed.") },
	{ .name = "growth", .run = job_growth, .timeout_s = 300, .attempts = 5, .backoff_s = 60, .every_s = 600, .flags = JOB_REPEATS,
	  .doc = N_("Takes down once a day how many domains, mailboxes and aliases there are, and how much they hold.") },
	{ .name = "mail", .run = job_mail, .timeout_s = 120, .attempts = 12, .backoff_s = 30,
	  .doc = N_("Sends one mail; what the mail server refuses for good (5xx) is not tried again.") },
	{ .name = "auth_flush", .run = job_auth_flush, .gave_up = job_auth_flush_gave_up, .timeout_s = 40, .attempts = 10, .backoff_s = 5,
	  .doc = N_("Has Dovecot forget what it keeps of mailboxes that changed, all that wait in one go.") },
	{ .name = "import", .run = job_import, .gave_up = job_import_gave_up, .timeout_s = 1800, .attempts = 5, .backoff_s = 5, .flags = JOB_LONG,
	  .doc = N_("Checks a file that was sent, or takes its rows in.") },
};
/* clang-format on */
const size_t job_kinds_n = ARRAY_LEN(job_kinds);

const struct job_kind *
job_kind_by_name(const char *name)
{
	for (size_t i = 0; i < job_kinds_n; i++) {
		if (strcmp(job_kinds[i].name, name) == 0)
			return &job_kinds[i];
	}
	return NULL;
}
