/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Aliases seen from where they lead. Owns what an actor is told of them: domain administrators see
 * those of their own domains, and of the ways through others only that they exist. It must not
 * write.
 */
#include "base/base.h"

#include "base/arena.h"
#include "model/actor.h"
#include "store/alias.h"
#include "store/reach.h"
#include "svc/mailbox_int.h"
#include "svc/perm.h"
#include "svc/reach.h"

#include <strings.h>

enum rc
mailbox_near(struct op *op, int64_t domain_id, bool *ret)
{
	return perm_near(op, domain_id, ret);
}

/* The way of an alias that leads there by another one may go through somebody else's domain. */
static void
take_way(struct op *op, const struct reach *way, struct reach_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->rows[i].id == way->id)
			return; /* a nearer way is there */
	list->rows[list->n] = *way;
	if (!perm_is_super(op) && way->depth > 1)
		list->rows[list->n].via = NULL;
	list->n++;
}

enum rc
reach_of(struct op *op, const struct mailbox *row, struct reach_list *ret)
{
	struct rows found;
	enum rc rc;

	if ((rc = perm_domain(op, row->domain_id, "mailbox")) != RC_OK ||
	    (rc = store_reach_list(op, row->username, perm_scope(op), REACH_MAX, &found)) != RC_OK)
		return rc;
	*ret = (struct reach_list){ .rows = found.at };
	for (size_t i = 0; i < found.n; i++)
		take_way(op, (const struct reach *)found.at + i, ret);
	return RC_OK;
}

enum rc
reach_naming(struct op *op, const char *address, struct reach_naming *ret)
{
	struct rows found;
	struct alias *all;
	size_t n = 0;
	enum rc rc;

	if ((rc = perm_signed_in(op)) != RC_OK ||
	    (rc = store_alias_naming(op, address, REACH_NAMING_MAX, &found)) != RC_OK)
		return rc;
	all = found.at;
	for (size_t i = 0; i < found.n; i++) {
		bool show;

		if ((rc = mailbox_near(op, all[i].domain_id, &show)) != RC_OK)
			return rc;
		if (show)
			all[n++] = all[i];
	}
	*ret = (struct reach_naming){ all, n };
	return RC_OK;
}

enum rc
reach_catch_all(struct op *op, const char *address, struct alias *ret)
{
	const char *domain = strchr(address, '@');

	return domain == address ? RC_NOT_FOUND : store_alias_route(op, domain, domain, ret);
}

enum rc
reach_after(struct op *op, const char *address, bool *ret_box, const char **ret_goto)
{
	struct reach way;
	enum rc rc = store_reach_after(op, address, strchr(address, '@'), &way);

	*ret_box = rc == RC_OK && way.depth == 0;
	*ret_goto = rc == RC_OK && way.depth > 0 ? way.via : NULL;
	return rc;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* One entry of a list without the blanks around it; goes on to the next. Other programs wrote lists, too. */
static const char *
next_target(const char **list, size_t *ret_len)
{
	const char *at = *list;
	size_t n = strcspn(at, ",");

	*list = at + n + (at[n] == ',');
	for (; n > 0 && is_blank(*at); n--)
		at++;
	while (n > 0 && is_blank(at[n - 1]))
		n--;
	*ret_len = n;
	return at;
}

const char *
reach_without(struct op *op, const char *list, const char *address)
{
	char *left = arena_alloc(op->arena, strlen(list) + 1), *end = left;
	size_t len = strlen(address), n;

	while (*list) {
		const char *target = next_target(&list, &n);

		if (n == 0 || (n == len && strncasecmp(target, address, len) == 0))
			continue;
		if (end > left)
			*end++ = ',';
		memcpy(end, target, n);
		end += n;
	}
	*end = '\0';
	return left;
}
