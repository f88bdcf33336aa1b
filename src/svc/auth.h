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

#define SESSION_ID_LEN 64 /* hex digits of 32 random bytes */

/*
 * One statement: the session with its administrator, if it is alive (idle, absolute, active).
 * RC_UNAUTHENTICATED otherwise. Fills *ret_actor (door and source are the caller's). Stamps seen_at
 * at most once a minute.
 */
NODISCARD enum rc auth_session(struct op *op, const char *raw_id, struct session *ret,
    struct actor *ret_actor);
/*
 * Checks name and password (equal work and answer for unknown, wrong, disabled), counts attempts
 * (RC_LIMITED over the limit, *ret_wait seconds), makes a session, rehashes when weaker than
 * configured. ret_raw_id: SESSION_ID_LEN digits and a NUL.
 */
NODISCARD enum rc auth_sign_in(struct op *op, const struct signin_in *in, const char *agent,
    char ret_raw_id[SESSION_ID_LEN + 1], int64_t *ret_wait);
NODISCARD enum rc auth_sign_out(struct op *op, const char *raw_id);
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
