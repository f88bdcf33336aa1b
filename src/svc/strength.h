/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How hard a password is to guess, by zxcvbn: dictionaries, dates, rows of keys. It asks nobody and stores nothing. */
#ifndef SVC_STRENGTH_H
#define SVC_STRENGTH_H

#include "base/base.h"

#define STRENGTH_MAX 4

/* 0 (at once) to 4 (not by anybody); words: of its owner, such as the address, or NULL. */
int strength_of(const char *password, const char **words);
/* Is it among the first that anybody would try, such as 12345678, password1 or one of the words with a year behind it? */
bool strength_is_common(const char *password, const char **words);
/* N_() text for people. */
const char *strength_text(int strength);

#endif
