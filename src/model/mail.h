/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mail waiting to be sent, and what is given to have a mailbox's settings sent. */
#ifndef MODEL_MAIL_H
#define MODEL_MAIL_H

#include "base/field.h"

/*
 * What the queue holds of a mail: never its text, and no secret. Text and, for a new password, the one-time token are made when it is sent.
 */
struct mail_job {
	uint64_t given;
	const char *kind; /* settings, welcome, first, reset, invite, notice */
	const char *to;   /* canonical address */
	int64_t mailbox_id;
	int64_t domain_id; /* for the trail */
	const char *event; /* notice: password, password_reset, second_factor, lockout, admin_added */
	const char *about;  /* notice: the account it is about */
	const char *by;     /* notice, invite, first: who did it, "" = its owner */
	const char *source; /* reset, notice: address it came from */
	int64_t at;         /* when it happened */
};
extern const struct fields mail_job_fields;

struct settings_mail_in {
	uint64_t given;
	const char *type;  /* username, alt_email, other */
	const char *email; /* with other: addresses joined by commas */
};
extern const struct fields settings_mail_in_fields;

/* A settings mail as it would be sent. */
struct settings_mail {
	const char *to, *from, *subject, *text, *html;
};
extern const struct fields settings_mail_fields;

#endif
