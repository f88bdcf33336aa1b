/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What holds for every writing verb of the services: who may do it to what, that a foreign object
 * cannot be told from a missing one, that a dry run shows everything and leaves nothing, that one
 * change is one row of the trail, that a repeated request has one effect.
 */
#include "base/base.h"

#include "svc_fixture.h"

#include "svc/reach.h"

#include "base/str.h"

/* Runs a verb for an actor on a target; the database must not move unless it answers RC_OK. */
static enum rc
try(struct world *w, const struct verb *v, const struct actor *actor, const struct target *t)
{
	OP box = as(w, actor);
	char *before = world_dump(w), *after;
	enum rc rc = v->run(&box->op, t);

	after = world_dump(w);
	if (rc != RC_OK && strcmp(before, after) != 0)
		fail_msg("%s answered %s and changed the database", v->name, rc_slug(rc));
	if (rc == RC_OK && strcmp(before, after) == 0)
		fail_msg("%s answered ok and changed nothing", v->name);
	free(before);
	free(after);
	return rc;
}

/* Each try gets an installation of its own: the verbs remove what the next one would need. */
static enum rc
try_fresh(const struct verb *v, size_t actor_at, size_t target_at)
{
	void *state;
	struct world *w;
	enum rc rc;

	(void)world_setup(&state);
	w = state;
	rc = try(w, v,
	    actor_at == 0       ? &w->root
		: actor_at == 1 ? &w->owner
		: actor_at == 2 ? &w->stranger
				: &w->nobody,
	    target_at == 0 ? &w->own : &w->missing);
	(void)world_teardown(&state);
	return rc;
}

static void
check(const struct verb *v, size_t actor, size_t target, enum rc want)
{
	static const char *const actors[] = { "super", "owner", "stranger", "nobody" };
	enum rc got = try_fresh(v, actor, target);

	if (got != want)
		fail_msg("%s by %s on %s: %s, not %s", v->name, actors[actor],
		    target ? "missing" : "own", rc_slug(got), rc_slug(want));
}

static void
test_matrix(void **state)
{
	(void)state;
	for (size_t i = 0; i < verbs_n; i++) {
		const struct verb *v = &verbs[i];
		bool by_name = strcmp(v->name, "mailbox_add") == 0 || strcmp(v->name, "alias_add") == 0;
		enum rc none = by_name ? RC_INVALID : RC_NOT_FOUND;
		bool own_password = strcmp(v->name, "admin_password") == 0;
		enum rc own = v->super_only && !own_password ? RC_DENIED : RC_OK;

		check(v, 0, 0, RC_OK);
		check(v, 1, 0, own);
		check(v, 2, 0, v->super_only ? RC_DENIED : none);
		check(v, 3, 0, RC_UNAUTHENTICATED);
		check(v, 1, 1, v->super_only ? RC_DENIED : none);
		check(v, 2, 1, v->super_only ? RC_DENIED : none);
		check(v, 3, 1, RC_UNAUTHENTICATED);
		if (!(v->makes && v->super_only))
			check(v, 0, 1, none);
	}
}

static void
faults_text(struct op *op, struct str *out)
{
	for (const struct err *e = op->errs.first; e; e = e->next)
		str_addf(out, "%s:%s:%s\n", rc_slug(e->rc), e->field ? e->field : "", e->text);
}

/* Word for word: H1, H2, H6 of the hostile cases. */
static void
test_foreign_is_missing(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < verbs_n; i++) {
		struct str foreign = STR_INIT, missing = STR_INIT;
		OP one = as(w, &w->stranger);
		OP two = as(w, &w->stranger);

		assert_int_not_equal(verbs[i].run(&one->op, &w->own), RC_OK);
		assert_int_not_equal(verbs[i].run(&two->op, &w->missing), RC_OK);
		faults_text(&one->op, &foreign);
		faults_text(&two->op, &missing);
		assert_string_equal(str_text(&foreign), str_text(&missing));
		str_release(&foreign);
		str_release(&missing);
	}
}

static void
test_reads(void **state)
{
	struct world *w = *state;
	const struct actor *actors[] = { &w->root, &w->owner, &w->stranger, &w->nobody };
	static const enum rc want[] = { RC_OK, RC_OK, RC_NOT_FOUND, RC_UNAUTHENTICATED };

	for (size_t i = 0; i < ARRAY_LEN(actors); i++) {
		OP box = as(w, actors[i]);
		struct domain d;
		struct mailbox m;
		struct alias a;
		struct domain_impact n;
		struct reach_naming list;

		EXPECT(box, domain_get(&box->op, w->own.domain_id, &d), want[i]);
		EXPECT(box, domain_find(&box->op, "OWN.example", &d), want[i]);
		EXPECT(box, domain_impact(&box->op, w->own.domain_id, &n), want[i]);
		EXPECT(box, mailbox_get(&box->op, w->own.mailbox_id, &m), want[i]);
		EXPECT(box, mailbox_find(&box->op, "Anna@own.example", &m), want[i]);
		EXPECT(box, reach_naming(&box->op, "anna@own.example", &list),
		    want[i] == RC_UNAUTHENTICATED ? want[i] : RC_OK);
		EXPECT(box, alias_get(&box->op, w->own.alias_id, &a), want[i]);
		EXPECT(box, alias_find(&box->op, "INFO@own.example", &a), want[i]);
	}
}

static void
test_admins_are_for_supers(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->owner);
	struct admin row;
	struct admin_domains domains;
	struct admin_list list;
	struct domain_admins assigned, possible;
	struct list_in in = { 0 };

	EXPECT(box, admin_get(&box->op, w->root.admin_id, &row), RC_DENIED);
	EXPECT(box, admin_get(&box->op, 999999, &row), RC_DENIED);
	EXPECT(box, admin_find(&box->op, "root@own.example", &row), RC_DENIED);
	EXPECT(box, admin_list(&box->op, &in, &list), RC_DENIED);
	EXPECT(box, domain_admins(&box->op, w->own.domain_id, &assigned, &possible), RC_DENIED);
	EXPECT(box, admin_get(&box->op, w->owner.admin_id, &row), RC_OK);
	EXPECT(box, admin_domains(&box->op, w->owner.admin_id, &domains), RC_OK);
	assert_int_equal(domains.n, 1);
	assert_string_equal(domains.rows[0].domain, "own.example");
	EXPECT(box, admin_domains(&box->op, w->stranger.admin_id, &domains), RC_DENIED);
}

/* Ids that a rollback took back are not given out again on every engine: they are left out. */
static const char *
without_ids(struct str *json)
{
	for (char *at = json->data; (at = strstr(at, "id\":")) != NULL; at += 4) {
		size_t digits = strspn(at + 4, "0123456789");

		if (digits > 0)
			memmove(at + 4, at + 4 + digits, strlen(at + 4 + digits) + 1);
	}
	return str_text(json);
}

/*
 * The same op dry and real: the dry one leaves the database as it was, to the last byte, and shows
 * the same change.
 */
static void
dry_then_real(const struct verb *v)
{
	void *state;
	struct world *w;
	char *before, *after;
	struct str dry = STR_INIT, real = STR_INIT;

	(void)world_setup(&state);
	w = state;
	before = world_dump(w);
	{
		OP box = as_with(w, &w->root, OP_DRY_RUN, NULL);

		EXPECT(box, v->run(&box->op, &w->own), RC_OK);
		assert_non_null(box->op.changes);
		change_json(&box->op, &dry);
	}
	after = world_dump(w);
	if (strcmp(before, after) != 0)
		fail_msg("a dry %s changed the database", v->name);
	{
		OP box = as(w, &w->root);

		EXPECT(box, v->run(&box->op, &w->own), RC_OK);
		change_json(&box->op, &real);
	}
	assert_string_equal(without_ids(&dry), without_ids(&real));
	free(before);
	free(after);
	str_release(&dry);
	str_release(&real);
	(void)world_teardown(&state);
}

static void
test_dry_run(void **state)
{
	(void)state;
	for (size_t i = 0; i < verbs_n; i++)
		dry_then_real(&verbs[i]);
}

static void
one_row(const struct verb *v)
{
	void *state;
	struct world *w;
	int64_t rows;
	char *action, *actor;

	(void)world_setup(&state);
	w = state;
	rows = AUDIT_ROWS(w);
	{
		OP box = as(w, &w->root);

		EXPECT(box, v->run(&box->op, &w->own), RC_OK);
	}
	if (AUDIT_ROWS(w) != rows + 1)
		fail_msg("%s wrote %lld rows of the trail", v->name, (long long)(AUDIT_ROWS(w) - rows));
	action = world_text(w, "SELECT action FROM log ORDER BY id DESC LIMIT 1");
	actor = world_text(w, "SELECT data FROM log ORDER BY id DESC LIMIT 1");
	assert_string_equal(action, v->action);
	assert_true(strncmp(actor, "root@own.example ", 17) == 0);
	free(action);
	free(actor);
	(void)world_teardown(&state);
}

static void
test_one_row_of_the_trail(void **state)
{
	(void)state;
	for (size_t i = 0; i < verbs_n; i++)
		one_row(&verbs[i]);
}

static void
repeat(const struct verb *v, const char *id)
{
	void *state;
	struct world *w;
	char *once = NULL, *twice;

	(void)world_setup(&state);
	w = state;
	for (int i = 0; i < 2; i++) {
		OP box = as_with(w, &w->root, 0, id);

		EXPECT(box, v->run(&box->op, &w->own), RC_OK);
		if (i == 0)
			once = world_dump(w);
	}
	twice = world_dump(w);
	if (strcmp(once, twice) != 0)
		fail_msg("a repeated %s had a second effect", v->name);
	free(once);
	free(twice);
	(void)world_teardown(&state);
}

static void
test_repeat(void **state)
{
	(void)state;
	for (size_t i = 0; i < verbs_n; i++)
		repeat(&verbs[i], "00112233445566778899aabbccddeeff");
}

static void
test_repeat_is_bound(void **state)
{
	struct world *w = *state;
	OP one = as_with(w, &w->root, 0, "a key of the client");
	OP two = as_with(w, &w->root2, 0, "a key of the client");
	struct mailbox_in in = { 0 };
	struct mailbox row;

	GIVE(mailbox_in, &in, address, "once@own.example");
	GIVE(mailbox_in, &in, password, PASSWORD);
	EXPECT(one, mailbox_add(&one->op, &in, &row, NULL), RC_OK);
	EXPECT(two, mailbox_add(&two->op, &in, &row, NULL), RC_CONFLICT);
	assert_int_equal(world_number(w,
			     "SELECT count(*) FROM mailbox WHERE username = 'once@own.example'"),
	    1);
}

static void
test_read_only(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < verbs_n; i++) {
		OP box = as_with(w, &w->root, OP_READ_ONLY, NULL);
		char *before = world_dump(w), *after;

		EXPECT(box, verbs[i].run(&box->op, &w->own), RC_DENIED);
		after = world_dump(w);
		assert_string_equal(before, after);
		free(before);
		free(after);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matrix),
		cmocka_unit_test_setup_teardown(test_foreign_is_missing, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(test_reads, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(test_admins_are_for_supers, world_setup, world_teardown),
		cmocka_unit_test(test_dry_run),
		cmocka_unit_test(test_one_row_of_the_trail),
		cmocka_unit_test(test_repeat),
		cmocka_unit_test_setup_teardown(test_repeat_is_bound, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(test_read_only, world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
