/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every function over rows of passkeys; of two who saw the same count one goes on. */
#include "base/base.h"

#include "store_fixture.h"

#include "store/admin.h"
#include "store/doctor.h"
#include "store/passkey.h"
#include "store/second.h"

static struct passkey
put(struct shop *s, int64_t admin_id, const char *credential)
{
	const struct passkey row = { .admin_id = admin_id,
		.credential = credential,
		.alg = -257,
		.public_key = "a-key_",
		.sign_count = 7,
		.label = "Schl\xc3\xbcssel",
		.transports = "usb,nfc",
		.backed_up = true,
		.created_at = NOW };
	struct passkey found;

	OK(s, store_passkey_add(&s->op, &row));
	OK(s, store_passkey_find(&s->op, credential, &found));
	return found;
}

static void
test_rows(void **state)
{
	struct shop *s = *state;
	int64_t a = put_admin(s, "a@own.example", false), b = put_admin(s, "b@own.example", false), n;
	char longest[1365];
	struct passkey row = put(s, a, "first"), other;
	struct rows rows;

	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(row.admin_id, a);
	assert_string_equal(row.credential, "first");
	assert_int_equal(row.alg, -257);
	assert_string_equal(row.public_key, "a-key_");
	assert_int_equal(row.sign_count, 7);
	assert_string_equal(row.label, "Schl\xc3\xbcssel");
	assert_string_equal(row.transports, "usb,nfc");
	assert_true(row.backed_up);
	assert_int_equal(row.created_at, NOW);
	assert_int_equal(row.used_at, 0);
	other = put(s, a, longest);
	assert_string_equal(other.credential, longest);
	(void)put(s, b, "First"); /* not the same */
	OK(s, store_passkey_list(&s->op, a, &rows));
	assert_int_equal(rows.n, 2);
	assert_string_equal(((const struct passkey *)rows.at)[0].credential, "first");
	OK(s, store_passkey_number(&s->op, a, &n));
	assert_int_equal(n, 2);
	assert_int_equal(store_passkey_find(&s->op, "second", &other), RC_NOT_FOUND);
	OK(s, store_passkey_get(&s->op, row.id, a, &other));
	assert_int_equal(other.id, row.id);
	assert_int_equal(store_passkey_get(&s->op, row.id, b, &other), RC_NOT_FOUND);
}

static void
test_used(void **state)
{
	struct shop *s = *state;
	struct passkey row = put(s, put_admin(s, "a@own.example", false), "first"), again;
	int64_t changed;

	s->op.now = NOW + 5;
	OK(s, store_passkey_used(&s->op, &row, 8, false, &changed));
	assert_int_equal(changed, 1);
	OK(s, store_passkey_used(&s->op, &row, 9, false, &changed));
	assert_int_equal(changed, 0);
	OK(s, store_passkey_find(&s->op, "first", &again));
	assert_int_equal(again.sign_count, 8);
	assert_int_equal(again.used_at, NOW + 5);
	assert_false(again.backed_up);
	OK(s, store_passkey_used(&s->op, &again, 8, false, &changed)); /* the same values count as changed, too */
	assert_int_equal(changed, 1);
}

static void
test_removed(void **state)
{
	struct shop *s = *state;
	int64_t a = put_admin(s, "a@own.example", false), b = put_admin(s, "b@own.example", false), n;
	struct passkey row = put(s, a, "first");

	(void)put(s, b, "second");
	(void)put(s, b, "third");
	OK(s, store_passkey_delete(&s->op, row.id, b, &n));
	assert_int_equal(n, 0);
	OK(s, store_passkey_delete(&s->op, row.id, a, &n));
	assert_int_equal(n, 1);
	OK(s, store_passkey_delete_admin(&s->op, a, &n));
	assert_int_equal(n, 0);
	OK(s, store_passkey_delete_admin(&s->op, b, &n));
	assert_int_equal(n, 2);
}

/* They count among second factors, and go with their administrator. */
static void
test_second(void **state)
{
	struct shop *s = *state;
	int64_t a = put_admin(s, "a@own.example", true), b = put_admin(s, "b@own.example", true), n;
	struct second second;
	struct rows rows;

	OK(s, store_doctor_supers(&s->op, true, &n));
	assert_int_equal(n, 2);
	(void)put(s, a, "first");
	OK(s, store_doctor_supers(&s->op, true, &n));
	assert_int_equal(n, 1);
	OK(s, store_second_get(&s->op, a, &second));
	assert_int_equal(second.passkeys, 1);
	assert_null(second.secret);
	OK(s, store_second_get(&s->op, b, &second));
	assert_int_equal(second.passkeys, 0);
	OK(s, store_second_holders(&s->op, 0, 10, &rows));
	assert_int_equal(rows.n, 1);
	OK(s, store_second_put(&s->op, b, SECOND_SECRET, "sealed"));
	OK(s, store_second_holders(&s->op, 0, 10, &rows));
	assert_int_equal(rows.n, 2);
	OK(s, store_second_holders(&s->op, a, 10, &rows));
	assert_int_equal(rows.n, 1);
	assert_int_equal(((const struct second *)rows.at)[0].admin_id, b);
	OK(s, store_admin_delete(&s->op, a, &n));
	assert_int_equal(n, 1);
	OK(s, store_passkey_number(&s->op, a, &n));
	assert_int_equal(n, 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, shop_setup, shop_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = { T(test_rows), T(test_used), T(test_removed),
		T(test_second) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
