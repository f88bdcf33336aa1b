/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sealed boxes as text. The pair of keys is made anew each time out of secret and name, so that there is nothing to keep but the secret. */
#include "base/base.h"

#include "base/rand.h"
#include "base/sealbox.h"

#include <sodium.h>

#define VARIANT sodium_base64_VARIANT_ORIGINAL_NO_PADDING

struct pair_of_keys {
	unsigned char public[crypto_box_PUBLICKEYBYTES];
	unsigned char secret[crypto_box_SECRETKEYBYTES];
};

static void
make_keys(const char *secret, const char *name, struct pair_of_keys *ret)
{
	unsigned char seed[crypto_box_SEEDBYTES];
	char hex[65];

	hmac_hex(secret, name, hex);
	(void)sodium_hex2bin(seed, sizeof(seed), hex, 64, NULL, NULL, NULL);
	(void)crypto_box_seed_keypair(ret->public, ret->secret, seed);
	sodium_memzero(seed, sizeof(seed));
	sodium_memzero(hex, sizeof(hex));
}

void
sealbox_key(const char *secret, const char *name, char ret[SEALBOX_KEY_MAX])
{
	struct pair_of_keys keys;

	make_keys(secret, name, &keys);
	sodium_bin2base64(ret, SEALBOX_KEY_MAX, keys.public, sizeof(keys.public), VARIANT);
	sodium_memzero(&keys, sizeof(keys));
}

bool
sealbox_seal(const char *key, const char *text, size_t len, struct str *out)
{
	unsigned char public[crypto_box_PUBLICKEYBYTES];
	size_t n = 0, sealed_len = len + crypto_box_SEALBYTES;
	size_t text_len = sodium_base64_encoded_len(sealed_len, VARIANT);
	unsigned char *sealed;
	char *as_text;
	bool ok = sodium_base642bin(public, sizeof(public), key, strlen(key), NULL, &n, NULL,
		      VARIANT) == 0 &&
	    n == sizeof(public);

	if (!ok)
		return false;
	sealed = malloc(sealed_len);
	as_text = malloc(text_len);
	if (!sealed || !as_text)
		abort();
	ok = crypto_box_seal(sealed, (const unsigned char *)text, len, public) == 0;
	if (ok)
		str_add(out, sodium_bin2base64(as_text, text_len, sealed, sealed_len, VARIANT));
	free(sealed);
	free(as_text);
	return ok && !out->failed;
}

bool
sealbox_open(const char *secret, const char *name, const char *sealed, struct str *out)
{
	struct pair_of_keys keys;
	size_t len = strlen(sealed), n = 0;
	unsigned char *box = malloc(len + 1), *text = malloc(len + 1);
	bool ok;

	if (!box || !text)
		abort();
	make_keys(secret, name, &keys);
	ok = sodium_base642bin(box, len + 1, sealed, len, NULL, &n, NULL, VARIANT) == 0 &&
	    n >= crypto_box_SEALBYTES &&
	    crypto_box_seal_open(text, box, n, keys.public, keys.secret) == 0;
	if (ok)
		str_addn(out, (const char *)text, n - crypto_box_SEALBYTES);
	sodium_memzero(&keys, sizeof(keys));
	sodium_memzero(text, len + 1);
	free(box);
	free(text);
	return ok && !out->failed;
}
