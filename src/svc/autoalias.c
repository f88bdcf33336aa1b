/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Addresses for roles. Owns which there are, where they lead, and what may not be taken from them; the configuration names them
 * (vimbadmin_plugins.MailboxAutomaticAliases). It must not know forms. The surprising thing: an address exists when exactly that alias or mailbox is
 * there, on or off; that another alias leads to it says nothing.
 */
#include "base/base.h"

#include "base/arena.h"
#include "conf/conf.h"
#include "model/alias.h"
#include "model/mailbox.h"
#include "store/alias.h"
#include "store/domain.h"
#include "store/mailbox.h"
#include "svc/alias_loop.h"
#include "svc/autoalias.h"
#include "svc/change.h"

/* The next blank-separated word, NULL behind the last. */
static const char *
next_word(struct op *op, const char **at)
{
	size_t n;
	const char *word;

	*at += strspn(*at, " \t");
	n = strcspn(*at, " \t");
	word = n > 0 ? arena_strndup(op->arena, *at, n) : NULL;
	*at += n;
	return word;
}

static const char *
domain_of(const char *address)
{
	const char *at = strrchr(address, '@');

	return at ? at + 1 : "";
}

static const char *
role_address(struct op *op, const char *role, const char *domain)
{
	return arena_printf(op->arena, "%s@%s", role, domain);
}

static enum rc
has_catch_all(struct op *op, const char *domain, bool *ret)
{
	struct alias row;
	enum rc rc = store_alias_find(op, role_address(op, "", domain), &row);

	*ret = rc == RC_OK && row.active;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* ---- making ---- */

/* What the configuration says of this role, of all, or NULL. */
static const char *
mapped(struct op *op, const char *role)
{
	const char *at = op->conf->auto_mapping, *word, *all = NULL;

	while ((word = next_word(op, &at))) {
		const char *eq = strchr(word, '=');
		size_t n = eq ? (size_t)(eq - word) : 0;

		if (eq && strlen(role) == n && memcmp(word, role, n) == 0)
			return eq + 1;
		if (eq && n == 1 && *word == '*')
			all = eq + 1;
	}
	return all;
}

/* "boss" is in the domain, "@elsewhere.example" the same name there. */
static const char *
target_of(struct op *op, const char *role, const char *domain, const char *address)
{
	const char *to = mapped(op, role);

	if (!to)
		return address;
	if (*to == '@')
		return arena_printf(op->arena, "%s%s", role, to);
	return strchr(to, '@') ? to : role_address(op, to, domain);
}

static enum rc
exists(struct op *op, const char *address, bool *ret)
{
	struct alias alias;
	struct mailbox mailbox;
	enum rc rc = store_alias_find(op, address, &alias);

	if (rc == RC_NOT_FOUND)
		rc = store_mailbox_find(op, address, &mailbox);
	*ret = rc == RC_OK;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc
record(struct op *op, const struct alias *row)
{
	const struct change c = { .action = "ALIAS_ADD",
		.verb = N_("added"),
		.type = "alias",
		.id = row->id,
		.object = row->address,
		.domain_id = row->domain_id,
		.fields = &alias_fields,
		.after = row };

	return change_add(op, &c);
}

/* Counted, but not bound by the domain's limit. */
static enum rc
add(struct op *op, int64_t domain_id, const char *address, const char *to)
{
	struct alias *row = ARENA_NEW(op->arena, struct alias);
	int64_t changed;
	enum rc rc;

	*row = (struct alias){ .address = address,
		.goto_ = to,
		.active = true,
		.created = op->now,
		.domain_id = domain_id,
		.domain = domain_of(address) };
	if ((rc = store_domain_take_alias(op, domain_id, false, &changed)) != RC_OK ||
	    (rc = store_alias_add(op, row, &row->id)) != RC_OK)
		return rc;
	return record(op, row);
}

/* One that would lead in circles is not made: what is being saved leads to it. */
static enum rc
make_one(struct op *op, int64_t domain_id, const char *role, const char *address)
{
	const char *domain = domain_of(address), *own = role_address(op, role, domain);
	const char *to = target_of(op, role, domain, address);
	bool there;
	enum rc rc = exists(op, own, &there);

	if (rc != RC_OK || there || strcmp(own, to) == 0)
		return rc;
	rc = alias_loop_check(op, own, to);
	if (rc == RC_INVALID) {
		err_clear(&op->errs);
		return RC_OK;
	}
	return rc == RC_OK ? add(op, domain_id, own, to) : rc;
}

enum rc
autoalias_make(struct op *op, int64_t domain_id, const char *address)
{
	const char *at = op->conf->auto_names, *role;
	bool catch_all;
	enum rc rc;

	if (!op->conf->auto_aliases || *address == '@')
		return RC_OK;
	if ((rc = has_catch_all(op, domain_of(address), &catch_all)) != RC_OK || catch_all)
		return rc;
	while (rc == RC_OK && (role = next_word(op, &at)))
		rc = make_one(op, domain_id, role, address);
	return rc;
}

/* ---- keeping ---- */

static enum rc
refuse_target(struct op *op, const char *address, const char *role)
{
	return op_fail(op,
	    RC_CONFLICT, "All mail for %s goes to %s, and every domain needs that address (RFC 2142). Please let it lead elsewhere first.",
	    role, address);
}

enum rc
autoalias_check_target(struct op *op, const char *address)
{
	const char *at = op->conf->auto_names, *role, *domain = domain_of(address);
	bool catch_all;
	enum rc rc;

	if (!op->conf->auto_aliases)
		return RC_OK;
	if ((rc = has_catch_all(op, domain, &catch_all)) != RC_OK || catch_all)
		return rc;
	while ((role = next_word(op, &at))) {
		struct alias row;

		rc = store_alias_find(op, role_address(op, role, domain), &row);
		if (rc == RC_OK && strcasecmp(row.goto_, address) == 0)
			return refuse_target(op, address, row.address);
		if (rc != RC_OK && rc != RC_NOT_FOUND)
			return rc;
	}
	return RC_OK;
}

/* A catch-all may go when nothing depends on it. */
static enum rc
check_catch_all(struct op *op, const struct alias *row)
{
	const char *at = op->conf->auto_names, *role, *domain = domain_of(row->address);

	while (row->active && (role = next_word(op, &at))) {
		struct alias own;
		const char *address = role_address(op, role, domain);
		enum rc rc = store_alias_find(op, address, &own);

		if (rc != RC_OK && rc != RC_NOT_FOUND)
			return rc;
		if (rc == RC_NOT_FOUND || !own.active)
			return op_fail(op,
			    RC_CONFLICT, "Without %s there would be no %s, and every domain needs that address (RFC 2142). Please add it first.",
			    row->address, address);
	}
	return RC_OK;
}

enum rc
autoalias_check_alias(struct op *op, const struct alias *row)
{
	const char *at = op->conf->auto_names, *role, *domain = domain_of(row->address);

	if (!op->conf->auto_aliases)
		return RC_OK;
	if (*row->address == '@')
		return check_catch_all(op, row);
	while ((role = next_word(op, &at)))
		if (strcmp(role_address(op, role, domain), row->address) == 0)
			return op_fail(op,
			    RC_CONFLICT, "Every domain needs the address %s (RFC 2142). It may lead elsewhere, but not go.",
			    row->address);
	return autoalias_check_target(op, row->address);
}
