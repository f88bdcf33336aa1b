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

#define AT_ONCE 20  /* mails of one change that do not wait for their turn */
#define A_SECOND 10 /* of the others */

bool
mail_invite_offered(const struct conf *conf)
{
	return conf_mail_on(&conf->mail) && conf->public_url && *conf->public_url;
}

bool
mail_reset_offered(const struct conf *conf)
{
	return mail_invite_offered(conf) && !conf->mail.lost_password_off;
}

const char *
mail_reset_purpose(struct op *op, int64_t admin_id)
{
	return arena_printf(op->arena, "reset:%lld", (long long)admin_id);
}

const char *
mail_invite_purpose(struct op *op, int64_t admin_id)
{
	return arena_printf(op->arena, "invite:%lld", (long long)admin_id);
}

/* ---- links ---- */

enum rc
mail_links_void(struct op *op, int64_t admin_id)
{
	enum rc rc = store_once_clear(op, mail_reset_purpose(op, admin_id));

	return rc == RC_OK ? store_once_clear(op, mail_invite_purpose(op, admin_id)) : rc;
}

void
mail_token_make(char ret[MAIL_TOKEN_MAX], char ret_hash[65])
{
	rand_password(ret, MAIL_TOKEN_MAX - 1);
	sha256_hex(ret, MAIL_TOKEN_MAX - 1, ret_hash);
}

enum rc
mail_token_only(struct op *op, int64_t admin_id, const char *purpose, const char *hash, int64_t life)
{
	enum rc rc;

	if ((rc = store_admin_lock(op, admin_id)) != RC_OK ||
	    (rc = store_once_clear(op, purpose)) != RC_OK)
		return rc;
	return store_once_add(op, purpose, hash, op->now + life);
}

const char *
mail_link(struct op *op, const char *page, const char *username, const char *token)
{
	CLEANUP(str_release) struct str url = STR_INIT;

	str_addf(&url, "%s/auth/%s#username=", op->conf->public_url, page);
	str_add_url(&url, username);
	str_addf(&url, "&token=%s", token);
	return arena_strdup(op->arena, str_text(&url));
}

/* ---- the queue ---- */

/*
 * Of many mails that one change sends the first few go at once, the others in turn, behind those of the same sender that wait already: who sends one
 * meanwhile does not stand behind ten thousand, and no mail server is flooded.
 */
static enum rc
take_turn(struct op *op, int64_t *run_at)
{
	unsigned behind;

	if (*run_at > op->now || ++op->mails <= AT_ONCE)
		return RC_OK;
	if (op->mails == AT_ONCE + 1) {
		int64_t last;
		enum rc rc = store_job_last(op, MAIL_KIND, op->actor->admin_id, &last);

		if (rc != RC_OK)
			return rc;
		op->mails_from = MAX(op->now, last) + 1;
	}
	behind = op->mails - AT_ONCE - 1;
	*run_at = op->mails_from + behind / A_SECOND;
	return RC_OK;
}

enum rc
mail_queue_at(struct op *op, const struct mail_job *job, int64_t run_at)
{
	CLEANUP(str_release) struct str args = STR_INIT;
	enum rc rc;

	if (!conf_mail_on(&op->conf->mail))
		return RC_OK;
	if ((rc = take_turn(op, &run_at)) != RC_OK)
		return rc;
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

/* One mail of a kind with a link that sets a password: of which page, for whom, for how long. */
struct linked {
	enum mailtext text;
	const char *page, *purpose;
	int64_t life; /* seconds */
	bool (*offered)(const struct conf *conf);
	bool invited; /* only for who has not chosen a password yet */
};

static enum rc
link_text(struct op *op, const struct linked *l, const struct mail_job *job,
    const struct admin *admin, const char *token, struct mail_ready *ret)
{
	struct mailtext_values v = { 0 };

	mailtext_value(&v, "site", op->conf->sitename);
	mailtext_value(&v, "address", admin->username);
	mailtext_value(&v, "by", job->by);
	mailtext_value(&v, "source", job->source);
	mailtext_value(&v, "hours", arena_printf(op->arena, "%lld", (long long)l->life / 3600));
	mailtext_value(&v, "days", arena_printf(op->arena, "%lld", (long long)l->life / DAY_S));
	mailtext_value(&v, "url", mail_link(op, l->page, admin->username, token));
	mailtext_value(&v, "code", token);
	ret->to = admin->username;
	return make(op, language_of(op, admin->username), l->text, &v, ret);
}

static enum rc
store_token(struct op *op, const struct admin *admin, const struct linked *l, const char *hash)
{
	TX tx = { 0 };
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = mail_token_only(op, admin->id, l->purpose, hash, l->life)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

/* Nobody of that name, or one who may not come in: no mail, and nothing anybody could notice. */
static enum rc
make_linked(struct op *op, struct linked *l, const struct mail_job *job, struct mail_ready *ret)
{
	char *token = arena_alloc(op->arena, MAIL_TOKEN_MAX), *hash = arena_alloc(op->arena, 65);
	struct admin admin;
	enum rc rc = l->offered(op->conf) && job->to && *job->to
	    ? store_admin_find(op, job->to, &admin)
	    : RC_NOT_FOUND;

	if (rc == RC_NOT_FOUND || (rc == RC_OK && (!admin.active || (l->invited && !admin.invited))))
		return RC_OK;
	if (rc != RC_OK)
		return rc;
	mail_token_make(token, hash);
	l->purpose = l->invited ? mail_invite_purpose(op, admin.id) : mail_reset_purpose(op, admin.id);
	if ((rc = store_token(op, &admin, l, hash)) != RC_OK)
		return rc;
	ret->token_purpose = l->purpose;
	ret->token_hash = hash;
	return link_text(op, l, job, &admin, token, ret);
}

static enum rc
make_reset(struct op *op, const struct mail_job *job, struct mail_ready *ret)
{
	struct linked l = { .text = MAILTEXT_RESET,
		.page = "reset-password",
		.life = RESET_LIFE_S,
		.offered = mail_reset_offered };

	return make_linked(op, &l, job, ret);
}

static enum rc
make_invite(struct op *op, const struct mail_job *job, struct mail_ready *ret)
{
	struct linked l = { .text = MAILTEXT_INVITE,
		.page = INVITE_PAGE,
		.life = op->conf->invite_days * DAY_S,
		.offered = mail_invite_offered,
		.invited = true };

	return make_linked(op, &l, job, ret);
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
	if (strcmp(job->kind, "first") == 0)
		return mail_make_first(op, job, &row, ret);
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
	if (strcmp(job->kind, "invite") == 0)
		return make_invite(op, job, ret);
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
