/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lists as CSV. It calls the services' own lists, so it has no rules but one: who may take the password hashes along. It must not know HTTP. The
 * surprising thing: hashes are looked up row by row, because no list's statement reads them.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "db/tx.h"
#include "store/mailbox.h"
#include "svc/admin.h"
#include "svc/alias.h"
#include "svc/audit.h"
#include "svc/change.h"
#include "svc/domain.h"
#include "svc/export.h"
#include "svc/extra.h"
#include "svc/mailbox.h"
#include "svc/perm.h"

#define EOL "\r\n"

/* One page of any list. */
struct page {
	const struct fields *fields;
	const void *rows;
	size_t n;
	const char *next;
};

/* The lists differ in nothing but the type of their rows. */
/* clang-format off */
#define READER(entity, table)                                                           \
	static enum rc                                                                  \
	read_##entity(struct op *op, const struct list_in *in, struct page *ret)        \
	{                                                                               \
		struct entity##_list list;                                              \
		enum rc rc = entity##_list(op, in, &list);                              \
											\
		if (rc == RC_OK)                                                        \
			*ret = (struct page){ &(table), list.rows, list.n, list.info.next }; \
		return rc;                                                              \
	}
READER(domain, domain_fields)
READER(admin, admin_fields)
READER(audit, audit_fields)
/* clang-format on */

/* What the configuration adds to mailboxes is looked up row by row: no list's statement reads it. */
static enum rc
read_mailbox(struct op *op, const struct list_in *in, struct page *ret)
{
	const struct extras x = extras_of(op->conf, op->arena);
	struct mailbox_list list;
	enum rc rc = mailbox_list(op, in, &list);

	for (size_t i = 0; rc == RC_OK && i < list.n; i++)
		rc = extra_load(op, &list.rows[i]);
	if (rc == RC_OK)
		*ret = (struct page){ x.row, list.rows, list.n, list.info.next };
	return rc;
}

static enum rc
read_alias(struct op *op, const struct list_in *in, struct page *ret)
{
	const struct extras x = extras_of_alias(op->conf, op->arena);
	struct alias_list list;
	enum rc rc = alias_list(op, in, &list);

	for (size_t i = 0; rc == RC_OK && i < list.n; i++)
		rc = extra_alias_load(op, &list.rows[i]);
	if (rc == RC_OK)
		*ret = (struct page){ x.row, list.rows, list.n, list.info.next };
	return rc;
}

static const struct {
	const char *name;
	enum rc (*read)(struct op *op, const struct list_in *in, struct page *ret);
} lists[] = {
	[EXPORT_DOMAINS] = { "domains", read_domain },
	[EXPORT_MAILBOXES] = { "mailboxes", read_mailbox },
	[EXPORT_ALIASES] = { "aliases", read_alias },
	[EXPORT_ADMINS] = { "administrators", read_admin },
	[EXPORT_LOG] = { "log", read_audit },
};

const char *
export_name(enum export_list list)
{
	return lists[list].name;
}

static bool
is_first(const struct list_in *in)
{
	return !(in->after && *in->after) && !(in->before && *in->before);
}

/* Before the first row leaves, the trail says who took the hashes of what. */
static enum rc
record_hashes(struct op *op, const struct list_in *in)
{
	TX tx = { 0 };
	const char *domain = in->domain && *in->domain ? in->domain : "all domains";
	struct change c = { .action = "MAILBOX_EXPORT",
		.type = "mailbox",
		.object = domain,
		.note = arena_printf(op->arena,
		    "exported mailboxes with their password hashes (%s)", domain) };
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK || (rc = change_add(op, &c)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

static enum rc
add_hash(struct op *op, const struct mailbox *row, struct str *out)
{
	struct mailbox whole;
	enum rc rc = store_mailbox_get(op, row->id, &whole);

	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	str_addc(out, ',');
	str_add_csv(out, rc == RC_OK ? whole.password : "");
	return RC_OK;
}

static enum rc
add_rows(struct op *op, const struct page *page, bool hashes, struct str *out)
{
	for (size_t i = 0; i < page->n; i++) {
		struct arena_mark mark = arena_mark(op->arena);
		const char *row = (const char *)page->rows + i * page->fields->size;
		enum rc rc = RC_OK;

		(void)field_csv(page->fields, row, out);
		if (hashes)
			rc = add_hash(op, (const void *)row, out);
		if (rc != RC_OK)
			return rc;
		STR_LIT(out, EOL);
		arena_reset(op->arena, mark);
	}
	return RC_OK;
}

enum rc
export_page(struct op *op, enum export_list list, const struct list_in *in, struct str *out,
    const char **ret_next)
{
	struct page page = { 0 };
	bool hashes = in->hashes && list == EXPORT_MAILBOXES;
	enum rc rc;

	if ((hashes && (rc = perm_super(op)) != RC_OK) ||
	    (rc = lists[list].read(op, in, &page)) != RC_OK ||
	    (hashes && is_first(in) && (rc = record_hashes(op, in)) != RC_OK))
		return rc;
	if (is_first(in)) {
		(void)field_csv(page.fields, NULL, out);
		if (hashes)
			STR_LIT(out, ",\"hash\"");
		STR_LIT(out, EOL);
	}
	*ret_next = page.next;
	return add_rows(op, &page, hashes, out);
}
