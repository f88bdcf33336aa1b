/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * application.ini of the PHP program as a configuration of ours: the same settings under our keys, and every line that means nothing here as a
 * comment that says why.
 */
#ifndef CONF_CONVERT_H
#define CONF_CONVERT_H

#include "base/base.h"
#include "base/rc.h"

struct arena;
struct phpini;
struct str;

/* How the comment on a setting begins that is left out though it may have been meant: its value does not fit, or nobody knows it. */
#define CONVERT_UNFIT "not taken over: "
#define CONVERT_UNKNOWN "no such setting in this version"

/* Writes vimbadmin.conf for what the file says; conf_parse() reads it back. Holds the secrets of the original. */
void conf_convert(const struct phpini *ini, struct arena *arena, struct str *out);
/* The address of the database the PHP program used, in the arena; "" when the file names none. */
const char *conf_convert_database(const struct phpini *ini, struct arena *arena);

/* Reads an application.ini (its section: the environment variable APPLICATION_ENV, else production). RC_CONFIG with the fault. */
NODISCARD enum rc conf_read_phpini(const char *path, struct arena *arena, struct phpini *ret,
    struct errs *errs);

#endif
