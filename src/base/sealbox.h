/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text that one process seals and only the holder of a secret can open (libsodium's sealed boxes): who seals cannot open it again, and neither
 * can who gets hold of where it is kept.
 */
#ifndef BASE_SEALBOX_H
#define BASE_SEALBOX_H

#include "base/base.h"
#include "base/str.h"

#define SEALBOX_KEY_MAX 45 /* a public key as text, with its NUL */

/* The public key that belongs to a secret of 64 hex digits and a name: each name has a pair of its own. */
void sealbox_key(const char *secret, const char *name, char ret[SEALBOX_KEY_MAX]);
/* Appends text sealed, in base64; false when the key is none. */
NODISCARD bool sealbox_seal(const char *key, const char *text, size_t len, struct str *out);
/* Appends what was sealed for the key of that secret and name; false when it was not, or is not whole. */
NODISCARD bool sealbox_open(const char *secret, const char *name, const char *sealed, struct str *out);

#endif
