/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An application.ini as a configuration of ours: what goes over, what becomes a comment with its reason, and that it can be read back. */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "conf/conf.h"
#include "conf/convert.h"
#include "conf/phpini.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static int
setup(void **state)
{
	*state = arena_new(0, ARENA_PLAIN);
	return 0;
}

static int
teardown(void **state)
{
	arena_free(*state);
	return 0;
}

static const char *
convert(struct arena *arena, const char *text)
{
	CLEANUP(str_release) struct str out = STR_INIT;
	struct phpini_source src = { "application.ini", text, strlen(text), "production", "/srv/app" };
	struct errs errs = { .arena = arena };
	struct phpini ini;

	assert_int_equal(phpini_read(&src, arena, &ini, &errs), RC_OK);
	conf_convert(&ini, arena, &out);
	return arena_strdup(arena, str_text(&out));
}

#define O "resources.doctrine2.connection.options."

static void
test_database(void **state)
{
	static const struct {
		const char *ini, *line;
	} cases[] = {
		{ O "driver=pdo_mysql\n" O "dbname=v\n" O "user=u\n" O "password='p@:/?x'\n" O
		    "host=db.example\n" O "port=13306\n",
		    "database = mysql://u:p%40%3A%2F%3Fx@db.example:13306/v\n" },
		{ O "dbname=v\n" O "user=u\n" O "password=p\n", "database = mysql://u:p@localhost/v\n" },
		{ O "dbname=v\n" O "user=u\n" O "password=p\n" O "host=localhost\n" O
		    "port=3307\n" O "unix_socket=/s\n",
		    "database = mysql://u:p@/v?socket=%2Fs\n" },
		{ O "dbname=v\n" O "user=u\n" O "password=p\n" O "unix_socket='/run/my sql'\n",
		    "database = mysql://u:p@/v?socket=%2Frun%2Fmy%20sql\n" },
		{ O "driver=pdo_pgsql\n" O "dbname=v\n" O "user=u\n" O "password=p\n" O
		    "host='2001:db8::1'\n",
		    "database = postgresql://u:p@[2001:db8::1]/v\n" },
		{ O "driver=pdo_sqlite\n" O "path=/x/v.db\n", "database = sqlite:/x/v.db\n" },
		{ "a=1\n", "# database: the file names none\n" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *out = convert(*state, cases[i].ini);

		if (!strstr(out, cases[i].line))
			fail_msg("%s instead of %s", out, cases[i].line);
	}
}

static const struct {
	const char *ini, *line;
} line_cases[] = {
	{ "mailboxAliases = 0\n", "mailboxAliases = no\n" },
	{ "defaults.domain.quota = 1024\ndefaults.quota.multiplier = MB\n",
	    "\ndefaults.domain.quota = 1024 MB\n" },
	{ "defaults.domain.maxquota = 2000\n", "\ndefaults.domain.maxquota = 2000 KB\n" },
	{ "defaults.domain.quota = 0\n", "defaults.domain.quota = 0\n" },
	{ "defaults.domain.quota = 1073741824\n", "defaults.domain.quota = 1073741824\n" },
	{ "doveadm.http.url = \"http://dovecot:8081/doveadm/v1\"\ndoveadm.http.api_key = \"\"\n",
	    "#   needs doveadm.http.api_key, which the file does not have (line 1)\n" },
	{ "doveadm.http.url = \"http://dovecot:8081/doveadm/v1\"\ndoveadm.http.api_key = \"k\"\n",
	    "doveadm.http.url = http://dovecot:8081/doveadm/v1\ndoveadm.http.api_key = k\n" },
	{ "mailboxAliases = true\n", "mailboxAliases = yes\n" },
	{ "securitysalt = \" ends with a blank and has 32+ \"\n",
	    "securitysalt = \" ends with a blank and has 32+ \"\n" },
	{ "resources.auth.oss.pwhash = \"crypt:sha512\"\n",
	    "# resources.auth.oss.pwhash = crypt:sha512\n#   not taken over: expected " },
	{ "resources.auth.oss.pwhash = plain\ndefaults.mailbox.password_scheme = "
	  "Plaintext\n",
	    "passwords.plain = yes\n# resources.auth.oss.pwhash = plain\n#   new passwords "
	    "are "
	    "hashed (line 1)\n# defaults.mailbox.password_scheme = ...\n" },
	{ "defaults.mailbox.password_salt = s4lt\n", "defaults.mailbox.password_salt = s4lt\n" },
	{ "resources.smarty.skin = dark\n",
	    "# resources.smarty.skin = dark\n#   pages are compiled into the program (line 1)\n" },
	{ "\nmy.own = 'two\nlines'\n", "# my.own = two\n#   no such setting in this version (line 2)\n" },
	{ "mcp.some.password = hidden\n", "# mcp.some.password = ...\n" },
	{ "identity.siteurl = 'https://mail.example.org/vimbadmin/'\n",
	    "public_url = https://mail.example.org/vimbadmin\n" },
	{ "identity.siteurl = 'https://www.example.com/vimbadmin/'\n", "# public_url: " },
	{ "bruteforce.whitelist[] = 127.0.0.1\nbruteforce.whitelist[] = '::1'\n",
	    "bruteforce.whitelist = 127.0.0.1 ::1\n" },
	{ "trustedproxy.proxies[] = '10.0.0.0/8'\ntrustedproxy.proxies[] = 'proxy'\n",
	    "# trustedproxy.proxies = 10.0.0.0/8 proxy\n#   not taken over: expected " },
	{ "vimbadmin_plugins.MailboxAutomaticAliases.disabled = false\n"
	  "vimbadmin_plugins.MailboxAutomaticAliases.defaultAliases[] = postmaster\n"
	  "vimbadmin_plugins.MailboxAutomaticAliases.defaultAliases[] = 'abuse'\n"
	  "vimbadmin_plugins.MailboxAutomaticAliases.defaultMapping.abuse = "
	  "'abuse@example.com'\n"
	  "vimbadmin_plugins.MailboxAutomaticAliases.defaultMapping.* = boss\n",
	    "vimbadmin_plugins.MailboxAutomaticAliases.enabled = yes\n"
	    "vimbadmin_plugins.MailboxAutomaticAliases.defaultAliases = postmaster abuse\n"
	    "vimbadmin_plugins.MailboxAutomaticAliases.defaultMapping = "
	    "abuse=abuse@example.com *=boss\n" },
	{ "vimbadmin_plugins.MailboxAutomaticAliases.disabled = true\n",
	    "vimbadmin_plugins.MailboxAutomaticAliases.enabled = no\n" },
	{ "vimbadmin_plugins.MailboxAutomaticAliases.defaultAliases[] = 'Post Master'\n",
	    "#   not taken over: expected " },
	{ "vimbadmin_plugins.AccessPermissions.enabled = true\n"
	  "vimbadmin_plugins.AccessPermissions.type.SMTP = 'Sending, in short'\n"
	  "vimbadmin_plugins.AccessPermissions.type.imap = 'IMAP'\n",
	    "vimbadmin_plugins.AccessPermissions.enabled = yes\n"
	    "vimbadmin_plugins.AccessPermissions.type = SMTP=Sending; in short, IMAP\n" },
	{ "vimbadmin_plugins.AccessPermissions.disabled = 1\n",
	    "vimbadmin_plugins.AccessPermissions.enabled = no\n" },
	{ "vimbadmin_plugins.AccessPermissions.type.ALL = Everything\n", "#   not taken over: expected " },
#define I "vimbadmin_plugins.AdditionalInfo."
	{ I "enabled = true\n" I "elements.first_name.type = Zend_Form_Element_Text\n" I
	    "elements.ext_no.type = Zend_Form_Element_Text\n" I
	    "elements.first_name.options.label = 'First, name'\n" I
	    "elements.first_name.options.required = true\n" I
	    "elements.ext_no.options.autocomplete = 'off'\n" I
	    "elements.ext_no.options.validators.digits[] = 'Digits'\n" I
	    "elements.ext_no.options.validators.digits[] = true\n" I
	    "elements.ext_no.options.validators.length[] = 'StringLength'\n" I
	    "elements.ext_no.options.validators.length.range[] = 4\n" I
	    "elements.ext_no.options.validators.length.range[] = 5\n",
	    I "enabled = yes\n" I "elements = first_name=First; name|required, "
	      "ext_no|off|digits|min:4|max:5\n" },
	{ I "alias.elements.owner.type = text\n" I
	    "alias.elements.owner.options.label = 'Who owns it'\n",
	    I "alias.elements = owner=Who owns it\n" },
	{ I "elements.ext.type = text\n" I "elements.ext_no.type = text\n", I "elements = ext, ext_no\n" },
#define D "vimbadmin_plugins.DirectoryEntry."
	{ D "disabled = false\n" D "disabled_elements.JpegPhoto = true\n" D
	    "disabled_elements.CarLicense = true\n" D "disabled_elements.O = false\n"
	    "identity.orgname = 'Example Limited'\n",
	    D "enabled = yes\n" D "disabled_elements = JpegPhoto CarLicense\n"
	      "identity.orgname = Example Limited\n" },
	{ "trustedproxy.mode = off\n", "trustedproxy.mode = \n" },
	{ "phpSettings.date.timezone = Europe/Berlin\n", "timezone = Europe/Berlin\n" },
};

static void
test_lines(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(line_cases); i++) {
		const char *out = convert(*state, line_cases[i].ini);

		if (!strstr(out, line_cases[i].line))
			fail_msg("%s instead of %s", out, line_cases[i].line);
	}
}

static void
test_read_back(void **state)
{
	static const char text[] = O
	    "driver='pdo_mysql'\n" O "dbname='vimbadmin'\n" O "user='v'\n" O "password='s3cret'\n"
	    "securitysalt = \" cHVXAvWZWA6k4kZMT6Kt4CYeSZw2LBA0\"\nmailboxAliases = "
	    "1\ndefaults.domain.quota = 1073741824\n"
	    "defaults.quota.multiplier = 'GB'\ndefaults.mailbox.password_scheme = "
	    "\"dovecot:SHA512-CRYPT\"\n"
	    "resources.auth.oss.pwhash = bcrypt\nresources.auth.oss.hash_cost = "
	    "12\nbruteforce.whitelist[] = '127.0.0.1'\n";
	struct errs errs = { .arena = *state };
	struct conf *c = NULL;

	if (conf_parse(convert(*state, text), &c, &errs) != RC_OK)
		fail_msg("%s", errs.first->text);
	assert_string_equal(c->database, "mysql://v:s3cret@localhost/vimbadmin");
	assert_string_equal(c->securitysalt, " cHVXAvWZWA6k4kZMT6Kt4CYeSZw2LBA0");
	assert_int_equal(c->domain_quota, INT64_C(1) << 30);
	assert_int_equal(c->quota_multiplier, INT64_C(1) << 30);
	assert_int_equal(c->admin_cost, 12);
	conf_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_database),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_read_back),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
