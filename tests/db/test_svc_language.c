/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Languages that administrators chose: who may for whom, that a repeat changes nothing, in which language mails are, and that faults are told in the op's. */
#include "base/base.h"

#include "svc_fixture.h"

#include "base/lang.h"
#include "svc/language.h"
#include "svc/mail.h"
#include "svc/mailtext.h"

static enum rc
choose(struct op_box *box, int64_t admin_id, const char *code, struct language *ret)
{
	return language_set(&box->op, admin_id, &(const struct language_in){ .language = code }, ret);
}

static void
test_choose(void **state)
{
	struct world *w = *state;
	struct language row;
	int64_t rows = AUDIT_ROWS(w);
	{
		OP box = as(w, &w->owner);

		EXPECT(box, choose(box, w->owner.admin_id, "de", &row), RC_OK);
		assert_string_equal(row.language, "de");
		assert_int_equal(AUDIT_ROWS(w), rows + 1);
		/* the same once more is no change */
		EXPECT(box, choose(box, w->owner.admin_id, "de", &row), RC_OK);
		assert_int_equal(AUDIT_ROWS(w), rows + 1);
		EXPECT(box, language_get(&box->op, w->owner.admin_id, &row), RC_OK);
		assert_string_equal(row.language, "de");
		EXPECT(box, choose(box, w->root.admin_id, "de", &row), RC_DENIED);
		EXPECT(box, language_get(&box->op, w->root.admin_id, &row), RC_DENIED);
	}
	{
		OP box = as(w, &w->root);

		EXPECT(box, choose(box, w->owner.admin_id, "fr", &row), RC_OK);
		EXPECT(box, choose(box, 999999, "fr", &row), RC_NOT_FOUND);
		assert_string_equal(lang_code(language_of(&box->op, "owner@own.example")), "fr");
		assert_string_equal(lang_code(language_of(&box->op, "nobody@own.example")), "en");
		EXPECT(box, choose(box, w->owner.admin_id, "", &row), RC_OK);
		assert_string_equal(lang_code(language_of(&box->op, "owner@own.example")), "en");
	}
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_language"), 0);
	{
		OP box = as(w, &w->nobody);

		EXPECT(box, choose(box, w->owner.admin_id, "de", &row), RC_UNAUTHENTICATED);
	}
	assert_int_equal(AUDIT_ROWS(w), rows + 3);
}

static void
test_dry_run(void **state)
{
	struct world *w = *state;
	struct language row;
	OP box = as_with(w, &w->owner, OP_DRY_RUN, NULL);

	EXPECT(box, choose(box, w->owner.admin_id, "de", &row), RC_OK);
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_language"), 0);
}

/* The row goes with the administrator. */
static void
test_removed(void **state)
{
	struct world *w = *state;
	struct language row;
	OP box = as(w, &w->root);

	EXPECT(box, choose(box, w->owner.admin_id, "de", &row), RC_OK);
	EXPECT(box, admin_delete(&box->op, w->owner.admin_id), RC_OK);
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_language"), 0);
}

/* A session brings its administrator's choice, so a page needs no statement more for it. */
static void
test_session(void **state)
{
	struct world *w = *state;
	struct signin_in in = { .username = "owner@own.example", .password = PASSWORD };
	struct auth_entry entry;
	struct language row;
	struct session s;
	struct actor actor;
	OP box = as(w, &w->nobody);
	OP own = as(w, &w->owner);

	EXPECT(box, auth_sign_in(&box->op, &in, "", &entry), RC_OK);
	EXPECT(box, auth_session(&box->op, entry.raw, &s, &actor), RC_OK);
	assert_null(s.language);
	EXPECT(own, choose(own, w->owner.admin_id, "nl", &row), RC_OK);
	EXPECT(box, auth_session(&box->op, entry.raw, &s, &actor), RC_OK);
	assert_string_equal(s.language, "nl");
}

static void
make_notice(struct world *w, struct op_box *box, struct mail_ready *ret)
{
	const struct mail_job job = { .kind = "notice",
		.to = "owner@own.example",
		.event = "password",
		.about = "owner@own.example",
		.by = "",
		.source = "",
		.at = 1795428900 };

	(void)w;
	EXPECT(box, mail_make(&box->op, &job, ret), RC_OK);
}

/* The built-in texts, in that language where nobody chose one. */
static void
write_mails(struct world *w, const char *language)
{
	w->conf.language = language;
	w->conf.sitename = "Mail";
	w->conf.mail.texts = w->conf.mail.from_email = w->conf.mail.support_email = "";
	w->conf.mail.format = "both";
	world_change_conf(w);
}

static void
test_mails(void **state)
{
	struct world *w = *state;
	struct mail_ready mail;
	struct language row;
	OP box = (write_mails(w, "en"), as(w, &w->root));

	make_notice(w, box, &mail);
	assert_non_null(strstr(mail.subject, "The password was changed"));
	EXPECT(box, choose(box, w->owner.admin_id, "de", &row), RC_OK);
	make_notice(w, box, &mail);
	assert_non_null(strstr(mail.subject, "Das Passwort wurde geändert"));
	assert_non_null(strstr(mail.text, "Guten Tag"));
	assert_non_null(strstr(mail.text, ".2026 "));
	assert_non_null(strstr(mail.html, "lang=\"de\""));
}

/* The configuration's language is that of everybody who chose none. */
static void
test_default(void **state)
{
	struct world *w = *state;
	struct mail_ready mail;

	write_mails(w, "fr");
	{
		OP box = as(w, &w->root);

		make_notice(w, box, &mail);
		assert_non_null(strstr(mail.text, "Bonjour"));
	}
}

/* What people are told is in the op's language, what the trail keeps is not. */
static void
test_faults(void **state)
{
	struct world *w = *state;
	struct domain_in in = { .domain = "" };
	struct domain row;
	OP box = as(w, &w->root);

	(void)lang_find("de", &box->op.errs.lang);
	EXPECT(box, domain_add(&box->op, &in, &row), RC_INVALID);
	assert_string_equal(box->op.errs.first->text, "Bitte geben Sie den Namen der Domain an.");
	assert_string_equal(box->op.errs.first->plain, "Please give the name of the domain.");
	err_clear(&box->op.errs);
	EXPECT(box, domain_set_active(&box->op, w->own.domain_id, false, &row), RC_OK);
	assert_int_equal(world_number(w, "SELECT count(*) FROM log WHERE data LIKE '%deactivated domain own.example'"),
	    1);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_choose),
		TEST(test_dry_run),
		TEST(test_removed),
		TEST(test_session),
		TEST(test_mails),
		TEST(test_default),
		TEST(test_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
