/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Removing a mailbox and what leads to it: aliases that lead to it alone go, from all others it is
 * cut out, in whatever domain they lie, in one transaction and one row of the trail. Stored mail
 * stays on disk. The surprising thing: domain administrators neither see nor are told of aliases in
 * domains that are not theirs, yet those are cut too; the row of the trail keeps them under a key
 * of their own ("elsewhere", always last) that svc/audit leaves out for such readers.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "db/tx.h"
#include "model/actor.h"
#include "store/admin.h"
#include "store/alias.h"
#include "store/domain.h"
#include "store/mailbox.h"
#include "svc/change.h"
#include "svc/mailbox.h"
#include "svc/perm.h"

#define ALIASES_MAX 10000 /* that name one mailbox */

static enum rc
visible(struct op *op, const struct alias *alias, bool *ret)
{
	*ret = true;
	if (perm_is_super(op))
		return RC_OK;
	return store_admin_has_domain(op, op->actor->admin_id, alias->domain_id, ret);
}

enum rc
mailbox_aliases(struct op *op, int64_t id, struct mailbox_aliases *ret)
{
	struct mailbox row;
	struct rows found;
	struct alias *all;
	size_t n = 0;
	enum rc rc;

	if ((rc = mailbox_get(op, id, &row)) != RC_OK ||
	    (rc = store_alias_naming(op, row.username, ALIASES_MAX, &found)) != RC_OK)
		return rc;
	all = found.at;
	for (size_t i = 0; i < found.n; i++) {
		bool show;

		if ((rc = visible(op, &all[i], &show)) != RC_OK)
			return rc;
		if (show)
			all[n++] = all[i];
	}
	*ret = (struct mailbox_aliases){ all, n };
	return RC_OK;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* One entry of a list without the blanks around it; goes on to the next. Other programs wrote lists, too. */
static const char *
next_target(const char **list, size_t *ret_len)
{
	const char *at = *list;
	size_t n = strcspn(at, ",");

	*list = at + n + (at[n] == ',');
	for (; n > 0 && is_blank(*at); n--)
		at++;
	while (n > 0 && is_blank(at[n - 1]))
		n--;
	*ret_len = n;
	return at;
}

/* The list without one address; "" when nothing is left. */
static const char *
cut(struct op *op, const char *list, const char *address)
{
	char *left = arena_alloc(op->arena, strlen(list) + 1), *end = left;
	size_t len = strlen(address), n;

	while (*list) {
		const char *target = next_target(&list, &n);

		if (n == 0 || (n == len && strncasecmp(target, address, len) == 0))
			continue;
		if (end > left)
			*end++ = ',';
		memcpy(end, target, n);
		end += n;
	}
	*end = '\0';
	return left;
}

/* One mailbox on its way out. */
struct removing {
	struct mailbox row;
	size_t removed, changed;          /* aliases */
	struct str before, after;         /* JSON members of aliases in the actor's domains ... */
	struct str before_far, after_far; /* ... and elsewhere */
};

static void
member(struct str *out, const char *key, const char *value)
{
	if (out->len > 0)
		str_addc(out, ',');
	str_add_json(out, key);
	str_addc(out, ':');
	str_add_json(out, value);
}

/* Keeps the domain's count right: it counts aliases that lead elsewhere than to themselves. */
static enum rc
count(struct op *op, const struct alias *before, const struct alias *after)
{
	int delta = (after && !alias_is_self(after)) - !alias_is_self(before);

	return delta != 0 ? store_domain_count_alias(op, before->domain_id, delta) : RC_OK;
}

static enum rc
store(struct op *op, struct removing *r, const struct alias *before, struct alias *after)
{
	enum rc rc;

	if (!*after->goto_) {
		r->removed++;
		rc = store_alias_delete(op, before->id);
		return rc == RC_OK ? count(op, before, NULL) : rc;
	}
	r->changed++;
	after->modified = op->now;
	rc = store_alias_put(op, after);
	return rc == RC_OK ? count(op, before, after) : rc;
}

static enum rc
cut_alias(struct op *op, struct removing *r, const struct alias *before)
{
	struct alias after = *before;
	bool near;
	enum rc rc;

	after.goto_ = cut(op, before->goto_, r->row.username);
	if ((rc = visible(op, before, &near)) != RC_OK || (rc = store(op, r, before, &after)) != RC_OK)
		return rc;
	member(near ? &r->before : &r->before_far, before->address, before->goto_);
	member(near ? &r->after : &r->after_far, before->address, *after.goto_ ? after.goto_ : NULL);
	if (near)
		change_also(op,
		    &(const struct change){ .action = *after.goto_ ? "ALIAS_EDIT" : "ALIAS_DELETE",
			.verb = *after.goto_ ? N_("edited") : N_("removed"),
			.type = "alias",
			.id = before->id,
			.object = before->address,
			.domain_id = before->domain_id,
			.fields = &alias_fields,
			.before = before,
			.after = *after.goto_ ? &after : NULL });
	return RC_OK;
}

static const char *
json(struct op *op, const struct mailbox *row, const struct str *near, const struct str *far)
{
	struct str fields = STR_INIT, none = STR_INIT, out = STR_INIT;
	const char *text;

	if (row) {
		field_diff(&mailbox_fields, row, NULL, &fields, &none);
		str_addn(&out, str_text(&fields), fields.len - 1);
		STR_LIT(&out, ",");
	} else {
		STR_LIT(&out, "{");
	}
	str_addf(&out, "\"aliases\":{%s}", str_text(near));
	if (far->len > 0)
		str_addf(&out, ",\"elsewhere\":{%s}", str_text(far));
	STR_LIT(&out, "}");
	text = arena_strdup(op->arena, str_text(&out));
	str_release(&fields);
	str_release(&none);
	str_release(&out);
	return text;
}

static enum rc
record(struct op *op, const struct removing *r)
{
	const struct mailbox *row = &r->row;
	struct change c = { .action = "MAILBOX_PURGE",
		.verb = N_("purged"),
		.type = "mailbox",
		.id = row->id,
		.object = row->username,
		.domain_id = row->domain_id };

	c.before_json = json(op, row, &r->before, &r->before_far);
	c.after_json = r->removed + r->changed > 0 ? json(op, NULL, &r->after, &r->after_far) : NULL;
	if (r->removed + r->changed > 0)
		c.note = arena_printf(op->arena, "purged mailbox %s; aliases: %zu removed, %zu changed",
		    row->username, r->removed, r->changed);
	return change_add(op, &c);
}

static enum rc
remove_all(struct op *op, struct removing *r)
{
	struct rows aliases;
	enum rc rc;

	if ((rc = store_alias_naming(op, r->row.username, ALIASES_MAX, &aliases)) != RC_OK)
		return rc;
	for (size_t i = 0; i < aliases.n; i++)
		if ((rc = cut_alias(op, r, (const struct alias *)aliases.at + i)) != RC_OK)
			return rc;
	if ((rc = store_mailbox_delete(op, r->row.id)) != RC_OK ||
	    (rc = store_domain_count_mailbox(op, r->row.domain_id, -1)) != RC_OK)
		return rc;
	return record(op, r);
}

static enum rc
run(struct op *op, int64_t id, struct removing *r)
{
	TX tx = { 0 };
	int64_t seen;
	enum rc rc;

	if ((rc = perm_signed_in(op)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = change_replayed(op, "MAILBOX_PURGE", &seen)) != RC_OK)
		return rc;
	if (seen != 0 && seen == id)
		return tx_commit(&tx);
	if ((rc = mailbox_get(op, id, &r->row)) != RC_OK || (rc = remove_all(op, r)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

enum rc
mailbox_delete(struct op *op, int64_t id)
{
	struct removing r = { 0 };
	enum rc rc = run(op, id, &r);

	str_release(&r.before);
	str_release(&r.after);
	str_release(&r.before_far);
	str_release(&r.after_far);
	return rc;
}
