/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The report before a takeover: its frame, and the sections that are a statement each. It must not write, and what it finds is no fault of the op: a
 * plan that refuses becomes a section, so that the rest is seen all the same.
 */
#include "base/base.h"

#include "base/arena.h"
#include "store/takeover.h"
#include "svc/archive.h"
#include "svc/perm.h"
#include "svc/takeover_int.h"

#include <stdarg.h>

static const struct {
	const char *name, *title, *todo;
} sections[] = {
#define SECTION_ROW(id, name, title, todo) [TAKEOVER_##id] = { name, title, todo },
	TAKEOVER_SECTIONS(SECTION_ROW)
#undef SECTION_ROW
};
_Static_assert(ARRAY_LEN(sections) == TAKEOVER__MAX, "one row per section");

void
takeover_note(struct takeover_look *l, enum takeover_id id, const char *object, const char *fmt, ...)
{
	struct takeover_section *s = &l->report->sections[id];
	va_list ap;

	s->count++;
	if (s->n == l->shown)
		return;
	va_start(ap, fmt);
	s->rows[s->n++] = (struct takeover_row){ arena_strdup(l->op->arena, object ? object : "?"),
		arena_vprintf(l->op->arena, fmt, ap) };
	va_end(ap);
}

static void
make_sections(struct takeover_look *l)
{
	struct takeover_report *r = l->report;

	r->sections = arena_array(l->op->arena, TAKEOVER__MAX, sizeof(*r->sections));
	r->n = TAKEOVER__MAX;
	for (size_t i = 0; i < r->n; i++)
		r->sections[i] = (struct takeover_section){ .name = sections[i].name,
			.title = sections[i].title,
			.todo = sections[i].todo,
			.rows = arena_array(l->op->arena, l->shown, sizeof(struct takeover_row)) };
}

/* What the plan finds in its way is what the report is for. */
static enum rc
look_plan(struct takeover_look *l)
{
	struct takeover_report *r = l->report;
	enum rc rc = system_schema_plan(l->op, false, &r->schema);

	if (rc != RC_OK && ((rc != RC_CONFIG && rc != RC_CONFLICT) || !r->schema.kind))
		return rc;
	r->outcome = rc;
	r->found = r->schema.kind;
	if (rc == RC_OK && !r->found)
		r->found = r->schema.pending < r->schema.n
		    ? "a database this program took over or made itself"
		    : NULL;
	for (const struct err *e = l->op->errs.first; e; e = e->next)
		takeover_note(l, TAKEOVER_IN_THE_WAY, e->text, "%s", "");
	err_clear(&l->op->errs);
	if (rc != RC_OK)
		r->obstacle =
		    N_("Something stands in the way of the takeover; the report names it.");
	return r->found
	    ? RC_OK
	    : op_fail(l->op, RC_CONFIG, N_("The database is empty: there is nothing to take over."));
}

static enum rc
read_people(struct takeover_look *l)
{
	enum rc rc = store_takeover_mailboxes(l->op, &l->mailboxes);

	return rc == RC_OK ? store_takeover_admins(l->op, &l->admins) : rc;
}

/* ---- work that was begun ---- */

static void
note_flights(struct takeover_look *l, const struct rows *rows, const char *what)
{
	const struct takeover_flight *f = rows->at;

	for (size_t i = 0; i < rows->n; i++)
		takeover_note(l, TAKEOVER_IN_FLIGHT, f[i].object, "%s %s", what, f[i].what);
}

static enum rc
look_flights(struct takeover_look *l)
{
	static const struct {
		const char *table, *column, *what;
		enum rc (*read)(struct op *, struct rows *);
	} kinds[] = { { "mailbox", "delete_pending", "mailbox", store_takeover_deleting },
		{ "mailbox_task", "id", "task", store_takeover_tasks } };
	enum rc rc;

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		struct rows rows;
		bool is;

		if ((rc = store_takeover_column(l->op, kinds[i].table, kinds[i].column, &is)) != RC_OK)
			return rc;
		if (!is)
			continue;
		if ((rc = kinds[i].read(l->op, &rows)) != RC_OK)
			return rc;
		note_flights(l, &rows, kinds[i].what);
	}
	return RC_OK;
}

/* ---- limits ---- */

/* column NULL: the quota of mailboxes. Not every state has each column. */
static enum rc
look_limit(struct takeover_look *l, const char *column)
{
	const char *table = column ? "domain" : "mailbox", *name = column ? column : "quota";
	const struct takeover_flight *f;
	struct rows rows;
	bool is = false;
	enum rc rc = store_takeover_column(l->op, table, name, &is);

	if (rc != RC_OK || !is)
		return rc;
	rc = column ? store_takeover_limits(l->op, column, &rows) : store_takeover_quotas(l->op, &rows);
	f = rows.at;
	for (size_t i = 0; rc == RC_OK && i < rows.n; i++)
		takeover_note(l, TAKEOVER_LIMITS, f[i].object, "%s.%s", table, name);
	return rc;
}

static enum rc
look_limits(struct takeover_look *l)
{
	static const char *const columns[] = { NULL, "quota", "max_quota", "max_mailboxes",
		"max_aliases" };
	enum rc rc = RC_OK;

	for (size_t i = 0; i < ARRAY_LEN(columns) && rc == RC_OK; i++)
		rc = look_limit(l, columns[i]);
	return rc;
}

/* ---- archives ---- */

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct takeover_mailbox *)a)->username,
	    ((const struct takeover_mailbox *)b)->username);
}

/* Mailboxes are read in the order of their names. */
static bool
is_mailbox(const struct takeover_look *l, const char *username)
{
	const struct takeover_mailbox wanted = { .username = username };

	return l->mailboxes.n > 0 &&
	    bsearch(&wanted, l->mailboxes.at, l->mailboxes.n, sizeof(wanted), by_name);
}

static void
look_archive(struct takeover_look *l, const struct archive *row)
{
	const char *file = row->maildir_file ? row->maildir_file : row->homedir_file, *why;
	struct archive_snapshot s = { 0 };
	struct archive a = *row;
	bool done;

	done = a.status && strcmp(a.status, "ARCHIVED") == 0;
	a.taken = a.username && is_mailbox(l, a.username);
	archive_read(l->op, &a, &s);
	why = archive_obstacle(l->op, &a, &s);
	if (!done)
		takeover_note(l, TAKEOVER_IN_FLIGHT, a.username, "archive %s", a.status ? a.status : "");
	if (archive_of_upstream(&a))
		takeover_note(l, TAKEOVER_ARCHIVES, a.username, "%s", file ? file : "");
	if (s.fault && (done || (a.data && *a.data)))
		takeover_note(l, TAKEOVER_ARCHIVES_BROKEN, a.username, "%s %s", why, file ? file : "");
	else if (!why)
		takeover_note(l, TAKEOVER_ARCHIVES_FINE, a.username, "%s", file ? file : "");
	else if (!archive_of_upstream(&a))
		takeover_note(l, TAKEOVER_ARCHIVES_STUCK, a.username, "%s", why);
}

static enum rc
look_archives(struct takeover_look *l)
{
	struct rows rows;
	const struct archive *a;
	bool is;
	enum rc rc = store_takeover_column(l->op, "archive", "data", &is);

	if (rc != RC_OK || !is)
		return rc;
	if ((rc = store_takeover_archives(l->op, &rows)) != RC_OK)
		return rc;
	a = rows.at;
	for (size_t i = 0; i < rows.n; i++)
		look_archive(l, &a[i]);
	return RC_OK;
}

/* A table or column that some version had and this database lacks; the plan adds it, or has said that it is missing. */
static enum rc
not_all(struct takeover_look *l)
{
	struct takeover_report *r = l->report;

	if (r->outcome == RC_OK)
		r->obstacle = arena_printf(l->op->arena, "This report is not all there is to say, since a statement of it failed: %s. Make it again after `vimbadmin schema apply`.",
		    l->op->errs.last && l->op->errs.last->detail ? l->op->errs.last->detail : "");
	r->outcome = r->outcome == RC_OK ? RC_CONFIG : r->outcome;
	err_clear(&l->op->errs);
	return RC_OK;
}

enum rc
takeover_report(struct op *op, size_t shown, struct takeover_report *ret)
{
	static enum rc (*const looks[])(struct takeover_look *) = { look_plan, read_people, look_flights,
		look_limits, look_archives, takeover_look_secrets, takeover_look_addresses };
	struct takeover_look l = { .op = op, .shown = shown, .report = ret };
	enum rc rc = perm_super(op);

	*ret = (struct takeover_report){ .outcome = RC_OK };
	make_sections(&l);
	for (size_t i = 0; i < ARRAY_LEN(looks) && rc == RC_OK; i++) {
		rc = looks[i](&l);
		if (rc == RC_INTERNAL && i > 0)
			rc = not_all(&l);
	}
	return rc;
}
