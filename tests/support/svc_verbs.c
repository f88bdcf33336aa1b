/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every writing verb of the services as one table, so that what must hold for each of them is
 * tested for each of them.
 */
#include "base/base.h"

#include "svc_fixture.h"

static enum rc
run_domain_add(struct op *op, const struct target *t)
{
	struct domain_in in = { 0 };
	struct domain row;

	GIVE(domain_in, &in, domain, arena_printf(op->arena, "%s.%s", t->fresh, t->domain));
	return domain_add(op, &in, &row);
}

static enum rc
run_domain_edit(struct op *op, const struct target *t)
{
	struct domain_in in = { 0 };
	struct domain row;

	GIVE(domain_in, &in, description, "edited");
	return domain_edit(op, t->domain_id, &in, &row);
}

static enum rc
run_domain_off(struct op *op, const struct target *t)
{
	struct domain row;

	return domain_set_active(op, t->domain_id, false, &row);
}

static enum rc
run_domain_delete(struct op *op, const struct target *t)
{
	return domain_delete(op, t->domain_id, t->domain);
}

static enum rc
run_domain_unassign(struct op *op, const struct target *t)
{
	return domain_assign(op, t->domain_id, t->admin_id, false);
}

static enum rc
run_mailbox_add(struct op *op, const struct target *t)
{
	struct mailbox_in in = { 0 };
	struct mailbox row;

	GIVE(mailbox_in, &in, local_part, t->fresh);
	GIVE(mailbox_in, &in, domain, t->domain);
	GIVE(mailbox_in, &in, password, PASSWORD);
	return mailbox_add(op, &in, &row, NULL);
}

static enum rc
run_mailbox_edit(struct op *op, const struct target *t)
{
	struct mailbox_in in = { 0 };
	struct mailbox row;

	GIVE(mailbox_in, &in, name, "Edited");
	return mailbox_edit(op, t->mailbox_id, &in, &row);
}

static enum rc
run_mailbox_password(struct op *op, const struct target *t)
{
	struct mailbox_in in = { 0 };

	GIVE(mailbox_in, &in, password, "another password");
	return mailbox_password(op, t->mailbox_id, &in, NULL, NULL);
}

static enum rc
run_mailbox_off(struct op *op, const struct target *t)
{
	struct mailbox row;

	return mailbox_set_active(op, t->mailbox_id, false, &row);
}

static enum rc
run_mailbox_delete(struct op *op, const struct target *t)
{
	return mailbox_delete(op, t->mailbox_id);
}

static enum rc
run_alias_add(struct op *op, const struct target *t)
{
	struct alias_in in = { 0 };
	struct alias row;

	GIVE(alias_in, &in, local_part, t->fresh);
	GIVE(alias_in, &in, domain, t->domain);
	GIVE(alias_in, &in, goto_, "somebody@elsewhere.example");
	return alias_add(op, &in, &row);
}

static enum rc
run_alias_edit(struct op *op, const struct target *t)
{
	struct alias_in in = { 0 };
	struct alias row;

	GIVE(alias_in, &in, goto_, "edited@elsewhere.example");
	return alias_edit(op, t->alias_id, &in, &row);
}

static enum rc
run_alias_off(struct op *op, const struct target *t)
{
	struct alias row;

	return alias_set_active(op, t->alias_id, false, &row);
}

static enum rc
run_alias_delete(struct op *op, const struct target *t)
{
	return alias_delete(op, t->alias_id);
}

static enum rc
run_admin_add(struct op *op, const struct target *t)
{
	struct admin_in in = { 0 };
	struct admin row;

	GIVE(admin_in, &in, username, arena_printf(op->arena, "%s@%s", t->fresh, t->domain));
	GIVE(admin_in, &in, password, PASSWORD);
	return admin_add(op, &in, &row);
}

static enum rc
run_admin_edit(struct op *op, const struct target *t)
{
	struct admin_in in = { 0 };
	struct admin row;

	GIVE(admin_in, &in, super, true);
	return admin_edit(op, t->admin_id, &in, &row);
}

static enum rc
run_admin_off(struct op *op, const struct target *t)
{
	struct admin row;

	return admin_set_active(op, t->admin_id, false, &row);
}

static enum rc
run_admin_password(struct op *op, const struct target *t)
{
	struct admin_in in = { 0 };

	GIVE(admin_in, &in, password, "another password");
	GIVE(admin_in, &in, current_password, PASSWORD);
	return admin_password(op, t->admin_id, &in, NULL, NULL);
}

static enum rc
run_admin_delete(struct op *op, const struct target *t)
{
	return admin_delete(op, t->admin_id);
}

/* clang-format off */
const struct verb verbs[] = {
	{ "domain_add",      "DOMAIN_ADD",             run_domain_add,       true,  true },
	{ "domain_edit",     "DOMAIN_EDIT",            run_domain_edit,      false, true },
	{ "domain_off",      "DOMAIN_DEACTIVATE",      run_domain_off,       false, false },
	{ "domain_delete",   "DOMAIN_PURGE",           run_domain_delete,    false, true },
	{ "domain_unassign", "ADMIN_TO_DOMAIN_REMOVE", run_domain_unassign,  false, true },
	{ "mailbox_add",     "MAILBOX_ADD",            run_mailbox_add,      true,  false },
	{ "mailbox_edit",    "MAILBOX_EDIT",           run_mailbox_edit,     false, false },
	{ "mailbox_password","MAILBOX_PW_CHANGE",      run_mailbox_password, false, false },
	{ "mailbox_off",     "MAILBOX_DEACTIVATE",     run_mailbox_off,      false, false },
	{ "mailbox_delete",  "MAILBOX_PURGE",          run_mailbox_delete,   false, false },
	{ "alias_add",       "ALIAS_ADD",              run_alias_add,        true,  false },
	{ "alias_edit",      "ALIAS_EDIT",             run_alias_edit,       false, false },
	{ "alias_off",       "ALIAS_DEACTIVATE",       run_alias_off,        false, false },
	{ "alias_delete",    "ALIAS_DELETE",           run_alias_delete,     false, false },
	{ "admin_add",       "ADMIN_ADD",              run_admin_add,        true,  true },
	{ "admin_edit",      "ADMIN_SUPER",            run_admin_edit,       false, true },
	{ "admin_off",       "ADMIN_DEACTIVE",         run_admin_off,        false, true },
	{ "admin_password",  "ADMIN_PW_CHANGE",        run_admin_password,   false, true },
	{ "admin_delete",    "ADMIN_PURGE",            run_admin_delete,     false, true },
};
/* clang-format on */
const size_t verbs_n = ARRAY_LEN(verbs);
