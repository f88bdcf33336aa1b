/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * import domains|mailboxes|aliases FILE: CSV through svc/import. All or nothing is one transaction; with --on-error skip the good rows are kept a
 * thousand at a time. What was made or refused goes to standard error, passwords that were made to standard output, as CSV, as soon as they count.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "cli/cli.h"
#include "svc/app.h"
#include "svc/import.h"
#include "svc/system.h"

#include <errno.h>
#include <unistd.h>

#define CHUNK 1000
#define DEADLINE_MS (INT64_C(24) * 3600 * 1000)

struct importing {
	struct cli_call *call;
	struct import im;
	size_t chunk;
	size_t made_shown;
};

static enum import_kind
kind_of(const struct command *c)
{
	if (strcmp(c->name, "import domains") == 0)
		return IMPORT_DOMAINS;
	return strcmp(c->name, "import aliases") == 0 ? IMPORT_ALIASES : IMPORT_MAILBOXES;
}

/* The whole file, or standard input for "-"; with a byte behind it for import_open(). */
static enum rc
read_file(struct cli_call *call, struct str *text)
{
	bool is_stdin = strcmp(call->target, "-") == 0;
	FILE *in = is_stdin ? stdin : fopen(call->target, "re");
	char buf[65536];
	size_t n;
	int fault = in ? 0 : errno;

	str_init(text, IMPORT_BYTES_MAX);
	while (!fault && (n = fread(buf, 1, sizeof(buf), in)) > 0 && !text->failed)
		str_addn(text, buf, n);
	if (!fault && ferror(in))
		fault = errno;
	explicit_bzero(buf, sizeof(buf));
	if (in && !is_stdin)
		(void)fclose(in);
	if (fault)
		return err_add(&call->errs, RC_NOT_FOUND, NULL, "%s: %s", call->target, strerror(fault));
	if (text->failed)
		return err_add(&call->errs, RC_TOO_LARGE, NULL, "%s: is larger than %zu MB.",
		    call->target, IMPORT_BYTES_MAX >> 20);
	str_addc(text, '\n');
	text->len--;
	return RC_OK;
}

static enum rc
body(struct op *op, void *ctx)
{
	struct importing *i = ctx;
	enum rc rc = system_schema_check(op);

	return rc == RC_OK ? import_rows(op, &i->im, i->chunk) : rc;
}

static void
show_progress(const struct importing *i)
{
	const struct import_sum *s = &i->im.sum;

	if (!i->call->json && s->done < s->rows && isatty(STDERR_FILENO))
		(void)fprintf(stderr, "%lld of %lld rows\r", (long long)s->done, (long long)s->rows);
}

/* Passwords of rows that are in the database for good. */
static void
show_made(struct importing *i)
{
	CLEANUP(str_release) struct str out = STR_INIT;
	const struct import *im = &i->im;

	if (i->call->json || im->n_made == i->made_shown)
		return;
	import_made_csv(im, i->made_shown, "\r\n", &out);
	i->made_shown = im->n_made;
	(void)fwrite(str_text(&out), 1, out.len, stdout);
	(void)fflush(stdout);
}

static enum rc
run_all(struct importing *i, struct app *app, const struct op_start *start)
{
	struct op_start own = *start;
	enum rc rc = RC_OK;

	own.deadline_ms = DEADLINE_MS;
	i->chunk = i->im.skip && !i->call->dry_run ? CHUNK : SIZE_MAX;
	do {
		struct op op = { 0 };

		rc = app_run(app, &op, &own, body, i);
		if (rc != RC_OK)
			print_faults(i->call, &op.errs);
		app_op_end(app, &op);
		show_made(i);
		show_progress(i);
	} while (rc == RC_OK && i->im.at < i->im.n_records);
	return rc;
}

static void
print_json_sum(const struct import *im)
{
	CLEANUP(str_release) struct str out = STR_INIT;

	import_json(im, &out);
	str_addc(&out, '\n');
	(void)fwrite(str_text(&out), 1, out.len, stdout);
}

static void
print_fault(const struct import_fault *f, struct arena *arena)
{
	print_line(stderr, "vimbadmin: ",
	    arena_printf(arena, "line %lld, %s: %s%s%s", (long long)f->line, f->key,
		f->field ? f->field : "", f->field ? ": " : "", f->text));
}

/* One line for each of the first, then how many there are of each sort. */
static void
print_warnings(const struct import_warned *w, struct arena *arena)
{
	for (size_t n = 0; n < w->n; n++)
		print_line(stderr, "vimbadmin: warning: ",
		    arena_printf(arena, "line %lld, %s: %s", (long long)w->at[n].line, w->at[n].key,
			w->at[n].text));
	if (w->total > (int64_t)w->n)
		(void)fprintf(stderr, "%lld warnings; the first %zu are shown. Of each sort:\n",
		    (long long)w->total, w->n);
	for (size_t n = 0; w->total > (int64_t)w->n && n < w->n_kinds; n++)
		print_line(stderr, "  ",
		    arena_printf(arena, "%lld times, first in line %lld: %s",
			(long long)w->kinds[n].n, (long long)w->kinds[n].line, w->kinds[n].text));
}

static void
print_sum(const struct importing *i)
{
	const struct import *im = &i->im;
	const struct import_sum *s = &im->sum;

	for (size_t n = 0; n < im->n_faults; n++)
		print_fault(&im->faults[n], i->call->arena);
	if (im->warned)
		print_warnings(im->warned, i->call->arena);
	(void)fprintf(stderr, "%lld rows: %lld added, %lld changed, %lld as they were, %lld refused.\n",
	    (long long)s->rows, (long long)s->added, (long long)s->changed, (long long)s->unchanged,
	    (long long)s->failed);
	if (i->call->dry_run)
		(void)fprintf(stderr, "Dry run: nothing was changed.\n");
	else if (s->failed && !im->skip)
		(void)fprintf(stderr, "Nothing was changed; --on-error skip leaves the bad rows out.\n");
}

int
cmd_import(struct cli_call *call, struct app *app, const struct op_start *start)
{
	CLEANUP(str_release) struct str text = STR_INIT;
	CLEANUP(arena_freep) struct arena *arena = arena_new((size_t)1 << 20, ARENA_SECRET);
	struct importing i = { .call = call };
	enum rc rc;

	if ((rc = read_file(call, &text)) != RC_OK ||
	    (rc = import_open(&i.im,
		 &(const struct import_file){ kind_of(call->command), text.data, text.len, call->conf },
		 call->in, arena, &call->errs)) != RC_OK) {
		print_faults(call, &call->errs);
		return rc_exit(rc);
	}
	if ((rc = run_all(&i, app, start)) != RC_OK && i.im.sum.done == 0)
		return rc_exit(rc);
	if (call->json)
		print_json_sum(&i.im);
	else
		print_sum(&i);
	if (rc == RC_OK && i.im.sum.failed > 0)
		rc = RC_INVALID;
	return rc_exit(rc);
}
