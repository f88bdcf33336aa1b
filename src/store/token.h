/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows of API tokens. A token limited to some domains is a scope of its own, a number below -1, in the place of an administrator's id in
 * every statement that has a scope.
 */
#ifndef STORE_TOKEN_H
#define STORE_TOKEN_H

#include "db/db.h"
#include "model/token.h"

#define STORE_TOKEN_SCOPE(token_id) (-1 - (token_id))
#define STORE_TOKENS_MAX 10000
#define STORE_TOKEN_DOMAINS_MAX 10000

/* RC_NOT_FOUND without a fault when there is none. */
NODISCARD enum rc store_apitoken_get(struct op *op, const char *token_hash, struct token *ret);
/* struct token rows without their hashes, at most STORE_TOKENS_MAX. */
NODISCARD enum rc store_apitoken_list(struct op *op, struct rows *ret);
NODISCARD enum rc store_apitoken_add(struct op *op, const struct token *row, int64_t *ret_id);
NODISCARD enum rc store_apitoken_used(struct op *op, int64_t id, int64_t now, const char *source);
/* *ret_changed 0: it is revoked, or gone. */
NODISCARD enum rc store_apitoken_until(struct op *op, int64_t id, int64_t expires_at,
    int64_t *ret_changed);
NODISCARD enum rc store_apitoken_revoke(struct op *op, int64_t id, int64_t *ret_changed);

struct token_domain {
	int64_t domain_id;
	const char *domain;
	bool assigned; /* to the owner */
};
/* What its scope holds at present: struct token_domain rows. */
NODISCARD enum rc store_apitoken_domains(struct op *op, int64_t scope, int64_t owner_id,
    struct rows *ret);
NODISCARD enum rc store_apitoken_limit(struct op *op, int64_t scope, int64_t domain_id);
NODISCARD enum rc store_apitoken_unlimit(struct op *op, int64_t scope, int64_t domain_id);

/* Is the domain in the scope (store/list.h), which is not 0? */
NODISCARD enum rc store_scope_has(struct op *op, int64_t scope, int64_t domain_id, bool *ret);

#endif
