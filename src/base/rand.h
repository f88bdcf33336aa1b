/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Randomness from the kernel (getrandom through libsodium); a failure ends the process. */
#ifndef BASE_RAND_H
#define BASE_RAND_H

#include "base/base.h"

/* Before all others and before there are threads: libsodium then takes the implementations that fit this processor. */
void rand_start(void);
void rand_bytes(void *buf, size_t n);
uint32_t rand_below(uint32_t bound); /* uniform in 0 .. bound-1 */
/* 2*n hex digits and a NUL into hex (2*n+1 bytes). */
void rand_hex(char *hex, size_t n);
/* len characters out of the 54 letters and digits that are not mistaken for one another, and a NUL. */
void rand_password(char *buf, size_t len);

/* Hex of SHA-256, 65 bytes with the NUL; and constant-time equality of two NUL-terminated texts. */
void sha256_hex(const void *data, size_t n, char ret_hex[65]);
bool text_equal_ct(const char *a, const char *b);
/* Lower-case hex of HMAC-SHA-256(key, message), 65 bytes with the NUL. */
void hmac_hex(const char *key, const char *message, char ret_hex[65]);
/* The same for what no other program has to compute: keyed BLAKE2b, a fifth of the time. Of the key 64 bytes count. */
void mac_hex(const char *key, const char *message, char ret_hex[65]);

#endif
