/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rules of mailboxes: addresses, passwords, quotas, limits, self-aliases, what goes with a mailbox
 * when it goes.
 */
#include "base/base.h"

#include "svc_fixture.h"

#include "base/str.h"
#include "svc/reach.h"

static void
start(struct mailbox_in *in, const char *address)
{
	*in = (struct mailbox_in){ 0 };
	GIVE(mailbox_in, in, address, address);
	GIVE(mailbox_in, in, password, PASSWORD);
}

static void
refused(struct world *w, const struct mailbox_in *in, enum rc want, const char *field, const char *words)
{
	OP box = as(w, &w->owner);
	struct mailbox row;

	EXPECT(box, mailbox_add(&box->op, in, &row, NULL), want);
	expect_fault(box, field, words);
}

static void
test_add(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->owner);
	struct mailbox_in in = { 0 };
	struct mailbox row;
	struct alias self;

	GIVE(mailbox_in, &in, local_part, "Ben");
	GIVE(mailbox_in, &in, domain, "OWN.example");
	GIVE(mailbox_in, &in, name, "Ben");
	GIVE(mailbox_in, &in, password, PASSWORD);
	EXPECT(box, mailbox_add(&box->op, &in, &row, NULL), RC_OK);
	assert_string_equal(row.username, "ben@own.example");
	assert_string_equal(row.local_part, "ben");
	assert_string_equal(row.access_restriction, "ALL");
	assert_true(row.active);
	assert_false(row.delete_pending);
	assert_int_equal(row.quota, 0);
	assert_int_equal(row.domain_id, w->own.domain_id);
	assert_int_equal(strncmp(row.password, "{SHA256-CRYPT}$5$", 17), 0);
	EXPECT(box, alias_find(&box->op, "ben@own.example", &self), RC_OK);
	assert_true(alias_is_self(&self));
	assert_int_equal(world_number(w, "SELECT mailbox_count FROM domain WHERE domain = 'own.example'"),
	    2);
	assert_int_equal(world_number(w, "SELECT alias_count FROM domain WHERE domain = 'own.example'"),
	    1);
}

static void
test_add_refused(void **state)
{
	struct world *w = *state;
	struct mailbox_in in;
	char long_address[300];

	start(&in, "anna@own.example");
	refused(w, &in, RC_CONFLICT, "address", "exists already");
	start(&in, NULL);
	GIVE(mailbox_in, &in, local_part, "ANNA");
	GIVE(mailbox_in, &in, domain, "own.example");
	refused(w, &in, RC_CONFLICT, "local_part", "exists already");
	start(&in, "info@own.example");
	refused(w, &in, RC_CONFLICT, "address", "info@own.example");
	start(&in, "x@other.example");
	refused(w, &in, RC_INVALID, "address", "no such domain");
	start(&in, "x@missing.example");
	refused(w, &in, RC_INVALID, "address", "no such domain");
	start(&in, "*@own.example");
	refused(w, &in, RC_INVALID, "address", "");
	start(&in, "@own.example");
	refused(w, &in, RC_INVALID, "address", "");
	(void)snprintf(long_address, sizeof(long_address), "%.64s@own.example",
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	start(&in, long_address);
	{
		OP box = as(w, &w->owner);
		struct mailbox row;

		EXPECT(box, mailbox_add(&box->op, &in, &row, NULL), RC_OK);
	}
	in = (struct mailbox_in){ 0 };
	GIVE(mailbox_in, &in, domain, "own.example");
	refused(w, &in, RC_INVALID, "local_part", "in front of the @");
	GIVE(mailbox_in, &in, local_part, "new");
	GIVE(mailbox_in, &in, domain, "");
	refused(w, &in, RC_INVALID, "domain", "choose");
}

static void
test_address_length(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->root);
	struct mailbox_in in = { 0 };
	struct mailbox row;
	struct str domain = STR_INIT;

	for (int i = 0; i < 20; i++)
		str_add(&domain, "abcdefghij.");
	str_add(&domain, "example");
	make_domain(w, str_text(&domain), 0, 0, 0, 0);
	GIVE(mailbox_in, &in, local_part, "a12345678901234567890123456");
	GIVE(mailbox_in, &in, domain, str_text(&domain));
	GIVE(mailbox_in, &in, password, PASSWORD);
	assert_int_equal(strlen(in.local_part) + 1 + domain.len, 255);
	EXPECT(box, mailbox_add(&box->op, &in, &row, NULL), RC_INVALID);
	expect_fault(box, "local_part", "");
	err_clear(&box->op.errs);
	in.local_part++;
	EXPECT(box, mailbox_add(&box->op, &in, &row, NULL), RC_OK);
	str_release(&domain);
}

static void
test_password(void **state)
{
	struct world *w = *state;
	struct mailbox_in in;
	char longest[PW_MAX_BYTES + 2];

	start(&in, "new@own.example");
	in.password = "1234567";
	refused(w, &in, RC_INVALID, "password", "8 characters");
	in.password = "ééééééé";
	refused(w, &in, RC_INVALID, "password", "8 characters");
	in.password = NULL;
	refused(w, &in, RC_INVALID, "password", "give a password");
	in.password = PASSWORD;
	in.generate = true;
	refused(w, &in, RC_INVALID, "password", "not both");
	in.generate = false;
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	in.password = longest;
	refused(w, &in, RC_INVALID, "password", "");
}

static void
test_hash_given(void **state)
{
	struct world *w = *state;
	static const char *const bad[] = { "$2y$10$abcdefghijklmnopqrstuv", "{PLAIN}correcthorsebattery",
		"{NOPE}$6$abcdefghijklmnop", "{SHA512-CRYPT}$5$abcdefghijklmnop", "{BLF-CRYPT}",
		"{SHA512-CRYPT}$6$with space and more", "{BLF-CRYPT", "{}$6$abcdefghijklm" };
	struct mailbox_in in;
	struct mailbox row;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		start(&in, "new@own.example");
		in.password = NULL;
		GIVE(mailbox_in, &in, hash, bad[i]);
		refused(w, &in, RC_INVALID, "hash", "");
	}
	{
		OP box = as(w, &w->owner);

		in.hash = "{SHA512-CRYPT}$6$abcdefgh$0123456789abcdefghijklmnopqrstuvwxyz";
		EXPECT(box, mailbox_add(&box->op, &in, &row, NULL), RC_OK);
		assert_string_equal(row.password, in.hash);
	}
}

static void
test_generate(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->owner);
	struct mailbox_in in = { 0 };
	struct mailbox row;
	const char *made = NULL;
	bool ok;

	GIVE(mailbox_in, &in, address, "made@own.example");
	GIVE(mailbox_in, &in, generate, true);
	EXPECT(box, mailbox_add(&box->op, &in, &row, &made), RC_OK);
	assert_non_null(made);
	assert_int_equal(strlen(made), 23);
	EXPECT(box, app_verify(&box->op, row.password, made, &ok), RC_OK);
	assert_true(ok);
	EXPECT(box, mailbox_password(&box->op, row.id, &in, NULL, &made), RC_OK);
	EXPECT(box, app_verify(&box->op, row.password, made, &ok), RC_OK);
	assert_false(ok);
	EXPECT(box, mailbox_edit(&box->op, row.id, &in, &row), RC_INVALID);
}

#define GB (INT64_C(1) << 30)

static void
quota_case(struct world *w, const char *address, int64_t quota, const char *words)
{
	struct mailbox_in in;
	struct mailbox row;

	start(&in, address);
	GIVE(mailbox_in, &in, quota, quota);
	if (words) {
		OP box = as(w, &w->root);

		EXPECT(box, mailbox_add(&box->op, &in, &row, NULL), RC_INVALID);
		expect_fault(box, "quota", words);
	} else {
		OP box = as(w, &w->root);

		EXPECT(box, mailbox_add(&box->op, &in, &row, NULL), RC_OK);
		assert_int_equal(row.quota, quota);
	}
}

static void
test_quota(void **state)
{
	struct world *w = *state;
	int64_t id = make_domain(w, "small.example", 0, 0, 2 * GB, GB);
	struct mailbox_in in;
	struct mailbox row;

	quota_case(w, "a@small.example", 3 * GB, "2 GB");
	quota_case(w, "a@small.example", 0, "Unlimited");
	quota_case(w, "a@small.example", 2 * GB, NULL);
	quota_case(w, "b@own.example", 500 * GB, NULL);
	start(&in, "c@small.example");
	{
		OP box = as(w, &w->root);

		EXPECT(box, mailbox_add(&box->op, &in, &row, NULL), RC_OK);
		assert_int_equal(row.quota, GB);
	}
	{
		OP box = as(w, &w->root);
		struct domain_in lower = { 0 };
		struct domain d;

		GIVE(domain_in, &lower, max_quota, GB / 2);
		GIVE(domain_in, &lower, quota, GB / 2);
		EXPECT(box, domain_edit(&box->op, id, &lower, &d), RC_OK);
	}
	{
		OP box = as(w, &w->root);
		struct mailbox_in edit = { 0 };

		GIVE(mailbox_in, &edit, quota, GB);
		GIVE(mailbox_in, &edit, name, "kept above a maximum that was lowered");
		EXPECT(box, mailbox_edit(&box->op, row.id, &edit, &row), RC_OK);
		edit.quota = GB - 1;
		EXPECT(box, mailbox_edit(&box->op, row.id, &edit, &row), RC_INVALID);
		expect_fault(box, "quota", "512 MB");
	}
}

static void
test_limit(void **state)
{
	struct world *w = *state;
	struct mailbox_in in;
	struct mailbox row;

	world_exec(w, "UPDATE domain SET max_mailboxes = 1 WHERE domain = 'own.example'");
	start(&in, "two@own.example");
	refused(w, &in, RC_CONFLICT, NULL, "all the mailboxes it may have");
	{
		OP box = as(w, &w->root);

		EXPECT(box, mailbox_add(&box->op, &in, &row, NULL), RC_OK);
	}
	{
		OP box = as(w, &w->root);

		EXPECT(box, mailbox_delete(&box->op, row.id), RC_OK);
	}
	refused(w, &in, RC_CONFLICT, NULL, "all the mailboxes it may have");
	{
		OP box = as(w, &w->owner);

		EXPECT(box, mailbox_delete(&box->op, w->own.mailbox_id), RC_OK);
	}
	{
		OP box = as(w, &w->owner);

		EXPECT(box, mailbox_add(&box->op, &in, &row, NULL), RC_OK);
	}
}

static void
test_without_self_aliases(void **state)
{
	struct world *w = *state;

	w->conf.mailbox_aliases = false;
	make_mailbox(w, "plain@own.example");
	assert_int_equal(world_number(w, "SELECT count(*) FROM alias WHERE address = 'plain@own.example'"),
	    0);
	w->conf.mailbox_aliases = true;
	make_alias(w, "plain@own.example", "plain@own.example,copy@elsewhere.example");
}

static void
test_inactive_domain(void **state)
{
	struct world *w = *state;

	world_exec(w, "UPDATE domain SET active = 0, backupmx = 1 WHERE domain = 'own.example'");
	make_mailbox(w, "early@own.example");
}

static void
test_edit(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->owner);
	struct mailbox_in in = { 0 };
	struct mailbox row, before;
	char rev[17];

	EXPECT(box, mailbox_get(&box->op, w->own.mailbox_id, &before), RC_OK);
	field_rev(&mailbox_fields, &before, rev);
	GIVE(mailbox_in, &in, name, "Anna");
	GIVE(mailbox_in, &in, alt_email, "anna@elsewhere.example");
	GIVE(mailbox_in, &in, access_restriction, "IMAP");
	GIVE(mailbox_in, &in, active, false);
	GIVE(mailbox_in, &in, quota, GB);
	GIVE(mailbox_in, &in, password, "a new password");
	in.rev = rev;
	EXPECT(box, mailbox_edit(&box->op, w->own.mailbox_id, &in, &row), RC_OK);
	EXPECT(box, mailbox_get(&box->op, w->own.mailbox_id, &row), RC_OK);
	assert_string_equal(row.name, "Anna");
	assert_string_equal(row.alt_email, "anna@elsewhere.example");
	assert_string_equal(row.access_restriction, "IMAP");
	assert_int_equal(row.quota, GB);
	assert_false(row.active);
	assert_string_not_equal(row.password, before.password);
	assert_int_not_equal(row.modified, 0);
	in.name = "Late";
	EXPECT(box, mailbox_edit(&box->op, w->own.mailbox_id, &in, &row), RC_CONFLICT);
	expect_fault(box, NULL, "was changed since you opened it");
}

static void
test_edit_keeps_the_address(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->owner);
	struct mailbox_in in = { 0 };
	struct mailbox row;

	GIVE(mailbox_in, &in, address, "anna2@own.example");
	EXPECT(box, mailbox_edit(&box->op, w->own.mailbox_id, &in, &row), RC_INVALID);
	expect_fault(box, "address", "cannot be changed");
	err_clear(&box->op.errs);
	in.address = NULL;
	GIVE(mailbox_in, &in, domain, "other.example");
	EXPECT(box, mailbox_edit(&box->op, w->own.mailbox_id, &in, &row), RC_INVALID);
}

static void
test_nothing_to_change(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->owner);
	struct mailbox row;
	char *before = world_dump(w), *after;

	EXPECT(box, mailbox_set_active(&box->op, w->own.mailbox_id, true, &row), RC_OK);
	assert_null(box->op.changes);
	after = world_dump(w);
	assert_string_equal(before, after);
	free(before);
	free(after);
}

static char *
alias_goto(struct world *w, const char *address)
{
	char sql[200];

	(void)snprintf(sql, sizeof(sql), "SELECT goto FROM alias WHERE address = '%s'", address);
	return world_text(w, sql);
}

static void
expect_goto(struct world *w, const char *address, const char *want)
{
	char *got = alias_goto(w, address);

	if ((got == NULL) != (want == NULL) || (got && strcmp(got, want) != 0))
		fail_msg("%s leads to %s, not %s", address, got ? got : "nothing",
		    want ? want : "nothing");
	free(got);
}

/*
 * Spec: the address is cut out of every list in every domain, lists left empty go, counts stay
 * right, one row of the trail.
 */
static void
test_delete(void **state)
{
	struct world *w = *state;
	int64_t rows;
	char *data, *before;

	make_alias(w, "only@own.example", "anna@own.example");
	make_alias(w, "only@other.example", "anna@own.example");
	make_alias(w, "xanna@own.example", "xanna@elsewhere.example,joanna@own.example");
	make_alias(w, "@own.example", "anna@own.example,zoe@other.example");
	make_mailbox(w, "self@other.example");
	{
		OP box = as(w, &w->root);
		struct alias_in in = { 0 };
		struct alias row;

		EXPECT(box, alias_find(&box->op, "self@other.example", &row), RC_OK);
		GIVE(alias_in, &in, goto_, "self@other.example,anna@own.example");
		EXPECT(box, alias_edit(&box->op, row.id, &in, &row), RC_OK);
	}
	world_exec(w,
	    "INSERT INTO mailbox_pref (attribute, ix, op, value, expire, Mailbox_id) "
	    "SELECT 'a', 0, '=', 'b', 0, id FROM mailbox WHERE username = 'anna@own.example'");
	rows = AUDIT_ROWS(w);
	{
		OP box = as(w, &w->root);

		EXPECT(box, mailbox_delete(&box->op, w->own.mailbox_id), RC_OK);
	}
	expect_goto(w, "anna@own.example", NULL);
	expect_goto(w, "only@own.example", NULL);
	expect_goto(w, "only@other.example", NULL);
	expect_goto(w, "info@own.example", "out@elsewhere.example");
	expect_goto(w, "sales@other.example", "zoe@other.example");
	expect_goto(w, "xanna@own.example", "xanna@elsewhere.example,joanna@own.example");
	expect_goto(w, "@own.example", "zoe@other.example");
	expect_goto(w, "self@other.example", "self@other.example");
	assert_int_equal(world_number(w,
			     "SELECT count(*) FROM mailbox WHERE username = 'anna@own.example'"),
	    0);
	assert_int_equal(world_number(w, "SELECT count(*) FROM mailbox_pref"), 0);
	assert_int_equal(world_number(w, "SELECT mailbox_count FROM domain WHERE domain = 'own.example'"),
	    0);
	assert_int_equal(
	    world_number(w,
		"SELECT count(*) FROM domain WHERE alias_count <> "
		"(SELECT count(*) FROM alias WHERE Domain_id = domain.id AND address <> goto)"),
	    0);
	assert_int_equal(AUDIT_ROWS(w), rows + 1);
	data = world_text(w, "SELECT data FROM log ORDER BY id DESC LIMIT 1");
	assert_string_equal(data,
	    "root@own.example purged mailbox anna@own.example; aliases: 3 removed, 4 changed");
	before = world_text(w, "SELECT detail_before FROM vimb_audit ORDER BY log_id DESC LIMIT 1");
	assert_non_null(strstr(before, "\"only@other.example\":\"anna@own.example\""));
	free(data);
	free(before);
}

/* Lists that the PHP program or an operator wrote: capitals, blanks, empty entries, one target twice. */
static void
test_delete_untidy(void **state)
{
	struct world *w = *state;

	make_alias(w, "one@own.example", "zoe@other.example");
	make_alias(w, "two@own.example", "zoe@other.example");
	world_exec(w,
	    "UPDATE alias SET goto = ' Anna@Own.example ,zoe@other.example,,anna@own.example' "
	    "WHERE address = 'one@own.example'");
	world_exec(w, "UPDATE alias SET goto = 'ANNA@own.example, ' WHERE address = 'two@own.example'");
	{
		OP box = as(w, &w->root);

		EXPECT(box, mailbox_delete(&box->op, w->own.mailbox_id), RC_OK);
	}
	expect_goto(w, "one@own.example", "zoe@other.example");
	expect_goto(w, "two@own.example", NULL);
}

/* What lies in other domains is cut, but neither shown nor told. */
static void
test_delete_by_owner(void **state)
{
	struct world *w = *state;
	struct reach_naming list;
	struct str shown = STR_INIT;
	struct audit_list trail;
	struct list_in in = { 0 };

	{
		OP box = as(w, &w->owner);

		EXPECT(box, reach_naming(&box->op, "anna@own.example", &list), RC_OK);
		assert_int_equal(list.n, 2);
		EXPECT(box, mailbox_delete(&box->op, w->own.mailbox_id), RC_OK);
		change_json(&box->op, &shown);
		assert_null(strstr(str_text(&shown), "sales@other.example\",\"before"));
	}
	expect_goto(w, "sales@other.example", "zoe@other.example");
	for (int i = 0; i < 2; i++) {
		OP box = as(w, i == 0 ? &w->owner : &w->root);

		EXPECT(box, audit_list(&box->op, &in, &trail), RC_OK);
		assert_true(trail.n > 0);
		assert_string_equal(trail.rows[0].action, "MAILBOX_PURGE");
		assert_int_equal(strstr(trail.rows[0].before, "sales@other.example") != NULL, i == 1);
		assert_non_null(strstr(trail.rows[0].before, "info@own.example"));
		assert_int_equal(trail.rows[0].before[strlen(trail.rows[0].before) - 1], '}');
	}
	str_release(&shown);
}

static void
test_trail_has_no_secret(void **state)
{
	struct world *w = *state;
	struct mailbox_in in;
	struct mailbox row;
	OP box = as(w, &w->root);
	char *dump;

	start(&in, "canary@own.example");
	in.password = "canary-in-the-mine";
	EXPECT(box, mailbox_add(&box->op, &in, &row, NULL), RC_OK);
	in.password = "canary-in-another-mine";
	EXPECT(box, mailbox_password(&box->op, row.id, &in, NULL, NULL), RC_OK);
	dump = world_dump(w);
	assert_null(strstr(dump, "in-the-mine"));
	assert_null(strstr(dump, "in-another-mine"));
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_audit WHERE detail_before LIKE '%$5$%' OR detail_after LIKE '%$5$%'"),
	    0);
	free(dump);
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = { T(test_add), T(test_add_refused), T(test_address_length),
		T(test_password), T(test_hash_given), T(test_generate), T(test_quota),
		T(test_limit), T(test_without_self_aliases), T(test_inactive_domain), T(test_edit),
		T(test_edit_keeps_the_address), T(test_nothing_to_change), T(test_delete),
		T(test_delete_untidy), T(test_delete_by_owner), T(test_trail_has_no_secret) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
