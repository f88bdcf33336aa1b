/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every function over rows of admin, of sessions, of counted tries and of one-time tokens; what must be decided by one statement is. */
#include "base/base.h"

#include "store_fixture.h"

#include "store/admin.h"
#include "store/domain.h"
#include "store/session.h"

static void
test_admin(void **state)
{
	struct shop *s = *state;
	int64_t id = put_admin(s, "a@own.example", false), domain = put_domain(s, "own.example"),
		n = -1;
	struct rows rows;
	struct admin a;
	bool has;

	OK(s, store_admin_get(&s->op, id, &a));
	assert_string_equal(a.username, "a@own.example");
	assert_false(a.super);
	assert_int_equal(a.last_login + a.modified + a.domains, 0);
	OK(s, store_admin_find(&s->op, "a@own.example", &a));
	assert_int_equal(a.id, id);
	assert_int_equal(store_admin_find(&s->op, "b@own.example", &a), RC_NOT_FOUND);
	assert_int_equal(store_admin_get(&s->op, id + 1, &a), RC_NOT_FOUND);
	OK(s, store_admin_last_login(&s->op, id, NOW + 9));
	OK(s, store_domain_assign(&s->op, domain, id));
	OK(s, store_admin_get(&s->op, id, &a));
	assert_int_equal(a.last_login, NOW + 9);
	assert_int_equal(a.domains, 1);
	OK(s, store_admin_has_domain(&s->op, id, domain, &has));
	assert_true(has);
	OK(s, store_admin_has_domain(&s->op, id, domain + 1, &has));
	assert_false(has);
	OK(s, store_admin_domains(&s->op, id, &rows));
	assert_int_equal(rows.n, 1);
	assert_int_equal(((struct domain *)rows.at)[0].id, domain);
	OK(s, store_admin_number(&s->op, &n));
	assert_int_equal(n, 1);
}

static void
test_first_admin(void **state)
{
	struct shop *s = *state;
	struct admin a = {
		.username = "root@own.example", .password = "x", .super = true, .active = true, .created = NOW
	};
	int64_t id = 0, n = -1;

	OK(s, store_admin_number(&s->op, &n));
	assert_int_equal(n, 0);
	OK(s, store_admin_add_first(&s->op, &a, &id));
	assert_true(id > 0);
	a.username = "late@own.example";
	OK(s, store_admin_add_first(&s->op, &a, &id));
	assert_int_equal(id, 0);
	assert_int_equal(store_admin_find(&s->op, "late@own.example", &a), RC_NOT_FOUND);
}

static void
test_last_super_stays(void **state)
{
	struct shop *s = *state;
	int64_t one = put_admin(s, "one@own.example", true),
		two = put_admin(s, "two@own.example", true), changed = -1;
	struct admin a;

	OK(s, store_admin_get(&s->op, two, &a));
	a.active = false;
	OK(s, store_admin_rights(&s->op, &a, &changed));
	assert_int_equal(changed, 1);
	OK(s, store_admin_get(&s->op, one, &a));
	a.super = false;
	OK(s, store_admin_rights(&s->op, &a, &changed));
	assert_int_equal(changed, 0);
	OK(s, store_admin_delete(&s->op, one, &changed));
	assert_int_equal(changed, 0);
	OK(s, store_admin_delete(&s->op, two, &changed));
	assert_int_equal(changed, 1);
	OK(s, store_admin_get(&s->op, one, &a));
	assert_true(a.super);
}

static void
test_passwords(void **state)
{
	struct shop *s = *state;
	int64_t id = put_admin(s, "a@own.example", false), changed = -1;
	struct admin a;

	OK(s, store_admin_rehash(&s->op, id, "not it", "new", &changed));
	assert_int_equal(changed, 0);
	OK(s, store_admin_rehash(&s->op, id, "hash", "better", &changed));
	assert_int_equal(changed, 1);
	OK(s, store_admin_password(&s->op, id, "changed", NOW + 3));
	OK(s, store_admin_get(&s->op, id, &a));
	assert_string_equal(a.password, "changed");
	assert_int_equal(a.modified, NOW + 3);
}

static void
test_same_name(void **state)
{
	struct shop *s = *state;
	struct admin a = { .username = "a@own.example", .password = "x", .created = NOW };
	int64_t id;

	put_admin(s, "a@own.example", false);
	assert_int_equal(store_admin_add(&s->op, &a, &id), RC_CONFLICT);
}

/* ---- sessions ---- */

static void
put_session(struct shop *s, const char *hash, int64_t admin_id, int64_t seen)
{
	struct session row = { .id_hash = hash,
		.admin_id = admin_id,
		.created_at = NOW,
		.seen_at = seen,
		.expires_at = NOW + 1000,
		.source = "192.0.2.1",
		.agent = "test" };

	OK(s, store_session_add(&s->op, &row));
}

static void
test_session(void **state)
{
	struct shop *s = *state;
	int64_t id = put_admin(s, "a@own.example", true), removed = -1;
	struct session row;

	put_session(s, "h1", id, NOW);
	put_session(s, "h2", id, NOW + 50);
	put_session(s, "h3", id, NOW + 60);
	OK(s, store_session_get(&s->op, "h1", &row));
	assert_string_equal(row.username, "a@own.example");
	assert_true(row.super && row.active);
	assert_int_equal(row.expires_at, NOW + 1000);
	OK(s, store_session_seen(&s->op, "h1", NOW + 70));
	OK(s, store_session_get(&s->op, "h1", &row));
	assert_int_equal(row.seen_at, NOW + 70);
	assert_int_equal(store_session_get(&s->op, "h9", &row), RC_NOT_FOUND);
	OK(s, store_session_prune(&s->op, NOW + 80, NOW + 55, &removed));
	assert_int_equal(removed, 1);
	assert_int_equal(store_session_get(&s->op, "h2", &row), RC_NOT_FOUND);
	OK(s, store_session_delete_admin(&s->op, id, "h3"));
	assert_int_equal(store_session_get(&s->op, "h1", &row), RC_NOT_FOUND);
	OK(s, store_session_get(&s->op, "h3", &row));
	OK(s, store_session_delete(&s->op, "h3"));
	assert_int_equal(store_session_get(&s->op, "h3", &row), RC_NOT_FOUND);
	put_session(s, "h4", id, NOW);
	OK(s, store_session_delete_admin(&s->op, id, NULL));
	assert_int_equal(store_session_get(&s->op, "h4", &row), RC_NOT_FOUND);
}

static void
test_session_expires(void **state)
{
	struct shop *s = *state;
	int64_t id = put_admin(s, "a@own.example", true), removed = -1;

	put_session(s, "h1", id, NOW + 2000);
	OK(s, store_session_prune(&s->op, NOW + 1001, 0, &removed));
	assert_int_equal(removed, 1);
}

/* ---- tries ---- */

static void
test_attempts(void **state)
{
	struct shop *s = *state;
	struct attempt a;
	int64_t removed = -1;

	assert_int_equal(store_attempt_get(&s->op, "source x", &a), RC_NOT_FOUND);
	for (int i = 1; i <= 3; i++) {
		OK(s, store_attempt_count(&s->op, "source x", NOW + i, 100, 3, 50, &a));
		assert_int_equal(a.failures, i);
		assert_int_equal(a.locked_until, i == 3 ? NOW + 53 : 0);
	}
	OK(s, store_attempt_count(&s->op, "source x", NOW + 10, 100, 3, 50, &a));
	assert_int_equal(a.locked_until, NOW + 53);
	assert_int_equal(a.failures, 4);
	OK(s, store_attempt_count(&s->op, "source y", NOW, 100, 3, 50, &a));
	assert_int_equal(a.failures, 1);
	OK(s, store_attempt_count(&s->op, "source y", NOW + 101, 100, 3, 50, &a));
	assert_int_equal(a.failures, 1);
	OK(s, store_attempt_clear(&s->op, "source x"));
	assert_int_equal(store_attempt_get(&s->op, "source x", &a), RC_NOT_FOUND);
	OK(s, store_attempt_prune(&s->op, NOW + 500, &removed));
	assert_int_equal(removed, 1);
}

/* ---- one-time tokens ---- */

static void
test_tokens(void **state)
{
	struct shop *s = *state;
	int64_t changed = -1;

	OK(s, store_token_put(&s->op, "setup", "old", NOW, NOW + 100));
	OK(s, store_token_put(&s->op, "setup", "new", NOW, NOW + 100));
	OK(s, store_token_take(&s->op, "setup", "old", NOW + 1, &changed));
	assert_int_equal(changed, 0);
	OK(s, store_token_take(&s->op, "other", "new", NOW + 1, &changed));
	assert_int_equal(changed, 0);
	OK(s, store_token_take(&s->op, "setup", "new", NOW + 101, &changed));
	assert_int_equal(changed, 0);
	OK(s, store_token_take(&s->op, "setup", "new", NOW + 1, &changed));
	assert_int_equal(changed, 1);
	OK(s, store_token_take(&s->op, "setup", "new", NOW + 1, &changed));
	assert_int_equal(changed, 0);
	OK(s, store_token_put(&s->op, "setup", "late", NOW, NOW + 100));
	OK(s, store_token_prune(&s->op, NOW + 101, &changed));
	assert_int_equal(changed, 1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, shop_setup, shop_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_admin),
		T(test_first_admin),
		T(test_last_super_stays),
		T(test_passwords),
		T(test_same_name),
		T(test_session),
		T(test_session_expires),
		T(test_attempts),
		T(test_tokens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
