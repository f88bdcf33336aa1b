/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists as CSV on each engine: every row once, page by page; hashes for supers only and never without a row of the trail. */
#include "base/base.h"

#include "svc_fixture.h"

#include "base/csv.h"
#include "base/str.h"
#include "svc/export.h"

/* Reads all pages of two rows into one text; the name of the column is what each record is asked for. */
static size_t
read_pages(struct world *w, const struct actor *actor, enum export_list list, struct list_in in,
    struct str *out)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
	size_t pages = 0;

	in.limit = 2;
	do {
		OP box = as(w, actor);
		const char *next;

		EXPECT(box, export_page(&box->op, list, &in, out, &next), RC_OK);
		in.after = arena_strdup(arena, next);
		pages++;
	} while (in.after && pages < 100);
	return pages;
}

/* The cells of that column, one a line, as an importer takes them. */
static void
column(struct str *csv_text, const char *name, struct str *out)
{
	struct csv csv;
	struct csv_record r;
	const char *fault;
	size_t at = 0;

	assert_null(csv_open(&csv, csv_text->data, csv_text->len));
	assert_int_equal(csv_next(&csv, &r, &fault), CSV_RECORD);
	while (at < r.n && strcmp(r.cells[at], name) != 0)
		at++;
	assert_true(at < r.n);
	while (csv_next(&csv, &r, &fault) == CSV_RECORD)
		str_addf(out, "%s\n", csv_unguard(r.cells[at]));
}

static void
expect_column(struct world *w, const struct actor *actor, enum export_list list, const char *name,
    const char *want)
{
	CLEANUP(str_release) struct str text = STR_INIT;
	CLEANUP(str_release) struct str got = STR_INIT;

	(void)read_pages(w, actor, list, (struct list_in){ 0 }, &text);
	column(&text, name, &got);
	assert_string_equal(str_text(&got), want);
}

static void
test_every_list(void **state)
{
	struct world *w = *state;
	CLEANUP(str_release) struct str text = STR_INIT;

	(void)make_mailbox(w, "zoe@own.example");
	(void)make_alias(w, "@own.example", "zoe@own.example,x@elsewhere.example");
	expect_column(w, &w->owner, EXPORT_DOMAINS, "domain", "own.example\n");
	expect_column(w, &w->root, EXPORT_DOMAINS, "domain", "other.example\nown.example\n");
	expect_column(w, &w->owner, EXPORT_ALIASES, "goto",
	    "zoe@own.example,x@elsewhere.example\nanna@own.example,out@elsewhere.example\n");
	assert_true(read_pages(w, &w->root, EXPORT_MAILBOXES, (struct list_in){ 0 }, &text) > 1);
	assert_null(strstr(str_text(&text), "$2y$"));
	assert_null(strstr(str_text(&text), "hash"));
	str_clear(&text);
	assert_true(read_pages(w, &w->owner, EXPORT_LOG, (struct list_in){ 0 }, &text) > 1);
	assert_null(strstr(str_text(&text), "other.example"));
	{
		OP box = as(w, &w->owner);
		const char *next;

		EXPECT(box, export_page(&box->op, EXPORT_ADMINS, &(struct list_in){ 0 }, &text, &next),
		    RC_DENIED);
	}
	{
		OP box = as(w, &w->nobody);
		const char *next;

		EXPECT(box, export_page(&box->op, EXPORT_DOMAINS, &(struct list_in){ 0 }, &text, &next),
		    RC_UNAUTHENTICATED);
	}
}

static void
test_formulas(void **state)
{
	struct world *w = *state;
	CLEANUP(str_release) struct str text = STR_INIT;

	world_exec(w, "UPDATE mailbox SET name = '=1+1' WHERE username = 'anna@own.example'");
	(void)read_pages(w, &w->owner, EXPORT_MAILBOXES, (struct list_in){ 0 }, &text);
	assert_non_null(strstr(str_text(&text), ",\"'=1+1\","));
	expect_column(w, &w->owner, EXPORT_MAILBOXES, "name", "=1+1\n");
}

static void
test_hashes(void **state)
{
	struct world *w = *state;
	CLEANUP(str_release) struct str text = STR_INIT;
	const struct list_in in = { .hashes = true };
	const char *next;
	int64_t rows = AUDIT_ROWS(w);

	{
		OP box = as(w, &w->owner);

		EXPECT(box, export_page(&box->op, EXPORT_MAILBOXES, &in, &text, &next), RC_DENIED);
		assert_int_equal(text.len, 0);
	}
	{
		OP box = as_with(w, &w->root, OP_READ_ONLY, NULL);

		EXPECT(box, export_page(&box->op, EXPORT_MAILBOXES, &in, &text, &next), RC_DENIED);
		assert_int_equal(text.len, 0);
	}
	assert_int_equal(AUDIT_ROWS(w), rows);
	(void)make_mailbox(w, "zoe@own.example");
	rows = AUDIT_ROWS(w);
	assert_true(read_pages(w, &w->root, EXPORT_MAILBOXES, in, &text) > 1);
	assert_non_null(strstr(str_text(&text), ",\"hash\"\r\n"));
	assert_non_null(strstr(str_text(&text), ",\"{"));
	assert_int_equal(AUDIT_ROWS(w), rows + 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_every_list, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(test_formulas, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(test_hashes, world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
