/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows that others wrote: the PHP program leaves NULL where we never do, its entries of the log have no detail, Dovecot fills tables beside the
 * mailboxes, and archives, tasks and cookies point at what we remove.
 */
#include "base/base.h"

#include "store_fixture.h"

#include "base/clock.h"
#include "model/audit.h"
#include "store/admin.h"
#include "store/alias.h"
#include "store/audit.h"
#include "store/domain.h"
#include "store/mailbox.h"

/* A statement of another program, the same for every engine. */
#define OTHERS(name, sql)                         \
	static const struct query name = { #name, \
		{ { sql, NULL, 0 }, { sql, NULL, 0 }, { sql, NULL, 0 } }, true }
#define AT "'2026-01-02 03:04:05'"

static void
run(struct shop *s, const struct query *q, int64_t want)
{
	int64_t changed = -1;

	OK(s, db_exec(&s->op, q, DB_NONE, &changed));
	assert_int_equal(changed, want);
}

static int64_t
number(struct shop *s, const struct query *q)
{
	int64_t n = -1;

	OK(s, db_number(&s->op, q, DB_NONE, &n));
	return n;
}

/* ---- mailboxes ---- */

OTHERS(restored, "UPDATE mailbox SET delete_pending = NULL WHERE local_part = 'restored'");
OTHERS(upstream, "UPDATE mailbox SET delete_pending = 1 WHERE local_part = 'leaving'");
OTHERS(homeless, "INSERT INTO mailbox (username, password, local_part, created) VALUES ('x@gone.example', 'x', 'x', " AT ")");
OTHERS(quota, "INSERT INTO dovecot_quota (username, bytes, messages) VALUES ('anna@own.example', 5000000000, 12)");
OTHERS(login, "INSERT INTO dovecot_last_login (username, last_login) VALUES ('anna@own.example', 1790000123)");

static void
test_mailboxes(void **state)
{
	struct shop *s = *state;
	struct store_list l = { .active = 1, .sort = "username", .limit = 10 };
	int64_t domain = put_domain(s, "own.example"), total = -1;
	bool at_least;
	struct mailbox m;
	struct rows rows;

	(void)put_mailbox(s, domain, "anna", NULL);
	(void)put_mailbox(s, domain, "leaving", NULL);
	(void)put_mailbox(s, domain, "restored", NULL);
	run(s, &restored, 1);
	run(s, &upstream, 1);
	run(s, &homeless, 1);
	run(s, &quota, 1);
	run(s, &login, 1);
	OK(s, store_mailbox_list(&s->op, &l, &rows));
	assert_int_equal(rows.n, 2); /* NULL is no, and what upstream is about to delete is not listed */
	assert_string_equal(((const struct mailbox *)rows.at)[0].local_part, "anna");
	assert_string_equal(((const struct mailbox *)rows.at)[1].local_part, "restored");
	OK(s, store_mailbox_count(&s->op, &l, &total, &at_least));
	assert_int_equal(total, 2);
	OK(s, store_mailbox_find(&s->op, "restored@own.example", &m));
	assert_false(m.delete_pending);
	OK(s, store_mailbox_find(&s->op, "leaving@own.example", &m));
	assert_true(m.delete_pending);
	assert_int_equal(store_mailbox_find(&s->op, "x@gone.example", &m),
	    RC_NOT_FOUND); /* of no domain, so nobody's */
	OK(s, store_mailbox_find(&s->op, "anna@own.example", &m));
	assert_true(m.used_bytes == INT64_C(5000000000));
	assert_int_equal(m.used_messages, 12);
	assert_int_equal(m.last_login, 1790000123); /* a number of seconds, no DATETIME */
	/* both go with the mailbox, and come along in a list */
	assert_int_equal(((const struct mailbox *)rows.at)[0].last_login, 1790000123);
	OK(s, store_mailbox_delete(&s->op, m.id));
}

/* ---- administrators ---- */

OTHERS(nameless,
    "INSERT INTO admin (username, password, created) VALUES (NULL, 'x', " AT "), (NULL, 'x', " AT
    "), (NULL, 'x', " AT ")");

/* The column may be NULL, more than once; they can be seen and removed, and cost no other its place. */
static void
test_administrators(void **state)
{
	struct shop *s = *state;
	struct store_list l = { .active = -1, .sort = "username", .limit = 2 };
	size_t n = 0, empty = 0;
	struct rows rows;

	(void)put_admin(s, "a@own.example", true);
	(void)put_admin(s, "b@own.example", true);
	run(s, &nameless, 3);
	do {
		const struct admin *at;

		OK(s, store_admin_list(&s->op, &l, &rows));
		at = rows.at;
		for (size_t i = 0; i < rows.n; i++, n++)
			empty += at[i].username == NULL || !*at[i].username;
		if (rows.n > 0) {
			l.has_key = true;
			l.key = db_text(at[rows.n - 1].username ? at[rows.n - 1].username : "");
			l.key_id = at[rows.n - 1].id;
		}
	} while (rows.n > 0 && n < 20);
	assert_int_equal(n, 5);
	assert_int_equal(empty, 3);
}

OTHERS(references_1, "INSERT INTO admin_pref (attribute, value, Admin_id) SELECT 'auth.totp.secret', 'x', id FROM admin");
OTHERS(references_2,
    "INSERT INTO remember_me (userhash, ckey, original_ip, expires, created, last_used, Admin_id) "
    "SELECT 'x', 'y', 'z', " AT ", " AT ", " AT ", id FROM admin");
OTHERS(references_3,
    "INSERT INTO archive (username, status, archived_at, status_changed_at, data, Admin_id, "
    "Domain_id) SELECT 'x', 'ARCHIVED', " AT ", " AT
    ", '{}', a.id, d.id FROM admin a, domain d WHERE a.super = 0");
OTHERS(references_4,
    "INSERT INTO mailbox_task (type, username, status, priority, created_at, Admin_id, Domain_id) "
    "SELECT 'REPAIR', 'x', 'PENDING', 0, " AT
    ", a.id, d.id FROM admin a, domain d WHERE a.super = 0");
OTHERS(references_5,
    "INSERT INTO log (action, data, timestamp, Admin_id, Domain_id) SELECT 'DOMAIN_ADD', NULL, " AT
    ", a.id, d.id FROM admin a, domain d WHERE a.super = 0");
OTHERS(references_6,
    "INSERT INTO domain_pref (attribute, value, Domain_id) SELECT 'x', 'y', id FROM domain");
OTHERS(left_archive, "SELECT count(*) FROM archive WHERE Admin_id IS NULL AND Domain_id IS NULL");
OTHERS(left_task, "SELECT count(*) FROM mailbox_task WHERE Admin_id IS NULL AND Domain_id IS NULL");
OTHERS(left_log, "SELECT count(*) FROM log WHERE Admin_id IS NULL AND Domain_id IS NULL");
OTHERS(left_pref, "SELECT (SELECT count(*) FROM admin_pref) + (SELECT count(*) FROM remember_me) + (SELECT count(*) FROM domain_pref)");

/* Nothing that points at them keeps an administrator or a domain from going, and what is a record stays. */
static void
test_removal(void **state)
{
	struct shop *s = *state;
	int64_t domain = put_domain(s, "own.example"), changed = 0,
		admin = put_admin(s, "a@own.example", false);

	OK(s, store_domain_assign(&s->op, domain, admin));
	run(s, &references_1, 1);
	run(s, &references_2, 1);
	run(s, &references_3, 1);
	run(s, &references_4, 1);
	run(s, &references_5, 1);
	run(s, &references_6, 1);
	OK(s, store_admin_delete(&s->op, admin, &changed));
	assert_int_equal(changed, 1);
	OK(s, store_domain_delete(&s->op, domain));
	assert_int_equal(number(s, &left_archive), 1);
	assert_int_equal(number(s, &left_task), 1);
	assert_int_equal(number(s, &left_log), 1);
	assert_int_equal(number(s, &left_pref), 0);
}

/* ---- the log ---- */

OTHERS(php_log, "INSERT INTO log (action, data, timestamp, Admin_id, Domain_id) SELECT 'MAILBOX_ADD', 'php@own.example added mailbox x@own.example', '2026-01-02 03:04:05', a.id, NULL FROM admin a");
OTHERS(php_sweep, "INSERT INTO log (action, timestamp) VALUES ('ARCHIVE_REQUEST', " AT ")");

static void
test_log(void **state)
{
	struct shop *s = *state;
	struct store_list l = { .active = -1, .sort = "id", .limit = 10 };
	const struct audit *at;
	struct audit one;
	struct rows rows;
	char when[20];

	(void)put_admin(s, "php@own.example", true);
	run(s, &php_log, 1);
	run(s, &php_sweep, 1);
	OK(s, store_audit_list(&s->op, &l, &rows));
	assert_int_equal(rows.n, 2);
	at = rows.at;
	assert_string_equal(at[0].actor, "php@own.example"); /* out of the table of administrators */
	clock_sql(at[0].timestamp, when);
	assert_string_equal(when, "2026-01-02 03:04:05");
	assert_null(at[0].door);
	assert_null(at[0].before);
	assert_int_equal(at[0].object_id, 0);
	assert_null(at[1].actor); /* written by no administrator, and shown all the same */
	assert_null(at[1].data);
	OK(s, store_audit_get(&s->op, at[1].id, &one));
	assert_string_equal(one.action, "ARCHIVE_REQUEST");
	l.actor = "php@own.example";
	OK(s, store_audit_list(&s->op, &l, &rows));
	assert_int_equal(rows.n, 1);
	l.actor = NULL;
	l.q = "mailbox x@";
	OK(s, store_audit_list(&s->op, &l, &rows));
	assert_int_equal(rows.n, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_mailboxes, shop_setup, shop_teardown),
		cmocka_unit_test_setup_teardown(test_administrators, shop_setup, shop_teardown),
		cmocka_unit_test_setup_teardown(test_removal, shop_setup, shop_teardown),
		cmocka_unit_test_setup_teardown(test_log, shop_setup, shop_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
