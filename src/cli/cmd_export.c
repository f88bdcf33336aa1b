/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * --csv of the lists: every page of them, or the one that was asked for by --after, --before or --limit. Each page is an op of its own, so memory does
 * not grow with the list.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "cli/cli.h"
#include "model/list.h"
#include "svc/app.h"
#include "svc/system.h"

struct page {
	struct cli_call *call;
	struct list_in in;
	struct str out;
	const char *next;
};

static enum rc
body(struct op *op, void *ctx)
{
	struct page *page = ctx;
	enum rc rc;

	str_clear(&page->out);
	if ((rc = system_schema_check(op)) != RC_OK)
		return rc;
	return export_page(op, page->call->command->csv, &page->in, &page->out, &page->next);
}

/* One page, written; its cursor is kept beyond the op. */
static enum rc
one_page(struct page *page, struct app *app, const struct op_start *start)
{
	struct cli_call *call = page->call;
	struct op op = { 0 };
	enum rc rc = app_run(app, &op, start, body, page);

	if (rc == RC_OK && page->out.failed)
		rc = op_fail(&op, RC_TOO_LARGE,
		    "One page of this list is too large. Try a smaller --limit.");
	if (rc == RC_OK)
		(void)fwrite(str_text(&page->out), 1, page->out.len, stdout);
	else
		print_faults(call, &op.errs);
	page->next = rc == RC_OK ? arena_strdup(call->arena, page->next) : NULL;
	app_op_end(app, &op);
	return rc;
}

int
cli_export(struct cli_call *call, struct app *app, const struct op_start *start)
{
	struct page page = { .call = call, .in = *(const struct list_in *)call->in };
	bool one = page.in.limit > 0 || page.in.after || page.in.before;
	enum rc rc;

	if (!one)
		page.in.limit = LIST_LIMIT_MAX;
	do {
		rc = one_page(&page, app, start);
		page.in.after = page.next;
	} while (rc == RC_OK && page.next && !one && !ferror(stdout));
	if (page.next && one)
		print_line(stderr, "vimbadmin: there are more rows: --after ", page.next);
	str_release(&page.out);
	return rc_exit(rc);
}
