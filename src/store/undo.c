/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of vimb_undo*. Whole domains are copied by the database itself: their rows never come through here. */
#include "base/base.h"

#include "base/arena.h"
#include "store/undo.h"
#include "store/undo_sql.h"

/* clang-format off */
static const struct field undo_alias_field_rows[] = {
	FIELD(undo_alias, id, .kind = KIND_ID),
	FIELD(undo_alias, address),
	FIELD_AS(undo_alias, goto_, "goto"),
	FIELD(undo_alias, goto_after),
	FIELD(undo_alias, goto_now),
	FIELD(undo_alias, active),
	FIELD(undo_alias, active_now),
	FIELD(undo_alias, created, .kind = KIND_TIME),
	FIELD(undo_alias, domain),
	FIELD(undo_alias, domain_id, .kind = KIND_ID),
};
static FIELDS(undo_alias);

/* One column of one row. */
struct taken { const char *address; };
static const struct field taken_field_rows[] = { FIELD(taken, address) };
static FIELDS(taken);
struct kept { int64_t id; };
static const struct field kept_field_rows[] = { FIELD(kept, id, .kind = KIND_ID) };
static FIELDS(kept);
/* clang-format on */

enum rc
store_undo_add(struct op *op, int64_t expires_at, int64_t *ret_undo_id)
{
	return db_insert(op, &q_undo_add, DB_ARGS(DB_I("expires_at", expires_at)), ret_undo_id);
}

enum rc
store_undo_name(struct op *op, int64_t undo_id, int64_t log_id)
{
	return db_exec(op, &q_undo_name, DB_ARGS(DB_I("undo_id", undo_id), DB_I("log_id", log_id)),
	    NULL);
}

enum rc
store_undo_of(struct op *op, int64_t log_id, int64_t *ret_undo_id)
{
	struct kept kept;
	enum rc rc = db_one(op, &q_undo_of, DB_ARGS(DB_I("log_id", log_id), DB_I("now", op->now)),
	    &kept_fields, &kept);

	if (rc == RC_OK)
		*ret_undo_id = kept.id;
	return rc;
}

enum rc
store_undo_drop(struct op *op, int64_t undo_id)
{
	return db_exec(op, &q_undo_drop, DB_ARGS(DB_I("undo_id", undo_id)), NULL);
}

enum rc
store_undo_prune(struct op *op, int64_t now, int64_t *ret_removed)
{
	return db_exec(op, &q_undo_prune, DB_ARGS(DB_I("now", now)), ret_removed);
}

static enum rc
run_all(struct op *op, const struct query *const *steps, size_t n, int64_t undo_id, int64_t id)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < n && rc == RC_OK; i++)
		rc = db_exec(op, steps[i], DB_ARGS(DB_I("undo_id", undo_id), DB_I("id", id)), NULL);
	return rc;
}

enum rc
store_undo_keep_mailbox(struct op *op, int64_t undo_id, int64_t id)
{
	static const struct query *const steps[] = { &q_undo_keep_mailbox, &q_undo_keep_prefs,
		&q_undo_keep_directory };

	return run_all(op, steps, ARRAY_LEN(steps), undo_id, id);
}

enum rc
store_undo_keep_alias(struct op *op, int64_t undo_id, const struct alias *before, const char *goto_after)
{
	enum rc rc = db_exec(op, &q_undo_keep_alias,
	    DB_OBJ_ARGS(alias, before, DB_I("undo_id", undo_id), DB_T("goto_after", goto_after)), NULL);

	if (rc != RC_OK || goto_after)
		return rc;
	return db_exec(op, &q_undo_keep_alias_prefs,
	    DB_ARGS(DB_I("undo_id", undo_id), DB_T("address", before->address)), NULL);
}

enum rc
store_undo_keep_domain(struct op *op, int64_t undo_id, int64_t id)
{
	static const struct query *const steps[] = { &q_undo_keep_domain, &q_undo_keep_total,
		&q_undo_keep_admins, &q_undo_keep_mailboxes, &q_undo_keep_prefs,
		&q_undo_keep_directory, &q_undo_keep_aliases, &q_undo_keep_aliases_prefs };

	return run_all(op, steps, ARRAY_LEN(steps), undo_id, id);
}

enum rc
store_undo_mailbox(struct op *op, int64_t undo_id, struct mailbox *ret)
{
	return db_one(op, &q_undo_mailbox, DB_ARGS(DB_I("undo_id", undo_id)), &mailbox_fields, ret);
}

enum rc
store_undo_domain(struct op *op, int64_t undo_id, struct domain *ret)
{
	return db_one(op, &q_undo_domain, DB_ARGS(DB_I("undo_id", undo_id)), &domain_fields, ret);
}

enum rc
store_undo_aliases(struct op *op, int64_t undo_id, struct rows *ret)
{
	return db_all(op, &q_undo_aliases,
	    DB_ARGS(DB_I("undo_id", undo_id), DB_I("limit", UNDO_ALIASES_MAX)), &undo_alias_fields,
	    UNDO_ALIASES_MAX, ret);
}

enum rc
store_undo_taken(struct op *op, int64_t undo_id, const char **ret_address)
{
	struct taken taken = { 0 };
	enum rc rc = db_one(op, &q_undo_taken, DB_ARGS(DB_I("undo_id", undo_id)), &taken_fields, &taken);

	if (rc == RC_OK)
		*ret_address = taken.address;
	return rc;
}

enum rc
store_undo_put_details(struct op *op, int64_t undo_id)
{
	static const struct query *const steps[] = { &q_undo_put_prefs, &q_undo_put_directory };

	return run_all(op, steps, ARRAY_LEN(steps), undo_id, 0);
}

enum rc
store_undo_put_alias(struct op *op, int64_t undo_id, int64_t id)
{
	static const struct query *const steps[] = { &q_undo_put_alias_prefs };

	return run_all(op, steps, ARRAY_LEN(steps), undo_id, id);
}

enum rc
store_undo_put_domain(struct op *op, int64_t undo_id, int64_t id)
{
	static const struct query *const steps[] = { &q_undo_put_mailboxes, &q_undo_put_prefs,
		&q_undo_put_directory, &q_undo_put_aliases, &q_undo_put_aliases_prefs,
		&q_undo_put_admins, &q_undo_recount };

	return run_all(op, steps, ARRAY_LEN(steps), undo_id, id);
}
