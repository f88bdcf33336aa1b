/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signing in and out, sessions, the first administrator. The raw session id exists only in the
 * cookie and in this call's answer; the database holds its SHA-256.
 */
#ifndef SVC_AUTH_H
#define SVC_AUTH_H

#include "base/op.h"
#include "model/actor.h"
#include "model/admin.h"
#include "model/session.h"
#include "svc/passkey.h"
#include "svc/second.h"

#define SESSION_ID_LEN 64 /* hex digits of 32 random bytes */

/*
 * One statement: the session with its administrator, if it is alive (idle, absolute, active).
 * RC_UNAUTHENTICATED otherwise. Fills *ret_actor (door and source are the caller's). Stamps seen_at
 * at most once a minute.
 */
NODISCARD enum rc auth_session(struct op *op, const char *raw_id, struct session *ret,
    struct actor *ret_actor);
/* How far somebody got. */
enum auth_step {
	AUTH_IN,   /* raw is the id of a session */
	AUTH_CODE, /* the password was right, a code is wanted: raw is the id of a parked sign-in */
	AUTH_ENROL, /* the same, but a second factor has to be set up first */
};
struct auth_entry {
	enum auth_step step;
	char raw[SESSION_ID_LEN + 1]; /* for a cookie; a new one at each step */
	struct second_codes codes;    /* auth_enrol(): to be shown once */
	int64_t strangers; /* AUTH_IN: tries from elsewhere that failed since this administrator signed in last; as far as is looked back */
};
/*
 * Checks name and password (equal work and answer for unknown, wrong, disabled), counts attempts
 * (RC_LIMITED over the limit), makes a session or parks the sign-in, rehashes when weaker than
 * configured.
 */
NODISCARD enum rc auth_sign_in(struct op *op, const struct signin_in *in, const char *agent,
    struct auth_entry *ret);
/*
 * A parked sign-in opens nothing but the pages of its second step; it ends after five minutes and
 * after five wrong codes. RC_UNAUTHENTICATED when it did.
 */
NODISCARD enum rc auth_parked(struct op *op, const char *raw_id, struct parked *ret,
    enum auth_step *ret_step);
/* AUTH_CODE: a code or a backup code lets in. RC_INVALID at "code" when it is wrong. */
NODISCARD enum rc auth_second(struct op *op, const char *raw_id, const char *code,
    const char *agent, struct auth_entry *ret);
/* What that somebody can finish it with. */
struct auth_ways {
	bool code, passkey;
};
NODISCARD enum rc auth_ways(struct op *op, const char *raw_id, struct auth_ways *ret);
/* AUTH_CODE: with a passkey instead. The question to put; then its answer lets in. RC_INVALID when it is wrong. */
NODISCARD enum rc auth_passkey_ask(struct op *op, const char *raw_id, struct passkey_ask *ret);
NODISCARD enum rc auth_passkey(struct op *op, const char *raw_id, const struct passkey_proof_in *in,
    const char *agent, struct auth_entry *ret);
/*
 * With a passkey and nothing else, where the operator lets (RC_NOT_FOUND otherwise): browser names whoever asks, so that nobody else can answer.
 * RC_UNAUTHENTICATED when it is wrong.
 */
NODISCARD enum rc auth_passkey_alone_ask(struct op *op, const char *browser, struct passkey_ask *ret);
NODISCARD enum rc auth_passkey_alone(struct op *op, const char *browser,
    const struct passkey_proof_in *in, const char *agent, struct auth_entry *ret);
/* AUTH_ENROL: the secret to show; then a code made with it enrols and lets in. */
NODISCARD enum rc auth_enrol_secret(struct op *op, const char *raw_id, struct second_secret *ret);
NODISCARD enum rc auth_enrol(struct op *op, const char *raw_id, const char *code, const char *agent,
    struct auth_entry *ret);
/* AUTH_ENROL: with a passkey instead, and backup codes for when it is lost. RC_INVALID: it is none. */
NODISCARD enum rc auth_enrol_ask(struct op *op, const char *raw_id, struct passkey_ask *ret);
NODISCARD enum rc auth_enrol_passkey(struct op *op, const char *raw_id, const struct passkey_in *in,
    const char *agent, struct auth_entry *ret);
/*
 * Step-up by second factor: is this a code (or a backup code) of that administrator that was not used before? Counts the try, asks
 * the keeper, uses the code up, writes the trail when it is wrong. RC_INVALID at the field "code"; RC_LIMITED;
 * RC_UNAVAILABLE when the keeper does not answer. Not within a transaction.
 */
NODISCARD enum rc auth_second_check(struct op *op, int64_t admin_id, const char *code);
NODISCARD enum rc auth_second_enrolled(struct op *op, int64_t admin_id, bool *ret);
NODISCARD enum rc auth_sign_out(struct op *op, const char *raw_id);
/* Did the session's administrator prove to be the one within the last minutes? */
bool auth_proved(const struct op *op, const struct session *s);
/*
 * Proves it, in transactions of its own, with a code where a second factor is enrolled, else with the password: the session goes on
 * under a new id. RC_INVALID at "proof" when it is wrong, RC_LIMITED after too many of these.
 */
NODISCARD enum rc auth_prove(struct op *op, struct session *s, const char *proof,
    char ret_raw_id[SESSION_ID_LEN + 1]);
/*
 * The same with a passkey, whatever else there is: the question to put. The answer is given as a proof: "passkey:" and id, client data, authenticator
 * data and signature with dots between. RC_CONFLICT without a passkey.
 */
NODISCARD enum rc auth_prove_ask(struct op *op, const struct session *s, struct passkey_ask *ret);
/* No administrator yet? */
NODISCARD enum rc auth_needs_setup(struct op *op, bool *ret);
/*
 * Makes the one-time token of the first-run page (replacing an older one), valid for 24 hours; hex,
 * fit for a URL.
 */
NODISCARD enum rc auth_setup_token(struct op *op, const char **ret_token);
/* First administrator, exactly once, against the token. */
NODISCARD enum rc auth_setup(struct op *op, const struct setup_in *in, struct admin *ret);
/* Removes expired sessions, attempts and tokens; for housekeeping. */
NODISCARD enum rc auth_prune(struct op *op, int64_t *ret_removed);

#endif
