/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks that several entities share, each written once so that every door and every verb says the
 * same. They must not write. The surprising thing: a password's shortest length counts characters
 * as people do, its longest counts bytes as hashes do.
 */
#include "base/base.h"

#include "base/addr.h"
#include "base/arena.h"
#include "base/lang.h"
#include "base/str.h"
#include "base/utf8.h"
#include "conf/conf.h"
#include "model/domain.h"
#include "store/domain.h"
#include "svc/app_int.h"
#include "svc/breached.h"
#include "svc/held.h"
#include "svc/perm.h"
#include "svc/rules.h"
#include "svc/strength.h"

/* Whole sentences: languages bend words. */
static const char *
changed_since(const char *what)
{
	if (strcmp(what, "domain") == 0)
		return N_("This domain was changed since you opened it. Please look at what it is "
			  "now before you save.");
	if (strcmp(what, "mailbox") == 0)
		return N_("This mailbox was changed since you opened it. Please look at what it is "
			  "now before you save.");
	if (strcmp(what, "alias") == 0)
		return N_("This alias was changed since you opened it. Please look at what it is "
			  "now before you save.");
	return N_("This administrator was changed since you opened it. Please look at what it is "
		  "now before you save.");
}

enum rc
rules_rev(struct op *op, const struct fields *f, const void *row, const char *rev, const char *what)
{
	char now[17];

	if (!rev || !*rev)
		return RC_OK;
	field_rev(f, row, now);
	if (strcmp(now, rev) == 0)
		return RC_OK;
	return op_fail(op, RC_CONFLICT, "%s", changed_since(what));
}

static int64_t
characters(const char *text)
{
	int64_t n = 0;
	size_t left = strlen(text);

	while (left > 0) {
		size_t len = utf8_next(text, left, NULL);

		len = len > 0 ? len : 1;
		text += len;
		left -= len;
		n++;
	}
	return n;
}

#define WORDS 8
#define WORD_MIN 4 /* shorter ones are in too many passwords */

static void
add_word(const char *words[WORDS + 1], const char *word)
{
	size_t n = 0;

	while (words[n])
		n++;
	if (n < WORDS && strlen(word) >= WORD_MIN)
		words[n] = word;
}

/* What somebody who knows where the password is for tries first: the panel, the site, the address and its parts. */
static void
context_words(struct op *op, const char *account, const char *ret[WORDS + 1])
{
	size_t local = account ? strcspn(account, "@") : 0;
	const char *domain = account && account[local] ? account + local + 1 : "";

	memset(ret, 0, (WORDS + 1) * sizeof(*ret));
	add_word(ret, "vimbadmin");
	add_word(ret, "postmaster");
	add_word(ret, op->conf->sitename);
	add_word(ret, account ? account : "");
	add_word(ret, arena_strndup(op->arena, account ? account : "", local));
	add_word(ret, domain);
	add_word(ret, arena_strndup(op->arena, domain, strcspn(domain, ".")));
}

static bool
too_easy(struct op *op, const char *password, const char *account)
{
	const char *words[WORDS + 1];

	context_words(op, account, words);
	return strength_is_common(password, words) ||
	    (op->conf->min_strength > 0 && strength_of(password, words) < op->conf->min_strength);
}

static enum rc
check_breached(struct op *op, const char *password)
{
	bool found = false;

	if (op->app && breached_has(op->app->breached, password, &found) != RC_OK)
		return op_fail(op,
		    RC_UNAVAILABLE, "Passwords cannot be set now: the list of those that were stolen elsewhere cannot be read.");
	return found
	    ? op_fail_field(op, RC_INVALID,
		  "password", "This password was stolen somewhere else and is on a list of such. Please choose another one.")
	    : RC_OK;
}

enum rc
rules_password(struct op *op, const char *password, const char *account, int64_t min,
    enum pw_scheme scheme)
{
	const char *refused;

	if (!password || !*password)
		return op_fail_field(op, RC_INVALID, "password", "Please give a password.");
	if (characters(password) < min)
		return op_fail_field(op, RC_INVALID, "password",
		    "A password needs at least %lld characters.", (long long)min);
	refused = pw_refuse(scheme, password);
	if (refused)
		return op_fail_field(op, RC_INVALID, "password", "%s", refused);
	if (too_easy(op, password, account))
		return op_fail_field(op, RC_INVALID,
		    "password", "This password is too easy to guess. Several words that do not belong together do well.");
	return check_breached(op, password);
}

enum rc
rules_quota(struct op *op, const char *field, int64_t quota, int64_t max)
{
	struct str size = STR_INIT;
	enum rc rc = RC_OK;

	if (max == 0 || (quota > 0 && quota <= max))
		return RC_OK;
	lang_add_size(op->errs.lang, max, &size);
	rc = quota == 0
	    ? op_fail_field(op, RC_INVALID, field,
		  "Unlimited is not possible here: a mailbox of this domain may have at most %s.",
		  str_text(&size))
	    : op_fail_field(op, RC_INVALID, field, "A mailbox of this domain may have at most %s.",
		  str_text(&size));
	str_release(&size);
	return rc;
}

enum rc
rules_taken(struct op *op, const char *field, const char *text)
{
	const char *detail = op->errs.last ? arena_strdup(op->arena, op->errs.last->detail) : NULL;

	err_clear(&op->errs);
	op_fail_field(op, RC_CONFLICT, field, "%s", text);
	if (detail)
		err_detail(&op->errs, RC_CONFLICT, text, "%s", detail);
	return RC_CONFLICT;
}

enum rc
rules_domain(struct op *op, const char *field, const char *name, struct domain *ret)
{
	enum rc (*settle)(struct op *) = op->settle;
	enum rc rc;

	if ((rc = perm_signed_in(op)) != RC_OK || held_domain(op->held, name, ret))
		return rc;
	op->settle = NULL; /* what waits has nothing to do with it */
	rc = store_domain_find(op, name, ret);
	if (rc == RC_OK)
		rc = perm_domain(op, ret->id, "domain");
	op->settle = settle;
	if (rc == RC_OK)
		held_keep_domain(op->held, ret);
	if (rc != RC_NOT_FOUND)
		return rc;
	err_clear(&op->errs);
	return op_fail_field(op, RC_INVALID, field, "There is no such domain.");
}

static bool
are_allowed(const struct op *op, const char *local)
{
	const char *odd = local;
	const char *allowed = op->conf->local_characters ? op->conf->local_characters : "";

	while ((odd = strpbrk(odd, ADDR_ODD_CHARS)) && strchr(allowed, *odd))
		odd++;
	return odd == NULL;
}

static const char *const
    not_allowed = N_("The part before the @ takes letters, digits and . _ - + = ~ ^ ' only.");

enum rc
rules_local(struct op *op, const char *field, const char *local)
{
	return are_allowed(op, local) ? RC_OK : op_fail_field(op, RC_INVALID, field, "%s", not_allowed);
}

#define TARGET_SHOWN 100

enum rc
rules_target(struct op *op, const char *field, const char *target)
{
	struct addr a;
	const char *fault = addr_parse(target, ADDR_CATCH_ALL | ADDR_ODD, &a);

	if (!fault && !are_allowed(op, a.local))
		fault = not_allowed;
	if (!fault)
		return RC_OK;
	return op_fail_field(op, RC_INVALID, field, "\"%.*s\": %s",
	    (int)utf8_cut(target, TARGET_SHOWN), target, op_text(op, fault));
}

bool
rules_outside_is(const struct op *op, const char *policy)
{
	const char *set = op->conf->alias_outside;

	return set && strcmp(set, policy) == 0 && !perm_is_super(op);
}

enum rc
rules_outside(struct op *op, const char *address, bool *ret)
{
	struct domain domain;
	struct addr a;
	enum rc rc = addr_parse(address, ADDR_CATCH_ALL | ADDR_ODD, &a)
	    ? RC_NOT_FOUND
	    : store_domain_find(op, a.domain, &domain);

	*ret = rc == RC_NOT_FOUND;
	return *ret ? RC_OK : rc;
}
