/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sentences of the trail for people. */
#ifndef WEB_TRAIL_H
#define WEB_TRAIL_H

#include "model/audit.h"

struct call;

/* Puts the sentences and kinds into the language of who looks, where they are of a kind that is known; they are stored in English. */
void trail_translate(struct call *c, struct audit *rows, size_t n);
/* Who did it: whoever was not signed in has no name. */
const char *trail_actor(const struct call *c, const struct audit *a);
/* The kind of an object, such as mailbox. */
const char *trail_kind(const struct call *c, const char *type);

#endif
