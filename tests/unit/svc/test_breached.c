/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sorted file of hashes: each line of it is found and nothing else, whatever ends the lines, and what is no such file stops everything. */
#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/str.h"
#include "svc/breached.h"

#include <nettle/sha1.h>
#include <unistd.h>

#define LINES 1000

struct file {
	char name[40];
	struct breached *list;
};

static void
begin(struct file *f, const char *text, size_t len)
{
	int fd;

	(void)snprintf(f->name, sizeof(f->name), "/tmp/vimb-breached-XXXXXX");
	fd = mkstemp(f->name);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	close(fd);
	f->list = breached_open(f->name);
	assert_non_null(f->list);
}

static void
end(struct file *f)
{
	breached_close(f->list);
	unlink(f->name);
}

static bool
has(const struct file *f, const char *password)
{
	bool found = true;

	assert_int_equal(breached_has(f->list, password, &found), RC_OK);
	return found;
}

static void
hex_of(const char *password, char ret[41])
{
	struct sha1_ctx c;
	uint8_t digest[SHA1_DIGEST_SIZE];

	sha1_init(&c);
	sha1_update(&c, strlen(password), (const uint8_t *)password);
	sha1_digest(&c, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		(void)snprintf(ret + 2 * i, 3, "%02X", digest[i]);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* The passwords secret 0, secret 2, ..., as they come out of the world. */
static void
write_lines(struct str *out, size_t n, bool counts, const char *line_end, bool last)
{
	static char hashes[LINES][41];

	for (size_t i = 0; i < n; i++) {
		char password[30];

		(void)snprintf(password, sizeof(password), "secret %zu", 2 * i);
		hex_of(password, hashes[i]);
	}
	qsort(hashes, n, sizeof(hashes[0]), by_text);
	for (size_t i = 0; i < n; i++) {
		str_add(out, hashes[i]);
		if (counts)
			str_addf(out, ":%zu", i % 7 == 0 ? 1234567 * i : i % 3);
		if (i + 1 < n || last)
			str_add(out, line_end);
	}
}

static void
expect_each(size_t n, bool counts, const char *line_end, bool last)
{
	struct str s = STR_INIT;
	struct file f;

	write_lines(&s, n, counts, line_end, last);
	begin(&f, str_text(&s), strlen(str_text(&s)));
	for (size_t i = 0; i < 2 * n + 50; i++) {
		char password[30];

		(void)snprintf(password, sizeof(password), "secret %zu", i);
		assert_int_equal(has(&f, password), i % 2 == 0 && i < 2 * n);
	}
	end(&f);
	str_release(&s);
}

static void
test_each_line(void **state UNUSED)
{
	static const size_t sizes[] = { 1, 2, 3, 4, 5, 17, LINES };

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		expect_each(sizes[i], true, "\r\n", true);
		expect_each(sizes[i], true, "\n", false);
		expect_each(sizes[i], false, "\n", true);
	}
}

/* As it stands in the list that is given out, and in small letters. */
static void
test_known(void **state UNUSED)
{
	static const char text[] = "0000000000000000000000000000000000000000:1\r\n"
				   "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8:9659365\r\n"
				   "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF:1\r\n";
	struct file f;

	begin(&f, text, sizeof(text) - 1);
	assert_true(has(&f, "password"));
	assert_false(has(&f, "Password"));
	assert_false(has(&f, ""));
	end(&f);
}

static void
expect_refused(const char *text, size_t len)
{
	struct file f;
	bool found = true;

	begin(&f, text, len);
	assert_int_equal(breached_has(f.list, "password", &found), RC_UNAVAILABLE);
	assert_false(found);
	end(&f);
}

static void
test_no_list(void **state UNUSED)
{
	struct breached *missing = breached_open("/nonexistent/list"), *folder = breached_open("/tmp");
	bool found = true;

	assert_null(breached_open(""));
	assert_null(breached_open(NULL));
	assert_int_equal(breached_has(NULL, "password", &found), RC_OK);
	assert_false(found);
	assert_int_equal(breached_has(missing, "password", &found), RC_UNAVAILABLE);
	assert_int_equal(breached_has(folder, "password", &found), RC_UNAVAILABLE);
	breached_close(missing);
	breached_close(folder);
	expect_refused("", 0);
	expect_refused("password\n", 9);
	expect_refused("5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8", 40);
	expect_refused("5BAA61E4C9B93F3F0682250B6CF8331B7EE68FDx:1\n", 43);
}

/* One that begins well and is rubbish behind: nothing is found, and it comes to an end within its bytes. */
static void
test_rubbish(void **state UNUSED)
{
	char text[5000];

	for (int fill = 0; fill < 256; fill += 5) {
		struct file f;
		int n;

		memset(text, fill, sizeof(text));
		n = snprintf(text, sizeof(text), "%040d:1\n", 0);
		text[n] = (char)fill;
		begin(&f, text, sizeof(text) - (size_t)fill);
		assert_false(has(&f, "password"));
		end(&f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_line),
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_no_list),
		cmocka_unit_test(test_rubbish),
	};

	log_open("test", LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
