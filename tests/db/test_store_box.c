/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every function over rows of mailbox and alias. */
#include "base/base.h"

#include "store_fixture.h"

#include "store/alias.h"
#include "store/mailbox.h"

static void
test_mailbox(void **state)
{
	struct shop *s = *state;
	int64_t domain = put_domain(s, "own.example"), id = put_mailbox(s, domain, "anna", "Anna Ünï");
	struct mailbox m, after;

	OK(s, store_mailbox_get(&s->op, id, &m));
	assert_string_equal(m.username, "anna@own.example");
	assert_string_equal(m.local_part, "anna");
	assert_string_equal(m.name, "Anna Ünï");
	assert_string_equal(m.domain, "own.example");
	assert_true(m.active && m.domain_active && !m.delete_pending);
	assert_int_equal(m.used_bytes + m.used_messages + m.last_login, 0);
	assert_null(m.alt_email);
	m.name = NULL;
	m.alt_email = "other@place.example";
	m.password = "{CRYPT}$6$x";
	m.quota = INT64_C(5) << 30;
	m.active = false;
	m.access_restriction = "IMAP,POP3";
	m.modified = NOW + 5;
	OK(s, store_mailbox_put(&s->op, &m));
	OK(s, store_mailbox_find(&s->op, "anna@own.example", &after));
	assert_int_equal(after.id, id);
	assert_null(after.name);
	assert_string_equal(after.alt_email, m.alt_email);
	assert_string_equal(after.password, m.password);
	assert_int_equal(after.quota, m.quota);
	assert_false(after.active);
	assert_string_equal(after.access_restriction, "IMAP,POP3");
	assert_int_equal(after.modified, NOW + 5);
	assert_int_equal(after.created, NOW);
	OK(s, store_mailbox_delete(&s->op, id));
	assert_int_equal(store_mailbox_get(&s->op, id, &m), RC_NOT_FOUND);
	assert_int_equal(store_mailbox_find(&s->op, "anna@own.example", &m), RC_NOT_FOUND);
	assert_null(s->op.errs.first);
}

static void
test_mailbox_twice(void **state)
{
	struct shop *s = *state;
	int64_t domain = put_domain(s, "own.example"), id = put_mailbox(s, domain, "anna", NULL);
	struct mailbox m;

	OK(s, store_mailbox_get(&s->op, id, &m));
	assert_int_equal(store_mailbox_add(&s->op, &m, &id), RC_CONFLICT);
}

static void
test_alias(void **state)
{
	struct shop *s = *state;
	int64_t domain = put_domain(s, "own.example"),
		id = put_alias(s, domain, "info@own.example", "a@x.example,b@x.example");
	struct alias a;

	OK(s, store_alias_get(&s->op, id, &a));
	assert_string_equal(a.goto_, "a@x.example,b@x.example");
	assert_string_equal(a.domain, "own.example");
	a.goto_ = "c@x.example";
	a.active = false;
	a.modified = NOW + 1;
	OK(s, store_alias_put(&s->op, &a));
	OK(s, store_alias_find(&s->op, "info@own.example", &a));
	assert_string_equal(a.goto_, "c@x.example");
	assert_false(a.active);
	OK(s, store_alias_delete(&s->op, id));
	assert_int_equal(store_alias_get(&s->op, id, &a), RC_NOT_FOUND);
	assert_int_equal(store_alias_find(&s->op, "info@own.example", &a), RC_NOT_FOUND);
	put_alias(s, domain, "info@own.example", "d@x.example");
	a = (struct alias){
		.address = "info@own.example", .goto_ = "e@x.example", .created = NOW, .domain_id = domain
	};
	assert_int_equal(store_alias_add(&s->op, &a, &id), RC_CONFLICT);
}

/* The way mail goes: the address' own alias, else the catch-all, and only active ones. */
static void
test_alias_route(void **state)
{
	struct shop *s = *state;
	int64_t domain = put_domain(s, "own.example"),
		own = put_alias(s, domain, "info@own.example", "a@x.example");
	int64_t all = put_alias(s, domain, "@own.example", "b@x.example");
	struct alias a;

	OK(s, store_alias_route(&s->op, "info@own.example", "@own.example", &a));
	assert_int_equal(a.id, own);
	OK(s, store_alias_route(&s->op, "other@own.example", "@own.example", &a));
	assert_int_equal(a.id, all);
	a.active = false;
	OK(s, store_alias_put(&s->op, &a));
	assert_int_equal(store_alias_route(&s->op, "other@own.example", "@own.example", &a),
	    RC_NOT_FOUND);
}

/* By whole targets, never by parts of them. */
static void
test_alias_naming(void **state)
{
	struct shop *s = *state;
	int64_t domain = put_domain(s, "own.example"),
		first = put_alias(s, domain, "one@own.example", "anna@own.example,x@y.example");
	struct rows rows;
	struct alias a;

	put_alias(s, domain, "two@own.example", "x@y.example,anna@own.example");
	put_alias(s, domain, "three@own.example", "susanna@own.example,anna@own.example.org");
	OK(s, store_alias_naming(&s->op, "anna@own.example", 10, &rows));
	assert_int_equal(rows.n, 2);
	OK(s, store_alias_naming(&s->op, "anna@own.example", 1, &rows));
	assert_int_equal(rows.n, 1);
	OK(s, store_alias_get(&s->op, first, &a));
	a.goto_ = "x@y.example";
	OK(s, store_alias_put(&s->op, &a));
	OK(s, store_alias_naming(&s->op, "anna@own.example", 10, &rows));
	assert_int_equal(rows.n, 1);
	assert_string_equal(((struct alias *)rows.at)[0].address, "two@own.example");
}

#define T(f) cmocka_unit_test_setup_teardown(f, shop_setup, shop_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_mailbox),
		T(test_mailbox_twice),
		T(test_alias),
		T(test_alias_route),
		T(test_alias_naming),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
