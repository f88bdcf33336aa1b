/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose the files of the configuration are and what they hold: secrets in files of their own, who may read and change them, what a dump shows. */
#include "base/base.h"

#include "conf_fixture.h"

#include <sys/stat.h>
#include <unistd.h>

static const char *
warnings(struct fixture *f)
{
	struct errs errs = { .arena = f->arena };

	assert_non_null(f->conf);
	conf_warnings(f->conf, &errs);
	return errs.first ? errs.first->text : "";
}

static void
test_secret_files(void **state)
{
	struct fixture *f = *state;
	const char *path = arena_printf(f->arena, "%s/secret", f->dir);
	const char *conf = arena_printf(f->arena, "securitysalt_file = %s\n", path);

	conf_put(path, SALT "\n", 0400);
	assert_string_equal(conf_faults(f, conf, NULL, 0), "");
	assert_string_equal(f->conf->securitysalt, SALT);
	assert_string_equal(warnings(f), "");
	conf_put(f->path, conf, 0644); /* names the file, holds no secret itself */
	conf_free(f->conf);
	assert_int_equal(conf_load(f->path, NULL, 0, &f->conf, &f->errs), RC_OK);
	assert_string_equal(warnings(f), "");
	assert_int_equal(chmod(path, 0444), 0);
	assert_string_equal(conf_faults(f, conf, NULL, 0), "");
	assert_non_null(strstr(warnings(f), "/secret: holds a secret and can be read by everybody"));
	assert_int_equal(chmod(path, 0600), 0);
	conf_put(path, "one\ntwo\n", 0600);
	assert_string_equal(conf_faults(f, conf, NULL, 0),
	    ":1: securitysalt_file: expected a file of one line\n");
	conf_put(path, SALT, 0600);
	assert_string_equal(conf_faults(f, arena_printf(f->arena, "%ssecuritysalt = x\n", conf), NULL, 0),
	    ":2: securitysalt: is already set on line 1\n");
	setenv("VIMBADMIN_SECURITYSALT_FILE", path, 1);
	assert_string_equal(conf_faults(f, "", NULL, 0), "");
	assert_string_equal(f->conf->securitysalt, SALT);
	unsetenv("VIMBADMIN_SECURITYSALT_FILE");
}

static void
test_permissions(void **state)
{
	struct fixture *f = *state;

	conf_put(f->path, "securitysalt = " SALT "\n", 0644);
	assert_int_equal(conf_load(f->path, NULL, 0, &f->conf, &f->errs), RC_OK);
	assert_non_null(strstr(warnings(f), "can be read by everybody"));
	conf_free(f->conf);
	conf_put(f->path, "database = sqlite:/x\n", 0644);
	assert_int_equal(conf_load(f->path, NULL, 0, &f->conf, &f->errs), RC_OK);
	assert_string_equal(warnings(f), "");
	conf_free(f->conf);
	conf_put(f->path, "database = mysql://u:p@h/n\n", 0644);
	assert_int_equal(conf_load(f->path, NULL, 0, &f->conf, &f->errs), RC_OK);
	assert_non_null(strstr(warnings(f), "can be read by everybody"));
	conf_free(f->conf);
	f->conf = NULL;
	assert_int_equal(chmod(f->path, 0602), 0);
	assert_int_equal(conf_load(f->path, NULL, 0, &f->conf, &f->errs), RC_CONFIG);
	assert_non_null(strstr(f->errs.first->text, "can be changed by everybody"));
	err_clear(&f->errs);
	assert_int_equal(conf_load(f->dir, NULL, 0, &f->conf, &f->errs), RC_CONFIG);
	assert_non_null(strstr(f->errs.first->text, "is not a file"));
	err_clear(&f->errs);
	if (geteuid() == 0) {
		assert_int_equal(chown(f->path, 0, 12345), 0);
		assert_int_equal(chmod(f->path, 0660), 0);
		assert_int_equal(conf_load(f->path, NULL, 0, &f->conf, &f->errs), RC_CONFIG);
		assert_non_null(strstr(f->errs.first->text, "another group"));
		err_clear(&f->errs);
		assert_int_equal(chown(f->path, 12345, 0), 0);
		assert_int_equal(chmod(f->path, 0600), 0);
		assert_int_equal(conf_load(f->path, NULL, 0, &f->conf, &f->errs), RC_CONFIG);
		assert_non_null(strstr(f->errs.first->text, "belongs to another user"));
		err_clear(&f->errs);
	}
	assert_int_equal(conf_load("/nonexistent/v.conf", NULL, 0, &f->conf, &f->errs), RC_CONFIG);
}

/*
 * A typo in a variable is said, but a stranger's variable does not keep the program from running.
 */
static void
test_unknown_environment(void **state)
{
	struct fixture *f = *state;

	setenv("VIMBADMIN_PORT_8080_TCP", "tcp://10.0.0.1", 1);
	assert_string_equal(conf_faults(f, "", NULL, 0), "");
	assert_string_equal(warnings(f),
	    "VIMBADMIN_PORT_8080_TCP: environment variable that names no key");
	unsetenv("VIMBADMIN_PORT_8080_TCP");
}

static const char *
dump(struct fixture *f, bool secrets, bool for_web)
{
	struct str out = STR_INIT;
	const char *text;

	conf_dump(f->conf, secrets, for_web, &out);
	text = arena_strdup(f->arena, str_text(&out));
	str_release(&out);
	return text;
}

static void
test_round_trip(void **state)
{
	struct fixture *f = *state;
	const char *first;

	assert_string_equal(conf_faults(f,
				"database = mysql://u:p;#=\"@h/n\nsecuritysalt = " SALT
				"\nidentity.sitename = \" \"\n"
				"mail.uid = 1000\ndefaults.domain.quota = "
				"1000001\ndefaults.quota.multiplier = GB\nmailboxAliases = 0\n"
				"resources.auth.oss.pwhash = bcrypt\nresources.auth.oss.hash_cost "
				"= 11\ntimezone = UTC\n",
				NULL, 0),
	    "");
	first = dump(f, true, false);
	conf_free(f->conf);
	assert_int_equal(conf_parse(first, &f->conf, &f->errs), RC_OK);
	assert_string_equal(dump(f, true, false), first);
	assert_string_equal(f->conf->database, "mysql://u:p;#=\"@h/n");
	assert_string_equal(f->conf->sitename, " ");
	assert_int_equal(f->conf->domain_quota, 1000001);
	assert_int_equal(f->conf->admin_scheme, PW_BLF_CRYPT);
	assert_false(f->conf->mailbox_aliases);
}

static void
test_secrets_stay(void **state)
{
	struct fixture *f = *state;
	const char *text;

	assert_string_equal(conf_faults(f, "database = mysql://panel:hunter2@db.example/mail\nsecuritysalt = " SALT "\nresources.mail.transport.password = smtp-secret\n",
				NULL, 0),
	    "");
	text = dump(f, false, false);
	assert_null(strstr(text, "hunter2"));
	assert_null(strstr(text, SALT));
	assert_non_null(strstr(text, "database = mysql://panel:******@db.example/mail\n"));
	assert_non_null(strstr(text, "securitysalt = ******\n"));
	assert_null(strstr(text, "smtp-secret"));
	text = dump(f, true, true);
	assert_null(strstr(text, SALT));
	assert_null(strstr(text, "smtp-secret"));
	assert_non_null(strstr(text, "hunter2")); /* the web process needs its database */
	conf_free(f->conf);
	assert_int_equal(conf_parse(text, &f->conf, &f->errs), RC_OK);
	assert_string_equal(f->conf->securitysalt, "");
	/* faults of secrets never quote them */
	assert_null(strstr(conf_faults(f, "database = hunter2\n", NULL, 0), "hunter2"));
}

#define T(f) cmocka_unit_test_setup_teardown(f, conf_setup, conf_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = { T(test_secret_files), T(test_permissions),
		T(test_unknown_environment), T(test_round_trip), T(test_secrets_stay) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
