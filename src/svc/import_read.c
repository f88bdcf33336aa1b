/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The file of an import: its records, and which column is which field. All of it is read before the first row is looked at, so a file that breaks off
 * in the middle changes nothing. It must not touch the database.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/lang.h"
#include "base/csv.h"
#include "base/utf8.h"
#include "svc/extra.h"
#include "svc/import_int.h"

#define NAME_MAX_LEN 64

/* Other names that columns go by, of our own exports and of other programs. */
static const struct {
	enum import_kind kind;
	const char *column, *field;
} other_names[] = {
	{ IMPORT_DOMAINS, "name", "domain" },
	{ IMPORT_MAILBOXES, "username", "address" },
	{ IMPORT_MAILBOXES, "email", "address" },
	{ IMPORT_MAILBOXES, "password_hash", "hash" },
	{ IMPORT_ALIASES, "targets", "goto" },
};

struct reading {
	struct import *im;
	const struct importer *importer;
	const char *map;
	struct errs *errs;
	size_t n_cells;  /* of the first line */
	bool *automatic; /* of each column taken: nobody asked for it by name */
};

bool
import_named(const char *list, const char *name)
{
	size_t n = strlen(name);

	for (const char *at = list; *at; at += strspn(at, " ")) {
		size_t len = strcspn(at, " ");

		if (len == n && memcmp(at, name, n) == 0)
			return true;
		at += len;
	}
	return false;
}

/* "Max Quota " and max-quota are max_quota. */
static const char *
plain_name(struct arena *arena, const char *text, size_t len)
{
	char *name;

	while (len > 0 && *text == ' ') {
		text++;
		len--;
	}
	while (len > 0 && text[len - 1] == ' ')
		len--;
	name = arena_strndup(arena, text, MIN(len, (size_t)NAME_MAX_LEN));
	for (char *p = name; *p; p++) {
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
		else if (*p == ' ' || *p == '-')
			*p = '_';
	}
	return name;
}

/* What the map says of a column: its field, "" to leave it out, NULL when it says nothing. */
static const char *
mapped(const struct reading *r, const char *column)
{
	struct arena *arena = r->im->arena;

	for (const char *at = r->map; at && *at; at += strcspn(at, ","), at += *at == ',') {
		size_t len = strcspn(at, ","), eq = strcspn(at, "=,");

		if (strcmp(plain_name(arena, at, eq), column) == 0)
			return eq < len ? plain_name(arena, at + eq + 1, len - eq - 1) : "";
	}
	return NULL;
}

static enum rc
unknown(const struct reading *r, const char *column)
{
	if (strcmp(column, "password") == 0)
		return err_add(r->errs, RC_INVALID,
		    "map", "Passwords are not taken in clear text. Give hashes in a column \"hash\", or have passwords made.");
	return err_add(r->errs, RC_INVALID, "map",
	    "The column \"%s\" is no field of %s. Say which it is, or leave it out.", column,
	    lang_text(r->errs->lang, r->importer->what));
}

/* Is it a field that a file may hold? */
static bool
may_hold(const struct reading *r, const char *name)
{
	if (extra_named(name))
		return r->im->in && field_by_name(r->im->in, name);
	return import_named(r->importer->allowed, name);
}

/* The field of a column; *ret NULL: it does not count. */
static enum rc
field_of(const struct reading *r, const char *column, const char **ret, bool *ret_automatic)
{
	const struct importer *i = r->importer;
	const char *name = mapped(r, column);

	*ret_automatic = name == NULL;
	*ret = NULL;
	if (name && !*name)
		return RC_OK;
	if (name && !may_hold(r, name))
		return err_add(r->errs, RC_INVALID, "map", "There is no field \"%s\" of %s.", name,
		    lang_text(r->errs->lang, i->what));
	for (size_t n = 0; !name && n < ARRAY_LEN(other_names); n++)
		if (other_names[n].kind == r->im->kind && strcmp(other_names[n].column, column) == 0)
			name = other_names[n].field;
	if (!name && may_hold(r, column))
		name = column;
	*ret = name;
	if (name)
		return RC_OK;
	/* what an export has besides: counters, times */
	return strcmp(column, "password") != 0 && field_by_name(i->row, column) ? RC_OK
										: unknown(r, column);
}

static bool
has(const struct import *im, const char *name)
{
	for (size_t i = 0; i < im->n_columns; i++)
		if (strcmp(im->fields[i]->name, name) == 0)
			return true;
	return false;
}

static enum rc
take_column(struct reading *r, const char *column, size_t at)
{
	struct import *im = r->im;
	const char *name;
	bool automatic;
	enum rc rc = field_of(r, column, &name, &automatic);

	if (rc != RC_OK || !name)
		return rc;
	if (has(im, name))
		return err_add(r->errs, RC_INVALID, "map", "Two columns are the field \"%s\".", name);
	im->fields[im->n_columns] = field_by_name(im->in ? im->in : r->importer->in, name);
	im->columns[im->n_columns] = at;
	r->automatic[im->n_columns++] = automatic;
	return RC_OK;
}

/* Beside the whole address its parts say nothing new. */
static void
drop_parts(struct reading *r)
{
	struct import *im = r->im;
	size_t n = 0;

	for (size_t i = 0; i < im->n_columns; i++) {
		const char *name = im->fields[i]->name;

		if (r->automatic[i] && (strcmp(name, "domain") == 0 || strcmp(name, "local_part") == 0))
			continue;
		im->fields[n] = im->fields[i];
		im->columns[n++] = im->columns[i];
	}
	im->n_columns = n;
}

/* Every column the map names has to be there: a slip of the pen must not leave one out. */
static enum rc
check_map(const struct reading *r, const struct csv_record *head)
{
	struct arena *arena = r->im->arena;

	for (const char *at = r->map; at && *at; at += strcspn(at, ","), at += *at == ',') {
		const char *column = plain_name(arena, at, strcspn(at, "=,"));
		size_t i = 0;

		while (i < head->n &&
		    strcmp(plain_name(arena, head->cells[i], strlen(head->cells[i])), column) != 0)
			i++;
		if (i == head->n || at[strcspn(at, "=,")] != '=')
			return err_add(r->errs, RC_INVALID, "map",
			    "There is no column \"%s\" in the file.", column);
	}
	return RC_OK;
}

static enum rc
read_head(struct reading *r, const struct csv_record *head)
{
	struct import *im = r->im;
	enum rc rc = check_map(r, head);
	bool whole;

	im->fields = arena_array(im->arena, head->n, sizeof(const struct field *));
	im->columns = arena_array(im->arena, head->n, sizeof(*im->columns));
	r->automatic = arena_array(im->arena, head->n, sizeof(*r->automatic));
	r->n_cells = head->n;
	for (size_t i = 0; i < head->n && rc == RC_OK; i++) {
		const char *name = csv_unguard(head->cells[i]);

		rc = take_column(r, plain_name(im->arena, name, strlen(name)), i);
	}
	if (rc != RC_OK)
		return rc;
	whole = has(im, r->importer->key);
	if (whole && strcmp(r->importer->key, "address") == 0)
		drop_parts(r);
	if (whole || (has(im, "local_part") && has(im, "domain")))
		return RC_OK;
	return err_add(r->errs, RC_INVALID, "map",
	    "No column is the field \"%s\". The first line names the columns.", r->importer->key);
}

static enum rc
broken(struct errs *errs, size_t line, const char *fault)
{
	return err_add(errs, RC_INVALID, NULL, "Line %zu: %s", line, fault);
}

static enum rc
add_record(struct reading *r, const struct csv_record *record, size_t *max)
{
	struct import *im = r->im;
	const char **cells = arena_array(im->arena, im->n_columns, sizeof(*cells));

	if (record->n != r->n_cells)
		return err_add(r->errs, RC_INVALID, NULL, "Line %zu has %zu cells, the first line %zu.",
		    record->line, record->n, r->n_cells);
	if (im->n_records == IMPORT_ROWS_MAX)
		return err_add(r->errs, RC_TOO_LARGE, NULL, "There are more than %d rows.",
		    IMPORT_ROWS_MAX);
	if (im->n_records == *max) {
		struct import_record *more = arena_array(im->arena, *max * 2, sizeof(*more));

		memcpy(more, im->records, *max * sizeof(*more));
		im->records = more;
		*max *= 2;
	}
	for (size_t i = 0; i < im->n_columns; i++)
		cells[i] = csv_unguard(record->cells[im->columns[i]]);
	im->records[im->n_records++] = (struct import_record){ .line = (int64_t)record->line,
		.cells = cells };
	return RC_OK;
}

static enum rc
read_records(struct reading *r, struct csv *csv)
{
	size_t max = 256;
	struct csv_record record;
	const char *fault;
	enum csv_step step;
	enum rc rc = RC_OK;

	r->im->records = arena_array(r->im->arena, max, sizeof(*r->im->records));
	while (rc == RC_OK && (step = csv_next(csv, &record, &fault)) != CSV_END)
		rc = step == CSV_BAD ? broken(r->errs, csv->line, fault) : add_record(r, &record, &max);
	return rc;
}

enum rc
import_open(struct import *im, const struct import_file *file, const struct import_in *in,
    struct arena *arena, struct errs *errs)
{
	struct reading r = { .im = im, .importer = &importers[file->kind], .map = in->map, .errs = errs };
	struct csv_record head;
	struct csv csv;
	const char *fault;
	enum rc rc;

	*im = (struct import){ .arena = arena, .kind = file->kind, .generate = in->generate };
	if (file->kind == IMPORT_MAILBOXES || file->kind == IMPORT_ALIASES)
		im->in = extras_of_input(file->conf, importers[file->kind].in, arena).in;
	im->skip = in->on_error && strcmp(in->on_error, "skip") == 0;
	if (in->mode && *in->mode)
		im->mode = strcmp(in->mode, "update") == 0 ? IMPORT_UPDATE
		    : strcmp(in->mode, "upsert") == 0      ? IMPORT_UPSERT
							   : IMPORT_INSERT;
	if ((fault = csv_open(&csv, file->text, file->len)))
		return broken(errs, csv.line, fault);
	switch (csv_next(&csv, &head, &fault)) {
	case CSV_BAD:
		return broken(errs, csv.line, fault);
	case CSV_END:
		return err_add(errs, RC_INVALID, NULL,
		    "The file is empty. The first line names the columns.");
	case CSV_RECORD:
		break;
	}
	if ((rc = read_head(&r, &head)) != RC_OK || (rc = read_records(&r, &csv)) != RC_OK)
		return rc;
	im->faults = arena_array(arena, IMPORT_FAULTS_MAX, sizeof(*im->faults));
	im->made_max = im->generate ? im->n_records : 0;
	im->made = arena_array(arena, im->made_max, sizeof(*im->made));
	im->sum.rows = (int64_t)im->n_records;
	return RC_OK;
}

/* ---- for whoever chooses ---- */

enum import_kind
import_kind_named(const char *name)
{
	if (strcmp(name, "domains") == 0)
		return IMPORT_DOMAINS;
	return strcmp(name, "aliases") == 0 ? IMPORT_ALIASES : IMPORT_MAILBOXES;
}

#define FIRST_ROWS 3
#define FIRST_CHARS 40

const struct field **
import_fields_of(enum import_kind kind, const struct conf *conf, struct arena *arena)
{
	struct import im = { .arena = arena, .kind = kind };
	const struct fields *f = kind == IMPORT_MAILBOXES ? extras_of(conf, arena).in
							  : importers[kind].in;
	const struct reading r = { .im = &im, .importer = &importers[kind] };
	const struct field **ret = arena_array(arena, f->n + 1, sizeof(const struct field *));
	size_t n = 0;

	im.in = f;
	for (size_t i = 0; i < f->n; i++)
		if (may_hold(&r, f->at[i].name))
			ret[n++] = &f->at[i];
	return ret;
}

static bool
can_be_mapped(const char *name, const struct import_column *before, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(before[i].name, name) == 0)
			return false;
	return *name && !strpbrk(name, ",=");
}

/* Names that are taken for a field only where somebody looks at it before it counts. */
static const struct {
	const char *column, *field;
} likely[] = {
	{ "mail", "address" },
	{ "e_mail", "address" },
	{ "mail_address", "address" },
	{ "email_address", "address" },
	{ "mailbox", "address" },
	{ "alias", "address" },
	{ "user", "local_part" },
	{ "login", "local_part" },
	{ "full_name", "name" },
	{ "display_name", "name" },
	{ "domain_name", "domain" },
	{ "comment", "description" },
	{ "target", "goto" },
	{ "forward_to", "goto" },
	{ "destination", "goto" },
	{ "enabled", "active" },
};

static const struct field *
likely_field(const struct reading *r, const struct import_column *columns, size_t n, const char *name)
{
	const struct fields *f = r->im->in ? r->im->in : r->importer->in;

	for (size_t i = 0; i < ARRAY_LEN(likely); i++) {
		bool taken = false;

		if (strcmp(likely[i].column, name) != 0 || !may_hold(r, likely[i].field))
			continue;
		for (size_t k = 0; k < n; k++)
			taken = taken ||
			    (columns[k].field && strcmp(columns[k].field->name, likely[i].field) == 0);
		return taken ? NULL : field_by_name(f, likely[i].field);
	}
	return NULL;
}

/* What the whole head says; where that is not clear, each column by itself. */
static void
guess(struct reading *r, const struct csv_record *head, struct import_column *columns)
{
	struct import *im = r->im;

	if (read_head(r, head) == RC_OK) {
		for (size_t i = 0; i < im->n_columns; i++)
			columns[im->columns[i]].field = im->fields[i];
		return;
	}
	for (size_t i = 0; i < head->n; i++) {
		const char *name = NULL;
		bool automatic;

		if (field_of(r, columns[i].name, &name, &automatic) == RC_OK && name)
			columns[i].field = field_by_name(im->in ? im->in : r->importer->in, name);
	}
	for (size_t i = 0; i < head->n; i++)
		if (!columns[i].field && !mapped(r, columns[i].name))
			columns[i].field = likely_field(r, columns, head->n, columns[i].name);
}

static const char *
with_value(struct arena *arena, const char *before, const char *value)
{
	size_t len = utf8_cut(value, FIRST_CHARS);

	if (!*value)
		return before;
	return arena_printf(arena, "%s%s%.*s", before, *before ? ", " : "", (int)len, value);
}

size_t
import_columns(const struct import_file *file, const struct import_in *in, struct arena *arena,
    struct import_column **ret)
{
	struct import im = { .arena = arena, .kind = file->kind };
	struct errs errs = { .arena = arena };
	struct reading r = { .im = &im, .importer = &importers[file->kind], .map = in->map, .errs = &errs };
	struct csv_record head, row;
	struct csv csv;
	const char *fault;
	size_t n;

	if (file->kind == IMPORT_MAILBOXES)
		im.in = extras_of(file->conf, arena).in;
	if (csv_open(&csv, file->text, file->len) || csv_next(&csv, &head, &fault) != CSV_RECORD)
		return 0;
	n = head.n;
	*ret = arena_array(arena, n, sizeof(**ret));
	for (size_t i = 0; i < n; i++) {
		const char *name = csv_unguard(head.cells[i]);

		(*ret)[i] = (struct import_column){ plain_name(arena, name, strlen(name)), "", NULL };
		if (!can_be_mapped((*ret)[i].name, *ret, i))
			return 0;
	}
	guess(&r, &head, *ret);
	for (size_t k = 0;
	     k < FIRST_ROWS && csv_next(&csv, &row, &fault) == CSV_RECORD && row.n == n; k++)
		for (size_t i = 0; i < n; i++)
			(*ret)[i].first = with_value(arena, (*ret)[i].first, csv_unguard(row.cells[i]));
	return n;
}
