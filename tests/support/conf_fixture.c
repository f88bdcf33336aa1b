/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "conf_fixture.h"

#include <sys/stat.h>
#include <unistd.h>

int
conf_setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->arena = arena_new(0, ARENA_PLAIN);
	f->errs.arena = f->arena;
	(void)snprintf(f->dir, sizeof(f->dir), "/tmp/vimb-conf-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	(void)snprintf(f->path, sizeof(f->path), "%s/vimbadmin.conf", f->dir);
	*state = f;
	return 0;
}

int
conf_teardown(void **state)
{
	struct fixture *f = *state;
	char *secret = arena_printf(f->arena, "%s/secret", f->dir);

	unlink(f->path);
	unlink(secret);
	rmdir(f->dir);
	conf_free(f->conf);
	arena_free(f->arena);
	free(f);
	return 0;
}

void
conf_put(const char *path, const char *text, mode_t mode)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, mode), 0);
}

const char *
conf_faults(struct fixture *f, const char *text, const struct conf_set *set, size_t n)
{
	struct str out = STR_INIT;
	const char *result;

	conf_free(f->conf);
	f->conf = NULL;
	err_clear(&f->errs);
	conf_put(f->path, text, 0600);
	if (conf_load(f->path, set, n, &f->conf, &f->errs) != RC_OK)
		assert_int_equal(err_rc(&f->errs), RC_CONFIG);
	for (const struct err *e = f->errs.first; e; e = e->next) {
		const char *line = e->text;

		if (strncmp(line, f->path, strlen(f->path)) == 0)
			line += strlen(f->path);
		str_add(&out, line);
		str_addc(&out, '\n');
	}
	result = arena_strdup(f->arena, str_text(&out));
	str_release(&out);
	return result;
}
