/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of API tokens, and of the domains that some are limited to. */
#include "base/base.h"

#include "store/token.h"
#include "store/token_sql.h"

enum rc
store_apitoken_get(struct op *op, const char *token_hash, struct token *ret)
{
	return db_one(op, &q_apitoken_get, DB_ARGS(DB_T("token_hash", token_hash)), &token_fields, ret);
}

enum rc
store_apitoken_list(struct op *op, struct rows *ret)
{
	return db_all(op, &q_apitoken_list, DB_ARGS(DB_I("limit", STORE_TOKENS_MAX)), &token_fields,
	    STORE_TOKENS_MAX, ret);
}

enum rc
store_apitoken_add(struct op *op, const struct token *row, int64_t *ret_id)
{
	struct token own = *row;
	enum rc rc = db_insert(op, &q_apitoken_add, DB_OBJ(token, row), &own.id);

	if (rc != RC_OK)
		return rc;
	*ret_id = own.id;
	return db_exec(op, &q_apitoken_own, DB_OBJ(token, &own), NULL);
}

enum rc
store_apitoken_used(struct op *op, int64_t id, int64_t now, const char *source)
{
	const struct token row = { .id = id, .last_used_at = now };
	enum rc rc = db_exec(op, &q_apitoken_used, DB_OBJ(token, &row), NULL);

	if (rc != RC_OK || !source)
		return rc;
	return db_exec(op, &q_apitoken_used_from, DB_ARGS(DB_I("id", id), DB_T("source", source)), NULL);
}

enum rc
store_apitoken_until(struct op *op, int64_t id, int64_t expires_at, int64_t *ret_changed)
{
	const struct token row = { .id = id, .expires_at = expires_at };

	return db_exec(op, &q_apitoken_until, DB_OBJ(token, &row), ret_changed);
}

enum rc
store_apitoken_revoke(struct op *op, int64_t id, int64_t *ret_changed)
{
	return db_exec(op, &q_apitoken_revoke, DB_ARGS(DB_I("id", id)), ret_changed);
}

static const struct field token_domain_field_rows[] = {
	FIELD(token_domain, domain_id),
	FIELD(token_domain, domain),
	FIELD(token_domain, assigned),
};
static FIELDS(token_domain);

enum rc
store_apitoken_domains(struct op *op, int64_t scope, int64_t owner_id, struct rows *ret)
{
	return db_all(op, &q_apitoken_domains,
	    DB_ARGS(DB_I("scope", scope), DB_I("owner_id", owner_id),
		DB_I("limit", STORE_TOKEN_DOMAINS_MAX)),
	    &token_domain_fields, STORE_TOKEN_DOMAINS_MAX, ret);
}

enum rc
store_apitoken_limit(struct op *op, int64_t scope, int64_t domain_id)
{
	return db_exec(op, &q_apitoken_limit,
	    DB_ARGS(DB_I("scope", scope), DB_I("domain_id", domain_id)), NULL);
}

enum rc
store_apitoken_unlimit(struct op *op, int64_t scope, int64_t domain_id)
{
	return db_exec(op, &q_apitoken_unlimit,
	    DB_ARGS(DB_I("scope", scope), DB_I("domain_id", domain_id)), NULL);
}

enum rc
store_scope_has(struct op *op, int64_t scope, int64_t domain_id, bool *ret)
{
	int64_t n = 0;
	enum rc rc = db_number(op, &q_scope_has,
	    DB_ARGS(DB_I("scope", scope), DB_I("domain_id", domain_id)), &n);

	*ret = n > 0;
	return rc;
}
