/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counters of tries, for people. Owns who sees and clears them. It must not know the limits (attempts.c). The surprising thing: the
 * counter that tells a source's tries at one account apart is never shown and not cleared with the others; it cannot lock anybody.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "conf/conf.h"
#include "db/tx.h"
#include "store/session.h"
#include "svc/attempts.h"
#include "svc/change.h"
#include "svc/limit.h"
#include "svc/perm.h"

#define DAY (24 * 3600)

static bool
describe(const struct op *op, const struct attempt *row, struct limit *ret)
{
	struct attempt_key key;

	if (!attempts_key(row->subject, &key))
		return false;
	*ret = (struct limit){ .what = key.what,
		.name = key.name,
		.door = key.door,
		.tries = row->failures,
		.last = row->last_at,
		.until = row->locked_until > op->now ? row->locked_until : 0,
		.subject = row->subject };
	return true;
}

enum rc
limit_list(struct op *op, struct limit_list *ret)
{
	int64_t window = MAX(op->conf->bruteforce_window, DAY);
	const struct attempt *at;
	struct rows rows;
	enum rc rc;

	if ((rc = perm_super(op)) != RC_OK ||
	    (rc = store_attempt_list(op, op->now - window, LIST_LIMIT_MAX, &rows)) != RC_OK)
		return rc;
	*ret = (struct limit_list){ .rows = arena_array(op->arena, rows.n, sizeof(*ret->rows)) };
	at = rows.at;
	for (size_t i = 0; i < rows.n; i++)
		if (describe(op, &at[i], &ret->rows[ret->n]))
			ret->n++;
	ret->info = (struct list_info){ .total = (int64_t)ret->n,
		.total_at_least = rows.n == LIST_LIMIT_MAX };
	return RC_OK;
}

/* Clears one counter; what it held goes into *list. */
static enum rc
clear(struct op *op, const char *subject, struct str *list, int64_t *cleared)
{
	struct attempt row;
	enum rc rc = store_attempt_get(op, subject, &row);

	if (rc != RC_OK)
		return rc == RC_NOT_FOUND ? RC_OK : rc;
	str_add(list, list->len ? "," : "{");
	str_add_json(list, subject);
	str_addf(list, ":%lld", (long long)row.failures);
	++*cleared;
	return store_attempt_clear(op, subject);
}

static enum rc
clear_all(struct op *op, const char *name, struct str *list, int64_t *cleared)
{
	const char *subjects[2 * ATTEMPT__MAX];
	size_t n = attempts_subjects(op, name, subjects);
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < n; i++)
		rc = clear(op, subjects[i], list, cleared);
	if (rc == RC_OK && list->len)
		str_addc(list, '}');
	return rc;
}

static enum rc
record(struct op *op, const char *name, const struct str *list)
{
	return change_add(op,
	    &(const struct change){ .action = "LIMIT_CLEAR",
		.type = "limit",
		.object = name,
		.note = arena_printf(op->arena, "cleared the counted tries of %s", name),
		.before_json = arena_strndup(op->arena, str_text(list), list->len) });
}

enum rc
limit_clear(struct op *op, const char *name, int64_t *ret_cleared)
{
	TX tx = { 0 };
	CLEANUP(str_release) struct str list = STR_INIT;
	int64_t cleared = 0;
	enum rc rc;

	if ((rc = perm_super(op)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = clear_all(op, name ? name : "", &list, &cleared)) != RC_OK)
		return rc;
	if (cleared == 0)
		return op_fail_field(op, RC_NOT_FOUND, "name", "Nothing is counted for that.");
	if ((rc = record(op, name, &list)) != RC_OK)
		return rc;
	*ret_cleared = cleared;
	return tx_commit(&tx);
}
