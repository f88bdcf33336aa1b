/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The days' figures: what is taken down, once a day, however often the job runs; what becomes old is thinned out and ends; who sees which domains; and
 * that a day that was cut off in the middle is completed.
 */
#include "base/base.h"

#include "svc_fixture.h"

#include "base/clock.h"
#include "svc/growth.h"
#include "svc/overview.h"

#define DAY0 INT64_C(20000)
#define AT(day) ((day)*GROWTH_DAY + 3600)
#define COUNT(w, what) world_number((w), "SELECT count(*) FROM " what)

static int
setup(void **state)
{
	clock_freeze(AT(DAY0));
	return world_setup(state);
}

static int
teardown(void **state)
{
	clock_freeze(0);
	return world_teardown(state);
}

static bool
take(struct world *w)
{
	bool taken = false;
	OP box = as(w, &w->operator);

	EXPECT(box, growth_take(&box->op, &taken), RC_OK);
	return taken;
}

static void
test_takes(void **state)
{
	struct world *w = *state;
	int64_t domains = COUNT(w, "domain");

	world_exec(w, "DELETE FROM dovecot_quota");
	world_exec(w, "INSERT INTO dovecot_quota (username, bytes, messages) SELECT username, 1000, 1 FROM mailbox");
	world_exec(w, "UPDATE mailbox SET quota = 5000");
	assert_true(take(w));
	assert_int_equal(COUNT(w, "vimb_growth"), 1);
	assert_int_equal(COUNT(w, "vimb_growth_domain"), domains);
	assert_int_equal(world_number(w, "SELECT day FROM vimb_growth"), DAY0);
	assert_int_equal(world_number(w, "SELECT domains FROM vimb_growth"), domains);
	assert_int_equal(world_number(w, "SELECT mailboxes FROM vimb_growth"), COUNT(w, "mailbox"));
	assert_int_equal(world_number(w, "SELECT used FROM vimb_growth"), 1000 * COUNT(w, "mailbox"));
	assert_int_equal(world_number(w, "SELECT allotted FROM vimb_growth"),
	    5000 * COUNT(w, "mailbox"));
	assert_int_equal(world_number(w, "SELECT max(g.aliases - d.alias_count) FROM vimb_growth_domain g JOIN domain d ON d.id = g.domain_id"),
	    0);
	/* the same day once more, whatever has become of it */
	make_mailbox(w, "later@own.example");
	assert_false(take(w));
	clock_freeze(AT(DAY0) + GROWTH_DAY - 3601);
	assert_false(take(w));
	assert_int_equal(COUNT(w, "vimb_growth"), 1);
	clock_freeze(AT(DAY0 + 1));
	assert_true(take(w));
	assert_int_equal(world_number(w, "SELECT max(mailboxes) - min(mailboxes) FROM vimb_growth"), 1);
}

/* More than a number holds is the largest number. */
static void
test_large(void **state)
{
	struct world *w = *state;

	world_exec(w, "UPDATE mailbox SET quota = 9223372036854775807");
	assert_true(take(w));
	assert_true(world_number(w, "SELECT allotted FROM vimb_growth") >= INT64_MAX - 1024);
}

/* As if the job had died after its first domains. */
static void
test_cut_off(void **state)
{
	struct world *w = *state;

	world_exec(w,
	    "INSERT INTO vimb_growth_domain (domain_id, day, mailboxes, aliases, used, allotted) "
	    "SELECT id, 20000, 77, 0, 0, 0 FROM domain WHERE domain = 'own.example'");
	assert_true(take(w));
	assert_int_equal(COUNT(w, "vimb_growth_domain"), COUNT(w, "domain"));
	assert_int_equal(world_number(w, "SELECT max(mailboxes) FROM vimb_growth_domain"), 77);
}

static void
test_denied(void **state)
{
	struct world *w = *state;
	bool taken;
	OP box = as(w, &w->owner);

	EXPECT(box, growth_take(&box->op, &taken), RC_DENIED);
	assert_int_equal(COUNT(w, "vimb_growth_domain"), 0);
}

static void
test_thins(void **state)
{
	struct world *w = *state;

	for (int64_t day = DAY0; day < DAY0 + 110; day++) {
		clock_freeze(AT(day));
		assert_true(take(w));
	}
	assert_int_equal(COUNT(w, "vimb_growth"), 110);
	/* 93 days and the present one; of the 16 before those each that is a multiple of seven */
	assert_int_equal(world_number(w, "SELECT count(DISTINCT day) FROM vimb_growth_domain WHERE day >= 20016"),
	    94);
	assert_int_equal(world_number(w, "SELECT count(DISTINCT day) FROM vimb_growth_domain WHERE day < 20016"),
	    2);
	assert_int_equal(world_number(w, "SELECT count(DISTINCT day) FROM vimb_growth_domain WHERE day < 20016 AND day % 7 <> 0"),
	    0);
	clock_freeze(AT(DAY0 + 3 * 366));
	assert_true(take(w));
	assert_int_equal(world_number(w, "SELECT count(DISTINCT day) FROM vimb_growth_domain"), 1);
	/* of the installation each fourth week stays */
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_growth WHERE day < 20110"), 4);
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_growth WHERE day < 20110 AND day % 28 <> 0"),
	    0);
	clock_freeze(AT(DAY0 + 24 * 366));
	assert_true(take(w));
	assert_int_equal(COUNT(w, "vimb_growth"), 1);
}

static struct growth_list
seen_by(struct world *w, const struct actor *who, struct growth *ret_last)
{
	struct overview_page v;
	OP box = as(w, who);

	EXPECT(box, overview_get(&box->op, &v), RC_OK);
	if (v.growth.n > 0)
		*ret_last = v.growth.rows[v.growth.n - 1];
	return v.growth;
}

static void
test_who_sees(void **state)
{
	struct world *w = *state;
	struct growth last = { 0 };

	assert_int_equal(seen_by(w, &w->root, &last).n, 0);
	assert_true(take(w));
	clock_freeze(AT(DAY0 + 1));
	assert_true(take(w));
	assert_int_equal(seen_by(w, &w->root, &last).n, 2);
	assert_int_equal(last.day, DAY0 + 1);
	assert_int_equal(last.domains, COUNT(w, "domain"));
	assert_int_equal(last.mailboxes, COUNT(w, "mailbox"));
	assert_int_equal(seen_by(w, &w->owner, &last).n, 2);
	assert_int_equal(last.domains, 1);
	assert_int_equal(last.mailboxes,
	    world_number(w, "SELECT mailbox_count FROM domain WHERE domain = 'own.example'"));
	assert_int_equal(seen_by(w, &w->stranger, &last).n, 2);
	assert_int_equal(last.mailboxes,
	    world_number(w, "SELECT mailbox_count FROM domain WHERE domain = 'other.example'"));
}

static void
test_of_domain(void **state)
{
	struct world *w = *state;
	struct domain_usage usage;
	struct domain row;

	assert_true(take(w));
	clock_freeze(AT(DAY0 + 1));
	assert_true(take(w));
	{
		OP box = as(w, &w->owner);

		EXPECT(box, domain_get(&box->op, w->own.domain_id, &row), RC_OK);
		EXPECT(box, domain_usage(&box->op, &row, &usage), RC_OK);
		assert_int_equal(usage.growth.n, 2);
		assert_int_equal(usage.growth.rows[0].day, DAY0);
		assert_int_equal(usage.growth.rows[1].mailboxes, row.mailbox_count);
		assert_int_equal(usage.admins, 1);
		assert_true(usage.counted);
	}
	{
		OP box = as(w, &w->stranger);

		EXPECT(box, domain_usage(&box->op, &row, &usage), RC_NOT_FOUND);
	}
	{
		OP box = as(w, &w->root);

		EXPECT(box, domain_delete(&box->op, w->own.domain_id, "own.example"), RC_OK);
	}
	assert_int_equal(COUNT(w, "vimb_growth_domain"), 2 * COUNT(w, "domain"));
	assert_int_equal(COUNT(w, "vimb_growth"), 2);
}

/* What is older than the picture is not read. */
static void
test_a_year(void **state)
{
	struct world *w = *state;
	struct growth last;

	assert_true(take(w));
	clock_freeze(AT(DAY0 + GROWTH_DAYS));
	assert_true(take(w));
	assert_int_equal(seen_by(w, &w->root, &last).n, 1);
	assert_int_equal(seen_by(w, &w->owner, &last).n, 1);
	clock_freeze(AT(DAY0 + GROWTH_DAYS) - GROWTH_DAY);
	assert_int_equal(seen_by(w, &w->root, &last).n, 2);
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown((f), setup, teardown)
	const struct CMUnitTest tests[] = { CASE(test_takes), CASE(test_large), CASE(test_cut_off),
		CASE(test_denied), CASE(test_thins), CASE(test_who_sees), CASE(test_of_domain),
		CASE(test_a_year) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
