/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the configuration adds to mailboxes: kept where the PHP program keeps it, in the trail and in undo like any other field, gone and back with its
 * mailbox; off, nothing of it is read or written.
 */
#include "base/base.h"

#include "svc_fixture.h"

#include "svc/extra.h"
#include "svc/undo.h"
#include "conf/plugins.h"

#define ELEMENTS                                                                                  \
	"first-name=First name, Ext_No=Ext. no|digits|min:4|max:4, grade|choice:A/B, born|date, " \
	"dep=Department|required"

static int
setup(void **state)
{
	struct world *w;

	if (world_setup(state) != 0)
		return -1;
	w = *state;
	w->conf.info_on = true;
	w->conf.info_elements = ELEMENTS;
	w->conf.directory_on = true;
	w->conf.directory_without = "CarLicense JpegPhoto Initials";
	w->conf.orgname = "Example Ltd";
	world_change_conf(w);
	return 0;
}

/* Reads name=value pairs as any door does. */
static enum rc
read_in(struct op *op, const char *const (*pairs)[2], size_t n, struct mailbox_in *ret)
{
	struct pair at[16];

	for (size_t i = 0; i < n; i++)
		at[i] = (struct pair){ pairs[i][0], pairs[i][1], strlen(pairs[i][1]), PAIR_TEXT };
	return field_parse(extras_of(op->conf, op->arena).in, FIELD_PATCH, at, n, ret, op->arena,
	    &op->errs);
}

static enum rc
edit(struct op_box *box, const char *const (*pairs)[2], size_t n, struct mailbox *ret)
{
	struct mailbox_in in;
	enum rc rc = read_in(&box->op, pairs, n, &in);

	return rc == RC_OK ? mailbox_edit(&box->op, box->w->own.mailbox_id, &in, ret) : rc;
}
#define EDIT(box, row, ...)                                \
	edit(box, (const char *const[][2]){ __VA_ARGS__ }, \
	    ARRAY_LEN(((const char *const[][2]){ __VA_ARGS__ })), row)

static int64_t
kept(const struct world *w, const char *attribute, const char *value)
{
	char sql[300];

	(void)snprintf(sql, sizeof(sql),
	    "SELECT count(*) FROM mailbox_pref p JOIN mailbox m ON m.id = p.Mailbox_id WHERE "
	    "m.username = "
	    "'anna@own.example' AND p.attribute = '%s' AND p.value = '%s' AND p.ix = 0 AND p.op = "
	    "'='",
	    attribute, value);
	return world_number(w, sql);
}

static void
test_tables(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->owner);
	struct extras x;

	w->conf.info_elements = "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,w,x";
	w->conf.directory_without = "";
	x = extras_of(&w->conf, box->op.arena);
	assert_true(x.in->n <= 64); /* bits of `given` */
	assert_int_equal(x.in->n - mailbox_in_fields.n, x.row->n - mailbox_fields.n);
	for (size_t i = mailbox_in_fields.n; i < x.in->n; i++)
		assert_ptr_equal(field_by_name(x.in, x.in->at[i].name), &x.in->at[i]);
}

static void
test_kept(void **state)
{
	struct world *w = *state;
	struct mailbox row = { 0 };
	int64_t entries;

	{
		OP box = as(w, &w->owner);

		EXPECT(box,
		    EDIT(box, &row, { "info_first_name", "Anna" }, { "info_ext_no", "0042" }), RC_OK);
		assert_string_equal(row.info[0], "Anna");
		EXPECT(box, EDIT(box, &row, { "info_first_name", "Änne" }), RC_OK);
	}
	assert_int_equal(kept(w, "xpiInfo.first-name", "Änne"), 1);
	assert_int_equal(kept(w, "xpiInfo.first-name", "Anna"), 0);
	assert_int_equal(kept(w, "xpiInfo.Ext_No", "0042"), 1);
	entries = AUDIT_ROWS(w);
	OP box = as(w, &w->owner);
	EXPECT(box, EDIT(box, &row, { "info_first_name", "Änne" }), RC_OK);
	assert_int_equal(AUDIT_ROWS(w), entries);
	EXPECT(box, EDIT(box, &row, { "info_ext_no", "" }), RC_OK);
	EXPECT(box, mailbox_get(&box->op, w->own.mailbox_id, &row), RC_OK);
	assert_string_equal(row.info[0], "Änne");
	assert_null(row.info[1]);
	assert_int_equal(world_number(w, "SELECT count(*) FROM mailbox_pref WHERE attribute = 'xpiInfo.Ext_No'"),
	    0);
}

static void
test_checked(void **state)
{
	static const struct {
		const char *field, *value;
		enum rc want;
	} cases[] = {
		{ "info_ext_no", "12a4", RC_INVALID },
		{ "info_ext_no", "123", RC_INVALID },
		{ "info_ext_no", "12345", RC_INVALID },
		{ "info_ext_no", "1234", RC_OK },
		{ "info_grade", "C", RC_INVALID },
		{ "info_grade", "B", RC_OK },
		{ "info_grade", "", RC_OK },
		{ "info_born", "31.12.1999", RC_INVALID },
		{ "info_born", "1999-13-01", RC_INVALID },
		{ "info_born", "1999-12-31", RC_OK },
		{ "info_first_name", "two\nlines", RC_INVALID },
		{ "info_dep", "", RC_INVALID },
		{ "info_nothing", "x", RC_MALFORMED },
		{ "directory_initials", "x", RC_MALFORMED },
		{ "directory_mail", "x@own.example", RC_MALFORMED },
		{ "directory_labeled_uri", "https://one.example\nhttps://two.example", RC_OK },
	};
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		OP box = as(w, &w->owner);
		struct mailbox row = { 0 };

		EXPECT(box, EDIT(box, &row, { cases[i].field, cases[i].value }), cases[i].want);
		if (cases[i].want == RC_INVALID)
			expect_fault(box, cases[i].field, "");
	}
}

static void
test_required(void **state)
{
	static const char *const pairs[][2] = { { "address", "new@own.example" },
		{ "password", PASSWORD }, { "info_dep", "Sales" } };
	struct world *w = *state;
	OP box = as(w, &w->owner);
	struct mailbox_in in;
	struct mailbox row = { 0 };

	EXPECT(box, read_in(&box->op, pairs, 2, &in), RC_OK);
	EXPECT(box, mailbox_add(&box->op, &in, &row, NULL), RC_INVALID);
	expect_fault(box, "info_dep", "required");
	err_clear(&box->op.errs);
	EXPECT(box, read_in(&box->op, pairs, 3, &in), RC_OK);
	EXPECT(box, mailbox_add(&box->op, &in, &row, NULL), RC_OK);
	assert_string_equal(row.info[4], "Sales");
	assert_null(row.directory.o);
	assert_int_equal(world_number(w, "SELECT count(*) FROM directory_entry"), 0);
}

static void
test_directory(void **state)
{
	struct world *w = *state;
	struct mailbox row = { 0 };

	{
		OP box = as(w, &w->owner);

		EXPECT(box,
		    EDIT(box, &row, { "directory_given_name", "Anna Maria" },
			{ "directory_sn", "Öster-Weil" }),
		    RC_OK);
		assert_string_equal(row.directory.display_name, "Anna Maria Öster-Weil");
		assert_string_equal(row.directory.initials, "AMÖW");
		assert_null(row.directory.o);
	}
	assert_int_equal(world_number(w, "SELECT count(*) FROM directory_entry WHERE mail = 'anna@own.example' AND givenName = 'Anna Maria' AND jpegPhoto = 'N;'"),
	    1);
	world_exec(w, "UPDATE directory_entry SET carLicense = 'AB 12', jpegPhoto = 's:1:\"x\";'");
	OP box = as(w, &w->owner);
	EXPECT(box,
	    EDIT(box, &row, { "directory_display_name", "Anna" }, { "directory_room_number", "7" }),
	    RC_OK);
	assert_int_equal(world_number(w, "SELECT count(*) FROM directory_entry WHERE displayName = 'Anna' AND roomNumber = '7' AND carLicense = 'AB 12' AND jpegPhoto <> 'N;'"),
	    1);
}

static void
test_organization(void **state)
{
	static const char *const pairs[][2] = { { "address", "new@own.example" },
		{ "password", PASSWORD }, { "info_dep", "Sales" }, { "directory_sn", "Berg" },
		{ "directory_o", "" } };
	struct world *w = *state;
	OP box = as(w, &w->owner);
	struct mailbox_in in;
	struct mailbox row = { 0 };

	EXPECT(box, read_in(&box->op, pairs, 4, &in), RC_OK);
	EXPECT(box, mailbox_add(&box->op, &in, &row, NULL), RC_OK);
	assert_string_equal(row.directory.o, "Example Ltd");
	EXPECT(box, read_in(&box->op, pairs, 5, &in), RC_OK);
	in.address = "newer@own.example";
	EXPECT(box, mailbox_add(&box->op, &in, &row, NULL), RC_OK);
	assert_null(row.directory.o);
}

static void
test_undo(void **state)
{
	struct world *w = *state;
	struct mailbox row = { 0 };
	int64_t entry;

	{
		OP box = as(w, &w->owner);

		EXPECT(box, EDIT(box, &row, { "info_grade", "A" }, { "directory_sn", "Berg" }), RC_OK);
		EXPECT(box, EDIT(box, &row, { "info_grade", "B" }, { "directory_sn", "Tal" }), RC_OK);
		entry = change_entry(&box->op);
		EXPECT(box, undo_entry(&box->op, entry), RC_OK);
		EXPECT(box, mailbox_get(&box->op, w->own.mailbox_id, &row), RC_OK);
		assert_string_equal(row.info[2], "A");
		assert_string_equal(row.directory.sn, "Berg");
		EXPECT(box, EDIT(box, &row, { "info_grade", "B" }), RC_OK);
		entry = change_entry(&box->op);
	}
	w->conf.info_elements = "dep";
	world_change_conf(w);
	OP box = as(w, &w->owner);
	EXPECT(box, undo_entry(&box->op, entry), RC_CONFLICT);
	expect_fault(box, NULL, "no longer has the field info_grade");
}

static void
test_deleted_and_back(void **state)
{
	struct world *w = *state;
	struct mailbox row = { 0 };
	int64_t entry;
	char *trail;

	{
		OP box = as(w, &w->owner);

		EXPECT(box, EDIT(box, &row, { "info_grade", "A" }, { "directory_sn", "Berg" }), RC_OK);
		EXPECT(box, mailbox_delete(&box->op, w->own.mailbox_id), RC_OK);
		entry = change_entry(&box->op);
	}
	assert_int_equal(world_number(w,
			     "SELECT count(*) FROM mailbox_pref WHERE attribute = 'xpiInfo.grade'"),
	    0);
	assert_int_equal(world_number(w, "SELECT count(*) FROM directory_entry"), 0);
	trail = world_text(w, "SELECT detail_before FROM vimb_audit ORDER BY log_id DESC LIMIT 1");
	assert_non_null(strstr(trail, "\"info_grade\":\"A\""));
	assert_non_null(strstr(trail, "\"directory_sn\":\"Berg\""));
	free(trail);
	OP box = as(w, &w->owner);
	EXPECT(box, undo_entry(&box->op, entry), RC_OK);
	EXPECT(box, mailbox_find(&box->op, "anna@own.example", &row), RC_OK);
	assert_string_equal(row.info[2], "A");
	assert_string_equal(row.directory.sn, "Berg");
}

static void
test_values(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->owner);
	const struct extras x = extras_of(&w->conf, box->op.arena);
	const char **values;
	struct mailbox row = { 0 };
	size_t n;

	world_exec(w, "INSERT INTO mailbox_pref (attribute, value, Mailbox_id) SELECT 'xpiInfo.dep', 'Secret', id FROM mailbox WHERE username = 'zoe@other.example'");
	EXPECT(box, EDIT(box, &row, { "info_dep", "Sales" }), RC_OK);
	EXPECT(box, extra_values(&box->op, &x, 4, &values, &n), RC_OK);
	assert_int_equal(n, 1);
	assert_string_equal(values[0], "Sales");
	OP all = as(w, &w->root);
	EXPECT(all, extra_values(&all->op, &x, 4, &values, &n), RC_OK);
	assert_int_equal(n, 2);
}

static void
test_off(void **state)
{
	struct world *w = *state;
	struct mailbox row = { 0 };
	char *before, *after;

	{
		OP box = as(w, &w->owner);

		EXPECT(box, EDIT(box, &row, { "info_grade", "A" }, { "directory_sn", "Berg" }), RC_OK);
	}
	w->conf.info_on = false;
	w->conf.directory_on = false;
	world_change_conf(w);
	OP box = as(w, &w->owner);
	assert_ptr_equal(extras_of(&w->conf, box->op.arena).in, &mailbox_in_fields);
	EXPECT(box, EDIT(box, &row, { "info_grade", "B" }), RC_MALFORMED);
	err_clear(&box->op.errs);
	before = world_text(w, "SELECT value FROM mailbox_pref WHERE attribute = 'xpiInfo.grade'");
	EXPECT(box, EDIT(box, &row, { "name", "Anna" }), RC_OK);
	after = world_text(w, "SELECT value FROM mailbox_pref WHERE attribute = 'xpiInfo.grade'");
	assert_string_equal(before, after);
	assert_null(row.info[2]);
	assert_null(row.directory.sn);
	free(before);
	free(after);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = { T(test_tables), T(test_kept), T(test_checked),
		T(test_required), T(test_directory), T(test_organization), T(test_undo),
		T(test_deleted_and_back), T(test_values), T(test_off) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
