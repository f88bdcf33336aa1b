/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UTF-8: strict decoding (RFC 3629: no overlong forms, surrogates, nor above U+10FFFF). */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/base.h"

/* Length in bytes of the valid sequence at p (1..4), 0 if there is none within n bytes; code point to *ret_cp if not NULL. */
size_t utf8_next(const char *p, size_t n, uint32_t *ret_cp);
bool utf8_valid(const char *p, size_t n);
/* How many bytes of the text to show where max is the most: no character is cut in two. */
size_t utf8_cut(const char *text, size_t max);
/* C0, DEL, C1, U+2028, U+2029: what a one-line text must not hold. */
bool utf8_is_control(uint32_t cp);
/* Marks that turn the direction of what follows: harmless in a page, but not in a line of a terminal or a log. */
bool utf8_is_turn(uint32_t cp);

#endif
