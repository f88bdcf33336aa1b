/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bulk changes. Owns which rows are meant and what became of each. It must not know any rule: rows
 * go through the services one by one. The surprising thing: this body commits many times, so it
 * must not be run again as a whole when a row loses a race; such a row is tried again here, and
 * said to be busy when that does not help.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/clock.h"
#include "conf/conf.h"
#include "svc/access.h"
#include "svc/alias.h"
#include "svc/bulk.h"
#include "svc/domain.h"
#include "svc/mailbox.h"
#include "svc/perm.h"

#define TRIES 3
#define NAMED 20        /* rows that are named before it is done */
#define RESERVE_MS 3000 /* of the op's time, kept for the answer */

/* ---- one row ---- */

static enum rc
mailbox_one(struct op *op, const struct bulk_in *in, struct bulk_row *row)
{
	struct mailbox m;
	struct mailbox_in edit = { 0 };
	enum rc rc = mailbox_get(op, row->id, &m);

	if (rc != RC_OK)
		return rc;
	row->name = m.username;
	if (strcmp(in->verb, "delete") == 0)
		return mailbox_delete(op, row->id);
	if (strcmp(in->verb, "quota") == 0) {
		edit.quota = in->quota;
		FIELD_GIVE(mailbox_in, &edit, quota);
		return mailbox_edit(op, row->id, &edit, &m);
	}
	if (strcmp(in->verb, "access") == 0) {
		edit.access_restriction = in->access_restriction;
		FIELD_GIVE(mailbox_in, &edit, access_restriction);
		return mailbox_edit(op, row->id, &edit, &m);
	}
	return mailbox_set_active(op, row->id, strcmp(in->verb, "enable") == 0, &m);
}

static enum rc
alias_one(struct op *op, const struct bulk_in *in, struct bulk_row *row)
{
	struct alias a;
	enum rc rc = alias_get(op, row->id, &a);

	if (rc != RC_OK)
		return rc;
	row->name = a.address;
	return strcmp(in->verb, "delete") == 0
	    ? alias_delete(op, row->id)
	    : alias_set_active(op, row->id, strcmp(in->verb, "enable") == 0, &a);
}

static enum rc
domain_one(struct op *op, const struct bulk_in *in, struct bulk_row *row)
{
	struct domain d;
	enum rc rc = domain_get(op, row->id, &d);

	if (rc != RC_OK)
		return rc;
	row->name = d.domain;
	return domain_set_active(op, row->id, strcmp(in->verb, "enable") == 0, &d);
}

static enum rc
one(struct op *op, enum bulk_kind kind, const struct bulk_in *in, struct bulk_row *row)
{
	enum rc rc = RC_RETRY;

	for (int i = 0; i < TRIES && rc == RC_RETRY; i++) {
		err_clear(&op->errs);
		switch (kind) {
		case BULK_DOMAINS:
			rc = domain_one(op, in, row);
			break;
		case BULK_MAILBOXES:
			rc = mailbox_one(op, in, row);
			break;
		case BULK_ALIASES:
			rc = alias_one(op, in, row);
			break;
		}
	}
	return rc;
}

/* ---- which rows ---- */

bool
bulk_can(enum bulk_kind kind, const char *verb)
{
	bool on_off = verb && (strcmp(verb, "enable") == 0 || strcmp(verb, "disable") == 0);

	if (!verb || on_off)
		return on_off;
	return kind == BULK_MAILBOXES || (kind == BULK_ALIASES && strcmp(verb, "delete") == 0);
}

static enum rc
check(struct op *op, enum bulk_kind kind, const struct bulk_in *in)
{
	const char *access;

	if (!bulk_can(kind, in->verb) || (strcmp(in->verb, "access") == 0 && !op->conf->access_on))
		return op_fail_field(op, RC_INVALID, "verb",
		    "This cannot be done with many rows at once.");
	if (!in->confirm)
		return RC_OK;
	if (strcmp(in->verb, "quota") == 0 && !FIELD_GIVEN(bulk_in, in, quota))
		return op_fail_field(op, RC_INVALID, "quota", "Please give the new quota.");
	if (strcmp(in->verb, "access") == 0 && (!in->access_restriction || !*in->access_restriction))
		return op_fail_field(op, RC_INVALID, "access_restriction",
		    "Please choose at least one service, or all.");
	return strcmp(in->verb, "access") == 0 ? access_take(op, in->access_restriction, NULL, &access)
					       : RC_OK;
}

static enum rc
picked(struct op *op, const struct bulk_in *in, struct bulk_result *ret)
{
	const char *at = in->ids ? in->ids : "";

	ret->rows = arena_array(op->arena, BULK_MAX, sizeof(*ret->rows));
	for (at += strspn(at, ", \n"); *at; at += strspn(at, ", \n")) {
		char *end;
		long long id = strtoll(at, &end, 10);

		if (*at < '0' || *at > '9' || id < 1 || (*end && !strchr(", \n", *end)))
			return op_fail_field(op, RC_INVALID, "ids", "Please choose at least one row.");
		if (ret->n == BULK_MAX)
			return op_fail_field(op, RC_INVALID, "ids",
			    "At most %d rows can be chosen one by one.", BULK_MAX);
		ret->rows[ret->n++] = (struct bulk_row){ .id = id, .name = "" };
		at = end;
	}
	ret->total = (int64_t)ret->n;
	return ret->n > 0 ? RC_OK
			  : op_fail_field(op, RC_INVALID, "ids", "Please choose at least one row.");
}

static void
take(struct op *op, struct bulk_result *ret, size_t n, const struct list_info *info)
{
	ret->rows = arena_array(op->arena, n, sizeof(*ret->rows));
	ret->n = n;
	ret->total = info->total;
	ret->total_at_least = info->total_at_least;
	ret->next = info->next;
}

static enum rc
matching(struct op *op, enum bulk_kind kind, const struct bulk_in *in, struct bulk_result *ret)
{
	struct list_in list = {
		.q = in->q, .domain = in->domain, .active = in->active, .after = in->after, .limit = BULK_MAX
	};
	struct domain_list d;
	struct mailbox_list m;
	struct alias_list a;
	enum rc rc = kind == BULK_DOMAINS ? domain_list(op, &list, &d)
	    : kind == BULK_MAILBOXES      ? mailbox_list(op, &list, &m)
					  : alias_list(op, &list, &a);

	if (rc != RC_OK)
		return rc;
	take(op, ret,
	    kind == BULK_DOMAINS         ? d.n
		: kind == BULK_MAILBOXES ? m.n
					 : a.n,
	    kind == BULK_DOMAINS         ? &d.info
		: kind == BULK_MAILBOXES ? &m.info
					 : &a.info);
	for (size_t i = 0; i < ret->n; i++)
		ret->rows[i] = kind == BULK_DOMAINS
		    ? (struct bulk_row){ .id = d.rows[i].id, .name = d.rows[i].domain }
		    : kind == BULK_MAILBOXES
		    ? (struct bulk_row){ .id = m.rows[i].id, .name = m.rows[i].username }
		    : (struct bulk_row){ .id = a.rows[i].id, .name = a.rows[i].address };
	return RC_OK;
}

/* ---- all rows ---- */

/* What the first rows that were picked are called; one that is not there has no name. */
static void
name_picked(struct op *op, enum bulk_kind kind, struct bulk_result *r)
{
	for (size_t i = 0; i < r->n && i < NAMED; i++) {
		struct bulk_row *row = &r->rows[i];
		struct domain d;
		struct mailbox m;
		struct alias a;

		if (kind == BULK_DOMAINS && domain_get(op, row->id, &d) == RC_OK)
			row->name = d.domain;
		else if (kind == BULK_MAILBOXES && mailbox_get(op, row->id, &m) == RC_OK)
			row->name = m.username;
		else if (kind == BULK_ALIASES && alias_get(op, row->id, &a) == RC_OK)
			row->name = a.address;
		err_clear(&op->errs);
	}
}

enum rc
bulk_preview(struct op *op, enum bulk_kind kind, const struct bulk_in *in, struct bulk_result *ret)
{
	enum rc rc;

	*ret = (struct bulk_result){ 0 };
	if ((rc = perm_signed_in(op)) != RC_OK || (rc = check(op, kind, in)) != RC_OK)
		return rc;
	if (in->all)
		return matching(op, kind, in, ret);
	if ((rc = picked(op, in, ret)) == RC_OK && !in->confirm)
		name_picked(op, kind, ret);
	return rc;
}

static void
say(struct op *op, struct bulk_row *row, enum rc rc)
{
	const struct err *err = op->errs.first;

	row->code = rc_slug(rc);
	if (rc != RC_OK)
		row->text = rc == RC_RETRY || !err || !err->text
		    ? op_text(op, N_("The database was busy."))
		    : arena_strdup(op->arena, err->text);
	err_clear(&op->errs);
}

enum rc
bulk_run(struct op *op, enum bulk_kind kind, const struct bulk_in *in, struct bulk_result *ret)
{
	enum rc rc = bulk_preview(op, kind, in, ret);

	for (size_t i = 0; rc == RC_OK && i < ret->n; i++) {
		enum rc done = RC_UNAVAILABLE;

		if (clock_mono_ms() < op->deadline - RESERVE_MS)
			done = one(op, kind, in, &ret->rows[i]);
		else
			(void)op_fail(op, done, "There was no time left for it.");
		if (done == RC_INTERNAL)
			return done;
		say(op, &ret->rows[i], done);
	}
	return rc;
}
