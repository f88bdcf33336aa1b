/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The first administrator: a token printed on the console opens one page once. Owns that there is
 * exactly one first administrator, whoever else tries at the same time: the statement that makes it
 * makes it only into an empty table, and the token is used up in the same transaction. It must not
 * know how the token is shown.
 */
#include "base/base.h"

#include "base/addr.h"
#include "base/arena.h"
#include "base/rand.h"
#include "conf/conf.h"
#include "db/tx.h"
#include "model/actor.h"
#include "store/admin.h"
#include "store/session.h"
#include "svc/app.h"
#include "svc/attempts.h"
#include "svc/auth.h"
#include "svc/change.h"
#include "svc/rules.h"

#define TOKEN_BYTES 32
#define TOKEN_LIFE (24 * 3600)
#define PURPOSE "setup"

enum rc
auth_needs_setup(struct op *op, bool *ret)
{
	int64_t n;
	enum rc rc = store_admin_number(op, &n);

	if (rc == RC_OK)
		*ret = n == 0;
	return rc;
}

static enum rc
closed(struct op *op)
{
	return op_fail(op, RC_CONFLICT, "There is an administrator already. Please sign in.");
}

static enum rc
need_open(struct op *op)
{
	bool open;
	enum rc rc = auth_needs_setup(op, &open);

	return rc != RC_OK || open ? rc : closed(op);
}

enum rc
auth_setup_token(struct op *op, const char **ret_token)
{
	TX tx = { 0 };
	char *token = arena_alloc(op->arena, 2 * TOKEN_BYTES + 1);
	char hash[65];
	enum rc rc;

	rand_hex(token, TOKEN_BYTES);
	sha256_hex(token, 2 * TOKEN_BYTES, hash);
	if ((rc = tx_begin(&tx, op)) != RC_OK || (rc = need_open(op)) != RC_OK ||
	    (rc = store_token_put(op, PURPOSE, hash, op->now, op->now + TOKEN_LIFE)) != RC_OK)
		return rc;
	*ret_token = token;
	return tx_commit(&tx);
}

static enum rc
take_token(struct op *op, const char *token)
{
	char hash[65];
	int64_t changed;
	enum rc rc;

	sha256_hex(token ? token : "", token ? strlen(token) : 0, hash);
	rc = store_token_take(op, PURPOSE, hash, op->now, &changed);
	if (rc != RC_OK || changed > 0)
		return rc;
	return op_fail_field(op, RC_INVALID, "token",
	    "This link is not valid any more. Start the program again for a new one.");
}

static enum rc
read_username(struct op *op, const char *text, const char **ret)
{
	struct addr a;
	const char *refused;

	if (!text || !*text)
		return op_fail_field(op, RC_INVALID, "username", "Please give your mail address.");
	refused = addr_parse(text, ADDR_PLAIN, &a);
	if (refused)
		return op_fail_field(op, RC_INVALID, "username", "%s", refused);
	*ret = arena_strdup(op->arena, a.full);
	return RC_OK;
}

static enum rc
insert(struct op *op, struct admin *row)
{
	enum rc rc = store_admin_add_first(op, row, &row->id);

	if (rc != RC_OK)
		return rc;
	if (row->id == 0)
		return closed(op);
	return change_add(op,
	    &(const struct change){ .action = "ADMIN_ADD",
		.type = "admin",
		.id = row->id,
		.object = row->username,
		.note = arena_printf(op->arena, "added admin %s, the first administrator", row->username),
		.fields = &admin_fields,
		.after = row });
}

static enum rc
make(struct op *op, const char *token, const struct attempt_try *attempt, struct admin *row,
    struct admin *ret)
{
	TX tx = { 0 };
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK || (rc = need_open(op)) != RC_OK ||
	    (rc = take_token(op, token)) != RC_OK || (rc = insert(op, row)) != RC_OK ||
	    (rc = attempts_clear(op, attempt)) != RC_OK ||
	    (rc = store_admin_get(op, row->id, ret)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

static enum rc
note_failure(struct op *op, const struct attempt_try *t)
{
	return attempts_note(op,
	    &(const struct change){ .action = t->last ? "ADMIN_LOCKOUT" : "ADMIN_SETUP_FAILED",
		.type = "admin",
		.object = "the first administrator",
		.note = "failed to give the token of the first run" });
}

enum rc
auth_setup(struct op *op, const struct setup_in *in, struct admin *ret)
{
	struct admin row = { .super = true, .active = true, .created = op->now };
	struct attempt_try attempt;
	enum rc rc, noted;

	if ((rc = need_open(op)) != RC_OK ||
	    (rc = read_username(op, in->username, &row.username)) != RC_OK ||
	    (rc = rules_password(op, in->password, row.username, op->conf->admin_min_password,
		 op->conf->admin_scheme)) != RC_OK ||
	    (rc = attempts_begin_at(op, ATTEMPT_SETUP, NULL, &attempt)) != RC_OK ||
	    (rc = app_hash_admin(op, in->password, &row.password)) != RC_OK)
		return rc;
	rc = make(op, in->token, &attempt, &row, ret);
	if (rc == RC_INVALID && (noted = note_failure(op, &attempt)) != RC_OK)
		return noted;
	return rc;
}
