/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Passkeys (WebAuthn Level 2): is what a browser sent the answer of an authenticator to our question? Signatures and keys are libfido2's; what it does
 * not look at is looked at here: what the browser says of the page (type, challenge, origin), and the shape of what comes in. Bytes travel and are
 * kept as base64url without padding. It must not know administrators or the database.
 */
#ifndef BASE_PASSKEY_H
#define BASE_PASSKEY_H

#include "base/base.h"

struct arena;

#define PASSKEY_CHALLENGE_LEN 43 /* 32 random bytes */
#define PASSKEY_ID_MAX 1364      /* 1023 bytes, the most there may be */
#define PASSKEY_SENT_MAX 8192    /* each part of what a browser sends */

/* Whom passkeys are for: out of the one address that people type. */
struct passkey_site {
	const char *rp_id;  /* "mail.example.com" */
	const char *origin; /* "https://mail.example.com:8443" */
};
/* NULL, or a N_() sentence why no browser makes passkeys for that address. */
NODISCARD const char *passkey_site(const char *public_url, struct arena *arena,
    struct passkey_site *ret);

/* A new question. */
void passkey_challenge(char ret[PASSKEY_CHALLENGE_LEN + 1]);
/* The question that an answer claims to be for: to be looked up before the answer is. NULL: there is none. */
const char *passkey_challenge_of(const char *client_data, struct arena *arena);

struct passkey_want {
	struct passkey_site site;
	const char *challenge;
	bool verified; /* the authenticator has to know its owner (PIN, finger), not just that somebody is there */
};

/* COSE's numbers of what may sign: P-256, Ed25519, RSA of 2048 bits. */
#define PASSKEY_ES256 (-7)
#define PASSKEY_EDDSA (-8)
#define PASSKEY_RS256 (-257)

struct passkey_made {
	const char *id;
	int64_t alg;
	const char *key;
	int64_t count;  /* of signatures, 0: it does not count */
	bool backed_up; /* copied to other devices by whoever made the authenticator */
	bool verified;
};
/*
 * A new passkey, of an authenticator that says nothing of itself ("none") or signs with the key itself ("packed" without certificates). NULL, or why
 * not, for the trail.
 */
NODISCARD const char *passkey_make(const struct passkey_want *want, const char *client_data,
    const char *attestation, struct arena *arena, struct passkey_made *ret);

struct passkey_used {
	int64_t alg; /* of the passkey, as it was made */
	const char *key;
	const char *client_data, *authenticator_data, *signature; /* as sent */
};
struct passkey_seen {
	int64_t count;
	bool backed_up;
};
/* A passkey in use. NULL, or why not, for the trail. Whether the count is right is the caller's to say: passkey_count_ok(). */
NODISCARD const char *passkey_use(const struct passkey_want *want, const struct passkey_used *used,
    struct arena *arena, struct passkey_seen *ret);
/* A count that does not grow was made by a copy, unless the authenticator never counts. */
bool passkey_count_ok(int64_t before, int64_t now);

#endif
