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
#include <nettle/md5.h>
#include <nettle/sha1.h>
#include <sodium.h>
#include <strings.h>

#define BCRYPT_COST_MAX 15
#define SHA_ROUNDS_MAX 1000000
#define ARGON_PASSES_MAX 10
#define ARGON_KIB_MAX (256 * 1024)
/* The fork gives it to rows it makes for itself; it opens for whoever has read its source. */
#define ORPHAN "{PLAIN}!orphan-backup-no-login!"

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

/* ---- digests: nothing that should be made any more, but rows that hold one still let their owners in ---- */

struct digest {
	size_t len;
	void (*run)(const char *password, const unsigned char *salt, size_t salt_len,
	    unsigned char *ret);
};

#define DIGEST_LEN_MAX crypto_hash_sha512_BYTES

static void
run_md5(const char *password, const unsigned char *salt, size_t salt_len, unsigned char *ret)
{
	struct md5_ctx c;

	md5_init(&c);
	md5_update(&c, strlen(password), (const uint8_t *)password);
	md5_update(&c, salt_len, salt);
	md5_digest(&c, MD5_DIGEST_SIZE, ret);
}

static void
run_sha1(const char *password, const unsigned char *salt, size_t salt_len, unsigned char *ret)
{
	struct sha1_ctx c;

	sha1_init(&c);
	sha1_update(&c, strlen(password), (const uint8_t *)password);
	sha1_update(&c, salt_len, salt);
	sha1_digest(&c, SHA1_DIGEST_SIZE, ret);
}

static void
run_sha256(const char *password, const unsigned char *salt, size_t salt_len, unsigned char *ret)
{
	crypto_hash_sha256_state c;

	(void)crypto_hash_sha256_init(&c);
	(void)crypto_hash_sha256_update(&c, (const unsigned char *)password, strlen(password));
	(void)crypto_hash_sha256_update(&c, salt, salt_len);
	(void)crypto_hash_sha256_final(&c, ret);
}

static void
run_sha512(const char *password, const unsigned char *salt, size_t salt_len, unsigned char *ret)
{
	crypto_hash_sha512_state c;

	(void)crypto_hash_sha512_init(&c);
	(void)crypto_hash_sha512_update(&c, (const unsigned char *)password, strlen(password));
	(void)crypto_hash_sha512_update(&c, salt, salt_len);
	(void)crypto_hash_sha512_final(&c, ret);
}

static const struct digest md5 = { MD5_DIGEST_SIZE, run_md5 };
static const struct digest sha1 = { SHA1_DIGEST_SIZE, run_sha1 };
static const struct digest sha256 = { crypto_hash_sha256_BYTES, run_sha256 };
static const struct digest sha512 = { crypto_hash_sha512_BYTES, run_sha512 };

/* What is stored: digest, and salt behind it in the salted ones; base64 or, where it looks so, hex. Its length, 0 if it is neither. */
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
verify_digest(const struct digest *d, const char *hash, const char *password)
{
	unsigned char stored[PW_HASH_MAX], again[DIGEST_LEN_MAX];
	size_t n = decode_digest(hash, d->len, stored, sizeof(stored));

	if (n < d->len)
		return false;
	d->run(password, stored + d->len, n - d->len, again);
	return sodium_memcmp(stored, again, d->len) == 0;
}

/* The state of MD5 after one block, the key XORed with a byte: what CRAM-MD5 keeps in place of the password. */
static void
cram_half(const unsigned char key[MD5_BLOCK_SIZE], unsigned char pad, unsigned char *ret)
{
	unsigned char block[MD5_BLOCK_SIZE];
	struct md5_ctx c;

	for (size_t i = 0; i < sizeof(block); i++)
		block[i] = key[i] ^ pad;
	md5_init(&c);
	md5_update(&c, sizeof(block), block);
	for (size_t i = 0; i < MD5_DIGEST_SIZE; i++)
		ret[i] = (unsigned char)(c.state[i / 4] >> (8 * (i % 4)));
}

/* RFC 2195, as Dovecot stores it: outer state, inner state, in hex. */
static bool
verify_cram(const char *hash, const char *password)
{
	unsigned char key[MD5_BLOCK_SIZE] = { 0 }, stored[2 * MD5_DIGEST_SIZE],
		      again[2 * MD5_DIGEST_SIZE];
	size_t n = 0;

	if (strlen(hash) != 2 * sizeof(stored) ||
	    sodium_hex2bin(stored, sizeof(stored), hash, strlen(hash), NULL, &n, NULL) != 0 ||
	    n != sizeof(stored))
		return false;
	if (strlen(password) > sizeof(key))
		run_md5(password, NULL, 0, key);
	else
		for (size_t i = 0; password[i]; i++)
			key[i] = (unsigned char)password[i];
	cram_half(key, 0x5c, again);
	cram_half(key, 0x36, again + MD5_DIGEST_SIZE);
	sodium_memzero(key, sizeof(key));
	return sodium_memcmp(stored, again, sizeof(stored)) == 0;
}

static const struct scheme {
	const char *name;
	verify verify;               /* or ... */
	const struct digest *digest; /* ... this one */
	bool weak;                   /* guessed at millions a second, or not even hidden */
} schemes[] = {
	{ "BLF-CRYPT", verify_crypt, NULL, false },
	{ "SHA512-CRYPT", verify_crypt, NULL, false },
	{ "SHA256-CRYPT", verify_crypt, NULL, false },
	{ "MD5-CRYPT", verify_crypt, NULL, true },
	{ "DES-CRYPT", verify_crypt, NULL, true },
	{ "CRYPT", verify_crypt, NULL, false },
	{ "ARGON2ID", verify_argon, NULL, false },
	{ "ARGON2I", verify_argon, NULL, false },
	{ "PLAIN", verify_plain, NULL, true },
	{ "CLEARTEXT", verify_plain, NULL, true },
	{ "CLEAR", verify_plain, NULL, true },
	{ "CRAM-MD5", verify_cram, NULL, true },
	{ "HMAC-MD5", verify_cram, NULL, true },
	{ "SHA256", NULL, &sha256, true },
	{ "SSHA256", NULL, &sha256, true },
	{ "SHA512", NULL, &sha512, true },
	{ "SSHA512", NULL, &sha512, true },
	{ "SHA", NULL, &sha1, true },
	{ "SHA1", NULL, &sha1, true },
	{ "SSHA", NULL, &sha1, true },
	{ "PLAIN-MD5", NULL, &md5, true },
	{ "LDAP-MD5", NULL, &md5, true },
	{ "SMD5", NULL, &md5, true },
};

/* The scheme of that name, with or without .ENCODING behind it; NULL when there is none such. */
static const struct scheme *
scheme_named(const char *name, size_t len)
{
	const char *dot = memchr(name, '.', len);
	size_t n = dot ? (size_t)(dot - name) : len;

	for (size_t i = 0; i < ARRAY_LEN(schemes); i++)
		if (strlen(schemes[i].name) == n && strncasecmp(schemes[i].name, name, n) == 0)
			return &schemes[i];
	return NULL;
}

#define NAMED(name) scheme_named("" name, sizeof(name) - 1)

static bool
is_hex(const char *text, size_t len)
{
	return strlen(text) == len && strspn(text, "0123456789abcdefABCDEF") == len;
}

/* Base64 without a scheme: which digest it is, its length says; the rest is salt. */
static const struct scheme *
scheme_of_base64(const char *text)
{
	unsigned char raw[PW_HASH_MAX];
	size_t n = decode_digest(text, 0, raw, sizeof(raw));

	if (n > sha512.len)
		return NAMED("SSHA512");
	if (n == sha512.len)
		return NAMED("SHA512");
	if (n > sha256.len)
		return NAMED("SSHA256");
	return n == sha256.len ? NAMED("SHA256") : n == sha1.len ? NAMED("SHA1") : NULL;
}

/* A bare value is told by its look. */
static const struct scheme *
scheme_of_bare(const char *stored)
{
	static const struct {
		const char *start, *scheme;
	} starts[] = { { "$2", "BLF-CRYPT" }, { "$6$", "SHA512-CRYPT" }, { "$5$", "SHA256-CRYPT" },
		{ "$1$", "MD5-CRYPT" }, { "$argon2id$", "ARGON2ID" }, { "$argon2i$", "ARGON2I" },
		{ "$", "CRYPT" } };

	for (size_t i = 0; i < ARRAY_LEN(starts); i++)
		if (strncmp(stored, starts[i].start, strlen(starts[i].start)) == 0)
			return scheme_named(starts[i].scheme, strlen(starts[i].scheme));
	if (is_hex(stored, md5.len * 2))
		return NAMED("PLAIN-MD5");
	if (is_hex(stored, sha1.len * 2))
		return NAMED("SHA1");
	if (is_hex(stored, 4 * md5.len))
		return NAMED("CRAM-MD5");
	return crypt_allowed(stored) ? NAMED("DES-CRYPT") : scheme_of_base64(stored);
}

/* The scheme of a stored value and what follows its name; NULL when it is of none that is known here. */
static const struct scheme *
scheme_of(const char *stored, const char **ret_hash)
{
	const char *end = *stored == '{' ? strchr(stored, '}') : NULL;

	*ret_hash = end ? end + 1 : stored;
	if (*stored != '{')
		return scheme_of_bare(stored);
	return end ? scheme_named(stored + 1, (size_t)(end - stored - 1)) : NULL;
}

/* Upstream's digests of password and a salt that is the same for all: the configured one, or the name of the scheme. */
static bool
verify_common_salt(const char *stored, const char *password, const char *salt)
{
	const char *const salts[] = { salt, "md5.salted", "md5-salted", "sha1.salted", "sha1-salted" };
	const struct digest *d = is_hex(stored, md5.len * 2) ? &md5
	    : is_hex(stored, sha1.len * 2)                   ? &sha1
							     : NULL;
	unsigned char raw[DIGEST_LEN_MAX], again[DIGEST_LEN_MAX];
	size_t n = 0;
	bool ok = false;

	if (!d || sodium_hex2bin(raw, sizeof(raw), stored, strlen(stored), NULL, &n, NULL) != 0)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(salts); i++) {
		if (!salts[i] || !*salts[i])
			continue;
		d->run(password, (const unsigned char *)salts[i], strlen(salts[i]), again);
		ok = sodium_memcmp(raw, again, d->len) == 0 || ok;
	}
	return ok;
}

bool
pw_verify_old(const char *stored, const char *password, const struct pw_old *old)
{
	const struct scheme *s;
	const char *hash;

	if (!stored || !*stored || strlen(stored) > PW_HASH_MAX || strlen(password) > PW_MAX_BYTES)
		return false;
	if (strcmp(stored, ORPHAN) == 0)
		return false;
	s = scheme_of(stored, &hash);
	if (s && *hash &&
	    (s->digest ? verify_digest(s->digest, hash, password) : s->verify(hash, password)))
		return true;
	if (*stored == '{')
		return false;
	return verify_common_salt(stored, password, old->salt) ||
	    (old->plain && !strchr("$*!", *stored) && verify_plain(stored, password));
}

bool
pw_verify(const char *stored, const char *password)
{
	return pw_verify_old(stored, password, &(const struct pw_old){ 0 });
}

/* ---- looking at a value without a password ---- */

#define BCRYPT_COST_GOOD 10 /* below it a value is worth replacing */

/* Would its own cost or form keep pw_verify() from trying? */
static bool
is_usable(const struct scheme *s, const char *hash)
{
	unsigned char raw[PW_HASH_MAX];

	if (s->digest)
		return decode_digest(hash, s->digest->len, raw, sizeof(raw)) >= s->digest->len;
	if (s->verify == verify_crypt)
		return crypt_allowed(hash);
	return s->verify == verify_argon ? argon_allowed(hash)
	    : s->verify == verify_cram   ? is_hex(hash, 4 * md5.len)
					 : true;
}

static bool
is_weak(const struct scheme *s, const char *hash)
{
	if (s->verify == verify_crypt && strncmp(hash, "$2", 2) == 0)
		return strtol(hash + 4, NULL, 10) < BCRYPT_COST_GOOD;
	if (s->verify == verify_crypt && strncmp(hash, "$1$", 3) == 0)
		return true;
	return s->weak || (s->verify == verify_crypt && *hash != '$');
}

/* What stands in the braces, or "unknown". */
static void
name_unknown(const char *stored, char ret[PW_NAME_MAX])
{
	size_t n = *stored == '{' ? strcspn(stored, "}") : 0, at = 0;

	for (size_t i = 1; i < n && at < PW_NAME_MAX - 1; i++)
		if (isalnum((unsigned char)stored[i]) || strchr("-._", stored[i]))
			ret[at++] = (char)toupper((unsigned char)stored[i]);
	ret[at] = '\0';
	if (at == 0)
		(void)snprintf(ret, PW_NAME_MAX, "unknown");
}

enum pw_state
pw_examine(const char *stored, char ret_name[PW_NAME_MAX])
{
	const struct scheme *s;
	const char *hash = "";

	(void)snprintf(ret_name, PW_NAME_MAX, "none");
	if (!stored || !*stored)
		return PW_LOCKED;
	s = scheme_of(stored, &hash);
	if (!*hash || *hash == '*' || (*hash == '!' && strcmp(stored, ORPHAN) != 0))
		return PW_LOCKED;
	if (!s) {
		name_unknown(stored, ret_name);
		return PW_UNREADABLE;
	}
	(void)snprintf(ret_name, PW_NAME_MAX, "%s", s->name);
	if (strlen(stored) > PW_HASH_MAX || !is_usable(s, hash))
		return PW_UNREADABLE;
	return is_weak(s, hash) ? PW_WEAK : PW_FINE;
}
