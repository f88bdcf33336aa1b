/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Does a password match what is stored? Knows every form that the PHP programs, Dovecot and crypt(3) have left in such columns
 * (spec: Dovecot "Password schemes"). A {SCHEME} in front decides; a bare value is told by its look, and what looks like nothing
 * known never matches.
 *
 * The surprising thing: a stored hash names its own cost, so a row could ask for days of work. Costs are capped before any work is done.
 */
#include "base/base.h"

#include "base/pwhash.h"

#include <crypt.h>
#include <ctype.h>
#include <sodium.h>
#include <strings.h>

#define BCRYPT_COST_MAX 15
#define SHA_ROUNDS_MAX 1000000
#define ARGON_PASSES_MAX 10
#define ARGON_KIB_MAX (256 * 1024)

typedef bool (*verify)(const char *hash, const char *password);

/* Constant time for texts of one length; lengths of hashes are no secret. */
static bool
equal(const char *a, const char *b)
{
	size_t n = strlen(a);

	return n == strlen(b) && n > 0 && sodium_memcmp(a, b, n) == 0;
}

static long
number_after(const char *text, const char *mark)
{
	const char *p = strstr(text, mark);

	return p ? strtol(p + strlen(mark), NULL, 10) : -1;
}

static bool
argon_allowed(const char *hash)
{
	long memory = number_after(hash, "$m="), passes = number_after(hash, ",t=");

	return memory > 0 && memory <= ARGON_KIB_MAX && passes > 0 && passes <= ARGON_PASSES_MAX;
}

static bool
verify_argon(const char *hash, const char *password)
{
	return argon_allowed(hash) && strlen(hash) < crypto_pwhash_STRBYTES &&
	    crypto_pwhash_str_verify(hash, password, strlen(password)) == 0;
}

/* May crypt be asked to work with this setting? */
static bool
crypt_allowed(const char *hash)
{
	if (strncmp(hash, "$2", 2) == 0)
		return strlen(hash) == 60 && isdigit((unsigned char)hash[4]) &&
		    isdigit((unsigned char)hash[5]) &&
		    (hash[4] - '0') * 10 + hash[5] - '0' <= BCRYPT_COST_MAX;
	if (strncmp(hash, "$5$", 3) == 0 || strncmp(hash, "$6$", 3) == 0)
		return strncmp(hash + 3, "rounds=", 7) != 0 ||
		    number_after(hash, "rounds=") <= SHA_ROUNDS_MAX;
	if (strncmp(hash, "$1$", 3) == 0)
		return true;
	/* yescrypt: N is the second character of the parameters, `j` to `m` are what systems write */
	if (strncmp(hash, "$y$j", 4) == 0)
		return hash[4] && strchr("56789ABCD", hash[4]);
	/* traditional DES: thirteen characters of its alphabet */
	return strlen(hash) == 13 &&
	    strspn(hash, "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == 13;
}

static bool
verify_crypt(const char *hash, const char *password)
{
	struct crypt_data *data;
	const char *again;
	bool ok;

	if (!crypt_allowed(hash) || !(data = calloc(1, sizeof(*data))))
		return false;
	again = crypt_r(password, hash, data);
	ok = again && again[0] != '*' && equal(again, hash);
	sodium_memzero(data, sizeof(*data));
	free(data);
	return ok;
}

static bool
verify_plain(const char *hash, const char *password)
{
	return equal(hash, password);
}

/* What a digest scheme stores: digest, and salt behind it in the salted ones; base64 or, where it looks so, hex. */
static size_t
decode_digest(const char *text, size_t digest, unsigned char *out, size_t max)
{
	size_t n = 0;

	if (strlen(text) == digest * 2 &&
	    sodium_hex2bin(out, max, text, strlen(text), NULL, &n, NULL) == 0 && n == digest)
		return n;
	if (sodium_base642bin(out, max, text, strlen(text), NULL, &n, NULL,
		sodium_base64_VARIANT_ORIGINAL) != 0)
		return 0;
	return n;
}

static bool
verify_sha256(const char *hash, const char *password)
{
	unsigned char stored[PW_HASH_MAX], digest[crypto_hash_sha256_BYTES];
	size_t n = decode_digest(hash, sizeof(digest), stored, sizeof(stored));
	crypto_hash_sha256_state state;

	if (n < sizeof(digest))
		return false;
	(void)crypto_hash_sha256_init(&state);
	(void)crypto_hash_sha256_update(&state, (const unsigned char *)password, strlen(password));
	(void)crypto_hash_sha256_update(&state, stored + sizeof(digest), n - sizeof(digest));
	(void)crypto_hash_sha256_final(&state, digest);
	return sodium_memcmp(stored, digest, sizeof(digest)) == 0;
}

static bool
verify_sha512(const char *hash, const char *password)
{
	unsigned char stored[PW_HASH_MAX], digest[crypto_hash_sha512_BYTES];
	size_t n = decode_digest(hash, sizeof(digest), stored, sizeof(stored));
	crypto_hash_sha512_state state;

	if (n < sizeof(digest))
		return false;
	(void)crypto_hash_sha512_init(&state);
	(void)crypto_hash_sha512_update(&state, (const unsigned char *)password, strlen(password));
	(void)crypto_hash_sha512_update(&state, stored + sizeof(digest), n - sizeof(digest));
	(void)crypto_hash_sha512_final(&state, digest);
	return sodium_memcmp(stored, digest, sizeof(digest)) == 0;
}

static const struct {
	const char *name;
	verify verify;
} schemes[] = {
	{ "BLF-CRYPT", verify_crypt },
	{ "SHA512-CRYPT", verify_crypt },
	{ "SHA256-CRYPT", verify_crypt },
	{ "MD5-CRYPT", verify_crypt },
	{ "DES-CRYPT", verify_crypt },
	{ "CRYPT", verify_crypt },
	{ "ARGON2ID", verify_argon },
	{ "ARGON2I", verify_argon },
	{ "PLAIN", verify_plain },
	{ "CLEARTEXT", verify_plain },
	{ "CLEAR", verify_plain },
	{ "SHA256", verify_sha256 },
	{ "SSHA256", verify_sha256 },
	{ "SHA512", verify_sha512 },
	{ "SSHA512", verify_sha512 },
};

/* The scheme named in {NAME} or {NAME.ENCODING}; NULL when there is none such. */
static verify
scheme_named(const char *name, size_t len)
{
	const char *dot = memchr(name, '.', len);
	size_t n = dot ? (size_t)(dot - name) : len;

	for (size_t i = 0; i < ARRAY_LEN(schemes); i++)
		if (strlen(schemes[i].name) == n && strncasecmp(schemes[i].name, name, n) == 0)
			return schemes[i].verify;
	return NULL;
}

bool
pw_verify(const char *stored, const char *password)
{
	const char *end;
	verify by;

	if (!stored || strlen(password) > PW_MAX_BYTES)
		return false;
	if (*stored != '{')
		return strncmp(stored, "$argon2", 7) == 0 ? verify_argon(stored, password)
							  : verify_crypt(stored, password);
	if (!(end = strchr(stored, '}')) ||
	    !(by = scheme_named(stored + 1, (size_t)(end - stored - 1))) || !end[1])
		return false;
	return by(end + 1, password);
}
