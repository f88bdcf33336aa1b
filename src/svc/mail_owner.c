/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mails to the owners of mailboxes: what their mail program has to know, and the link to choose a password. Owns the placeholders of the server.* keys. It must not
 * send anything. A password never stands in such a mail.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/rand.h"
#include "base/str.h"
#include "conf/conf.h"
#include "db/tx.h"
#include "store/once.h"
#include "svc/change.h"
#include "svc/language.h"
#include "svc/mail_int.h"
#include "svc/mailbox.h"
#include "svc/owner_invite.h"

#define RECIPIENTS_MAX 20

/* ---- values ---- */

/* first character / second character / address, as the PHP program has it: a way to spread home folders. */
static void
add_atmail(const char *address, struct str *out)
{
	str_addf(out, "%c/%c/%s", address[0], address[1], address);
}

static const char *
expand(struct op *op, const char *text, const struct mailbox *row)
{
	CLEANUP(str_release) struct str s = STR_INIT;

	while (*text) {
		bool atmail = strncmp(text, "%atmail", 7) == 0;

		if (atmail)
			add_atmail(row->username, &s);
		else if (strncmp(text, "%m", 2) == 0)
			str_add(&s, row->username);
		else if (strncmp(text, "%u", 2) == 0)
			str_add(&s, row->local_part);
		else if (strncmp(text, "%d", 2) == 0)
			str_add(&s, row->domain);
		else
			str_addc(&s, *text);
		text += atmail ? 7 : *text == '%' ? 2 : 1;
	}
	return arena_strndup(op->arena, str_text(&s), s.len);
}

static void
add_service(struct op *op, struct mailtext_values *v, const char *part,
    const struct conf_service *conf, const struct mailbox *row)
{
	if (!conf->enabled)
		return;
	mailtext_value(v, part, "1");
	mailtext_value(v, arena_printf(op->arena, "%s.host", part), expand(op, conf->host, row));
	mailtext_value(v, arena_printf(op->arena, "%s.user", part), expand(op, conf->user, row));
	mailtext_value(v, arena_printf(op->arena, "%s.crypt", part), expand(op, conf->crypt, row));
	mailtext_value(v, arena_printf(op->arena, "%s.port", part),
	    conf->port > 0 ? arena_printf(op->arena, "%lld", (long long)conf->port) : "");
}

static const char *
password_url(struct op *op)
{
	const char *base = op->conf->public_url;

	return *base ? arena_printf(op->arena, "%s/auth/change-password", base) : "";
}

static void
from_support(struct op *op, struct mail_ready *ret)
{
	const struct conf_mail *conf = &op->conf->mail;

	ret->from_name = conf->support_name;
	ret->from = *conf->support_email ? conf->support_email : conf->from_email;
}

enum rc
mail_make_owner(struct op *op, enum mailtext text, const struct mailbox *row, struct mail_ready *ret)
{
	const struct conf_mail *conf = &op->conf->mail;
	struct mailtext_values v = { 0 };
	struct mailtext_made made;
	enum rc rc;

	from_support(op, ret);
	mailtext_value(&v, "site", op->conf->sitename);
	mailtext_value(&v, "address", row->username);
	mailtext_value(&v, "name", row->name);
	mailtext_value(&v, "local", row->local_part);
	mailtext_value(&v, "domain", row->domain);
	mailtext_value(&v, "support", ret->from);
	mailtext_value(&v, "support_name", ret->from_name);
	mailtext_value(&v, "password_url", password_url(op));
	add_service(op, &v, "webmail", &conf->webmail, row);
	add_service(op, &v, "smtp", &conf->smtp, row);
	add_service(op, &v, "imap", &conf->imap, row);
	add_service(op, &v, "pop3", &conf->pop3, row);
	add_service(op, &v, "sieve", &conf->sieve, row);
	if ((rc = mailtext_make(op->conf, language_default(op), text, &v, op->arena, &made,
		 &op->errs)) != RC_OK)
		return rc;
	ret->subject = made.subject;
	ret->text = made.text;
	ret->html = made.html;
	return RC_OK;
}

/* ---- the link of an owner ---- */

const char *
mail_owner_purpose(struct op *op, const struct mailbox *row)
{
	const char *stored = row->password ? row->password : "";
	char hash[65];

	sha256_hex(stored, strlen(stored), hash);
	return arena_printf(op->arena, "o:%lld:%.8s", (long long)row->id, hash);
}

static enum rc
store_link(struct op *op, const char *purpose, const char *hash)
{
	TX tx = { 0 };
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK || (rc = store_once_clear(op, purpose)) != RC_OK ||
	    (rc = store_once_add(op, purpose, hash, op->now + op->conf->invite_days * DAY_S)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

static enum rc
first_text(struct op *op, const struct mail_job *job, const struct mailbox *row, const char *token,
    struct mail_ready *ret)
{
	struct mailtext_values v = { 0 };
	struct mailtext_made made;
	enum rc rc;

	from_support(op, ret);
	mailtext_value(&v, "site", op->conf->sitename);
	mailtext_value(&v, "address", row->username);
	mailtext_value(&v, "name", row->name);
	mailtext_value(&v, "by", job->by);
	mailtext_value(&v, "days", arena_printf(op->arena, "%lld", (long long)op->conf->invite_days));
	mailtext_value(&v, "url", mail_link(op, OWNER_PAGE, row->username, token));
	mailtext_value(&v, "code", token);
	if ((rc = mailtext_make(op->conf, language_default(op), MAILTEXT_FIRST, &v, op->arena,
		 &made, &op->errs)) != RC_OK)
		return rc;
	ret->to = job->to;
	ret->subject = made.subject;
	ret->text = made.text;
	ret->html = made.html;
	return RC_OK;
}

/* The address is the mailbox's other one still? Who took it away meanwhile meant it. */
enum rc
mail_make_first(struct op *op, const struct mail_job *job, const struct mailbox *row,
    struct mail_ready *ret)
{
	char *token = arena_alloc(op->arena, MAIL_TOKEN_MAX), *hash = arena_alloc(op->arena, 65);
	enum rc rc;

	if (!owner_invite_offered(op->conf) || !row->active || !row->domain_active ||
	    row->delete_pending || strcmp(job->to, owner_invite_to(op, row)) != 0)
		return RC_OK;
	mail_token_make(token, hash);
	ret->token_purpose = mail_owner_purpose(op, row);
	ret->token_hash = hash;
	if ((rc = store_link(op, ret->token_purpose, hash)) != RC_OK)
		return rc;
	return first_text(op, job, row, token, ret);
}

/* ---- sending ---- */

static enum rc
need_mail(struct op *op)
{
	if (conf_mail_on(&op->conf->mail))
		return RC_OK;
	return op_fail(op, RC_CONFLICT,
	    "This panel sends no mail: its configuration names no mail server.");
}

enum rc
mail_settings_preview(struct op *op, int64_t mailbox_id, struct mailbox *ret,
    struct settings_mail *ret_mail)
{
	struct mail_ready mail = { 0 };
	enum rc rc;

	if ((rc = mailbox_get(op, mailbox_id, ret)) != RC_OK ||
	    (rc = mail_make_owner(op, MAILTEXT_SETTINGS, ret, &mail)) != RC_OK)
		return rc;
	*ret_mail = (struct settings_mail){ .to = ret->username,
		.from = mail.from,
		.subject = mail.subject,
		.text = mail.text ? mail.text : "",
		.html = mail.html ? mail.html : "" };
	return RC_OK;
}

/* *ret: canonical addresses joined by commas. */
static enum rc
recipients(struct op *op, const struct settings_mail_in *in, const struct mailbox *row, const char **ret)
{
	const char *email = in->email ? in->email : "";

	if (!in->type || !*in->type)
		return op_fail_field(op, RC_INVALID, "type", "Please choose who gets the mail.");
	if (strcmp(in->type, "other") != 0 && *email)
		return op_fail_field(op, RC_INVALID, "email",
		    "Addresses count only when the mail goes to other addresses.");
	if (strcmp(in->type, "username") == 0)
		*ret = row->username;
	else if (strcmp(in->type, "alt_email") == 0)
		*ret = row->alt_email;
	else
		*ret = email;
	if (*ret && **ret)
		return RC_OK;
	if (strcmp(in->type, "alt_email") == 0)
		return op_fail_field(op, RC_INVALID, "type", "This mailbox has no other address.");
	return op_fail_field(op, RC_INVALID, "email", "Please give at least one address.");
}

static enum rc
queue_each(struct op *op, const struct mailbox *row, const char *list)
{
	struct mail_job job = {
		.kind = "settings", .mailbox_id = row->id, .domain_id = row->domain_id, .at = op->now
	};
	size_t count = 0;
	enum rc rc = RC_OK;

	for (const char *at = list; *at && rc == RC_OK; at += strspn(at, ",")) {
		size_t n = strcspn(at, ",");

		if (*at == '@')
			return op_fail_field(op, RC_INVALID, "email",
			    "Please give whole addresses, with a part in front of the @.");
		if (++count > RECIPIENTS_MAX)
			return op_fail_field(op, RC_INVALID, "email",
			    "Please give at most %d addresses.", RECIPIENTS_MAX);
		job.to = arena_strndup(op->arena, at, n);
		rc = mail_queue(op, &job);
		at += n;
	}
	return rc;
}

enum rc
mail_settings_send(struct op *op, int64_t mailbox_id, const struct settings_mail_in *in,
    struct mailbox *ret, const char **ret_to)
{
	TX tx = { 0 };
	struct change c = { .action = "MAILBOX_SETTINGS", .type = "mailbox" };
	int64_t seen;
	enum rc rc;

	if ((rc = mailbox_get(op, mailbox_id, ret)) != RC_OK || (rc = need_mail(op)) != RC_OK ||
	    (rc = recipients(op, in, ret, ret_to)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = change_replayed(op, c.action, &seen)) != RC_OK)
		return rc;
	c.id = ret->id;
	c.object = ret->username;
	c.domain_id = ret->domain_id;
	c.note = arena_printf(op->arena, "sent the settings of mailbox %s to %.200s", ret->username,
	    *ret_to);
	if (!seen && ((rc = queue_each(op, ret, *ret_to)) != RC_OK || (rc = change_add(op, &c)) != RC_OK))
		return rc;
	return tx_commit(&tx);
}
