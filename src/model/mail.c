/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Field tables of mails. */
#include "base/base.h"

#include "model/mail.h"

static const char *const kinds[] = { "settings", "welcome", "reset", "invite", "first", "notice", NULL };
static const char *const types[] = { "username", "alt_email", "other", NULL };

/* clang-format off */
static const struct field mail_job_field_rows[] = {
	FIELD(mail_job, kind, .kind = KIND_CHOICE, .choices = kinds, .flags = FIELD_REQUIRED),
	FIELD(mail_job, to, .max = 254),
	FIELD(mail_job, mailbox_id),
	FIELD(mail_job, domain_id),
	FIELD(mail_job, event),
	FIELD(mail_job, about),
	FIELD(mail_job, by),
	FIELD(mail_job, source),
	FIELD(mail_job, at),
};
FIELDS(mail_job);

static const struct field settings_mail_in_field_rows[] = {
	FIELD(settings_mail_in, type, .kind = KIND_CHOICE, .choices = types, .flags = FIELD_REQUIRED, .label = N_("Send to"),
	    .help = N_("username: the mailbox itself, alt_email: its other address, other: those given with email.")),
	FIELD(settings_mail_in, email, .kind = KIND_TARGETS, .label = N_("Other addresses"),
	    .help = N_("One or more mail addresses; each gets a mail of its own.")),
};
FIELDS(settings_mail_in);

static const struct field settings_mail_field_rows[] = {
	FIELD(settings_mail, to),
	FIELD(settings_mail, from),
	FIELD(settings_mail, subject),
	FIELD(settings_mail, text),
	FIELD(settings_mail, html),
};
FIELDS(settings_mail);
/* clang-format on */
