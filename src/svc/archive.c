/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Archives as people see them, and whether what is in one could be restored. Reading a snapshot is archive_read.c's. It must not write: putting aside
 * and bringing back is work of the mail server's.
 */
#include "base/base.h"

#include "base/addr.h"
#include "base/arena.h"
#include "conf/conf.h"
#include "store/archive.h"
#include "svc/archive.h"
#include "svc/perm.h"

#define DONE "ARCHIVED"
#define LIMIT_MAX 10000

static bool
ends_in(const char *text, const char *end)
{
	size_t n = text ? strlen(text) : 0, m = strlen(end);

	return n > m && strcmp(text + n - m, end) == 0;
}

static bool
is_tar(const char *file)
{
	return ends_in(file, ".tar") || ends_in(file, ".tar.bz2");
}

bool
archive_of_upstream(const struct archive *row)
{
	return (row->data && *row->data == 'a') || is_tar(row->maildir_file) ||
	    is_tar(row->homedir_file);
}

const char *
archive_obstacle(struct op *op, const struct archive *row, const struct archive_snapshot *s)
{
	if (s->fault)
		return s->fault;
	if (!row->status || strcmp(row->status, DONE) != 0)
		return arena_printf(op->arena, N_("It is not finished: %s."),
		    row->status ? row->status : "");
	if (!s->has_mailbox)
		return N_("It holds no account, only mail.");
	if (is_tar(row->maildir_file) || is_tar(row->homedir_file))
		return N_("Its mail is a tar file that only ViMbAdmin 3 puts back.");
	if (!row->domain)
		return N_("Its domain is gone.");
	if (strcmp(row->domain, s->domain) != 0)
		return N_("It stands in another domain than that of its address.");
	return row->taken ? N_("There is a mailbox of that address.") : NULL;
}

static struct archive_view
describe(struct op *op, const struct archive *row)
{
	struct archive_snapshot s = { 0 };
	const char *why;

	archive_read(op, row, &s);
	why = archive_obstacle(op, row, &s);
	return (struct archive_view){ .username = row->username,
		.status = row->status,
		.made_by = s.made_by,
		.type = s.type,
		.restorable = !why,
		.why = why,
		.archived_at = row->archived_at,
		.status_changed_at = row->status_changed_at,
		.file = row->maildir_file ? row->maildir_file : row->homedir_file,
		.size = row->maildir_size,
		.autoprune = row->autoprune,
		.domain = row->domain,
		.admin = row->admin,
		.name = s.mailbox.name,
		.alt_email = s.mailbox.alt_email,
		.access_restriction = s.mailbox.access_restriction,
		.password_scheme = s.password_void ? N_("none that lets in") : s.password_scheme,
		.quota = s.mailbox.quota,
		.active = s.mailbox.active,
		.created = s.mailbox.created,
		.aliases = (int64_t)s.n_aliases,
		.preferences = (int64_t)s.n_prefs };
}

enum rc
archive_list(struct op *op, int64_t limit, struct archive_list *ret)
{
	const struct archive *at;
	struct rows rows;
	enum rc rc;

	limit = limit > 0 ? MIN(limit, LIMIT_MAX) : op->conf->table_entries;
	*ret = (struct archive_list){ 0 };
	if ((rc = perm_signed_in(op)) != RC_OK ||
	    (rc = store_archive_list(op, perm_scope(op), limit, &rows)) != RC_OK ||
	    (rc = store_archive_count(op, perm_scope(op), &ret->info.total)) != RC_OK)
		return rc;
	at = rows.at;
	ret->rows = arena_array(op->arena, rows.n, sizeof(*ret->rows));
	ret->n = rows.n;
	for (size_t i = 0; i < rows.n; i++)
		ret->rows[i] = describe(op, &at[i]);
	return RC_OK;
}

enum rc
archive_find(struct op *op, const char *address, struct archive_view *ret)
{
	struct archive row;
	struct addr a;
	enum rc rc = perm_signed_in(op);

	if (rc != RC_OK)
		return rc;
	if (addr_parse(address, ADDR_ODD, &a) == NULL)
		address = arena_strdup(op->arena, a.full);
	rc = store_archive_find(op, address, &row);
	if (rc == RC_NOT_FOUND)
		return op_fail(op, RC_NOT_FOUND, "There is no such archive.");
	if (rc != RC_OK || (rc = perm_domain(op, row.domain_id, "archive")) != RC_OK)
		return rc;
	*ret = describe(op, &row);
	return RC_OK;
}
