/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules of domains: names, quotas, limits, what goes with a domain, who looks after it. */
#include "base/base.h"

#include "svc_fixture.h"

#define GB (INT64_C(1) << 30)

static void
test_add(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->root);
	struct domain_in in = { 0 };
	struct domain row;

	GIVE(domain_in, &in, domain, "NEW.Example");
	EXPECT(box, domain_add(&box->op, &in, &row), RC_OK);
	assert_string_equal(row.domain, "new.example");
	assert_string_equal(row.transport, "virtual");
	assert_true(row.active);
	assert_false(row.backupmx);
	assert_int_equal(row.mailbox_count, 0);
	EXPECT(box, domain_add(&box->op, &in, &row), RC_CONFLICT);
	expect_fault(box, "domain", "exists already");
}

static void
test_defaults(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->root);
	struct domain_in in = { 0 };
	struct domain row;

	w->conf.domain_quota = GB;
	w->conf.domain_maxquota = 2 * GB;
	w->conf.domain_mailboxes = 7;
	GIVE(domain_in, &in, domain, "new.example");
	EXPECT(box, domain_add(&box->op, &in, &row), RC_OK);
	assert_int_equal(row.quota, GB);
	assert_int_equal(row.max_quota, 2 * GB);
	assert_int_equal(row.max_mailboxes, 7);
	domain_defaults(&box->op, &in);
	assert_int_equal(in.quota, GB);
	assert_true(in.active);
}

static void
refused(struct world *w, const struct domain_in *in, const char *field, const char *words)
{
	OP box = as(w, &w->root);
	struct domain row;

	EXPECT(box, domain_add(&box->op, in, &row), RC_INVALID);
	expect_fault(box, field, words);
}

static void
test_add_refused(void **state)
{
	struct world *w = *state;
	struct domain_in in = { 0 };

	refused(w, &in, "domain", "name of the domain");
	GIVE(domain_in, &in, domain, "localhost");
	refused(w, &in, "domain", "");
	GIVE(domain_in, &in, domain, "new.example");
	GIVE(domain_in, &in, transport, "");
	refused(w, &in, "transport", "transport");
	in.transport = "virtual";
	GIVE(domain_in, &in, max_quota, GB);
	GIVE(domain_in, &in, quota, 2 * GB);
	refused(w, &in, "quota", "1 GB");
	in.quota = 0;
	refused(w, &in, "quota", "unlimited default");
}

static void
test_edit(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->root);
	struct domain_in in = { 0 };
	struct domain row, before;
	char rev[17];

	EXPECT(box, domain_get(&box->op, w->own.domain_id, &before), RC_OK);
	field_rev(&domain_fields, &before, rev);
	in.rev = rev;
	GIVE(domain_in, &in, max_mailboxes, 0);
	GIVE(domain_in, &in, max_aliases, 1);
	GIVE(domain_in, &in, backupmx, true);
	make_mailbox(w, "counter@own.example"); /* moves the count, not the revision */
	EXPECT(box, domain_edit(&box->op, w->own.domain_id, &in, &row), RC_OK);
	assert_true(row.backupmx);
	in.backupmx = false;
	EXPECT(box, domain_edit(&box->op, w->own.domain_id, &in, &row), RC_CONFLICT);
	err_clear(&box->op.errs);
	in.rev = NULL;
	GIVE(domain_in, &in, domain, "renamed.example");
	EXPECT(box, domain_edit(&box->op, w->own.domain_id, &in, &row), RC_INVALID);
	expect_fault(box, "domain", "cannot be changed");
}

/* What a super switched off stays off until a super says otherwise; what its administrator switched off he may switch on. */
static void
test_who_switches_on(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->root);
	OP theirs = as(w, &w->owner);
	struct domain_in off = { 0 };
	struct domain row;

	EXPECT(theirs, domain_set_active(&theirs->op, w->own.domain_id, false, &row), RC_OK);
	EXPECT(theirs, domain_set_active(&theirs->op, w->own.domain_id, true, &row), RC_OK);
	EXPECT(box, domain_set_active(&box->op, w->own.domain_id, false, &row), RC_OK);
	EXPECT(theirs, domain_set_active(&theirs->op, w->own.domain_id, true, &row), RC_DENIED);
	expect_fault(theirs, NULL, "super administrator switched this domain off");
	EXPECT(theirs, domain_set_active(&theirs->op, w->own.domain_id, false, &row), RC_OK);
	EXPECT(theirs, domain_set_active(&theirs->op, w->own.domain_id, true, &row), RC_DENIED);
	EXPECT(box, domain_set_active(&box->op, w->own.domain_id, true, &row), RC_OK);
	EXPECT(theirs, domain_set_active(&theirs->op, w->own.domain_id, false, &row), RC_OK);
	EXPECT(theirs, domain_set_active(&theirs->op, w->own.domain_id, true, &row), RC_OK);
	/* the form of all its settings says the same */
	GIVE(domain_in, &off, active, false);
	EXPECT(box, domain_edit(&box->op, w->own.domain_id, &off, &row), RC_OK);
	EXPECT(theirs, domain_set_active(&theirs->op, w->own.domain_id, true, &row), RC_DENIED);
}

static void
test_delete_needs_its_name(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->root);

	EXPECT(box, domain_delete(&box->op, w->own.domain_id, NULL), RC_INVALID);
	expect_fault(box, "confirm", "type the name");
	EXPECT(box, domain_delete(&box->op, w->own.domain_id, "other.example"), RC_INVALID);
	EXPECT(box, domain_delete(&box->op, w->own.domain_id, "OWN.example"), RC_OK);
}

/*
 * Everything that refers to the domain or its mailboxes in the fork's tables, and the trail that
 * has to outlive it.
 */
static void
test_delete(void **state)
{
	struct world *w = *state;
	struct domain_impact n;
	OP box = as(w, &w->root);
	int64_t rows = AUDIT_ROWS(w);
	char *data;

	world_exec(w,
	    "INSERT INTO mailbox_pref (attribute, ix, op, value, expire, Mailbox_id) SELECT 'a', "
	    "0, '=', 'b', 0, id FROM mailbox;"
	    "INSERT INTO alias_pref (attribute, ix, op, value, expire, Alias_id) SELECT 'a', 0, "
	    "'=', 'b', 0, id FROM alias;"
	    "INSERT INTO domain_pref (attribute, ix, op, value, expire, Domain_id) SELECT 'a', 0, "
	    "'=', 'b', 0, id FROM domain;"
	    "INSERT INTO archive (username, status, archived_at, status_changed_at, data, "
	    "Domain_id) "
	    "SELECT 'old@own.example', 'ARCHIVED', '2026-01-01 00:00:00', '2026-01-01 00:00:00', "
	    "'{}', id FROM domain "
	    "WHERE domain = 'own.example';"
	    "INSERT INTO dovecot_quota (username, bytes, messages) VALUES ('anna@own.example', 1, "
	    "1);"
	    "INSERT INTO directory_entry (mailbox_id, vimb_created, vimb_update) SELECT id, "
	    "'2026-01-01 00:00:00', "
	    "'2026-01-01 00:00:00' FROM mailbox");
	EXPECT(box, domain_impact(&box->op, w->own.domain_id, &n), RC_OK);
	assert_int_equal(n.mailboxes, 1);
	assert_int_equal(n.aliases, 2);
	assert_int_equal(n.admins, 1);
	EXPECT(box, domain_delete(&box->op, w->own.domain_id, "own.example"), RC_OK);
	assert_int_equal(world_number(w, "SELECT count(*) FROM domain WHERE domain = 'own.example'"), 0);
	assert_int_equal(world_number(w, "SELECT count(*) FROM mailbox"), 1);
	assert_int_equal(world_number(w, "SELECT count(*) FROM alias"), 2);
	assert_int_equal(world_number(w, "SELECT count(*) FROM mailbox_pref"), 1);
	assert_int_equal(world_number(w, "SELECT count(*) FROM domain_admins"), 1);
	assert_int_equal(world_number(w, "SELECT count(*) FROM admin"), 4);
	assert_int_equal(AUDIT_ROWS(w), rows + 1);
	data = world_text(w, "SELECT data FROM log ORDER BY id DESC LIMIT 1");
	assert_string_equal(data,
	    "root@own.example purged domain own.example with 1 mailboxes and 2 aliases");
	free(data);
}

static void
test_assign(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->root);
	struct domain_admins assigned, possible;
	int64_t rows;
	char *data;

	EXPECT(box, domain_admins(&box->op, w->own.domain_id, &assigned, &possible), RC_OK);
	assert_int_equal(assigned.n, 1);
	assert_string_equal(assigned.rows[0].username, "owner@own.example");
	assert_int_equal(possible.n, 1);
	assert_string_equal(possible.rows[0].username, "stranger@other.example");
	rows = AUDIT_ROWS(w);
	EXPECT(box, domain_assign(&box->op, w->own.domain_id, w->stranger.admin_id, true), RC_OK);
	EXPECT(box, domain_assign(&box->op, w->own.domain_id, w->stranger.admin_id, true), RC_OK);
	assert_int_equal(AUDIT_ROWS(w), rows + 1);
	data = world_text(w, "SELECT data FROM log ORDER BY id DESC LIMIT 1");
	assert_string_equal(data,
	    "root@own.example added admin stranger@other.example to domain own.example");
	free(data);
	EXPECT(box, domain_assign(&box->op, w->own.domain_id, 999999, true), RC_NOT_FOUND);
	{
		OP theirs = as(w, &w->stranger);
		struct mailbox row;

		EXPECT(theirs, mailbox_get(&theirs->op, w->own.mailbox_id, &row), RC_OK);
	}
}

/* D3: rights are read from the database each time. */
static void
test_unassign_works_at_once(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->root);
	OP before = as(w, &w->owner);
	OP after = as(w, &w->owner);
	struct mailbox row;

	EXPECT(before, mailbox_get(&before->op, w->own.mailbox_id, &row), RC_OK);
	EXPECT(box, domain_assign(&box->op, w->own.domain_id, w->owner.admin_id, false), RC_OK);
	EXPECT(after, mailbox_get(&after->op, w->own.mailbox_id, &row), RC_NOT_FOUND);
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = { T(test_add), T(test_defaults), T(test_add_refused),
		T(test_edit), T(test_who_switches_on), T(test_delete_needs_its_name),
		T(test_delete), T(test_assign), T(test_unassign_works_at_once) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
