/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sealing the trail and looking through the seals. Owns what a seal covers. It must not know how rows get into the trail. The
 * surprising things: rows are sealed in the order in which they become visible, so a transaction that took its id early and
 * committed late is sealed late; and the ids of administrator and domain in the fork's own columns are left out, since removing either
 * empties them rightly (the names stay, in columns of ours). And looking through the seals is no transaction, since that would hold up everybody for as long as it
 * takes on SQLite: rows may be removed meanwhile, and then it begins again.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/rand.h"
#include "base/str.h"
#include "conf/conf.h"
#include "db/tx.h"
#include "store/seal.h"
#include "svc/perm.h"
#include "svc/seal_int.h"

#define BATCH 500
#define WALKS 20 /* while rows are being removed, 500 at a time */
#define LATE \
	10000 /* a row that becomes visible when so many newer ones are sealed stays without a seal, and verify says so */

static void
add_text(struct str *s, const char *text)
{
	if (text)
		str_addf(s, "%zu:%s,", strlen(text), text);
	else
		STR_LIT(s, "-,");
}

/* Every value with its length in front, so that none can be moved into its neighbour. */
void
seal_mac(const char *key, const char *before, const struct seal *row, char ret[MAC_LEN + 1])
{
	const char *const texts[] = { row->action, row->data, row->timestamp, row->actor, row->door,
		row->source, row->object_type, row->object, row->detail_before, row->detail_after,
		row->request_id };
	struct str s = STR_INIT;

	str_addf(&s, "%s,%lld,%lld,%lld,%lld,", before, (long long)row->seq, (long long)row->log_id,
	    (long long)row->object_id, (long long)row->object_domain);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		add_text(&s, texts[i]);
	hmac_hex(key, str_text(&s), ret);
	str_release(&s);
}

/* ---- sealing ---- */

/* The rows of one batch behind the end of the chain. */
static enum rc
seal_rows(struct op *op, const char *key, const struct seal *last, struct seal *rows, size_t n)
{
	char mac[MAC_LEN + 1];
	const char *before = last->seq > 0 ? last->mac : "";
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		rows[i].seq = last->seq + 1 + (int64_t)i;
		rows[i].log_id = rows[i].id;
		rows[i].sealed_at = op->now;
		seal_mac(key, before, &rows[i], mac);
		before = rows[i].mac = arena_strdup(op->arena, mac);
		rc = store_seal_add(op, &rows[i]);
	}
	return rc;
}

static const char *
head_text(struct op *op, int64_t seq, const char *mac)
{
	return arena_printf(op->arena, "%lld:%s", (long long)seq, mac);
}

/* All rows were too old: the chain goes on from where it was cut. */
static enum rc
last_that_went(struct op *op, struct seal *ret)
{
	struct seal_start start;
	enum rc rc = store_seal_start(op, &start);

	if (rc == RC_OK)
		*ret = (struct seal){ .seq = start.seq, .mac = start.mac };
	return rc;
}

/* The end of the chain and its keys, of the salt in force from here on; seq 0: there is none yet. */
static enum rc
read_end(struct op *op, struct seal *ret_last, struct seal_keys *ret_keys)
{
	enum rc rc = store_seal_last(op, ret_last);

	if (rc == RC_NOT_FOUND)
		rc = last_that_went(op, ret_last);
	if ((rc != RC_OK && rc != RC_NOT_FOUND) || (rc = seal_keys_read(op, ret_keys)) != RC_OK)
		return rc;
	return seal_keys_keep(op, ret_last->seq, ret_keys);
}

enum rc
audit_rekey(struct op *op)
{
	struct seal last = { 0 };
	struct seal_keys keys;

	return *op->conf->securitysalt ? read_end(op, &last, &keys) : RC_OK;
}

enum rc
audit_seal(struct op *op, int64_t *ret_sealed, const char **ret_head)
{
	TX tx = { 0 };
	struct seal last = { 0 }, *newest_row;
	struct seal_keys keys;
	struct rows pending;
	int64_t newest;
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK || (rc = read_end(op, &last, &keys)) != RC_OK ||
	    (rc = store_seal_newest(op, &newest)) != RC_OK ||
	    (rc = store_seal_pending(op, MAX(newest - LATE, 0), BATCH, &pending)) != RC_OK ||
	    (rc = seal_rows(op, seal_key_at(&keys, last.seq + 1), &last, pending.at, pending.n)) != RC_OK ||
	    (rc = tx_commit(&tx)) != RC_OK)
		return rc;
	*ret_sealed = (int64_t)pending.n;
	newest_row = pending.n > 0 ? (struct seal *)pending.at + pending.n - 1 : NULL;
	if (newest_row)
		*ret_head = head_text(op, newest_row->seq, newest_row->mac);
	return RC_OK;
}

/* ---- looking through the seals ---- */

struct walk {
	struct seal_keys keys;
	char before[MAC_LEN + 1]; /* of the seal before this one */
	int64_t seq, mark;        /* where it is, where it began */
	int64_t sealed, bad, removed, begins;
	char first[300]; /* what is wrong with the first that is bad */
	int64_t head_seq;
	char head_mac[MAC_LEN + 1]; /* "": not asked for, or found */
};

static void PRINTFLIKE(2, 3) note_bad(struct walk *w, const char *fmt, ...)
{
	va_list ap;

	if (w->bad++ > 0)
		return;
	va_start(ap, fmt);
	vsnprintf(w->first, sizeof(w->first), fmt, ap);
	va_end(ap);
}

static void
look_at(struct walk *w, const struct seal *row)
{
	char mac[MAC_LEN + 1];

	if (row->seq != w->seq + 1)
		note_bad(w, "%lld seal(s) before row %lld are missing",
		    (long long)(row->seq - w->seq - 1), (long long)row->log_id);
	else if (row->id == 0)
		note_bad(w, "row %lld was removed", (long long)row->log_id);
	else {
		seal_mac(seal_key_at(&w->keys, row->seq), w->before, row, mac);
		if (!row->mac || !text_equal_ct(mac, row->mac))
			note_bad(w, "row %lld is not as it was sealed", (long long)row->log_id);
	}
	if (row->seq == w->head_seq && row->mac && text_equal_ct(row->mac, w->head_mac))
		w->head_mac[0] = '\0';
	if (w->sealed++ == 0)
		w->begins = row->seq;
	w->seq = row->seq;
	snprintf(w->before, sizeof(w->before), "%.*s", MAC_LEN, row->mac ? row->mac : "");
}

/* From the beginning, or from where it was cut; an older head is one of those that went. */
static enum rc
begin_walk(struct op *op, struct walk *w)
{
	char proof[MAC_LEN + 1];
	struct seal_start start;
	enum rc rc = store_seal_start(op, &start);

	if (rc != RC_OK)
		return rc == RC_NOT_FOUND ? RC_OK : rc;
	seal_start_proof(seal_key_at(&w->keys, start.seq), &start, proof);
	if (!text_equal_ct(proof, start.proof))
		note_bad(w, "the mark where it begins, after seal %lld, is not as it was made",
		    (long long)start.seq);
	if (start.bad > 0)
		note_bad(w, "%lld row(s) that were removed for their age were not as they were sealed",
		    (long long)start.bad);
	w->seq = w->mark = start.seq;
	w->removed = start.removed;
	snprintf(w->before, sizeof(w->before), "%.*s", MAC_LEN, start.mac);
	if (w->head_seq < start.seq ||
	    (w->head_seq == start.seq && text_equal_ct(w->head_mac, start.mac)))
		w->head_mac[0] = '\0';
	return RC_OK;
}

static enum rc
walk_all(struct op *op, struct walk *w)
{
	struct arena_mark mark = arena_mark(op->arena);
	struct rows rows = { .n = BATCH };
	enum rc rc = RC_OK;

	while (rc == RC_OK && rows.n == BATCH) {
		rc = store_seal_walk(op, w->seq, BATCH, &rows);
		for (size_t i = 0; rc == RC_OK && i < rows.n; i++)
			look_at(w, &((const struct seal *)rows.at)[i]);
		arena_reset(op->arena, mark);
	}
	return rc;
}

/* Were rows removed meanwhile? Then what is missing may be theirs. */
static enum rc
has_moved(struct op *op, const struct walk *w, bool *ret)
{
	struct seal_start start = { 0 };
	enum rc rc = store_seal_start(op, &start);

	*ret = start.seq != w->mark;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc
read_head(struct op *op, const char *head, struct walk *w)
{
	char *end;

	if (!head)
		return RC_OK;
	w->head_seq = strtoll(head, &end, 10);
	if (w->head_seq <= 0 || *end != ':' || strlen(end + 1) != MAC_LEN ||
	    strspn(end + 1, "0123456789abcdef") != MAC_LEN)
		return op_fail_field(op, RC_INVALID, "head",
		    "A head is written SEQ:MAC, as this command prints it.");
	memcpy(w->head_mac, end + 1, MAC_LEN + 1);
	return RC_OK;
}

static enum rc
judge(struct op *op, struct walk *w)
{
	if (*w->head_mac)
		note_bad(w, "the chain does not hold the head given (number %lld); its end was cut off or made anew",
		    (long long)w->head_seq);
	if (w->bad == 0)
		return RC_OK;
	if (w->bad == 1)
		return op_fail(op, RC_CONFLICT, "The trail was changed: %s.", w->first);
	return op_fail(op,
	    RC_CONFLICT, "The trail was changed: %s, and so were %lld more. If all are bad, securitysalt is not the one they were sealed with.",
	    w->first, (long long)w->bad - 1);
}

enum rc
audit_verify(struct op *op, const struct verify_in *in, struct verify *ret)
{
	struct walk w;
	int64_t unsealed;
	bool moved = true;
	enum rc rc = perm_super(op);

	for (int i = 0; rc == RC_OK && moved && i < WALKS; i++) {
		w = (struct walk){ 0 };
		moved = false;
		if ((rc = read_head(op, in->head, &w)) == RC_OK &&
		    (rc = seal_keys_read(op, &w.keys)) == RC_OK && (rc = begin_walk(op, &w)) == RC_OK &&
		    (rc = walk_all(op, &w)) == RC_OK && w.bad > 0)
			rc = has_moved(op, &w, &moved);
	}
	if (rc != RC_OK || (rc = store_seal_unsealed(op, &unsealed)) != RC_OK)
		return rc;
	*ret = (struct verify){ .sealed = w.sealed,
		.unsealed = unsealed,
		.bad = w.bad,
		.removed = w.removed,
		.first = w.begins,
		.head = w.seq > 0 ? head_text(op, w.seq, w.before) : NULL };
	return judge(op, &w);
}
