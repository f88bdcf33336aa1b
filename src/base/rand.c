/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random bytes and the few digests that tokens need, all by libsodium. */
#include "base/base.h"

#include "base/rand.h"

#include <sodium.h>

void
rand_start(void)
{
	if (sodium_init() < 0)
		abort();
}

void
rand_bytes(void *buf, size_t n)
{
	randombytes_buf(buf, n);
}

uint32_t
rand_below(uint32_t bound)
{
	return randombytes_uniform(bound);
}

void
rand_hex(char *hex, size_t n)
{
	unsigned char bytes[32];

	/* a call to the kernel for each piece, not for each byte */
	for (size_t done = 0, len; done < n; done += len) {
		len = MIN(n - done, sizeof(bytes));
		randombytes_buf(bytes, len);
		(void)sodium_bin2hex(hex + 2 * done, 2 * len + 1, bytes, len);
	}
	sodium_memzero(bytes, sizeof(bytes));
}

void
rand_password(char *buf, size_t len)
{
	static const char letters[] = "23456789abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ";

	for (size_t i = 0; i < len; i++)
		buf[i] = letters[randombytes_uniform(sizeof(letters) - 1)];
	buf[len] = '\0';
}

void
sha256_hex(const void *data, size_t n, char ret_hex[65])
{
	unsigned char digest[crypto_hash_sha256_BYTES];

	(void)crypto_hash_sha256(digest, data, n);
	(void)sodium_bin2hex(ret_hex, 65, digest, sizeof(digest));
}

/* Both texts are hashed first, so that neither their length nor where they differ shows in the time. */
bool
text_equal_ct(const char *a, const char *b)
{
	unsigned char da[crypto_hash_sha256_BYTES], db[crypto_hash_sha256_BYTES];

	(void)crypto_hash_sha256(da, (const unsigned char *)a, strlen(a));
	(void)crypto_hash_sha256(db, (const unsigned char *)b, strlen(b));
	return sodium_memcmp(da, db, sizeof(da)) == 0;
}

void
hmac_hex(const char *key, const char *message, char ret_hex[65])
{
	crypto_auth_hmacsha256_state state;
	unsigned char mac[crypto_auth_hmacsha256_BYTES];

	(void)crypto_auth_hmacsha256_init(&state, (const unsigned char *)key, strlen(key));
	(void)crypto_auth_hmacsha256_update(&state, (const unsigned char *)message, strlen(message));
	(void)crypto_auth_hmacsha256_final(&state, mac);
	(void)sodium_bin2hex(ret_hex, 65, mac, sizeof(mac));
	sodium_memzero(&state, sizeof(state));
}

void
mac_hex(const char *key, const char *message, char ret_hex[65])
{
	unsigned char mac[32];

	(void)crypto_generichash(mac, sizeof(mac), (const unsigned char *)message, strlen(message),
	    (const unsigned char *)key, MIN(strlen(key), (size_t)crypto_generichash_KEYBYTES_MAX));
	(void)sodium_bin2hex(ret_hex, 65, mac, sizeof(mac));
}
