/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files about passkeys share. Questions are rows of vimb_once: a question is bound to whom it was put (a session, a parked sign-in, a
 * browser) and gone with the first answer, right or wrong.
 */
#ifndef SVC_PASSKEY_INT_H
#define SVC_PASSKEY_INT_H

#include "base/op.h"
#include "base/passkey.h"
#include "model/admin.h"
#include "model/passkey.h"
#include "svc/attempts.h"
#include "svc/passkey.h"

struct passkey_question {
	const char *kind; /* "add", "enrol", "second", "alone" */
	const char *of;   /* so many may wait for an answer of this one */
	const char *bind; /* to whom it was put */
	bool verified;
};

/* Puts the question, in a transaction of its own. RC_LIMITED when too many wait. */
NODISCARD enum rc passkey_put(struct op *op, const struct passkey_question *q, struct passkey_ask *ret);
/* Whoever takes it has its answer looked at; *ret_changed 0: it was answered, is over, or was put to somebody else. Within a transaction. */
NODISCARD enum rc passkey_take(struct op *op, const struct passkey_question *q,
    const char *challenge, int64_t *ret_changed);
/* The answer was wrong: the question is gone all the same. In a transaction of its own. */
NODISCARD enum rc passkey_burn(struct op *op, const struct passkey_question *q, const char *challenge);
/* The name that authenticators know an administrator by: says nothing to others. */
const char *passkey_user(struct op *op, const char *rp_id, int64_t admin_id);

/* A passkey on its way: made by the browser, not stored yet. */
struct passkey_new {
	struct passkey_made made;
	const char *challenge;
};
/* Asks for a new one. RC_CONFLICT when there are enough. */
NODISCARD enum rc passkey_ask_new(struct op *op, const struct admin *admin,
    const struct passkey_question *q, struct passkey_ask *ret);
/* Reads what the browser made. RC_INVALID: it is none, and the question is gone. Not within a transaction. */
NODISCARD enum rc passkey_check_new(struct op *op, const struct passkey_question *q,
    const struct passkey_in *in, struct passkey_new *ret);
/* Stores it with its row in the trail; other sessions than `keep` end. RC_CONFLICT when the question is gone. Within a transaction. */
NODISCARD enum rc passkey_insert(struct op *op, const struct admin *admin,
    const struct passkey_question *q, const struct passkey_in *in, const struct passkey_new *made,
    const char *keep);

/* What an answer proved to be. */
struct passkey_proof {
	struct passkey row; /* as it was looked at; id 0: not known here */
	struct passkey_seen seen;
	const char *challenge;
	bool right;
	const char *why; /* wrong: for the trail */
	struct attempt_try attempt;
};
/* RC_OK also for a wrong one. Not within a transaction. */
NODISCARD enum rc passkey_look(struct op *op, const struct passkey_question *q,
    const struct passkey_proof_in *in, struct passkey_proof *ret);
/*
 * Uses question and count up and forgets the counted tries, within the caller's transaction. proof->right becomes false when somebody else did
 * meanwhile: the caller leaves its transaction without committing.
 */
NODISCARD enum rc passkey_use_up(struct op *op, const struct passkey_question *q,
    struct passkey_proof *proof);

#endif
