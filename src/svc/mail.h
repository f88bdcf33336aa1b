/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mail that the program sends: putting one into the queue, and making its text when its turn has come. What lies in the queue names what the mail is
 * about; the text is made from what the database says at that moment, and a one-time token only then, so no secret ever lies in the queue.
 */
#ifndef SVC_MAIL_H
#define SVC_MAIL_H

#include "base/op.h"
#include "model/mail.h"
#include "model/mailbox.h"

#define MAIL_KIND "mail" /* of the job */

/* Within the caller's transaction. Nothing happens, and that is RC_OK, where no mail can be sent. */
NODISCARD enum rc mail_queue(struct op *op, const struct mail_job *job);
NODISCARD enum rc mail_queue_at(struct op *op, const struct mail_job *job, int64_t run_at);
/*
 * Tells somebody what happened to an account; about: whose. Nothing where mail.notices is off. owner: it is a mailbox, and from where somebody else did it
 * is not said.
 */
NODISCARD enum rc mail_notice(struct op *op, const char *to, const char *event, const char *about,
    bool owner);

/* "o:12:4f1c09ab": of the link of a mailbox's owner, void with the password that it has now. */
const char *mail_owner_purpose(struct op *op, const struct mailbox *row);

/* A row of the trail was written: tells those whom it concerns, where it concerns the security of an account. */
struct change;
NODISCARD enum rc mail_after_change(struct op *op, const struct change *c);

/* A mail as it goes out. */
struct mail_ready {
	const char *from_name, *from;
	const char *to; /* NULL: there is nothing to be sent any more (the mailbox is gone, the account is off) */
	const char *subject, *text, *html;
	const char *token_purpose, *token_hash; /* of the one-time token that was made for it, or NULL */
};
/* For the worker: reads what mail_queue() stored and makes the mail. */
NODISCARD enum rc mail_read_job(struct op *op, const char *args, struct mail_job *ret);
NODISCARD enum rc mail_make(struct op *op, const struct mail_job *job, struct mail_ready *ret);
/* It could not be sent this time: its token is void. */
NODISCARD enum rc mail_unmake(struct op *op, const struct mail_ready *mail);
/* It was given up: the trail says so and why. */
NODISCARD enum rc mail_given_up(struct op *op, const struct mail_job *job, const char *why);

/* The settings mail of a mailbox to one of its possible recipients, for looking at. */
NODISCARD enum rc mail_settings_preview(struct op *op, int64_t mailbox_id, struct mailbox *ret,
    struct settings_mail *ret_mail);
/* Queues it for each recipient. RC_CONFLICT where no mail can be sent. *ret_to: the recipients, joined by commas. */
NODISCARD enum rc mail_settings_send(struct op *op, int64_t mailbox_id,
    const struct settings_mail_in *in, struct mailbox *ret, const char **ret_to);

/* Can a lost password be replaced by mail here: is it allowed, is there mail and a public_url? Can an administrator be invited by mail? */
struct conf;
bool mail_reset_offered(const struct conf *conf);
bool mail_invite_offered(const struct conf *conf);
/* All links to a new password of that administrator are void. Within the caller's transaction. */
NODISCARD enum rc mail_links_void(struct op *op, int64_t admin_id);

#endif
