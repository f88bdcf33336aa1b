/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keys of the seals over the trail, when securitysalt is replaced: what was sealed before goes on verifying, and a salt too few is told. */
#include "base/base.h"

#include "svc_fixture.h"

#include "svc/seal.h"

static int
setup(void **state)
{
	int code = world_setup(state);
	struct world *w = *state;

	w->conf.securitysalt = "a secret of this test, long enough for all purposes";
	world_change_conf(w);
	return code;
}

static void
seal(struct world *w)
{
	const char *head;

	for (int64_t n = 1; n > 0;) {
		OP box = as(w, &w->operator);

		EXPECT(box, audit_seal(&box->op, &n, &head), RC_OK);
	}
}

static struct verify
verify(struct world *w, enum rc want, const char *words)
{
	const struct verify_in in = { .head = NULL };
	struct verify got = { 0 };
	OP box = as(w, &w->operator);

	EXPECT(box, audit_verify(&box->op, &in, &got), want);
	if (words)
		expect_fault(box, NULL, words);
	got.head = NULL; /* of the op */
	return got;
}

static void
rotate(struct world *w, const char *now, const char *old)
{
	w->conf.securitysalt = now;
	w->conf.securitysalt_old = old;
	world_change_conf(w);
}

/* A salt that is replaced every year takes nothing from the trail: what was sealed before verifies, also when the one before is forgotten. */
static void
test_another_salt(void **state)
{
	static const char *const salts[] = { "the secret of the first year, long enough by far",
		"the secret of the second year, long enough by far",
		"the secret of the third year, long enough by far" };
	struct world *w = *state;
	struct verify v;

	rotate(w, salts[0], "");
	seal(w);
	for (size_t i = 1; i < ARRAY_LEN(salts); i++) {
		rotate(w, salts[i], salts[i - 1]);
		verify(w, RC_OK, NULL);
		world_exec(w, "INSERT INTO log (action, data, timestamp) VALUES ('X', 'of this year', '2026-01-01 00:00:00')");
		seal(w);
		rotate(w, salts[i], "");
		v = verify(w, RC_OK, NULL);
		assert_int_equal(v.unsealed, 0);
	}
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_seal_key"), 3);
	world_exec(w, "UPDATE log SET data = 'changed' WHERE id = (SELECT log_id FROM vimb_seal WHERE seq = 2)");
	v = verify(w, RC_CONFLICT, "not as it was sealed");
	assert_int_equal(v.bad, 1);
}

/* Nothing to seal in between: one key is replaced by the next, and nothing stands for seals that were never made. */
static void
test_another_salt_twice(void **state)
{
	struct world *w = *state;

	rotate(w, "the secret of the first year, long enough by far", "");
	seal(w);
	for (int i = 0; i < 2; i++) {
		OP box = NULL;

		rotate(w,
		    i ? "the third secret, long enough by far" : "the second secret, long enough by far",
		    i ? "the second secret, long enough by far"
		      : "the secret of the first year, long enough by far");
		box = as(w, &w->operator);
		EXPECT(box, audit_rekey(&box->op), RC_OK);
	}
	rotate(w, "the third secret, long enough by far", "");
	verify(w, RC_OK, NULL);
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_seal_key"), 2);
}

/* The one before is not in securitysalt.old: nothing is sealed with a key nobody could go on from, and it is said what to do. */
static void
test_salt_forgotten(void **state)
{
	struct world *w = *state;
	int64_t n, rows = 0;
	const char *head;

	seal(w);
	rotate(w, "the second secret, long enough by far", "a third one, which it never was");
	{
		OP box = as(w, &w->operator);

		EXPECT(box, audit_seal(&box->op, &n, &head), RC_CONFIG);
		expect_fault(box, NULL, "securitysalt.old");
	}
	verify(w, RC_CONFIG, "securitysalt.old");
	rows = world_number(w, "SELECT count(*) FROM vimb_seal_key");
	assert_int_equal(rows, 1);
	rotate(w, "the second secret, long enough by far",
	    "a secret of this test, long enough for all purposes");
	verify(w, RC_OK, NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_another_salt),
		TEST(test_another_salt_twice),
		TEST(test_salt_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
