/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * PostfixAdmin's rows as those of an import (svc/import.h): it owns what a column there means here, and no rule. It must not ask the database what the
 * services can tell.
 *
 * The surprising thing: the order. An alias of a mailbox's address only says where else its mail goes, so it is changed after the mailbox has made its
 * own; the alias of a whole domain comes last and gives way to a catch-all, as it does there.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/pwhash.h"
#include "base/str.h"
#include "conf/conf.h"
#include "db/tx.h"
#include "model/admin.h"
#include "model/domain.h"
#include "store/postfixadmin.h"
#include "store/takeover.h"
#include "svc/admin.h"
#include "svc/change.h"
#include "svc/domain.h"
#include "svc/import_int.h"
#include "svc/mailbox_int.h"
#include "svc/perm.h"
#include "svc/postfixadmin.h"

#include <strings.h>

#define MB (INT64_C(1) << 20)
/* Of a mailbox whose hash cannot be carried over, where nothing is kept: see import.c. */
#define NO_HASH "{SHA512-CRYPT}$6$nothing.of.this$is.kept.so.nobody.waits.for.a.hash"

struct moving {
	struct op *op;
	const struct postfixadmin *from;
	struct postfixadmin_result *ret;
	struct tx *tx;
	const char *locked;      /* hash of a password that nobody knows */
	struct import mailboxes; /* as far as it came */
};

static void
note(struct postfixadmin_result *r, const char *what, const char *object, const char *text)
{
	if (r->n == r->max) {
		struct pfa_note *more = arena_array(r->arena, r->max * 2 + 64, sizeof(*more));

		for (size_t i = 0; i < r->n; i++)
			more[i] = r->notes[i];
		r->max = r->max * 2 + 64;
		r->notes = more;
	}
	r->notes[r->n++] = (struct pfa_note){ what, arena_strdup(r->arena, object ? object : ""),
		arena_strdup(r->arena, text) };
}

/* ---- reading ---- */

static enum rc
has_column(struct op *op, const char *table, const char *column, bool *ret)
{
	return store_takeover_column(op, table, column, ret);
}

/* Why it is none: the tables may have been named with PostfixAdmin's database_prefix. */
static enum rc
refuse(struct op *op, const char *table, const char *column)
{
	const char *like;
	enum rc rc = store_takeover_like(op, table, column, &like);

	if (rc == RC_OK)
		return op_fail(op, RC_CONFIG,
		    N_("The tables of the database given with --from have a prefix: it has %s "
		       "where %s is looked for. Have a database of views with "
		       "the plain names made, and give that; the README shows how."),
		    like, table);
	if (rc != RC_NOT_FOUND)
		return rc;
	return op_fail(op, RC_CONFIG,
	    N_("The database given with --from is none of PostfixAdmin's: it lacks %s.%s."), table,
	    column);
}

static enum rc
recognise(struct op *op)
{
	static const char *const marks[][2] = { { "domain", "maxquota" }, { "mailbox", "local_part" },
		{ "alias", "goto" }, { "admin", "username" }, { "domain_admins", "username" } };
	enum rc rc;

	for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
		bool is;

		if ((rc = has_column(op, marks[i][0], marks[i][1], &is)) != RC_OK)
			return rc;
		if (!is)
			return refuse(op, marks[i][0], marks[i][1]);
	}
	return RC_OK;
}

/* Engines sort by the rules of some language; these are looked up by bytes, without regard to case. */
static int
by_username(const void *a, const void *b)
{
	return strcasecmp(((const struct pfa_mailbox *)a)->username,
	    ((const struct pfa_mailbox *)b)->username);
}

static int
by_domain(const void *a, const void *b)
{
	return strcasecmp(((const struct pfa_domain *)a)->domain,
	    ((const struct pfa_domain *)b)->domain);
}

typedef enum rc (*reader)(struct op *, struct rows *);

/* A table that came with some version only. */
static enum rc
read_if(struct op *op, const char *table, const char *column, reader read, struct rows *ret)
{
	bool is;
	enum rc rc = has_column(op, table, column, &is);

	*ret = (struct rows){ 0 };
	return rc == RC_OK && is ? read(op, ret) : rc;
}

static enum rc
read_people(struct op *op, struct postfixadmin *ret)
{
	struct rows mailboxes, admins;
	bool other, super;
	enum rc rc;

	if ((rc = has_column(op, "mailbox", "email_other", &other)) != RC_OK ||
	    (rc = has_column(op, "admin", "superadmin", &super)) != RC_OK ||
	    (rc = store_pfa_mailboxes(op, other, &mailboxes)) != RC_OK ||
	    (rc = store_pfa_admins(op, super, &admins)) != RC_OK)
		return rc;
	ret->mailboxes = mailboxes.at;
	ret->n_mailboxes = mailboxes.n;
	ret->admins = admins.at;
	ret->n_admins = admins.n;
	return RC_OK;
}

enum rc
postfixadmin_read(struct op *op, struct postfixadmin *ret)
{
	struct rows domains, aliases, alias_domains, assignments, vacations, fetches;
	enum rc rc;

	*ret = (struct postfixadmin){ 0 };
	if ((rc = recognise(op)) != RC_OK || (rc = store_pfa_domains(op, &domains)) != RC_OK ||
	    (rc = read_people(op, ret)) != RC_OK || (rc = store_pfa_aliases(op, &aliases)) != RC_OK ||
	    (rc = store_pfa_assignments(op, &assignments)) != RC_OK ||
	    (rc = read_if(op, "alias_domain", "target_domain", store_pfa_alias_domains,
		 &alias_domains)) != RC_OK ||
	    (rc = read_if(op, "vacation", "email", store_pfa_vacations, &vacations)) != RC_OK ||
	    (rc = read_if(op, "fetchmail", "mailbox", store_pfa_fetches, &fetches)) != RC_OK)
		return rc;
	ret->domains = domains.at;
	ret->n_domains = domains.n;
	ret->aliases = aliases.at;
	ret->n_aliases = aliases.n;
	ret->alias_domains = alias_domains.at;
	ret->n_alias_domains = alias_domains.n;
	ret->assignments = assignments.at;
	ret->n_assignments = assignments.n;
	ret->vacations = vacations.at;
	ret->n_vacations = vacations.n;
	ret->fetches = fetches.at;
	ret->n_fetches = fetches.n;
	if (ret->n_domains > 0)
		qsort(ret->domains, ret->n_domains, sizeof(*ret->domains), by_domain);
	if (ret->n_mailboxes > 0)
		qsort(ret->mailboxes, ret->n_mailboxes, sizeof(*ret->mailboxes), by_username);
	return RC_OK;
}

/* ---- rows of an import ---- */

/* An import of up to n rows, of these fields (blank-separated). */
static struct import
open_import(struct moving *m, enum import_kind kind, enum import_mode mode, const char *names, size_t n)
{
	struct arena *arena = m->ret->arena;
	struct import im = { .arena = arena, .kind = kind, .mode = mode, .skip = true };

	im.fields = arena_array(arena, strlen(names), sizeof(const struct field *));
	for (const char *at = names; *at; at += strspn(at, " ")) {
		size_t len = strcspn(at, " ");

		im.fields[im.n_columns++] = field_by_name(importers[kind].in,
		    arena_strndup(arena, at, len));
		at += len;
	}
	im.records = arena_array(arena, n, sizeof(*im.records));
	im.faults = arena_array(arena, IMPORT_FAULTS_MAX, sizeof(*im.faults));
	return im;
}

/* One more row, a text for each column; NULL is "". */
static void
add_record(struct import *im, const char *const *texts, size_t n)
{
	const char **cells = arena_array(im->arena, n, sizeof(*cells));

	if (n != im->n_columns)
		abort();
	for (size_t i = 0; i < n; i++)
		cells[i] = texts[i] ? texts[i] : "";
	im->records[im->n_records] = (struct import_record){ .line = (int64_t)im->n_records + 1,
		.cells = cells };
	im->n_records++;
}
#define ADD_RECORD(im, ...)                                    \
	add_record((im), (const char *const[]){ __VA_ARGS__ }, \
	    ARRAY_LEN(((const char *const[]){ __VA_ARGS__ })))

static enum rc
run_import(struct moving *m, struct import *im, const char *what, int64_t *ret_taken)
{
	enum rc rc = import_within(m->op, im);

	if (rc != RC_OK)
		return rc;
	*ret_taken += im->sum.added + im->sum.changed + im->sum.unchanged;
	for (size_t i = 0; i < im->n_faults; i++)
		note(m->ret, what, im->faults[i].key, im->faults[i].text);
	if (im->n_faults == IMPORT_FAULTS_MAX)
		note(m->ret, what, "",
		    arena_printf(m->ret->arena, "%lld were left out in all.", (long long)im->sum.failed));
	return RC_OK;
}

static const char *
yes_no(bool value)
{
	return value ? "yes" : "no";
}

static const char *
number(struct moving *m, int64_t n)
{
	return arena_printf(m->ret->arena, "%lld", (long long)n);
}

static const char *
bytes(struct moving *m, int64_t n)
{
	return n > 0 ? arena_printf(m->ret->arena, "%lldB", (long long)n) : FIELD_NO_LIMIT;
}

/* ---- domains ---- */

/* -1 there means none at all, which cannot be said here. */
static int64_t
limit(struct moving *m, const struct pfa_domain *d, int64_t n, const char *of)
{
	if (n < 0)
		note(m->ret, "domain", d->domain,
		    arena_printf(m->ret->arena,
			"It may have no %s at all there; here it has no limit.", of));
	return MAX(n, (int64_t)0);
}

/* The largest quota of a mailbox, 0 when there is no limit. */
static int64_t
megabytes(int64_t n)
{
	return n > 0 && n < INT64_MAX / MB ? n * MB : 0;
}

static int64_t
largest(const struct pfa_domain *d)
{
	return megabytes(d->max_quota);
}

static enum rc
move_domains(struct moving *m)
{
	struct import im = open_import(m, IMPORT_DOMAINS,
	    IMPORT_INSERT, "domain description transport backupmx active max_aliases max_mailboxes max_quota quota total_quota",
	    m->from->n_domains);

	for (size_t i = 0; i < m->from->n_domains; i++) {
		const struct pfa_domain *d = &m->from->domains[i];

		ADD_RECORD(&im, d->domain, d->description,
		    d->transport && *d->transport ? d->transport : "virtual", yes_no(d->backupmx),
		    yes_no(d->active), number(m, limit(m, d, d->max_aliases, "aliases")),
		    number(m, limit(m, d, d->max_mailboxes, "mailboxes")), bytes(m, largest(d)),
		    bytes(m, largest(d)), bytes(m, megabytes(d->total_quota)));
	}
	return run_import(m, &im, "domain", &m->ret->domains);
}

static const struct pfa_domain *
domain_of(const struct moving *m, const char *address)
{
	const char *at = strrchr(address, '@');
	const struct pfa_domain wanted = { .domain = at ? at + 1 : "" };

	return m->from->n_domains == 0
	    ? NULL
	    : bsearch(&wanted, m->from->domains, m->from->n_domains, sizeof(wanted), by_domain);
}

/* ---- mailboxes ---- */

/* The stored value with its scheme in front; the locked one where it cannot be carried over. */
static const char *
hash_of(struct moving *m, const struct pfa_mailbox *mb)
{
	char name[PW_NAME_MAX];
	const char *stored = mb->password ? mb->password : "";
	enum pw_state state = pw_examine(stored, name);
	bool clear = strcmp(name, "PLAIN") == 0 || strncmp(name, "CLEAR", 5) == 0;

	if (!clear && (state == PW_FINE || state == PW_WEAK))
		return *stored == '{' ? stored : arena_printf(m->ret->arena, "{%s}%s", name, stored);
	note(m->ret, "mailbox", mb->username,
	    clear ? N_("Its password stands there in clear text, or not at all; nobody can "
		       "sign in "
		       "until a new one is set.")
		  : N_("Its password is stored in a way that cannot be checked here; "
		       "nobody can "
		       "sign in until a new one is set."));
	return m->locked;
}

/* Within what the domain allows: mail has to go on arriving. */
static int64_t
quota_of(struct moving *m, const struct pfa_mailbox *mb)
{
	const struct pfa_domain *d = domain_of(m, mb->username);
	int64_t max = d ? largest(d) : 0;

	if (max == 0 || (mb->quota > 0 && mb->quota <= max))
		return MAX(mb->quota, (int64_t)0);
	note(m->ret, "mailbox", mb->username,
	    N_("Its quota is above what its domain allows, and becomes the largest that it does."));
	return max;
}

static enum rc
move_mailboxes(struct moving *m)
{
	struct import im = open_import(m, IMPORT_MAILBOXES, IMPORT_INSERT,
	    "address name alt_email hash quota active", m->from->n_mailboxes);
	enum rc rc;

	for (size_t i = 0; i < m->from->n_mailboxes; i++) {
		const struct pfa_mailbox *mb = &m->from->mailboxes[i];

		ADD_RECORD(&im, mb->username, mb->name, mb->alt_email, hash_of(m, mb),
		    bytes(m, quota_of(m, mb)), yes_no(mb->active));
	}
	rc = run_import(m, &im, "mailbox", &m->ret->mailboxes);
	m->mailboxes = im;
	return rc;
}

/* ---- aliases ---- */

enum owner { OWNER_NONE, OWNER_TAKEN, OWNER_LEFT_OUT };

/* Is there a mailbox of that address, and did it come over? When too many were refused to know which, none counts as having come. */
static enum owner
owner_of(const struct moving *m, const char *address)
{
	const struct pfa_mailbox wanted = { .username = address };

	if (m->from->n_mailboxes == 0 ||
	    !bsearch(&wanted, m->from->mailboxes, m->from->n_mailboxes, sizeof(wanted), by_username))
		return OWNER_NONE;
	if (m->mailboxes.n_faults == IMPORT_FAULTS_MAX)
		return OWNER_LEFT_OUT;
	for (size_t i = 0; i < m->mailboxes.n_faults; i++)
		if (strcasecmp(m->mailboxes.faults[i].key, address) == 0)
			return OWNER_LEFT_OUT;
	return OWNER_TAKEN;
}

/* Targets without those of its vacation program, user#domain@autoreply.domain. */
static const char *
targets_of(struct moving *m, const struct pfa_alias *a)
{
	CLEANUP(str_release) struct str out = STR_INIT;

	for (const char *at = a->goto_ ? a->goto_ : ""; *at;) {
		size_t len = strcspn(at, ",");

		if (len > 0 && !memchr(at, '#', len)) {
			str_add(&out, out.len ? "," : "");
			str_addn(&out, at, len);
		}
		at += len + (at[len] == ',');
	}
	return arena_strdup(m->ret->arena, str_text(&out));
}

static enum rc
move_aliases(struct moving *m)
{
	const char *const fields = "address goto active";
	struct import own = open_import(m, IMPORT_ALIASES, IMPORT_UPSERT, fields, m->from->n_aliases);
	struct import others = open_import(m, IMPORT_ALIASES, IMPORT_INSERT, fields, m->from->n_aliases);
	int64_t changed = 0;
	enum rc rc;

	for (size_t i = 0; i < m->from->n_aliases; i++) {
		const struct pfa_alias *a = &m->from->aliases[i];
		const char *targets = targets_of(m, a);
		enum owner owner = owner_of(m, a->address);
		bool self = strcasecmp(a->address, targets) == 0 || !*targets;

		if (owner == OWNER_LEFT_OUT)
			note(m->ret, "alias", a->address, N_("Its mailbox was left out."));
		else if (owner == OWNER_NONE || !self || !m->op->conf->mailbox_aliases)
			ADD_RECORD(owner == OWNER_TAKEN ? &own : &others, a->address, targets,
			    yes_no(a->active || (self && owner == OWNER_TAKEN)));
	}
	if ((rc = run_import(m, &own, "alias", &changed)) == RC_OK)
		rc = run_import(m, &others, "alias", &m->ret->aliases);
	m->ret->aliases += changed;
	return rc;
}

static enum rc
move_alias_domains(struct moving *m)
{
	struct arena *arena = m->ret->arena;
	struct import im = open_import(m, IMPORT_ALIASES, IMPORT_INSERT, "address goto active",
	    m->from->n_alias_domains);

	for (size_t i = 0; i < m->from->n_alias_domains; i++) {
		const struct pfa_alias *a = &m->from->alias_domains[i];

		ADD_RECORD(&im, arena_printf(arena, "@%s", a->address),
		    arena_printf(arena, "@%s", a->goto_), yes_no(a->active));
	}
	return run_import(m, &im, "alias domain", &m->ret->alias_domains);
}

/* ---- administrators ---- */

/* One change with a place to go back to; a refusal becomes a note. */
static enum rc
settle(struct moving *m, enum rc rc, const char *what, const char *object, int64_t *count)
{
	struct op *op = m->op;

	if (rc == RC_OK) {
		(*count)++;
		return tx_keep(m->tx);
	}
	if (rc == RC_RETRY || rc == RC_UNAVAILABLE || rc == RC_INTERNAL)
		return rc;
	note(m->ret, what, object, op->errs.first ? op->errs.first->text : rc_slug(rc));
	err_clear(&op->errs);
	return tx_undo(m->tx);
}

/* As administrators' hashes are kept: without the scheme where the look tells it, so that the PHP program could read them. */
static const char *
bare(const char *stored)
{
	const char *end = stored && *stored == '{' ? strchr(stored, '}') : NULL;

	return end && end[1] == '$' ? end + 1 : stored ? stored : "";
}

static enum rc
move_admins(struct moving *m)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < m->from->n_admins && rc == RC_OK; i++) {
		const struct pfa_admin *a = &m->from->admins[i];
		struct admin_in in = {
			.username = a->username, .hash = bare(a->password), .super = a->super
		};
		struct admin row;

		in.active = a->active;
		in.given = UINT64_MAX;
		if ((rc = tx_save(m->tx)) == RC_OK)
			rc = settle(m, admin_add(m->op, &in, &row), "administrator", a->username,
			    &m->ret->admins);
	}
	return rc;
}

static enum rc
assign(struct op *op, const struct pfa_assignment *x)
{
	struct domain domain;
	struct admin admin;
	enum rc rc;

	if ((rc = domain_find(op, x->domain, &domain)) != RC_OK ||
	    (rc = admin_find(op, x->username, &admin)) != RC_OK)
		return rc;
	return domain_assign(op, domain.id, admin.id, true);
}

static enum rc
move_assignments(struct moving *m)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < m->from->n_assignments && rc == RC_OK; i++) {
		const struct pfa_assignment *x = &m->from->assignments[i];

		if ((rc = tx_save(m->tx)) == RC_OK)
			rc = settle(m, assign(m->op, x), "assignment",
			    arena_printf(m->ret->arena, "%s, %s", x->username, x->domain),
			    &m->ret->assignments);
	}
	return rc;
}

/* ---- all of it ---- */

static void
note_others(struct moving *m)
{
	for (size_t i = 0; i < m->from->n_vacations; i++)
		note(m->ret, "vacation", m->from->vacations[i].object,
		    N_("Answers to mail are not this program's; Sieve in Dovecot does that."));
	for (size_t i = 0; i < m->from->n_fetches; i++)
		note(m->ret, "fetchmail", m->from->fetches[i].object,
		    N_("Mail is not fetched from elsewhere by this program."));
}

static enum rc
record(struct moving *m)
{
	const struct postfixadmin_result *r = m->ret;
	struct change c = { .action = "IMPORT", .type = "import", .object = "PostfixAdmin" };

	c.note = arena_printf(m->op->arena, "imported %lld domains, %lld mailboxes, %lld aliases, %lld alias domains and %lld administrators from PostfixAdmin",
	    (long long)r->domains, (long long)r->mailboxes, (long long)r->aliases,
	    (long long)r->alias_domains, (long long)r->admins);
	c.after_json = arena_printf(m->op->arena, "{\"domains\":%lld,\"mailboxes\":%lld,\"aliases\":%lld,\"alias_domains\":%lld,\"admins\":%lld,\"assignments\":%lld}",
	    (long long)r->domains, (long long)r->mailboxes, (long long)r->aliases,
	    (long long)r->alias_domains, (long long)r->admins, (long long)r->assignments);
	return change_add(m->op, &c);
}

/* Hashed before the transaction takes its locks, and once for all. */
static enum rc
make_locked(struct moving *m)
{
	const struct mailbox_in in = { .generate = true };
	struct mailbox_secret secret = { .stored = NO_HASH };
	enum rc rc = m->op->flags & OP_DRY_RUN ? RC_OK : mailbox_secret(m->op, &in, NULL, &secret);

	m->locked = arena_strdup(m->ret->arena, secret.stored);
	return rc;
}

enum rc
postfixadmin_import(struct op *op, const struct postfixadmin *from, struct postfixadmin_result *ret)
{
	static enum rc (*const moves[])(struct moving *) = { move_domains, move_mailboxes,
		move_aliases, move_alias_domains, move_admins, move_assignments };
	TX tx = { 0 };
	struct moving *m = ARENA_NEW(ret->arena, struct moving);
	enum rc rc;

	*ret = (struct postfixadmin_result){ .arena = ret->arena };
	*m = (struct moving){ .op = op, .from = from, .ret = ret, .tx = &tx };
	if ((rc = perm_super(op)) != RC_OK || (rc = make_locked(m)) != RC_OK ||
	    (rc = tx_begin(&tx, op)) != RC_OK)
		return rc;
	for (size_t i = 0; i < ARRAY_LEN(moves) && rc == RC_OK; i++)
		rc = moves[i](m);
	if (rc != RC_OK || (rc = record(m)) != RC_OK)
		return rc;
	note_others(m);
	return tx_commit(&tx);
}
