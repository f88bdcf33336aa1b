/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the two sides of API tokens share: token.c for people, token_open.c for programs. */
#ifndef SVC_TOKEN_INT_H
#define SVC_TOKEN_INT_H

#include "base/op.h"
#include "model/token.h"

#define TOKEN_SEPARATORS " \t\r\n,"
#define TOKEN_ACTIVE "active"

/* "active", or why it opens nothing: "revoked", "expired", "owner is gone", "owner is not active". */
const char *token_state(const struct op *op, const struct token *t);
/* The next word of a list of the fork's, in the arena; NULL at its end. */
const char *token_word(struct op *op, const char **at);
/* Is the source one of the list's? Networks may have bits behind their prefix, as the fork lets them; what is no network is nobody's. */
bool token_source_listed(const char *list, const char *source);

#endif
