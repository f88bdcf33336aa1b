/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sealing and opening secrets of second factors. Owns the formats of totp_seal.h. It must not know where the salt comes from or
 * where sealed values stand. The surprising thing: the key is stretched by nothing but a hash, because the salt is random and long
 * (conf/check.c refuses others); each use of it has a key of its own.
 */
#include "base/base.h"

#include "base/rand.h"
#include "base/totp_seal.h"

#include <sodium.h>

#define KIND_LEN 3 /* "v2:" */
#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG crypto_aead_xchacha20poly1305_ietf_ABYTES
#define BOX_MAX (NONCE + TAG + TOTP_SECRET_MAX)

_Static_assert(crypto_secretbox_NONCEBYTES == NONCE && crypto_secretbox_MACBYTES == TAG, "one shape");
_Static_assert(KIND_LEN + TOTP_KEY_ID_LEN + 1 +
	    sodium_base64_ENCODED_LEN(BOX_MAX, sodium_base64_VARIANT_ORIGINAL) <=
	TOTP_SEALED_MAX + 1,
    "fits");

static const char *const kinds[] = { [TOTP_KEPT] = "v2:", [TOTP_PENDING] = "p2:" };

/* ---- keys ---- */

/* SHA-256 of a label, a bar and the salt. */
static void
derive(const char *label, const char *salt, unsigned char ret[32])
{
	crypto_hash_sha256_state state;

	_Static_assert(crypto_hash_sha256_BYTES == 32, "a key's length");
	(void)crypto_hash_sha256_init(&state);
	(void)crypto_hash_sha256_update(&state, (const unsigned char *)label, strlen(label));
	(void)crypto_hash_sha256_update(&state, (const unsigned char *)"|", 1);
	(void)crypto_hash_sha256_update(&state, (const unsigned char *)salt, strlen(salt));
	(void)crypto_hash_sha256_final(&state, ret);
	sodium_memzero(&state, sizeof(state));
}

void
totp_key_make(struct totp_key *ret, const char *salt)
{
	unsigned char other[32];

	derive("vimbadmin-totp", salt, ret->fork);
	derive("vimbadmin-totp-v2", salt, ret->box);
	derive("vimbadmin-backup-v2", salt, other);
	(void)sodium_bin2hex(ret->backup, sizeof(ret->backup), other, sizeof(other));
	derive("vimbadmin-key-id", salt, other);
	(void)sodium_bin2hex(ret->id, sizeof(ret->id), other, TOTP_KEY_ID_LEN / 2);
	sodium_memzero(other, sizeof(other));
}

/* ---- sealing ---- */

/* What a value is bound to: its kind, its key, whose it is. */
static size_t
bound_to(const struct totp_key *key, enum totp_kind kind, int64_t admin_id, char ret[64])
{
	return (size_t)snprintf(ret, 64, "vimbadmin|%s%s|%lld", kinds[kind], key->id,
	    (long long)admin_id);
}

static void
encode(const unsigned char *box, size_t n, char *ret, size_t size)
{
	(void)sodium_bin2base64(ret, size, box, n, sodium_base64_VARIANT_ORIGINAL);
}

bool
totp_seal(const struct totp_key *key, enum totp_kind kind, int64_t admin_id, const char *secret,
    char ret[TOTP_SEALED_MAX + 1])
{
	unsigned char box[BOX_MAX];
	unsigned long long n = 0;
	char with[64];
	size_t with_len = bound_to(key, kind, admin_id, with);
	int head;

	if (!totp_secret_ok(secret))
		return false;
	rand_bytes(box, NONCE);
	(void)crypto_aead_xchacha20poly1305_ietf_encrypt(box + NONCE, &n, (const unsigned char *)secret,
	    strlen(secret), (const unsigned char *)with, with_len, NULL, box, key->box);
	head = snprintf(ret, TOTP_SEALED_MAX + 1, "%s%s:", kinds[kind], key->id);
	encode(box, NONCE + (size_t)n, ret + head, TOTP_SEALED_MAX + 1 - (size_t)head);
	return true;
}

bool
totp_seal_fork(const struct totp_key *key, const char *secret, char ret[TOTP_SEALED_MAX + 1])
{
	unsigned char box[BOX_MAX];

	if (!totp_secret_ok(secret))
		return false;
	rand_bytes(box, NONCE);
	(void)crypto_secretbox_easy(box + NONCE, (const unsigned char *)secret, strlen(secret), box,
	    key->fork);
	encode(box, NONCE + TAG + strlen(secret), ret, TOTP_SEALED_MAX + 1);
	return true;
}

/* ---- opening ---- */

/* The bytes of the rest of a sealed value; 0 when it is none of ours. */
static size_t
decode(const char *text, unsigned char box[BOX_MAX])
{
	size_t n = 0, len = strlen(text);
	const char *end = NULL;

	if (sodium_base642bin(box, BOX_MAX, text, len, NULL, &n, &end,
		sodium_base64_VARIANT_ORIGINAL) != 0 ||
	    end != text + len || n <= NONCE + TAG)
		return 0;
	return n;
}

static bool
open_own(const struct totp_key *key, enum totp_kind kind, int64_t admin_id, const char *sealed,
    unsigned char ret[TOTP_SECRET_MAX + 1])
{
	unsigned char box[BOX_MAX];
	const char *rest = sealed + KIND_LEN + TOTP_KEY_ID_LEN;
	char with[64];
	size_t with_len = bound_to(key, kind, admin_id, with), n;
	unsigned long long len = 0;

	if (strncmp(sealed + KIND_LEN, key->id, TOTP_KEY_ID_LEN) != 0 || *rest != ':' ||
	    (n = decode(rest + 1, box)) == 0 ||
	    crypto_aead_xchacha20poly1305_ietf_decrypt(ret, &len, NULL, box + NONCE, n - NONCE,
		(const unsigned char *)with, with_len, box, key->box) != 0)
		return false;
	ret[len] = '\0';
	return true;
}

static bool
open_fork(const struct totp_key *key, const char *sealed, unsigned char ret[TOTP_SECRET_MAX + 1])
{
	unsigned char box[BOX_MAX];
	size_t n = decode(sealed, box);

	if (n == 0 || crypto_secretbox_open_easy(ret, box + NONCE, n - NONCE, box, key->fork) != 0)
		return false;
	ret[n - NONCE - TAG] = '\0';
	return true;
}

enum totp_opened
totp_open(const struct totp_key *key, enum totp_kind kind, int64_t admin_id, const char *sealed,
    char ret[TOTP_SECRET_MAX + 1])
{
	unsigned char secret[TOTP_SECRET_MAX + 1];
	enum totp_opened how = TOTP_NOT_OPENED;

	if (!sealed || strnlen(sealed, TOTP_SEALED_MAX + 1) > TOTP_SEALED_MAX)
		return TOTP_NOT_OPENED;
	if (strncmp(sealed, kinds[kind], KIND_LEN) == 0)
		how = strlen(sealed) > KIND_LEN + TOTP_KEY_ID_LEN &&
			open_own(key, kind, admin_id, sealed, secret)
		    ? TOTP_OPENED_OWN
		    : TOTP_NOT_OPENED;
	else if (kind == TOTP_KEPT && open_fork(key, sealed, secret))
		how = TOTP_OPENED_FORK;
	if (how != TOTP_NOT_OPENED && !totp_secret_ok((const char *)secret))
		how = TOTP_NOT_OPENED;
	if (how != TOTP_NOT_OPENED)
		memcpy(ret, secret, strlen((const char *)secret) + 1);
	sodium_memzero(secret, sizeof(secret));
	return how;
}

/* ---- backup codes ---- */

void
backup_stored(const struct totp_key *key, int64_t admin_id, const char *code,
    char ret[BACKUP_STORED_LEN + 1])
{
	char message[64], mac[65];

	(void)snprintf(message, sizeof(message), "%lld|%.*s", (long long)admin_id, BACKUP_LEN, code);
	hmac_hex(key->backup, message, mac);
	(void)snprintf(ret, BACKUP_STORED_LEN + 1, "b2:%s:%s", key->id, mac);
	sodium_memzero(message, sizeof(message));
}
