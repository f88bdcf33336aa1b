/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which aliases lead to an address: the index of targets follows the table of aliases, whoever writes it. The PHP program and an operator's SQL know
 * nothing of our table, leave blanks and capitals in lists, and name a target twice.
 */
#include "base/base.h"

#include "store_fixture.h"

#include "store/alias.h"

/* A statement of another program, the same for every engine. */
#define OTHERS(name, sql)                         \
	static const struct query name = { #name, \
		{ { sql, NULL, 0 }, { sql, NULL, 0 }, { sql, NULL, 0 } }, true }
#define INSERT(address, list)                                            \
	"INSERT INTO alias (address, goto, active, created, Domain_id) " \
	"SELECT '" address "', '" list                                   \
	"', 1, '2026-01-02 03:04:05', d.id FROM domain d WHERE d.domain = 'own.example'"

OTHERS(php_insert, INSERT("php@own.example", "one@x.example,two@x.example"));
OTHERS(php_untidy,
    INSERT("untidy@own.example", " One@X.example ,two@x.example,,two@x.example, @cat.example"));
OTHERS(php_quoted, INSERT("quoted@own.example", "\"a b\\c\"@x.example,three@x.example"));
OTHERS(php_empty, INSERT("empty@own.example", ""));
OTHERS(php_update, "UPDATE alias SET goto = 'two@x.example' WHERE address = 'php@own.example'");
OTHERS(php_touch, "UPDATE alias SET active = 0 WHERE address = 'php@own.example'");
OTHERS(php_delete, "DELETE FROM alias WHERE address = 'php@own.example'");

static void
run(struct shop *s, const struct query *q)
{
	int64_t changed = 0;

	OK(s, db_exec(&s->op, q, DB_NONE, &changed));
	assert_int_equal(changed, 1);
}

/* The addresses of the aliases that lead there, in order, each with a blank behind it. */
static void
expect_naming(struct shop *s, const char *target, const char *want)
{
	char got[400] = "";
	struct rows rows;

	OK(s, store_alias_naming(&s->op, target, 20, &rows));
	for (size_t i = 0; i < rows.n; i++) {
		size_t n = strlen(got);

		(void)snprintf(got + n, sizeof(got) - n, "%s ",
		    ((const struct alias *)rows.at)[i].address);
	}
	assert_string_equal(got, want);
}

static void
test_our_rows(void **state)
{
	struct shop *s = *state;
	int64_t domain = put_domain(s, "own.example");
	int64_t id = put_alias(s, domain, "own@own.example", "one@x.example,two@x.example");
	struct alias a;

	(void)put_alias(s, domain, "all@own.example", "two@x.example");
	expect_naming(s, "one@x.example", "own@own.example ");
	expect_naming(s, "two@x.example", "all@own.example own@own.example ");
	expect_naming(s, "x.example", "");
	OK(s, store_alias_get(&s->op, id, &a));
	a.goto_ = "three@x.example,two@x.example";
	OK(s, store_alias_put(&s->op, &a));
	expect_naming(s, "one@x.example", "");
	expect_naming(s, "two@x.example", "all@own.example own@own.example ");
	expect_naming(s, "three@x.example", "own@own.example ");
	OK(s, store_alias_delete(&s->op, id));
	expect_naming(s, "two@x.example", "all@own.example ");
	expect_naming(s, "three@x.example", "");
}

static void
test_other_hands(void **state)
{
	struct shop *s = *state;

	(void)put_domain(s, "own.example");
	run(s, &php_insert);
	expect_naming(s, "one@x.example", "php@own.example ");
	run(s, &php_update);
	expect_naming(s, "one@x.example", "");
	expect_naming(s, "two@x.example", "php@own.example ");
	run(s, &php_touch);
	expect_naming(s, "two@x.example", "php@own.example ");
	run(s, &php_delete);
	expect_naming(s, "two@x.example", "");
}

static void
test_untidy_lists(void **state)
{
	struct shop *s = *state;

	(void)put_domain(s, "own.example");
	run(s, &php_untidy);
	run(s, &php_quoted);
	run(s, &php_empty);
	expect_naming(s, "one@x.example", "untidy@own.example ");
	expect_naming(s, "two@x.example", "untidy@own.example ");
	expect_naming(s, "@cat.example", "untidy@own.example ");
	expect_naming(s, "three@x.example", "quoted@own.example ");
	expect_naming(s, "\"a b\\c\"@x.example", "quoted@own.example ");
	expect_naming(s, "", "");
}

/* No more than asked for, the first of them. */
static void
test_bounded(void **state)
{
	struct shop *s = *state;
	int64_t domain = put_domain(s, "own.example");
	struct rows rows;

	(void)put_alias(s, domain, "a@own.example", "x@x.example");
	(void)put_alias(s, domain, "b@own.example", "x@x.example");
	OK(s, store_alias_naming(&s->op, "x@x.example", 1, &rows));
	assert_int_equal(rows.n, 1);
	assert_string_equal(((const struct alias *)rows.at)[0].address, "a@own.example");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_our_rows, shop_setup, shop_teardown),
		cmocka_unit_test_setup_teardown(test_other_hands, shop_setup, shop_teardown),
		cmocka_unit_test_setup_teardown(test_untidy_lists, shop_setup, shop_teardown),
		cmocka_unit_test_setup_teardown(test_bounded, shop_setup, shop_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
