/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The quota of all mailboxes of a domain: kept in a table of ours beside the fork's row, in the trail, taken back and brought back with it; what is warned
 * of before it is saved, and what is not; who is told of it on the first page.
 */
#include "base/base.h"

#include "svc_fixture.h"

#include "svc/overview.h"
#include "svc/undo.h"
#include "svc/warn.h"

#define GB (INT64_C(1) << 30)
#define TOTALS(w) world_number((w), "SELECT count(*) FROM vimb_domain_total")

static void
set_total(struct world *w, int64_t total)
{
	struct domain_in in = { 0 };
	struct domain row;
	OP box = as(w, &w->root);

	GIVE(domain_in, &in, total_quota, total);
	EXPECT(box, domain_edit(&box->op, w->own.domain_id, &in, &row), RC_OK);
	assert_int_equal(row.total_quota, total);
	EXPECT(box, domain_get(&box->op, w->own.domain_id, &row), RC_OK);
	assert_int_equal(row.total_quota, total);
}

static int64_t
last_entry(const struct world *w)
{
	return world_number(w, "SELECT max(id) FROM log");
}

static void
undo_last(struct world *w)
{
	OP box = as(w, &w->root);

	EXPECT(box, undo_entry(&box->op, last_entry(w)), RC_OK);
}

static void
test_set(void **state)
{
	struct world *w = *state;
	int64_t rows = AUDIT_ROWS(w);
	char *text;

	assert_int_equal(TOTALS(w), 0);
	set_total(w, 5 * GB);
	set_total(w, 5 * GB);
	assert_int_equal(AUDIT_ROWS(w), rows + 1); /* the same once more is no change */
	text = world_text(w, "SELECT detail_after FROM vimb_audit WHERE log_id = (SELECT max(log_id) FROM vimb_audit)");
	assert_non_null(strstr(text, "\"total_quota\":5368709120"));
	free(text);
	set_total(w, 6 * GB);
	assert_int_equal(world_number(w, "SELECT total FROM vimb_domain_total"), 6 * GB);
	undo_last(w);
	assert_int_equal(world_number(w, "SELECT total FROM vimb_domain_total"), 5 * GB);
	set_total(w, 0);
	assert_int_equal(TOTALS(w), 0);
	/* the fork's own row has nothing of it */
	assert_int_equal(world_number(w, "SELECT max(quota) FROM domain"),
	    world_number(w, "SELECT min(quota) FROM domain"));
}

static void
test_dry_run(void **state)
{
	struct world *w = *state;
	struct domain_in in = { 0 };
	struct domain row;
	OP box = as_with(w, &w->root, OP_DRY_RUN, NULL);

	GIVE(domain_in, &in, total_quota, GB);
	EXPECT(box, domain_edit(&box->op, w->own.domain_id, &in, &row), RC_OK);
	assert_int_equal(row.total_quota, GB);
	assert_int_equal(TOTALS(w), 0);
}

/* Made with it, removed with it, brought back with it; and read by every way that reads domains. */
static void
test_with_domain(void **state)
{
	struct world *w = *state;
	struct domain_in in = { 0 };
	struct domain row;
	struct list_in list = { .q = "total.example" };
	struct domain_list found;
	OP box = as(w, &w->root);

	GIVE(domain_in, &in, domain, "total.example");
	GIVE(domain_in, &in, total_quota, 3 * GB);
	EXPECT(box, domain_add(&box->op, &in, &row), RC_OK);
	assert_int_equal(row.total_quota, 3 * GB);
	EXPECT(box, domain_find(&box->op, "total.example", &row), RC_OK);
	assert_int_equal(row.total_quota, 3 * GB);
	EXPECT(box, domain_list(&box->op, &list, &found), RC_OK);
	assert_int_equal(found.n, 1);
	assert_int_equal(found.rows[0].total_quota, 3 * GB);
	EXPECT(box, domain_set_active(&box->op, row.id, false, &row), RC_OK);
	assert_int_equal(TOTALS(w), 1);
	EXPECT(box, domain_delete(&box->op, row.id, "total.example"), RC_OK);
	assert_int_equal(TOTALS(w), 0);
	undo_last(w);
	EXPECT(box, domain_find(&box->op, "total.example", &row), RC_OK);
	assert_int_equal(row.total_quota, 3 * GB);
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_undo_total"), 0);
}

/* Only supers may say it. */
static void
test_denied(void **state)
{
	struct world *w = *state;
	struct domain_in in = { 0 };
	struct domain row;
	OP box = as(w, &w->owner);

	GIVE(domain_in, &in, total_quota, GB);
	EXPECT(box, domain_edit(&box->op, w->own.domain_id, &in, &row), RC_DENIED);
	assert_int_equal(TOTALS(w), 0);
}

/* ---- warnings ---- */

static void
expect_warning(const struct warnings *got, const char *words)
{
	if (!words) {
		if (got->n > 0)
			fail_msg("warned: %s", got->text[0]);
		return;
	}
	if (got->n != 1 || !strstr(got->text[0], words))
		fail_msg("expected %s, got %s", words, got->n > 0 ? got->text[0] : "nothing");
}

static void
of_new_box(struct world *w, bool given, int64_t quota, const char *words)
{
	struct mailbox_in in = { 0 };
	struct warnings got;
	OP box = as(w, &w->root);

	GIVE(mailbox_in, &in, address, "fresh@own.example");
	if (given)
		GIVE(mailbox_in, &in, quota, quota);
	EXPECT(box, warn_mailbox(&box->op, NULL, &in, &got), RC_OK);
	expect_warning(&got, words);
}

static void
of_box(struct world *w, int64_t quota, const char *words)
{
	struct mailbox_in in = { 0 };
	struct mailbox was;
	struct warnings got;
	OP box = as(w, &w->root);

	EXPECT(box, mailbox_get(&box->op, w->own.mailbox_id, &was), RC_OK);
	GIVE(mailbox_in, &in, quota, quota);
	EXPECT(box, warn_mailbox(&box->op, &was, &in, &got), RC_OK);
	expect_warning(&got, words);
}

static void
of_domain(struct world *w, int64_t total, const char *words)
{
	struct domain_in in = { 0 };
	struct domain was;
	struct warnings got;
	OP box = as(w, &w->root);

	EXPECT(box, domain_get(&box->op, w->own.domain_id, &was), RC_OK);
	GIVE(domain_in, &in, total_quota, total);
	EXPECT(box, warn_limits(&box->op, &was, &in, &got), RC_OK);
	expect_warning(&got, words);
}

static void
test_warns(void **state)
{
	static const char more[] = "more than the 10 GB they are meant to take";
	struct world *w = *state;
	struct mailbox_in rename = { 0 };
	struct mailbox was;
	struct warnings got;

	world_exec(w, "UPDATE domain SET quota = 0, max_quota = 0");
	world_exec(w,
	    "DELETE FROM mailbox WHERE username LIKE '%@own.example' AND username <> (SELECT name "
	    "FROM "
	    "(SELECT min(username) AS name FROM mailbox WHERE username LIKE '%@own.example') x)");
	world_exec(w, "UPDATE mailbox SET quota = 4294967296"); /* 4 GB, elsewhere too */
	w->own.mailbox_id = world_number(w,
	    "SELECT id FROM mailbox WHERE username LIKE '%@own.example'");
	/* nothing is said of the domain: nothing is warned of; nor is whoever would be refused it */
	of_new_box(w, true, 100 * GB, NULL);
	of_box(w, 100 * GB, NULL);
	set_total(w, 10 * GB);
	of_new_box(w, true, 6 * GB, NULL);
	of_new_box(w, true, 6 * GB + 1, more);
	of_new_box(w, true, INT64_MAX, more);
	of_new_box(w, true, 0, "It gets no limit, while the mailboxes of the domain");
	of_new_box(w, false, 0, "It gets no limit, while the mailboxes of the domain");
	of_box(w, 10 * GB, NULL);
	of_box(w, 10 * GB + 1, more);
	of_box(w, 0, "It gets no limit, while the mailboxes of the domain");
	of_domain(w, 4 * GB, NULL);
	of_domain(w, 3 * GB, "Its mailboxes have 4 GB together already");
	of_domain(w, 0, NULL);
	/* the default counts where nothing is given */
	world_exec(w, "UPDATE domain SET quota = 7516192768");
	of_new_box(w, false, 0, more);
	/* above it already: less is no news, nor is what has nothing to do with it */
	set_total(w, 1 * GB);
	of_box(w, 3 * GB, NULL);
	of_box(w, 4 * GB, NULL);
	of_box(w, 5 * GB, "more than the 1 GB");
	of_domain(w, 1 * GB, NULL);
	{
		OP box = as(w, &w->owner);

		EXPECT(box, mailbox_get(&box->op, w->own.mailbox_id, &was), RC_OK);
		GIVE(mailbox_in, &rename, name, "Another");
		EXPECT(box, warn_mailbox(&box->op, &was, &rename, &got), RC_OK);
		expect_warning(&got, NULL);
	}
}

/* ---- refusals ---- */

static void
give_quota(struct world *w, const struct actor *who, int64_t quota, enum rc want)
{
	struct mailbox_in in = { 0 };
	struct mailbox row;
	OP box = as(w, who);

	GIVE(mailbox_in, &in, quota, quota);
	EXPECT(box, mailbox_edit(&box->op, w->own.mailbox_id, &in, &row), want);
}

/* Whoever administers the domain is refused what is beyond the sum; what is above it already may shrink; a super may all. */
static void
test_refuses(void **state)
{
	struct world *w = *state;
	int64_t boxes;

	world_exec(w, "UPDATE domain SET quota = 0, max_quota = 0");
	world_exec(w, "UPDATE mailbox SET quota = 1073741824");
	boxes = world_number(w, "SELECT count(*) FROM mailbox m JOIN domain d ON d.id = m.Domain_id WHERE d.domain = 'own.example'");
	give_quota(w, &w->owner, 100 * GB, RC_OK);
	set_total(w, (boxes + 1) * GB);
	give_quota(w, &w->owner, 50 * GB, RC_OK);
	give_quota(w, &w->owner, 50 * GB + 1, RC_INVALID);
	give_quota(w, &w->owner, 0, RC_INVALID);
	give_quota(w, &w->owner, 2 * GB, RC_OK);
	give_quota(w, &w->owner, 2 * GB + 1, RC_INVALID);
	give_quota(w, &w->owner, INT64_MAX, RC_INVALID);
	give_quota(w, &w->root, 0, RC_OK);
	give_quota(w, &w->owner, 80 * GB, RC_OK); /* from no limit to one */
	give_quota(w, &w->root, INT64_MAX, RC_OK);
	give_quota(w, &w->owner, INT64_MAX - 1, RC_OK);
}

/* ---- the first page ---- */

static size_t
over_on_page(struct world *w, const struct actor *who, struct overview_item *ret)
{
	struct overview_page v;
	size_t n = 0;
	OP box = as(w, who);

	EXPECT(box, overview_get(&box->op, &v), RC_OK);
	for (size_t i = 0; i < v.n_items; i++)
		if (strcmp(v.items[i].kind, "over") == 0) {
			*ret = v.items[i];
			n++;
		}
	for (size_t i = 0; i < v.n_domains; i++)
		assert_string_equal(v.domains[i].kind, "domain");
	return n;
}

static void
test_attention(void **state)
{
	struct world *w = *state;
	struct overview_item item = { 0 };
	int64_t boxes;

	world_exec(w, "UPDATE mailbox SET quota = 1073741824");
	boxes = world_number(w, "SELECT count(*) FROM mailbox m JOIN domain d ON d.id = m.Domain_id WHERE d.domain = 'own.example'");
	set_total(w, boxes * GB);
	assert_int_equal(over_on_page(w, &w->root, &item), 0);
	set_total(w, boxes * GB - 1);
	assert_int_equal(over_on_page(w, &w->root, &item), 1);
	assert_int_equal(item.id, w->own.domain_id);
	assert_int_equal(item.n, boxes * GB);
	assert_int_equal(item.of_n, boxes * GB - 1);
	assert_int_equal(over_on_page(w, &w->owner, &item), 1);
	assert_int_equal(over_on_page(w, &w->stranger, &item), 0);
	/* no sum is too large to be told */
	world_exec(w, "UPDATE mailbox SET quota = 9223372036854775807");
	assert_int_equal(over_on_page(w, &w->owner, &item), 1);
	assert_true(item.n >= INT64_MAX - 1024);
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown((f), world_setup, world_teardown)
	const struct CMUnitTest tests[] = { CASE(test_set), CASE(test_dry_run), CASE(test_with_domain),
		CASE(test_denied), CASE(test_warns), CASE(test_refuses), CASE(test_attention) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
