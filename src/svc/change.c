/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The trail as it is written: the fork's sentence, the row before and after as JSON out of the
 * field table, who did it through which door. Owns op->changes. It must not know any entity. The
 * surprising thing: secrets are told apart but never written, field_diff() says "changed" for them.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "model/actor.h"
#include "model/audit.h"
#include "store/audit.h"
#include "svc/change.h"
#include "svc/flush.h"
#include "svc/held.h"
#include "svc/mail.h"

/* Anonymous actors (a failed sign-in) have no name. */
static const char *
actor_name(const struct op *op)
{
	return op->actor->name && *op->actor->name ? op->actor->name : AUDIT_NOBODY;
}

static const char *
sentence(struct op *op, const struct change *c)
{
	const char *text = c->note
	    ? arena_printf(op->arena, "%s %s", actor_name(op), c->note)
	    : arena_printf(op->arena, "%s %s %s %s", actor_name(op), c->verb, c->type, c->object);

	if (op->undoes == 0)
		return text;
	return arena_printf(op->arena, "%s (takes back entry %lld)", text, (long long)op->undoes);
}

static void
write_out(struct op *op, struct change *c)
{
	struct str before = STR_INIT, after = STR_INIT;

	if (!c->fields || c->before_json || c->after_json)
		return;
	field_diff(c->fields, c->before, c->after, &before, &after);
	c->before_json = c->before ? arena_strdup(op->arena, str_text(&before)) : NULL;
	c->after_json = c->after ? arena_strdup(op->arena, str_text(&after)) : NULL;
	str_release(&before);
	str_release(&after);
}

static struct change *
hang(struct op *op, const struct change *c)
{
	struct change *copy = ARENA_NEW(op->arena, struct change);

	*copy = *c;
	write_out(op, copy);
	copy->next = op->changes;
	op->changes = copy;
	return copy;
}

static struct audit
entry(struct op *op, const struct change *c, const char *request_id)
{
	return (struct audit){
		.action = c->action,
		.data = sentence(op, c),
		.timestamp = op->now,
		.admin_id = op->actor->admin_id,
		.domain_id = c->domain_id,
		.actor = actor_name(op),
		.door = door_text(op->actor->door),
		.source = op->actor->source,
		.object_type = c->type,
		.object_id = c->id,
		.object = c->object,
		.before = c->before_json,
		.after = c->after_json,
		.request_id = request_id,
	};
}

enum rc
change_add(struct op *op, const struct change *c)
{
	struct change *before = op->changes, *done = hang(op, c);
	struct audit row = entry(op, done, c->aside ? NULL : op->request_id);
	enum rc rc;

	if (c->aside)
		op->changes = before;
	if ((rc = store_audit_add(op, &row, &done->log_id)) != RC_OK ||
	    (rc = mail_after_change(op, c)) != RC_OK)
		return rc;
	return flush_after_change(op, c);
}

enum rc
change_add_many(struct op *op, struct change *all, const char *const *request_ids, size_t n)
{
	struct audit *rows = arena_array(op->arena, n, sizeof(*rows));
	enum rc rc;

	for (size_t i = 0; i < n; i++) {
		write_out(op, &all[i]);
		rows[i] = entry(op, &all[i], request_ids[i]);
	}
	rc = store_audit_add_many(op, rows, n);
	for (size_t i = 0; rc == RC_OK && i < n; i++)
		rc = flush_after_change(op, &all[i]);
	return rc;
}

int64_t
change_entry(const struct op *op)
{
	const struct change *c = op->changes;

	while (c && c->log_id == 0)
		c = c->next;
	return c ? c->log_id : 0;
}

void
change_also(struct op *op, const struct change *c)
{
	(void)hang(op, c);
}

enum rc
change_replayed(struct op *op, const char *action, int64_t *ret_id)
{
	struct audit row;
	enum rc rc;

	*ret_id = 0;
	if (!op->request_id_given || op->changes || (op->held && held_is_first(op->held)))
		return RC_OK;
	rc = store_audit_by_request(op, op->request_id, &row);
	if (rc == RC_NOT_FOUND)
		return RC_OK;
	if (rc != RC_OK)
		return rc;
	if (strcmp(row.action, action) != 0 || !row.actor || strcmp(row.actor, actor_name(op)) != 0)
		return op_fail(op, RC_CONFLICT, "This request id was already used for something else.");
	*ret_id = row.object_id;
	return RC_OK;
}

static void
json_one(const struct change *c, struct str *out)
{
	STR_LIT(out, "{\"action\":");
	str_add_json(out, c->action);
	STR_LIT(out, ",\"type\":");
	str_add_json(out, c->type);
	STR_LIT(out, ",\"object\":");
	str_add_json(out, c->object);
	STR_LIT(out, ",\"before\":");
	str_add(out, c->before_json ? c->before_json : "null");
	STR_LIT(out, ",\"after\":");
	str_add(out, c->after_json ? c->after_json : "null");
	str_addc(out, '}');
}

void
change_json(const struct op *op, struct str *out)
{
	const struct change **in_order;
	const struct change *c;
	size_t n = 0, i = 0;

	for (c = op->changes; c; c = c->next)
		n++;
	in_order = arena_array(op->arena, n, sizeof(const struct change *));
	for (c = op->changes; c; c = c->next)
		in_order[i++] = c;
	str_addc(out, '[');
	while (i > 0) {
		json_one(in_order[--i], out);
		if (i > 0)
			str_addc(out, ',');
	}
	str_addc(out, ']');
}
