/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts of mails: what an operator may write, what is refused and where, and that no value can be more than a value. */
#include "base/base.h"

#include "base/arena.h"
#include "conf/conf.h"
#include "svc/mailtext.h"

#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

struct bed {
	struct arena *arena;
	struct errs errs;
	struct conf conf;
	char dir[32], txt[64], html[64];
};

static int
setup(void **state)
{
	struct bed *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	b->arena = arena_new(0, ARENA_PLAIN);
	b->errs.arena = b->arena;
	(void)snprintf(b->dir, sizeof(b->dir), "/tmp/vimb-text-XXXXXX");
	assert_non_null(mkdtemp(b->dir));
	(void)snprintf(b->txt, sizeof(b->txt), "%s/notice.txt", b->dir);
	(void)snprintf(b->html, sizeof(b->html), "%s/notice.html", b->dir);
	b->conf.mail.texts = b->dir;
	b->conf.mail.format = "both";
	*state = b;
	return 0;
}

static int
teardown(void **state)
{
	struct bed *b = *state;

	unlink(b->txt);
	unlink(b->html);
	rmdir(b->dir);
	arena_free(b->arena);
	free(b);
	return 0;
}

static void
put(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static struct mailtext_made
make(struct bed *b, const char *text, const char *html, const char *address)
{
	struct mailtext_values v = { 0 };
	struct mailtext_made made;

	put(b->txt, text);
	put(b->html, html);
	mailtext_value(&v, "address", address);
	mailtext_value(&v, "by", "");
	assert_int_equal(mailtext_make(&b->conf, NULL, MAILTEXT_NOTICE, &v, b->arena, &made, &b->errs),
	    RC_OK);
	return made;
}

static void
test_values(void **state)
{
	struct mailtext_made m = make(*state, "Subject: to {address}\n{address}, {{x}{by}.\n",
	    "<p title=\"{address}\">{address}</p>", "a&b'\"<x>@example.com\r\nBcc: y");

	assert_string_equal(m.subject, "to a&b'\"<x>@example.com  Bcc: y");
	assert_string_equal(m.text, "a&b'\"<x>@example.com  Bcc: y, {x}.\n");
	assert_null(strstr(m.html, "<x>"));
	assert_null(strstr(m.html, "\"<"));
}

static void
test_values_are_no_texts(void **state)
{
	struct mailtext_made m = make(*state, "Subject: s\n{address}\n", "{address}",
	    "{by}{#by}{{{/by}");

	assert_string_equal(m.text, "{by}{#by}{{{/by}\n");
}

static void
test_parts(void **state)
{
	struct mailtext_made m = make(*state,
	    "Subject: s\na{#by} hidden{#address} too{/address}{/by}{^by} shown{/by}\n"
	    "{#address}\nline {address}\n{^by}\ninner\n{/by}\n{/address}\nend\n",
	    "x", "A");

	assert_string_equal(m.text, "a shown\nline A\ninner\nend\n");
}

static void
test_formats(void **state)
{
	struct bed *b = *state;
	struct mailtext_made m;

	b->conf.mail.format = "plaintext";
	m = make(b, "Subject: s\nt", "h", "A");
	assert_string_equal(m.text, "t");
	assert_null(m.html);
	b->conf.mail.format = "html";
	m = make(b, "Subject: s\nt", "h", "A");
	assert_null(m.text);
	assert_string_equal(m.html, "h");
	assert_string_equal(m.subject, "s");
}

static void
test_faults(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "Hello\n", "notice.txt:1: expected `Subject: ...`" },
		{ "", "notice.txt:1: expected `Subject: ...`" },
		{ "Subject: {nmae}\n", "notice.txt:1: there is no value nmae" },
		{ "Subject: s\n\n\n{code}\n", "notice.txt:4: there is no value code" },
		{ "Subject: s\n{#by}\n{/address}\n",
		    "notice.txt:3: nothing open to be closed by / address" },
		{ "Subject: s\n{/by}\n", "notice.txt:2: nothing open to be closed by / by" },
		{ "Subject: s\n{#by}\n\n", "never closed: by" },
		{ "Subject: {#by}\nx{/by}\n", "notice.txt:1: never closed: by" },
		{ "Subject: s\n{ a }\n", "notice.txt:2: there is no value  a " },
		{ "Subject: s\nbody { color: red\n}\n", "notice.txt:2: a brace without its other one" },
		{ "Subject: s\n{", "notice.txt:2: a brace without its other one" },
		{ "Subject: s\n{}\n", "notice.txt:2: there is no value" },
		{ "Subject: s\n{#}\n", "notice.txt:2: there is no value" },
		{ "Subject: "
		  "s\n{#by}{#by}{#by}{#by}{#by}{#by}{#by}{#by}{#by}\n",
		    "notice.txt:2: too many parts" },
	};
	struct bed *b = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		err_clear(&b->errs);
		put(b->txt, cases[i].text);
		assert_int_equal(mailtext_check(&b->conf, &b->errs), RC_CONFIG);
		if (!strstr(b->errs.first->text, cases[i].want))
			fail_msg("%s: %s", cases[i].want, b->errs.first->text);
	}
}

/* A part that is not shown is checked all the same, and so is a value no mail would have. */
static void
test_check_is_whole(void **state)
{
	struct bed *b = *state;

	put(b->txt, "Subject: s\n{^address}{oops}{/address}\n");
	assert_int_equal(mailtext_check(&b->conf, &b->errs), RC_CONFIG);
}

static void
test_built_in(void **state)
{
	struct bed *b = *state;

	assert_int_equal(mailtext_check(&b->conf, &b->errs), RC_OK);
	b->conf.mail.texts = "";
	assert_int_equal(mailtext_check(&b->conf, &b->errs), RC_OK);
	assert_null(b->errs.first);
}

static const char *
welcome(struct bed *b, enum mailtext text)
{
	struct mailtext_values v = { 0 };
	struct mailtext_made made;

	mailtext_value(&v, "address", "a@b.example");
	mailtext_value(&v, "support", "<help>");
	mailtext_value(&v, "imap", "1");
	mailtext_value(&v, "imap.host", "imap.b.example");
	assert_int_equal(mailtext_make(&b->conf, NULL, text, &v, b->arena, &made, &b->errs), RC_OK);
	assert_non_null(strstr(made.html, "</body>"));
	assert_non_null(strstr(made.html, "&lt;help&gt;"));
	return made.text;
}

/* What two texts share is one file, the operator's too; it is as closed in itself as they are. */
static void
test_part(void **state)
{
	static const struct {
		const char *part, *welcome, *want;
	} cases[] = {
		{ "{support}{oops}\n", NULL, "services.txt:1: there is no value oops" },
		{ "x\n{#imap}\n", NULL, "services.txt:3: never closed: imap" },
		{ "x\n{/imap}\n", "Subject: s\n{#imap}\n{>services}\n{/imap}\n",
		    "services.txt:2: nothing open to be closed by / imap" },
		{ "{>services}\n", NULL, "services.txt:1: there is no part services" },
		{ "x\n", "Subject: {>services}\nx\n", "welcome.txt:1: there is no part services" },
		{ "x\n", "Subject: s\n{>../../etc/passwd}\n", "welcome.txt:2: there is no part" },
		{ "x\n", "Subject: s\n{>services}\n{oops}\n", "welcome.txt:3: there is no value oops" },
	};
	struct bed *b = *state;
	const char *part = arena_printf(b->arena, "%s/services.txt", b->dir);
	const char *own = arena_printf(b->arena, "%s/welcome.txt", b->dir);

	assert_non_null(strstr(welcome(b, MAILTEXT_WELCOME),
	    "\n\nReading mail (IMAP)\n  Server:   imap.b.example\n"));
	put(part, "ask {support} at {address}\n{#smtp}\nsmtp\n{/smtp}\n");
	for (enum mailtext t = MAILTEXT_SETTINGS; t <= MAILTEXT_WELCOME; t++)
		assert_non_null(strstr(welcome(b, t), ".\nask <help> at a@b.example\n"));
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		err_clear(&b->errs);
		put(part, cases[i].part);
		if (cases[i].welcome)
			put(own, cases[i].welcome);
		else
			unlink(own);
		assert_int_equal(mailtext_check(&b->conf, &b->errs), RC_CONFIG);
		if (!strstr(b->errs.first->text, cases[i].want))
			fail_msg("%s: %s", cases[i].want, b->errs.first->text);
	}
	unlink(part);
	unlink(own);
}

static void
test_too_long(void **state)
{
	struct bed *b = *state;
	FILE *file = fopen(b->html, "w");

	assert_non_null(file);
	for (int i = 0; i < 70000; i++)
		assert_true(fputc('x', file) == 'x');
	assert_int_equal(fclose(file), 0);
	assert_int_equal(mailtext_check(&b->conf, &b->errs), RC_CONFIG);
	assert_non_null(strstr(b->errs.first->text, "is too long"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_values, setup, teardown),
		cmocka_unit_test_setup_teardown(test_values_are_no_texts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_parts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_formats, setup, teardown),
		cmocka_unit_test_setup_teardown(test_faults, setup, teardown),
		cmocka_unit_test_setup_teardown(test_check_is_whole, setup, teardown),
		cmocka_unit_test_setup_teardown(test_built_in, setup, teardown),
		cmocka_unit_test_setup_teardown(test_part, setup, teardown),
		cmocka_unit_test_setup_teardown(test_too_long, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
