/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What docs/security.md says of the system calls of a web process is what its filters allow, call by call, for each kind of database: the filters are asked
 * for, not the tables they are made of.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "proc/cage_int.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#define CALLS_MAX 128
#define MOST_FILE 49   /* SQLite */
#define MOST_SERVER 49 /* MariaDB, PostgreSQL */
#define MOST_NARROW 20 /* once it serves */

struct calls {
	char name[CALLS_MAX][32];
	size_t n;
};

static bool
has(const struct calls *c, const char *name)
{
	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->name[i], name) == 0)
			return true;
	return false;
}

static void
add(struct calls *c, const char *name, size_t len)
{
	char text[32];

	assert_true(len < sizeof(text) && c->n < CALLS_MAX);
	memcpy(text, name, len);
	text[len] = '\0';
	if (!has(c, text))
		memcpy(c->name[c->n++], text, len + 1);
}

static const char *
read_whole(int fd, struct arena *arena)
{
	struct str s = STR_INIT;
	char buf[4096];
	const char *text;
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0)
		str_addn(&s, buf, (size_t)n);
	assert_int_equal(n, 0);
	close(fd);
	text = arena_strdup(arena, str_text(&s));
	str_release(&s);
	return text;
}

/*
 * Of the filter as libseccomp writes it: `# filter for syscall "read" (0) [...]`, then what becomes of it. A call counts if something of it is allowed.
 */
static void
of_filter(const struct db_reach *db, bool narrow, struct calls *ret, struct arena *arena)
{
	static const char mark[] = "# filter for syscall \"";
	int fd = memfd_create("pfc", MFD_CLOEXEC);
	const char *at, *next;

	assert_true(fd >= 0);
	assert_int_equal(narrow ? cage_narrow_write(db, fd) : cage_calls_write(ROLE_WEB, db, fd), 0);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	for (at = strstr(read_whole(fd, arena), mark); at; at = next) {
		const char *allow = strstr(at, "action ALLOW");

		at += sizeof(mark) - 1;
		next = strstr(at, mark);
		if (allow && (!next || allow < next))
			add(ret, at, strcspn(at, "\""));
	}
	assert_true(ret->n > 10);
}

/* Of the document: rows | `read` | yes | - | why |, the column of the engine. */
static void
of_document(const char *head, size_t column, struct calls *ret, struct arena *arena)
{
	int fd = open("docs/security.md", O_RDONLY | O_CLOEXEC);
	const char *at;

	assert_true(fd >= 0);
	at = strstr(read_whole(fd, arena), head);
	assert_non_null(at);
	for (at = strchr(at, '\n') + 1; *at == '|'; at = strchr(at, '\n') + 1) {
		const char *cell = at;

		if (strncmp(at, "| `", 3) != 0)
			continue;
		for (size_t i = 0; i < column; i++)
			cell = strchr(cell + 1, '|');
		if (strncmp(cell, "| yes |", 7) == 0)
			add(ret, at + 3, strcspn(at + 3, "`"));
		else
			assert_int_equal(strncmp(cell, "| no |", 6), 0);
	}
}

static void
compare(const struct calls *filter, const struct calls *document)
{
	bool same = true;

	for (size_t i = 0; i < filter->n; i++)
		if (!has(document, filter->name[i])) {
			print_error("allowed, but not in docs/security.md: %s\n", filter->name[i]);
			same = false;
		}
	for (size_t i = 0; i < document->n; i++)
		if (!has(filter, document->name[i])) {
			print_error("in docs/security.md, but not allowed: %s\n", document->name[i]);
			same = false;
		}
	assert_true(same);
}

static void
one(const struct db_reach *db, bool narrow, size_t column, size_t most)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
	struct calls filter = { .n = 0 }, document = { .n = 0 };

	of_filter(db, narrow, &filter, arena);
	of_document(narrow ? "| call, once it serves |" : "| call | SQLite | servers | what for |\n",
	    column, &document, arena);
	compare(&filter, &document);
	assert_true(filter.n <= most);
	print_message("%zu system calls\n", filter.n);
}

static void
test_file(void **state UNUSED)
{
	static const struct db_reach db = { .folder = "/var/lib/vimbadmin" };

	if (CAGE_INSTRUMENTED) /* before there is anything that skip(), a jump, would leave behind */
		skip();
	one(&db, false, 1, MOST_FILE);
}

static void
test_server(void **state UNUSED)
{
	static const struct db_reach db = { .server = true };

	if (CAGE_INSTRUMENTED)
		skip();
	one(&db, false, 2, MOST_SERVER);
}

static void
test_file_narrow(void **state UNUSED)
{
	static const struct db_reach db = { .folder = "/var/lib/vimbadmin" };

	one(&db, true, 1, MOST_NARROW);
}

static void
test_server_narrow(void **state UNUSED)
{
	static const struct db_reach db = { .server = true };

	one(&db, true, 2, MOST_NARROW);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_server),
		cmocka_unit_test(test_file_narrow),
		cmocka_unit_test(test_server_narrow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
