/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a fault says, kept so that it can be said in another language later: its text as the code has it, which is its key in the catalogues, and behind
 * it a line for each thing that stood in its places. A text without places is itself.
 */
#ifndef BASE_MESSAGE_H
#define BASE_MESSAGE_H

#include "base/base.h"

#include <stdarg.h>

struct arena;
struct lang;

/* NULL when the format has other places than %s and whole numbers. "%s" alone is the text that is shown there. */
const char *message_keep(struct arena *arena, const char *fmt, va_list ap) PRINTFLIKE(2, 0);
/* In that language; a text that is no such message comes back as it is, or translated. NULL gives NULL. */
const char *message_say(struct arena *arena, const struct lang *lang, const char *kept);

#endif
