/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The files that make Postfix and Dovecot read the panel's database. Facts about their lookups: Postfix sqlite_table(5), Dovecot 2.3's
 * "SQL authentication" pages. Private to cli.
 */
#ifndef CLI_MAILCONF_H
#define CLI_MAILCONF_H

#include "base/base.h"
#include "conf/conf.h"

struct arena;

/* One file: its name below the target folder, what it is for, and its text. */
struct mailconf_file {
	const char *name;
	const char *text; /* in the arena */
};

/* All files for the engine of conf->database; dir is where they will stand (they name one another). */
size_t mailconf_postfix(const struct conf *conf, const char *dir, struct arena *arena,
    const struct mailconf_file **ret);
size_t mailconf_dovecot(const struct conf *conf, const char *dir, struct arena *arena,
    const struct mailconf_file **ret);

#endif
