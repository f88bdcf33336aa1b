/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How secrets of second factors are kept: sealed under keys made of `securitysalt`. Only the keeper and the command line have
 * those keys.
 *
 *     base64(nonce, secretbox)            the PHP program's: XSalsa20-Poly1305, for whomever it stands
 *     v2:KEYID:base64(nonce, box)         ours: XChaCha20-Poly1305, bound to the administrator's id and to the key
 *     p2:KEYID:base64(nonce, box)         the same, of a secret that no code has confirmed yet: it may still be shown
 *
 * A row moved to another administrator, or from one kind to the other, does not open.
 */
#ifndef BASE_TOTP_SEAL_H
#define BASE_TOTP_SEAL_H

#include "base/base.h"
#include "base/totp.h"

#define TOTP_SEALED_MAX 191
#define TOTP_KEY_ID_LEN 8

struct totp_key {
	unsigned char fork[32], box[32];
	char backup[65];
	char id[TOTP_KEY_ID_LEN + 1]; /* tells keys apart, says nothing about them */
};

/* The keys made of a salt; sodium_memzero() it afterwards. */
void totp_key_make(struct totp_key *ret, const char *salt);

enum totp_kind { TOTP_KEPT, TOTP_PENDING };
enum totp_opened {
	TOTP_NOT_OPENED, /* of another key, another administrator, or broken */
	TOTP_OPENED_FORK,
	TOTP_OPENED_OWN,
};

/* False when the secret is none. */
NODISCARD bool totp_seal(const struct totp_key *key, enum totp_kind kind, int64_t admin_id,
    const char *secret, char ret[TOTP_SEALED_MAX + 1]);
/* As the PHP program would; for tests and for the way back. */
NODISCARD bool totp_seal_fork(const struct totp_key *key, const char *secret,
    char ret[TOTP_SEALED_MAX + 1]);
/* Opens ours, and TOTP_KEPT also the PHP program's. What comes out is a secret (totp_secret_ok). */
NODISCARD enum totp_opened totp_open(const struct totp_key *key, enum totp_kind kind,
    int64_t admin_id, const char *sealed, char ret[TOTP_SECRET_MAX + 1]);

/* How a backup code is kept: "b2:KEYID:" and an HMAC-SHA-256 over administrator and code. */
#define BACKUP_STORED_LEN (3 + TOTP_KEY_ID_LEN + 1 + 64)
void backup_stored(const struct totp_key *key, int64_t admin_id, const char *code,
    char ret[BACKUP_STORED_LEN + 1]);

#endif
