/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The report before a takeover: its frame, and the sections that are a statement each. It must not write, and what it finds is no fault of the op: a
 * plan that refuses becomes a section, so that the rest is seen all the same.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/phpser.h"
#include "base/str.h"
#include "store/takeover.h"
#include "svc/perm.h"
#include "svc/takeover_int.h"

#include <jansson.h>
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

/* ---- archives ---- */

static bool
is_tar(const char *file)
{
	size_t n = file ? strlen(file) : 0;

	return (n > 4 && strcmp(file + n - 4, ".tar") == 0) ||
	    (n > 8 && strcmp(file + n - 8, ".tar.bz2") == 0);
}

static bool
is_json_object(const char *data)
{
	json_t *value = json_loads(data, JSON_REJECT_DUPLICATES, NULL);
	bool ok = json_is_object(value);

	json_decref(value);
	return ok;
}

static bool
is_readable(struct op *op, const char *data)
{
	struct str out = STR_INIT;
	struct errs errs = { .arena = op->arena };
	bool ok;

	if (*data == '{')
		return is_json_object(data);
	ok = phpser_to_json(data, strlen(data), &out, &errs) == RC_OK;
	str_release(&out);
	return ok;
}

static void
look_archive(struct takeover_look *l, const struct takeover_archive *a)
{
	const char *data = a->data ? a->data : "", *status = a->status ? a->status : "";
	bool done = strcmp(status, "ARCHIVED") == 0;

	if (!done)
		takeover_note(l, TAKEOVER_IN_FLIGHT, a->username, "archive %s", status);
	if (*data == 'a' || is_tar(a->maildir_file) || is_tar(a->homedir_file))
		takeover_note(l, TAKEOVER_ARCHIVES, a->username, "%s",
		    a->maildir_file       ? a->maildir_file
			: a->homedir_file ? a->homedir_file
					  : "");
	if ((done || *data) && !is_readable(l->op, data))
		takeover_note(l, TAKEOVER_ARCHIVES_BROKEN, a->username, "%s",
		    a->maildir_file ? a->maildir_file : "");
}

static enum rc
look_archives(struct takeover_look *l)
{
	struct rows rows;
	const struct takeover_archive *a;
	enum rc rc = store_takeover_archives(l->op, &rows);

	if (rc != RC_OK)
		return rc;
	a = rows.at;
	for (size_t i = 0; i < rows.n; i++)
		look_archive(l, &a[i]);
	return RC_OK;
}

enum rc
takeover_report(struct op *op, size_t shown, struct takeover_report *ret)
{
	static enum rc (*const looks[])(struct takeover_look *) = { look_plan, read_people,
		look_flights, look_archives, takeover_look_secrets, takeover_look_addresses };
	struct takeover_look l = { .op = op, .shown = shown, .report = ret };
	enum rc rc = perm_super(op);

	*ret = (struct takeover_report){ .outcome = RC_OK };
	make_sections(&l);
	for (size_t i = 0; i < ARRAY_LEN(looks) && rc == RC_OK; i++)
		rc = looks[i](&l);
	return rc;
}
