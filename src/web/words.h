/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the script says, in each language: a file a browser keeps for a year, so that no page has to hold it. */
#ifndef WEB_WORDS_H
#define WEB_WORDS_H

#include "base/base.h"

#define WORDS_LANGS_MAX 16

struct arena;
struct lang;

struct words {
	struct words_file {
		const struct lang *lang;
		const char *name; /* "de.1a2b3c4d5e.js": by its content */
		const char *text;
		size_t len;
	} files[WORDS_LANGS_MAX];
	size_t n;
};

/* mount: what stands before each path. */
void words_load(struct words *words, const char *mount, struct arena *arena);
/* Name of the file in that language. */
const char *words_name(const struct words *words, const struct lang *lang);

#endif
