/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One-time codes and backup codes. Owns their alphabets and what is dropped from what people type. It must not know whose they
 * are or whether they were used already. The surprising thing: what comes in is checked letter by letter before liboath sees
 * it, because that library skips what it does not know.
 */
#include "base/base.h"

#include "base/rand.h"
#include "base/str.h"
#include "base/totp.h"

#include <liboath/oath.h>
#include <sodium.h>

#define WINDOW 1 /* steps either way */
#define SECRET_MIN 16
#define SECRET_BYTES 20
#define BASE32 "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

static const char backup_letters[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
_Static_assert(sizeof(backup_letters) == 33, "32 symbols: 5 bits each");

/* ---- secrets ---- */

void
totp_new_secret(char ret[TOTP_SECRET_LEN + 1])
{
	unsigned char bits[TOTP_SECRET_LEN];

	_Static_assert(SECRET_BYTES * 8 == TOTP_SECRET_LEN * 5, "no padding");
	rand_bytes(bits, sizeof(bits));
	for (size_t i = 0; i < TOTP_SECRET_LEN; i++)
		ret[i] = BASE32[bits[i] & 31];
	ret[TOTP_SECRET_LEN] = '\0';
	sodium_memzero(bits, sizeof(bits));
}

bool
totp_secret_ok(const char *secret)
{
	size_t n = secret ? strnlen(secret, TOTP_SECRET_MAX + 1) : 0;

	return n >= SECRET_MIN && n <= TOTP_SECRET_MAX && n % 8 == 0 && strspn(secret, BASE32) == n;
}

/* ---- codes ---- */

static bool
code_of(const char *bytes, size_t n, int64_t step, char ret[TOTP_CODE_LEN + 1])
{
	return step > 0 &&
	    oath_hotp_generate(bytes, n, (uint64_t)step, TOTP_CODE_LEN, false,
		OATH_HOTP_DYNAMIC_TRUNCATION, ret) == OATH_OK;
}

/* The secret's bytes, to be freed with forget(); NULL when it is none. */
static char *
decode(const char *secret, size_t *ret_n)
{
	char *bytes = NULL;

	if (!totp_secret_ok(secret) || oath_init() != OATH_OK ||
	    oath_base32_decode(secret, strlen(secret), &bytes, ret_n) != OATH_OK)
		return NULL;
	return bytes;
}

static void
forget(char *bytes, size_t n)
{
	if (bytes)
		sodium_memzero(bytes, n);
	free(bytes);
}

bool
totp_code(const char *secret, int64_t step, char ret[TOTP_CODE_LEN + 1])
{
	size_t n = 0;
	char *bytes = decode(secret, &n);
	bool ok = bytes && code_of(bytes, n, step, ret);

	forget(bytes, n);
	return ok;
}

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

bool
totp_read_code(const char *text, char ret[TOTP_CODE_LEN + 1])
{
	size_t n = 0;

	for (; text && *text; text++) {
		if (is_blank(*text))
			continue;
		if (*text < '0' || *text > '9' || n == TOTP_CODE_LEN)
			return false;
		ret[n++] = *text;
	}
	ret[n] = '\0';
	return n == TOTP_CODE_LEN;
}

int64_t
totp_step_of(int64_t now)
{
	return now > 0 ? now / TOTP_STEP : 0;
}

int64_t
totp_match(const char *secret, const char *code, int64_t now)
{
	int64_t middle = totp_step_of(now), found = 0;
	size_t n = 0;
	char *bytes = strlen(code) == TOTP_CODE_LEN ? decode(secret, &n) : NULL;

	for (int64_t step = middle - WINDOW; bytes && step <= middle + WINDOW; step++) {
		char expected[TOTP_CODE_LEN + 1];

		if (code_of(bytes, n, step, expected) &&
		    sodium_memcmp(expected, code, TOTP_CODE_LEN) == 0)
			found = step;
	}
	forget(bytes, n);
	return found;
}

void
totp_uri(struct str *out, const char *issuer, const char *account, const char *secret)
{
	STR_LIT(out, "otpauth://totp/");
	str_add_url(out, account);
	STR_LIT(out, "?secret=");
	str_add_url(out, secret);
	STR_LIT(out, "&issuer=");
	str_add_url(out, issuer);
	str_addf(out, "&period=%d&algorithm=SHA1&digits=%d", TOTP_STEP, TOTP_CODE_LEN);
}

/* ---- backup codes ---- */

void
backup_new(char ret[BACKUP_LEN + 1])
{
	for (size_t i = 0; i < BACKUP_LEN; i++)
		ret[i] = backup_letters[rand_below(sizeof(backup_letters) - 1)];
	ret[BACKUP_LEN] = '\0';
}

void
backup_show(const char code[BACKUP_LEN + 1], char ret[BACKUP_SHOWN_LEN + 1])
{
	size_t n = 0;

	_Static_assert(BACKUP_SHOWN_LEN == BACKUP_LEN + BACKUP_LEN / 4 - 1, "a hyphen between fours");
	for (size_t i = 0; i < BACKUP_LEN; i++) {
		if (i > 0 && i % 4 == 0)
			ret[n++] = '-';
		ret[n++] = code[i];
	}
	ret[n] = '\0';
}

bool
backup_read(const char *text, char ret[BACKUP_LEN + 1])
{
	size_t n = 0;

	for (; text && *text; text++) {
		char c = *text >= 'a' && *text <= 'z' ? (char)(*text - 'a' + 'A') : *text;

		if (is_blank(c) || c == '-')
			continue;
		if (!strchr(backup_letters, c) || n == BACKUP_LEN)
			return false;
		ret[n++] = c;
	}
	ret[n] = '\0';
	return n == BACKUP_LEN || n == BACKUP_SHORT_LEN;
}
