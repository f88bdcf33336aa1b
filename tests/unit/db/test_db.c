/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Handles, statements and the pool on the scripted driver, which speaks PostgreSQL's placeholders and gives what it is told: that the store runs on it
 * shows that it knows no engine. What the engine did wrong becomes the right outcome, in time, and the handle goes when it is of no use any more.
 */
#include "base/base.h"

#include "db_stage.h"

#include "base/clock.h"
#include "store/alias.h"
#include "store/domain.h"
#include "store/mailbox.h"

/* ---- the store on another engine ---- */

static void
test_store_row(void **state)
{
	const struct fake_answer answers[] = { { .sql = "FROM domain WHERE id = $1",
	    .columns = COLUMNS("id", "domain", "description", "active", "backupmx", "max_quota",
		"created", "modified"),
	    .values = VALUES("7", "own.example", NULL, "1", "0", "9007199254740993",
		"2026-09-21 14:13:20", NULL),
	    .n_rows = 1 } };
	struct domain d = { .transport = "left from before" };
	char sql[20];

	(void)state;
	STAGE(s, answers, 1);
	assert_int_equal(store_domain_get(&s->op, 7, &d), RC_OK);
	assert_int_equal(s->fake.last_n, 1);
	assert_int_equal(s->fake.last_params[0].type, DB_INT);
	assert_int_equal(s->fake.last_params[0].i, 7);
	assert_int_equal(d.id, 7);
	assert_string_equal(d.domain, "own.example");
	assert_null(d.description);
	assert_null(d.transport); /* what the row does not have is empty */
	assert_true(d.active);
	assert_false(d.backupmx);
	assert_true(d.max_quota == INT64_C(9007199254740993)); /* no double in between */
	clock_sql(d.created, sql);
	assert_string_equal(sql, "2026-09-21 14:13:20");
	assert_int_equal(d.modified, 0);
	assert_int_equal(s->op.statements, 1);
	assert_true(s->fake.deadline == s->op.deadline);
}

/* Placeholders come in the order of the text, values by name out of the struct. */
static void
test_store_insert(void **state)
{
	const struct fake_answer answers[] = { { .sql = "INSERT INTO alias", .last_id = 42 } };
	struct alias row = { .address = "a@own.example",
		.goto_ = "b@own.example",
		.active = true,
		.created = STAGE_NOW,
		.domain_id = 3 };
	int64_t id = 0;

	(void)state;
	STAGE(s, answers, 1);
	assert_int_equal(store_alias_add(&s->op, &row, &id), RC_OK);
	assert_int_equal(id, 42);
	assert_non_null(strstr(s->fake.last_sql, "$5"));
	assert_null(strchr(s->fake.last_sql, '?'));
	assert_int_equal(s->fake.last_n, 5);
	assert_int_equal(s->fake.last_params[0].len, strlen("a@own.example"));
	assert_int_equal(s->fake.last_params[2].i, 1);
	assert_int_equal(s->fake.last_params[3].type, DB_TEXT); /* a DATETIME */
	assert_int_equal(s->fake.last_params[3].len, 19);
	assert_int_equal(s->fake.last_params[4].i, 3);
}

/* 0 of an id or a time and a text that is not there are NULL. */
static void
test_nulls_bound(void **state)
{
	const struct fake_answer answers[] = { { .sql = "INSERT INTO mailbox", .last_id = 1 } };
	struct mailbox row = { .username = "a@own.example" };
	size_t nulls = 0;
	int64_t id;

	(void)state;
	STAGE(s, answers, 1);
	assert_int_equal(store_mailbox_add(&s->op, &row, &id), RC_OK);
	for (size_t i = 0; i < s->fake.last_n; i++)
		nulls += s->fake.last_params[i].type == DB_NULL;
	/* password, name, alt_email, local_part, access_restriction, created, domain_id */
	assert_int_equal(nulls, 7);
}

static void
test_nothing_found(void **state)
{
	const struct fake_answer answers[] = { { .sql = "FROM domain" },
		{ .sql = "FROM domain_admins" } };
	struct domain d;
	struct rows rows = { NULL, 9 };

	(void)state;
	STAGE(s, answers, 1);
	assert_int_equal(store_domain_get(&s->op, 7, &d), RC_NOT_FOUND);
	assert_null(s->op.errs.first);
	s->fake.answers = &(const struct fake_answer){ .sql = "JOIN domain_admins" };
	s->fake.at = 0;
	assert_int_equal(store_domain_admins(&s->op, 1, true, &rows), RC_OK);
	assert_int_equal(rows.n, 0);
}

/* ---- statements ---- */

struct item {
	int64_t id;
	const char *name;
};
static const struct field item_field_rows[] = { FIELD(item, id, .kind = KIND_ID), FIELD(item, name) };
static FIELDS(item);

#define QUERY(sql, ...)                                                                \
	{                                                                              \
		"query",                                                               \
		    { { 0 }, { 0 },                                                    \
			    { (sql), (const char *const[]){ __VA_ARGS__, NULL },       \
				ARRAY_LEN(((const char *const[]){ __VA_ARGS__ })) } }, \
		    false                                                              \
	}
static const struct query items = { "items", { { 0 }, { 0 }, { "SELECT items", NULL, 0 } }, false };
static const struct query item_named = QUERY("SELECT item $1 $2", "name", "limit");

static void
test_unknown_column(void **state)
{
	const struct fake_answer answers[] = { { .sql = "items",
	    .columns = COLUMNS("id", "colour"),
	    .values = VALUES("1", "red"),
	    .n_rows = 1 } };
	struct item item;

	(void)state;
	STAGE(s, answers, 1);
	assert_int_equal(db_one(&s->op, &items, DB_NONE, &item_fields, &item), RC_INTERNAL);
	stage_expect_detail(s, "no field for column colour");
}

/* Found before the engine sees anything. */
static void
test_unknown_parameter(void **state)
{
	const struct fake_answer answers[] = { { .sql = "never" } };
	struct item item = { 1, "x" };

	(void)state;
	STAGE(s, answers, 1);
	assert_int_equal(db_exec(&s->op, &item_named, DB_OBJ(item, &item), NULL), RC_INTERNAL);
	stage_expect_detail(s, "no value for parameter limit");
	assert_int_equal(s->fake.last_n, 0);
	assert_int_equal(db_exec(&s->op, &item_named, DB_ARGS(DB_I("limit", 1)), NULL), RC_INTERNAL);
	stage_expect_detail(s, "no value for parameter name");
}

/* The names are resolved again when another struct, or none, comes with the same statement; arguments win. */
static void
test_parameters_by_turns(void **state)
{
	const struct fake_answer answers[] = { { .sql = "item" }, { .sql = "item" },
		{ .sql = "item" }, { .sql = "item" } };
	struct item item = { 1, "of the item" };
	struct domain domain = { .domain = "own.example" };

	(void)state;
	STAGE(s, answers, 1);
	assert_int_equal(db_exec(&s->op, &item_named, DB_OBJ_ARGS(item, &item, DB_I("limit", 5)), NULL),
	    RC_OK);
	assert_int_equal(s->fake.last_params[0].len, strlen("of the item"));
	assert_int_equal(s->fake.last_params[1].i, 5);
	assert_int_equal(db_exec(&s->op, &item_named, DB_ARGS(DB_T("name", NULL), DB_I("limit", 6)), NULL),
	    RC_OK);
	assert_int_equal(s->fake.last_params[0].type, DB_NULL);
	assert_int_equal(db_exec(&s->op, &item_named,
			     DB_OBJ_ARGS(domain, &domain, DB_T("name", "given"), DB_I("limit", 7)), NULL),
	    RC_OK);
	assert_int_equal(s->fake.last_params[0].len, strlen("given"));
	assert_int_equal(db_exec(&s->op, &item_named, DB_OBJ_ARGS(item, &item, DB_I("limit", 8)), NULL),
	    RC_OK);
	assert_int_equal(s->fake.last_params[0].len, strlen("of the item"));
	assert_int_equal(s->fake.prepared, 1); /* once, however it was used */
}

/* Arguments that name a member win on the first use and must go on winning: the list of names is kept by field table. */
static void
test_argument_before_member(void **state)
{
	const struct fake_answer answers[] = { { .sql = "item" }, { .sql = "item" } };
	struct item item = { 1, "of the item" };

	(void)state;
	STAGE(s, answers, 1);
	assert_int_equal(db_exec(&s->op, &item_named, DB_OBJ_ARGS(item, &item, DB_I("limit", 1)), NULL),
	    RC_OK);
	assert_int_equal(db_exec(&s->op, &item_named,
			     DB_OBJ_ARGS(item, &item, DB_T("name", "given"), DB_I("limit", 1)), NULL),
	    RC_OK);
	assert_int_equal(s->fake.last_params[0].len, strlen("given"));
}

#define MANY 200
static void
test_many_rows(void **state)
{
	static const char *values[2 * MANY];
	static char numbers[MANY][12];
	struct fake_answer answers[] = {
		{ .sql = "items", .columns = COLUMNS("id", "name"), .values = values, .n_rows = MANY },
		{ .sql = "items", .columns = COLUMNS("id", "name"), .values = values, .n_rows = MANY }
	};
	const struct item *at;
	struct rows rows;

	(void)state;
	for (int i = 0; i < MANY; i++) {
		(void)snprintf(numbers[i], sizeof(numbers[i]), "%d", i + 1);
		values[(ptrdiff_t)2 * i] = numbers[i];
		values[2 * i + 1] = i % 2 ? "odd" : NULL;
	}
	STAGE(s, answers, 1);
	assert_int_equal(db_all(&s->op, &items, DB_NONE, &item_fields, MANY, &rows), RC_OK);
	assert_int_equal(rows.n, MANY);
	at = rows.at;
	for (int i = 0; i < MANY; i++) {
		assert_int_equal(at[i].id, i + 1);
		assert_int_equal(at[i].name != NULL, i % 2);
	}
	assert_int_equal(db_all(&s->op, &items, DB_NONE, &item_fields, MANY - 1, &rows), RC_INTERNAL);
	stage_expect_detail(s, "more rows");
}

static enum rc
stop_at_two(void *ctx, const void *row)
{
	int *n = ctx;

	assert_string_equal(((const struct item *)row)->name, "x");
	return ++*n == 2 ? RC_LIMITED : RC_OK;
}

static void
test_each_row(void **state)
{
	const struct fake_answer answers[] = {
		{ .sql = "items", .columns = COLUMNS("name"), .values = VALUES("x", "x", "x"), .n_rows = 3 },
		{ .sql = "items", .columns = COLUMNS("name"), .values = VALUES("x"), .n_rows = 1 },
		{ .sql = "items" },
	};
	int n = 0;

	(void)state;
	STAGE(s, answers, 1);
	assert_int_equal(db_each(&s->op, &items, DB_NONE, &item_fields, stop_at_two, &n), RC_LIMITED);
	assert_int_equal(n, 2);
	assert_null(s->op.errs.first);
	n = 5;
	assert_int_equal(db_each(&s->op, &items, DB_NONE, &item_fields, stop_at_two, &n), RC_OK);
	assert_int_equal(n, 6);
	assert_int_equal(db_each(&s->op, &items, DB_NONE, &item_fields, stop_at_two, &n), RC_OK);
	assert_int_equal(n, 6);
}

/* Half a list is no list. */
static void
test_break_between_rows(void **state)
{
	const struct fake_answer answers[] = {
		{ .sql = "items",
		    .columns = COLUMNS("name"),
		    .values = VALUES("x", "y", "z"),
		    .n_rows = 3,
		    .breaks_at = 1 },
		{ .sql = "items",
		    .columns = COLUMNS("name"),
		    .values = VALUES("x", "y"),
		    .n_rows = 2,
		    .breaks_at = 1 },
	};
	struct rows rows;
	int n = 0;

	(void)state;
	STAGE(s, answers, 1);
	assert_int_equal(db_all(&s->op, &items, DB_NONE, &item_fields, 10, &rows), RC_UNAVAILABLE);
	stage_expect_detail(s, "broke on the way");
	assert_true(s->op.db->broken);
	stage_give(s);
	assert_int_equal(s->fake.opened, 0);
	assert_int_equal(stage_take(s), RC_OK);
	assert_int_equal(db_each(&s->op, &items, DB_NONE, &item_fields, stop_at_two, &n),
	    RC_UNAVAILABLE);
	assert_int_equal(n, 1);
}

static void
test_numbers(void **state)
{
	const struct fake_answer answers[] = {
		{ .sql = "items", .columns = COLUMNS("count"), .values = VALUES("12"), .n_rows = 1 },
		{ .sql = "items", .columns = COLUMNS("count"), .values = VALUES("12 rows"), .n_rows = 1 }, /* as text */
		{ .sql = "items", .columns = COLUMNS("count"), .values = VALUES(NULL), .n_rows = 1 },
		{ .sql = "items" },
		{ .sql = "items", .changed = 3 },
	};
	int64_t n = -1;

	(void)state;
	STAGE(s, answers, 1);
	for (int want = 0; want < 4; want++) {
		assert_int_equal(db_number(&s->op, &items, DB_NONE, &n), RC_OK);
		assert_int_equal(n, want < 2 ? 12 : 0);
	}
	assert_int_equal(db_exec(&s->op, &items, DB_NONE, &n), RC_OK);
	assert_int_equal(n, 3);
}

/* A handle that has met more statements than it keeps goes on. */
static void
test_more_statements_than_kept(void **state)
{
	static struct query many[3 * DB_CACHE];
	const struct fake_answer answers[] = { { .sql = "items" } };
	unsigned prepared = 0;

	(void)state;
	STAGE(s, answers, 1);
	for (size_t round = 0; round < 2; round++)
		for (size_t i = 0; i < ARRAY_LEN(many); i++) {
			many[i] = items;
			s->fake.at = 0;
			assert_int_equal(db_exec(&s->op, &many[i], DB_NONE, NULL), RC_OK);
			if (i % 100 == 99) { /* an op has a few dozen */
				stage_give(s);
				assert_int_equal(stage_take(s), RC_OK);
			}
		}
	assert_int_equal(s->fake.opened, 1);
	/* and what it used last is still there */
	prepared = s->fake.prepared;
	s->fake.at = 0;
	assert_int_equal(db_exec(&s->op, &many[ARRAY_LEN(many) - 1], DB_NONE, NULL), RC_OK);
	assert_int_equal(s->fake.prepared, prepared);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_store_row),
		cmocka_unit_test(test_store_insert),
		cmocka_unit_test(test_nulls_bound),
		cmocka_unit_test(test_nothing_found),
		cmocka_unit_test(test_unknown_column),
		cmocka_unit_test(test_unknown_parameter),
		cmocka_unit_test(test_parameters_by_turns),
		cmocka_unit_test(test_argument_before_member),
		cmocka_unit_test(test_many_rows),
		cmocka_unit_test(test_each_row),
		cmocka_unit_test(test_break_between_rows),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_more_statements_than_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
