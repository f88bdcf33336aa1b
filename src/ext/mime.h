/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The text of a mail message (RFC 5322, RFC 2045 to 2047): header values and bodies. No text of anybody's can end a header: what holds a line break,
 * a NUL or another control character is refused, and all that is not plain ASCII goes in as encoded words.
 */
#ifndef EXT_MIME_H
#define EXT_MIME_H

#include "base/base.h"

struct str;

#define MIME_TEXT_MAX 500 /* bytes of a subject or name */

/* NULL when the text may stand in a header, else what is wrong with it. len: its bytes, to see a NUL inside. */
const char *mime_refuse(const char *text, size_t len);
/* The text as a header's value, in encoded words where it has to be; `used`: columns taken on the line so far. */
void mime_add_text(struct str *out, const char *text, size_t used);
/* Name <address>, or the address alone. */
void mime_add_mailbox(struct str *out, const char *name, const char *address, size_t used);
/* A body in quoted-printable: ASCII lines of at most 76 columns that end in CR LF, none of which begins with a dot. LF ends a line of the text. */
void mime_add_quoted(struct str *out, const char *text);
/* "Mon, 23 Nov 2026 10:15:00 +0000" */
void mime_add_date(struct str *out, int64_t t);

#endif
