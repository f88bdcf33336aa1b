/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fields of the operator's own for aliases: kept where ViMbAdmin 3 keeps them, in the trail and in undo like any other field; off, nothing of it is
 * read or written.
 */
#include "base/base.h"

#include "svc_fixture.h"

#include "svc/extra.h"
#include "svc/undo.h"

#define PREFS(w) world_number((w), "SELECT count(*) FROM alias_pref")

static int
setup(void **state)
{
	struct world *w;

	if (world_setup(state) != 0)
		return -1;
	w = *state;
	w->conf.info_on = true;
	w->conf.info_elements = "dep=Department|required";
	w->conf.info_alias_elements =
	    "Owner=Who owns it|required, ticket|digits|max:6, grade|choice:A/B";
	world_change_conf(w);
	return 0;
}

/* Reads name=value pairs as any door does. */
static enum rc
read_in(struct op *op, const char *const (*pairs)[2], size_t n, struct alias_in *ret)
{
	struct pair at[8];

	for (size_t i = 0; i < n; i++)
		at[i] = (struct pair){ pairs[i][0], pairs[i][1], strlen(pairs[i][1]), PAIR_TEXT };
	return field_parse(extras_of_input(op->conf, &alias_in_fields, op->arena).in, FIELD_PATCH,
	    at, n, ret, op->arena, &op->errs);
}

static enum rc
edit(struct op_box *box, const char *const (*pairs)[2], size_t n, struct alias *ret)
{
	struct alias_in in;
	enum rc rc = read_in(&box->op, pairs, n, &in);

	return rc == RC_OK ? alias_edit(&box->op, box->w->own.alias_id, &in, ret) : rc;
}

static enum rc
add(struct op_box *box, const char *const (*pairs)[2], size_t n, struct alias *ret)
{
	struct alias_in in;
	enum rc rc = read_in(&box->op, pairs, n, &in);

	return rc == RC_OK ? alias_add(&box->op, &in, ret) : rc;
}
#define PAIRS(...) \
	(const char *const[][2]){ __VA_ARGS__ }, ARRAY_LEN(((const char *const[][2]){ __VA_ARGS__ }))

static void
test_kept(void **state)
{
	struct world *w = *state;
	int64_t rows = AUDIT_ROWS(w);
	struct alias row = { 0 };
	char *trail;
	OP box = as(w, &w->owner);

	EXPECT(box, edit(box, PAIRS({ "info_owner", "Änne" }, { "info_ticket", "0042" }), &row), RC_OK);
	assert_string_equal(row.info[0], "Änne");
	EXPECT(box, alias_get(&box->op, w->own.alias_id, &row), RC_OK);
	assert_string_equal(row.info[0], "Änne");
	assert_string_equal(row.info[1], "0042");
	assert_null(row.info[2]);
	assert_int_equal(world_number(w, "SELECT count(*) FROM alias_pref WHERE attribute = 'xpiInfo.Owner' AND ix = 0 AND op = '='"),
	    1);
	trail = world_text(w, "SELECT detail_after FROM vimb_audit ORDER BY log_id DESC LIMIT 1");
	assert_non_null(strstr(trail, "\"info_ticket\":\"0042\""));
	free(trail);
	/* the same once more is no change; switching it leaves them */
	EXPECT(box, edit(box, PAIRS({ "info_ticket", "0042" }), &row), RC_OK);
	assert_int_equal(AUDIT_ROWS(w), rows + 1);
	EXPECT(box, alias_set_active(&box->op, w->own.alias_id, false, &row), RC_OK);
	EXPECT(box, edit(box, PAIRS({ "info_ticket", "" }), &row), RC_OK);
	assert_int_equal(PREFS(w), 1);
	EXPECT(box, alias_find(&box->op, w->own.alias, &row), RC_OK);
	assert_string_equal(row.info[0], "Änne");
	assert_null(row.info[1]);
}

static void
test_checked(void **state)
{
	static const struct {
		const char *name, *value;
		enum rc rc;
	} cases[] = {
		{ "info_ticket", "12a4", RC_INVALID },
		{ "info_ticket", "1234567", RC_INVALID },
		{ "info_ticket", "123456", RC_OK },
		{ "info_grade", "C", RC_INVALID },
		{ "info_grade", "B", RC_OK },
		{ "info_owner", "", RC_INVALID },
		{ "info_owner", "two\nlines", RC_INVALID },
		{ "info_dep", "Sales", RC_MALFORMED }, /* of mailboxes */
		{ "directory_sn", "Berg", RC_MALFORMED },
	};
	struct world *w = *state;
	struct alias row = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		OP box = as(w, &w->owner);

		EXPECT(box, edit(box, PAIRS({ cases[i].name, cases[i].value }), &row), cases[i].rc);
	}
}

static void
test_required(void **state)
{
	struct world *w = *state;
	struct alias row = { 0 };

	{
		OP box = as(w, &w->owner);

		EXPECT(box,
		    add(box, PAIRS({ "address", "new@own.example" }, { "goto", "x@elsewhere.example" }),
			&row),
		    RC_INVALID);
		expect_fault(box, "info_owner", "required");
	}
	OP box = as(w, &w->owner);
	EXPECT(box,
	    add(box,
		PAIRS({ "address", "new@own.example" }, { "goto", "x@elsewhere.example" },
		    { "info_owner", "Anna" }),
		&row),
	    RC_OK);
	assert_string_equal(row.info[0], "Anna");
	/* an edit by a door that does not know of it goes on */
	w->own.alias_id = row.id;
	EXPECT(box, edit(box, PAIRS({ "goto", "y@elsewhere.example" }), &row), RC_OK);
	assert_string_equal(row.info[0], "Anna");
}

static void
test_undo(void **state)
{
	struct world *w = *state;
	struct alias row = { 0 };
	int64_t entry;

	{
		OP box = as(w, &w->owner);

		EXPECT(box, edit(box, PAIRS({ "info_owner", "Anna" }, { "info_grade", "A" }), &row),
		    RC_OK);
		EXPECT(box, edit(box, PAIRS({ "info_grade", "B" }), &row), RC_OK);
		entry = change_entry(&box->op);
	}
	{
		OP box = as(w, &w->owner);

		EXPECT(box, undo_entry(&box->op, entry), RC_OK);
		EXPECT(box, alias_get(&box->op, w->own.alias_id, &row), RC_OK);
		assert_string_equal(row.info[2], "A");
		EXPECT(box, alias_delete(&box->op, w->own.alias_id), RC_OK);
		entry = change_entry(&box->op);
		assert_int_equal(PREFS(w), 0);
	}
	{
		OP box = as(w, &w->owner);

		EXPECT(box, undo_entry(&box->op, entry), RC_OK);
		EXPECT(box, alias_find(&box->op, w->own.alias, &row), RC_OK);
		assert_string_equal(row.info[0], "Anna");
		assert_string_equal(row.info[2], "A");
		assert_null(row.info[1]);
	}
}

static void
test_values(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->owner);
	const struct extras x = extras_of_alias(&w->conf, box->op.arena);
	const char **values;
	struct alias row = { 0 };
	size_t n;

	world_exec(w, "INSERT INTO alias_pref (attribute, value, Alias_id) SELECT 'xpiInfo.Owner', 'Secret', min(a.id) FROM alias a JOIN domain d ON d.id = a.Domain_id WHERE d.domain = 'other.example'");
	EXPECT(box, edit(box, PAIRS({ "info_owner", "Anna" }), &row), RC_OK);
	EXPECT(box, extra_values(&box->op, &x, 0, &values, &n), RC_OK);
	assert_int_equal(n, 1);
	assert_string_equal(values[0], "Anna");
	OP all = as(w, &w->root);
	EXPECT(all, extra_values(&all->op, &x, 0, &values, &n), RC_OK);
	assert_int_equal(n, 2);
}

/* Nothing is read or written, and nothing is lost. */
static void
test_off(void **state)
{
	struct world *w = *state;
	struct alias row = { 0 };

	{
		OP box = as(w, &w->owner);

		EXPECT(box, edit(box, PAIRS({ "info_owner", "Anna" }), &row), RC_OK);
	}
	w->conf.info_on = false;
	world_change_conf(w);
	OP box = as(w, &w->owner);
	assert_ptr_equal(extras_of_alias(&w->conf, box->op.arena).in, &alias_in_fields);
	EXPECT(box, edit(box, PAIRS({ "info_owner", "Ben" }), &row), RC_MALFORMED);
	err_clear(&box->op.errs);
	EXPECT(box, edit(box, PAIRS({ "goto", "y@elsewhere.example" }), &row), RC_OK);
	assert_null(row.info[0]);
	assert_int_equal(PREFS(w), 1);
}

/* What was deleted is taken back, and the alias is as it was. */
static void
taken_back(struct world *w, int64_t entry, int64_t prefs)
{
	struct alias row = { 0 };
	OP box = as(w, &w->root);

	assert_int_equal(PREFS(w), 0);
	EXPECT(box, undo_entry(&box->op, entry), RC_OK);
	EXPECT(box, alias_find(&box->op, w->own.alias, &row), RC_OK);
	assert_string_equal(row.info[0], "Änne");
	assert_string_equal(row.info[1], "0042");
	assert_int_equal(PREFS(w), prefs);
}

/* An alias that goes with its only mailbox, then both with their domain. */
static void
test_undo_with_others(void **state)
{
	struct world *w = *state;
	struct alias row = { 0 };
	int64_t entry, prefs;

	{
		OP box = as(w, &w->root);

		EXPECT(box,
		    edit(box,
			PAIRS({ "info_owner", "Änne" }, { "info_ticket", "0042" },
			    { "goto", w->own.mailbox }),
			&row),
		    RC_OK);
	}
	prefs = PREFS(w);
	{
		OP box = as(w, &w->root);

		EXPECT(box, mailbox_delete(&box->op, w->own.mailbox_id), RC_OK);
		entry = change_entry(&box->op);
	}
	taken_back(w, entry, prefs);
	{
		OP box = as(w, &w->root);

		EXPECT(box, domain_delete(&box->op, w->own.domain_id, w->own.domain), RC_OK);
		entry = change_entry(&box->op);
	}
	taken_back(w, entry, prefs);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = { T(test_kept), T(test_checked), T(test_required),
		T(test_undo), T(test_undo_with_others), T(test_values), T(test_off) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
