/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Making password hashes, and the work that is done for names that do not exist. Checking stored ones is pwhash_verify.c. Salts come from
 * libxcrypt and libsodium, never from here.
 */
#include "base/base.h"

#include "base/pwhash.h"
#include "base/utf8.h"

#include <crypt.h>
#include <sodium.h>
#include <strings.h>

#define BCRYPT_BYTES 72
#define BCRYPT_COST 12
#define SHA_ROUNDS 5000
#define ARGON_PASSES 3
#define ARGON_MEMORY ((size_t)64 << 20)

static const struct {
	const char *name;    /* as Dovecot spells it */
	const char *setting; /* crypt prefix, NULL for libsodium's own */
	int cost;            /* default */
} schemes[] = {
	[PW_BLF_CRYPT] = { "BLF-CRYPT", "$2y$", BCRYPT_COST },
	[PW_SHA512_CRYPT] = { "SHA512-CRYPT", "$6$", SHA_ROUNDS },
	[PW_SHA256_CRYPT] = { "SHA256-CRYPT", "$5$", SHA_ROUNDS },
	[PW_ARGON2ID] = { "ARGON2ID", NULL, ARGON_PASSES },
};
_Static_assert(ARRAY_LEN(schemes) == PW__MAX, "one row per scheme");

bool
pw_scheme_parse(const char *name, enum pw_scheme *ret)
{
	if (strncasecmp(name, "dovecot:", 8) == 0)
		name += 8;
	if (strcasecmp(name, "bcrypt") == 0)
		name = schemes[PW_BLF_CRYPT].name;
	for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
		if (strcasecmp(name, schemes[i].name) == 0) {
			*ret = (enum pw_scheme)i;
			return true;
		}
	}
	return false;
}

const char *
pw_scheme_name(enum pw_scheme s)
{
	return schemes[s].name;
}

const char *
pw_refuse(enum pw_scheme s, const char *password)
{
	size_t n = strlen(password);

	if (n == 0)
		return N_("Enter a password.");
	if (n > PW_MAX_BYTES)
		return N_("A password has at most 1024 bytes.");
	if (s == PW_BLF_CRYPT && n > BCRYPT_BYTES)
		return N_("With BLF-CRYPT only the first 72 bytes of a password count; use a "
			  "shorter one.");
	for (const char *p = password; n > 0;) {
		uint32_t cp = 0;
		size_t step = utf8_next(p, n, &cp);

		if (step == 0 || utf8_is_control(cp))
			return N_("A password cannot hold control characters.");
		p += step;
		n -= step;
	}
	return NULL;
}

static bool
hash_argon(int passes, const char *password, char out[PW_HASH_MAX + 1])
{
	char text[crypto_pwhash_STRBYTES];

	if (crypto_pwhash_str_alg(text, password, strlen(password), (unsigned long long)passes,
		ARGON_MEMORY, crypto_pwhash_ALG_ARGON2ID13) != 0)
		return false;
	(void)snprintf(out, PW_HASH_MAX + 1, "%s", text);
	return true;
}

static bool
hash_crypt(enum pw_scheme s, int cost, const char *password, char out[PW_HASH_MAX + 1])
{
	/* SHA-crypt's default number of rounds is written without `rounds=`, as Dovecot and the fork do */
	unsigned long count = s != PW_BLF_CRYPT && cost == SHA_ROUNDS ? 0 : (unsigned long)cost;
	struct crypt_data data = { 0 };
	char setting[CRYPT_GENSALT_OUTPUT_SIZE];
	const char *hash;
	bool ok;

	if (!crypt_gensalt_rn(schemes[s].setting, count, NULL, 0, setting, sizeof(setting)))
		return false;
	hash = crypt_r(password, setting, &data);
	ok = hash && hash[0] != '*' && strlen(hash) <= PW_HASH_MAX;
	if (ok)
		(void)snprintf(out, PW_HASH_MAX + 1, "%s", hash);
	sodium_memzero(&data, sizeof(data));
	return ok;
}

bool
pw_hash(enum pw_scheme s, int cost, const char *password, bool prefix, char ret[PW_HASH_MAX + 1])
{
	size_t n = prefix ? strlen(schemes[s].name) + 2 : 0;
	char hash[PW_HASH_MAX + 1];
	bool ok;

	if (pw_refuse(s, password))
		return false;
	cost = cost > 0 ? cost : schemes[s].cost;
	ok = s == PW_ARGON2ID ? hash_argon(cost, password, hash) : hash_crypt(s, cost, password, hash);
	if (!ok || n + strlen(hash) > PW_HASH_MAX)
		return false;
	if (prefix)
		(void)snprintf(ret, PW_HASH_MAX + 1, "{%s}", schemes[s].name);
	memcpy(ret + n, hash, strlen(hash) + 1);
	return true;
}

void
pw_dummy(enum pw_scheme s, int cost, const char *password)
{
	char hash[PW_HASH_MAX + 1];

	/* a password that pw_hash would refuse still has to cost the same */
	if (pw_hash(s, cost, pw_refuse(s, password) ? "dummy" : password, false, hash))
		sodium_memzero(hash, sizeof(hash));
}

static int
cost_of(const char *hash, enum pw_scheme s)
{
	const char *rounds;

	switch (s) {
	case PW_BLF_CRYPT:
		return (int)strtol(hash + 4, NULL, 10);
	case PW_SHA512_CRYPT:
	case PW_SHA256_CRYPT:
		rounds = strncmp(hash + 3, "rounds=", 7) == 0 ? hash + 10 : NULL;
		return rounds ? (int)strtol(rounds, NULL, 10) : SHA_ROUNDS;
	case PW_ARGON2ID:
		rounds = strstr(hash, ",t=");
		return rounds ? (int)strtol(rounds + 3, NULL, 10) : 0;
	case PW__MAX:
		break;
	}
	return 0;
}

bool
pw_outdated(const char *stored, enum pw_scheme s, int cost)
{
	const char *hash = stored;

	if (*hash == '{' && !(hash = strchr(hash, '}')))
		return true;
	hash += *hash == '}';
	if (s == PW_ARGON2ID        ? strncmp(hash, "$argon2id$", 10) != 0
		: s == PW_BLF_CRYPT ? strncmp(hash, "$2", 2) != 0
				    : strncmp(hash, schemes[s].setting, 3) != 0)
		return true;
	return cost_of(hash, s) < (cost > 0 ? cost : schemes[s].cost);
}
