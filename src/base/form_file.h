/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * multipart/form-data (RFC 7578) to a list of pairs and at most one file: the way in which browsers send files. Only what browsers write is read; a
 * body that two readers could cut differently is refused. It is fuzzed.
 *
 * Debian has no library in C that reads one out of memory: that of libmicrohttpd belongs to its connections, gmime is made for mail and mends what
 * is wrong.
 */
#ifndef BASE_FORM_FILE_H
#define BASE_FORM_FILE_H

#include "base/base.h"
#include "base/form.h"

#define FORM_BOUNDARY_MAX 70

struct form_file {
	const char *field; /* NULL: none was sent */
	const char *name; /* as the other end calls it: UTF-8 without control characters, no path to trust */
	const char *data; /* len bytes as they came, inside the body */
	size_t len;
};

/*
 * The boundary out of a Content-Type, as it stands between parts: false unless the type is multipart/form-data with that one parameter.
 */
bool form_boundary(const char *content_type, char ret[FORM_BOUNDARY_MAX + 1]);
/*
 * The parts. Fields are text in UTF-8 without NUL, copied to the arena; of the file only where it is, no byte is looked at. A box for a file that
 * was left empty is no part. RC_MALFORMED with a fault for all else, a second file and more than FORM_PAIRS_MAX fields among it.
 */
NODISCARD enum rc form_parse_multipart(const char *data, size_t len, const char *boundary,
    struct arena *arena, struct pairs *ret, struct form_file *ret_file, struct errs *errs);

#endif
