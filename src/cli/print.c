/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What commands print: rows as a table for people, JSON (--json) or TAB-separated lines (--tab), and faults. One producer, many printers; all text comes
 * out of field tables, so secrets cannot be printed. Whatever a name or an argument holds, a line stays a line and no byte of it steers the terminal.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "base/utf8.h"
#include "cli/cli.h"
#include "model/list.h"
#include "svc/change.h"

static void
flush(struct str *s, FILE *to)
{
	(void)fwrite(str_text(s), 1, s->len, to);
	(void)fflush(to);
	str_release(s);
}

void
print_plain(struct str *out, const char *text)
{
	size_t len = text ? strlen(text) : 0;

	while (len > 0) {
		uint32_t cp = 0;
		size_t step = utf8_next(text, len, &cp);

		if (*text == '\n' || *text == '\t')
			str_addc(out, ' ');
		else if (step == 0 || utf8_is_control(cp) || utf8_is_turn(cp))
			STR_LIT(out, "\xEF\xBF\xBD");
		else
			str_addn(out, text, step);
		step = step ? step : 1;
		text += step;
		len -= step;
	}
}

void
print_line(FILE *to, const char *prefix, const char *text)
{
	struct str out = STR_INIT;

	str_add(&out, prefix);
	print_plain(&out, text);
	str_addc(&out, '\n');
	flush(&out, to);
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

static const char *
cell(const struct cli_call *call, const struct field *f, const void *row)
{
	struct str raw = STR_INIT, plain = STR_INIT;
	const char *text;

	field_format(f, row, &raw);
	print_plain(&plain, str_text(&raw));
	text = arena_strdup(call->arena, str_text(&plain));
	str_release(&raw);
	str_release(&plain);
	return text;
}

/* One line of cells, each as wide as its column, no blanks at the end. */
static void
add_cells(struct str *out, const char *const *cells, const size_t *widths, size_t n)
{
	size_t owed = 0;

	for (size_t c = 0; c < n; c++) {
		size_t wide = width(cells[c]);

		for (; *cells[c] && owed > 0; owed--)
			str_addc(out, ' ');
		str_add(out, cells[c]);
		owed += MAX(widths[c], wide) - wide + 2;
	}
	str_addc(out, '\n');
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
	const char **cells = arena_array(call->arena, (call->out_n + 1) * n, sizeof(*cells));

	for (size_t i = 0; i < (call->out_n + 1) * n; i++) {
		cells[i] = i < n ? heading(cols[i]) : cell(call, cols[i % n], row_at(call, i / n - 1));
		widths[i % n] = MAX(widths[i % n], width(cells[i]));
	}
	for (size_t i = 0; i <= call->out_n; i++)
		add_cells(out, cells + i * n, widths, n);
}

/* One object without a column list: a line per field. */
static void
print_record(const struct cli_call *call, struct str *out)
{
	const struct field *cols[64];
	size_t n = columns_of(call, cols, ARRAY_LEN(cols)), widths[2] = { 0 };

	for (size_t c = 0; c < n; c++)
		widths[0] = MAX(widths[0], width(heading(cols[c])));
	for (size_t c = 0; c < n; c++) {
		const char *cells[] = { heading(cols[c]), cell(call, cols[c], call->out_rows) };

		add_cells(out, cells, widths, 2);
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
add_secret(const struct cli_call *call, struct str *out)
{
	STR_LIT(out, ",\"");
	str_add(out, call->out_secret_name ? call->out_secret_name : "password");
	STR_LIT(out, "\":");
	str_add_json(out, call->out_secret);
}

/* A password that was made stands with its object: one command, one document. */
static void
add_object(const struct cli_call *call, const void *row, struct str *out)
{
	struct str object = STR_INIT;

	field_json(call->out_fields, row, &object);
	if (call->out_secret) {
		str_addn(out, str_text(&object), object.len - 1);
		add_secret(call, out);
		str_addc(out, '}');
	} else {
		str_add(out, str_text(&object));
	}
	str_release(&object);
}

static void
print_json(const struct cli_call *call, struct str *out)
{
	if (call->out_list)
		str_addc(out, '[');
	for (size_t i = 0; i < call->out_n; i++) {
		if (i > 0)
			STR_LIT(out, ",\n");
		add_object(call, row_at(call, i), out);
	}
	if (call->out_list)
		str_addc(out, ']');
	str_addc(out, '\n');
}

static void
print_total(const struct cli_call *call, struct str *out)
{
	if (call->json || call->tab) {
		if (call->out_next)
			print_line(stderr, "vimbadmin: there are more rows: --after ", call->out_next);
		return;
	}
	if (call->out_total) {
		str_add(out, call->out_total);
		str_addc(out, '\n');
	}
	if (call->out_next)
		str_addf(out, "Next page: --after %s\n", call->out_next);
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
	print_total(call, out);
}

static void
note_json(const struct cli_call *call, struct str *out)
{
	STR_LIT(out, "{\"text\":");
	str_add_json(out, call->out_note);
	if (call->out_secret) {
		add_secret(call, out);
	}
	STR_LIT(out, "}\n");
}

/* Without rows: a sentence, or the password that was made alone on its line. */
static void
print_note(const struct cli_call *call, struct str *out)
{
	if (call->json && !call->out_rows && !call->out_list && call->out_note) {
		note_json(call, out);
	} else if (call->out_secret && !call->json) {
		str_add(out, call->out_secret);
		str_addc(out, '\n');
	} else if (call->out_note && !call->json) {
		print_plain(out, call->out_note);
		str_addc(out, '\n');
	}
}

void
print_result(struct cli_call *call, const struct op *op)
{
	struct str out = STR_INIT;

	if (call->out_text) {
		str_add(&out, call->out_text);
	} else if (call->dry_run && !(call->command->flags & CMD_SCHEMA)) {
		change_json(op, &out);
		str_addc(&out, '\n');
	} else {
		if (call->out_rows || call->out_list)
			print_rows(call, &out);
		print_note(call, &out);
	}
	flush(&out, stdout);
	for (size_t i = 0; i < call->out_warnings.n; i++)
		print_line(stderr, "vimbadmin: warning: ", call->out_warnings.text[i]);
	if (call->dry_run)
		(void)fprintf(stderr, "Dry run: nothing was changed.\n");
}

void
cli_listed(struct cli_call *call, const struct fields *f, const void *rows, size_t n,
    const struct list_info *info, const char *what)
{
	call->out_fields = f;
	call->out_rows = rows;
	call->out_n = n;
	call->out_list = true;
	call->out_next = info->next;
	call->out_total = arena_printf(call->arena, "%zu of %s%lld %s", n,
	    info->total_at_least ? "at least " : "", (long long)info->total, what);
}

/* What the engine said helps whoever has to mend it; about a plain refusal it only confuses. */
static const char *
detail_of(const struct err *e)
{
	bool wanted = e->rc == RC_UNAVAILABLE || e->rc == RC_INTERNAL || e->rc == RC_CONFIG;

	return wanted && e->detail && *e->detail ? e->detail : NULL;
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
		if (detail_of(e)) {
			STR_LIT(out, ",\"detail\":");
			str_add_json(out, detail_of(e));
		}
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
		print_plain(&out, e->text ? e->text : rc_slug(e->rc));
		if (detail_of(e)) {
			STR_LIT(&out, " (");
			print_plain(&out, detail_of(e));
			STR_LIT(&out, ")");
		}
		str_addc(&out, '\n');
	}
	flush(&out, stderr);
}
