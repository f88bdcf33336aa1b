/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Snapshots in archives: what the two PHP programs wrote becomes rows; what neither wrote, or what could not stand in a row, makes the whole of one
 * unusable. And who sees which archive.
 */
#include "base/base.h"

#include "svc_fixture.h"

#include "base/str.h"
#include "svc/archive.h"

#define HASH "$2y$12$OJRbZHRUTJXfJdSq0WxyHO45MM6ogE1ra/6LT/0u.SXZ4UdW4hO2i"
#define FORK(box)                                                                                  \
	"{\"username\":\"bob@own.example\",\"type\":\"ARCHIVE\",\"task_id\":1,\"dest\":\"maildir:" \
	"\\/backups\\/own.example\\/bob@own.example\",\"mailbox\":" box "}"
#define BOX(more)                                                                  \
	"{\"username\":\"bob@own.example\",\"local_part\":\"bob\",\"name\":\"Bob " \
	"O'Test\",\"password\":\"" HASH "\",\"quota\":524288000,\"active\":true" more "}"

static struct archive_snapshot
read_as(struct op_box *box, const char *username, const char *data)
{
	struct archive row = { .username = username, .status = "ARCHIVED", .data = data };
	struct archive_snapshot s;

	archive_read(&box->op, &row, &s);
	return s;
}

static struct archive_snapshot
read_bob(struct op_box *box, const char *data)
{
	return read_as(box, "bob@own.example", data);
}

static void
test_of_the_fork(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->operator);
	struct archive_snapshot s = read_bob(box, FORK(BOX("")));

	assert_null(s.fault);
	assert_string_equal(s.made_by, "its PHP fork");
	assert_string_equal(s.type, "ARCHIVE");
	assert_int_equal(s.task_id, 1);
	assert_string_equal(s.dest, "maildir:/backups/own.example/bob@own.example");
	assert_true(s.has_mailbox);
	assert_string_equal(s.mailbox.username, "bob@own.example");
	assert_string_equal(s.mailbox.local_part, "bob");
	assert_string_equal(s.mailbox.name, "Bob O'Test");
	assert_string_equal(s.mailbox.password, HASH);
	assert_string_equal(s.password_scheme, "BLF-CRYPT");
	assert_int_equal(s.mailbox.quota, 524288000);
	assert_true(s.mailbox.active);
	assert_string_equal(s.mailbox.access_restriction, "ALL");
	assert_string_equal(s.domain, "own.example");
	s = read_bob(box, FORK("null"));
	assert_null(s.fault);
	assert_false(s.has_mailbox);
}

/* The fork's password of an orphan is the same everywhere: an account restored with it would be open to all. */
static void
test_orphan_lets_nobody_in(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->operator);
	struct archive_snapshot s = read_bob(box,
	    "{\"username\":\"bob@own.example\",\"type\":\"BACKUP_ORPHAN\",\"task_id\":3,\"dest\":"
	    "\"maildir:/b\",\"mailbox\":{"
	    "\"username\":\"bob@own.example\",\"local_part\":\"bob\",\"name\":null,\"password\":\"{"
	    "PLAIN}!orphan-backup-no-login!\","
	    "\"quota\":\"0\",\"active\":0}}");
	bool ok = true;

	assert_null(s.fault);
	assert_true(s.password_void);
	assert_false(s.mailbox.active);
	EXPECT(box,
	    app_verify_mailbox(&box->op, s.mailbox.password, "!orphan-backup-no-login!", &ok), RC_OK);
	assert_false(ok);
}

static const char upstream[] =
    "a:2:{s:7:\"mailbox\";a:2:{s:9:\"className\";s:16:\"Entities\\Mailbox\";s:6:\"params\";a:19:{s:"
    "8:\"username\";s:15:\"bob@own.example\";"
    "s:8:\"password\";s:34:\"$1$abcdefgh$6RlT0pkqP1ss.bWkPI8UL/\";s:4:\"name\";s:4:\"B\xc3\xb6"
    "b\";s:9:\"alt_email\";s:14:\"b@else.example\";"
    "s:5:\"quota\";s:10:\"1073741824\";s:10:\"local_part\";s:3:\"bob\";s:6:\"active\";b:1;s:18:"
    "\"access_restriction\";s:9:\"SMTP,IMAP\";"
    "s:7:\"homedir\";s:10:\"/srv/vmail\";s:7:\"maildir\";s:17:\"maildir:/srv/vm/"
    "b\";s:3:\"uid\";i:2000;s:3:\"gid\";i:2000;s:12:\"homedir_size\";N;"
    "s:12:\"maildir_size\";s:4:\"4711\";s:7:\"size_at\";N;s:7:\"created\";a:3:{s:4:\"date\";s:26:"
    "\"2015-05-01 12:00:00.000000\";s:13:\"timezone_type\";i:3;"
    "s:8:\"timezone\";s:13:\"Europe/"
    "Dublin\";}s:8:\"modified\";N;s:2:\"id\";i:7;s:6:\"domain\";a:1:{s:2:\"id\";s:1:\"3\";}}}"
    "s:18:\"mailbox_prefrences\";a:1:{i:0;a:2:{s:9:\"className\";s:26:"
    "\"Entities\\MailboxPreference\";s:6:\"params\";a:6:{s:9:\"attribute\";s:13:\"xpiInfo.phone\";"
    "s:2:\"ix\";i:0;s:2:\"op\";s:1:\"=\";s:5:\"value\";s:3:\"123\";s:6:\"expire\";s:1:\"0\";s:7:"
    "\"mailbox\";a:1:{s:2:\"id\";i:7;}}}}}";

static void
test_of_upstream(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->operator);
	struct archive_snapshot s = read_bob(box, upstream);
	struct str made = STR_INIT;
	struct archive tar = { .username = "bob@own.example",
		.status = "ARCHIVED",
		.data = upstream,
		.domain = "own.example",
		.maildir_file = "/archive/maildir-7.tar" };

	if (s.fault)
		fail_msg("%s", s.fault);
	assert_string_equal(s.made_by, "ViMbAdmin 3");
	assert_string_equal(s.mailbox.name, "Böb");
	assert_int_equal(s.mailbox.quota, 1073741824);
	assert_string_equal(s.mailbox.access_restriction, "SMTP,IMAP");
	assert_string_equal(s.mailbox.alt_email, "b@else.example");
	assert_string_equal(s.password_scheme, "MD5-CRYPT");
	assert_true(s.mailbox.created > 1430000000 && s.mailbox.created < 1431000000);
	assert_int_equal(s.n_prefs, 1);
	assert_string_equal(s.prefs[0].attribute, "xpiInfo.phone");
	assert_string_equal(s.prefs[0].value, "123");
	assert_non_null(strstr(archive_obstacle(&box->op, &tar, &s), "tar"));
	tar.maildir_file = "/archive/elsewhere";
	assert_null(archive_obstacle(&box->op, &tar, &s));
	/* versions that put the aliases in, too */
	str_addn(&made, upstream, sizeof(upstream) - 2);
	str_add(&made,
	    "s:7:\"aliases\";a:1:{i:4;a:2:{s:9:\"className\";s:14:\"Entities\\Alias\";s:6:"
	    "\"params\";a:4:{s:7:\"address\";s:16:\"info@own.example\";"
	    "s:4:\"goto\";s:32:\"bob@own.example,x@elsewhere.test\";s:6:\"active\";i:1;s:2:\"id\";"
	    "i:4;}}}}");
	made.data[2] = '3';
	s = read_bob(box, str_text(&made));
	str_release(&made);
	if (s.fault)
		fail_msg("%s", s.fault);
	assert_int_equal(s.n_aliases, 1);
	assert_string_equal(s.aliases[0].address, "info@own.example");
	assert_true(s.aliases[0].active);
}

/* clang-format off */
static const struct {
	const char *data, *words;
} tampered[] = {
	{ "", "empty" },
	{ "{", "neither" },
	{ "[]", "not what it should be" },
	{ "null", "neither" },
	{ "O:8:\"stdClass\":0:{}", "neither" },
	{ "a:1:{i:0;O:1:\"X\":0:{}}", "neither" },
	{ "a:0:{}", "lacks mailbox" },
	{ "{}", "lacks username" },
	{ FORK(BOX("")) "x", "neither" },
	{ "{\"username\":\"bob@own.example\",\"username\":\"bob@own.example\"}", "neither" },
	{ FORK(BOX(",\"super\":true")), "not known: super" },
	{ FORK(BOX(",\"quota\":1")), "neither" },
	{ FORK("{\"username\":\"bob@own.example\"}"), "lacks local_part" },
	{ FORK("[]"), "not what it should be" },
	{ FORK("1"), "not what it should be" },
	{ "{\"username\":\"eve@own.example\",\"type\":\"ARCHIVE\",\"mailbox\":null}",
	    "another address" },
	{ "{\"username\":\"bob@own.example\",\"type\":\"RESTORE\",\"mailbox\":null}", "type" },
	{ "{\"username\":\"bob@own.example\",\"type\":\"ARCHIVE\",\"mailbox\":null,"
	  "\"exec\":\"sh\"}",
	    "not known: exec" },
	{ FORK("{\"username\":\"eve@own.example\",\"local_part\":\"eve\",\"password\":"
	       "\"" HASH "\",\"quota\":0,\"active\":true}"),
	    "another address" },
	{ FORK("{\"username\":\"bob@own.example\",\"local_part\":\"eve\",\"password\":"
	       "\"" HASH "\",\"quota\":0,\"active\":true}"),
	    "local_part" },
	{ FORK("{\"username\":\"bob@own.example\",\"local_part\":\"bob\",\"password\":"
	       "\"" HASH "\",\"quota\":-1,\"active\":true}"),
	    "quota" },
	{ FORK("{\"username\":\"bob@own.example\",\"local_part\":\"bob\",\"password\":"
	       "\"" HASH "\",\"quota\":1e9,\"active\":true}"),
	    "quota" },
	{ FORK("{\"username\":\"bob@own.example\",\"local_part\":\"bob\",\"password\":"
	       "\"" HASH "\",\"quota\":99999999999999999999,\"active\":true}"),
	    "" },
	{ FORK("{\"username\":\"bob@own.example\",\"local_part\":\"bob\",\"password\":"
	       "\"" HASH "\",\"quota\":0,\"active\":\"maybe\"}"),
	    "active" },
	{ FORK("{\"username\":\"bob@own.example\",\"local_part\":\"bob\",\"password\":"
	       "\"" HASH "\",\"quota\":0,\"active\":2}"),
	    "active" },
	{ FORK("{\"username\":\"bob@own.example\",\"local_part\":\"bob\",\"password\":\"{"
	       "CRAM-MD5}x\",\"quota\":0,\"active\":true}"),
	    "CRAM-MD5" },
	{ FORK("{\"username\":\"bob@own.example\",\"local_part\":\"bob\",\"password\":\"$"
	       "2y$31$OJRbZHRUTJXfJdSq0WxyHO45MM6ogE1ra/6LT/"
	       "0u.SXZ4UdW4hO2i\",\"quota\":0,\"active\":true}"),
	    "password hash" },
	{ FORK("{\"username\":\"bob@own.example\",\"local_part\":\"bob\",\"password\":null,"
	       "\"quota\":0,\"active\":true}"),
	    "password hash" },
	{ FORK("{\"username\":\"bob@own.example\",\"local_part\":\"bob\",\"name\":"
	       "\"a\\nb\",\"password\":\"" HASH "\",\"quota\":0,\"active\":true}"),
	    "no line" },
	{ FORK("{\"username\":\"bob@own.example\",\"local_part\":\"bob\",\"name\":[\"a\"],"
	       "\"password\":\"" HASH "\",\"quota\":0,\"active\":true}"),
	    "name is no text" },
};
/* clang-format on */

/* K15: nothing of a snapshot that was tampered with is used. */
static void
test_tampered(void **state)
{
	struct world *w = *state;
	for (size_t i = 0; i < ARRAY_LEN(tampered); i++) {
		OP box = as(w, &w->operator);
		struct archive_snapshot s = read_bob(box, tampered[i].data);

		if (!s.fault || !strstr(s.fault, tampered[i].words))
			fail_msg("%zu: %s instead of %s", i, s.fault ? s.fault : "nothing",
			    tampered[i].words);
		assert_null(s.made_by);
		assert_null(s.mailbox.password);
		assert_false(s.has_mailbox);
	}
}

static void
test_large_or_deep(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->operator);
	char *large = malloc(2 << 20);

	assert_non_null(large);
	memset(large, '[', (2 << 20) - 1);
	large[(2 << 20) - 1] = '\0';
	assert_non_null(read_bob(box, large).fault);
	large[100000] = '\0';
	assert_non_null(read_bob(box, large).fault);
	free(large);
}

/* ---- who sees what ---- */

static void
add(struct world *w, const char *address, const char *status, const char *domain, const char *data)
{
	char sql[2000];

	(void)snprintf(sql, sizeof(sql),
	    "INSERT INTO archive (username, status, archived_at, status_changed_at, maildir_file, "
	    "data, autoprune, Domain_id) "
	    "SELECT '%s', '%s', '2026-01-02 03:04:05', '2026-01-02 03:04:05', 'maildir:/b', '%s', "
	    "0, id FROM domain WHERE domain = '%s'",
	    address, status, data, domain);
	world_exec(w, sql);
}

#define PLAIN_BOX(local)                                                                       \
	"{\"username\":\"" local "@own.example\",\"type\":\"ARCHIVE\",\"task_id\":1,\"dest\":" \
	"\"maildir:/b\",\"mailbox\":{\"username\":\"" local                                    \
	"@own.example\",\"local_part\":\"" local "\",\"name\":\"X\",\"password\":\"" HASH      \
	"\",\"quota\":0,\"active\":true}}"

static void
test_lists(void **state)
{
	struct world *w = *state;
	struct archive_list list;
	struct archive_view v;

	add(w, "gone@own.example", "ARCHIVED", "own.example", PLAIN_BOX("gone"));
	add(w, "anna@own.example", "ARCHIVED", "own.example", PLAIN_BOX("anna"));
	add(w, "soon@own.example", "PENDING_RESTORE", "own.example", PLAIN_BOX("soon"));
	add(w, "far@other.example", "ARCHIVED", "other.example", "{}");
	{
		OP box = as(w, &w->root);

		EXPECT(box, archive_list(&box->op, 0, &list), RC_OK);
		assert_int_equal(list.n, 4);
		assert_int_equal(list.info.total, 4);
		assert_string_equal(list.rows[0].username, "anna@own.example");
		assert_string_equal(list.rows[0].why, "There is a mailbox of that address.");
		assert_non_null(strstr(list.rows[1].why, "lacks username"));
		assert_true(list.rows[2].restorable);
		assert_null(list.rows[2].why);
		assert_string_equal(list.rows[3].why, "It is not finished: PENDING_RESTORE.");
		EXPECT(box, archive_list(&box->op, 1, &list), RC_OK);
		assert_int_equal(list.n, 1);
		assert_int_equal(list.info.total, 4);
		EXPECT(box, archive_find(&box->op, "Gone@OWN.example", &v), RC_OK);
		assert_string_equal(v.password_scheme, "BLF-CRYPT");
	}
	{
		OP box = as(w, &w->stranger);

		EXPECT(box, archive_list(&box->op, 0, &list), RC_OK);
		assert_int_equal(list.n, 1);
		EXPECT(box, archive_find(&box->op, "gone@own.example", &v), RC_NOT_FOUND);
		EXPECT(box, archive_find(&box->op, "missing@own.example", &v), RC_NOT_FOUND);
	}
	{
		OP box = as(w, &w->nobody);

		EXPECT(box, archive_list(&box->op, 0, &list), RC_UNAUTHENTICATED);
	}
	/* a domain that is gone leaves its archives to supers */
	world_exec(w, "UPDATE archive SET Domain_id = NULL");
	{
		OP box = as(w, &w->owner);

		EXPECT(box, archive_list(&box->op, 0, &list), RC_OK);
		assert_int_equal(list.n, 0);
		EXPECT(box, archive_find(&box->op, "gone@own.example", &v), RC_NOT_FOUND);
	}
	{
		OP box = as(w, &w->root);

		EXPECT(box, archive_find(&box->op, "gone@own.example", &v), RC_OK);
		assert_string_equal(v.why, "Its domain is gone.");
	}
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = { T(test_of_the_fork), T(test_orphan_lets_nobody_in),
		T(test_of_upstream), T(test_tampered), T(test_large_or_deep), T(test_lists) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
