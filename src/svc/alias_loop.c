/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Walks the aliases from one that is about to be saved. Postfix (virtual_alias_maps) looks an
 * address up as it is, then as "@domain"; an address that leads to itself ends there (a mailbox
 * that keeps a copy), one that leads to an address passed before never ends. A catch-all whose
 * target is "@other" keeps the local part. Depth and width are bounded here as there, so the walk
 * ends whatever the tables hold. It must not know permissions, except that addresses between the
 * alias and the place where the ring closes are shown to supers only: they may lie in somebody
 * else's domains.
 */
#include "base/base.h"

#include "base/addr.h"
#include "base/arena.h"
#include "base/str.h"
#include "store/alias.h"
#include "store/mailbox.h"
#include "svc/alias_loop.h"
#include "svc/perm.h"

#define STEPS_MAX 1000 /* Postfix: virtual_alias_expansion_limit */
#define DEPTH_MAX \
	50 /* far below its virtual_alias_recursion_limit of 1000, far above any sane table */

struct walk {
	struct op *op;
	alias_route route; /* where aliases are looked up */
	void *ctx;
	const char *address, *goto_; /* the alias as it would be */
	const char *path[DEPTH_MAX + 1];
	size_t depth; /* of path in use */
	size_t steps;
};

static enum rc
refuse_ring(struct walk *w, const char *back)
{
	struct str chain = STR_INIT;
	bool all = perm_is_super(w->op), hidden = false;
	enum rc rc;

	for (size_t i = 0; i <= w->depth; i++) {
		const char *node = i < w->depth ? w->path[i] : back;
		/* the alias itself and the target that was typed are no secret to who typed them */
		bool show = all || node == w->path[0] || strcmp(node, w->address) == 0 || i == 1;

		if (show || !hidden)
			str_addf(&chain, "%s%s", i > 0 ? " → " : "", show ? node : "…");
		hidden = !show;
	}
	rc = op_fail_field(w->op, RC_INVALID, "goto", "Mail would go round in circles: %s.",
	    str_text(&chain));
	str_release(&chain);
	return rc;
}

/* The goto list that applies to an address, NULL when mail ends there. */
static enum rc
look_up(struct walk *w, const char *node, const char **ret_goto)
{
	const char *domain = strchr(node, '@');
	struct alias found;
	enum rc rc;

	*ret_goto = NULL;
	if (strcmp(node, w->address) == 0) {
		*ret_goto = w->goto_;
		return RC_OK;
	}
	if (!domain) /* the PHP program let names without a domain in; nothing here leads on from them */
		return RC_OK;
	rc = w->route(w->op, w->ctx, node, domain, &found);
	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	/* what is stored under the catch-all being saved is about to be replaced */
	if (strcmp(domain, w->address) == 0 && (rc == RC_NOT_FOUND || strcmp(found.address, node) != 0))
		*ret_goto = w->goto_;
	else if (rc == RC_OK)
		*ret_goto = found.goto_;
	return RC_OK;
}

/*
 * One target as an address of its own; "@other" takes over the local part of the address that led
 * there.
 */
static const char *
target_of(struct walk *w, const char *node, const char *target, size_t len)
{
	const char *at = strchr(node, '@');

	if (*target == '@' && at && at != node)
		return arena_printf(w->op->arena, "%.*s%.*s", (int)(at - node), node, (int)len, target);
	return arena_strndup(w->op->arena, target, len);
}

static bool
on_path(const struct walk *w, const char *node)
{
	for (size_t i = 0; i < w->depth; i++)
		if (strcmp(w->path[i], node) == 0)
			return true;
	return false;
}

static enum rc step(struct walk *w, const char *node);

static enum rc
each_target(struct walk *w, const char *node, const char *list)
{
	while (*list) {
		size_t len = strcspn(list, ",");
		const char *next = target_of(w, node, list, len);
		enum rc rc;

		if (strcmp(next, node) != 0) {
			if (on_path(w, next))
				return refuse_ring(w, next);
			if ((rc = step(w, next)) != RC_OK)
				return rc;
		}
		list += len + (list[len] == ',');
	}
	return RC_OK;
}

static enum rc
step(struct walk *w, const char *node)
{
	struct arena_mark mark = arena_mark(w->op->arena);
	const char *list;
	enum rc rc;

	if (++w->steps > STEPS_MAX)
		return op_fail_field(w->op, RC_INVALID, "goto",
		    "This alias would lead to more than %d addresses.", STEPS_MAX);
	if (w->depth >= DEPTH_MAX)
		return op_fail_field(w->op, RC_INVALID, "goto",
		    "This alias would lead through more than %d others.", DEPTH_MAX);
	if ((rc = look_up(w, node, &list)) != RC_OK || !list)
		return rc;
	w->path[w->depth++] = node;
	if ((rc = each_target(w, node, list)) != RC_OK)
		return rc;
	w->depth--;
	arena_reset(w->op->arena, mark);
	return RC_OK;
}

static bool
names(const char *goto_, const char *address)
{
	size_t len = strlen(address);

	while (*goto_) {
		size_t n = strcspn(goto_, ",");

		if (n == len && memcmp(goto_, address, len) == 0)
			return true;
		goto_ += n + (goto_[n] == ',');
	}
	return false;
}

/* Naming itself is fine as long as a mailbox keeps that copy. */
static enum rc
check_self(struct op *op, const char *address, const char *goto_)
{
	struct mailbox mb;
	enum rc rc;

	if (!names(goto_, address))
		return RC_OK;
	rc = store_mailbox_find(op, address, &mb);
	if (rc != RC_NOT_FOUND)
		return rc;
	return op_fail_field(op, RC_INVALID, "goto",
	    "%s names itself, but there is no such mailbox.", address);
}

static enum rc
route_stored(struct op *op, void *ctx UNUSED, const char *address, const char *catch_all,
    struct alias *ret)
{
	return store_alias_route(op, address, catch_all, ret);
}

enum rc
alias_loop_walk(struct op *op, const char *address, const char *goto_, alias_route route, void *ctx)
{
	struct walk w = { .op = op, .route = route, .ctx = ctx, .address = address, .goto_ = goto_ };

	return step(&w, address);
}

enum rc
alias_loop_check(struct op *op, const char *address, const char *goto_)
{
	enum rc rc = check_self(op, address, goto_);

	return rc == RC_OK ? alias_loop_walk(op, address, goto_, route_stored, NULL) : rc;
}
