/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keys for programs (the fork's "MCP tokens"). What one opens is never more than what its owner may do at that moment, cut down to its scope, its
 * networks and its domains. The token itself exists only in the answer of token_add() and with whoever was given it; the database holds its SHA-256.
 */
#ifndef SVC_TOKEN_H
#define SVC_TOKEN_H

#include "base/op.h"
#include "model/actor.h"
#include "model/list.h"
#include "model/token.h"

/* "vimb_", 64 hex digits, 8 more that check them; a NUL. Those of the fork are the 64 digits alone. */
#define TOKEN_TEXT_MAX (5 + 64 + 8 + 1)

struct token_list {
	struct token *rows;
	size_t n;
	struct list_info info;
};

/* ---- for people: all of them need a super ---- */

NODISCARD enum rc token_list(struct op *op, struct token_list *ret);
/* A fresh token. Made outside of the op that adds it, so that the op can run again. */
void token_fresh(char ret[TOKEN_TEXT_MAX]);
/* RC_CONFLICT while another one of that name is in force, and when a repeat asks to be shown again what was shown once. */
NODISCARD enum rc token_add(struct op *op, const struct token_in *in, const char *raw,
    struct token *ret);
/* One token, with what it may; RC_NOT_FOUND. */
NODISCARD enum rc token_get(struct op *op, int64_t id, struct token *ret);
/*
 * A new token in place of one that is in force (pick: as below): of the same name, rights and length of life. The old one ends after in->overlap hours, if
 * it does not end before. RC_CONFLICT when it is not in force.
 */
NODISCARD enum rc token_rotate(struct op *op, const struct token_pick_in *pick,
    const struct token_rotate_in *in, const char *raw, struct token *ret);
/* By its number or its name; id 0 and a name of digits: by that number if no token is called so. */
NODISCARD enum rc token_revoke(struct op *op, const struct token_pick_in *in, struct token *ret);

/* Is the word in the scope, or *? */
bool token_scope_has(const char *scope, const char *word);

/* ---- for programs ---- */

enum token_use { TOKEN_READ, TOKEN_WRITE };

/*
 * Whom the token speaks for; op->actor tells the door and the source. RC_UNAUTHENTICATED, with one sentence whatever is wrong with it, RC_LIMITED
 * when that source tried too many; RC_DENIED outside of its scope. What is refused stands in the trail.
 */
NODISCARD enum rc token_open(struct op *op, const char *raw, enum token_use use, struct actor *ret);
/* The token came in a way that others can read: says so in the trail and gives RC_DENIED. */
NODISCARD enum rc token_leaked(struct op *op, const char *raw);
/* A known token (op->actor) asked for what no token may: RC_DENIED with that sentence, in the trail as the note says. */
NODISCARD enum rc token_denied(struct op *op, const char *sentence);

#endif
