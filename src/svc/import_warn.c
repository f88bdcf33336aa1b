/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a dry run of an import warns of. The surprising thing: it comes last, when all rows are in the database and before they are taken out again, so
 * that rows of one file know of each other, and it reads them once more out of the file, so that nothing of them has to be kept meanwhile.
 */
#include "base/base.h"

#include "base/arena.h"
#include "model/alias.h"
#include "model/domain.h"
#include "model/mailbox.h"
#include "svc/import_int.h"
#include "svc/warn_many.h"

void
import_warn_begin(struct import *im)
{
	struct import_warned *w = ARENA_NEW(im->arena, struct import_warned);

	w->seen = arena_array(im->arena, im->n_records, sizeof(*w->seen));
	w->at = arena_array(im->arena, IMPORT_WARNINGS_MAX, sizeof(*w->at));
	im->warned = w;
}

const struct domain *
import_keep_domain(const struct import *im, const struct domain *row)
{
	struct domain *ret = ARENA_NEW(im->arena, struct domain);

	*ret = *row;
	ret->domain = arena_strdup(im->arena, row->domain);
	ret->description = ret->transport = NULL;
	return ret;
}

/* ---- what was said ---- */

static void
count_kind(struct import *im, const struct import_record *rec, const struct warnings *said, size_t n)
{
	struct import_warned *w = im->warned;
	size_t i = 0;

	while (i < w->n_kinds && (!w->names[i] || strcmp(w->names[i], said->kind[n]) != 0))
		i++;
	if (i < w->n_kinds || i == IMPORT_REASONS_MAX) { /* there are not as many kinds of warnings */
		w->kinds[MIN(i, (size_t)IMPORT_REASONS_MAX - 1)].n++;
		return;
	}
	w->n_kinds++;
	w->names[i] = said->kind[n];
	w->kinds[i] = (struct import_reason){ .line = rec->line,
		.n = 1,
		.text = arena_strdup(im->arena, said->text[n]),
		.said = arena_strdup(im->arena, said->said[n]) };
}

static void
take(struct import *im, const struct import_record *rec, const struct warnings *said)
{
	struct import_warned *w = im->warned;

	for (size_t i = 0; i < said->n; i++, w->total++) {
		const char *key = import_key_of(im, rec);

		count_kind(im, rec, said, i);
		if (w->n < IMPORT_WARNINGS_MAX)
			w->at[w->n++] = (struct import_fault){ .line = rec->line,
				.key = arena_strdup(im->arena, key),
				.text = arena_strdup(im->arena, said->text[i]),
				.said = arena_strdup(im->arena, said->said[i]) };
	}
}

/* ---- rows ---- */

static void
ask_of(struct op *op, const struct import *im, const struct import_seen *seen, const void *in,
    struct warn_row *ret)
{
	*ret = (struct warn_row){
		.is_new = seen->added, .was_quota = seen->was_quota, .used = seen->used, .was = seen->was
	};
	if (im->kind == IMPORT_MAILBOXES) {
		const struct mailbox_in *m = in;

		ret->address = import_address(op, m->address, m->local_part, m->domain);
		ret->quota_given = FIELD_GIVEN(mailbox_in, m, quota);
		ret->quota = m->quota;
	} else if (im->kind == IMPORT_ALIASES) {
		ret->alias = in;
		ret->address = import_address(op, ret->alias->address, ret->alias->local_part,
		    ret->alias->domain);
	} else {
		ret->domain = in;
	}
}

/* The next rows about which there may be something to say. */
static enum rc
gather(struct op *op, const struct import *im, size_t *at, struct warn_row rows[WARN_ROWS],
    size_t of[WARN_ROWS], size_t *ret_n)
{
	size_t n = 0;
	enum rc rc = RC_OK;

	for (; *at < im->n_records && n < WARN_ROWS; ++*at) {
		const struct import_seen *seen = &im->warned->seen[*at];
		void *in;

		if (!seen->added && !(seen->changed && seen->news))
			continue;
		in = arena_alloc(op->arena, importers[im->kind].in->size);
		if ((rc = import_read_row(op, im, &im->records[*at], in)) != RC_OK)
			return rc;
		ask_of(op, im, seen, in, &rows[n]);
		of[n++] = *at;
	}
	*ret_n = n;
	return RC_OK;
}

static enum rc
ask(struct op *op, const struct import *im, struct warn_many *m, struct warn_row *rows, size_t n)
{
	switch (im->kind) {
	case IMPORT_MAILBOXES:
		return warn_mailboxes(op, m, rows, n, false);
	case IMPORT_ALIASES:
		return warn_aliases(op, m, rows, n);
	case IMPORT_DOMAINS:
	case IMPORT__MAX:
		break;
	}
	return warn_domains(op, rows, n);
}

static void
forget(struct import_warned *w)
{
	w->n = w->n_kinds = 0;
	w->total = 0;
}

enum rc
import_warn(struct op *op, struct import *im)
{
	struct warn_many *m = warn_many_new(im->arena);
	struct warn_row *rows = arena_array(op->arena, WARN_ROWS, sizeof(*rows));
	struct arena_mark mark = arena_mark(op->arena);
	size_t of[WARN_ROWS], n = 0;
	enum rc rc = RC_OK;

	forget(im->warned); /* this may be the second attempt */
	for (size_t at = 0; at < im->n_records && rc == RC_OK;) {
		rc = import_ask_watch(op, im);
		if (rc == RC_OK)
			rc = gather(op, im, &at, rows, of, &n);
		if (rc == RC_OK && n > 0)
			rc = ask(op, im, m, rows, n);
		for (size_t i = 0; rc == RC_OK && i < n; i++)
			take(im, &im->records[of[i]], &rows[i].w);
		if (rc == RC_OK)
			arena_reset(op->arena, mark);
	}
	return rc;
}
