/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One-time codes as authenticator programs make them (RFC 6238: HMAC-SHA-1, 6 digits, 30 seconds, one step either way), their
 * secrets and addresses, and backup codes. How a secret is kept is base/totp_seal.h's.
 *
 * A step is the number of 30-second slices since 1970; 0 never counts, so that 0 can say "none".
 */
#ifndef BASE_TOTP_H
#define BASE_TOTP_H

#include "base/base.h"

struct str;

#define TOTP_STEP 30
#define TOTP_CODE_LEN 6
#define TOTP_SECRET_LEN 32 /* of a new secret: 160 bits in base32, without padding */
#define TOTP_SECRET_MAX 64 /* of one that came from elsewhere */

#define BACKUP_CODES 8
#define BACKUP_LEN \
	24 /* of 32 symbols: 120 bits, so that a plain hash keeps them well (ASVS V6.5.2) */
#define BACKUP_SHORT_LEN \
	10 /* of codes that were made before, and by the PHP program; they are good until used */
#define BACKUP_SHOWN_LEN 29 /* with a hyphen behind each four */

void totp_new_secret(char ret[TOTP_SECRET_LEN + 1]);
/* 16 to TOTP_SECRET_MAX characters of A-Z2-7 that stand for whole bytes. */
bool totp_secret_ok(const char *secret);

/* The code of a step. False when the secret is none. */
NODISCARD bool totp_code(const char *secret, int64_t step, char ret[TOTP_CODE_LEN + 1]);
/* Blanks are dropped; then exactly six ASCII digits. */
bool totp_read_code(const char *text, char ret[TOTP_CODE_LEN + 1]);
/* The step around `now` (Unix seconds) whose code this is, 0 when there is none. Looks at all of them, whichever matches. */
int64_t totp_match(const char *secret, const char *code, int64_t now);
int64_t totp_step_of(int64_t now);

/* otpauth://totp/... as the PHP program writes it; the names are percent-encoded. */
void totp_uri(struct str *out, const char *issuer, const char *account, const char *secret);

/* A new backup code out of 23456789A-Z without I and O. */
void backup_new(char ret[BACKUP_LEN + 1]);
/* As people are shown it. */
void backup_show(const char code[BACKUP_LEN + 1], char ret[BACKUP_SHOWN_LEN + 1]);
/* Blanks and hyphens are dropped, small letters made capital; then exactly so many of those symbols, of either length. */
bool backup_read(const char *text, char ret[BACKUP_LEN + 1]);

#endif
