/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counting tries. Owns the limits. The surprising things: a try counts before the secret is looked
 * at, in a transaction of its own that a dry run does not undo, so a hundred tries at once get no
 * more looks than a hundred in a row; and an account takes three times as many tries as one source
 * before it is locked, so that a stranger at one address cannot lock its owner out.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/net.h"
#include "base/rand.h"
#include "conf/conf.h"
#include "db/tx.h"
#include "model/actor.h"
#include "store/session.h"
#include "svc/attempts.h"

#define PER_ACCOUNT 3

void
attempts_source(const char *address, char ret[64])
{
	struct net_addr a;

	ret[0] = '\0';
	if (!address || !*address)
		return;
	if (net_addr_parse(address, strlen(address), &a))
		net_addr_site(&a, ret);
	else
		snprintf(ret, 64, "%s", address);
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
 * Accounts are counted under a hash of their name: somebody's password typed into the wrong field
 * is not kept.
 */
static const char *
account_key(struct op *op, const char *account)
{
	char hash[65], *low = arena_strdup(op->arena, account);

	for (char *p = low; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
	sha256_hex(low, strlen(low), hash);
	return arena_printf(op->arena, "account:%.32s", hash);
}

static enum rc
limited(struct op *op, int64_t until, int64_t *ret_wait)
{
	int64_t wait = MAX(until - op->now, 1), minutes = (wait + 59) / 60;

	*ret_wait = wait;
	return op_fail(op, RC_LIMITED, "Too many tries. Please wait %lld minute%s and try again.",
	    (long long)minutes, minutes == 1 ? "" : "s");
}

/* *ret_until: end of the lock when this try is over the limit, else 0. */
static enum rc
count(struct op *op, const char *key, int64_t max, struct attempt_try *t, int64_t *ret_until)
{
	const struct conf *conf = op->conf;
	struct attempt row;
	enum rc rc;

	*ret_until = 0;
	if (!*key)
		return RC_OK;
	rc = store_attempt_count(op, key, op->now, conf->bruteforce_window, max,
	    conf->bruteforce_lockout, &row);
	if (rc != RC_OK)
		return rc;
	t->last = t->last || row.failures == max;
	if (row.failures > max)
		*ret_until = row.locked_until;
	return RC_OK;
}

static enum rc
count_both(struct op *op, struct attempt_try *t, int64_t *ret_until)
{
	TX tx = { 0 };
	int64_t max = op->conf->bruteforce_max;
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK || (rc = count(op, t->source, max, t, ret_until)) != RC_OK)
		return rc;
	/* a source that is locked does not bring the account nearer to its lock */
	if (*ret_until == 0 && (rc = count(op, t->account, max * PER_ACCOUNT, t, ret_until)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

enum rc
attempts_begin(struct op *op, const char *account, struct attempt_try *ret, int64_t *ret_wait)
{
	char source[64];
	unsigned flags = op->flags;
	int64_t until;
	enum rc rc;

	*ret = (struct attempt_try){ .source = "", .account = "" };
	*ret_wait = 0;
	if (!op->conf->bruteforce_enabled || is_listed(op))
		return RC_OK;
	attempts_source(op->actor->source, source);
	if (*source)
		ret->source = arena_printf(op->arena, "source:%s", source);
	if (account)
		ret->account = account_key(op, account);
	op->flags &= ~(unsigned)OP_DRY_RUN;
	rc = count_both(op, ret, &until);
	op->flags = flags;
	if (rc != RC_OK)
		return rc;
	return until != 0 ? limited(op, until, ret_wait) : RC_OK;
}

enum rc
attempts_clear(struct op *op, const struct attempt_try *t)
{
	enum rc rc = RC_OK;

	if (t->source && *t->source)
		rc = store_attempt_clear(op, t->source);
	if (rc == RC_OK && t->account && *t->account)
		rc = store_attempt_clear(op, t->account);
	return rc;
}
