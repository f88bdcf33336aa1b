/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The chain over the trail on a real database: what is sealed verifies, and whatever somebody with a database client does to it
 * afterwards is named: a row changed, removed, its detail changed, a seal removed or made up, the end cut off.
 */
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

/* Seals all there is; the end of the chain, to be freed. */
static char *
seal(struct world *w)
{
	const char *head = NULL;
	int64_t n = 1;
	char *last = NULL;

	while (n > 0) {
		OP box = as(w, &w->operator);

		head = NULL;
		EXPECT(box, audit_seal(&box->op, &n, &head), RC_OK);
		if (head) {
			free(last);
			last = strdup(head);
		}
	}
	assert_non_null(last);
	return last;
}

static struct verify
verify(struct world *w, const char *head, enum rc want, const char *words)
{
	struct verify_in in = { .head = head };
	struct verify got = { 0 };
	OP box = as(w, &w->operator);

	EXPECT(box, audit_verify(&box->op, &in, &got), want);
	if (words)
		expect_fault(box, NULL, words);
	got.head = NULL; /* of the op */
	return got;
}

/* The row of the trail in the middle. */
static int64_t
middle(struct world *w)
{
	return world_number(w,
	    "SELECT log_id FROM vimb_seal WHERE seq = (SELECT max(seq) / 2 FROM vimb_seal)");
}

static void PRINTFLIKE(2, 3) tamper(struct world *w, const char *fmt, ...)
{
	char sql[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(sql, sizeof(sql), fmt, ap);
	va_end(ap);
	world_exec(w, sql);
}

static void
test_chain(void **state)
{
	struct world *w = *state;
	struct verify v = verify(w, NULL, RC_OK, NULL);
	int64_t rows = AUDIT_ROWS(w);
	char *head, *later;

	assert_int_equal(v.sealed, 0);
	assert_int_equal(v.unsealed, rows);
	head = seal(w);
	v = verify(w, head, RC_OK, NULL);
	assert_int_equal(v.sealed, rows);
	assert_int_equal(v.unsealed, 0);
	make_mailbox(w, "new@own.example");
	assert_int_equal(verify(w, head, RC_OK, NULL).unsealed, 1);
	later = seal(w);
	assert_string_not_equal(head, later);
	assert_int_equal(verify(w, head, RC_OK, NULL).sealed, rows + 1);
	assert_int_equal(verify(w, later, RC_OK, NULL).bad, 0);
	free(head);
	free(later);
}

/* What the program itself does to old rows breaks nothing: the names stay when administrator and domain go. */
static void
test_removal(void **state)
{
	struct world *w = *state;

	free(seal(w));
	{
		OP box = as(w, &w->operator);

		EXPECT(box, admin_delete(&box->op, w->own.admin_id), RC_OK);
	}
	{
		OP box = as(w, &w->operator);

		EXPECT(box, domain_delete(&box->op, w->own.domain_id, w->own.domain), RC_OK);
	}
	verify(w, NULL, RC_OK, NULL);
	free(seal(w));
	verify(w, NULL, RC_OK, NULL);
}

static void
test_changed(void **state)
{
	struct world *w = *state;
	char words[64];
	int64_t id;

	free(seal(w));
	id = middle(w);
	snprintf(words, sizeof(words), "row %lld is not as it was sealed", (long long)id);
	tamper(w, "UPDATE log SET data = 'nothing happened' WHERE id = %lld", (long long)id);
	assert_int_equal(verify(w, NULL, RC_CONFLICT, words).bad, 1);
}

static void
test_detail_changed(void **state)
{
	struct world *w = *state;

	free(seal(w));
	tamper(w, "UPDATE vimb_audit SET source = NULL, actor = 'somebody else' WHERE log_id = %lld",
	    (long long)middle(w));
	verify(w, NULL, RC_CONFLICT, "is not as it was sealed");
}

static void
test_removed(void **state)
{
	struct world *w = *state;
	char words[64];
	int64_t id;

	free(seal(w));
	id = middle(w);
	snprintf(words, sizeof(words), "row %lld was removed", (long long)id);
	tamper(w, "DELETE FROM vimb_audit WHERE log_id = %lld", (long long)id);
	tamper(w, "DELETE FROM log WHERE id = %lld", (long long)id);
	verify(w, NULL, RC_CONFLICT, words);
	/* its seal, too */
	tamper(w, "DELETE FROM vimb_seal WHERE log_id = %lld", (long long)id);
	verify(w, NULL, RC_CONFLICT, "are missing");
	/* and the numbers moved together */
	tamper(w, "UPDATE vimb_seal SET seq = -seq WHERE log_id > %lld", (long long)id);
	tamper(w, "UPDATE vimb_seal SET seq = -seq - 1 WHERE log_id > %lld", (long long)id);
	verify(w, NULL, RC_CONFLICT, "is not as it was sealed");
}

/* Whoever cuts off the end is not seen in the chain alone, but by the head that was noted elsewhere. */
static void
test_end_cut_off(void **state)
{
	struct world *w = *state;
	char *head = seal(w);

	tamper(w, "DELETE FROM vimb_audit WHERE log_id = (SELECT max(log_id) FROM vimb_seal)");
	tamper(w, "DELETE FROM log WHERE id = (SELECT max(log_id) FROM vimb_seal)");
	tamper(w, "DELETE FROM vimb_seal WHERE seq = %lld", strtoll(head, NULL, 10));
	verify(w, NULL, RC_OK, NULL);
	verify(w, head, RC_CONFLICT, "does not hold the head");
	free(head);
}

/* Without the key nobody makes seals that fit. */
static void
test_other_key(void **state)
{
	struct world *w = *state;
	struct verify v;

	free(seal(w));
	w->conf.securitysalt = "another secret of this test, as long as the first";
	world_change_conf(w);
	v = verify(w, NULL, RC_CONFLICT, "securitysalt is not the one");
	assert_int_equal(v.bad, v.sealed);
}

static void
test_refusals(void **state)
{
	struct world *w = *state;
	struct verify_in in = { .head = "12:nothing" };
	struct verify v;

	{
		OP box = as(w, &w->owner);

		EXPECT(box, audit_verify(&box->op, &in, &v), RC_DENIED);
	}
	{
		OP box = as(w, &w->operator);

		EXPECT(box, audit_verify(&box->op, &in, &v), RC_INVALID);
		expect_fault(box, "head", "SEQ:MAC");
	}
}

/* More rows than one batch takes, and rows that others left without a detail. */
static void
test_many(void **state)
{
	struct world *w = *state;
	int64_t rows = AUDIT_ROWS(w);

	for (int i = 0; i < 1100; i++)
		tamper(w, "INSERT INTO log (action, data, timestamp) VALUES ('X', 'by hand %d', '2026-01-01 00:00:00')",
		    i);
	free(seal(w));
	assert_int_equal(verify(w, NULL, RC_OK, NULL).sealed, rows + 1100);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_chain),
		TEST(test_removal),
		TEST(test_changed),
		TEST(test_detail_changed),
		TEST(test_removed),
		TEST(test_end_cut_off),
		TEST(test_other_key),
		TEST(test_refusals),
		TEST(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
