/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows of an import into the database. It owns no rule of any entity: each row goes through the service that the forms use. It owns what belongs to
 * many rows at once: one transaction with a place to go back to before each row, a request id for each, and what came of it.
 *
 * The surprising thing: the memory of the op is given back after each row, so nothing of a row may outlive it but what is copied to the import.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/rand.h"
#include "base/str.h"
#include "base/utf8.h"
#include "db/db.h"
#include "db/tx.h"
#include "model/alias.h"
#include "model/domain.h"
#include "model/mailbox.h"
#include "store/import.h"
#include "svc/alias.h"
#include "svc/domain.h"
#include "svc/held.h"
#include "svc/import_int.h"
#include "svc/mailbox_int.h"
#include "svc/perm.h"

#define FAULTS_OF_ROW 5
#define KEY_SHOWN 320 /* bytes: the longest address */
#define BLOCK_MAX 16

/* Stands for a password that a dry run does not make. */
#define NO_HASH "{SHA512-CRYPT}$6$nothing.of.this$is.kept.so.nobody.waits.for.a.hash"

/* ---- the kinds ---- */

const char *
import_address(struct op *op, const char *address, const char *local, const char *domain)
{
	if (address && *address)
		return address;
	return arena_printf(op->arena, "%s@%s", local ? local : "", domain ? domain : "");
}

static enum rc
find_domain(struct op *op, const void *in, int64_t *ret_id, struct import_seen *seen)
{
	struct domain row;
	enum rc rc = domain_find(op, ((const struct domain_in *)in)->domain, &row);

	*ret_id = rc == RC_OK ? row.id : 0;
	if (rc == RC_OK && seen) {
		struct domain *was = ARENA_NEW(op->arena, struct domain);

		*was = row;
		*seen = (struct import_seen){ .news = true, .was = was };
	}
	return rc;
}

static enum rc
add_domain(struct op *op, const void *in)
{
	struct domain row;

	return domain_add(op, in, &row);
}

static enum rc
edit_domain(struct op *op, int64_t id, const void *in)
{
	struct domain row;

	return domain_edit(op, id, in, &row);
}

static enum rc
find_mailbox(struct op *op, const void *in, int64_t *ret_id, struct import_seen *seen)
{
	const struct mailbox_in *m = in;
	struct mailbox row;
	enum rc rc = mailbox_find(op, import_address(op, m->address, m->local_part, m->domain), &row);

	*ret_id = rc == RC_OK ? row.id : 0;
	if (rc == RC_OK && seen)
		*seen = (struct import_seen){ .news = FIELD_GIVEN(mailbox_in, m, quota) &&
			    m->quota != row.quota,
			.was_quota = row.quota,
			.used = row.used_bytes };
	return rc;
}

static enum rc
add_mailbox(struct op *op, const void *in)
{
	struct mailbox row;

	if (!((const struct mailbox_in *)in)->hash)
		return op_fail_field(op, RC_INVALID, "hash",
		    "There is no hash. Give one, or have passwords made.");
	return mailbox_add(op, in, &row, NULL);
}

static enum rc
edit_mailbox(struct op *op, int64_t id, const void *in)
{
	struct mailbox row;

	return mailbox_edit(op, id, in, &row);
}

static enum rc
find_alias(struct op *op, const void *in, int64_t *ret_id, struct import_seen *seen)
{
	const struct alias_in *a = in;
	struct alias row;
	enum rc rc = alias_find(op, import_address(op, a->address, a->local_part, a->domain), &row);

	*ret_id = rc == RC_OK ? row.id : 0;
	if (rc == RC_OK && seen)
		*seen = (struct import_seen){ .news = a->goto_ && strcmp(a->goto_, row.goto_) != 0 };
	return rc;
}

static enum rc
add_alias(struct op *op, const void *in)
{
	struct alias row;

	return alias_add(op, in, &row);
}

static enum rc
edit_alias(struct op *op, int64_t id, const void *in)
{
	struct alias row;

	return alias_edit(op, id, in, &row);
}

/* clang-format off */
const struct importer importers[IMPORT__MAX] = {
	[IMPORT_DOMAINS] = { N_("domains"), &domain_in_fields, &domain_fields,
	    "domain description transport backupmx active max_aliases max_mailboxes max_quota quota total_quota", "domain",
	    find_domain, add_domain, edit_domain },
	[IMPORT_MAILBOXES] = { N_("mailboxes"), &mailbox_in_fields, &mailbox_fields,
	    "address local_part domain name alt_email hash quota access_restriction active", "address",
	    find_mailbox, add_mailbox, edit_mailbox },
	[IMPORT_ALIASES] = { N_("aliases"), &alias_in_fields, &alias_fields,
	    "address local_part domain goto active", "address",
	    find_alias, add_alias, edit_alias },
};
/* clang-format on */

/* ---- one row ---- */

/*
 * Cells to fields. An empty one is an empty text, but for a number, a size, a switch or a hash it says nothing: then the default holds, or what is
 * there.
 */
enum rc
import_read_row(struct op *op, const struct import *im, const struct import_record *rec, void *in)
{
	struct pair *pairs = arena_array(op->arena, im->n_columns, sizeof(*pairs));
	size_t n = 0;

	for (size_t i = 0; i < im->n_columns; i++) {
		const struct field *f = im->fields[i];
		const char *text = rec->cells[i];

		if (!*text && (f->type != FIELD_TEXT || f->kind == KIND_PASSWORD))
			continue;
		pairs[n++] = (struct pair){ f->name, text, strlen(text), PAIR_TEXT };
	}
	return field_parse(im->in ? im->in : importers[im->kind].in, FIELD_PATCH, pairs, n, in,
	    op->arena, &op->errs);
}

static struct import_seen *
seen_of(const struct import *im, const struct import_record *rec)
{
	return im->warned ? &im->warned->seen[rec - im->records] : NULL;
}

/* Adds or edits, as the mode has it; *ret_id is that of a row that was there, 0: it was added. */
static enum rc
put_row(struct op *op, const struct import *im, const struct import_record *rec, int64_t *ret_id)
{
	const struct importer *i = &importers[im->kind];
	struct import_seen *seen = seen_of(im, rec);
	void *in = arena_alloc(op->arena, i->in->size);
	enum rc rc = import_read_row(op, im, rec, in);

	*ret_id = 0;
	if (rc != RC_OK)
		return rc;
	if (im->kind == IMPORT_MAILBOXES && rec->hash)
		((struct mailbox_in *)in)->hash = rec->hash;
	if (im->mode == IMPORT_INSERT)
		return i->add(op, in);
	rc = i->find(op, in, ret_id, seen);
	if (seen && seen->was)
		seen->was = import_keep_domain(im, seen->was);
	if (rc == RC_OK)
		return i->edit(op, *ret_id, in);
	if (rc != RC_NOT_FOUND || im->mode == IMPORT_UPDATE)
		return rc;
	err_clear(&op->errs);
	return i->add(op, in);
}

/* Of what is too long for a name its beginning says enough. */
static const char *
shown(const struct import *im, const char *key)
{
	size_t n = utf8_cut(key, KEY_SHOWN);

	return key[n] ? arena_strndup(im->arena, key, n) : key;
}

const char *
import_key_of(const struct import *im, const struct import_record *rec)
{
	const char *local = "", *domain = "";

	for (size_t i = 0; i < im->n_columns; i++) {
		if (strcmp(im->fields[i]->name, importers[im->kind].key) == 0)
			return shown(im, rec->cells[i]);
		if (strcmp(im->fields[i]->name, "local_part") == 0)
			local = rec->cells[i];
		if (strcmp(im->fields[i]->name, "domain") == 0)
			domain = rec->cells[i];
	}
	return arena_printf(im->arena, "%s@%s", shown(im, local), shown(im, domain));
}

static void
add_faults(struct import *im, const struct import_record *rec, const struct errs *errs)
{
	const char *key = import_key_of(im, rec);
	size_t n = 0;

	if (im->warned)
		*seen_of(im, rec) = (struct import_seen){ 0 };
	im->sum.failed++;
	import_report(im, rec, key, "refused", errs->first);
	if (errs->first)
		import_count_reason(im, rec, errs->first);
	for (const struct err *e = errs->first; e && n < FAULTS_OF_ROW; e = e->next, n++) {
		if (im->n_faults == IMPORT_FAULTS_MAX)
			return;
		im->faults[im->n_faults++] = (struct import_fault){ .line = rec->line,
			.key = arena_strdup(im->arena, key),
			.field = arena_strdup(im->arena, e->field),
			.text = arena_strdup(im->arena, e->text),
			.said = arena_strdup(im->arena, e->said) };
	}
}

static void
add_sum(struct import *im, const struct op *op, const struct import_record *rec, int64_t id)
{
	struct import_seen *seen = seen_of(im, rec);
	const char *outcome = "unchanged";

	if (seen) {
		seen->added = id == 0 && op->changes;
		seen->changed = id != 0 && op->changes;
	}
	/* a repeat changes nothing, and its password is the one that was made the first time */
	if (id == 0 && op->changes) {
		im->sum.added++;
		outcome = "added";
		if (rec->made)
			im->made[im->n_made++] = (struct import_made){ import_key_of(im, rec),
				rec->made };
	} else if (op->changes) {
		im->sum.changed++;
		outcome = "changed";
	} else {
		im->sum.unchanged++;
	}
	if (im->report)
		import_report(im, rec, import_key_of(im, rec), outcome, NULL);
}

/* Is that a fault of the row, after which the others can go on? */
static bool
is_of_row(enum rc rc)
{
	return rc == RC_INVALID || rc == RC_MALFORMED || rc == RC_CONFLICT || rc == RC_NOT_FOUND ||
	    rc == RC_DENIED || rc == RC_TOO_LARGE;
}

/* A request id of its own for each row, the same each time when the whole has one. */
static void
name_row(struct op *op, const struct import *im, const char *base, const struct import_record *rec)
{
	char hex[65];
	const char *text = arena_printf(op->arena, "%s %lld",
	    im->request_id ? im->request_id : base, (long long)rec->line);

	sha256_hex(text, strlen(text), hex);
	memcpy(op->request_id, hex, 32);
	op->changes = NULL;
}

/* Whoever looks on may end it. */
enum rc
import_ask_watch(struct op *op, const struct import *im)
{
	if (!im->watch || im->watch->go_on(im->watch->ctx, im))
		return RC_OK;
	return op_fail(op, RC_UNAVAILABLE, "The import was stopped.");
}

/* What rows wrote that were undone. */
static void
cut_report(struct import *im)
{
	if (!im->report)
		return;
	im->report->len = im->report_len;
}

/* One row within its transaction; a fault of the row is left in op->errs. */
static enum rc
take_row(struct op *op, struct import *im, const char *base, const struct import_record *rec)
{
	struct arena_mark mark = arena_mark(op->arena);
	int64_t id = 0;
	enum rc rc = import_ask_watch(op, im);

	if (rc != RC_OK)
		return rc;
	name_row(op, im, base, rec);
	rc = put_row(op, im, rec, &id);
	if (rc != RC_OK)
		return rc;
	add_sum(im, op, rec, id);
	im->sum.done++;
	im->at++;
	op->changes = NULL;
	err_clear(&op->errs);
	arena_reset(op->arena, mark);
	return RC_OK;
}

/* ---- passwords ---- */

static bool
has_hash(const struct import *im, const struct import_record *rec)
{
	for (size_t i = 0; i < im->n_columns; i++)
		if (strcmp(im->fields[i]->name, "hash") == 0)
			return *rec->cells[i] != '\0';
	return false;
}

/* Will this row be a new mailbox? What is wrong with it is told later. */
static bool
is_new(struct op *op, const struct import *im, const struct import_record *rec)
{
	struct mailbox_in in;
	int64_t id = 0;
	bool new = im->mode != IMPORT_UPDATE &&import_read_row(op, im, rec, &in) == RC_OK &&
	    (im->mode == IMPORT_INSERT || find_mailbox(op, &in, &id, NULL) == RC_NOT_FOUND);

	err_clear(&op->errs);
	return new;
}

/* Hashing takes long, so it is done before the transaction takes its locks. */
static enum rc
make_passwords(struct op *op, struct import *im, size_t end)
{
	const struct mailbox_in in = { .generate = true };

	im->phase = IMPORT_PHASE_MAKING;
	for (im->prepared = im->at; im->prepared < end; im->prepared++) {
		struct import_record *rec = &im->records[im->prepared];
		struct arena_mark mark = arena_mark(op->arena);
		struct mailbox_secret secret = { .stored = NO_HASH };
		enum rc rc = RC_OK;

		if (rec->hash || has_hash(im, rec) || !is_new(op, im, rec))
			continue;
		if ((rc = import_ask_watch(op, im)) != RC_OK)
			return rc;
		if (!(op->flags & OP_DRY_RUN) && (rc = mailbox_secret(op, &in, NULL, &secret)) != RC_OK)
			return rc;
		rec->hash = arena_strdup(im->arena, secret.stored);
		rec->made = arena_strdup(im->arena, secret.made);
		arena_reset(op->arena, mark);
	}
	return RC_OK;
}

size_t
import_to_make(const struct import *im)
{
	size_t n = 0;

	for (size_t i = 0; im->generate && i < im->n_records; i++)
		n += !has_hash(im, &im->records[i]);
	return n;
}

/* ---- many rows ---- */

/*
 * A block of rows with one place to go back to. If one of several is bad they are all undone and *ret_size says how many come before it: those first,
 * then the bad one alone, whose faults count.
 */
static enum rc
take_block(struct op *op, struct tx *tx, struct import *im, const char *base, size_t *size)
{
	struct arena_mark mark = arena_mark(op->arena);
	struct import now = *im;
	size_t end = im->at + *size;
	enum rc rc = tx_save(tx);

	cut_report(im);
	while (rc == RC_OK && now.at < end)
		rc = take_row(op, &now, base, &im->records[now.at]);
	if (rc == RC_OK) {
		*im = now;
		*size *= 2;
		return tx_keep(tx);
	}
	if (!is_of_row(rc))
		return rc;
	cut_report(im);
	if (*size == 1) {
		add_faults(im, &im->records[im->at], &op->errs);
		im->sum.done++;
		im->at++;
	} else {
		*size = MAX(now.at - im->at, (size_t)1);
	}
	op->changes = NULL;
	err_clear(&op->errs);
	arena_reset(op->arena, mark);
	return tx_undo(tx);
}

/*
 * With places to go back to, or without: then the first bad row is the end. Places cost, so they are only set when something is known to be bad.
 */
static enum rc
take_rows(struct op *op, struct tx *tx, struct import *im, size_t end, bool places)
{
	char base[sizeof(op->request_id)];
	bool given = op->request_id_given;
	size_t size = BLOCK_MAX;
	enum rc rc = RC_OK;

	memcpy(base, op->request_id, sizeof(base));
	op->request_id_given = im->request_id != NULL;
	while (im->at < end && rc == RC_OK) {
		size = MIN(MIN(size, (size_t)BLOCK_MAX), end - im->at);
		rc = places ? take_block(op, tx, im, base, &size)
			    : take_row(op, im, base, &im->records[im->at]);
	}
	memcpy(op->request_id, base, sizeof(base));
	op->request_id_given = given;
	op->changes = NULL;
	return rc;
}

static enum rc
transact(struct op *op, struct import *im, size_t end, bool places)
{
	TX tx = { 0 };
	struct import now = *im;
	enum rc rc;

	cut_report(&now);
	db_at_length(op->db);
	if ((rc = tx_begin(&tx, op)) != RC_OK || (rc = store_search_hold(op)) != RC_OK ||
	    (rc = take_rows(op, &tx, &now, end, places)) != RC_OK ||
	    (op->settle && (rc = op->settle(op)) != RC_OK) ||
	    (now.warned && (rc = import_warn(op, &now)) != RC_OK))
		return rc;
	now.sum.kept = !(op->flags & OP_DRY_RUN) && (now.skip || now.sum.failed == 0);
	if (!now.sum.kept)
		now.n_made = 0;
	else if (now.watch && now.watch->keep && (rc = now.watch->keep(op, &now, now.watch->ctx)) != RC_OK)
		return rc;
	if ((now.skip || now.sum.failed == 0) && (rc = store_search_release(op)) == RC_OK)
		rc = tx_commit(&tx);
	if (rc == RC_OK)
		*im = now;
	return rc;
}

/* *ret_again: it failed because of some row, and with places to go back to it will be known which. */
static enum rc
attempt(struct op *op, struct import *im, size_t end, bool *ret_again)
{
	bool hold = im->kind == IMPORT_MAILBOXES && (im->first || !im->request_id);
	enum rc rc;

	op->held = hold ? held_new(op, im->first) : NULL;
	rc = transact(op, im, end, false);
	*ret_again = is_of_row(rc) || (op->held && held_clashed(op->held));
	op->settle = NULL;
	held_free(op->held);
	op->held = NULL;
	return rc;
}

enum rc
import_within(struct op *op, struct import *im)
{
	return transact(op, im, im->n_records, true);
}

enum rc
import_rows(struct op *op, struct import *im, size_t max)
{
	struct arena_mark mark = arena_mark(op->arena);
	size_t end = im->at + MIN(max, im->n_records - im->at);
	bool again;
	enum rc rc;

	if ((rc = perm_signed_in(op)) != RC_OK ||
	    (im->kind == IMPORT_DOMAINS && (rc = perm_super(op)) != RC_OK) ||
	    (im->kind == IMPORT_MAILBOXES && im->generate && (rc = make_passwords(op, im, end)) != RC_OK))
		return rc;
	im->phase = IMPORT_PHASE_ROWS;
	if (op->flags & OP_DRY_RUN)
		import_warn_begin(im);
	rc = attempt(op, im, end, &again);
	if (!again)
		return rc;
	err_clear(&op->errs);
	arena_reset(op->arena, mark);
	im->phase = IMPORT_PHASE_AGAIN;
	return transact(op, im, end, true);
}
