/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files on their way in, as who sent them sees them. It must not know what rows mean. The surprising thing: to cancel is to write a state: who brings
 * rows in sets its progress in the same transaction, finds that the state is another and rolls back.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/csv.h"
#include "base/rand.h"
#include "base/sealbox.h"
#include "base/str.h"
#include "db/tx.h"
#include "model/actor.h"
#include "store/import.h"
#include "store/job.h"
#include "svc/import.h"
#include "svc/import_live.h"
#include "svc/import_share.h"
#include "svc/import_task.h"
#include "svc/perm.h"

#define KEEP_S (INT64_C(24) * 3600)
#define OF_ONE_MAX 20 /* files of one administrator */
#define PART_BYTES ((size_t)256 << 10)
#define SHOWN_MAX 100

static enum rc
no_such(struct op *op)
{
	return op_fail(op, RC_NOT_FOUND, "There is no such import.");
}

/* ---- sending ---- */

static enum rc
queue(struct op *op, int64_t id)
{
	return store_job_add(op, IMPORT_JOB,
	    arena_printf(op->arena, "{\"import\":%lld}", (long long)id), op->now, op->actor->admin_id);
}

/* Pieces that end between characters: a database that checks its texts takes no half ones. */
static enum rc
keep_file(struct op *op, int64_t id, const char *text, size_t len)
{
	enum rc rc = RC_OK;

	for (int64_t n = 0; len > 0 && rc == RC_OK; n++) {
		struct arena_mark mark = arena_mark(op->arena);
		size_t size = MIN(len, PART_BYTES);

		while (size < len && size > 1 && ((unsigned char)text[size] & 0xc0) == 0x80)
			size--;
		rc = store_import_part_add(op, id, IMPORT_FILE, n, arena_strndup(op->arena, text, size));
		arena_reset(op->arena, mark);
		text += size;
		len -= size;
	}
	return rc;
}

static enum rc
may_send(struct op *op, const char *kind)
{
	enum rc rc = perm_signed_in(op);
	int64_t n;

	if (rc == RC_OK && strcmp(kind, "domains") == 0)
		rc = perm_super(op);
	if (rc != RC_OK)
		return rc;
	/* what a token may is looked up when it is shown, and is not to be outlived by what it asked for */
	if (op->actor->token_id != 0)
		return op_fail(op,
		    RC_DENIED, "A token cannot leave rows to the keeper. Send fewer at a time: 2,000 rows, 20 passwords to be made.");
	if (op->actor->kind != ACTOR_ADMIN)
		return op_fail(op, RC_DENIED, "Only an administrator can send a file to the keeper.");
	if ((rc = store_import_count(op, op->actor->admin_id, &n)) != RC_OK || n < OF_ONE_MAX)
		return rc;
	return op_fail(op, RC_INVALID,
	    "There are %d of your imports already. Please remove one that is over.", OF_ONE_MAX);
}

/* The key for passwords that will be made; "" where none are. */
static const char *
key_for(struct op *op, bool generate, const char *secret, const char *request_id)
{
	char key[SEALBOX_KEY_MAX];

	if (!generate || !secret)
		return "";
	sealbox_key(secret, arena_printf(op->arena, "import %s", request_id), key);
	return arena_strdup(op->arena, key);
}

static const char *
or_else(const char *text, const char *other)
{
	return text && *text ? text : other;
}

enum rc
import_task_send(struct op *op, const struct import_sent *sent, int64_t *ret_id)
{
	const struct import_in *how = sent->how;
	bool generate = how->generate && strcmp(sent->kind, "mailboxes") == 0;
	struct import_task t = { .admin_id = op->actor->admin_id,
		.source = op->actor->source,
		.kind = sent->kind,
		.file_name = sent->file_name,
		.mode = or_else(how->mode, "insert"),
		.on_error = or_else(how->on_error, "stop"),
		.map = or_else(how->map, ""),
		.generate = generate,
		.check_only = sent->check_only,
		.request_id = arena_strdup(op->arena, op->request_id),
		.public_key = key_for(op, generate, sent->secret, op->request_id),
		.created_at = op->now,
		.expires_at = op->now + KEEP_S };
	TX tx = { 0 };
	enum rc rc;

	if (generate && !sent->secret)
		return op_fail(op, RC_INTERNAL, "Nobody could open the passwords.");
	if ((rc = may_send(op, sent->kind)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = store_import_add(op, &t, ret_id)) != RC_OK ||
	    (rc = keep_file(op, *ret_id, sent->text, sent->len)) != RC_OK ||
	    (rc = queue(op, *ret_id)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

/* ---- looking ---- */

static enum rc
get(struct op *op, int64_t id, struct import_task *ret)
{
	enum rc rc = perm_signed_in(op);

	if (rc != RC_OK)
		return rc;
	rc = store_import_get(op, id, ret);
	if (rc == RC_NOT_FOUND ||
	    (rc == RC_OK && ret->admin_id != op->actor->admin_id && !perm_is_super(op)))
		return no_such(op);
	return rc;
}

/* What is taken in or checked at once is not in the database before its end: whoever works on it knows how far it is, here or on another machine. */
enum rc
import_task_get(struct op *op, int64_t id, struct import_task *ret)
{
	struct import_told told;
	enum rc rc = get(op, id, ret);

	if (rc != RC_OK || strcmp(ret->state, "running") != 0)
		return rc;
	import_live_ask(op, &(const struct import_ask){ .id = id }, &told);
	if (!told.here && (rc = import_share_get(op, id, &told.at)) != RC_OK)
		return rc;
	ret->done = MAX(ret->done, told.at.done);
	ret->phase = import_phase_name(told.at.phase);
	return RC_OK;
}

enum rc
import_task_list(struct op *op, struct import_task **ret, size_t *ret_n)
{
	struct rows rows;
	enum rc rc = store_import_of(op, op->actor->admin_id, OF_ONE_MAX, &rows);

	if (rc != RC_OK)
		return rc;
	*ret = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

static enum rc
gather(void *ctx, const void *row)
{
	str_add(ctx, ((const struct import_part *)row)->data);
	return RC_OK;
}

/* Its beginning is enough: the first piece stops the rest from being read. */
static enum rc
gather_first(void *ctx, const void *row)
{
	str_add(ctx, ((const struct import_part *)row)->data);
	return RC_CONFLICT;
}

enum rc
import_task_columns(struct op *op, const struct import_task *t, struct import_column **ret, size_t *ret_n)
{
	CLEANUP(str_release) struct str text = STR_INIT;
	const struct import_in how = { .map = t->map };
	struct import_file file = { .kind = import_kind_named(t->kind), .conf = op->conf };
	enum rc rc = store_import_parts(op, t->id, IMPORT_FILE, gather_first, &text);

	*ret_n = 0;
	if (rc != RC_CONFLICT)
		return rc;
	file.len = text.len;
	file.text = arena_alloc(op->arena, text.len + 1);
	memcpy(file.text, str_text(&text), text.len);
	*ret_n = import_columns(&file, &how, op->arena, ret);
	return RC_OK;
}

static enum rc
read_parts(struct op *op, int64_t id, const char *what, struct str *out)
{
	return store_import_parts(op, id, what, gather, out);
}

#define CELLS 5 /* the last came later: rows of before lack it */

/* The records of our own CSV; every cell lives in the op's memory. */
static void
read_csv(struct op *op, struct str *text, size_t max, char *(**ret)[CELLS], size_t *ret_n)
{
	struct csv_record r;
	const char *fault;
	struct csv csv;

	*ret = arena_array(op->arena, max, sizeof(**ret));
	*ret_n = 0;
	if (text->len == 0 || csv_open(&csv, text->data, text->len))
		return;
	while (*ret_n < max && csv_next(&csv, &r, &fault) == CSV_RECORD && r.n >= CELLS - 1 &&
	    r.n <= CELLS) {
		for (size_t i = 0; i < CELLS; i++)
			(*ret)[*ret_n][i] = arena_strdup(op->arena,
			    i < r.n ? csv_unguard(r.cells[i]) : "");
		++*ret_n;
	}
}

static size_t
read_reasons(struct op *op, struct str *text, struct import_reason **ret)
{
	char *(*cells)[CELLS];
	size_t n;

	read_csv(op, text, IMPORT_REASONS_MAX, &cells, &n);
	*ret = arena_array(op->arena, n, sizeof(**ret));
	for (size_t i = 0; i < n; i++)
		(*ret)[i] = (struct import_reason){ .n = strtoll(cells[i][0], NULL, 10),
			.line = strtoll(cells[i][1], NULL, 10),
			.field = *cells[i][2] ? cells[i][2] : NULL,
			.text = cells[i][3],
			.said = *cells[i][4] ? cells[i][4] : NULL };
	return n;
}

static size_t
read_faults(struct op *op, struct str *text, struct import_fault **ret)
{
	char *(*cells)[CELLS];
	size_t n;

	read_csv(op, text, SHOWN_MAX, &cells, &n);
	*ret = arena_array(op->arena, n, sizeof(**ret));
	for (size_t i = 0; i < n; i++)
		(*ret)[i] = (struct import_fault){ .line = strtoll(cells[i][0], NULL, 10),
			.key = cells[i][1],
			.field = *cells[i][2] ? cells[i][2] : NULL,
			.text = cells[i][3],
			.said = *cells[i][4] ? cells[i][4] : NULL };
	return n;
}

/* The parts as they come. */
enum part { PART_REASON, PART_FAULT, PART_WARNED, PART_WARNING, PART__MAX };
struct outcome_parts {
	struct str text[PART__MAX];
	bool has_file, has_secret;
};

static void
outcome_parts_end(struct outcome_parts *p)
{
	for (size_t i = 0; i < PART__MAX; i++)
		str_release(&p->text[i]);
}

static enum rc
take_part(void *ctx, const void *row)
{
	static const char *const names[PART__MAX] = { IMPORT_REASON, IMPORT_FAULT, IMPORT_WARNED,
		IMPORT_WARNING };
	const struct import_part *part = row;
	struct outcome_parts *p = ctx;

	for (size_t i = 0; i < PART__MAX; i++)
		if (strcmp(part->what, names[i]) == 0)
			str_add(&p->text[i], part->data);
	p->has_file |= strcmp(part->what, IMPORT_FILE) == 0;
	p->has_secret |= strcmp(part->what, IMPORT_SECRET) == 0;
	return RC_OK;
}

enum rc
import_task_outcome(struct op *op, const struct import_task *t, struct import_outcome *ret)
{
	CLEANUP(outcome_parts_end) struct outcome_parts p = { .has_file = false };
	enum rc rc = store_import_outcome(op, t->id, take_part, &p);

	*ret = (struct import_outcome){ 0 };
	if (rc != RC_OK)
		return rc;
	ret->n_reasons = read_reasons(op, &p.text[PART_REASON], &ret->reasons);
	ret->n_faults = read_faults(op, &p.text[PART_FAULT], &ret->faults);
	ret->n_warned = read_reasons(op, &p.text[PART_WARNED], &ret->warned);
	ret->n_warnings = read_faults(op, &p.text[PART_WARNING], &ret->warnings);
	ret->has_file = p.has_file;
	ret->has_passwords = p.has_secret && t->admin_id == op->actor->admin_id;
	return RC_OK;
}

enum rc
import_task_result(struct op *op, int64_t id, struct str *out)
{
	struct import_task t;
	enum rc rc = import_task_get(op, id, &t);

	if (rc != RC_OK)
		return rc;
	str_add(out, import_report_head);
	return read_parts(op, id, IMPORT_RESULT, out);
}

/* ---- passwords ---- */

struct opening {
	const char *secret, *name;
	struct str *out;
	size_t n;
	bool bad;
};

static enum rc
open_part(void *ctx, const void *row)
{
	struct opening *o = ctx;

	o->n++;
	o->bad |= !sealbox_open(o->secret, o->name, ((const struct import_part *)row)->data, o->out);
	return RC_OK;
}

enum rc
import_task_passwords(struct op *op, int64_t id, const char *secret, struct str *out)
{
	struct opening o = { .secret = secret, .out = out };
	struct import_task t;
	TX tx = { 0 };
	enum rc rc;

	if ((rc = import_task_get(op, id, &t)) != RC_OK)
		return rc;
	o.name = arena_printf(op->arena, "import %s", t.request_id);
	if ((rc = tx_begin(&tx, op)) != RC_OK)
		return rc;
	STR_LIT(out, "\"address\",\"password\"\r\n");
	if (secret && t.admin_id == op->actor->admin_id)
		rc = store_import_parts(op, id, IMPORT_SECRET, open_part, &o);
	if (rc != RC_OK)
		return rc;
	if (o.n == 0 || o.bad)
		return op_fail(op,
		    RC_NOT_FOUND, "There are no passwords here, or they were asked for in another browser: only that one can open them.");
	if ((rc = store_import_part_drop(op, id, IMPORT_SECRET)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

/* ---- changing ---- */

enum rc
import_task_again(struct op *op, int64_t id, const struct import_again_in *in, bool check_only,
    const char *secret)
{
	struct import_task t;
	char request_id[33];
	int64_t files = 0, changed = 0;
	TX tx = { 0 };
	enum rc rc;

	if ((rc = import_task_get(op, id, &t)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = store_import_part_number(op, id, IMPORT_FILE, &files)) != RC_OK)
		return rc;
	if (t.admin_id != op->actor->admin_id)
		return op_fail(op, RC_DENIED, "Only who sent the file can have it taken in.");
	rand_hex(request_id, 16);
	t.request_id = request_id;
	t.mode = or_else(in->mode, t.mode);
	t.on_error = or_else(in->on_error, t.on_error);
	if (FIELD_GIVEN(import_again_in, in, map))
		t.map = or_else(in->map, "");
	if (FIELD_GIVEN(import_again_in, in, generate))
		t.generate = in->generate && strcmp(t.kind, "mailboxes") == 0;
	t.public_key = key_for(op, t.generate, secret, request_id);
	t.check_only = check_only;
	t.source = op->actor->source;
	t.expires_at = op->now + KEEP_S;
	if (files > 0 && (rc = store_import_again(op, &t, &changed)) != RC_OK)
		return rc;
	if (changed == 0)
		return op_fail(op, RC_CONFLICT,
		    "This import is under way, or its file is not there any more.");
	if ((rc = store_import_outcome_drop(op, id)) != RC_OK || (rc = queue(op, id)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

enum rc
import_task_cancel(struct op *op, int64_t id)
{
	struct import_task t;
	struct import_told told;
	int64_t changed = 0;
	TX tx = { 0 };
	enum rc rc;

	if ((rc = get(op, id, &t)) != RC_OK)
		return rc;
	/* who works on it lets go of what it holds; it may be the first to write it down */
	import_live_ask(op, &(const struct import_ask){ .id = id, .cancel = true }, &told);
	if ((rc = tx_begin(&tx, op)) != RC_OK || (rc = store_import_cancel(op, id, &changed)) != RC_OK ||
	    (changed == 0 && (rc = store_import_get(op, id, &t)) != RC_OK))
		return rc;
	if (changed == 0 && !(told.here && strcmp(t.state, "cancelled") == 0))
		return op_fail(op, RC_CONFLICT, "This import is over already.");
	return tx_commit(&tx);
}

enum rc
import_task_remove(struct op *op, int64_t id)
{
	struct import_task t;
	TX tx = { 0 };
	enum rc rc;

	if ((rc = import_task_get(op, id, &t)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = store_import_delete(op, id)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

enum rc
import_task_prune(struct op *op, int64_t now, int64_t *ret_removed)
{
	TX tx = { 0 };
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK || (rc = store_import_prune(op, now, ret_removed)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}
