/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an import holds back, and how it is written. It must not decide anything about a row. The surprising thing: it does not look whether an address
 * is free. The alias that each mailbox gets has the same address, and both columns are unique: whatever stands in the way refuses the whole lot, and
 * the rows are then tried one by one, where the service says what is wrong with which.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/lang.h"
#include "conf/conf.h"
#include "model/alias.h"
#include "model/domain.h"
#include "model/mailbox.h"
#include "store/alias.h"
#include "store/domain.h"
#include "store/mailbox.h"
#include "svc/change.h"
#include "svc/extra.h"
#include "svc/held.h"
#include "svc/perm.h"

#define HELD_MAX 64
#define BUCKETS 1024

struct held_domain {
	struct held_domain *next;
	struct domain row;
	bool locked;
	int64_t more; /* mailboxes that are not counted in its row yet */
	struct held_domain *waiting;
};

struct held {
	struct arena *rows, *long_lived;
	struct mailbox mailboxes[HELD_MAX];
	const char *request_ids[HELD_MAX];
	size_t n;
	struct held_domain *domains[BUCKETS], *waiting; /* those with more */
	bool first, mailboxes_too, clashed;
};

static bool
is_plain(const struct op *op)
{
	const struct extras x = extras_of(op->conf, op->arena);

	return op->conf->mailbox_aliases && !op->conf->auto_aliases && x.n_info == 0 && !x.directory;
}

struct held *
held_new(const struct op *op, bool first)
{
	struct held *h = calloc(1, sizeof(*h));

	if (!h)
		abort();
	h->rows = arena_new(0, ARENA_SECRET);
	h->long_lived = arena_new(0, ARENA_PLAIN);
	h->first = first;
	h->mailboxes_too = is_plain(op);
	return h;
}

void
held_free(struct held *h)
{
	if (!h)
		return;
	arena_free(h->rows);
	arena_free(h->long_lived);
	free(h);
}

bool
held_clashed(const struct held *h)
{
	return h->clashed;
}

bool
held_is_first(const struct held *h)
{
	return h->first;
}

bool
held_takes_mailboxes(const struct held *h)
{
	return h->mailboxes_too;
}

/* A copy of a row with texts of its own. */
static void
copy(struct arena *arena, const struct fields *f, const void *from, void *to)
{
	memcpy(to, from, f->size);
	for (size_t i = 0; i < f->n; i++)
		if (f->at[i].type == FIELD_TEXT)
			field_set_text(&f->at[i], to, arena_strdup(arena, field_text(&f->at[i], from)));
}

/* ---- domains ---- */

static size_t
bucket(const char *name)
{
	uint32_t hash = 2166136261U;

	for (const char *at = name; *at; at++)
		hash = (hash ^ (unsigned char)*at) * 16777619U;
	return hash % BUCKETS;
}

static struct held_domain *
find(const struct held *h, const char *name)
{
	struct held_domain *d = h->domains[bucket(name)];

	while (d && strcmp(d->row.domain, name) != 0)
		d = d->next;
	return d;
}

bool
held_domain(const struct held *h, const char *name, struct domain *ret)
{
	const struct held_domain *d = h ? find(h, name) : NULL;

	if (d)
		*ret = d->row;
	return d != NULL;
}

void
held_keep_domain(struct held *h, const struct domain *row)
{
	struct held_domain **at = h ? &h->domains[bucket(row->domain)] : NULL, *d;

	if (!at)
		return;
	d = ARENA_NEW(h->long_lived, struct held_domain);
	copy(h->long_lived, &domain_fields, row, &d->row);
	d->next = *at;
	*at = d;
}

/* A statement that reads nothing of what waits. */
static enum rc
take(struct op *op, int64_t id, bool limited, int64_t *ret_changed)
{
	enum rc (*settle)(struct op *) = op->settle;
	enum rc rc;

	op->settle = NULL;
	rc = store_domain_take_mailbox(op, id, limited, ret_changed);
	op->settle = settle;
	return rc;
}

enum rc
held_take_mailbox(struct op *op, const struct domain *row, int64_t *ret_changed)
{
	struct held *h = op->held;
	struct held_domain *d = find(h, row->domain);
	enum rc rc;

	if (d && d->locked && perm_is_super(op) && h->mailboxes_too) {
		if (d->more++ == 0) {
			d->waiting = h->waiting;
			h->waiting = d;
		}
		op->settle = held_settle;
		*ret_changed = 1;
		return RC_OK;
	}
	rc = take(op, row->id, !perm_is_super(op), ret_changed);
	if (d && rc == RC_OK && *ret_changed > 0)
		d->locked = true;
	return rc;
}

static enum rc
write_counts(struct op *op, struct held *h)
{
	enum rc rc = RC_OK;

	for (; h->waiting && rc == RC_OK; h->waiting = h->waiting->waiting) {
		rc = store_domain_count_mailbox(op, h->waiting->row.id, h->waiting->more);
		h->waiting->more = 0;
	}
	return rc;
}

/* ---- mailboxes ---- */

static struct change
added(const struct mailbox *row)
{
	return (struct change){
		.action = "MAILBOX_ADD",
		.verb = N_("added"),
		.type = "mailbox",
		.id = row->id,
		.object = row->username,
		.domain_id = row->domain_id,
		.fields = &mailbox_fields,
		.after = row,
	};
}

static enum rc
write_rows(struct op *op, struct held *h)
{
	struct alias *aliases = arena_array(op->arena, h->n, sizeof(*aliases));
	struct change *changes = arena_array(op->arena, h->n, sizeof(*changes));
	int64_t *ids = arena_array(op->arena, h->n, sizeof(*ids));
	enum rc rc = store_mailbox_add_many(op, h->mailboxes, h->n, ids);

	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < h->n; i++) {
		const struct mailbox *row = &h->mailboxes[i];

		h->mailboxes[i].id = ids[i];
		changes[i] = added(row);
		aliases[i] = (struct alias){ .address = row->username,
			.goto_ = row->username,
			.active = true,
			.created = row->created,
			.domain_id = row->domain_id };
	}
	if ((rc = store_alias_add_many(op, aliases, h->n)) != RC_OK)
		return rc;
	return change_add_many(op, changes, h->request_ids, h->n);
}

static enum rc
write_waiting(struct op *op, struct held *h)
{
	struct arena_mark mark = arena_mark(op->arena);
	enum rc rc = write_rows(op, h);

	h->n = 0;
	arena_reset(h->rows, (struct arena_mark){ 0 });
	if (rc == RC_OK) /* faults live in that memory */
		arena_reset(op->arena, mark);
	return rc;
}

/* A fault of some row must not look like one of the statement that made all others be written first. */
static enum rc
settled(struct op *op, struct held *h, enum rc rc)
{
	if (rc == RC_OK || rc == RC_RETRY || rc == RC_UNAVAILABLE)
		return rc;
	h->clashed = true;
	return op_fail(op, RC_INTERNAL, "Something went wrong in the program. Nothing was changed.");
}

/* The counts go on waiting. */
static enum rc
write_full(struct op *op, struct held *h)
{
	enum rc rc;

	op->settle = NULL;
	rc = settled(op, h, write_waiting(op, h));
	op->settle = h->waiting ? held_settle : NULL;
	return rc;
}

enum rc
held_add_mailbox(struct op *op, const struct mailbox *row)
{
	struct held *h = op->held;
	struct change c = added(row);

	copy(h->rows, &mailbox_fields, row, &h->mailboxes[h->n]);
	h->request_ids[h->n++] = arena_strdup(h->rows, op->request_id);
	c.fields = NULL; /* what it is like is written out once, later */
	change_also(op, &c);
	op->settle = held_settle;
	return h->n < HELD_MAX ? RC_OK : write_full(op, h);
}

enum rc
held_settle(struct op *op)
{
	struct held *h = op->held;
	enum rc rc;

	op->settle = NULL;
	rc = write_waiting(op, h);
	if (rc == RC_OK)
		rc = write_counts(op, h);
	return settled(op, h, rc);
}
