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
#include "store/bulk.h"
#include "svc/access.h"
#include "svc/alias.h"
#include "svc/bulk.h"
#include "svc/domain.h"
#include "svc/mailbox.h"
#include "svc/perm.h"
#include "svc/warn_int.h"
#include "svc/warn_many.h"

#define TRIES 3
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

static struct bulk_found
found_mailbox(const struct mailbox *m)
{
	return (struct bulk_found){ m->id, m->username, m->domain, m->domain_active, m->quota,
		m->used_bytes };
}

static enum rc
matching(struct op *op, enum bulk_kind kind, const struct bulk_in *in, struct bulk_result *ret,
    struct bulk_found **ret_found)
{
	struct list_in list = { .q = in->q,
		.domain = in->domain,
		.active = in->active,
		.alone = in->alone,
		.after = in->after,
		.limit = BULK_MAX };
	struct domain_list d = { .n = 0 };
	struct mailbox_list m = { .n = 0 };
	struct alias_list a = { .n = 0 };
	struct bulk_found *f;
	enum rc rc = kind == BULK_DOMAINS ? domain_list(op, &list, &d)
	    : kind == BULK_MAILBOXES      ? mailbox_list(op, &list, &m)
					  : alias_list(op, &list, &a);

	if (rc != RC_OK)
		return rc;
	take(op, ret, d.n + m.n + a.n,
	    kind == BULK_DOMAINS         ? &d.info
		: kind == BULK_MAILBOXES ? &m.info
					 : &a.info);
	f = *ret_found = arena_array(op->arena, ret->n, sizeof(*f));
	for (size_t i = 0; i < ret->n; i++) {
		if (kind == BULK_DOMAINS)
			f[i] = (struct bulk_found){ .id = d.rows[i].id, .name = d.rows[i].domain };
		else if (kind == BULK_MAILBOXES)
			f[i] = found_mailbox(&m.rows[i]);
		else
			f[i] = (struct bulk_found){ .id = a.rows[i].id,
				.name = a.rows[i].address,
				.domain = a.rows[i].domain,
				.domain_active = a.rows[i].domain_active };
		ret->rows[i] = (struct bulk_row){ .id = f[i].id, .name = f[i].name };
	}
	return RC_OK;
}

/* What rows that were picked are; one that is not there has no name. */
static enum rc
look_up(struct op *op, enum bulk_kind kind, struct bulk_result *r, struct bulk_found **ret_found)
{
	static enum rc (*const look[])(struct op *, int64_t, const struct bulk_row *, size_t,
	    struct rows *) = {
		[BULK_DOMAINS] = store_bulk_domains, [BULK_MAILBOXES] = store_bulk_mailboxes, [BULK_ALIASES] = store_bulk_aliases
	};
	struct bulk_found *f = *ret_found = arena_array(op->arena, r->n, sizeof(*f));
	struct rows rows;
	enum rc rc = look[kind](op, perm_scope(op), r->rows, r->n, &rows);

	for (size_t i = 0; rc == RC_OK && i < r->n; i++)
		for (size_t k = 0; k < rows.n; k++) {
			const struct bulk_found *at = (const struct bulk_found *)rows.at + k;

			if (at->id == r->rows[i].id) {
				f[i] = *at;
				r->rows[i].name = at->name;
			}
		}
	return rc;
}

/* ---- what is probably not meant ---- */

static void
keep_warnings(struct op *op, struct bulk_row *row, const struct warnings *w)
{
	for (size_t i = 0; i < w->n; i++)
		row->warning = row->warning
		    ? arena_printf(op->arena, "%s %s", row->warning, w->text[i])
		    : w->text[i];
}

static enum rc
warn_quotas(struct op *op, int64_t quota, struct bulk_result *r, const struct bulk_found *f)
{
	struct warn_row *rows = arena_array(op->arena, r->n, sizeof(*rows));
	enum rc rc;

	for (size_t i = 0; i < r->n; i++)
		rows[i] = (struct warn_row){ .address = f[i].name ? f[i].name : "",
			.quota_given = true,
			.quota = quota,
			.was_quota = f[i].quota,
			.used = f[i].used_bytes };
	rc = warn_mailboxes(op, warn_many_new(op->arena), rows, r->n, true);
	for (size_t i = 0; rc == RC_OK && i < r->n; i++)
		keep_warnings(op, &r->rows[i], &rows[i].w);
	return rc;
}

static enum rc
warn_all(struct op *op, enum bulk_kind kind, const struct bulk_in *in, struct bulk_result *r,
    const struct bulk_found *f)
{
	if (strcmp(in->verb, "quota") == 0)
		return FIELD_GIVEN(bulk_in, in, quota) ? warn_quotas(op, in->quota, r, f) : RC_OK;
	for (size_t i = 0; i < r->n && kind != BULK_DOMAINS && strcmp(in->verb, "enable") == 0; i++) {
		const struct warn_domain d = { .domain = f[i].domain, .active = f[i].domain_active };
		struct warnings w = { .n = 0 };

		if (!d.domain)
			continue;
		warn_of_domain(op, &d, &w);
		keep_warnings(op, &r->rows[i], &w);
	}
	return RC_OK;
}

/* ---- all rows ---- */

enum rc
bulk_preview(struct op *op, enum bulk_kind kind, const struct bulk_in *in, struct bulk_result *ret)
{
	struct bulk_found *found = NULL;
	enum rc rc;

	*ret = (struct bulk_result){ 0 };
	if ((rc = perm_signed_in(op)) != RC_OK || (rc = check(op, kind, in)) != RC_OK)
		return rc;
	if (in->all)
		rc = matching(op, kind, in, ret, &found);
	else if ((rc = picked(op, in, ret)) == RC_OK)
		rc = look_up(op, kind, ret, &found);
	return rc == RC_OK ? warn_all(op, kind, in, ret, found) : rc;
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
