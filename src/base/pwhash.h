/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Password hashes in the forms of Dovecot and of crypt(3). New ones carry their {SCHEME} prefix (mailboxes) or not
 * (administrators; formats: shared schema notes, docs/architecture.md). Verifying caps the cost a stored hash may ask for,
 * compares in constant time, and never matches an empty, `*` or `!` value.
 */
#ifndef BASE_PWHASH_H
#define BASE_PWHASH_H

#include "base/base.h"

enum pw_scheme {
	PW_BLF_CRYPT,    /* bcrypt $2y$; at most 72 bytes of password, longer ones are refused */
	PW_SHA512_CRYPT, /* $6$ */
	PW_SHA256_CRYPT, /* $5$ */
	PW_ARGON2ID,     /* $argon2id$, libsodium */
	PW__MAX
};

#define PW_MAX_BYTES 1024 /* longest password accepted by any scheme */
#define PW_HASH_MAX 255   /* longest stored value: the column's width */

/* Names as Dovecot spells them, any case; "dovecot:" in front is allowed (the fork's key). false if unknown. */
bool pw_scheme_parse(const char *name, enum pw_scheme *ret);
const char *pw_scheme_name(enum pw_scheme s);

/* N_() sentence why this password cannot be used with the scheme, or NULL (too long, holds NUL or control). */
const char *pw_refuse(enum pw_scheme s, const char *password);
/*
 * Hashes. cost: bcrypt cost 4..31, SHA-crypt rounds 1000.., Argon2id passes; 0 = default (12, 5000, 3 at 64 MiB).
 * prefix: write "{SCHEME}" in front. false when crypt fails or the password is refused.
 */
NODISCARD bool pw_hash(enum pw_scheme s, int cost, const char *password, bool prefix,
    char ret[PW_HASH_MAX + 1]);
/* Does the password match the stored value? Takes as long as the stored cost says, up to the cap. */
NODISCARD bool pw_verify(const char *stored, const char *password);
/* What only the configuration of the PHP program tells about the values it stored; both may be 0. */
struct pw_old {
	const char *salt; /* of its salted MD5 and SHA-1, the same for all */
	bool plain; /* it stored passwords as they are: what looks like no hash is compared with them */
};
/* The same, also where the stored value can only be understood with that. */
NODISCARD bool pw_verify_old(const char *stored, const char *password, const struct pw_old *old);
/* The same work as a verify of a stored hash of scheme s, answering false: for names that do not exist. */
void pw_dummy(enum pw_scheme s, int cost, const char *password);
/* Is the stored hash weaker than, or of another kind than, what pw_hash(s, cost) would write? */
bool pw_outdated(const char *stored, enum pw_scheme s, int cost);

enum pw_state {
	PW_FINE,
	PW_WEAK, /* verifies, but is quickly guessed: MD5, DES, digests of one round, clear text, low cost */
	PW_LOCKED,     /* lets nobody in: empty, "*", "!" */
	PW_UNREADABLE, /* of a kind, or at a cost, that pw_verify() does not take */
};
#define PW_NAME_MAX 32
/* What a stored value is, without a password. ret_name: its scheme, "none", or "unknown". */
enum pw_state pw_examine(const char *stored, char ret_name[PW_NAME_MAX]);

#endif
