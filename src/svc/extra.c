/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fields that the configuration adds to mailboxes. Owns their tables, what is stored of them and when. It must not know any door: whoever has a field
 * table has the fields. The surprising thing: the tables are made anew whenever they are asked for, because they follow the configuration of the op,
 * and that is cheap; what they point to are members of struct mailbox that nobody else reads.
 */
#include "base/base.h"

#include "base/arena.h"
#include "conf/conf.h"
#include "conf/plugins.h"
#include "store/extra.h"
#include "svc/extra.h"
#include "svc/perm.h"

#include <ctype.h>

#define ATTRIBUTE "xpiInfo." /* the PHP program's */
#define VALUE_MAX 255

/* ---- tables ---- */

static const char *
check_digits(const void *value)
{
	for (const char *at = value; *at; at++)
		if (!isdigit((unsigned char)*at))
			return N_("Enter digits only.");
	return NULL;
}

static int
two(const char *digits)
{
	return (digits[0] - '0') * 10 + digits[1] - '0';
}

static const char *
check_date(const void *value)
{
	static const char shape[] = "dddd-dd-dd";
	const char *at = value;

	for (size_t i = 0; i < sizeof(shape); i++)
		if (shape[i] == 'd' ? !isdigit((unsigned char)at[i]) : at[i] != shape[i])
			return N_("Enter a date such as 2026-12-31.");
	return two(at + 5) >= 1 && two(at + 5) <= 12 && two(at + 8) >= 1 && two(at + 8) <= 31
	    ? NULL
	    : N_("Enter a date such as 2026-12-31.");
}

/* In small letters, as command lines and the first lines of CSV files have it. */
static const char *
field_name(struct arena *arena, const char *prefix, const char *name)
{
	char *text = arena_printf(arena, "%s%s", prefix, name);

	for (char *c = text; *c; c++)
		*c = *c == '-' ? '_' : (char)tolower((unsigned char)*c);
	return text;
}

static struct field
info_field(struct arena *arena, const struct conf_info *info, size_t off)
{
	return (struct field){ .name = field_name(arena, EXTRA_INFO, info->name),
		.off = off,
		.type = FIELD_TEXT,
		.kind = info->choices ? KIND_CHOICE : KIND_PLAIN,
		.flags = info->required ? FIELD_REQUIRED : 0,
		.min = info->min,
		.max = info->max ? info->max : VALUE_MAX,
		.label = info->label,
		.choices = info->choices,
		.check = info->digits ? check_digits
		    : info->date      ? check_date
				      : NULL };
}

/* Is it one of the fields that are not asked for? */
static bool
is_without(const struct conf *conf, const struct field *f)
{
	for (const char *at = conf->directory_without; *at;) {
		size_t n;

		at += strspn(at, " \t");
		n = strcspn(at, " \t");
		if (n > 0 && directory_field(at, n) == f)
			return true;
		at += n;
	}
	return false;
}

/* Appends the added fields to a copy of the usual ones. */
static const struct fields *
extended(const struct conf *conf, struct arena *arena, const struct extras *x,
    const struct fields *usual, size_t off_info, size_t off_directory)
{
	struct field *rows = arena_array(arena, usual->n + MAILBOX_INFO_MAX + directory_fields.n,
	    sizeof(*rows));
	struct fields *ret = ARENA_NEW(arena, struct fields);
	size_t n = usual->n;

	memcpy(rows, usual->at, usual->n * sizeof(*rows));
	for (size_t i = 0; i < x->n_info; i++)
		rows[n++] = info_field(arena, &x->info[i], off_info + i * sizeof(const char *));
	for (size_t i = 0; x->directory && i < directory_fields.n; i++) {
		const struct field *f = &directory_fields.at[i];

		if ((f->flags & FIELD_READONLY) || is_without(conf, f))
			continue;
		rows[n] = *f;
		rows[n].name = field_name(arena, EXTRA_DIRECTORY, f->name);
		rows[n++].off = off_directory + f->off;
	}
	*ret = (struct fields){ usual->name, rows, n, usual->size };
	return ret;
}

struct extras
extras_of(const struct conf *conf, struct arena *arena)
{
	struct extras x = { .row = &mailbox_fields,
		.in = &mailbox_in_fields,
		.directory = conf->directory_on,
		.n_row = mailbox_fields.n,
		.n_in = mailbox_in_fields.n };

	x.info = conf_info_elements(conf, arena, &x.n_info);
	if (x.n_info == 0 && !x.directory)
		return x;
	x.row = extended(conf, arena, &x, &mailbox_fields, offsetof(struct mailbox, info),
	    offsetof(struct mailbox, directory));
	x.in = extended(conf, arena, &x, &mailbox_in_fields, offsetof(struct mailbox_in, info),
	    offsetof(struct mailbox_in, directory));
	return x;
}

struct extras
extras_of_alias(const struct conf *conf, struct arena *arena)
{
	struct extras x = { .row = &alias_fields,
		.in = &alias_in_fields,
		.n_row = alias_fields.n,
		.n_in = alias_in_fields.n,
		.alias = true };

	x.info = conf_info_alias_elements(conf, arena, &x.n_info);
	if (x.n_info == 0)
		return x;
	x.row = extended(conf, arena, &x, &alias_fields, offsetof(struct alias, info), 0);
	x.in = extended(conf, arena, &x, &alias_in_fields, offsetof(struct alias_in, info), 0);
	return x;
}

struct extras
extras_of_input(const struct conf *conf, const struct fields *in, struct arena *arena)
{
	if (in == &mailbox_in_fields)
		return extras_of(conf, arena);
	if (in == &alias_in_fields)
		return extras_of_alias(conf, arena);
	return (struct extras){ .in = in, .n_in = in->n };
}

bool
extra_named(const char *name)
{
	return strncmp(name, EXTRA_INFO, sizeof(EXTRA_INFO) - 1) == 0 ||
	    strncmp(name, EXTRA_DIRECTORY, sizeof(EXTRA_DIRECTORY) - 1) == 0;
}

/* ---- reading ---- */

static const char *
or_null(const char *text)
{
	return text && *text ? text : NULL;
}

static void
load_info(const struct extras *x, const struct info_row *info, const char **ret)
{
	if (strncmp(info->attribute, ATTRIBUTE, sizeof(ATTRIBUTE) - 1) != 0)
		return;
	for (size_t i = 0; i < x->n_info; i++)
		if (strcmp(info->attribute + sizeof(ATTRIBUTE) - 1, x->info[i].name) == 0)
			ret[i] = or_null(info->value);
}

static enum rc
load_infos(struct op *op, const struct extras *x, int64_t id, const char **ret)
{
	struct rows rows = { 0 };
	enum rc rc = RC_OK;

	if (x->n_info > 0)
		rc = store_info_all(op, x->alias ? INFO_OF_ALIAS : INFO_OF_MAILBOX, id, &rows);
	for (size_t i = 0; rc == RC_OK && i < rows.n; i++)
		load_info(x, (const struct info_row *)rows.at + i, ret);
	return rc;
}

enum rc
extra_load(struct op *op, struct mailbox *row)
{
	const struct extras x = extras_of(op->conf, op->arena);
	enum rc rc = load_infos(op, &x, row->id, row->info);

	if (rc != RC_OK || !x.directory)
		return rc;
	rc = store_directory_get(op, row->id, &row->directory);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc
extra_alias_load(struct op *op, struct alias *row)
{
	const struct extras x = extras_of_alias(op->conf, op->arena);

	return load_infos(op, &x, row->id, row->info);
}

/* ---- taking in ---- */

static bool
same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool
same_entry(const struct directory *a, const struct directory *b)
{
	for (size_t i = 0; i < directory_fields.n; i++) {
		const struct field *f = &directory_fields.at[i];

		if (f->type == FIELD_TEXT && !same(field_text(f, a), field_text(f, b)))
			return false;
	}
	return true;
}

/* Given fields go over member by member: both structs have them in the same order. */
static enum rc
take_given(struct op *op, const struct extras *x, const void *in, bool added, void *row)
{
	for (size_t i = x->n_in; i < x->in->n; i++) {
		const struct field *from = &x->in->at[i];
		const struct field *to = field_by_name(x->row, from->name);

		if (field_given(x->in, in, from->off))
			field_set_text(to, row, or_null(field_text(from, in)));
		if (added && (from->flags & FIELD_REQUIRED) && !field_text(to, row))
			return op_fail_field(op, RC_INVALID, from->name, "This is required.");
	}
	return RC_OK;
}

enum rc
extra_take(struct op *op, const struct mailbox_in *in, bool added, struct mailbox *row)
{
	const struct extras x = extras_of(op->conf, op->arena);
	const struct field *o = field_by_name(x.in, EXTRA_DIRECTORY "o");
	const struct directory was = row->directory;
	enum rc rc = take_given(op, &x, in, added, row);

	if (rc != RC_OK || !x.directory || same_entry(&was, &row->directory))
		return rc;
	if (added && !(o && field_given(x.in, in, o->off)))
		row->directory.o = or_null(op->conf->orgname);
	directory_complete(&row->directory, op->arena);
	row->directory.mail = row->username;
	return RC_OK;
}

enum rc
extra_alias_take(struct op *op, const struct alias_in *in, bool added, struct alias *row)
{
	const struct extras x = extras_of_alias(op->conf, op->arena);

	return take_given(op, &x, in, added, row);
}

/* ---- storing ---- */

static enum rc
save_info(struct op *op, const struct extras *x, int64_t id, const char *const *before,
    const char *const *after)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < x->n_info; i++)
		if (!same(before ? before[i] : NULL, after[i]))
			rc = store_info_put(op, x->alias ? INFO_OF_ALIAS : INFO_OF_MAILBOX, id,
			    arena_printf(op->arena, ATTRIBUTE "%s", x->info[i].name), after[i]);
	return rc;
}

enum rc
extra_save(struct op *op, const struct mailbox *before, const struct mailbox *after)
{
	static const struct directory none;
	const struct extras x = extras_of(op->conf, op->arena);
	struct directory there;
	enum rc rc = save_info(op, &x, after->id, before ? before->info : NULL, after->info);

	if (rc != RC_OK || !x.directory ||
	    same_entry(before ? &before->directory : &none, &after->directory))
		return rc;
	rc = store_directory_get(op, after->id, &there);
	if (rc == RC_NOT_FOUND)
		return store_directory_add(op, after->id, &after->directory);
	return rc == RC_OK ? store_directory_put(op, after->id, &after->directory) : rc;
}

enum rc
extra_alias_save(struct op *op, const struct alias *before, const struct alias *after)
{
	const struct extras x = extras_of_alias(op->conf, op->arena);

	return save_info(op, &x, after->id, before ? before->info : NULL, after->info);
}

enum rc
extra_values(struct op *op, const struct extras *x, size_t info, const char ***ret, size_t *ret_n)
{
	const struct info_wanted in = { .of = x->alias ? INFO_OF_ALIAS : INFO_OF_MAILBOX,
		.attribute = arena_printf(op->arena, ATTRIBUTE "%s", x->info[info].name),
		.scope = perm_scope(op),
		.limit = EXTRA_VALUES_MAX };
	enum rc rc = perm_signed_in(op);

	if (rc != RC_OK)
		return rc;
	*ret = arena_array(op->arena, EXTRA_VALUES_MAX, sizeof(**ret));
	return store_info_values(op, &in, *ret, ret_n);
}
