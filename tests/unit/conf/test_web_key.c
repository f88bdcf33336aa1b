/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The key of the web processes: made of the salt, the same wherever the salt is; handed to them and to nobody else; nobody can write it, and nobody who
 * has it has the salt or any other key that is made of it.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/rand.h"
#include "base/str.h"
#include "base/totp_seal.h"
#include "conf/conf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

#define SALT "9b1f4c7e20d86a35b7e4f1029c8d5a63"

struct fixture {
	struct arena *arena;
	struct errs errs;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->arena = arena_new(0, ARENA_PLAIN);
	f->errs.arena = f->arena;
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	arena_free(f->arena);
	free(f);
	return 0;
}

static struct conf *
parse(struct fixture *f, const char *text)
{
	struct conf *conf = NULL;

	assert_int_equal(conf_parse(text, &conf, &f->errs), RC_OK);
	return conf;
}

/* As a web process gets it, and reads it. */
static const char *
handed_over(struct fixture *f, const char *salt, const char **ret_text)
{
	struct conf *master = parse(f, arena_printf(f->arena, "securitysalt = %s\n", salt)), *web;
	struct str text = STR_INIT;
	const char *key;

	conf_dump(master, true, true, &text);
	*ret_text = arena_strdup(f->arena, str_text(&text));
	web = parse(f, *ret_text);
	assert_string_equal(web->securitysalt, "");
	assert_string_equal(web->web_key, master->web_key);
	key = arena_strdup(f->arena, web->web_key);
	str_release(&text);
	conf_free(master);
	conf_free(web);
	return key;
}

static void
test_replicas(void **state)
{
	struct fixture *f = *state;
	const char *text;
	const char *one = handed_over(f, SALT, &text), *other = handed_over(f, SALT, &text);

	assert_int_equal(strlen(one), 64);
	assert_string_equal(one, other);
	assert_string_not_equal(one, handed_over(f, "another" SALT, &text));
}

static void
test_nothing_else(void **state)
{
	struct fixture *f = *state;
	const char *text, *key = handed_over(f, SALT, &text);
	struct totp_key other;
	char hex[65];

	assert_null(strstr(text, SALT));
	totp_key_make(&other, SALT);
	for (size_t i = 0; i < sizeof(other.box); i++) {
		char two[3];

		(void)snprintf(two, sizeof(two), "%02x", other.box[i]);
		memcpy(hex + 2 * i, two, sizeof(two));
	}
	assert_string_not_equal(key, hex);
	assert_string_not_equal(key, other.backup);
	sha256_hex(SALT, strlen(SALT), hex);
	assert_string_not_equal(key, hex);
}

static void
test_nobody_writes_it(void **state)
{
	struct fixture *f = *state;
	const struct conf_set set = { "web.key", "00" };
	struct conf *conf = NULL;
	struct str text = STR_INIT;
	char path[] = "/tmp/vimb-webkey-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "web.key = 00\n", 13), 13);
	close(fd);
	assert_int_equal(conf_load(path, NULL, 0, &conf, &f->errs), RC_CONFIG);
	assert_non_null(strstr(f->errs.first->text, "web.key: unknown key"));
	unlink(path);
	err_clear(&f->errs);
	assert_int_equal(conf_load("/dev/null", &set, 1, &conf, &f->errs), RC_CONFIG);
	err_clear(&f->errs);
	setenv("VIMBADMIN_WEB__KEY", "00", 1);
	assert_int_equal(conf_load("/dev/null", NULL, 0, &conf, &f->errs), RC_OK);
	unsetenv("VIMBADMIN_WEB__KEY");
	assert_string_equal(conf->web_key, "");
	conf_dump(conf, true, false, &text);
	conf_doc(false, &text);
	assert_null(strstr(str_text(&text), "web.key"));
	str_release(&text);
	conf_free(conf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_replicas, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nothing_else, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nobody_writes_it, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
