/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Warnings of many rows. It must not know what is worth one: that is warn.c's. The surprising thing: what the mailboxes of a domain have together is said
 * once, at the first of its rows, and is what they have with all of them.
 */
#include "base/base.h"

#include "base/addr.h"
#include "base/arena.h"
#include "svc/perm.h"
#include "svc/rules.h"
#include "svc/warn_int.h"
#include "svc/warn_many.h"

#define BUCKETS 1024

struct known {
	struct known *next;
	const char *name;
	bool here; /* whoever's it is */
	struct warn_domain d;
	int64_t more; /* quotas that are not in the database yet */
	bool told;    /* what its mailboxes have together */
};

struct warn_many {
	struct arena *arena;
	struct known *domains[BUCKETS];
};

struct warn_many *
warn_many_new(struct arena *arena)
{
	struct warn_many *m = ARENA_NEW(arena, struct warn_many);

	m->arena = arena;
	return m;
}

/* ---- domains that were asked for ---- */

static struct known **
place_of(struct warn_many *m, const char *name)
{
	uint32_t hash = 2166136261U;
	struct known **at;

	for (const char *c = name; *c; c++)
		hash = (hash ^ (unsigned char)*c) * 16777619U;
	at = &m->domains[hash % BUCKETS];
	while (*at && strcmp((*at)->name, name) != 0)
		at = &(*at)->next;
	return at;
}

/* The domain of an address, if it is one of the actor's. */
static struct known *
near(struct warn_many *m, const char *domain)
{
	struct known *k = *place_of(m, domain);

	return k && k->here && k->d.mine ? k : NULL;
}

struct wanted {
	const char *names[WARN_NAMES];
	size_t n;
};

static enum rc
ask_domains(struct op *op, struct warn_many *m, struct wanted *w)
{
	struct rows found;
	enum rc rc = RC_OK;

	if (w->n == 0 || (rc = store_warn_domains(op, perm_scope(op), w->names, w->n, &found)) != RC_OK)
		return rc;
	w->n = 0;
	for (size_t i = 0; i < found.n; i++) {
		const struct warn_domain *d = (const struct warn_domain *)found.at + i;
		struct known *k = *place_of(m, d->domain);

		if (!k)
			continue;
		k->here = true;
		k->d = *d;
		k->d.domain = k->name;
	}
	return RC_OK;
}

/* One that was not asked for yet is there as long as the rest is gathered, as one that is not here. */
static enum rc
want_domain(struct op *op, struct warn_many *m, struct wanted *w, const char *name)
{
	struct known **at = place_of(m, name);

	if (*at)
		return RC_OK;
	*at = ARENA_NEW(m->arena, struct known);
	(*at)->name = arena_strdup(m->arena, name);
	w->names[w->n++] = (*at)->name;
	return w->n < WARN_NAMES ? RC_OK : ask_domains(op, m, w);
}

/* ---- mailboxes ---- */

/* The total of its domain: of all rows together, said at the first one. */
static void
sum_up(struct op *op, struct known *k, struct warn_row *row, int64_t quota)
{
	int64_t sum;

	if (k->d.total_quota == 0 || (!row->is_new && row->quota == row->was_quota))
		return;
	if (quota == 0) {
		warn_of_no_limit(op, &k->d, &row->w);
		return;
	}
	if (k->told || (!row->is_new && row->was_quota > 0 && quota < row->was_quota))
		return;
	if (__builtin_add_overflow(k->d.allotted, k->more, &sum))
		sum = INT64_MAX;
	k->told = sum > k->d.total_quota;
	warn_of_sum(op, &k->d, sum, &row->w);
}

static void
judge_mailbox(struct op *op, struct warn_many *m, struct warn_row *row)
{
	struct known *k;
	struct addr addr;

	if (addr_parse(row->address, ADDR_ODD, &addr) != NULL || !(k = near(m, addr.domain)))
		return;
	if (row->is_new) {
		warn_of_domain(op, &k->d, &row->w);
		warn_of_extension(op, &addr, &row->w);
	}
	if (row->quota_given)
		warn_of_quota(op, &k->d, row->quota, row->is_new ? -1 : row->was_quota, row->used,
		    &row->w);
	if (row->is_new || row->quota_given)
		sum_up(op, k, row, row->quota_given ? row->quota : k->d.quota);
}

enum rc
warn_mailboxes(struct op *op, struct warn_many *m, struct warn_row *rows, size_t n, bool pending)
{
	struct wanted w = { .n = 0 };
	struct addr addr;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < n && rc == RC_OK; i++)
		if (addr_parse(rows[i].address, ADDR_ODD, &addr) == NULL)
			rc = want_domain(op, m, &w, addr.domain);
	if (rc != RC_OK || (rc = ask_domains(op, m, &w)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n && pending; i++) {
		struct known *k = addr_parse(rows[i].address, ADDR_ODD, &addr) == NULL
		    ? near(m, addr.domain)
		    : NULL;

		if (k && __builtin_add_overflow(k->more, rows[i].quota - rows[i].was_quota, &k->more))
			k->more = INT64_MAX;
	}
	for (size_t i = 0; i < n; i++)
		judge_mailbox(op, m, &rows[i]);
	return RC_OK;
}

/* ---- aliases ---- */

struct name {
	const char *name;
	int64_t box, alias; /* as struct alias_target has them */
};
struct names {
	struct name *at;
	size_t n, max;
};

static struct name *
find_name(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->n; i++)
		if (strcmp(names->at[i].name, name) == 0)
			return &names->at[i];
	return NULL;
}

static void
want_name(struct op *op, struct names *names, const char *name)
{
	if (!find_name(names, name) && names->n < names->max)
		names->at[names->n++] = (struct name){ arena_strdup(op->arena, name), -1, -1 };
}

static enum rc
ask_names(struct op *op, const struct names *names)
{
	const char *some[WARN_NAMES];
	struct rows found;
	enum rc rc = RC_OK;

	for (size_t from = 0; from < names->n && rc == RC_OK; from += WARN_NAMES) {
		size_t n = MIN(names->n - from, (size_t)WARN_NAMES);

		for (size_t i = 0; i < n; i++)
			some[i] = names->at[from + i].name;
		rc = store_warn_names(op, some, n, &found);
		for (size_t i = 0; rc == RC_OK && i < found.n; i++) {
			const struct warn_name *f = (const struct warn_name *)found.at + i;
			struct name *at = find_name(names, f->name);

			if (at)
				*(f->what == 0 ? &at->box : &at->alias) = f->active;
		}
	}
	return rc;
}

/* Calls each() for the targets of a row that are not its own address. */
static enum rc
each_target(struct op *op, struct warn_row *row,
    enum rc (*each)(struct op *op, void *ctx, struct warn_row *row, const struct addr *target),
    void *ctx)
{
	const char *list = row->alias->goto_ ? row->alias->goto_ : "";
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && *list && i < WARN_TARGETS; i++) {
		size_t n = strcspn(list, ",");
		const char *target = arena_strndup(op->arena, list, n);
		struct addr a;

		if (strcmp(target, row->address) != 0 &&
		    addr_parse(target, ADDR_CATCH_ALL | ADDR_ODD, &a) == NULL)
			rc = each(op, ctx, row, &a);
		list += n + (list[n] == ',');
	}
	return rc;
}

struct alias_facts {
	struct warn_many *m;
	struct wanted domains;
	struct names names;
};

static enum rc
gather_domain(struct op *op, void *ctx, struct warn_row *row UNUSED, const struct addr *target)
{
	struct alias_facts *f = ctx;

	return want_domain(op, f->m, &f->domains, target->domain);
}

static enum rc
gather_name(struct op *op, void *ctx, struct warn_row *row UNUSED, const struct addr *target)
{
	struct alias_facts *f = ctx;
	const struct known *k = near(f->m, target->domain);

	if (k && k->d.active && target->local[0] != '\0') {
		want_name(op, &f->names, target->full);
		want_name(op, &f->names, strchr(target->full, '@'));
	}
	return RC_OK;
}

static enum rc
judge_target(struct op *op, void *ctx, struct warn_row *row, const struct addr *target)
{
	struct alias_facts *f = ctx;
	const struct known *k = *place_of(f->m, target->domain);
	const struct name *own = find_name(&f->names, target->full);
	const struct name *all = find_name(&f->names, strchr(target->full, '@'));
	struct alias_target at = { .domain_active = k && k->d.active, .box = -1, .alias = -1 };

	if (!k || !k->here) {
		if (rules_outside_is(op, "warn"))
			warn_of_outside(op, target->full, &row->w);
		return RC_OK;
	}
	if (!k->d.mine)
		return RC_OK;
	if (own)
		at.box = own->box;
	if (own || all)
		at.alias = MAX(own ? own->alias : -1, all ? all->alias : -1);
	warn_of_target(op, target->full, &at, &row->w);
	return RC_OK;
}

static void
judge_alias(struct op *op, struct alias_facts *f, struct warn_row *row, const struct addr *own)
{
	const struct known *k = near(f->m, own->domain);
	const struct name *name = find_name(&f->names, own->full);
	const struct alias_target at = { .box = name ? name->box : -1 };

	if (k && row->is_new)
		warn_of_domain(op, &k->d, &row->w);
	if (k && own->local[0] != '\0')
		warn_of_shadow(op, own->full, row->alias->goto_ ? row->alias->goto_ : "", &at, &row->w);
}

enum rc
warn_aliases(struct op *op, struct warn_many *m, struct warn_row *rows, size_t n)
{
	struct alias_facts f = { .m = m, .names = { .max = n * (1 + 2 * (size_t)WARN_TARGETS) } };
	struct addr *own = arena_array(op->arena, n, sizeof(*own));
	enum rc rc = RC_OK;

	f.names.at = arena_array(op->arena, f.names.max, sizeof(*f.names.at));
	for (size_t i = 0; i < n && rc == RC_OK; i++) {
		if (addr_parse(rows[i].address, ADDR_CATCH_ALL | ADDR_ODD, &own[i]) != NULL)
			own[i] = (struct addr){ 0 };
		else if ((rc = want_domain(op, m, &f.domains, own[i].domain)) == RC_OK)
			rc = each_target(op, &rows[i], gather_domain, &f);
	}
	if (rc != RC_OK || (rc = ask_domains(op, m, &f.domains)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n; i++) {
		if (own[i].local[0] != '\0' && near(m, own[i].domain))
			want_name(op, &f.names, own[i].full);
		(void)each_target(op, &rows[i], gather_name, &f);
	}
	if ((rc = ask_names(op, &f.names)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n; i++) {
		judge_alias(op, &f, &rows[i], &own[i]);
		(void)each_target(op, &rows[i], judge_target, &f);
	}
	return RC_OK;
}

/* ---- domains ---- */

enum rc
warn_domains(struct op *op, struct warn_row *rows, size_t n)
{
	const char *names[WARN_NAMES];
	struct rows found = { 0 };
	size_t asked = 0;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < n; i++)
		if (rows[i].was && warn_limits_ask(rows[i].was, rows[i].domain) && asked < WARN_NAMES)
			names[asked++] = rows[i].was->domain;
	if (asked > 0 && (rc = store_warn_limits(op, names, asked, &found)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n; i++) {
		struct warn_limit l = { 0 };

		for (size_t k = 0; rows[i].was && k < found.n; k++) {
			const struct warn_limit *at = (const struct warn_limit *)found.at + k;

			if (strcmp(at->domain, rows[i].was->domain) == 0)
				l = *at;
		}
		if (rows[i].was)
			warn_of_limits(op, rows[i].was, rows[i].domain, &l, &rows[i].w);
	}
	return RC_OK;
}
