/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page that mails a mailbox's settings to its owner, with the mail as it will be. What is in it and who may is svc/mail.h's. */
#include "base/base.h"

#include "base/arena.h"
#include "base/op.h"
#include "conf/conf.h"
#include "svc/mail.h"
#include "web/call.h"
#include "web/form.h"
#include "web/handlers.h"
#include "web/reply.h"

static const struct form_row rows[] = {
	{ .name = "type",
	    .kind = WIDGET_SELECT,
	    .required = true,
	    .help = N_("The text goes to each as a mail of its own.") },
	{ .name = "email", .help = N_("Only for other addresses: one a line.") },
};

/* What can be chosen: the other address only where there is one. */
static void
add_recipients(struct call *c, const struct mailbox *row, struct form_row *type)
{
	struct option *o = arena_array(c->arena, 3, sizeof(*o));
	bool alternative = row->alt_email && *row->alt_email;
	size_t n = 0;

	o[n++] = (struct option){ "username",
		call_printf(c, N_("The mailbox: %s"), reply_shown(c, row->username)), false };
	if (alternative)
		o[n++] = (struct option){ "alt_email",
			call_printf(c, N_("Its other address: %s"), reply_shown(c, row->alt_email)),
			false };
	o[n++] = (struct option){ "other", N_("Other addresses"), false };
	type->options = o;
	type->n_options = n;
}

/* The plain text is what is looked at, or the HTML's source where no plain text is sent. */
static enum rc
form(struct op *op, struct call *c, const struct mailbox *row, const struct settings_mail *mail,
    enum rc rc)
{
	const struct settings_mail_in defaults = {
		.type = row->alt_email && *row->alt_email ? "alt_email" : "username"
	};
	struct form_row own[ARRAY_LEN(rows)];
	const struct form_spec spec = { .title = call_printf(c, N_("Send the settings of %s"),
					    reply_shown(c, row->username)),
		.in = &settings_mail_in_fields,
		.rows = own,
		.n = ARRAY_LEN(own),
		.values = &settings_mail_in_fields,
		.obj = &defaults,
		.warning = conf_mail_on(&c->conf->mail)
		    ? NULL
		    : N_("This panel sends no mail: its configuration names no mail server."),
		.preview_title = N_("The mail"),
		.preview = call_printf(c, N_("From: %s\nSubject: %s\n\n%s"), mail->from,
		    mail->subject, *mail->text ? mail->text : mail->html),
		.submit = N_("Send"),
		.cancel = { ROUTE_MAILBOXES, 0, "" } };

	memcpy(own, rows, sizeof(rows));
	add_recipients(c, row, &own[0]);
	c->page.section = SECTION_MAILBOXES;
	return form_reply(op, c, &spec, rc);
}

enum rc
web_settings_mail_form(struct op *op, struct call *c)
{
	struct settings_mail mail;
	struct mailbox row;
	enum rc rc = mail_settings_preview(op, c->id, &row, &mail);

	if (rc != RC_OK)
		return rc;
	return c->json ? reply_object(c, 200, &settings_mail_fields, &mail)
		       : form(op, c, &row, &mail, RC_OK);
}

enum rc
web_settings_mail_post(struct op *op, struct call *c)
{
	struct settings_mail mail;
	struct mailbox row;
	const char *to = "";
	enum rc found,
	    rc = c->in_rc == RC_OK
	    ? mail_settings_send(op, c->id, CALL_IN(c, settings_mail_in), &row, &to)
	    : c->in_rc;

	if (rc == RC_INVALID && form_can_show(c, rc))
		return (found = mail_settings_preview(op, c->id, &row, &mail)) == RC_OK
		    ? form(op, c, &row, &mail, rc)
		    : found;
	if (rc != RC_OK)
		return rc;
	reply_flash(c, FLASH_DONE, N_("The settings of %s are on their way to %s."),
	    reply_shown(c, row.username), to);
	return reply_done(c, reply_path(c, ROUTE_MAILBOXES, 0), NULL, NULL);
}
