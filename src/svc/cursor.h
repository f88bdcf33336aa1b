/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cursors of lists: a row's place in its sorting as opaque text. Private to svc/paging.c. */
#ifndef SVC_CURSOR_H
#define SVC_CURSOR_H

#include "base/base.h"
#include "base/field.h"
#include "base/op.h"

struct cursor {
	const char *sort; /* field the list is sorted by */
	bool desc;
	const char *key; /* the row's value in that field; numbers and times in decimal */
	int64_t id;      /* decides between equal keys */
};

/* Text for a URL value; list: name of the list it belongs to. */
const char *cursor_make(struct op *op, const char *list, const struct cursor *c);
/* False unless it is a cursor made for that list by an installation with the same securitysalt. */
bool cursor_read(struct op *op, const char *list, const char *text, struct cursor *ret);

#endif
