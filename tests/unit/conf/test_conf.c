/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The configuration: every way a file, the environment or -o can be wrong is named with its place
 * and what was expected; the table covers the struct. (test_conf_files.c: secrets, rights, dumps.)
 */
#include "base/base.h"

#include "conf_fixture.h"

static void
test_defaults(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(conf_faults(f, "", NULL, 0), "");
	assert_string_equal(f->conf->path, f->path);
	assert_string_equal(f->conf->listen, "127.0.0.1:8080");
	assert_string_equal(f->conf->session_name, "VIMBADMIN3");
	assert_int_equal(f->conf->quota_multiplier, 1 << 20);
	assert_int_equal(f->conf->mailbox_scheme, PW_BLF_CRYPT);
	assert_int_equal(f->conf->admin_scheme, PW_ARGON2ID);
	assert_true(f->conf->mailbox_aliases);
	assert_string_equal(f->conf->securitysalt, "");
}

/*
 * Each member has its row: what lies between two rows is padding, so nothing of 8 bytes fits there.
 */
static void
test_table_covers_struct(void **state UNUSED)
{
	const size_t size[] = {
		[KEY_BOOL] = sizeof(bool), [KEY_INT] = 8, [KEY_TEXT] = sizeof(char *), [KEY_SCHEME] = sizeof(enum pw_scheme)
	};
	unsigned char seen[sizeof(struct conf)] = { 0 };
	size_t run = 0;

	memset(seen + offsetof(struct conf, path), 1, sizeof(char *)); /* not a key */
	memset(seen + offsetof(struct conf, mail.kept), 1, sizeof(void *));
	for (size_t i = 0; i < conf_keys_n; i++)
		memset(seen + conf_keys[i].off, 1, size[conf_keys[i].type]);
	for (size_t i = 0; i < sizeof(seen); i++) {
		run = seen[i] ? 0 : run + 1;
		assert_true(run < 8);
	}
}

static void
test_table_is_sane(void **state)
{
	struct fixture *f = *state;
	struct conf c = { 0 };

	for (size_t i = 0; i < conf_keys_n; i++) {
		const struct conf_key *k = &conf_keys[i];

		assert_null(conf_value_read(k, k->def, &c, f->arena));
		assert_ptr_equal(conf_key_find(k->name), k);
		assert_true(strlen(k->doc) > 15);
		assert_non_null(strchr(".)", k->doc[strlen(k->doc) - 1]));
		assert_non_null(conf_value_expect(k, f->arena));
	}
}

static void
test_faults(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "listen = 127.0.0.1:8080\nlisten_addr = x\n",
		    ":2: listen_addr: unknown key; did you mean listen?\n" },
		{ "zzzzzzzzzzzz = x\n",
		    ":1: zzzzzzzzzzzz: unknown key; `vimbadmin config doc` lists all\n" },
		{ "Mailboxaliases = 1\n",
		    ":1: Mailboxaliases: unknown key; did you mean mailboxAliases?\n" },
		{ "quota.multiplier = 1\n", ":1: quota.multiplier: unknown key; did you mean defaults.quota.multiplier?\n" },
		{ "# c\n\n; c\ndb.pool = many\n", ":4: db.pool: expected a whole number from 1 to 256\n" },
		{ "db.pool = 0\n", ":1: db.pool: expected a whole number from 1 to 256\n" },
		{ "db.pool = 257\r\n", ":1: db.pool: expected a whole number from 1 to 256\n" },
		{ "db.pool =\n", ":1: db.pool: expected a whole number from 1 to 256\n" },
		{ "db.pool = 1e1\n", ":1: db.pool: expected a whole number from 1 to 256\n" },
		{ "db.pool = +1\n", ":1: db.pool: expected a whole number from 1 to 256\n" },
		{ "db.pool = 99999999999999999999\n",
		    ":1: db.pool: expected a whole number from 1 to 256\n" },
		{ "db.pool = 4 ; note\n", ":1: db.pool: expected a whole number from 1 to 256\n" },
		{ "db.pool = 4\ndb.pool = 5\n", ":2: db.pool: is already set on line 1\n" },
		{ "mailboxAliases = perhaps\n", ":1: mailboxAliases: expected yes or no\n" },
		{ "defaults.quota.multiplier = EB\n",
		    ":1: defaults.quota.multiplier: expected B, KB, MB, GB or TB\n" },
		{ "defaults.domain.quota = big\n",
		    ":1: defaults.domain.quota: expected a size such as 0, 500 MB or 5G\n" },
		{ "http.body_limit = 1G\n", ":1: http.body_limit: expected a size from 1 KB to 64 MB\n" },
		{ "defaults.mailbox.password_scheme = PLAIN\n", ":1: defaults.mailbox.password_scheme: expected BLF-CRYPT, SHA512-CRYPT, SHA256-CRYPT or ARGON2ID\n" },
		{ "resources.auth.oss.pwhash = md5\n",
		    ":1: resources.auth.oss.pwhash: expected argon2id or bcrypt\n" },
		{ "resources.auth.oss.hash_cost = 12\n",
		    "resources.auth.oss.hash_cost: 12 does not fit resources.auth.oss.pwhash = "
		    "ARGON2ID, which takes 1 to "
		    "10, or 0 for its default\n" },
		{ "[production]\nlisten = 127.0.0.1:1\n",
		    ":1: sections are not used; expected `key = value`\n" },
		{ "listen\n", ":1: expected `key = value`\n" },
		{ "listen: 127.0.0.1:8080\n", ":1: expected `key = value`\n" },
		{ "= 5\n", ":1: expected `key = value`\n" },
		{ "timezone = Europe/Atlantis\n",
		    ":1: timezone: expected a time zone that /usr/share/zoneinfo has\n" },
		{ "timezone = ../../../etc/passwd\n",
		    ":1: timezone: expected a name such as Europe/Berlin, UTC, or nothing\n" },
		{ "log_level = loud\n", ":1: log_level: expected error, warn, info or debug\n" },
		{ "database = oracle://x\n",
		    ":1: database: expected sqlite:/path, mysql://user:password@host:port/name or "
		    "postgresql://user:password@host:port/name\n" },
		{ "identity.sitename = a\tb\n",
		    ":1: identity.sitename: expected text without control characters\n" },
		{ "listen_file = /x\n", ":1: listen_file: unknown key; did you mean listen?\n" },
		{ "securitysalt_file = /nonexistent/salt\n",
		    ":1: /nonexistent/salt: No such file or directory\n" },
		{ "http.max_connections = 100\n",
		    "http.max_connections_per_source: is more than http.max_connections = 100\n" },
		/* all of them, not just the first */
		{ "a.b.c.d.e.f.g = 1\ndb.pool = x\n[s]\n",
		    ":1: a.b.c.d.e.f.g: unknown key; `vimbadmin config doc` lists all\n"
		    ":2: db.pool: expected a whole number from 1 to 256\n:3: sections are not "
		    "used; expected `key = value`\n" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_string_equal(conf_faults(f, cases[i].text, NULL, 0), cases[i].want);
}

static void
test_addresses(void **state)
{
	static const struct {
		const char *key, *value;
		bool ok;
	} cases[] = {
		{ "listen", "127.0.0.1:8080", true },
		{ "listen", "[::1]:8080 0.0.0.0:80 unix:/run/x.sock", true },
		{ "listen", "8080", false },
		{ "listen", "localhost:8080", false },
		{ "listen", "127.0.0.1:65536", false },
		{ "listen", "127.0.0.1:", false },
		{ "listen", "127.0.0.1:-1", false },
		{ "listen", "[::1:8080", false },
		{ "listen", "::1:8080", false },
		{ "listen", "unix:run/x.sock", false },
		{ "listen", "", false },
		{ "hosts", "a.example b.example:8080 [::1]", true },
		{ "hosts", "a.example,b.example", false },
		{ "hosts", "http://a.example", false },
		{ "trustedproxy.mode", "Auto", true },
		{ "trustedproxy.mode", "0", true },
		{ "trustedproxy.mode", "all", false },
		{ "trustedproxy.proxies", "10.0.0.0/8,2001:db8::/32 192.0.2.1", true },
		{ "trustedproxy.proxies", "0.0.0.0/0", false },
		{ "trustedproxy.proxies", "10.0.0.0/33", false },
		{ "trustedproxy.proxies", "proxy.example", false },
		{ "trustedproxy.header", "forwarded", true },
		{ "trustedproxy.header", "X-Real-IP", false },
		{ "bruteforce.whitelist", "::ffff:10.0.0.0/104", true },
		{ "bruteforce.whitelist", "10.1.2.3/8", false },
		{ "mail.home", "/var/vmail/%d/%n", true },
		{ "mail.home", "vmail", false },
		{ "mail.home", "/var/$(id)", false },
		{ "resources.session.name", "A-b_9", true },
		{ "resources.session.name", "a b", false },
		{ "resources.session.name", "a;b", false },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *text = conf_faults(f,
		    arena_printf(f->arena, "%s = %s\n", cases[i].key, cases[i].value), NULL, 0);

		if ((*text == '\0') != cases[i].ok)
			print_error("%s = %s: %s\n", cases[i].key, cases[i].value, text);
		assert_int_equal(*text == '\0', cases[i].ok);
	}
}

/* A long line must be refused, not cut where some buffer ends. */
static void
test_long_lines(void **state)
{
	struct fixture *f = *state;
	char *name = arena_alloc(f->arena, 3000), *line = arena_alloc(f->arena, CONF_LINE_MAX + 100);

	memset(name, 'x', 90);
	assert_string_equal(conf_faults(f, arena_printf(f->arena, "identity.sitename = %s\n", name),
				NULL, 0),
	    "");
	assert_string_equal(f->conf->sitename, name);
	memset(name, 'x', 2999);
	assert_string_equal(conf_faults(f, arena_printf(f->arena, "identity.sitename = %s\n", name),
				NULL, 0),
	    ":1: identity.sitename: expected text of 1 to 100 bytes\n");
	memset(line, ' ', CONF_LINE_MAX + 99);
	(void)snprintf(line + 90, 10, "listen = ");
	line[99] = ' ';
	line[CONF_LINE_MAX + 50] = 'x';
	assert_string_equal(conf_faults(f, line, NULL, 0), ":1: the line is longer than 4096 bytes\n");
}

static void
test_comments_and_quotes(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(
	    conf_faults(f,
		"\xEF\xBB\xBF# hello\n  ; more\nidentity.sitename = \"  Post #1 ; x \"\n"
		"  mail.uid=post\r\n\n  listen = 127.0.0.1:1",
		NULL, 0),
	    "");
	assert_string_equal(f->conf->sitename, "  Post #1 ; x ");
	assert_string_equal(f->conf->mail_uid, "post");
	assert_string_equal(f->conf->listen, "127.0.0.1:1");
}

static void
test_layers(void **state)
{
	struct fixture *f = *state;
	const struct conf_set set[] = { { "listen", "127.0.0.1:3" }, { "db.pool", "5" } };

	setenv("VIMBADMIN_LISTEN", "127.0.0.1:2", 1);
	setenv("VIMBADMIN_DEFAULTS__MAILBOX__MIN_PASSWORD_LENGTH", "12", 1);
	setenv("VIMBADMIN_MAILBOXALIASES", "off", 1);
	assert_string_equal(conf_faults(f, "listen = 127.0.0.1:1\ndb.pool = 4\n", NULL, 0), "");
	assert_string_equal(f->conf->listen, "127.0.0.1:2");
	assert_int_equal(f->conf->mailbox_min_password, 12);
	assert_false(f->conf->mailbox_aliases);
	assert_int_equal(f->conf->db_pool, 4);
	assert_string_equal(conf_faults(f, "listen = 127.0.0.1:1\ndb.pool = 4\n", set, ARRAY_LEN(set)),
	    "");
	assert_string_equal(f->conf->listen, "127.0.0.1:3");
	assert_int_equal(f->conf->db_pool, 5);
	setenv("VIMBADMIN_DB__POOL", "none", 1);
	assert_string_equal(conf_faults(f, "", NULL, 0),
	    "VIMBADMIN_DB__POOL: db.pool: expected a whole number from 1 to 256\n");
	unsetenv("VIMBADMIN_DB__POOL");
	unsetenv("VIMBADMIN_LISTEN");
	unsetenv("VIMBADMIN_MAILBOXALIASES");
	unsetenv("VIMBADMIN_DEFAULTS__MAILBOX__MIN_PASSWORD_LENGTH");
}

static void
test_settings(void **state)
{
	static const struct {
		const char *key, *value, *want;
	} cases[] = {
		{ "lisen", "x", "-o lisen: unknown key; did you mean listen?\n" },
		{ "db.pool", "x", "-o db.pool: expected a whole number from 1 to 256\n" },
		{ "database", "sqlite:./v.db", "" },
		{ "database", "mysql://panel@db.example/mail", "" },
		{ "database", "mysql://panel:hunter2@db.example/mail",
		    "-o database: every user of this machine could read it "
		    "there; use database_file, the configuration file or the environment\n" },
		{ "securitysalt", SALT,
		    "-o securitysalt: every user of this machine could read it there; use "
		    "securitysalt_file, the configuration file or the environment\n" },
		{ "identity.sitename", "a\nb",
		    "-o identity.sitename: expected text without control characters\n" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct conf_set set = { cases[i].key, cases[i].value };

		assert_string_equal(conf_faults(f, "", &set, 1), cases[i].want);
	}
}

static void
test_serve(void **state)
{
	static const struct {
		const char *salt;
		enum rc want;
	} cases[] = {
		{ "", RC_CONFIG },
		{ "9b1f4c7e20d86a35b7e4f1029c8d5a6", RC_CONFIG }, /* 31 */
		{ SALT, RC_OK },
		{ "ssssssssssssssssssssssssssssssssssssssss", RC_CONFIG },
		{ "ChangeMe-ChangeMe-9b1f4c7e20d86a35b7e4f1", RC_CONFIG },
		{ "0123456789abcdef0123456789abcdef", RC_CONFIG },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_string_equal(conf_faults(f,
					arena_printf(f->arena, "securitysalt = %s\n", cases[i].salt),
					NULL, 0),
		    "");
		assert_int_equal(conf_check_serve(f->conf, &f->errs), cases[i].want);
		assert_null(*cases[i].salt && f->errs.first ? strstr(f->errs.first->text, cases[i].salt)
							    : NULL);
	}
}

static void
test_doc(void **state UNUSED)
{
	struct str text = STR_INIT, mdoc = STR_INIT;

	conf_doc(false, &text);
	conf_doc(true, &mdoc);
	for (size_t i = 0; i < conf_keys_n; i++) {
		char line[128];

		if (conf_keys[i].flags & KEY_MADE)
			continue;
		(void)snprintf(line, sizeof(line), "\n#%s = ", conf_keys[i].name);
		assert_non_null(strstr(str_text(&text), line));
		(void)snprintf(line, sizeof(line), ".It Ic %s", conf_keys[i].name);
		assert_non_null(strstr(str_text(&mdoc), line));
	}
	str_release(&text);
	str_release(&mdoc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_defaults, conf_setup, conf_teardown),
		cmocka_unit_test(test_table_covers_struct),
		cmocka_unit_test_setup_teardown(test_table_is_sane, conf_setup, conf_teardown),
		cmocka_unit_test_setup_teardown(test_faults, conf_setup, conf_teardown),
		cmocka_unit_test_setup_teardown(test_addresses, conf_setup, conf_teardown),
		cmocka_unit_test_setup_teardown(test_long_lines, conf_setup, conf_teardown),
		cmocka_unit_test_setup_teardown(test_comments_and_quotes, conf_setup, conf_teardown),
		cmocka_unit_test_setup_teardown(test_layers, conf_setup, conf_teardown),
		cmocka_unit_test_setup_teardown(test_settings, conf_setup, conf_teardown),
		cmocka_unit_test_setup_teardown(test_serve, conf_setup, conf_teardown),
		cmocka_unit_test(test_doc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
