/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every function over rows of domain: what it finds, what it changes, what it refuses, and whose rows it leaves alone. */
#include "base/base.h"

#include "store_fixture.h"

#include "store/admin.h"
#include "store/domain.h"

static void
test_get_and_find(void **state)
{
	struct shop *s = *state;
	int64_t id = put_domain(s, "own.example");
	struct domain d;

	OK(s, store_domain_get(&s->op, id, &d));
	assert_string_equal(d.domain, "own.example");
	assert_true(d.active);
	assert_null(d.description);
	assert_int_equal(d.created, NOW);
	assert_int_equal(d.modified, 0);
	OK(s, store_domain_find(&s->op, "own.example", &d));
	assert_int_equal(d.id, id);
	assert_int_equal(store_domain_get(&s->op, id + 1, &d), RC_NOT_FOUND);
	assert_int_equal(store_domain_find(&s->op, "other.example", &d), RC_NOT_FOUND);
	assert_null(s->op.errs.first);
}

static void
test_find_for(void **state)
{
	struct shop *s = *state;
	int64_t own = put_domain(s, "own.example"), admin = put_admin(s, "a@own.example", false);
	struct domain d;

	OK(s, store_domain_find_for(&s->op, 0, "own.example", &d));
	assert_int_equal(store_domain_find_for(&s->op, admin, "own.example", &d), RC_NOT_FOUND);
	OK(s, store_domain_assign(&s->op, own, admin));
	OK(s, store_domain_find_for(&s->op, admin, "own.example", &d));
	assert_int_equal(d.id, own);
	OK(s, store_domain_unassign(&s->op, own, admin));
	assert_int_equal(store_domain_find_for(&s->op, admin, "own.example", &d), RC_NOT_FOUND);
}

static void
test_put(void **state)
{
	struct shop *s = *state;
	int64_t id = put_domain(s, "own.example"), other = put_domain(s, "other.example");
	struct domain d, after;

	OK(s, store_domain_get(&s->op, id, &d));
	d.description = "ünïcode 'quoted'";
	d.transport = "lmtp:unix:x";
	d.backupmx = true;
	d.active = false;
	d.max_aliases = 1;
	d.max_mailboxes = 2;
	d.max_quota = INT64_C(1) << 40;
	d.quota = 4;
	d.modified = NOW + 1;
	OK(s, store_domain_put(&s->op, &d));
	OK(s, store_domain_get(&s->op, id, &after));
	assert_string_equal(after.description, d.description);
	assert_string_equal(after.transport, d.transport);
	assert_true(after.backupmx && !after.active);
	assert_int_equal(after.max_aliases, 1);
	assert_int_equal(after.max_mailboxes, 2);
	assert_int_equal(after.max_quota, INT64_C(1) << 40);
	assert_int_equal(after.quota, 4);
	assert_int_equal(after.modified, NOW + 1);
	OK(s, store_domain_get(&s->op, other, &after));
	assert_true(after.active);
	assert_int_equal(after.quota, 0);
}

static void
test_same_name(void **state)
{
	struct shop *s = *state;
	struct domain row = { .domain = "own.example", .transport = "virtual", .created = NOW };
	int64_t id;

	put_domain(s, "own.example");
	assert_int_equal(store_domain_add(&s->op, &row, &id), RC_CONFLICT);
}

/* The limit is decided by the statement that takes the place. */
static void
test_places(void **state)
{
	struct shop *s = *state;
	int64_t id = put_domain(s, "own.example"), changed = -1;
	struct domain d;

	OK(s, store_domain_get(&s->op, id, &d));
	d.max_mailboxes = d.max_aliases = 1;
	OK(s, store_domain_put(&s->op, &d));
	OK(s, store_domain_take_mailbox(&s->op, id, true, &changed));
	assert_int_equal(changed, 1);
	OK(s, store_domain_take_mailbox(&s->op, id, true, &changed));
	assert_int_equal(changed, 0);
	OK(s, store_domain_take_mailbox(&s->op, id, false, &changed));
	assert_int_equal(changed, 1);
	OK(s, store_domain_take_alias(&s->op, id, true, &changed));
	assert_int_equal(changed, 1);
	OK(s, store_domain_take_alias(&s->op, id, true, &changed));
	assert_int_equal(changed, 0);
	OK(s, store_domain_take_alias(&s->op, id + 7, false, &changed));
	assert_int_equal(changed, 0);
	OK(s, store_domain_count_mailbox(&s->op, id, -1));
	OK(s, store_domain_count_alias(&s->op, id, 5));
	OK(s, store_domain_get(&s->op, id, &d));
	assert_int_equal(d.mailbox_count, 1);
	assert_int_equal(d.alias_count, 6);
}

static void
test_delete(void **state)
{
	struct shop *s = *state;
	int64_t own = put_domain(s, "own.example"), other = put_domain(s, "other.example"),
		admin = put_admin(s, "a@own.example", false);
	int64_t mailboxes, aliases, admins;
	struct domain d;

	put_mailbox(s, own, "anna", NULL);
	put_alias(s, own, "anna@own.example", "anna@own.example");
	put_alias(s, own, "info@own.example", "anna@own.example");
	put_mailbox(s, other, "zoe", NULL);
	OK(s, store_domain_assign(&s->op, own, admin));
	OK(s, store_domain_impact(&s->op, own, &mailboxes, &aliases, &admins));
	assert_int_equal(mailboxes, 1);
	assert_int_equal(aliases, 2);
	assert_int_equal(admins, 1);
	OK(s, store_domain_delete(&s->op, own));
	assert_int_equal(store_domain_get(&s->op, own, &d), RC_NOT_FOUND);
	OK(s, store_domain_impact(&s->op, own, &mailboxes, &aliases, &admins));
	assert_int_equal(mailboxes + aliases + admins, 0);
	OK(s, store_domain_impact(&s->op, other, &mailboxes, &aliases, &admins));
	assert_int_equal(mailboxes, 1);
}

static void
test_admins(void **state)
{
	struct shop *s = *state;
	int64_t own = put_domain(s, "own.example"), a = put_admin(s, "a@own.example", false),
		b = put_admin(s, "b@own.example", false);
	struct rows rows;

	OK(s, store_domain_assign(&s->op, own, b));
	OK(s, store_domain_admins(&s->op, own, true, &rows));
	assert_int_equal(rows.n, 1);
	assert_int_equal(((struct admin *)rows.at)[0].id, b);
	OK(s, store_domain_admins(&s->op, own, false, &rows));
	assert_int_equal(rows.n, 1);
	assert_string_equal(((struct admin *)rows.at)[0].username, "a@own.example");
	assert_int_equal(((struct admin *)rows.at)[0].id, a);
	assert_int_equal(store_domain_assign(&s->op, own, b), RC_CONFLICT);
}

#define T(f) cmocka_unit_test_setup_teardown(f, shop_setup, shop_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_get_and_find),
		T(test_find_for),
		T(test_put),
		T(test_same_name),
		T(test_places),
		T(test_delete),
		T(test_admins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
