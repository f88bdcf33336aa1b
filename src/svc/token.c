/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * API tokens as people make, see and end them. Owns what may stand in one. What a token opens is token_open.c's. The surprising thing: tokens are
 * never removed, as in the fork; what was done with one can be told by its number for ever.
 */
#include "base/base.h"

#include "base/addr.h"
#include "base/arena.h"
#include "base/net.h"
#include "base/rand.h"
#include "base/str.h"
#include "db/tx.h"
#include "model/actor.h"
#include "model/admin.h"
#include "model/domain.h"
#include "store/token.h"
#include "svc/admin.h"
#include "svc/change.h"
#include "svc/domain.h"
#include "svc/perm.h"
#include "svc/token.h"
#include "svc/token_int.h"

#define DAY (24 * 3600)
#define DOMAINS_MAX 1000

static enum rc
record(struct op *op, const char *action, const char *verb, const struct token *before,
    const struct token *after)
{
	return change_add(op,
	    &(const struct change){ .action = action,
		.verb = verb,
		.type = "token",
		.id = after->id,
		.object = after->name,
		.fields = &token_fields,
		.before = before,
		.after = after });
}

/* ---- looking ---- */

static enum rc
read_all(struct op *op, struct token **ret, size_t *ret_n)
{
	struct rows rows;
	enum rc rc;

	if ((rc = perm_super(op)) != RC_OK || (rc = store_apitoken_list(op, &rows)) != RC_OK)
		return rc;
	*ret = rows.at;
	*ret_n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		(*ret)[i].state = token_state(op, &(*ret)[i]);
	return RC_OK;
}

enum rc
token_list(struct op *op, struct token_list *ret)
{
	enum rc rc;

	*ret = (struct token_list){ 0 };
	rc = read_all(op, &ret->rows, &ret->n);
	ret->info = (struct list_info){ .total = (int64_t)ret->n };
	return rc;
}

enum rc
token_get(struct op *op, int64_t id, struct token *ret)
{
	struct token *rows;
	size_t n;
	enum rc rc = read_all(op, &rows, &n);

	for (size_t i = 0; rc == RC_OK && i < n; i++)
		if (rows[i].id == id) {
			*ret = rows[i];
			return RC_OK;
		}
	return rc == RC_OK ? op_fail(op, RC_NOT_FOUND, "There is no such token.") : rc;
}

/* ---- making ---- */

static enum rc
read_scope(struct op *op, const char *text, const char **ret)
{
	const char *word, *list = "";
	bool known;

	for (const char *at = text && *text ? text : "read"; (word = token_word(op, &at));) {
		known = strcmp(word, "read") == 0 || strcmp(word, "write") == 0 ||
		    strcmp(word, "*") == 0;
		if (!known)
			return op_fail_field(op, RC_INVALID, "scope",
			    "A scope is made of read, write and *; \"%.40s\" is none of them.", word);
		list = arena_printf(op->arena, "%s%s%s", list, *list ? " " : "", word);
	}
	if (!*list || strlen(list) > 64)
		return op_fail_field(op, RC_INVALID, "scope", "A scope is made of read, write and *.");
	*ret = list;
	return RC_OK;
}

static enum rc
read_networks(struct op *op, const char *text, const char **ret)
{
	const char *expected = text ? net_list_check(text) : NULL;

	if (expected)
		return op_fail_field(op, RC_INVALID, "ip",
		    "This is no list of networks: expected %s.", expected);
	*ret = text && text[strspn(text, TOKEN_SEPARATORS)] ? text : NULL;
	return RC_OK;
}

/* The owner, if it is one that may own anything. */
static enum rc
read_owner(struct op *op, const char *name, struct token *t, struct admin *ret)
{
	enum rc rc;

	if (!name || !*name)
		return RC_OK;
	rc = admin_find(op, name, ret);
	if (rc == RC_NOT_FOUND) {
		err_clear(&op->errs);
		return op_fail_field(op, RC_INVALID, "owner", "There is no such administrator.");
	}
	if (rc == RC_OK && !ret->active)
		return op_fail_field(op, RC_INVALID, "owner", "%s is not active.", ret->username);
	t->owner = ret->username;
	t->owner_id = ret->id;
	t->owner_active = ret->active;
	t->owner_super = ret->super;
	return rc;
}

static enum rc
read_domain(struct op *op, const struct token *t, const char *word, const char **ret)
{
	char name[ADDR_DOMAIN_MAX + 1];
	const char *fault = addr_domain_parse(word, name);
	struct domain d;
	bool own = true;
	enum rc rc;

	if (fault)
		return op_fail_field(op, RC_INVALID, "domains", "%s", fault);
	rc = domain_find(op, name, &d);
	if (rc == RC_NOT_FOUND) {
		err_clear(&op->errs);
		return op_fail_field(op, RC_INVALID, "domains", "There is no domain %s.", name);
	}
	if (rc == RC_OK && t->owner && !t->owner_super)
		rc = store_scope_has(op, t->owner_id, d.id, &own);
	if (rc == RC_OK && !own)
		return op_fail_field(op, RC_INVALID, "domains", "%s does not manage %s.", t->owner,
		    name);
	*ret = arena_strdup(op->arena, name);
	return rc;
}

static enum rc
read_domains(struct op *op, const char *text, struct token *t)
{
	CLEANUP(str_release) struct str list = STR_INIT;
	const char *word, *name = "";
	size_t n = 0;
	enum rc rc = RC_OK;

	for (const char *at = text ? text : ""; rc == RC_OK && (word = token_word(op, &at)); n++) {
		if (n == DOMAINS_MAX)
			return op_fail_field(op, RC_INVALID, "domains",
			    "A token is limited to %d domains at most.", DOMAINS_MAX);
		if ((rc = read_domain(op, t, word, &name)) != RC_OK)
			return rc;
		str_add(&list, n ? "," : "");
		str_add(&list, name);
	}
	t->allowed_domains = n ? arena_strdup(op->arena, str_text(&list)) : NULL;
	return rc;
}

static enum rc
read_token(struct op *op, const struct token_in *in, struct token *t)
{
	struct admin owner;
	int64_t days = FIELD_GIVEN(token_in, in, days) ? in->days : TOKEN_DAYS;
	enum rc rc;

	if (!in->name || !*in->name)
		return op_fail_field(op, RC_INVALID, "name", "Please give the token a name.");
	t->name = in->name;
	t->created = op->now;
	t->expires_at = days > 0 ? op->now + days * DAY : 0;
	t->made_by = op->actor->name && *op->actor->name ? op->actor->name : "somebody";
	if ((rc = read_scope(op, in->scope, &t->scope)) != RC_OK ||
	    (rc = read_networks(op, in->ip, &t->allowed_ips)) != RC_OK ||
	    (rc = read_owner(op, in->owner, t, &owner)) != RC_OK)
		return rc;
	return read_domains(op, in->domains, t);
}

/* One that cannot be told from another by its name could not be revoked by it. */
static enum rc
refuse_twice(struct op *op, const char *name)
{
	struct token *rows;
	size_t n;
	enum rc rc = read_all(op, &rows, &n);

	for (size_t i = 0; rc == RC_OK && i < n; i++)
		if (name && strcmp(rows[i].name, name) == 0 &&
		    strcmp(token_state(op, &rows[i]), TOKEN_ACTIVE) == 0)
			return op_fail_field(op, RC_CONFLICT, "name",
			    "There is a token of that name already.");
	return rc;
}

/* A repeat of what was done already: is it the same token, or would another be shown that opens nothing? */
static enum rc
need_same(struct op *op, const char *hash)
{
	struct token stored;
	enum rc rc = store_apitoken_get(op, hash, &stored);

	return rc != RC_NOT_FOUND
	    ? rc
	    : op_fail(op, RC_CONFLICT, "This token was made already, and is shown only once.");
}

enum rc
token_add(struct op *op, const struct token_in *in, const char *raw, struct token *ret)
{
	TX tx = { 0 };
	struct token t = { 0 };
	char hash[65];
	int64_t seen;
	enum rc rc;

	sha256_hex(raw, strlen(raw), hash);
	t.token_hash = arena_strdup(op->arena, hash);
	if ((rc = perm_super(op)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = change_replayed(op, "TOKEN_ADD", &seen)) != RC_OK ||
	    (rc = read_token(op, in, &t)) != RC_OK)
		return rc;
	t.id = seen;
	if (seen && (rc = need_same(op, t.token_hash)) != RC_OK)
		return rc;
	if (!seen &&
	    ((rc = refuse_twice(op, t.name)) != RC_OK || (rc = store_apitoken_add(op, &t, &t.id)) != RC_OK ||
		(rc = record(op, "TOKEN_ADD", N_("added"), NULL, &t)) != RC_OK))
		return rc;
	t.state = token_state(op, &t);
	*ret = t;
	return tx_commit(&tx);
}

/* ---- ending ---- */

static bool
is_picked(const struct token *t, int64_t id, const char *name)
{
	return id != 0 ? t->id == id : strcmp(t->name, name) == 0;
}

/* Of several that are called so, the one that still opens something. */
static enum rc
pick(struct op *op, int64_t id, const char *name, struct token *ret)
{
	struct token *rows;
	const struct token *found = NULL;
	size_t n, live = 0;
	enum rc rc = read_all(op, &rows, &n);

	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		if (!is_picked(&rows[i], id, name))
			continue;
		live += !rows[i].revoked;
		if (!found || (found->revoked && !rows[i].revoked))
			found = &rows[i];
	}
	if (rc != RC_OK)
		return rc;
	if (live > 1)
		return op_fail_field(op, RC_CONFLICT, "name",
		    "Several tokens are called so; name the one you mean by its number.");
	if (!found)
		return RC_NOT_FOUND;
	*ret = *found;
	return RC_OK;
}

static enum rc
find(struct op *op, const struct token_pick_in *in, struct token *ret)
{
	const char *name = in->name ? in->name : "";
	enum rc rc = pick(op, in->id, name, ret);
	char *end;
	long long id = strtoll(name, &end, 10);

	if (rc == RC_NOT_FOUND && in->id == 0 && *name >= '1' && *name <= '9' && !*end)
		rc = pick(op, id, "", ret);
	return rc == RC_NOT_FOUND ? op_fail(op, RC_NOT_FOUND, "There is no such token.") : rc;
}

enum rc
token_revoke(struct op *op, const struct token_pick_in *in, struct token *ret)
{
	TX tx = { 0 };
	struct token before = { 0 };
	int64_t seen, changed;
	enum rc rc;

	if ((rc = perm_super(op)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = change_replayed(op, "TOKEN_REVOKE", &seen)) != RC_OK ||
	    (rc = find(op, in, &before)) != RC_OK)
		return rc;
	*ret = before;
	ret->revoked = true;
	ret->state = token_state(op, ret);
	if (before.revoked)
		return tx_commit(&tx);
	if ((rc = store_apitoken_revoke(op, before.id, &changed)) != RC_OK ||
	    (changed > 0 && (rc = record(op, "TOKEN_REVOKE", N_("revoked"), &before, ret)) != RC_OK))
		return rc;
	return tx_commit(&tx);
}

/* ---- replacing ---- */

static enum rc
replace(struct op *op, const struct token *old, int64_t overlap_s, struct token *t)
{
	int64_t ends = op->now + overlap_s, changed;
	enum rc rc;

	t->created = op->now;
	t->expires_at = old->expires_at ? op->now + old->expires_at - old->created : 0;
	t->last_used_at = 0;
	t->used_from = NULL;
	t->made_by = op->actor->name && *op->actor->name ? op->actor->name : "somebody";
	if ((rc = store_apitoken_add(op, t, &t->id)) != RC_OK)
		return rc;
	if (old->expires_at && old->expires_at < ends)
		return RC_OK;
	rc = overlap_s > 0 ? store_apitoken_until(op, old->id, ends, &changed)
			   : store_apitoken_revoke(op, old->id, &changed);
	return rc == RC_OK && changed == 0 ? RC_CONFLICT : rc;
}

enum rc
token_rotate(struct op *op, const struct token_pick_in *pick, const struct token_rotate_in *in,
    const char *raw, struct token *ret)
{
	int64_t hours = FIELD_GIVEN(token_rotate_in, in, overlap) ? in->overlap : TOKEN_OVERLAP;
	TX tx = { 0 };
	struct token old = { 0 };
	char hash[65];
	int64_t seen;
	enum rc rc;

	sha256_hex(raw, strlen(raw), hash);
	if ((rc = perm_super(op)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = change_replayed(op, "TOKEN_ROTATE", &seen)) != RC_OK ||
	    (seen && (rc = need_same(op, hash)) != RC_OK) || (rc = find(op, pick, &old)) != RC_OK)
		return rc;
	*ret = old;
	if (seen)
		return tx_commit(&tx);
	if (strcmp(token_state(op, &old), TOKEN_ACTIVE) != 0)
		return op_fail(op, RC_CONFLICT, "This token is not in force any more.");
	ret->token_hash = arena_strdup(op->arena, hash);
	if ((rc = replace(op, &old, hours * 3600, ret)) != RC_OK ||
	    (rc = change_add(op,
		 &(const struct change){ .action = "TOKEN_ROTATE",
		     .type = "token",
		     .id = ret->id,
		     .object = ret->name,
		     .note = arena_printf(op->arena, "replaced token %s (number %lld), which ends in %lld hours",
			 old.name, (long long)old.id, (long long)hours),
		     .fields = &token_fields,
		     .before = &old,
		     .after = ret })) != RC_OK)
		return rc;
	return tx_commit(&tx);
}
