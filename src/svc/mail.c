/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mails to administrators, and the queue of all. Owns the one-time token of a reset mail: it is made here, when the mail is, and its hash stored; the
 * token itself is nowhere but in the mail. The surprising thing: who asked for a reset is not looked up when it is asked for, so that known and unknown
 * names cost the same.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/form.h"
#include "base/lang.h"
#include "base/rand.h"
#include "base/str.h"
#include "base/clock.h"
#include "conf/conf.h"
#include "db/tx.h"
#include "model/actor.h"
#include "store/admin.h"
#include "store/job.h"
#include "store/mailbox.h"
#include "store/once.h"
#include "store/session.h"
#include "svc/change.h"
#include "svc/language.h"
#include "svc/mail_int.h"

#define RESETS_LIVE 5 /* more mails of that kind within their life would only be a nuisance */
#define TOKEN_LEN 40

bool
mail_reset_offered(const struct conf *conf)
{
	return conf_mail_on(&conf->mail) && !conf->mail.lost_password_off && conf->public_url &&
	    *conf->public_url;
}

const char *
mail_reset_purpose(struct op *op, int64_t admin_id)
{
	return arena_printf(op->arena, "reset:%lld", (long long)admin_id);
}

/* ---- the queue ---- */

enum rc
mail_queue_at(struct op *op, const struct mail_job *job, int64_t run_at)
{
	CLEANUP(str_release) struct str args = STR_INIT;

	if (!conf_mail_on(&op->conf->mail))
		return RC_OK;
	field_json(&mail_job_fields, job, &args);
	return store_job_add(op, MAIL_KIND, str_text(&args), run_at, op->actor->admin_id);
}

enum rc
mail_queue(struct op *op, const struct mail_job *job)
{
	return mail_queue_at(op, job, op->now);
}

enum rc
mail_notice(struct op *op, const char *to, const char *event, const char *about, bool owner)
{
	bool own = op->actor->name && strcmp(op->actor->name, about) == 0;
	const struct mail_job job = { .kind = "notice",
		.to = to,
		.event = event,
		.about = about,
		.by = own || !op->actor->name ? "" : op->actor->name,
		.source = owner && !own ? "" : op->actor->source,
		.at = op->now };

	return op->conf->mail.notices ? mail_queue(op, &job) : RC_OK;
}

enum rc
mail_read_job(struct op *op, const char *args, struct mail_job *ret)
{
	struct pairs pairs = { 0 };

	if (form_parse_json(args, strlen(args), op->arena, &pairs, &op->errs) != RC_OK ||
	    field_parse(&mail_job_fields, FIELD_WHOLE, pairs.at, pairs.n, ret, op->arena, &op->errs) !=
		RC_OK)
		return RC_INVALID; /* and never anything else */
	return RC_OK;
}

/* ---- mails to administrators ---- */

static void
from_panel(const struct conf_mail *conf, struct mail_ready *ret)
{
	ret->from_name = conf->from_name;
	ret->from = *conf->from_email ? conf->from_email : conf->support_email;
}

static enum rc
make(struct op *op, const struct lang *lang, enum mailtext text, const struct mailtext_values *v,
    struct mail_ready *ret)
{
	struct mailtext_made made;
	enum rc rc = mailtext_make(op->conf, lang, text, v, op->arena, &made, &op->errs);

	if (rc != RC_OK)
		return rc;
	from_panel(&op->conf->mail, ret);
	ret->subject = made.subject;
	ret->text = made.text;
	ret->html = made.html;
	return RC_OK;
}

static const char *
event_text(const char *event)
{
	static const struct {
		const char *event, *text;
	} events[] = {
		{ "password", N_("The password was changed") },
		{ "password_reset", N_("A new password was set with a link from a mail") },
		{ "second_factor", N_("The second factor was changed") },
		{ "lockout", N_("Too many failed sign-ins; more are refused for now") },
		{ "admin_added", N_("An administrator was added") },
	};

	for (size_t i = 0; i < ARRAY_LEN(events); i++)
		if (strcmp(events[i].event, event) == 0)
			return events[i].text;
	return event;
}

/* In local time; the language of the program has it to the second, as the log does. */
static const char *
when_text(struct op *op, const struct lang *lang, int64_t at)
{
	CLEANUP(str_release) struct str s = STR_INIT;
	char sql[20];

	clock_sql(at, sql);
	if (!lang)
		return arena_strdup(op->arena, sql);
	lang_add_written(lang, sql, &s);
	return arena_strdup(op->arena, str_text(&s));
}

static enum rc
make_notice(struct op *op, const struct mail_job *job, struct mail_ready *ret)
{
	const struct lang *lang = language_of(op, job->to);
	struct mailtext_values v = { 0 };

	mailtext_value(&v, "site", op->conf->sitename);
	mailtext_value(&v, "address", job->about);
	mailtext_value(&v, "event", lang_text(lang, event_text(job->event)));
	mailtext_value(&v, "when", when_text(op, lang, job->at));
	mailtext_value(&v, "source", job->source);
	mailtext_value(&v, "by", job->by);
	mailtext_value(&v, "url", op->conf->public_url);
	ret->to = job->to;
	return make(op, lang, MAILTEXT_NOTICE, &v, ret);
}

static enum rc
reset_text(struct op *op, const struct mail_job *job, const struct admin *admin, const char *token,
    struct mail_ready *ret)
{
	CLEANUP(str_release) struct str url = STR_INIT;
	struct mailtext_values v = { 0 };

	/* behind the #, so that no server on the way ever sees or logs it */
	str_addf(&url, "%s/auth/reset-password#username=", op->conf->public_url);
	str_add_url(&url, admin->username);
	str_addf(&url, "&token=%s", token);
	mailtext_value(&v, "site", op->conf->sitename);
	mailtext_value(&v, "address", admin->username);
	mailtext_value(&v, "source", job->source);
	mailtext_value(&v, "hours", arena_printf(op->arena, "%d", RESET_LIFE_S / 3600));
	mailtext_value(&v, "url", arena_strdup(op->arena, str_text(&url)));
	mailtext_value(&v, "code", token);
	ret->to = admin->username;
	return make(op, language_of(op, admin->username), MAILTEXT_RESET, &v, ret);
}

static enum rc
store_token(struct op *op, const struct mail_ready *mail)
{
	TX tx = { 0 };
	int64_t live;
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = store_once_live(op, mail->token_purpose, op->now, &live)) != RC_OK)
		return rc;
	if (live >= RESETS_LIVE)
		return RC_NOT_FOUND;
	rc = store_once_add(op, mail->token_purpose, mail->token_hash, op->now + RESET_LIFE_S);
	return rc == RC_OK ? tx_commit(&tx) : rc;
}

/* Nobody of that name, or one who may not come in: no mail, and nothing anybody could notice. */
static enum rc
make_reset(struct op *op, const struct mail_job *job, struct mail_ready *ret)
{
	char *token = arena_alloc(op->arena, TOKEN_LEN + 1), *hash = arena_alloc(op->arena, 65);
	struct admin admin;
	enum rc rc = mail_reset_offered(op->conf) && job->to && *job->to
	    ? store_admin_find(op, job->to, &admin)
	    : RC_NOT_FOUND;

	if (rc == RC_NOT_FOUND || (rc == RC_OK && !admin.active))
		return RC_OK;
	if (rc != RC_OK)
		return rc;
	rand_password(token, TOKEN_LEN);
	sha256_hex(token, TOKEN_LEN, hash);
	ret->token_purpose = mail_reset_purpose(op, admin.id);
	ret->token_hash = hash;
	rc = store_token(op, ret);
	if (rc == RC_NOT_FOUND)
		return RC_OK;
	return rc == RC_OK ? reset_text(op, job, &admin, token, ret) : rc;
}

static enum rc
make_owner(struct op *op, const struct mail_job *job, struct mail_ready *ret)
{
	bool welcome = strcmp(job->kind, "welcome") == 0;
	struct mailbox row;
	enum rc rc = store_mailbox_get(op, job->mailbox_id, &row);

	if (rc == RC_NOT_FOUND)
		return RC_OK;
	if (rc != RC_OK)
		return rc;
	ret->to = job->to;
	return mail_make_owner(op, welcome ? MAILTEXT_WELCOME : MAILTEXT_SETTINGS, &row, ret);
}

enum rc
mail_make(struct op *op, const struct mail_job *job, struct mail_ready *ret)
{
	*ret = (struct mail_ready){ 0 };
	if (strcmp(job->kind, "notice") == 0)
		return make_notice(op, job, ret);
	if (strcmp(job->kind, "reset") == 0)
		return make_reset(op, job, ret);
	return make_owner(op, job, ret);
}

enum rc
mail_unmake(struct op *op, const struct mail_ready *mail)
{
	TX tx = { 0 };
	int64_t changed;
	enum rc rc;

	if (!mail->token_hash)
		return RC_OK;
	if ((rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = store_token_take(op, mail->token_purpose, mail->token_hash, op->now, &changed)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

enum rc
mail_given_up(struct op *op, const struct mail_job *job, const char *why)
{
	TX tx = { 0 };
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = change_add(op,
		 &(const struct change){ .action = "MAIL_FAILED",
		     .type = "mail",
		     .id = job->mailbox_id,
		     .object = job->to,
		     .domain_id = job->domain_id,
		     .note = arena_printf(op->arena, "could not send the mail \"%s\" to %s: %s",
			 job->kind, job->to, why) })) != RC_OK)
		return rc;
	return tx_commit(&tx);
}
