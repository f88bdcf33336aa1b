/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every function over rows of the trail and of the queue. */
#include "base/base.h"

#include "store_fixture.h"

#include "store/audit.h"
#include "store/job.h"

static int64_t
put_entry(struct shop *s, const char *object, int64_t admin_id, int64_t domain_id, const char *request_id)
{
	struct audit row = { .action = "MAILBOX_ADD",
		.data = "a sentence",
		.timestamp = NOW,
		.admin_id = admin_id,
		.domain_id = domain_id,
		.actor = "a@own.example",
		.door = "web",
		.source = "192.0.2.1",
		.object_type = "mailbox",
		.object_id = 7,
		.object = object,
		.before = NULL,
		.after = "{\"quota\":1}",
		.request_id = request_id };
	int64_t id = 0;

	OK(s, store_audit_add(&s->op, &row, &id));
	return id;
}

static void
test_entry(void **state)
{
	struct shop *s = *state;
	int64_t domain = put_domain(s, "own.example"), admin = put_admin(s, "a@own.example", false);
	int64_t id = put_entry(s, "anna@own.example", admin, domain, "00000000000000000000000000000001");
	struct audit a;

	OK(s, store_audit_get(&s->op, id, &a));
	assert_string_equal(a.action, "MAILBOX_ADD");
	assert_string_equal(a.data, "a sentence");
	assert_int_equal(a.timestamp, NOW);
	assert_string_equal(a.actor, "a@own.example");
	assert_string_equal(a.door, "web");
	assert_string_equal(a.object, "anna@own.example");
	assert_null(a.before);
	assert_string_equal(a.after, "{\"quota\":1}");
	assert_string_equal(a.domain, "own.example");
	assert_int_equal(store_audit_get(&s->op, id + 1, &a), RC_NOT_FOUND);
}

/* A repeat of a request finds the last thing it did. */
static void
test_by_request(void **state)
{
	struct shop *s = *state;
	struct audit a;

	put_entry(s, "first@own.example", 0, 0, "00000000000000000000000000000001");
	put_entry(s, "second@own.example", 0, 0, "00000000000000000000000000000001");
	put_entry(s, "other@own.example", 0, 0, "00000000000000000000000000000002");
	OK(s, store_audit_by_request(&s->op, "00000000000000000000000000000001", &a));
	assert_string_equal(a.object, "second@own.example");
	assert_int_equal(store_audit_by_request(&s->op, "00000000000000000000000000000003", &a),
	    RC_NOT_FOUND);
}

static void
test_list(void **state)
{
	struct shop *s = *state;
	int64_t own = put_domain(s, "own.example"), other = put_domain(s, "other.example"),
		admin = put_admin(s, "a@own.example", false);
	struct store_list list = { .active = -1, .sort = "id", .desc = true, .limit = 10 };
	int64_t total = -1;
	struct rows rows;
	bool at_least;

	put_entry(s, "anna@own.example", admin, own, "00000000000000000000000000000001");
	put_entry(s, "zoe@other.example", admin, other, "00000000000000000000000000000002");
	OK(s, store_audit_list(&s->op, &list, &rows));
	assert_int_equal(rows.n, 2);
	assert_string_equal(((struct audit *)rows.at)[0].object, "zoe@other.example");
	list.domain_id = own;
	OK(s, store_audit_list(&s->op, &list, &rows));
	assert_int_equal(rows.n, 1);
	OK(s, store_audit_count(&s->op, &list, &total, &at_least));
	assert_int_equal(total, 1);
	assert_false(at_least);
	list.domain_id = 0;
	list.actor = "nobody@own.example";
	OK(s, store_audit_list(&s->op, &list, &rows));
	assert_int_equal(rows.n, 0);
}

/* ---- the queue ---- */

static void
test_claim(void **state)
{
	struct shop *s = *state;
	int64_t changed = -1;
	struct job_row job;

	assert_int_equal(store_job_claim(&s->op, "me", NOW + 60, &job), RC_NOT_FOUND);
	OK(s, store_job_add(&s->op, "later", "{}", NOW + 100, 0));
	assert_int_equal(store_job_claim(&s->op, "me", NOW + 60, &job), RC_NOT_FOUND);
	OK(s, store_job_add(&s->op, "soon", "{\"a\":1}", NOW - 1, 0));
	OK(s, store_job_claim(&s->op, "me", NOW + 60, &job));
	assert_string_equal(job.kind, "soon");
	assert_string_equal(job.args, "{\"a\":1}");
	assert_int_equal(job.attempts, 1);
	OK(s, store_job_done(&s->op, &job, &changed));
	assert_int_equal(changed, 1);
	assert_int_equal(store_job_claim(&s->op, "me", NOW + 60, &job), RC_NOT_FOUND);
	assert_null(s->op.errs.first);
}

/* Who slept through his lease changes nothing any more. */
static void
test_fence(void **state)
{
	struct shop *s = *state;
	struct job_row first, second;
	int64_t changed = -1;

	OK(s, store_job_add(&s->op, "work", "{}", NOW - 1, 0));
	OK(s, store_job_claim(&s->op, "first", NOW + 10, &first));
	s->op.now = NOW + 11;
	OK(s, store_job_claim(&s->op, "second", NOW + 60, &second));
	assert_int_equal(second.id, first.id);
	assert_true(second.fence > first.fence);
	OK(s, store_job_done(&s->op, &first, &changed));
	assert_int_equal(changed, 0);
	OK(s, store_job_retry(&s->op, &first, "no", NOW, &changed));
	assert_int_equal(changed, 0);
	OK(s, store_job_give_up(&s->op, &first, "no", &changed));
	assert_int_equal(changed, 0);
	OK(s, store_job_retry(&s->op, &second, "try again", NOW + 20, &changed));
	assert_int_equal(changed, 1);
	s->op.now = NOW + 21;
	OK(s, store_job_claim(&s->op, "third", NOW + 60, &first));
	assert_int_equal(first.attempts, 3);
	OK(s, store_job_give_up(&s->op, &first, "enough", &changed));
	assert_int_equal(changed, 1);
	assert_int_equal(store_job_claim(&s->op, "fourth", NOW + 90, &first), RC_NOT_FOUND);
}

static void
test_ensure_and_prune(void **state)
{
	struct shop *s = *state;
	int64_t changed = -1;
	struct job_row job;

	OK(s, store_job_ensure(&s->op, "tidy", NOW - 1));
	OK(s, store_job_ensure(&s->op, "tidy", NOW - 1));
	OK(s, store_job_claim(&s->op, "me", NOW + 60, &job));
	assert_int_equal(store_job_claim(&s->op, "me", NOW + 60, &(struct job_row){ 0 }), RC_NOT_FOUND);
	OK(s, store_job_done(&s->op, &job, &changed));
	OK(s, store_job_prune(&s->op, NOW - 1, &changed));
	assert_int_equal(changed, 0);
	OK(s, store_job_prune(&s->op, NOW + 1, &changed));
	assert_int_equal(changed, 1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, shop_setup, shop_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_entry),
		T(test_by_request),
		T(test_list),
		T(test_claim),
		T(test_fence),
		T(test_ensure_and_prune),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
