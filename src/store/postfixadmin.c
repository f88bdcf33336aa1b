/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of a PostfixAdmin database. */
#include "base/base.h"

#include "store/postfixadmin.h"
#include "store/postfixadmin_sql.h"

#define ALL 50000000

enum rc
store_pfa_domains(struct op *op, struct rows *ret)
{
	return db_all(op, &q_pfa_domains, DB_NONE, &pfa_domain_fields, ALL, ret);
}

enum rc
store_pfa_mailboxes(struct op *op, bool email_other, struct rows *ret)
{
	unsigned options = email_other ? query_option(&q_pfa_mailboxes, "other") : 0;

	return db_all(op, query_pick(&q_pfa_mailboxes, 0, false, options), DB_NONE,
	    &pfa_mailbox_fields, ALL, ret);
}

enum rc
store_pfa_aliases(struct op *op, struct rows *ret)
{
	return db_all(op, &q_pfa_aliases, DB_NONE, &pfa_alias_fields, ALL, ret);
}

enum rc
store_pfa_alias_domains(struct op *op, struct rows *ret)
{
	return db_all(op, &q_pfa_alias_domains, DB_NONE, &pfa_alias_fields, ALL, ret);
}

enum rc
store_pfa_admins(struct op *op, bool superadmin, struct rows *ret)
{
	unsigned options = superadmin ? query_option(&q_pfa_admins, "super") : 0;

	return db_all(op, query_pick(&q_pfa_admins, 0, false, options), DB_NONE, &pfa_admin_fields,
	    ALL, ret);
}

enum rc
store_pfa_assignments(struct op *op, struct rows *ret)
{
	return db_all(op, &q_pfa_assignments, DB_NONE, &pfa_assignment_fields, ALL, ret);
}

enum rc
store_pfa_others(struct op *op, enum pfa_kind kind, bool active, struct rows *ret)
{
	static const struct query *const queries[PFA__MAX] = { [PFA_FETCH] = &q_pfa_fetches,
		[PFA_APP_PASSWORD] = &q_pfa_app_passwords,
		[PFA_FACTOR] = &q_pfa_factors,
		[PFA_ADMIN_FACTOR] = &q_pfa_admin_factors,
		[PFA_SENDER] = &q_pfa_senders,
		[PFA_KEY] = &q_pfa_keys,
		[PFA_DESCRIPTION] = &q_pfa_descriptions };
	const struct query *q = queries[kind];
	unsigned options = active ? query_option(&q_pfa_vacations, "active") : 0;

	if (kind == PFA_VACATION)
		q = query_pick(&q_pfa_vacations, 0, false, options);
	return db_all(op, q, DB_NONE, &pfa_other_fields, ALL, ret);
}
