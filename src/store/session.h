/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of sessions, of counted tries and of one-time tokens. What must be atomic is decided by one statement each. */
#ifndef STORE_SESSION_H
#define STORE_SESSION_H

#include "db/db.h"
#include "model/session.h"

/* One statement; RC_NOT_FOUND without a fault when there is none. */
NODISCARD enum rc store_session_get(struct op *op, const char *id_hash, struct session *ret);
NODISCARD enum rc store_session_add(struct op *op, const struct session *row);
/* struct session rows of an administrator, the one used last first. */
NODISCARD enum rc store_session_list(struct op *op, int64_t admin_id, int64_t limit, struct rows *ret);
/* A new id and a fresh proof; *ret_changed 0: the session is gone. */
NODISCARD enum rc store_session_renew(struct op *op, const char *id_hash, const char *new_hash,
    int64_t now, int64_t *ret_changed);
NODISCARD enum rc store_session_seen(struct op *op, const char *id_hash, int64_t now);
NODISCARD enum rc store_session_delete(struct op *op, const char *id_hash);
/* All of that administrator; keep: id hash of the one to leave, or NULL. */
NODISCARD enum rc store_session_delete_admin(struct op *op, int64_t admin_id, const char *keep);
NODISCARD enum rc store_session_prune(struct op *op, int64_t now, int64_t idle_since,
    int64_t *ret_removed);

/* Tries of one subject ("source 192.0.2.1", "account anna@example.com"); times in Unix seconds. */
struct attempt {
	const char *subject;
	int64_t failures; /* tries in the window so far */
	int64_t first_at, last_at;
	int64_t locked_until; /* 0 = not locked */
};
/* Counts one try (the max-th locks for `lockout` seconds; tries while locked count on, but the lock does not grow), then tells where the subject stands. */
NODISCARD enum rc store_attempt_count(struct op *op, const char *subject, int64_t now,
    int64_t window, int64_t max, int64_t lockout, struct attempt *ret);
/* The same for n at once, as of op->now; a lock is as long as the window. */
NODISCARD enum rc store_attempt_count_n(struct op *op, const char *subject, int64_t n, int64_t max,
    int64_t window, struct attempt *ret);
/* RC_NOT_FOUND without a fault when nothing is counted. */
NODISCARD enum rc store_attempt_get(struct op *op, const char *subject, struct attempt *ret);
NODISCARD enum rc store_attempt_clear(struct op *op, const char *subject);
/* Takes n of its tries back; a lock that the rest (of max) does not deserve ends. */
NODISCARD enum rc store_attempt_forgive(struct op *op, const char *subject, int64_t n, int64_t max);
/* struct attempt rows that are locked or were counted since then, locked ones first. */
NODISCARD enum rc store_attempt_list(struct op *op, int64_t since, int64_t limit, struct rows *ret);
NODISCARD enum rc store_attempt_prune(struct op *op, int64_t before, int64_t *ret_removed);

/* Sources that an account was signed in to from. */
NODISCARD enum rc store_known_has(struct op *op, const char *account, const char *source, bool *ret);
NODISCARD enum rc store_known_put(struct op *op, const char *account, const char *source, int64_t now);
NODISCARD enum rc store_known_prune(struct op *op, int64_t before, int64_t *ret_removed);

/* One live token per purpose; hash is the SHA-256 in hex. */
NODISCARD enum rc store_token_put(struct op *op, const char *purpose, const char *hash, int64_t now,
    int64_t expires_at);
/* *ret_changed 1: it was there and is now used up. */
NODISCARD enum rc store_token_take(struct op *op, const char *purpose, const char *hash,
    int64_t now, int64_t *ret_changed);
NODISCARD enum rc store_token_prune(struct op *op, int64_t now, int64_t *ret_removed);

#endif
