/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CSV into the database on each engine: what is added, changed, refused; that all or nothing means it, that a dry run shows what would happen, and that
 * what was exported comes back as it was.
 */
#include "base/base.h"

#include "svc_fixture.h"

#include "base/pwhash.h"
#include "base/str.h"
#include "svc/export.h"
#include "svc/import.h"

#define HASH "{SHA512-CRYPT}$6$saltsaltsaltsalt$9bJzQy1kZ1Qe0tJX8d0mYc6q5a3bV2"

struct file {
	struct arena *arena;
	struct errs errs;
	struct import im;
};

static void
file_end(struct file *f)
{
	arena_free(f->arena);
}
#define FILE_IN CLEANUP(file_end) struct file

static enum rc
open_file(struct file *f, enum import_kind kind, const struct import_in *in, const char *text)
{
	static const struct conf conf; /* adds nothing to mailboxes */
	size_t len = strlen(text);
	char *copy;

	f->arena = arena_new(0, ARENA_PLAIN);
	f->errs = (struct errs){ .arena = f->arena };
	copy = arena_alloc(f->arena, len + 1);
	memcpy(copy, text, len + 1);
	return import_open(&f->im, &(const struct import_file){ kind, copy, len, &conf }, in,
	    f->arena, &f->errs);
}

/* All rows of a file in one call. */
static void
take(struct world *w, const struct actor *actor, unsigned flags, struct file *f,
    enum import_kind kind, const struct import_in *in, const char *text)
{
	OP box = as_with(w, actor, flags, NULL);

	assert_int_equal(open_file(f, kind, in, text), RC_OK);
	EXPECT(box, import_rows(&box->op, &f->im, SIZE_MAX), RC_OK);
	assert_int_equal(f->im.sum.done, f->im.sum.rows);
	assert_int_equal(f->im.at, f->im.n_records);
}

static void
expect_sum(const struct file *f, int64_t added, int64_t changed, int64_t unchanged, int64_t failed)
{
	for (size_t i = 0; failed == 0 && i < f->im.n_faults; i++)
		print_message("line %d: %s\n", (int)f->im.faults[i].line, f->im.faults[i].text);
	assert_int_equal(f->im.sum.failed, failed);
	assert_int_equal(f->im.sum.added, added);
	assert_int_equal(f->im.sum.changed, changed);
	assert_int_equal(f->im.sum.unchanged, unchanged);
}

static void
expect_line(const struct file *f, size_t i, int64_t line, const char *field, const char *words)
{
	assert_true(i < f->im.n_faults);
	assert_int_equal(f->im.faults[i].line, line);
	assert_non_null(strstr(f->im.faults[i].text, words));
	if (field)
		assert_string_equal(f->im.faults[i].field, field);
	else
		assert_null(f->im.faults[i].field);
}

static const struct import_in insert = { 0 }, skip = { .on_error = "skip" },
			      upsert = { .mode = "upsert" }, update = { .mode = "update" },
			      made = { .generate = true };

static unsigned
statements(struct world *w, unsigned flags, const char *text, int64_t *ret_warned)
{
	FILE_IN f = { 0 };
	OP box = as_with(w, &w->root, flags, NULL);

	assert_int_equal(open_file(&f, IMPORT_ALIASES, &insert, text), RC_OK);
	EXPECT(box, import_rows(&box->op, &f.im, SIZE_MAX), RC_OK);
	assert_int_equal(f.im.sum.added, f.im.sum.rows);
	*ret_warned = f.im.warned ? f.im.warned->total : -1;
	return box->op.statements;
}

/* A hundred rows are some statements more, not a hundred; and what is done is warned of by nobody. */
static void
test_warnings_cost_pages(void **state)
{
	struct world *w = *state;
	CLEANUP(str_release) struct str s = STR_INIT;
	unsigned dry, real;
	int64_t warned;

	str_add(&s, "address,goto\n");
	for (int i = 0; i < 150; i++)
		str_addf(&s, "warned%d@own.example,nobody%d@own.example\n", i, i);
	dry = statements(w, OP_DRY_RUN, s.data, &warned);
	assert_int_equal(warned, 150);
	real = statements(w, 0, s.data, &warned);
	assert_int_equal(warned, -1);
	print_message("%u statements, %u of a dry run\n", real, dry);
	assert_true(dry > real && dry - real <= 150 / 10 + 1);
}

static void
test_new_rows(void **state)
{
	struct world *w = *state;
	FILE_IN d = { 0 };
	FILE_IN m = { 0 };
	FILE_IN a = { 0 };
	int64_t rows = AUDIT_ROWS(w);

	take(w, &w->root, 0, &d, IMPORT_DOMAINS, &insert,
	    "Domain;Max Quota;quota;active;description\r\nnew.example;5 GB;1 GB;yes;\"A; "
	    "\"\"new\"\" one\"\r\nb\xc3\xbc"
	    "cher.example;;;;\r\n");
	expect_sum(&d, 2, 0, 0, 0);
	take(w, &w->operator, 0, &m, IMPORT_MAILBOXES, &insert,
	    "address,hash,name,quota,active\nx@new.example," HASH ",=1+1,,no\ny@new.example," HASH
	    ",,2 GB,\n");
	expect_sum(&m, 2, 0, 0, 0);
	assert_true(m.im.sum.kept);
	take(w, &w->root, 0, &a, IMPORT_ALIASES, &insert,
	    "address,goto\n'@new.example,\"x@new.example, Y@new.example\"\n");
	expect_sum(&a, 1, 0, 0, 0);
	assert_int_equal(AUDIT_ROWS(w), rows + 5);
	assert_int_equal(world_number(w, "SELECT mailbox_count FROM domain WHERE domain = 'new.example'"),
	    2);
	assert_int_equal(world_number(w, "SELECT alias_count FROM domain WHERE domain = 'new.example'"),
	    1);
	assert_int_equal(world_number(w, "SELECT quota FROM mailbox WHERE username = 'x@new.example'"),
	    INT64_C(1) << 30);
	assert_int_equal(
	    world_number(w,
		"SELECT count(*) FROM mailbox WHERE username = 'x@new.example' AND name = '=1+1' "
		"AND password = '" HASH "'"),
	    1);
	assert_int_equal(world_number(w,
			     "SELECT count(*) FROM alias WHERE address = '@new.example' AND goto = "
			     "'x@new.example,y@new.example'"),
	    1);
}

/* Forty good rows, bad ones among them: first, in the middle, next to each other, last. */
static const char *
mixed(struct arena *arena)
{
	struct str s = STR_INIT;
	const char *text;

	STR_LIT(&s, "address,hash\nnot an address," HASH "\n");
	for (int i = 0; i < 40; i++) {
		str_addf(&s, "m%02d@own.example," HASH "\n", i);
		if (i == 20)
			STR_LIT(&s, "m03@own.example," HASH "\nx@missing.example," HASH "\n");
	}
	STR_LIT(&s, "z@own.example,{PLAIN}secret\n");
	text = arena_strdup(arena, str_text(&s));
	str_release(&s);
	return text;
}

static void
expect_mixed(const struct file *f)
{
	expect_sum(f, 40, 0, 0, 4);
	expect_line(f, 0, 2, "address", "An address looks like");
	expect_line(f, 1, 24, "address", "exists already");
	expect_line(f, 2, 25, "address", "no such domain");
	expect_line(f, 3, 45, "hash", "scheme");
	assert_string_equal(f->im.faults[1].key, "m03@own.example");
	assert_null(strstr(f->im.faults[3].text, "secret"));
}

static void
test_all_or_nothing(void **state)
{
	struct world *w = *state;
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
	FILE_IN f = { 0 };
	FILE_IN dry = { 0 };
	char *before = world_dump(w), *after;

	take(w, &w->root, 0, &f, IMPORT_MAILBOXES, &insert, mixed(arena));
	expect_mixed(&f);
	assert_false(f.im.sum.kept);
	take(w, &w->root, OP_DRY_RUN, &dry, IMPORT_MAILBOXES, &skip, mixed(arena));
	expect_mixed(&dry);
	assert_false(dry.im.sum.kept);
	after = world_dump(w);
	assert_string_equal(before, after);
	free(before);
	free(after);
}

static void
test_skip(void **state)
{
	struct world *w = *state;
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
	FILE_IN f = { 0 };
	int64_t rows = AUDIT_ROWS(w),
		boxes = world_number(w, "SELECT mailbox_count FROM domain WHERE domain = 'own.example'");

	assert_int_equal(open_file(&f, IMPORT_MAILBOXES, &skip, mixed(arena)), RC_OK);
	while (f.im.at < f.im.n_records) {
		OP box = as(w, &w->root);

		EXPECT(box, import_rows(&box->op, &f.im, 7), RC_OK);
	}
	expect_mixed(&f);
	assert_true(f.im.sum.kept);
	assert_int_equal(AUDIT_ROWS(w), rows + 40);
	assert_int_equal(world_number(w, "SELECT mailbox_count FROM domain WHERE domain = 'own.example'"),
	    boxes + 40);
	assert_int_equal(world_number(w,
			     "SELECT count(*) FROM mailbox WHERE username LIKE 'm__@own.example'"),
	    40);
}

static void
test_modes(void **state)
{
	struct world *w = *state;
	FILE_IN f = { 0 };
	FILE_IN g = { 0 };
	FILE_IN h = { 0 };
	int64_t rows = AUDIT_ROWS(w);

	take(w, &w->root, 0, &f, IMPORT_MAILBOXES, &update,
	    "address,name,quota\nanna@own.example,Anna B.,\nnobody@own.example,x,\n");
	expect_sum(&f, 0, 1, 0, 1);
	expect_line(&f, 0, 3, NULL, "no such mailbox");
	assert_int_equal(AUDIT_ROWS(w), rows);
	take(w, &w->root, 0, &g, IMPORT_MAILBOXES, &upsert,
	    "address,name,hash\nanna@own.example,Anna B.,\nnew@own.example,x," HASH "\n");
	expect_sum(&g, 1, 1, 0, 0);
	assert_int_equal(AUDIT_ROWS(w), rows + 2);
	take(w, &w->root, 0, &h, IMPORT_MAILBOXES, &upsert,
	    "address,name,hash\nanna@own.example,Anna B.,\nnew@own.example,x," HASH "\n");
	expect_sum(&h, 0, 0, 2, 0);
	assert_int_equal(AUDIT_ROWS(w), rows + 2);
}

/* Every list out and in again: nothing moves, whatever is in it. */
static void
test_round_trip(void **state)
{
	static const struct {
		enum export_list list;
		enum import_kind kind;
	} kinds[] = { { EXPORT_DOMAINS, IMPORT_DOMAINS }, { EXPORT_MAILBOXES, IMPORT_MAILBOXES },
		{ EXPORT_ALIASES, IMPORT_ALIASES } };
	struct world *w = *state;
	const struct list_in all = { .limit = 1000, .hashes = true, .self = true };
	char *before, *after;

	(void)make_domain(w, "xn--bcher-kva.example", 7, 0, INT64_C(5) << 30, 12345);
	(void)make_alias(w, "@own.example", "anna@own.example,@elsewhere.example");
	world_exec(w, "UPDATE domain SET description = '''=1+1' WHERE domain = 'own.example'");
	world_exec(w,
	    "UPDATE mailbox SET name = '@SUM(\"a\";b), ''quoted''', quota = 1234567, active = 0, "
	    "access_restriction = "
	    "'IMAP,POP3' WHERE username = 'anna@own.example'");
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		CLEANUP(str_release) struct str text = STR_INIT;
		FILE_IN f = { 0 };
		const char *next;

		{
			OP box = as(w, &w->root);

			EXPECT(box, export_page(&box->op, kinds[i].list, &all, &text, &next), RC_OK);
		}
		before = world_dump(w);
		take(w, &w->root, 0, &f, kinds[i].kind, &upsert, str_text(&text));
		assert_true(f.im.sum.rows > 0);
		expect_sum(&f, 0, 0, f.im.sum.rows, 0);
		after = world_dump(w);
		assert_string_equal(before, after);
		free(before);
		free(after);
	}
}

/* A domain's limit holds row by row, for those who have one; and nobody gets into what is somebody else's. */
static void
test_rights(void **state)
{
	struct world *w = *state;
	FILE_IN f = { 0 };
	FILE_IN g = { 0 };

	world_exec(w,
	    "UPDATE domain SET max_mailboxes = mailbox_count + 1 WHERE domain = 'own.example'");
	take(w, &w->owner, 0, &f, IMPORT_MAILBOXES, &skip,
	    "local_part,domain,hash\nx,other.example," HASH "\na,own.example," HASH
	    "\nb,own.example," HASH "\n");
	expect_sum(&f, 1, 0, 0, 2);
	expect_line(&f, 0, 2, "domain", "no such domain");
	expect_line(&f, 1, 4, NULL, "all the mailboxes it may have");
	{
		OP box = as(w, &w->owner);

		assert_int_equal(open_file(&g, IMPORT_DOMAINS, &insert, "domain\nmine.example\n"),
		    RC_OK);
		EXPECT(box, import_rows(&box->op, &g.im, SIZE_MAX), RC_DENIED);
	}
	{
		OP box = as(w, &w->nobody);

		EXPECT(box, import_rows(&box->op, &g.im, SIZE_MAX), RC_UNAUTHENTICATED);
	}
}

static void
test_made_passwords(void **state)
{
	struct world *w = *state;
	FILE_IN f = { 0 };
	FILE_IN dry = { 0 };
	FILE_IN none = { 0 };
	char *stored;

	take(w, &w->root, OP_DRY_RUN, &dry, IMPORT_MAILBOXES, &made, "address,hash\np@own.example,\n");
	expect_sum(&dry, 1, 0, 0, 0);
	assert_int_equal(dry.im.n_made, 0);
	take(w, &w->root, 0, &f, IMPORT_MAILBOXES, &made,
	    "address,hash\np@own.example,\nq@own.example," HASH "\n");
	expect_sum(&f, 2, 0, 0, 0);
	assert_int_equal(f.im.n_made, 1);
	assert_string_equal(f.im.made[0].address, "p@own.example");
	stored = world_text(w, "SELECT password FROM mailbox WHERE username = 'p@own.example'");
	assert_true(pw_verify(stored, f.im.made[0].password));
	free(stored);
	take(w, &w->root, 0, &none, IMPORT_MAILBOXES, &insert, "address,hash\nr@own.example,\n");
	expect_line(&none, 0, 2, "hash", "There is no hash");
}

/* The same file under the same name a second time, as after a crash: every row is found done. */
static void
test_repeat(void **state)
{
	struct world *w = *state;
	char *before = NULL, *after;

	for (int i = 0; i < 2; i++) {
		FILE_IN f = { 0 };
		OP box = as(w, &w->root);

		assert_int_equal(open_file(&f, IMPORT_MAILBOXES, &insert,
				     "address,hash\nr1@own.example," HASH "\nr2@own.example," HASH "\n"),
		    RC_OK);
		f.im.request_id = "import 7";
		EXPECT(box, import_rows(&box->op, &f.im, SIZE_MAX), RC_OK);
		assert_int_equal(f.im.sum.failed, 0);
		before = before ? before : world_dump(w);
	}
	after = world_dump(w);
	assert_string_equal(before, after);
	free(before);
	free(after);
}

static const struct {
	const char *text, *map, *field, *words;
} refused[] = {
	{ "", NULL, NULL, "empty" },
	{ "\n\n", NULL, NULL, "empty" },
	{ "address\n\"x", NULL, NULL, "Line 2" },
	{ "address\na,b\n", NULL, NULL, "Line 2 has 2 cells, the first line 1" },
	{ "address\n\xff\n", NULL, NULL, "Line 2: This is not UTF-8" },
	{ "name\nx\n", NULL, "map", "No column is the field \"address\"" },
	{ "address,nonsense\nx,y\n", NULL, "map", "\"nonsense\" is no field of mailboxes" },
	{ "address,password\nx,y\n", NULL, "map", "clear text" },
	{ "address,Address\nx,y\n", NULL, "map", "Two columns" },
	{ "address,mail\nx,y\n", "mail=address", "map", "Two columns" },
	{ "mail\nx\n", "mail=password", "map", "no field \"password\"" },
	{ "mail\nx\n", "mail=rev", "map", "no field \"rev\"" },
	{ "mail\nx\n", "male=address", "map", "no column \"male\"" },
	{ "address\nx\n", "address", "map", "no column \"address\"" },
	{ "local_part\nx\n", NULL, "map", "No column is the field" },
};

static void
test_refused_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		FILE_IN f = { 0 };
		const struct import_in in = { .map = refused[i].map };

		assert_int_equal(open_file(&f, IMPORT_MAILBOXES, &in, refused[i].text), RC_INVALID);
		assert_non_null(strstr(f.errs.first->text, refused[i].words));
		if (refused[i].field)
			assert_string_equal(f.errs.first->field, refused[i].field);
		else
			assert_null(f.errs.first->field);
	}
}

static void
test_columns(void **state)
{
	struct world *w = *state;
	FILE_IN f = { 0 };
	const struct import_in in = { .map = "E-Mail=address, Kennwort = hash,Bemerkung=" };

	take(w, &w->root, 0, &f, IMPORT_MAILBOXES, &in,
	    "E-Mail,kennwort,Bemerkung,Used Bytes,created\nc@own.example," HASH
	    ",x,5 GB,2026-01-01T00:00:00Z\n");
	expect_sum(&f, 1, 0, 0, 0);
}

/* What no field may hold is a fault of its row, and no fault shows it. */
static void
test_hostile_cells(void **state)
{
	static const char *const bad[] = { "\"a\nb\"", "a\x01", "a\x7f", "a\xc2\x85", "\"a\rb\"" };
	struct world *w = *state;
	CLEANUP(str_release) struct str s = STR_INIT;
	FILE_IN f = { 0 };
	char *before = world_dump(w), *after;

	STR_LIT(&s, "address,hash,name,quota,active\n");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		str_addf(&s, "h@own.example," HASH ",%s,,\n", bad[i]);
	STR_LIT(&s,
	    "h@own.example," HASH ",,-1,\nh@own.example," HASH ",,5 XB,\nh@own.example," HASH
	    ",,99999999999999999999 TB,\nh@own.example," HASH ",,,perhaps\nh@own.example," HASH ",");
	for (int i = 0; i < 5000; i++)
		str_addc(&s, 'x');
	STR_LIT(&s, ",,\n\"h@own.example\", ' OR 1=1 --,,,\n");
	take(w, &w->root, 0, &f, IMPORT_MAILBOXES, &skip, str_text(&s));
	expect_sum(&f, 0, 0, 0, ARRAY_LEN(bad) + 6);
	for (size_t i = 0; i < f.im.n_faults; i++) {
		assert_true(strlen(f.im.faults[i].text) < 300);
		assert_null(strpbrk(f.im.faults[i].text, "\n\r\x01\x7f"));
	}
	after = world_dump(w);
	assert_string_equal(before, after);
	free(before);
	free(after);
}

static void
expect_found(struct world *w, const char *q, size_t n)
{
	struct list_in in = { .q = q };
	struct mailbox_list found;
	OP box = as(w, &w->root);

	EXPECT(box, mailbox_list(&box->op, &in, &found), RC_OK);
	assert_int_equal(found.n, n);
}

/*
 * Search finds what a file brought in as it is in the end, also what stands in it twice and what was there before; and nothing of a file that was
 * refused. On SQLite the indexes are entered at the end (023_hold), and agree with their tables.
 */
static void
test_search_afterwards(void **state)
{
	static const char *const agree[] = {
		"INSERT INTO vimb_mailbox_search (vimb_mailbox_search, rank) VALUES "
		"('integrity-check', 1)",
		"INSERT INTO vimb_alias_search (vimb_alias_search, rank) VALUES "
		"('integrity-check', 1)"
	};
	struct world *w = *state;
	FILE_IN f = { 0 };
	FILE_IN a = { 0 };
	FILE_IN bad = { 0 };

	take(w, &w->root, 0, &f, IMPORT_MAILBOXES, &upsert,
	    "address,name,hash\nfresh@own.example,Firstname," HASH
	    "\nanna@own.example,Renamedanna,\nfresh@own.example,Secondname,\n");
	expect_sum(&f, 1, 2, 0, 0);
	expect_found(w, "econdnam", 1);
	expect_found(w, "irstnam", 0);
	expect_found(w, "enamedann", 1);
	expect_found(w, "fresh@ow", 1);
	take(w, &w->root, 0, &a, IMPORT_ALIASES,
	    &upsert, "address,goto\nlist@own.example,\"one@elsewhere.example, TWO@elsewhere.example\"\nlist@own.example,three@elsewhere.example\n");
	expect_sum(&a, 1, 1, 0, 0);
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_alias_target WHERE target IN ('one@elsewhere.example', 'two@elsewhere.example', 'three@elsewhere.example')"),
	    1);
	take(w, &w->root, 0, &bad, IMPORT_MAILBOXES, &insert,
	    "address,name,hash\nnever@own.example,Nevername," HASH "\nnobody,," HASH "\n");
	expect_sum(&bad, 1, 0, 0, 1);
	expect_found(w, "evernam", 0);
	for (size_t i = 0; i < ARRAY_LEN(agree) && strncmp(w->url, "sqlite:", 7) == 0; i++)
		world_exec(w, agree[i]);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, world_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_new_rows),
		TEST(test_warnings_cost_pages),
		TEST(test_all_or_nothing),
		TEST(test_skip),
		TEST(test_modes),
		TEST(test_round_trip),
		TEST(test_rights),
		TEST(test_made_passwords),
		TEST(test_repeat),
		cmocka_unit_test(test_refused_files),
		TEST(test_columns),
		TEST(test_hostile_cells),
		TEST(test_search_afterwards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
