/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the two halves of the INI reader share: lines (phpini.c) and values (phpini_value.c).
 */
#ifndef CONF_PHPINI_INT_H
#define CONF_PHPINI_INT_H

#include "base/base.h"
#include "conf/phpini.h"

struct phpini_scan {
	const struct phpini_source *src;
	const char *p; /* NUL-terminated */
	int line;
	const char *section;
	struct phpini all;      /* every entry of every section, as they came */
	struct phpini sections; /* key: name, value: parent or NULL */
	struct arena *arena;
	struct errs *errs;
	enum rc rc;
};

/* Keeps the first fault of the file; gives RC_CONFIG. */
enum rc phpini_fault(struct phpini_scan *s, const char *what);
/* Moves past a ; comment, to the end of the line. */
void phpini_comment(struct phpini_scan *s);
/* The value at p, up to the end of its last line; in the arena. After a fault: "". */
const char *phpini_value(struct phpini_scan *s);

#endif
