/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counting of tries at a secret, for every door that takes one: per source, and per account whose secret it is. Private to svc.
 *
 *	attempts_begin()   before the secret is looked at
 *	attempts_note()    it was wrong: a row of the trail; t.last says that the next one is refused
 *	attempts_clear()   it was right: forgets what this source tried on this account, in the caller's transaction
 */
#ifndef SVC_ATTEMPTS_H
#define SVC_ATTEMPTS_H

#include "base/base.h"
#include "base/op.h"

struct change;

/* Each has its own counters, but for the first three, which share those of the source: whoever guesses there guesses at one thing. */
enum attempt_door {
	ATTEMPT_SIGN_IN,
	ATTEMPT_SECOND,  /* codes have six digits: few tries a day, whatever the source */
	ATTEMPT_PROOF,   /* asked again of who is signed in: strangers cannot use up these */
	ATTEMPT_MAILBOX, /* a mailbox owner's page */
	ATTEMPT_RESET,   /* requests for a mail, and the tokens in them */
	ATTEMPT_SETUP,
	ATTEMPT_TRIGGER,
	ATTEMPT_TOKEN,
	ATTEMPT_CHANGE, /* no guess: what is changed by who is signed in (svc/pace.h) */
	ATTEMPT__MAX
};

/* One try: made before the secret is looked at, told afterwards when it was right. */
struct attempt_try {
	enum attempt_door door;
	const char *source, *account, *pair; /* keys of the counters; "" = not counted */
	bool last; /* this try reached a limit: from now on that key is locked */
};

/*
 * Counts the try (one short transaction). RC_LIMITED over the limit: op->wait seconds until it is
 * worth trying again. account NULL: only the source counts. What cannot be counted is not tried.
 */
NODISCARD enum rc attempts_begin_at(struct op *op, enum attempt_door door, const char *account,
    struct attempt_try *ret);
/* The same for ATTEMPT_SIGN_IN. */
NODISCARD enum rc attempts_begin(struct op *op, const char *account, struct attempt_try *ret,
    int64_t *ret_wait);
/* A row about the failure, in a transaction of its own, which a dry run does not undo. */
NODISCARD enum rc attempts_note(struct op *op, const struct change *c);
/* The same as a line of the journal, "auth.failed source=ADDRESS ...", for programs that lock addresses out further down (contrib/fail2ban). */
void attempts_log(struct op *op, const char *event, const char *action);
/*
 * The secret was right: the tries this source made on this account are forgotten, and only these. The
 * source is known to the account from now on. Within the caller's transaction.
 */
NODISCARD enum rc attempts_clear(struct op *op, const struct attempt_try *t);

/* Counts n changes of the actor; RC_LIMITED as above when these are more than max in that many seconds. And: is it so right now? */
NODISCARD enum rc attempts_pace(struct op *op, int64_t n, int64_t max, int64_t window);
NODISCARD enum rc attempts_pace_now(struct op *op, int64_t max);

/* The network that whoever asks is in, as sources are counted; "" when there is none. */
const char *attempts_site(struct op *op);
/* Takes a counter's key apart: "source" or "account", the door's name, and whose it is. False: not one for people. */
struct attempt_key {
	const char *what, *door, *name;
};
bool attempts_key(const char *subject, struct attempt_key *ret);
/* The keys that a name given by people may mean: of an address or network, an account, or a key itself. How many. */
size_t attempts_subjects(struct op *op, const char *name, const char *ret[2 * ATTEMPT__MAX]);

#endif
