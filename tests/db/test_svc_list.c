/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lists: paging by key both ways under every sorting, cursors that are nobody's to make, filters,
 * scopes, budgets.
 */
#include "base/base.h"

#include "svc_fixture.h"

#include "base/str.h"

static void
fill(struct world *w, int n)
{
	struct str sql = STR_INIT;

	str_add(&sql, "BEGIN;");
	for (int i = 0; i < n; i++)
		str_addf(&sql,
		    "INSERT INTO mailbox (username, password, name, quota, local_part, active, "
		    "access_restriction, created, "
		    "delete_pending, Domain_id) SELECT 'u%03d@own.example', 'x', 'Name %d', %d, "
		    "'u%03d', %d, 'ALL', "
		    "'2026-01-%02d 00:00:00', 0, id FROM domain WHERE domain = 'own.example';",
		    i, i % 7, (i % 5) * 1024, i, i % 3 != 0, 1 + i % 9);
	str_addf(&sql,
	    "UPDATE domain SET mailbox_count = mailbox_count + %d WHERE domain = 'own.example';"
	    "COMMIT;",
	    n);
	world_exec(w, str_text(&sql));
	str_release(&sql);
}

/* Walks forward to the end and back again; every row once, the same pages both ways. */
static void
walk(struct world *w, const char *sort, const char *dir, size_t want)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
	struct list_in in = { .domain = "own.example", .sort = sort, .dir = dir };
	int64_t *first = arena_array(arena, want + 1, sizeof(*first));
	size_t seen = 0, pages = 0;

	GIVE(list_in, &in, limit, 7);
	for (;;) {
		OP box = as(w, &w->owner);
		struct mailbox_list list;

		EXPECT(box, mailbox_list(&box->op, &in, &list), RC_OK);
		assert_int_equal(list.info.total, want);
		assert_true(list.n > 0 && list.n <= 7);
		assert_int_equal(list.info.prev != NULL, pages > 0);
		first[pages++] = list.rows[0].id;
		seen += list.n;
		if (!list.info.next)
			in.before = arena_strdup(arena, list.info.prev);
		in.after = arena_strdup(arena, list.info.next);
		if (!in.after)
			break;
	}
	assert_int_equal(seen, want);
	for (size_t at = pages - 1; at > 0; at--) {
		OP box = as(w, &w->owner);
		struct mailbox_list list;

		EXPECT(box, mailbox_list(&box->op, &in, &list), RC_OK);
		assert_int_equal(list.n, 7);
		assert_int_equal(list.rows[0].id, first[at - 1]);
		assert_int_equal(list.info.prev != NULL, at > 1);
		in.before = arena_strdup(arena, list.info.prev);
	}
}

static void
test_walk(void **state)
{
	static const char *const sorts[] = { "username", "name", "quota", "created", "active", NULL };
	struct world *w = *state;

	fill(w, 40);
	for (size_t i = 0; i < ARRAY_LEN(sorts); i++) {
		OP box = as(w, &w->owner);
		struct list_in in = { .sort = sorts[i] };
		struct mailbox_list list;

		if (mailbox_list(&box->op, &in, &list) == RC_INVALID)
			continue; /* not in this list's whitelist */
		walk(w, sorts[i], NULL, 41);
		walk(w, sorts[i], "asc", 41);
		walk(w, sorts[i], "desc", 41);
	}
}

static void
refused(struct world *w, const struct list_in *in, const char *field)
{
	OP box = as(w, &w->owner);
	struct mailbox_list list;

	EXPECT(box, mailbox_list(&box->op, in, &list), RC_INVALID);
	expect_fault(box, field, "");
}

/* G2, G5 */
static void
test_refused(void **state)
{
	struct world *w = *state;
	struct list_in in = { .sort = "password" };

	refused(w, &in, "sort");
	in.sort = "username; DROP TABLE mailbox";
	refused(w, &in, "sort");
	in = (struct list_in){ .dir = "sideways" };
	refused(w, &in, "dir");
	in = (struct list_in){ .domain = "other.example" };
	refused(w, &in, "domain");
	in = (struct list_in){ .domain = "missing.example" };
	refused(w, &in, "domain");
	in = (struct list_in){ .active = "maybe" };
	refused(w, &in, "active");
	in = (struct list_in){ 0 };
	GIVE(list_in, &in, limit, 1001);
	refused(w, &in, "limit");
	in.limit = -1;
	refused(w, &in, "limit");
}

static void
test_cursor_is_not_forged(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->owner);
	struct list_in in = { 0 };
	struct mailbox_list list;
	struct alias_list aliases;
	char *cursor;

	fill(w, 10);
	GIVE(list_in, &in, limit, 3);
	EXPECT(box, mailbox_list(&box->op, &in, &list), RC_OK);
	cursor = arena_strdup(box->op.arena, list.info.next);
	for (size_t i = 0; cursor[i]; i++) {
		char kept = cursor[i];

		cursor[i] = kept == 'A' ? 'B' : 'A';
		in.after = cursor;
		refused(w, &in, "after");
		in.after = NULL;
		in.before = cursor;
		refused(w, &in, "before");
		in.before = NULL;
		cursor[i] = kept;
	}
	in.after = cursor;
	EXPECT(box, mailbox_list(&box->op, &in, &list), RC_OK);
	EXPECT(box, alias_list(&box->op, &in, &aliases), RC_INVALID); /* another list's */
	err_clear(&box->op.errs);
	in.dir = "desc";
	EXPECT(box, mailbox_list(&box->op, &in, &list), RC_INVALID); /* another order's */
	in.dir = NULL;
	in.before = cursor;
	EXPECT(box, mailbox_list(&box->op, &in, &list), RC_INVALID); /* both ways at once */
	in.before = NULL;
	in.after = "";
	EXPECT(box, mailbox_list(&box->op, &in, &list), RC_OK);
	in.after = ".";
	EXPECT(box, mailbox_list(&box->op, &in, &list), RC_INVALID);
	in.after = "no cursor at all";
	EXPECT(box, mailbox_list(&box->op, &in, &list), RC_INVALID);
}

/* H5 */
static void
test_scope(void **state)
{
	struct world *w = *state;
	struct list_in in = { 0 };
	struct domain_list domains;
	struct mailbox_list mailboxes;
	struct alias_list aliases;
	struct audit_list trail;
	static const int64_t want[][3] = { { 2, 2, 2 }, { 1, 1, 1 }, { 1, 1, 1 } };
	const struct actor *actors[] = { &w->root, &w->owner, &w->stranger };

	for (size_t i = 0; i < ARRAY_LEN(actors); i++) {
		OP box = as(w, actors[i]);

		EXPECT(box, domain_list(&box->op, &in, &domains), RC_OK);
		EXPECT(box, mailbox_list(&box->op, &in, &mailboxes), RC_OK);
		EXPECT(box, alias_list(&box->op, &in, &aliases), RC_OK);
		assert_int_equal(domains.n, want[i][0]);
		assert_int_equal(domains.info.total, want[i][0]);
		assert_int_equal(mailboxes.n, want[i][1]);
		assert_int_equal(mailboxes.info.total, want[i][1]);
		assert_int_equal(aliases.n, want[i][2]);
		assert_int_equal(aliases.info.total, want[i][2]);
		EXPECT(box, audit_list(&box->op, &in, &trail), RC_OK);
		assert_int_equal(trail.info.total, trail.n);
		for (size_t k = 0; i > 0 && k < trail.n; k++)
			assert_int_equal(trail.rows[k].domain_id,
			    i == 1 ? w->own.domain_id : w->other.domain_id);
	}
	{
		OP box = as(w, &w->nobody);

		EXPECT(box, domain_list(&box->op, &in, &domains), RC_UNAUTHENTICATED);
		EXPECT(box, mailbox_list(&box->op, &in, &mailboxes), RC_UNAUTHENTICATED);
		EXPECT(box, alias_list(&box->op, &in, &aliases), RC_UNAUTHENTICATED);
		EXPECT(box, audit_list(&box->op, &in, &trail), RC_UNAUTHENTICATED);
	}
}

static void
test_search(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->owner);
	static const struct {
		const char *q;
		size_t n;
	} cases[] = { { "ann", 1 }, { "ANNA", 1 }, { "zoe", 0 }, { "%", 0 }, { "_", 0 },
		{ "\\", 0 }, { "u01", 10 }, { "'", 0 }, { "own.example", 31 } };

	fill(w, 30);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct list_in in = { .q = cases[i].q };
		struct mailbox_list list;

		EXPECT(box, mailbox_list(&box->op, &in, &list), RC_OK);
		if (list.n != cases[i].n)
			fail_msg("search for %s found %zu", cases[i].q, list.n);
	}
}

static void
test_filters(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->root);
	struct list_in in = { .domain = "OWN.example", .active = "no" };
	struct mailbox_list list;
	struct alias_list aliases;
	struct audit_list trail;

	fill(w, 9);
	EXPECT(box, mailbox_list(&box->op, &in, &list), RC_OK);
	assert_int_equal(list.n, 3);
	in = (struct list_in){ .domain = "own.example", .self = true };
	EXPECT(box, alias_list(&box->op, &in, &aliases), RC_OK);
	assert_int_equal(aliases.n, 2);
	in = (struct list_in){ .action = "MAILBOX_ADD" };
	EXPECT(box, audit_list(&box->op, &in, &trail), RC_OK);
	assert_int_equal(trail.n, 2);
	assert_true(trail.rows[0].id > trail.rows[1].id); /* newest first */
	in = (struct list_in){ .actor = "root@own.example" };
	EXPECT(box, audit_list(&box->op, &in, &trail), RC_OK);
	assert_int_equal(trail.n, 0);
}

/* At most three statements a list; with the session four a page (design, budgets). */
static void
test_budget(void **state)
{
	struct world *w = *state;
	struct list_in in = { .domain = "own.example", .q = "an" };
	struct mailbox_list mailboxes;
	struct alias_list aliases;
	struct audit_list trail;
	const struct actor *actors[] = { &w->root, &w->owner };

	for (size_t i = 0; i < ARRAY_LEN(actors); i++) {
		OP box = as(w, actors[i]);

		EXPECT(box, mailbox_list(&box->op, &in, &mailboxes), RC_OK);
		assert_in_range(box->op.statements, 1, 3);
		box->op.statements = 0;
		EXPECT(box, alias_list(&box->op, &in, &aliases), RC_OK);
		assert_in_range(box->op.statements, 1, 3);
		box->op.statements = 0;
		EXPECT(box, audit_list(&box->op, &in, &trail), RC_OK);
		assert_in_range(box->op.statements, 1, 3);
	}
}

/* That a domain is one's own is asked once, but again within the transaction of a change. */
static void
test_rights_are_asked_once(void **state)
{
	struct world *w = *state;
	struct mailbox mailbox;
	struct alias alias;
	OP root = as(w, &w->root);
	OP mine = as(w, &w->owner);

	EXPECT(mine, mailbox_get(&mine->op, w->own.mailbox_id, &mailbox), RC_OK);
	mine->op.statements = 0;
	EXPECT(mine, mailbox_get(&mine->op, w->own.mailbox_id, &mailbox), RC_OK);
	assert_int_equal(mine->op.statements, 1);
	EXPECT(mine, mailbox_get(&mine->op, w->other.mailbox_id, &mailbox), RC_NOT_FOUND);
	EXPECT(mine, mailbox_get(&mine->op, w->other.mailbox_id, &mailbox), RC_NOT_FOUND);
	err_clear(&mine->op.errs);
	EXPECT(root, domain_assign(&root->op, w->own.domain_id, w->own.admin_id, false), RC_OK);
	EXPECT(mine, alias_set_active(&mine->op, w->own.alias_id, false, &alias), RC_NOT_FOUND);
}

static void
test_audit_get(void **state)
{
	struct world *w = *state;
	struct audit row;
	int64_t id = world_number(w,
	    "SELECT id FROM log WHERE data LIKE '%added mailbox anna@own.example'");
	OP mine = as(w, &w->owner);
	OP theirs = as(w, &w->stranger);

	EXPECT(mine, audit_get(&mine->op, id, &row), RC_OK);
	assert_string_equal(row.object, "anna@own.example");
	assert_string_equal(row.object_type, "mailbox");
	assert_null(row.before);
	assert_non_null(strstr(row.after, "\"username\":\"anna@own.example\""));
	EXPECT(theirs, audit_get(&theirs->op, id, &row), RC_NOT_FOUND);
	EXPECT(mine, audit_get(&mine->op, 999999, &row), RC_NOT_FOUND);
	assert_string_equal(mine->op.errs.first->text, theirs->op.errs.first->text);
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = { T(test_walk), T(test_refused),
		T(test_cursor_is_not_forged), T(test_scope), T(test_search), T(test_filters),
		T(test_budget), T(test_rights_are_asked_once), T(test_audit_get) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
