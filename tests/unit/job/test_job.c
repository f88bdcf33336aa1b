/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of job kinds is complete, and failed jobs are tried again later and later, never all at once. */
#include "base/base.h"

#include "job/job.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
test_table(void **state UNUSED)
{
	for (size_t i = 0; i < job_kinds_n; i++) {
		const struct job_kind *k = &job_kinds[i];

		assert_non_null(k->run);
		assert_true(k->timeout_s > 0 && k->attempts > 0 && k->backoff_s > 0);
		assert_true(strlen(k->doc) > 20);
		assert_int_equal((k->flags & JOB_REPEATS) != 0, k->every_s > 0);
		assert_ptr_equal(job_kind_by_name(k->name), k); /* its name is its own */
	}
	assert_null(job_kind_by_name(""));
	assert_null(job_kind_by_name("no such kind"));
}

static void
test_retry(void **state UNUSED)
{
	static const struct {
		int64_t attempts;
		uint32_t chance;
		int64_t want;
	} cases[] = {
		{ 1, 0, 30 },
		{ 2, 0, 60 },
		{ 3, 0, 120 },
		{ 7, 0, 1920 },
		{ 8, 0, 3600 },
		{ 1000000, 0, 3600 },
		{ 1, 999, 30 + 14 },
		{ 8, 999, 3600 + 1798 },
		{ 0, 0, 30 },
		{ INT64_MAX, 999, 5398 },
	};
	const struct job_kind kind = { .backoff_s = 30 };

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(job_retry_at(&kind, cases[i].attempts, 1000, cases[i].chance),
		    1000 + cases[i].want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_retry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
