/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Passkeys: the input is an attestation object, then what an authenticator signed, then what a browser says. What is taken as a new passkey is one that
 * could be kept; no signature is right, since nobody has the key.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/cbor.h"
#include "base/passkey.h"
#include "fuzz/fuzz.h"

#include <sodium.h>

#define CHECK(cond) ((cond) ? (void)0 : abort())
#define BASE64 sodium_base64_VARIANT_URLSAFE_NO_PADDING
#define CHALLENGE "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
#define SAID(type)                                                                    \
	"{\"type\":\"webauthn." type "\",\"challenge\":\"" CHALLENGE "\",\"origin\":" \
	"\"https://mail.example.com:8443\",\"crossOrigin\":false}"
/* One of P-256; its private half is forgotten. */
#define KEY "w2DutDMPI-w0rmMPyYCG_qQvf-Ker7ZpkJBgtD2-_MzrAB6twuG5IYXeunTikPc-y5_yDBZ0Z7Gxmd-EhdhdYw"

static const char *
text_of(struct arena *arena, const void *data, size_t len)
{
	size_t size = sodium_base64_encoded_len(len, BASE64);
	char *out = arena_alloc(arena, size);

	return sodium_bin2base64(out, size, data, len, BASE64);
}

static void
walk(const uint8_t *data, size_t len)
{
	struct cbor c = { data, data + len };

	if (cbor_skip(&c))
		CHECK(c.at > data && c.at <= data + len);
}

static void
make(struct arena *arena, const struct passkey_want *want, const char *client, const char *attestation)
{
	struct passkey_made made = { .id = NULL };

	if (passkey_make(want, client, attestation, arena, &made))
		return;
	CHECK(*made.id && strlen(made.id) <= PASSKEY_ID_MAX && *made.key && strlen(made.key) <= 700);
	CHECK(made.alg == PASSKEY_ES256 || made.alg == PASSKEY_EDDSA || made.alg == PASSKEY_RS256);
	CHECK(made.count >= 0 && made.count <= UINT32_MAX);
}

static void
use(struct arena *arena, const struct passkey_want *want, const uint8_t *data, size_t len)
{
	const size_t n = MIN(len, 37);
	struct passkey_seen seen;
	const struct passkey_used used = { .alg = PASSKEY_ES256,
		.key = KEY,
		.client_data = text_of(arena, SAID("get"), sizeof(SAID("get")) - 1),
		.authenticator_data = text_of(arena, data, n),
		.signature = text_of(arena, data + n, len - n) };

	CHECK(passkey_use(want, &used, arena, &seen) != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena *arena = arena_new(0, ARENA_PLAIN);
	struct passkey_want want = { .challenge = CHALLENGE };
	const char *sent = text_of(arena, data, len), *challenge;

	CHECK(!passkey_site("https://mail.example.com:8443", arena, &want.site));
	walk(data, len);
	make(arena, &want, text_of(arena, SAID("create"), sizeof(SAID("create")) - 1), sent);
	make(arena, &want, sent, sent);
	use(arena, &want, data, len);
	challenge = passkey_challenge_of(sent, arena);
	CHECK(!challenge || strlen(challenge) == PASSKEY_CHALLENGE_LEN);
	arena_free(arena);
	return 0;
}
