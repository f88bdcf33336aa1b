/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reader of application.ini, the configuration of the PHP program, by the rules of PHP's own INI scanner (normal mode) and of that program's
 * sections: keys before any section are the base, [name : parent] is merged over its parents. Values come out as PHP would see them, above all
 * the securitysalt, on which the second factors hang.
 */
#ifndef CONF_PHPINI_H
#define CONF_PHPINI_H

#include "base/base.h"
#include "base/rc.h"

struct arena;

struct phpini_entry {
	const char *key; /* "a.b.c"; an element of a list is "a.b[0]", one with a name "a.b[name]" */
	const char *value;
	const char *section; /* it stood in; "" = before any */
	int line;
};

struct phpini {
	struct phpini_entry *at; /* merged, in the order of their first appearance */
	size_t n;
};

struct phpini_source {
	const char *name; /* of the file, for messages */
	const char *text;
	size_t len;
	const char *section; /* NULL or "": the base alone; a section that is not there is fine */
	const char *application_path; /* what the constant APPLICATION_PATH stands for */
};

/*
 * RC_OK, or RC_CONFIG with file, line and what is wrong, where PHP itself could not read it either (or a parent is unknown, or in a circle).
 * The result lives in the arena. ${NAME} is looked up in the environment.
 */
NODISCARD enum rc phpini_read(const struct phpini_source *src, struct arena *arena,
    struct phpini *ret, struct errs *errs);

/* The value of a key, NULL when there is none. */
const char *phpini_get(const struct phpini *ini, const char *key);
/* Element i of a list, NULL past its end. */
const char *phpini_item(const struct phpini *ini, const char *key, size_t i);
/* As PHP's own test for truth: "" and "0" are false. No such key: otherwise. */
bool phpini_true(const struct phpini *ini, const char *key, bool otherwise);

#endif
