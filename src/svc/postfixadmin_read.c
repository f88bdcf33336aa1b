/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading a database of PostfixAdmin, whole: is it one, which of the tables and columns that came with some version has it, and what is there that has no
 * place here? It must not know what becomes of the rows: postfixadmin.c does.
 */
#include "base/base.h"

#include "base/arena.h"
#include "store/postfixadmin.h"
#include "store/takeover.h"
#include "svc/postfixadmin.h"

#include <strings.h>

static enum rc
has_column(struct op *op, const char *table, const char *column, bool *ret)
{
	return store_takeover_column(op, table, column, ret);
}

/* Why it is none: the tables may have been named with PostfixAdmin's database_prefix. */
static enum rc
refuse(struct op *op, const char *table, const char *column)
{
	const char *like;
	enum rc rc = store_takeover_like(op, table, column, &like);

	if (rc == RC_OK)
		return op_fail(op, RC_CONFIG,
		    N_("The tables of the database given with --from have a prefix: it has %s "
		       "where %s is looked for. Make views with the plain names; vimbadmin(8) "
		       "shows how."),
		    like, table);
	if (rc != RC_NOT_FOUND)
		return rc;
	return op_fail(op, RC_CONFIG,
	    N_("The database given with --from is none of PostfixAdmin's: it lacks %s.%s."), table,
	    column);
}

static enum rc
recognise(struct op *op)
{
	static const char *const marks[][2] = { { "domain", "maxquota" }, { "mailbox", "local_part" },
		{ "alias", "goto" }, { "admin", "username" }, { "domain_admins", "username" } };
	enum rc rc;

	for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
		bool is;

		if ((rc = has_column(op, marks[i][0], marks[i][1], &is)) != RC_OK)
			return rc;
		if (!is)
			return refuse(op, marks[i][0], marks[i][1]);
	}
	return RC_OK;
}

/* Engines sort by the rules of some language; these are looked up by bytes, without regard to case. */
static int
by_username(const void *a, const void *b)
{
	return strcasecmp(((const struct pfa_mailbox *)a)->username,
	    ((const struct pfa_mailbox *)b)->username);
}

static int
by_domain(const void *a, const void *b)
{
	return strcasecmp(((const struct pfa_domain *)a)->domain,
	    ((const struct pfa_domain *)b)->domain);
}

/* A table that came with some version only. */
static enum rc
read_alias_domains(struct op *op, struct rows *ret)
{
	bool is;
	enum rc rc = has_column(op, "alias_domain", "target_domain", &is);

	*ret = (struct rows){ 0 };
	return rc == RC_OK && is ? store_pfa_alias_domains(op, ret) : rc;
}

static enum rc
read_people(struct op *op, struct postfixadmin *ret)
{
	struct rows mailboxes, admins;
	bool other, super;
	enum rc rc;

	if ((rc = has_column(op, "mailbox", "email_other", &other)) != RC_OK ||
	    (rc = has_column(op, "admin", "superadmin", &super)) != RC_OK ||
	    (rc = store_pfa_mailboxes(op, other, &mailboxes)) != RC_OK ||
	    (rc = store_pfa_admins(op, super, &admins)) != RC_OK)
		return rc;
	ret->mailboxes = mailboxes.at;
	ret->n_mailboxes = mailboxes.n;
	ret->admins = admins.at;
	ret->n_admins = admins.n;
	return RC_OK;
}

/* ---- what has no place here ---- */

static const struct {
	const char *table, *column, *what, *text;
} others[PFA__MAX] = {
	[PFA_VACATION] = { "vacation", "email", "vacation",
	    N_("Answers to mail are not this program's; Sieve in Dovecot does that.") },
	[PFA_FETCH] = { "fetchmail", "mailbox", "fetchmail",
	    N_("Mail is not fetched from elsewhere by this program.") },
	[PFA_APP_PASSWORD] = { "mailbox_app_password", "username", "app password",
	    N_("A mailbox has one password here; whoever uses this one has to be given that.") },
	[PFA_FACTOR] = { "mailbox", "totp_secret", "second factor",
	    N_("The owners of mailboxes have no second factor here.") },
	[PFA_ADMIN_FACTOR] = { "admin", "totp_secret", "second factor",
	    N_("It has to be set up anew, under the administrator's own name in the panel.") },
	[PFA_SENDER] = { "mailbox", "smtp_active", "sender",
	    N_("It may not send mail by SMTP there. Here it may, until its protocols are chosen: "
	       "vimbadmin mailbox edit ADDRESS --access-restriction IMAP,POP3") },
	[PFA_KEY] = { "dkim", "domain_name", "DKIM key",
	    N_("Keys of DKIM are not this program's; they stay with the milter that signs.") },
	[PFA_DESCRIPTION] = { "alias", "description", "description",
	    N_("Aliases have no description here.") },
};

static enum rc
read_others(struct op *op, struct postfixadmin *ret)
{
	struct rows rows[PFA__MAX] = { 0 };
	size_t n = 0;
	bool is, active;
	enum rc rc = has_column(op, "vacation", "active", &active);

	for (unsigned i = 0; i < PFA__MAX && rc == RC_OK; i++) {
		if ((rc = has_column(op, others[i].table, others[i].column, &is)) == RC_OK && is)
			rc = store_pfa_others(op, (enum pfa_kind)i, active, &rows[i]);
		n += rows[i].n;
	}
	if (rc != RC_OK)
		return rc;
	ret->others = arena_array(op->arena, n, sizeof(*ret->others));
	for (unsigned i = 0; i < PFA__MAX; i++)
		for (size_t k = 0; k < rows[i].n; k++)
			ret->others[ret->n_others++] = (struct pfa_note){ others[i].what,
				((struct pfa_other *)rows[i].at)[k].object, others[i].text };
	return RC_OK;
}

enum rc
postfixadmin_read(struct op *op, struct postfixadmin *ret)
{
	struct rows domains, aliases, alias_domains, assignments;
	enum rc rc;

	*ret = (struct postfixadmin){ 0 };
	if ((rc = recognise(op)) != RC_OK || (rc = store_pfa_domains(op, &domains)) != RC_OK ||
	    (rc = read_people(op, ret)) != RC_OK || (rc = store_pfa_aliases(op, &aliases)) != RC_OK ||
	    (rc = store_pfa_assignments(op, &assignments)) != RC_OK ||
	    (rc = read_alias_domains(op, &alias_domains)) != RC_OK ||
	    (rc = read_others(op, ret)) != RC_OK)
		return rc;
	ret->domains = domains.at;
	ret->n_domains = domains.n;
	ret->aliases = aliases.at;
	ret->n_aliases = aliases.n;
	ret->alias_domains = alias_domains.at;
	ret->n_alias_domains = alias_domains.n;
	ret->assignments = assignments.at;
	ret->n_assignments = assignments.n;
	if (ret->n_domains > 0)
		qsort(ret->domains, ret->n_domains, sizeof(*ret->domains), by_domain);
	if (ret->n_mailboxes > 0)
		qsort(ret->mailboxes, ret->n_mailboxes, sizeof(*ret->mailboxes), by_username);
	return RC_OK;
}

const struct pfa_domain *
postfixadmin_domain(const struct postfixadmin *p, const char *name)
{
	const struct pfa_domain wanted = { .domain = name };

	return p->n_domains == 0
	    ? NULL
	    : bsearch(&wanted, p->domains, p->n_domains, sizeof(wanted), by_domain);
}

const struct pfa_mailbox *
postfixadmin_mailbox(const struct postfixadmin *p, const char *address)
{
	const struct pfa_mailbox wanted = { .username = address };

	return p->n_mailboxes == 0
	    ? NULL
	    : bsearch(&wanted, p->mailboxes, p->n_mailboxes, sizeof(wanted), by_username);
}
