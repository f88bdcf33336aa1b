/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder with a configuration to be written and loaded, for tests of src/conf. */
#ifndef TESTS_CONF_FIXTURE_H
#define TESTS_CONF_FIXTURE_H

#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/str.h"
#include "conf/conf_int.h"

#define SALT "9b1f4c7e20d86a35b7e4f1029c8d5a63"

struct fixture {
	struct arena *arena;
	struct errs errs;
	struct conf *conf;
	char dir[32];
	char path[64];
};

int conf_setup(void **state);
int conf_teardown(void **state);
void conf_put(const char *path, const char *text, mode_t mode);
/* Loads the text as a file; the faults as lines without the file's name. */
const char *conf_faults(struct fixture *f, const char *text, const struct conf_set *set, size_t n);

#endif
