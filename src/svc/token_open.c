/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an API token opens. Owns all reasons to refuse one and that they look alike from outside. It must not know HTTP. The surprising things: tries are
 * counted after the look, unlike at the other doors, for no one guesses 256 bits and a right token must cost no write; so who has one is let in
 * where others are refused for guessing. And a token that is limited to some domains becomes a scope of its own (store/token.h), whose rows follow the
 * names in the fork's column whenever they differ.
 */
#include "base/base.h"

#include "base/addr.h"
#include "base/arena.h"
#include "base/rand.h"
#include "base/utf8.h"
#include "db/tx.h"
#include "store/domain.h"
#include "store/token.h"
#include "svc/attempts.h"
#include "svc/change.h"
#include "svc/demo.h"
#include "svc/token.h"
#include "svc/token_int.h"

#define STAMP_EVERY 60 /* seconds between writes of last_used_at */
#define RAW_MAX 200
#define ACTOR_MAX 255 /* bytes of a name in the trail */

const char *
token_state(const struct op *op, const struct token *t)
{
	if (t->revoked)
		return N_("revoked");
	if (t->expires_at != 0 && t->expires_at < op->now)
		return N_("expired");
	if (t->owner && t->owner_id == 0)
		return N_("owner is gone");
	if (t->owner && !t->owner_active)
		return N_("owner is not active");
	return N_(TOKEN_ACTIVE);
}

/* ---- refusing ---- */

/* The beginning of a text, cut between characters. */
static const char *
cut(struct op *op, const char *text, size_t max)
{
	size_t n = 0, len = strlen(text), next;

	while (n < len && (next = utf8_next(text + n, len - n, NULL)) > 0 && n + next <= max)
		n += next;
	return arena_strndup(op->arena, text, n);
}

static const char *
shown_name(struct op *op, const struct token *t)
{
	return cut(op, t->name, TOKEN_NAME_MAX);
}

static struct change
describe(struct op *op, const struct token *t, const char *action, const char *what)
{
	return (struct change){ .action = action,
		.type = "token",
		.id = t ? t->id : 0,
		.object = t ? shown_name(op, t) : "",
		.note = t ? arena_printf(op->arena, "%s: token %s", what, shown_name(op, t)) : what };
}

/* The same answer whatever is wrong. */
static enum rc
wrong(struct op *op, const struct token *t, const char *why)
{
	struct attempt_try tried;
	struct change c;
	enum rc rc = attempts_begin_at(op, ATTEMPT_TOKEN, NULL, &tried);

	if (rc != RC_OK)
		return rc;
	c = describe(op, t, "TOKEN_REFUSED",
	    arena_printf(op->arena, "was refused with an API token (%s)%s", why,
		tried.last ? "; further tries are refused for now" : ""));
	if ((rc = attempts_note(op, &c)) != RC_OK)
		return rc;
	return op_fail(op, RC_UNAUTHENTICATED, N_("This token is not valid."));
}

/* A row of the trail, unless there were many about this token: whoever asks in a loop must not fill the disk. */
static enum rc
note_of(struct op *op, const struct token *t, const char *action, const char *what)
{
	struct attempt_try tried;
	struct change c = describe(op, t, action, what);
	const char *account = arena_printf(op->arena, "token %lld", (long long)t->id);
	enum rc rc = attempts_begin_at(op, ATTEMPT_TOKEN, account, &tried);

	if (rc == RC_OK)
		return attempts_note(op, &c);
	if (rc != RC_LIMITED)
		return rc;
	err_clear(&op->errs);
	op->wait = 0;
	return RC_OK;
}

enum rc
token_denied(struct op *op, const char *sentence)
{
	const struct token t = { .id = op->actor->token_id, .name = op->actor->name };
	enum rc rc = note_of(op, &t, "TOKEN_REFUSED", "asked for what needs a person");

	return rc == RC_OK ? op_fail(op, RC_DENIED, "%s", sentence) : rc;
}

static enum rc
out_of_scope(struct op *op, const struct token *t, const char *word)
{
	enum rc rc = note_of(op, t, "TOKEN_REFUSED",
	    arena_printf(op->arena, "was refused for lack of the scope %s", word));

	return rc == RC_OK
	    ? op_fail(op, RC_DENIED, N_("This token may not do that: it lacks the scope \"%s\"."), word)
	    : rc;
}

/* ---- looking it up ---- */

static void
checksum(const char *text, size_t n, char ret[9])
{
	char hex[65];

	sha256_hex(text, n, hex);
	memcpy(ret, hex, 8);
	ret[8] = '\0';
}

void
token_fresh(char ret[TOKEN_TEXT_MAX])
{
	char hex[65];

	rand_hex(hex, 32);
	(void)snprintf(ret, TOKEN_TEXT_MAX, "vimb_%s", hex);
	checksum(ret, 5 + 64, ret + 5 + 64);
}

/* One of ours that was typed or cut wrongly need not be looked for. */
static bool
is_whole(const char *raw)
{
	char sum[9];

	if (strncmp(raw, "vimb_", 5) != 0)
		return true;
	if (strlen(raw) != TOKEN_TEXT_MAX - 1)
		return false;
	checksum(raw, 5 + 64, sum);
	return text_equal_ct(sum, raw + 5 + 64);
}

/* RC_NOT_FOUND without a fault: nobody was given such a token. */
static enum rc
look_up(struct op *op, const char *raw, struct token *ret)
{
	size_t n = strlen(raw);
	char hash[65];
	enum rc rc;

	sha256_hex(raw, n, hash);
	if (n == 0 || n > RAW_MAX || !is_whole(raw))
		return RC_NOT_FOUND;
	rc = store_apitoken_get(op, hash, ret);
	if (rc == RC_OK && !text_equal_ct(ret->token_hash, hash))
		return RC_NOT_FOUND;
	return rc;
}

enum rc
token_leaked(struct op *op, const char *raw)
{
	struct token t;
	enum rc rc = look_up(op, raw, &t);

	if (rc == RC_OK)
		rc = note_of(op, &t,
		    "TOKEN_LEAKED", "sent an API token without encryption, which is to be taken for known to others");
	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	return op_fail(op,
	    RC_DENIED, N_("Tokens are taken over https only. Whoever can read this line has yours: please have it replaced."));
}

/* ---- domains ---- */

struct binding {
	const struct token *token;
	const char **names; /* canonical */
	size_t n;
	int64_t scope, owner_scope; /* owner_scope: what limits the owner, 0: nothing */
	const struct token_domain *rows;
	size_t n_rows;
};

static bool
is_named(const struct binding *b, const char *domain)
{
	for (size_t i = 0; i < b->n; i++)
		if (strcmp(b->names[i], domain) == 0)
			return true;
	return false;
}

static bool
is_row(const struct binding *b, const char *domain)
{
	for (size_t i = 0; i < b->n_rows; i++)
		if (strcmp(b->rows[i].domain, domain) == 0)
			return true;
	return false;
}

static void
read_names(struct op *op, struct binding *b)
{
	const char *list = b->token->allowed_domains, *word;
	char name[ADDR_DOMAIN_MAX + 1];

	b->names = arena_array(op->arena, strlen(list) / 2 + 1, sizeof(*b->names));
	for (const char *at = list; (word = token_word(op, &at));)
		if (!addr_domain_parse(word, name) && !is_named(b, name))
			b->names[b->n++] = arena_strdup(op->arena, name);
}

/* The domains that are to become rows: there, the owner's, and not rows yet. */
static enum rc
find_missing(struct op *op, const struct binding *b, int64_t *ids, size_t *ret_n)
{
	struct domain d;

	*ret_n = 0;
	for (size_t i = 0; i < b->n; i++) {
		enum rc rc = is_row(b, b->names[i])
		    ? RC_NOT_FOUND
		    : store_domain_find_for(op, b->owner_scope, b->names[i], &d);

		if (rc == RC_OK)
			ids[(*ret_n)++] = d.id;
		else if (rc != RC_NOT_FOUND)
			return rc;
	}
	return RC_OK;
}

static bool
is_stale(const struct binding *b, const struct token_domain *row)
{
	return !is_named(b, row->domain) || (b->owner_scope != 0 && !row->assigned);
}

/* Another request of the same token may do the same at the same time. */
static enum rc
lost_race(struct op *op, enum rc rc)
{
	if (rc != RC_CONFLICT)
		return rc;
	err_clear(&op->errs);
	return op_fail(op, RC_RETRY, "The domains of a token changed.");
}

static enum rc
write_rows(struct op *op, const struct binding *b, const int64_t *ids, size_t n)
{
	TX tx = { 0 };
	enum rc rc = tx_begin(&tx, op);

	for (size_t i = 0; rc == RC_OK && i < b->n_rows; i++)
		if (is_stale(b, &b->rows[i]))
			rc = store_apitoken_unlimit(op, b->scope, b->rows[i].domain_id);
	for (size_t i = 0; rc == RC_OK && i < n; i++)
		rc = store_apitoken_limit(op, b->scope, ids[i]);
	return rc == RC_OK ? tx_commit(&tx) : lost_race(op, rc);
}

/* Lets the scope's rows follow the names, as things are now; nothing is written while they agree. */
static enum rc
bind(struct op *op, const struct token *t, int64_t *ret_scope)
{
	struct binding b = { .token = t, .scope = STORE_TOKEN_SCOPE(t->id) };
	struct rows rows;
	int64_t *ids;
	size_t n, stale = 0;
	enum rc rc;

	*ret_scope = 0;
	if (!t->allowed_domains ||
	    t->allowed_domains[strspn(t->allowed_domains, TOKEN_SEPARATORS)] == '\0')
		return RC_OK;
	b.owner_scope = t->owner && !t->owner_super ? t->owner_id : 0;
	read_names(op, &b);
	if ((rc = store_apitoken_domains(op, b.scope, t->owner_id, &rows)) != RC_OK)
		return rc;
	b.rows = rows.at;
	b.n_rows = rows.n;
	ids = arena_array(op->arena, b.n + 1, sizeof(*ids));
	if ((rc = find_missing(op, &b, ids, &n)) != RC_OK)
		return rc;
	for (size_t i = 0; i < b.n_rows; i++)
		stale += is_stale(&b, &b.rows[i]);
	*ret_scope = b.scope;
	return n + stale > 0 ? write_rows(op, &b, ids, n) : RC_OK;
}

/* ---- opening ---- */

static struct actor
speaks_for(struct op *op, const struct token *t)
{
	const char *name = arena_printf(op->arena, "token %s", shown_name(op, t));

	if (t->owner)
		name = arena_printf(op->arena, "%s (%s)",
		    cut(op, t->owner, ACTOR_MAX - strlen(name) - 3), name);
	return (struct actor){ .kind = ACTOR_ADMIN,
		.door = op->actor->door,
		.source = op->actor->source,
		.super = !t->owner || t->owner_super,
		.admin_id = t->owner_id,
		.token_id = t->id,
		.name = name };
}

/* What was asked for must not fail because this could not be written. */
static void
stamp(struct op *op, const struct token *t)
{
	TX tx = { 0 };

	if (op->now - t->last_used_at < STAMP_EVERY || (op->flags & (OP_READ_ONLY | OP_DRY_RUN)))
		return;
	if (tx_begin_if_free(&tx, op) != RC_OK ||
	    store_apitoken_used(op, t->id, op->now, op->actor->source) != RC_OK ||
	    tx_commit(&tx) != RC_OK)
		err_clear(&op->errs);
}

enum rc
token_open(struct op *op, const char *raw, enum token_use use, struct actor *ret)
{
	static const char *const words[] = { [TOKEN_READ] = "read", [TOKEN_WRITE] = "write" };
	struct token t;
	struct actor actor;
	const char *state;
	bool listed;
	enum rc rc = look_up(op, raw, &t);

	if (rc == RC_NOT_FOUND)
		return wrong(op, NULL, "not known");
	if (rc != RC_OK)
		return rc;
	state = token_state(op, &t);
	listed = !t.allowed_ips || t.allowed_ips[strspn(t.allowed_ips, TOKEN_SEPARATORS)] == '\0' ||
	    token_source_listed(t.allowed_ips, op->actor->source);
	if (strcmp(state, TOKEN_ACTIVE) != 0 || !listed)
		return wrong(op, &t, listed ? state : "used from another network");
	/* the account of a demonstration changes nothing, and so do its tokens */
	if (!token_scope_has(t.scope, words[use]) ||
	    (use == TOKEN_WRITE && t.owner && demo_is(op, t.owner)))
		return out_of_scope(op, &t, words[use]);
	actor = speaks_for(op, &t);
	if ((rc = bind(op, &t, &actor.bound)) != RC_OK)
		return rc;
	actor.super = actor.super && actor.bound == 0;
	stamp(op, &t);
	*ret = actor;
	return RC_OK;
}
