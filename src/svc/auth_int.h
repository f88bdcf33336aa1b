/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the two steps of signing in share (auth_signin.c, auth_second.c). */
#ifndef SVC_AUTH_INT_H
#define SVC_AUTH_INT_H

#include "base/op.h"
#include "model/admin.h"
#include "svc/auth.h"

/* From here on it is that administrator who acts: the trail names it. */
void auth_become(struct op *op, const struct admin *row);
/* A new session with its row in the trail, within the caller's transaction. how: "signed in". */
NODISCARD enum rc auth_make_session(struct op *op, const struct admin *row, const char *agent,
    const char *how, struct auth_entry *ret);
/* A fresh id for a cookie, and what is stored of it. */
void auth_fresh_id(char ret_raw[SESSION_ID_LEN + 1], char ret_hash[65]);
/* False: not the shape of an id. */
bool auth_id_hash(const char *raw_id, char ret[65]);

/*
 * The second step is needed: what twofactor.force_disable says is done, then *ret tells which one. AUTH_IN: none, the password is
 * enough.
 */
NODISCARD enum rc auth_second_step(struct op *op, const struct admin *row, enum auth_step *ret);
/* The same without doing anything. */
NODISCARD enum rc auth_second_wanted(struct op *op, const struct admin *row, enum auth_step *ret);
/* Parks the sign-in within the caller's transaction. sealed: a fresh secret to enrol with, or NULL. */
NODISCARD enum rc auth_park(struct op *op, const struct admin *row, const char *sealed,
    struct auth_entry *ret);
/* The parked sign-in of a cookie and its administrator; RC_UNAUTHENTICATED when it is over, as auth_parked_over() says. */
NODISCARD enum rc auth_parked_get(struct op *op, const char *raw_id, struct parked *ret,
    struct admin *ret_admin);
/* One more try of it, in a transaction of its own: counted before it is looked at. */
NODISCARD enum rc auth_parked_count(struct op *op, const struct parked *p);
/* Whoever takes it goes on, within the caller's transaction. */
NODISCARD enum rc auth_parked_take(struct op *op, const struct parked *p);
enum rc auth_parked_over(struct op *op);
/* Was this its last try? */
bool auth_parked_last(const struct parked *p);
/* A fresh secret, sealed as pending; not within a transaction. */
NODISCARD enum rc auth_fresh_secret(struct op *op, int64_t admin_id, const char **ret_sealed);

#endif
