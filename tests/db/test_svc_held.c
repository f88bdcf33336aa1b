/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows of an import that are held back and written many at a time: what is in the database is what one by one would have brought, at a fraction of the
 * statements; whatever stands in a row's way is still told of that row; nothing of it outlives a transaction.
 */
#include "base/base.h"

#include "svc_fixture.h"

#include "base/str.h"
#include "db/db.h"
#include "svc/held.h"
#include "svc/import.h"

#define HASH "{SHA512-CRYPT}$6$saltsaltsaltsalt$9bJzQy1kZ1Qe0tJX8d0mYc6q5a3bV2"
#define ROWS 150 /* more than are held back at a time */

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

/* ROWS mailboxes, by turns in two domains; the one at `odd` has that address instead. */
static const char *
many(struct arena *arena, int odd, const char *address)
{
	struct str s = STR_INIT;
	const char *text;

	STR_LIT(&s, "address,hash,name,quota,active\n");
	for (int i = 0; i < ROWS; i++) {
		if (i == odd)
			str_add(&s, address);
		else
			str_addf(&s, "m%03d@%s.example", i, i % 2 ? "own" : "other");
		str_addf(&s, "," HASH ",\"%s\",%s,%s\n", i % 3 ? "J\xc3\xbcrgen \"\"J\\\"\"; {x}" : "",
		    i % 5 ? "5 GB" : "", i % 7 ? "" : "no");
	}
	text = arena_strdup(arena, str_text(&s));
	str_release(&s);
	return text;
}

static void
open_file(struct file *f, const struct import_in *in, int odd, const char *address)
{
	static const struct conf conf; /* adds nothing to mailboxes */
	const char *text;
	char *copy;
	size_t len;

	f->arena = arena_new(0, ARENA_PLAIN);
	f->errs = (struct errs){ .arena = f->arena };
	text = many(f->arena, odd, address);
	len = strlen(text);
	copy = arena_alloc(f->arena, len + 1);
	memcpy(copy, text, len + 1);
	assert_int_equal(import_open(&f->im,
			     &(const struct import_file){ IMPORT_MAILBOXES, copy, len, &conf }, in,
			     f->arena, &f->errs),
	    RC_OK);
}

static const struct import_in insert = { 0 }, skip = { .on_error = "skip" };

/* The entries that are those of their mailboxes; || is no way to join texts on MariaDB. */
static int64_t
entries_right(const struct world *w)
{
	static const char format[] =
	    "SELECT count(*) FROM vimb_audit v JOIN log l ON l.id = v.log_id AND l.Domain_id = "
	    "v.domain_id "
	    "JOIN mailbox m ON m.id = v.object_id AND m.username = v.object AND m.Domain_id = "
	    "v.domain_id "
	    "WHERE v.object_type = 'mailbox' AND v.detail_before IS NULL AND l.data = %sv.actor%s' "
	    "added mailbox '%sv.object%s "
	    "AND v.detail_after LIKE %s'{\"id\":'%sm.id%s',\"username\":\"'%sm.username%s'\",%%'%s";
	bool maria = strncmp(w->url, "mysql:", 6) == 0;
	const char *open = maria ? "concat(" : "", *and = maria ? ", " : " || ",
		   *close = maria ? ")" : "";
	char sql[1024];

	(void)snprintf(sql, sizeof(sql), format, open, and, and, close, open, and, and, and, and, close);
	return world_number(w, sql);
}

/* What is there of the new mailboxes, ids and request ids aside. */
static char *
brought(const struct world *w)
{
	CLEANUP(str_release) struct str s = STR_INIT;
	static const char *const counts[] = {
		"SELECT count(*) FROM mailbox WHERE username LIKE 'm0%' OR username LIKE 'm1%'",
		"SELECT count(*) FROM mailbox WHERE username LIKE 'm%' AND active = 0",
		"SELECT count(*) FROM mailbox WHERE username LIKE 'm%' AND quota = 5368709120",
		"SELECT count(*) FROM mailbox WHERE username LIKE 'm%' AND quota = 0",
		"SELECT count(*) FROM mailbox WHERE name = 'J\xc3\xbcrgen \"J\\\"; {x}'",
		"SELECT count(*) FROM mailbox WHERE username LIKE 'm%' AND name IS NULL",
		"SELECT count(*) FROM mailbox WHERE password LIKE '{SHA512%'",
		"SELECT count(*) FROM mailbox WHERE delete_pending = 0",
		"SELECT count(*) FROM mailbox, alias WHERE address = username",
		"SELECT count(*) FROM alias WHERE address = goto",
		"SELECT count(*) FROM alias WHERE active = 1 AND created IS NOT NULL",
		"SELECT count(*) FROM vimb_alias_target WHERE target LIKE 'm%'",
		"SELECT mailbox_count FROM domain WHERE domain = 'own.example'",
		"SELECT mailbox_count FROM domain WHERE domain = 'other.example'",
		"SELECT count(*) FROM log WHERE data LIKE '%added mailbox m%'",
		"SELECT count(DISTINCT request_id) FROM vimb_audit",
	};

	for (size_t i = 0; i < ARRAY_LEN(counts); i++)
		str_addf(&s, "%lld %s\n", (long long)world_number(w, counts[i]), counts[i]);
	str_addf(&s, "%lld entries are right\n", (long long)entries_right(w));
	return strdup(str_text(&s));
}

/* Where an INSERT returns no ids (MySQL), a mailbox and an entry of the trail each cost a statement of their own. */
static unsigned
one_by_one_anyway(const struct op *op)
{
	return db_is_mysql(op->db) ? 2 * ROWS : 0;
}

/* By one call of the importer, and by mailbox_add() one after the other: the same. */
static void
test_as_one_by_one(void **state)
{
	struct world *w = *state;
	char *empty = brought(w), *at_once, *one_by_one;

	w->conf.mailbox_aliases = true;
	for (int turn = 0; turn < 2; turn++) {
		FILE_IN f = { 0 };
		unsigned statements;
		OP box = as(w, &w->root);

		open_file(&f, &insert, -1, NULL);
		while (f.im.at < f.im.n_records)
			EXPECT(box, import_rows(&box->op, &f.im, turn ? 1 : SIZE_MAX), RC_OK);
		statements = box->op.statements;
		assert_int_equal(f.im.sum.added, ROWS);
		assert_null(box->op.held);
		assert_null(box->op.settle);
		if (turn)
			assert_true(statements > (unsigned)ROWS * 5);
		else
			assert_true(statements < 40 + one_by_one_anyway(&box->op));
		*(turn ? &one_by_one : &at_once) = brought(w);
		world_exec(w, "DELETE FROM vimb_audit WHERE object LIKE 'm%'");
		world_exec(w, "DELETE FROM log WHERE data LIKE '%added mailbox m%'");
		world_exec(w, "DELETE FROM vimb_alias_target WHERE target LIKE 'm%'");
		world_exec(w, "DELETE FROM alias WHERE address LIKE 'm%'");
		world_exec(w, "DELETE FROM mailbox WHERE username LIKE 'm%'");
		world_exec(w, "UPDATE domain SET mailbox_count = 1");
	}
	assert_string_equal(at_once, one_by_one);
	assert_string_not_equal(at_once, empty);
	free(empty);
	free(at_once);
	free(one_by_one);
}

/* What only the database would see: an alias in the way, one that is there, one that came before. */
static void
test_in_the_way(void **state)
{
	static const struct {
		const char *address, *words;
	} odd[] = {
		{ "info@own.example", "There is an alias info@own.example" },
		{ "anna@own.example", "exists already" },
		{ "m003@own.example", "exists already" },
		{ "x@missing.example", "no such domain" },
	};
	struct world *w = *state;

	w->conf.mailbox_aliases = true;
	for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
		FILE_IN f = { 0 };
		OP box = as(w, &w->root);
		char *before = world_dump(w), *after;

		open_file(&f, &insert, 120, odd[i].address);
		EXPECT(box, import_rows(&box->op, &f.im, SIZE_MAX), RC_OK);
		assert_int_equal(f.im.sum.failed, 1);
		assert_int_equal(f.im.sum.added, ROWS - 1);
		assert_false(f.im.sum.kept);
		assert_int_equal(f.im.faults[0].line, 122);
		assert_non_null(strstr(f.im.faults[0].text, odd[i].words));
		after = world_dump(w);
		assert_string_equal(before, after);
		free(before);
		free(after);
	}
}

static void
test_skipped(void **state)
{
	struct world *w = *state;
	FILE_IN f = { 0 };
	OP box = as(w, &w->root);
	int64_t boxes = world_number(w, "SELECT sum(mailbox_count) FROM domain");

	w->conf.mailbox_aliases = true;
	open_file(&f, &skip, 120, "anna@own.example");
	while (f.im.at < f.im.n_records)
		EXPECT(box, import_rows(&box->op, &f.im, 100), RC_OK);
	assert_int_equal(f.im.sum.failed, 1);
	assert_true(f.im.sum.kept);
	assert_int_equal(world_number(w, "SELECT sum(mailbox_count) FROM domain"), boxes + ROWS - 1);
	assert_int_equal(world_number(w, "SELECT count(*) FROM mailbox"), boxes + ROWS - 1);
}

/* Who has a limit is held to it row by row; nobody's rows are held back where more is made of a mailbox than its row. */
static void
test_limits(void **state)
{
	struct world *w = *state;
	FILE_IN f = { 0 };
	OP box = as(w, &w->owner);

	w->conf.mailbox_aliases = true;
	world_exec(w,
	    "UPDATE domain SET max_mailboxes = mailbox_count + 10 WHERE domain = 'own.example'");
	open_file(&f, &skip, -1, NULL);
	EXPECT(box, import_rows(&box->op, &f.im, SIZE_MAX), RC_OK);
	assert_int_equal(f.im.sum.added, 10);
	assert_int_equal(f.im.sum.failed, ROWS - 10);
	assert_int_equal(world_number(w, "SELECT mailbox_count - max_mailboxes FROM domain WHERE domain = 'own.example'"),
	    0);
}

static void
test_dry(void **state)
{
	struct world *w = *state;
	FILE_IN f = { 0 };
	char *before = world_dump(w), *after;

	w->conf.mailbox_aliases = true;
	{
		OP box = as_with(w, &w->root, OP_DRY_RUN, NULL);

		open_file(&f, &insert, -1, NULL);
		EXPECT(box, import_rows(&box->op, &f.im, SIZE_MAX), RC_OK);
	}
	assert_int_equal(f.im.sum.added, ROWS);
	after = world_dump(w);
	assert_string_equal(before, after);
	free(before);
	free(after);
}

/* What follows a change follows those that were held back, too: Dovecot forgets that there were no such mailboxes. */
static void
test_followed(void **state)
{
	static const char jobs[] = "SELECT count(*) FROM vimb_job WHERE kind = 'auth_flush'";
	struct world *w = *state;
	FILE_IN f = { 0 };

	w->conf.mailbox_aliases = true;
	w->conf.doveadm = (struct conf_doveadm){
		.url = "http://127.0.0.1:1/doveadm/v1", .api_key = "", .ca_file = "", .timeout = 900
	};
	world_change_conf(w);
	{
		OP box = as(w, &w->root);

		open_file(&f, &insert, -1, NULL);
		EXPECT(box, import_rows(&box->op, &f.im, SIZE_MAX), RC_OK);
		assert_true(box->op.statements < 60 + one_by_one_anyway(&box->op));
	}
	assert_true(world_number(w, jobs) > 1);
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_job WHERE kind = 'auth_flush' AND args LIKE '%\"\"%'"),
	    1);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, world_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_as_one_by_one),
		TEST(test_in_the_way),
		TEST(test_skipped),
		TEST(test_limits),
		TEST(test_dry),
		TEST(test_followed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
