/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What commands print: rows as a table for people, JSON (--json) or TAB-separated lines (--tab), faults, help. One producer, many
 * printers; all text comes out of field tables, so secrets cannot be printed.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "base/utf8.h"
#include "cli/cli.h"
#include "svc/change.h"

static void
flush(struct str *s, FILE *to)
{
	(void)fwrite(str_text(s), 1, s->len, to);
	(void)fflush(to);
	str_release(s);
}

static const void *
row_at(const struct cli_call *call, size_t i)
{
	return (const char *)call->out_rows + i * call->out_fields->size;
}

/* Columns of a table: the command's list, or every field that is not secret. */
static size_t
columns_of(const struct cli_call *call, const struct field **ret, size_t max)
{
	const struct fields *f = call->out_fields;
	const char *list = call->command->columns;
	size_t n = 0;

	for (const char *at = list; at && *at && n < max; at += strcspn(at, ","), at += *at == ',') {
		const char *name = arena_strndup(call->arena, at, strcspn(at, ","));

		if ((ret[n] = field_by_name(f, name)))
			n++;
	}
	for (size_t i = 0; !list && i < f->n && n < max; i++)
		if (!(f->at[i].flags & (FIELD_SECRET | FIELD_HIDDEN)) && f->at[i].kind != KIND_PASSWORD)
			ret[n++] = &f->at[i];
	return n;
}

/* Width on a terminal, near enough: code points. */
static size_t
width(const char *text)
{
	size_t n = 0, len = strlen(text);

	while (len > 0) {
		size_t step = utf8_next(text, len, NULL);

		step = step ? step : 1;
		text += step;
		len -= step;
		n++;
	}
	return n;
}

/* The value without bytes that would move the cursor or break the line. */
static const char *
cell(const struct cli_call *call, const struct field *f, const void *row)
{
	struct str s = STR_INIT;
	char *text;

	field_format(f, row, &s);
	text = arena_strdup(call->arena, str_text(&s));
	str_release(&s);
	for (char *c = text; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = ' ';
	return text;
}

static void
pad(struct str *out, const char *text, size_t to, bool last)
{
	str_add(out, text);
	for (size_t n = width(text); !last && n < to + 2; n++)
		str_addc(out, ' ');
}

static const char *
heading(const struct field *f)
{
	return f->label ? f->label : f->name;
}

static void
print_table(const struct cli_call *call, struct str *out)
{
	const struct field *cols[32];
	size_t n = columns_of(call, cols, ARRAY_LEN(cols));
	size_t widths[32] = { 0 };
	const char **cells = arena_array(call->arena, call->out_n * n, sizeof(*cells));

	for (size_t c = 0; c < n; c++)
		widths[c] = width(heading(cols[c]));
	for (size_t i = 0; i < call->out_n * n; i++) {
		cells[i] = cell(call, cols[i % n], row_at(call, i / n));
		widths[i % n] = MAX(widths[i % n], width(cells[i]));
	}
	for (size_t c = 0; c < n; c++)
		pad(out, heading(cols[c]), widths[c], c + 1 == n);
	str_addc(out, '\n');
	for (size_t i = 0; i < call->out_n * n; i++) {
		pad(out, cells[i], widths[i % n], i % n + 1 == n);
		if (i % n + 1 == n)
			str_addc(out, '\n');
	}
}

/* One object without a column list: a line per field. */
static void
print_record(const struct cli_call *call, struct str *out)
{
	const struct field *cols[64];
	size_t n = columns_of(call, cols, ARRAY_LEN(cols)), widest = 0;

	for (size_t c = 0; c < n; c++)
		widest = MAX(widest, width(heading(cols[c])));
	for (size_t c = 0; c < n; c++) {
		pad(out, heading(cols[c]), widest, false);
		str_add(out, cell(call, cols[c], call->out_rows));
		str_addc(out, '\n');
	}
}

static void
print_tab(const struct cli_call *call, struct str *out)
{
	const struct field *cols[64];
	size_t n = columns_of(call, cols, ARRAY_LEN(cols));

	for (size_t i = 0; i < call->out_n * n; i++) {
		str_add(out, cell(call, cols[i % n], row_at(call, i / n)));
		str_addc(out, i % n + 1 == n ? '\n' : '\t');
	}
}

static void
print_json(const struct cli_call *call, struct str *out)
{
	if (call->out_list)
		str_addc(out, '[');
	for (size_t i = 0; i < call->out_n; i++) {
		if (i > 0)
			STR_LIT(out, ",\n");
		field_json(call->out_fields, row_at(call, i), out);
	}
	if (call->out_list)
		str_addc(out, ']');
	str_addc(out, '\n');
}

static void
print_rows(const struct cli_call *call, struct str *out)
{
	if (call->json)
		print_json(call, out);
	else if (call->tab)
		print_tab(call, out);
	else if (!call->out_list && !call->command->columns)
		print_record(call, out);
	else
		print_table(call, out);
	if (call->out_total && !call->json && !call->tab) {
		str_add(out, call->out_total);
		str_addc(out, '\n');
	}
}

static void
print_note(const struct cli_call *call, struct str *out)
{
	if (call->json && call->out_secret) {
		STR_LIT(out, "{\"password\":");
		str_add_json(out, call->out_secret);
		STR_LIT(out, "}\n");
	} else if (call->out_secret) {
		str_add(out, call->out_secret);
		str_addc(out, '\n');
	}
	if (call->out_note && !call->json && !call->out_secret) {
		str_add(out, call->out_note);
		str_addc(out, '\n');
	}
}

void
print_result(struct cli_call *call, const struct op *op)
{
	struct str out = STR_INIT;

	if (call->dry_run && !(call->command->flags & CMD_SCHEMA)) {
		change_json(op, &out);
		str_addc(&out, '\n');
		flush(&out, stdout);
		(void)fprintf(stderr, "Dry run: nothing was changed.\n");
		return;
	}
	if (call->out_rows)
		print_rows(call, &out);
	print_note(call, &out);
	flush(&out, stdout);
}

static void
faults_json(const struct errs *errs, struct str *out)
{
	const char *sep = "";

	STR_LIT(out, "{\"code\":");
	str_add_json(out, rc_slug(err_rc(errs)));
	STR_LIT(out, ",\"errors\":[");
	for (const struct err *e = errs->first; e; e = e->next) {
		str_add(out, sep);
		STR_LIT(out, "{\"code\":");
		str_add_json(out, rc_slug(e->rc));
		STR_LIT(out, ",\"field\":");
		str_add_json(out, e->field);
		STR_LIT(out, ",\"text\":");
		str_add_json(out, e->text);
		STR_LIT(out, "}");
		sep = ",";
	}
	STR_LIT(out, "]}\n");
}

void
print_faults(const struct cli_call *call, const struct errs *errs)
{
	struct str out = STR_INIT;

	if (call->json)
		faults_json(errs, &out);
	for (const struct err *e = errs->first; e && !call->json; e = e->next) {
		STR_LIT(&out, "vimbadmin: ");
		if (e->field) {
			str_add(&out, e->field);
			STR_LIT(&out, ": ");
		}
		str_add(&out, e->text ? e->text : rc_slug(e->rc));
		if (e->detail) {
			STR_LIT(&out, " (");
			str_add(&out, e->detail);
			STR_LIT(&out, ")");
		}
		str_addc(&out, '\n');
	}
	flush(&out, stderr);
}
