/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counting tries. Owns the limits. The surprising things: a try counts before the secret is looked
 * at, in a transaction of its own that a dry run does not undo, so a hundred tries at once get no
 * more looks than a hundred in a row. An account takes more tries than one source before it is
 * locked, and its lock does not count at sources it was signed in to from: strangers cannot lock its
 * owner out. A success forgets only what that source tried on that account: whoever owns one
 * account cannot wash guesses at others away with it.
 */
#include "base/base.h"

#include "base/addr.h"
#include "base/arena.h"
#include "base/log.h"
#include "base/net.h"
#include "base/rand.h"
#include "conf/conf.h"
#include "db/tx.h"
#include "model/actor.h"
#include "store/session.h"
#include "svc/attempts.h"
#include "svc/change.h"

#define PER_ACCOUNT 3
#define PER_DAY 30 /* of a million codes, three of which are right */
#define DAY (24 * 3600)

/* clang-format off */
static const struct rule {
	const char *source, *account; /* how the keys begin */
	const char *name;
	int64_t per_account; /* times the limit of a source */
	bool daily;          /* PER_DAY instead */
	bool known;          /* the account's lock does not count at sources it knows */
} doors[ATTEMPT__MAX] = {
	[ATTEMPT_SIGN_IN] = { .source = "source:", .account = "account:", .name = N_("sign-in"),
	    .per_account = PER_ACCOUNT, .known = true },
	[ATTEMPT_SECOND] = { .source = "source:", .account = "second.account:", .name = N_("second factor"), .daily = true },
	[ATTEMPT_PROOF] = { .source = "source:", .account = "proof.account:", .name = N_("confirmation"),
	    .per_account = PER_ACCOUNT },
	[ATTEMPT_MAILBOX] = { .source = "mailbox.source:", .account = "mailbox.account:", .name = N_("mailbox password"),
	    .per_account = PER_ACCOUNT, .known = true },
	[ATTEMPT_RESET] = { .source = "reset.source:", .account = "reset.account:", .name = N_("lost password"), .per_account = 1 },
	[ATTEMPT_SETUP] = { .source = "setup.source:", .account = "setup.account:", .name = N_("first run"), .per_account = 1 },
	[ATTEMPT_TRIGGER] = { .source = "trigger.source:", .account = "trigger.account:", .name = N_("queue trigger"),
	    .per_account = 1 },
	[ATTEMPT_TOKEN] = { .source = "token.source:", .account = "token.account:", .name = N_("API token"), .per_account = 1 },
	[ATTEMPT_CHANGE] = { .source = "change.source:", .account = "change.account:", .name = N_("changes"), .per_account = 1 },
};
/* clang-format on */

bool
attempts_key(const char *subject, struct attempt_key *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(doors); i++) {
		size_t n = strlen(doors[i].source), m = strlen(doors[i].account);
		bool source = strncmp(subject, doors[i].source, n) == 0;

		if (!source && strncmp(subject, doors[i].account, m) != 0)
			continue;
		*ret = (struct attempt_key){ source ? N_("source") : N_("account"), doors[i].name,
			subject + (source ? n : m) };
		return true;
	}
	return false;
}

const char *
attempts_site(struct op *op)
{
	const char *source = op->actor->source;
	struct net_addr a;
	char site[NET_TEXT_MAX];

	if (!source || !net_addr_parse(source, strlen(source), &a))
		return "";
	net_addr_site(&a, site);
	return arena_strdup(op->arena, site);
}

static bool
is_listed(const struct op *op)
{
	const char *source = op->actor->source;
	struct net_addr a;

	return source && net_addr_parse(source, strlen(source), &a) &&
	    net_list_has(op->conf->bruteforce_whitelist, &a);
}

/*
 * Addresses stand as they are, so that people can see who is locked; anything else under its hash: it
 * may be somebody's password, typed into the wrong field.
 */
static const char *
account_name(struct op *op, const char *account)
{
	char hash[65], *low;
	struct addr a;

	if (addr_parse(account, ADDR_ODD, &a) == NULL)
		return arena_strdup(op->arena, a.full);
	low = arena_strdup(op->arena, account);
	for (char *p = low; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	sha256_hex(low, strlen(low), hash);
	return arena_printf(op->arena, "#%.32s", hash);
}

/* Adds the key that begins so, unless it is there already. */
static void
add_subject(struct op *op, const char *prefix, const char *name, const char **list, size_t *n)
{
	const char *subject = arena_printf(op->arena, "%s%s", prefix, name);

	for (size_t i = 0; i < *n; i++)
		if (strcmp(list[i], subject) == 0)
			return;
	list[(*n)++] = subject;
}

size_t
attempts_subjects(struct op *op, const char *name, const char *ret[2 * ATTEMPT__MAX])
{
	char site[NET_TEXT_MAX];
	struct attempt_key key;
	struct net_addr a;
	struct net_cidr cidr;
	size_t n = 0;
	bool source = true;

	if (attempts_key(name, &key)) {
		ret[0] = name;
		return 1;
	}
	if (net_addr_parse(name, strlen(name), &a))
		net_addr_site(&a, site);
	else if (net_cidr_parse(name, strlen(name), &cidr) == NULL)
		net_addr_site(&cidr.addr, site);
	else
		source = false;
	for (size_t i = 0; i < ARRAY_LEN(doors); i++)
		if (source)
			add_subject(op, doors[i].source, site, ret, &n);
		else
			add_subject(op, doors[i].account,
			    *name == '#' ? name : account_name(op, name), ret, &n);
	return n;
}

static const char *
pair_key(struct op *op, const struct attempt_try *t)
{
	const char *both = arena_printf(op->arena, "%s %s", t->source, t->account);
	char hash[65];

	sha256_hex(both, strlen(both), hash);
	return arena_printf(op->arena, "pair:%.32s", hash);
}

/* The source comes first: what follows may be what somebody typed. */
void
attempts_log(struct op *op, const char *event, const char *action)
{
	if (*attempts_site(op))
		log_warn(event, L_TEXT("source", op->actor->source), L_TEXT("action", action), L_END);
}

static enum rc
limited(struct op *op, int64_t until)
{
	int64_t wait = MAX(until - op->now, 1), minutes = (wait + 59) / 60;

	op->wait = wait;
	attempts_log(op, "auth.limited", "");
	return minutes == 1
	    ? op_fail(op, RC_LIMITED, "Too many tries. Please wait 1 minute and try again.")
	    : op_fail(op, RC_LIMITED, "Too many tries. Please wait %lld minutes and try again.",
		  (long long)minutes);
}

/* ---- counting ---- */

struct cap {
	int64_t max, window, lockout;
};

static struct cap
source_limit(const struct op *op)
{
	const struct conf *conf = op->conf;

	return (struct cap){ conf->bruteforce_max, conf->bruteforce_window, conf->bruteforce_lockout };
}

static struct cap
account_limit(const struct op *op, const struct rule *rule)
{
	struct cap cap = source_limit(op);

	if (rule->daily)
		return (struct cap){ PER_DAY, DAY, DAY };
	cap.max *= rule->per_account;
	return cap;
}

/* *ret_until: end of the lock when this try is over the limit, else 0. */
static enum rc
count(struct op *op, const char *key, const struct cap *cap, struct attempt_try *t,
    struct attempt *ret_row, int64_t *ret_until)
{
	enum rc rc = store_attempt_count(op, key, op->now, cap->window, cap->max, cap->lockout, ret_row);

	if (rc != RC_OK)
		return rc;
	t->last = t->last || ret_row->failures == cap->max;
	*ret_until = ret_row->failures > cap->max ? ret_row->locked_until : 0;
	return RC_OK;
}

/* Which of the source's tries are this account's: never older than the first of them. */
static enum rc
count_pair(struct op *op, const struct attempt_try *t, const struct attempt *source)
{
	struct attempt row;

	return store_attempt_count(op, t->pair, op->now, op->now - source->first_at + 1, INT32_MAX,
	    0, &row);
}

static enum rc
count_account(struct op *op, struct attempt_try *t, int64_t *ret_until)
{
	const struct rule *rule = &doors[t->door];
	struct cap cap = account_limit(op, rule);
	struct attempt row;
	bool known = false;
	enum rc rc = count(op, t->account, &cap, t, &row, ret_until);

	if (rc != RC_OK || *ret_until == 0 || !rule->known)
		return rc;
	if ((rc = store_known_has(op, t->account, attempts_site(op), &known)) == RC_OK && known)
		*ret_until = 0;
	return rc;
}

static enum rc
count_all(struct op *op, struct attempt_try *t, int64_t *ret_until)
{
	TX tx = { 0 };
	struct cap cap = source_limit(op);
	struct attempt source = { 0 };
	enum rc rc;

	*ret_until = 0;
	if ((rc = tx_begin(&tx, op)) != RC_OK ||
	    (*t->source && (rc = count(op, t->source, &cap, t, &source, ret_until)) != RC_OK))
		return rc;
	/* a source that is locked does not bring the account nearer to its lock */
	if (*ret_until == 0 &&
	    ((*t->pair && (rc = count_pair(op, t, &source)) != RC_OK) ||
		(*t->account && (rc = count_account(op, t, ret_until)) != RC_OK)))
		return rc;
	return tx_commit(&tx);
}

enum rc
attempts_begin_at(struct op *op, enum attempt_door door, const char *account, struct attempt_try *ret)
{
	const char *site = attempts_site(op);
	unsigned flags = op->flags;
	int64_t until;
	enum rc rc;

	*ret = (struct attempt_try){ .door = door, .source = "", .account = "", .pair = "" };
	if (!op->conf->bruteforce_enabled || is_listed(op))
		return RC_OK;
	if (*site)
		ret->source = arena_printf(op->arena, "%s%s", doors[door].source, site);
	if (account)
		ret->account = arena_printf(op->arena, "%s%s", doors[door].account,
		    account_name(op, account));
	if (*site && account)
		ret->pair = pair_key(op, ret);
	op->flags &= ~(unsigned)OP_DRY_RUN;
	rc = count_all(op, ret, &until);
	op->flags = flags;
	if (rc != RC_OK)
		return rc;
	return until != 0 ? limited(op, until) : RC_OK;
}

enum rc
attempts_begin(struct op *op, const char *account, struct attempt_try *ret, int64_t *ret_wait)
{
	enum rc rc = attempts_begin_at(op, ATTEMPT_SIGN_IN, account, ret);

	*ret_wait = rc == RC_LIMITED ? op->wait : 0;
	return rc;
}

/* ---- afterwards ---- */

enum rc
attempts_note(struct op *op, const struct change *c)
{
	TX tx = { 0 };
	struct change aside = *c;
	unsigned flags = op->flags;
	enum rc rc;

	aside.aside = true;
	op->flags &= ~(unsigned)OP_DRY_RUN;
	if ((rc = tx_begin(&tx, op)) == RC_OK && (rc = change_add(op, &aside)) == RC_OK)
		rc = tx_commit(&tx);
	op->flags = flags;
	if (rc == RC_OK)
		attempts_log(op, "auth.failed", c->action);
	return rc;
}

static enum rc
forgive(struct op *op, const struct attempt_try *t)
{
	struct cap source = source_limit(op), account = account_limit(op, &doors[t->door]);
	struct attempt pair;
	enum rc rc = store_attempt_get(op, t->pair, &pair);

	if (rc == RC_NOT_FOUND)
		return RC_OK;
	if (rc != RC_OK ||
	    (rc = store_attempt_forgive(op, t->source, pair.failures, source.max)) != RC_OK ||
	    (rc = store_attempt_forgive(op, t->account, pair.failures, account.max)) != RC_OK)
		return rc;
	return store_attempt_clear(op, t->pair);
}

/* Who got past the second factor got past the password from here, too. */
static enum rc
clear_first(struct op *op, const struct attempt_try *t)
{
	const char *name = t->account + strlen(doors[t->door].account);
	struct attempt_try first = { .door = ATTEMPT_SIGN_IN, .source = t->source };

	first.account = arena_printf(op->arena, "%s%s", doors[ATTEMPT_SIGN_IN].account, name);
	first.pair = pair_key(op, &first);
	return attempts_clear(op, &first);
}

enum rc
attempts_clear(struct op *op, const struct attempt_try *t)
{
	enum rc rc = RC_OK;

	if (t->pair && *t->pair) {
		if ((rc = forgive(op, t)) != RC_OK)
			return rc;
		if (t->door == ATTEMPT_SECOND)
			return clear_first(op, t);
		return doors[t->door].known
		    ? store_known_put(op, t->account, attempts_site(op), op->now)
		    : RC_OK;
	}
	/* only one of the two: then all its tries were at this one secret */
	if (t->source && *t->source)
		rc = store_attempt_clear(op, t->source);
	if (rc == RC_OK && t->account && *t->account)
		rc = store_attempt_clear(op, t->account);
	return rc;
}

/* ---- changes ---- */

static const char *
pace_key(struct op *op)
{
	return arena_printf(op->arena, "%s%s", doors[ATTEMPT_CHANGE].account, op->actor->name);
}

static enum rc
paced(struct op *op, const struct attempt *row, int64_t max)
{
	if (row->failures <= max || row->locked_until <= op->now)
		return RC_OK;
	op->wait = row->locked_until - op->now;
	log_warn("change.limited", L_TEXT("actor", op->actor->name),
	    L_TEXT("source", op->actor->source), L_END);
	return op_fail(op, RC_LIMITED,
	    "Too much was changed within a minute. Please wait a minute and try again.");
}

/* One row of the trail for each time it comes to that, whichever process it was. */
static enum rc
note_pace(struct op *op, const struct attempt *row, int64_t n, int64_t max)
{
	const struct actor *who = op->actor;

	if (row->failures <= max || row->failures - n > max)
		return RC_OK;
	return change_add(op,
	    &(const struct change){ .action = "CHANGE_LIMIT",
		.type = who->token_id ? "token" : "admin",
		.id = who->token_id ? who->token_id : who->admin_id,
		.object = who->name,
		.note = "changed too much within a minute; more is refused for now",
		.aside = true });
}

enum rc
attempts_pace(struct op *op, int64_t n, int64_t max, int64_t window)
{
	TX tx = { 0 };
	struct attempt row;
	unsigned flags = op->flags;
	enum rc rc;

	if (is_listed(op))
		return RC_OK;
	op->flags &= ~(unsigned)(OP_DRY_RUN | OP_READ_ONLY);
	if ((rc = tx_begin(&tx, op)) == RC_OK &&
	    (rc = store_attempt_count_n(op, pace_key(op), n, max, window, &row)) == RC_OK &&
	    (rc = note_pace(op, &row, n, max)) == RC_OK)
		rc = tx_commit(&tx);
	op->flags = flags;
	return rc == RC_OK ? paced(op, &row, max) : rc;
}

enum rc
attempts_pace_now(struct op *op, int64_t max)
{
	struct attempt row;
	enum rc rc = store_attempt_get(op, pace_key(op), &row);

	if (rc == RC_NOT_FOUND)
		return RC_OK;
	return rc == RC_OK ? paced(op, &row, max) : rc;
}
