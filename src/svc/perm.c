/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who may do what. Owns the only reading of actor kinds and of the scope that lists are limited to. It must not know any entity's rules. The surprising thing: a domain that is
 * somebody else's and a domain that does not exist get the same answer, word for word, and the
 * actor who is nobody is told to sign in before anything is looked up.
 */
#include "base/base.h"

#include "base/log.h"
#include "model/actor.h"
#include "store/token.h"
#include "svc/perm.h"

bool
perm_is_super(const struct op *op)
{
	switch (op->actor->kind) {
	case ACTOR_OPERATOR:
	case ACTOR_SYSTEM:
		return true;
	case ACTOR_ADMIN:
		return op->actor->super;
	case ACTOR_NOBODY:
		break;
	}
	return false;
}

enum rc
perm_signed_in(struct op *op)
{
	if (op->actor->kind != ACTOR_NOBODY)
		return RC_OK;
	return op_fail(op, RC_UNAUTHENTICATED, "Please sign in first.");
}

enum rc
perm_super(struct op *op)
{
	enum rc rc = perm_signed_in(op);

	if (rc != RC_OK || perm_is_super(op))
		return rc;
	return op_fail(op, RC_DENIED, "Only a super administrator may do this.");
}

/* Whole sentences: languages bend words. */
static enum rc
no_such(struct op *op, const char *what)
{
	if (strcmp(what, "domain") == 0)
		return op_fail(op, RC_NOT_FOUND, "There is no such domain.");
	if (strcmp(what, "mailbox") == 0)
		return op_fail(op, RC_NOT_FOUND, "There is no such mailbox.");
	if (strcmp(what, "alias") == 0)
		return op_fail(op, RC_NOT_FOUND, "There is no such alias.");
	return op_fail(op, RC_NOT_FOUND, "There is no such entry.");
}

/* A page asks for one domain again and again: that it is within the scope is kept, that it is not is asked again. */
enum rc
perm_near(struct op *op, int64_t domain_id, bool *ret)
{
	int64_t scope = perm_scope(op);
	enum rc rc;

	*ret = perm_is_super(op);
	if (*ret)
		return RC_OK;
	*ret = domain_id != 0 && op->mine.domain_id == domain_id && op->mine.scope == scope;
	if (domain_id == 0 || *ret)
		return RC_OK;
	if ((rc = store_scope_has(op, scope, domain_id, ret)) == RC_OK && *ret) {
		op->mine.scope = scope;
		op->mine.domain_id = domain_id;
	}
	return rc;
}

enum rc
perm_domain(struct op *op, int64_t domain_id, const char *what)
{
	bool assigned = false;
	enum rc rc = perm_signed_in(op);

	if (rc != RC_OK || perm_is_super(op))
		return rc;
	if ((rc = perm_near(op, domain_id, &assigned)) != RC_OK)
		return rc;
	if (assigned)
		return RC_OK;
	if (domain_id != 0)
		log_warn("perm.foreign", L_TEXT("actor", op->actor->name), L_TEXT("what", what),
		    L_INT("domain", domain_id), L_TEXT("source", op->actor->source), L_END);
	return no_such(op, what);
}

int64_t
perm_scope(const struct op *op)
{
	if (perm_is_super(op))
		return 0;
	if (op->actor->bound != 0)
		return op->actor->bound;
	/* nobody's lists are limited to the domains of an administrator that cannot exist */
	return op->actor->kind == ACTOR_ADMIN ? op->actor->admin_id : -1;
}
