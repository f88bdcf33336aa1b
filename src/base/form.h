/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Outside input to a list of pairs: application/x-www-form-urlencoded (also query strings) and flat JSON objects. What they
 * give goes into field_parse(). Both are fuzzed.
 */
#ifndef BASE_FORM_H
#define BASE_FORM_H

#include "base/base.h"
#include "base/field.h"

#define FORM_PAIRS_MAX 200

struct pairs {
	struct pair *at;
	size_t n;
};

/* Strict: bad %XX, invalid UTF-8, NUL, `;` as separator, more than FORM_PAIRS_MAX pairs -> RC_MALFORMED with a fault. */
NODISCARD enum rc form_parse(const char *data, size_t len, struct arena *arena, struct pairs *ret,
    struct errs *errs);
/*
 * Once, before there are other threads and before a cage: the JSON library makes the secret of its hash tables at its first use, from a file, and lets
 * a second thread that comes at that moment wait by a call that no cage allows.
 */
void form_prepare(void);
/* Arrays and objects in one another deeper than max? Looked at without a parser: the library would recurse before anybody could. */
bool form_json_too_deep(const char *data, size_t len, int max);
/*
 * One JSON object (jansson, JSON_REJECT_DUPLICATES, depth at most 4); arrays of strings become one PAIR_TEXT joined by LF; nested objects
 * and numbers with fraction or exponent are refused. Numbers keep their text.
 */
NODISCARD enum rc form_parse_json(const char *data, size_t len, struct arena *arena,
    struct pairs *ret, struct errs *errs);

#endif
