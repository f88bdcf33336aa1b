/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which changes Dovecot has to be told of. Owns the table of them. It is asked with every row of the trail, so that no door can forget it. It must not
 * know how Dovecot is told. The surprising thing: a transaction that changes many mailboxes asks for a few by name and then once for everybody.
 */
#include "base/base.h"

#include "base/addr.h"
#include "base/arena.h"
#include "base/form.h"
#include "base/str.h"
#include "conf/conf.h"
#include "db/tx.h"
#include "model/actor.h"
#include "model/domain.h"
#include "store/job.h"
#include "svc/change.h"
#include "svc/flush.h"

#define BY_NAME_MAX 8 /* mailboxes of a transaction that get a job of their own */

/* clang-format off */
static const struct field flush_job_field_rows[] = {
	FIELD(flush_job, user, .max = 254),
};
FIELDS(flush_job);
/* clang-format on */

/* Dovecot also keeps that there is no such mailbox: so what is made counts, too. */
static const struct {
	const char *action;
	bool everybody;
} told[] = {
	{ "MAILBOX_ADD", false },
	{ "MAILBOX_EDIT", false },
	{ "MAILBOX_PW_CHANGE", false },
	{ "MAILBOX_ACTIVATE", false },
	{ "MAILBOX_DEACTIVATE", false },
	{ "MAILBOX_PURGE", false },
	{ "MAILBOX_RESTORE", false },
	{ "DOMAIN_EDIT", true },
	{ "DOMAIN_ACTIVATE", true },
	{ "DOMAIN_DEACTIVATE", true },
	{ "DOMAIN_PURGE", true },
	{ "DOMAIN_RESTORE", true },
};

/* Of a domain that is edited only the switch matters to who signs in. */
static bool
switches(const struct change *c)
{
	const struct domain *before = c->before, *after = c->after;

	return c->fields != &domain_fields || !before || !after || before->active != after->active;
}

/* Whom Dovecot is to forget, NULL: nobody. An address that it could read as a pattern is everybody's. */
static const char *
whom(const struct change *c)
{
	struct addr a;

	for (size_t i = 0; i < ARRAY_LEN(told); i++) {
		if (strcmp(told[i].action, c->action) != 0)
			continue;
		if (told[i].everybody)
			return switches(c) ? "" : NULL;
		return addr_parse(c->object, ADDR_PLAIN, &a) == NULL ? c->object : "";
	}
	return NULL;
}

/* The name as Dovecot has it, in small letters. */
static enum rc
queue(struct op *op, const char *user)
{
	CLEANUP(str_release) struct str args = STR_INIT;
	struct addr a = { .full = "" };
	struct flush_job job = { .user = "" };

	if (*user && addr_parse(user, ADDR_PLAIN, &a) == NULL)
		job.user = a.full;
	field_json(&flush_job_fields, &job, &args);
	return store_job_add(op, FLUSH_KIND, str_text(&args), op->now, op->actor->admin_id);
}

enum rc
flush_after_change(struct op *op, const struct change *c)
{
	const char *user;

	if (!conf_doveadm_on(&op->conf->doveadm) || op->flushes > BY_NAME_MAX || !(user = whom(c)))
		return RC_OK;
	op->flushes = *user ? op->flushes + 1 : BY_NAME_MAX + 1;
	return queue(op, op->flushes > BY_NAME_MAX ? "" : user);
}

enum rc
flush_read_job(struct op *op, const char *args, struct flush_job *ret)
{
	struct pairs pairs = { 0 };

	if (form_parse_json(args, strlen(args), op->arena, &pairs, &op->errs) != RC_OK ||
	    field_parse(&flush_job_fields, FIELD_WHOLE, pairs.at, pairs.n, ret, op->arena,
		&op->errs) != RC_OK)
		return RC_INVALID; /* and never anything else */
	if (!ret->user)
		ret->user = "";
	return RC_OK;
}

enum rc
flush_given_up(struct op *op, const char *user, const char *why)
{
	TX tx = { 0 };
	const char *who = *user ? user : "all mailboxes";
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = change_add(op,
		 &(const struct change){ .action = "FLUSH_FAILED",
		     .type = "mailbox",
		     .object = who,
		     .note = arena_printf(op->arena,
			 "could not have Dovecot forget what it keeps of %s: %s", who, why) })) != RC_OK)
		return rc;
	return tx_commit(&tx);
}
