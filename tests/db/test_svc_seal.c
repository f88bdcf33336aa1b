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
	tamper(w, "DELETE FROM vimb_seal_key WHERE from_seq = %d", 0);
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

/* ---- rows that are too old ---- */

static int64_t
cut(struct world *w, int64_t days)
{
	int64_t n = -1;
	OP box = as(w, &w->operator);

	w->conf.log_days = days;
	world_change_conf(w);
	EXPECT(box, audit_cut(&box->op, box->op.now, &n), RC_OK);
	return n;
}

/* Id of the nth row of the trail: servers do not begin at one again. */
static long long
nth(struct world *w, int n)
{
	char sql[100];

	snprintf(sql, sizeof(sql), "SELECT id FROM log ORDER BY id LIMIT 1 OFFSET %d", n - 1);
	return world_number(w, sql);
}

static int64_t
left(struct world *w, const char *table, const char *column, long long id)
{
	char sql[100];

	snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s WHERE %s <= %lld", table, column, id);
	return world_number(w, sql);
}

/* The rows up to that one were written long ago; before they are sealed. */
static void
age(struct world *w, long long id)
{
	tamper(w, "UPDATE log SET timestamp = '2020-01-01 00:00:00' WHERE id <= %lld", id);
}

static void
test_cut(void **state)
{
	struct world *w = *state;
	int64_t rows = AUDIT_ROWS(w);
	long long third = nth(w, 3);
	char *old, *head;
	struct verify v;

	age(w, third);
	old = seal(w);
	assert_int_equal(cut(w, 0), 0);
	assert_int_equal(cut(w, 30), 3);
	assert_int_equal(cut(w, 30), 0);
	assert_int_equal(left(w, "log", "id", third), 0);
	assert_int_equal(left(w, "vimb_audit", "log_id", third), 0);
	assert_int_equal(world_number(w, "SELECT min(seq) FROM vimb_seal"), 4);
	assert_int_equal(world_number(w, "SELECT count(*) FROM log WHERE action = 'LOG_CUT' AND data LIKE '%removed 3 entries%' AND data NOT LIKE '%sealed%'"),
	    1);
	v = verify(w, old, RC_OK, NULL);
	assert_int_equal(v.removed, 3);
	assert_int_equal(v.first, 4);
	assert_int_equal(v.sealed, rows - 3);
	/* a head from before what was removed cannot be compared any more, and is no alarm; one of the rest is looked for as ever */
	verify(w, "2:0000000000000000000000000000000000000000000000000000000000000000", RC_OK, NULL);
	verify(w, "5:0000000000000000000000000000000000000000000000000000000000000000", RC_CONFLICT,
	    "does not hold the head");
	head = seal(w);
	verify(w, head, RC_OK, NULL);
	free(old);
	free(head);
}

/* Nothing is left at all, and the chain goes on. */
static void
test_cut_all(void **state)
{
	struct world *w = *state;
	int64_t rows = AUDIT_ROWS(w);
	struct verify v;
	char *head;

	age(w, INT32_MAX);
	free(seal(w));
	assert_int_equal(cut(w, 30), rows);
	head = seal(w);
	v = verify(w, head, RC_OK, NULL);
	assert_int_equal(v.sealed, 1); /* that they were removed */
	assert_int_equal(v.first, rows + 1);
	free(head);
}

/* Without the key nobody moves the beginning, removes further rows, or undoes it. */
static void
test_cut_forged(void **state)
{
	struct world *w = *state;
	long long third = nth(w, 3);

	age(w, third);
	free(seal(w));
	assert_int_equal(cut(w, 30), 3);
	tamper(w, "DELETE FROM vimb_seal WHERE seq = %d", 4);
	verify(w, NULL, RC_CONFLICT, "1 seal(s) before row");
	tamper(w, "UPDATE vimb_seal_start SET seq = %d", 4);
	verify(w, NULL, RC_CONFLICT, "the mark where it begins");
	tamper(w, "DELETE FROM vimb_seal_start WHERE id = %d", 1);
	verify(w, NULL, RC_CONFLICT, "4 seal(s) before row");
}

/* What was tampered with goes when it is old, but not without a word. */
static void
test_cut_bad(void **state)
{
	struct world *w = *state;
	long long first = nth(w, 1), second = nth(w, 2), third = nth(w, 3);

	age(w, third);
	free(seal(w));
	tamper(w, "UPDATE log SET data = 'nothing happened' WHERE id = %lld", second);
	tamper(w, "DELETE FROM vimb_audit WHERE log_id = %lld", first);
	tamper(w, "DELETE FROM log WHERE id = %lld", first);
	assert_int_equal(cut(w, 30), 2);
	assert_int_equal(world_number(w, "SELECT count(*) FROM log WHERE action = 'LOG_CUT' AND data LIKE '%removed 2 entries%; 2 were not as they were sealed%'"),
	    1);
	free(seal(w));
	assert_int_equal(verify(w, NULL, RC_CONFLICT, "2 row(s) that were removed for their age").first,
	    4);
	tamper(w, "UPDATE vimb_seal_start SET bad = %d", 0);
	verify(w, NULL, RC_CONFLICT, "the mark where it begins");
}

/* Whoever makes all of it look old has it removed, and it stays an alarm. */
static void
test_cut_made_old(void **state)
{
	struct world *w = *state;
	char *head = seal(w), *later;

	age(w, INT32_MAX);
	assert_true(cut(w, 30) > 0);
	later = seal(w);
	verify(w, head, RC_CONFLICT, "that were removed for their age");
	make_mailbox(w, "later@own.example");
	free(seal(w));
	verify(w, later, RC_CONFLICT, "that were removed for their age");
	free(head);
	free(later);
}

/* A transaction that ends in the middle leaves rows, seals and mark as they were. */
static void
test_cut_dry(void **state)
{
	struct world *w = *state;
	long long third = nth(w, 3);
	int64_t n = -1;

	age(w, third);
	free(seal(w));
	{
		OP box = as(w, &w->operator);

		w->conf.log_days = 30;
		world_change_conf(w);
		box->op.flags |= OP_DRY_RUN;
		EXPECT(box, audit_cut(&box->op, box->op.now, &n), RC_OK);
		assert_int_equal(n, 3);
	}
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_seal_start"), 0);
	assert_int_equal(verify(w, NULL, RC_OK, NULL).first, 1);
	assert_int_equal(cut(w, 30), 3);
}

/* More than a slice takes. */
static void
test_cut_slices(void **state)
{
	struct world *w = *state;
	int64_t rows = AUDIT_ROWS(w) + 700;

	for (int i = 0; i < 700; i++)
		tamper(w, "INSERT INTO log (action, data, timestamp) VALUES ('X', 'by hand %d', '2020-01-01 00:00:00')",
		    i);
	age(w, INT32_MAX);
	free(seal(w));
	assert_int_equal(cut(w, 30), 500);
	assert_int_equal(verify(w, NULL, RC_OK, NULL).first, 501);
	assert_int_equal(cut(w, 30), rows - 500);
	assert_int_equal(cut(w, 30), 0);
	free(seal(w));
	assert_int_equal(verify(w, NULL, RC_OK, NULL).removed, rows);
}

/* Rows that no seal covers, and none will. */
static void
test_cut_strays(void **state)
{
	struct world *w = *state;
	long long second = nth(w, 2), third = nth(w, 3);

	age(w, second);
	tamper(w, "INSERT INTO log (id, action, data, timestamp) VALUES (%lld, 'X', 'much later', '2026-01-01 00:00:00')",
	    third + 30000);
	free(seal(w));
	tamper(w, "DELETE FROM vimb_seal WHERE seq <= %d", 2);
	assert_int_equal(cut(w, 30), 2);
	assert_int_equal(left(w, "log", "id", third), 1);
	assert_int_equal(left(w, "vimb_audit", "log_id", third), 1);
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
		TEST(test_cut),
		TEST(test_cut_all),
		TEST(test_cut_forged),
		TEST(test_cut_bad),
		TEST(test_cut_made_old),
		TEST(test_cut_dry),
		TEST(test_cut_slices),
		TEST(test_cut_strays),
		TEST(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
