/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * PHP's serialize() format, the part of it that holds data: null, booleans, integers, floats, strings, arrays. Old archives (the columns archive.data
 * of upstream, directory_entry.jpegPhoto) are written in it. Objects, references and everything else that could make a program do something are refused.
 */
#ifndef BASE_PHPSER_H
#define BASE_PHPSER_H

#include "base/base.h"
#include "base/rc.h"

struct str;

#define PHPSER_DEPTH_MAX 16
#define PHPSER_ITEMS_MAX 20000

/*
 * Writes the value that `text` holds to out, as JSON: arrays become objects with their keys as texts, strings that are not UTF-8 lose the bytes
 * that are not (U+FFFD). RC_OK; RC_INVALID with a fault, out unchanged, when it is anything else, goes on after its end, or is over a limit.
 */
NODISCARD enum rc phpser_to_json(const char *text, size_t len, struct str *out, struct errs *errs);

#endif
