/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Removing rows of the trail that are older than log.keep_days. Owns where the chain begins afterwards: behind the last seal that went, which is kept
 * with a MAC of its own, so that nobody without the key moves it. The surprising thing: rows go in the order of their seals, and only up to the first
 * that is young enough; one that was tampered with goes, too, but the trail says how many such went, and so does every look through the seals from then on: else
 * whoever makes rows look old would have them removed without an alarm.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/rand.h"
#include "conf/conf.h"
#include "db/tx.h"
#include "store/seal.h"
#include "svc/change.h"
#include "svc/seal_int.h"

#define BATCH 500
#define DAY_S (INT64_C(24) * 3600)
#define LATE 10000 /* as in seal.c: what is so far behind the newest is not sealed any more */

void
seal_start_proof(const char *key, const struct seal_start *start, char ret[MAC_LEN + 1])
{
	char text[200];

	(void)snprintf(text, sizeof(text),
	    start->bad ? "start,%lld,%.64s,%lld,%lld,%lld" : "start,%lld,%.64s,%lld,%lld",
	    (long long)start->seq, start->mac, (long long)start->cut_at, (long long)start->removed,
	    (long long)start->bad);
	hmac_hex(key, text, ret);
}

struct cut {
	struct seal_keys keys;
	char before[20]; /* what is older goes; as the database writes times */
	struct seal_start start;
	int64_t was, bad, rows;
};

static bool
is_old(const struct cut *c, const struct seal *row)
{
	return !row->timestamp || strncmp(row->timestamp, c->before, 19) < 0;
}

static bool
fits(const struct cut *c, const struct seal *row)
{
	char mac[MAC_LEN + 1];

	if (row->seq != c->start.seq + 1 || row->id == 0 || !row->mac)
		return false;
	seal_mac(seal_key_at(&c->keys, row->seq), c->start.mac, row, mac);
	return text_equal_ct(mac, row->mac);
}

/* How far the next rows are old enough. */
static enum rc
look(struct op *op, struct cut *c)
{
	const struct seal *at;
	struct rows rows;
	enum rc rc = store_seal_walk(op, c->start.seq, BATCH, &rows);

	at = rc == RC_OK ? rows.at : NULL;
	for (size_t i = 0; rc == RC_OK && i < rows.n && is_old(c, &at[i]); i++) {
		c->bad += !fits(c, &at[i]);
		c->rows += at[i].id != 0;
		c->start.seq = at[i].seq;
		c->start.mac = at[i].mac ? at[i].mac : "";
	}
	return rc;
}

static enum rc
record(struct op *op, const struct cut *c)
{
	return change_add(op,
	    &(const struct change){ .action = "LOG_CUT",
		.type = "log",
		.object = "log",
		.note = c->bad == 0
		    ? arena_printf(op->arena, "removed %lld entries of the log from before %s",
			  (long long)c->rows, c->before)
		    : arena_printf(op->arena,
			  "removed %lld entries of the log from before %s; %lld were not as they "
			  "were sealed",
			  (long long)c->rows, c->before, (long long)c->bad) });
}

/* The mark first: who comes later waits there, and finds that it was moved. */
static enum rc
move(struct op *op, struct cut *c)
{
	char proof[MAC_LEN + 1];
	enum rc rc;

	if (c->start.seq == c->was)
		return RC_OK;
	c->start.id = 1;
	c->start.cut_at = op->now;
	c->start.removed += c->rows;
	c->start.bad += c->bad;
	seal_start_proof(seal_key_at(&c->keys, c->start.seq), &c->start, proof);
	c->start.proof = proof;
	if ((rc = store_seal_start_move(op, &c->start, c->was)) != RC_OK)
		return rc;
	return store_seal_cut(op, c->start.seq);
}

/* Rows that never got a seal: of before there were any, or because they came too late. */
static enum rc
cut_strays(struct op *op, struct cut *c)
{
	int64_t newest, last = 0, removed = 0;
	const struct seal *at;
	struct rows rows;
	enum rc rc;

	if ((rc = store_seal_newest(op, &newest)) != RC_OK ||
	    (rc = store_seal_stray(op, newest - LATE, BATCH, &rows)) != RC_OK)
		return rc;
	at = rows.at;
	for (size_t i = 0; i < rows.n && is_old(c, &at[i]); i++)
		last = at[i].id;
	if (last > 0)
		rc = store_seal_cut_strays(op, last, &removed);
	c->rows += removed;
	return rc;
}

enum rc
audit_cut(struct op *op, int64_t now, int64_t *ret_removed)
{
	TX tx = { 0 };
	struct cut c = { 0 };
	enum rc rc;

	*ret_removed = 0;
	if (op->conf->log_days == 0)
		return RC_OK;
	clock_sql(now - op->conf->log_days * DAY_S, c.before);
	if ((rc = tx_begin(&tx, op)) != RC_OK || (rc = seal_keys_read(op, &c.keys)) != RC_OK)
		return rc;
	rc = store_seal_start(op, &c.start);
	if (rc == RC_NOT_FOUND)
		c.start = (struct seal_start){ .mac = "" };
	else if (rc != RC_OK)
		return rc;
	c.was = c.start.seq;
	if ((rc = look(op, &c)) != RC_OK || (rc = move(op, &c)) != RC_OK ||
	    (rc = cut_strays(op, &c)) != RC_OK || (c.rows > 0 && (rc = record(op, &c)) != RC_OK))
		return rc;
	*ret_removed = c.rows;
	return tx_commit(&tx);
}
