/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Passkeys: one's own, on the page of the second factor. Signing in with them is svc/auth.h's. They are made for the one address that people type
 * (public_url), and asked for by a question that is good for one answer within five minutes.
 */
#ifndef SVC_PASSKEY_H
#define SVC_PASSKEY_H

#include "base/op.h"
#include "model/passkey.h"

struct arena;
struct conf;

/* A question, with all that navigator.credentials wants to know. */
struct passkey_ask {
	const char *challenge;
	const char *rp_id, *rp_name;
	const char *user, *user_name; /* making one: for whom */
	const struct passkey *known; /* making one: these are there already; using one: one of these. n 0: any */
	size_t n;
	bool verified; /* the authenticator has to know its owner */
	bool kept;     /* making one: it has to be found without a name */
};

/* NULL, or a N_() sentence why there are none here. */
const char *passkey_refusal(const struct conf *conf, struct arena *arena);
/* May one sign in with nothing else? */
bool passkey_only(const struct conf *conf, struct arena *arena);

/* Oldest first. One's own, or a super's look at another's. */
struct passkey_rows {
	const struct passkey_row *at;
	size_t n;
};
NODISCARD enum rc passkey_list(struct op *op, int64_t admin_id, struct passkey_rows *ret);
/*
 * One's own; session: id hash of the session in use, which goes on while the others end. passkey_begin() asks, passkey_add() takes the answer:
 * RC_INVALID when it is none, RC_CONFLICT when it came too late.
 */
NODISCARD enum rc passkey_begin(struct op *op, const char *session, struct passkey_ask *ret);
NODISCARD enum rc passkey_add(struct op *op, const struct passkey_in *in, const char *session);
NODISCARD enum rc passkey_get(struct op *op, int64_t id, struct passkey_row *ret);
/* New backup codes for whoever has passkeys and nothing else; the caller has proved to be the one. RC_CONFLICT for others. */
struct second_codes;
NODISCARD enum rc passkey_codes(struct op *op, struct second_codes *ret);
/* RC_DENIED for the last second factor of whoever must have one. */
NODISCARD enum rc passkey_remove(struct op *op, int64_t id, const char *session);

#endif
