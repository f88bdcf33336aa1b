/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The report's sections on addresses: how they are written, what clashes, which aliases go round or end nowhere, which counters drifted. All of them
 * are in memory here, sorted by what they mean, so that following every alias takes seconds at hundreds of thousands. The rules are those of
 * the other doors: base/addr says what an address is, alias_loop.c what a circle is.
 */
#include "base/base.h"

#include "base/addr.h"
#include "base/arena.h"
#include "base/str.h"
#include "model/alias.h"
#include "store/takeover.h"
#include "svc/alias_loop.h"
#include "svc/takeover_int.h"

#include <ctype.h>
#include <strings.h>

#define LONG_LIST 50000 /* bytes of targets: as many seconds as one waits for without asking */

/* An address, a domain or an alias by what it means to mail. */
struct place {
	const char *key;    /* canonical, or in small letters where it is no address */
	const char *stored; /* as it stands */
	const char *goto_;  /* aliases: targets in small letters, no blanks */
	bool active;
};
struct book {
	struct place *at; /* by key */
	size_t n;
};

struct books {
	struct takeover_look *look;
	struct book mailboxes, aliases, domains;
};

static int
by_key(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return strcmp(x->key, y->key);
}

static void
book_sort(struct book *b)
{
	if (b->n > 0)
		qsort(b->at, b->n, sizeof(*b->at), by_key);
}

static const struct place *
book_find(const struct book *b, const char *key)
{
	const struct place wanted = { .key = key };

	return b->n > 0 ? bsearch(&wanted, b->at, b->n, sizeof(*b->at), by_key) : NULL;
}

/* Small letters, and no blanks: goto lists may have some after their commas. */
static const char *
folded(struct op *op, const char *text)
{
	char *copy = arena_strdup(op->arena, text ? text : ""), *to = copy;

	for (const char *from = copy; *from; from++)
		if (!isspace((unsigned char)*from))
			*to++ = (char)tolower((unsigned char)*from);
	*to = '\0';
	return copy;
}

/* The key of a place; notes what is wrong with its writing. */
static const char *
judge(struct books *b, const char *what, const char *text, enum addr_flags flags)
{
	struct addr a;
	const char *refused;

	text = text ? text : "";
	refused = addr_parse(text, flags, &a);
	if (refused) {
		takeover_note(b->look, TAKEOVER_ADDRESSES, text, "%s: %s", what, refused);
		return folded(b->look->op, text);
	}
	if (strcmp(a.full, text) != 0)
		takeover_note(b->look, TAKEOVER_ADDRESSES, text, "%s: it would be written %s", what,
		    a.full);
	return arena_strdup(b->look->op->arena, a.full);
}

static const char *
judge_domain(struct books *b, const char *text)
{
	char name[ADDR_DOMAIN_MAX + 1];
	const char *refused = addr_domain_parse(text, name);

	if (refused) {
		takeover_note(b->look, TAKEOVER_ADDRESSES, text, "domain: %s", refused);
		return folded(b->look->op, text);
	}
	if (strcmp(name, text) != 0)
		takeover_note(b->look, TAKEOVER_ADDRESSES, text, "domain: it would be written %s", name);
	return arena_strdup(b->look->op->arena, name);
}

static void
note_home(struct books *b, const char *what, const char *address, const char *domain)
{
	const char *at = strrchr(address, '@');

	if (!domain)
		takeover_note(b->look, TAKEOVER_HOMELESS, address, "%s", what);
	else if (!at || strcasecmp(at + 1, domain) != 0)
		takeover_note(b->look, TAKEOVER_ADDRESSES, address,
		    "%s: it stands in the domain %s", what, domain);
}

/* ---- reading ---- */

static void
read_mailboxes(struct books *b)
{
	const struct takeover_mailbox *m = b->look->mailboxes.at;
	size_t n = b->look->mailboxes.n;

	b->mailboxes = (struct book){ arena_array(b->look->op->arena, n, sizeof(struct place)), n };
	for (size_t i = 0; i < n; i++) {
		const char *key = judge(b, "mailbox", m[i].username, ADDR_PLAIN);
		size_t local = strcspn(m[i].username, "@");

		b->mailboxes.at[i] = (struct place){
			.key = key, .stored = m[i].username, .active = m[i].active
		};
		note_home(b, "mailbox", m[i].username, m[i].domain);
		if (strlen(m[i].local_part) != local ||
		    memcmp(m[i].local_part, m[i].username, local) != 0)
			takeover_note(b->look, TAKEOVER_ADDRESSES, m[i].username,
			    "mailbox: its local_part is %s", m[i].local_part);
	}
	book_sort(&b->mailboxes);
}

/* The step that makes the search looks at the whole list for each of its characters (schema/003_search.mysql.sql). */
static void
note_long(struct books *b, const char *address, size_t bytes)
{
	if (bytes > LONG_LIST)
		takeover_note(b->look, TAKEOVER_LONG, address, "%zu KB", bytes / 1000);
}

static enum rc
read_aliases(struct books *b)
{
	struct rows rows;
	const struct takeover_alias *a;
	enum rc rc = store_takeover_aliases(b->look->op, &rows);

	if (rc != RC_OK)
		return rc;
	a = rows.at;
	b->aliases = (struct book){ arena_array(b->look->op->arena, rows.n, sizeof(struct place)),
		rows.n };
	for (size_t i = 0; i < rows.n; i++) {
		b->aliases.at[i] = (struct place){ .key = judge(b, "alias", a[i].address, ADDR_CATCH_ALL),
			.stored = a[i].address,
			.goto_ = folded(b->look->op, a[i].goto_),
			.active = a[i].active };
		note_home(b, "alias", a[i].address, a[i].domain);
		note_long(b, a[i].address, a[i].goto_ ? strlen(a[i].goto_) : 0);
	}
	book_sort(&b->aliases);
	return RC_OK;
}

static void
note_counters(struct books *b, const struct takeover_domain *d)
{
	if (d->mailbox_count != d->mailboxes || d->alias_count != d->aliases)
		takeover_note(b->look, TAKEOVER_COUNTERS, d->domain,
		    "says %lld mailboxes and %lld aliases, has %lld and %lld",
		    (long long)d->mailbox_count, (long long)d->alias_count, (long long)d->mailboxes,
		    (long long)d->aliases);
}

static enum rc
read_domains(struct books *b)
{
	struct rows rows;
	const struct takeover_domain *d;
	enum rc rc = store_takeover_domains(b->look->op, &rows);

	if (rc != RC_OK)
		return rc;
	d = rows.at;
	b->domains = (struct book){ arena_array(b->look->op->arena, rows.n, sizeof(struct place)),
		rows.n };
	for (size_t i = 0; i < rows.n; i++) {
		b->domains.at[i] = (struct place){ .key = judge_domain(b, d[i].domain),
			.stored = d[i].domain,
			.active = d[i].active && !d[i].backupmx };
		note_counters(b, &d[i]);
	}
	book_sort(&b->domains);
	return RC_OK;
}

static void
read_admins(struct books *b)
{
	const struct takeover_admin *a = b->look->admins.at;

	for (size_t i = 0; i < b->look->admins.n; i++)
		(void)judge(b, "administrator", a[i].username, ADDR_PLAIN);
}

/* ---- comparing ---- */

static void
look_clashes(struct books *b, const char *what, const struct book *book)
{
	for (size_t i = 1; i < book->n; i++)
		if (strcmp(book->at[i].key, book->at[i - 1].key) == 0)
			takeover_note(b->look, TAKEOVER_CLASHES, book->at[i].stored, "%s, and %s",
			    what, book->at[i - 1].stored);
}

/* Does somebody here take mail to that address? Addresses elsewhere are not ours to judge. */
static bool
is_taken(const struct books *b, const char *address)
{
	const char *at = strchr(address, '@');
	const struct place *domain = book_find(&b->domains, at + 1);

	return !domain || !domain->active || at == address || book_find(&b->mailboxes, address) ||
	    book_find(&b->aliases, address) || book_find(&b->aliases, at);
}

static void
look_target(struct books *b, const struct place *alias, const char *target)
{
	struct addr a;
	const char *refused = addr_parse(target, ADDR_CATCH_ALL, &a);

	if (refused)
		takeover_note(b->look, TAKEOVER_NOWHERE, alias->stored, "%s: %s", target, refused);
	else if (strcmp(a.full, alias->key) == 0 ? !book_find(&b->mailboxes, a.full)
						 : !is_taken(b, a.full))
		takeover_note(b->look, TAKEOVER_NOWHERE, alias->stored,
		    "%s: there is no such mailbox or alias", a.full);
}

static void
look_targets(struct books *b, const struct place *alias)
{
	if (!*alias->goto_)
		takeover_note(b->look, TAKEOVER_NOWHERE, alias->stored, "it has no targets");
	for (const char *at = alias->goto_; *at;) {
		size_t len = strcspn(at, ",");

		if (len > 0)
			look_target(b, alias, arena_strndup(b->look->op->arena, at, len));
		at += len + (at[len] == ',');
	}
}

static enum rc
route(struct op *op UNUSED, void *ctx, const char *address, const char *catch_all, struct alias *ret)
{
	const struct books *b = ctx;
	const struct place *p = book_find(&b->aliases, address);

	if (!p || !p->active)
		p = book_find(&b->aliases, catch_all);
	if (!p || !p->active)
		return RC_NOT_FOUND;
	*ret = (struct alias){ .address = p->key, .goto_ = p->goto_, .active = true };
	return RC_OK;
}

static enum rc
look_circle(struct books *b, const struct place *alias)
{
	struct op *op = b->look->op;
	enum rc rc = alias_loop_walk(op, alias->key, alias->goto_, route, b);

	if (rc != RC_INVALID)
		return rc;
	takeover_note(b->look, TAKEOVER_LOOPS, alias->stored, "%s",
	    op->errs.last ? op->errs.last->text : "");
	err_clear(&op->errs);
	return RC_OK;
}

static enum rc
look_aliases(struct books *b)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < b->aliases.n && rc == RC_OK; i++) {
		const struct place *alias = &b->aliases.at[i];

		if (!alias->active)
			continue;
		look_targets(b, alias);
		if (strcmp(alias->key, alias->goto_) != 0)
			rc = look_circle(b, alias);
	}
	return rc;
}

enum rc
takeover_look_addresses(struct takeover_look *l)
{
	struct books b = { .look = l };
	enum rc rc;

	if ((rc = read_domains(&b)) != RC_OK)
		return rc;
	read_admins(&b);
	read_mailboxes(&b);
	if ((rc = read_aliases(&b)) != RC_OK)
		return rc;
	look_clashes(&b, "domain", &b.domains);
	look_clashes(&b, "mailbox", &b.mailboxes);
	look_clashes(&b, "alias", &b.aliases);
	return look_aliases(&b);
}
