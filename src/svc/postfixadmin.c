/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * PostfixAdmin's rows (postfixadmin_read.c) as those of an import (svc/import.h): it owns what a column there means here, and no rule. It must not ask the
 * database what the services can tell.
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
#include "svc/admin.h"
#include "svc/change.h"
#include "svc/domain.h"
#include "svc/import_int.h"
#include "svc/mailbox_int.h"
#include "svc/perm.h"
#include "svc/postfixadmin.h"

#include <ctype.h>
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

	return postfixadmin_domain(m->from, at ? at + 1 : "");
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
	if (!postfixadmin_mailbox(m->from, address))
		return OWNER_NONE;
	if (m->mailboxes.n_faults == IMPORT_FAULTS_MAX)
		return OWNER_LEFT_OUT;
	for (size_t i = 0; i < m->mailboxes.n_faults; i++)
		if (strcasecmp(m->mailboxes.faults[i].key, address) == 0)
			return OWNER_LEFT_OUT;
	return OWNER_TAKEN;
}

/* Is the target, of that length, that of the vacation program: user#domain@autoreply.domain for user@domain? */
static bool
is_vacation(const char *address, const char *target, size_t len)
{
	size_t n = strlen(address);

	if (len <= n || target[n] != '@')
		return false;
	for (size_t i = 0; i < n; i++)
		if (tolower((unsigned char)target[i]) !=
		    (address[i] == '@' ? '#' : tolower((unsigned char)address[i])))
			return false;
	return true;
}

/* Targets without blanks and without that of the vacation program. */
static const char *
targets_of(struct moving *m, const struct pfa_alias *a)
{
	CLEANUP(str_release) struct str out = STR_INIT;
	static const char blanks[] = " \t\r\n";

	for (const char *at = a->goto_ ? a->goto_ : ""; *at; at += *at == ',') {
		size_t len;

		at += strspn(at, blanks);
		len = strcspn(at, ", \t\r\n");
		if (len > 0 && !is_vacation(a->address, at, len)) {
			str_add(&out, out.len ? "," : "");
			str_addn(&out, at, len);
		}
		at += len;
		at += strspn(at, blanks);
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
		const char *both = arena_printf(m->ret->arena, "%s, %s", x->username, x->domain);

		if (!x->active)
			note(m->ret, "assignment", both, N_("It is switched off there."));
		else if ((rc = tx_save(m->tx)) == RC_OK)
			rc = settle(m, assign(m->op, x), "assignment", both, &m->ret->assignments);
	}
	return rc;
}

/* ---- all of it ---- */

static void
note_others(struct moving *m)
{
	for (size_t i = 0; i < m->from->n_others; i++) {
		const struct pfa_note *o = &m->from->others[i];

		note(m->ret, o->what, o->object, o->text);
	}
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
