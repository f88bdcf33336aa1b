/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Warnings. Owns what is worth one, and asks for what is to be known of one row (of many: warn_many.c). The surprising thing: an address that cannot be
 * parsed, a domain that is not there or is somebody else's warn of nothing; the service that saves says what is wrong with them.
 */
#include "base/base.h"

#include "base/addr.h"
#include "base/arena.h"
#include "base/lang.h"
#include "base/message.h"
#include "base/str.h"
#include "conf/conf.h"
#include "store/domain.h"
#include "svc/perm.h"
#include "svc/rules.h"
#include "svc/warn_int.h"

static void warn(struct op *op, struct warnings *w, const char *fmt, ...) PRINTFLIKE(3, 4);
static void
warn(struct op *op, struct warnings *w, const char *fmt, ...)
{
	va_list ap;

	if (w->n == WARN_MAX)
		return;
	if (op->errs.keep) {
		va_start(ap, fmt);
		w->said[w->n] = message_keep(op->arena, fmt, ap);
		va_end(ap);
	}
	va_start(ap, fmt);
	w->kind[w->n] = fmt;
	w->text[w->n++] = arena_vprintf(op->arena, op_text(op, fmt), ap);
	va_end(ap);
}

static struct warn_domain
facts_of(const struct domain *d)
{
	return (struct warn_domain){ .domain = d->domain,
		.mine = true,
		.active = d->active,
		.backupmx = d->backupmx,
		.quota = d->quota,
		.total_quota = d->total_quota };
}

/* The address an input means, and its domain if it is one of the actor's; RC_NOT_FOUND otherwise. */
static enum rc
find_domain(struct op *op, const char *address, const char *local, const char *domain,
    struct addr *ret_addr, struct domain *ret)
{
	if (!address || !*address)
		address = arena_printf(op->arena, "%s@%s", local ? local : "", domain ? domain : "");
	if (addr_parse(address, ADDR_CATCH_ALL | ADDR_ODD, ret_addr) != NULL)
		return RC_NOT_FOUND;
	return store_domain_find_for(op, perm_scope(op), ret_addr->domain, ret);
}

void
warn_of_domain(struct op *op, const struct warn_domain *d, struct warnings *w)
{
	if (!d->active)
		warn(op, w, N_("The domain %s is switched off: it takes no mail."), d->domain);
	if (d->backupmx)
		warn(op, w, N_("The domain %s is a backup MX: its mail goes on to another server."),
		    d->domain);
}

/* ---- aliases ---- */

static bool
lists(const char *list, const char *address)
{
	size_t len = strlen(address);

	for (; *list; list += *list == ',') {
		size_t n = strcspn(list, ",");

		if (n == len && memcmp(list, address, len) == 0)
			return true;
		list += n;
	}
	return false;
}

void
warn_of_outside(struct op *op, const char *target, struct warnings *w)
{
	warn(op, w, N_("%s is not on this server: mail is forwarded to another one."), target);
}

void
warn_of_target(struct op *op, const char *target, const struct alias_target *at, struct warnings *w)
{
	if (!at->domain_active)
		warn(op, w, N_("%s lies in a domain that is switched off."), target);
	else if (target[0] == '@')
		return;
	else if (at->box < 0 && at->alias < 0)
		warn(op, w, N_("%s does not exist, though its domain is here."), target);
	else if (at->box <= 0 && at->alias <= 0)
		warn(op, w, N_("%s is switched off."), target);
}

static enum rc
warn_outside(struct op *op, const char *target, struct warnings *w)
{
	bool outside = false;
	enum rc rc = rules_outside(op, target, &outside);

	if (rc == RC_OK && outside)
		warn_of_outside(op, target, w);
	return rc;
}

static enum rc
warn_target(struct op *op, const char *target, struct warnings *w)
{
	struct alias_target at;
	struct addr a;
	enum rc rc;

	if (addr_parse(target, ADDR_CATCH_ALL | ADDR_ODD, &a) != NULL)
		return RC_OK;
	rc = store_alias_target(op, &a, perm_scope(op), &at);
	if (rc == RC_NOT_FOUND && rules_outside_is(op, "warn"))
		return warn_outside(op, target, w);
	if (rc != RC_OK)
		return rc == RC_NOT_FOUND ? RC_OK : rc;
	warn_of_target(op, target, &at, w);
	return RC_OK;
}

static enum rc
warn_targets(struct op *op, const char *list, const char *own, struct warnings *w)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && *list && i < WARN_TARGETS && w->n < WARN_MAX; i++) {
		size_t n = strcspn(list, ",");
		const char *target = arena_strndup(op->arena, list, n);

		if (strcmp(target, own) != 0)
			rc = warn_target(op, target, w);
		list += n + (list[n] == ',');
	}
	return rc;
}

void
warn_of_shadow(struct op *op, const char *address, const char *list, const struct alias_target *at,
    struct warnings *w)
{
	if (at->box >= 0 && !lists(list, address))
		warn(op, w,
		    N_("There is a mailbox %s; it gets no mail any more, because this alias leads "
		       "elsewhere. Put %s among the targets to keep a copy there."),
		    address, address);
}

static enum rc
warn_shadow(struct op *op, const struct addr *addr, const char *list, struct warnings *w)
{
	struct alias_target at;
	enum rc rc = store_alias_target(op, addr, perm_scope(op), &at);

	if (rc == RC_OK)
		warn_of_shadow(op, addr->full, list, &at, w);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc
warn_alias(struct op *op, const struct alias *was, const struct alias_in *in, struct warnings *ret)
{
	const char *list = in->goto_ ? in->goto_ : was ? was->goto_ : "";
	struct warn_domain facts;
	struct addr addr;
	struct domain domain;
	enum rc rc;

	*ret = (struct warnings){ .n = 0 };
	if ((rc = perm_signed_in(op)) != RC_OK)
		return rc;
	/* what was so before is no news */
	if (was && strcmp(list, was->goto_) == 0)
		return RC_OK;
	if (was && addr_parse(was->address, ADDR_CATCH_ALL | ADDR_ODD, &addr) != NULL)
		return RC_OK;
	if (!was) {
		rc = find_domain(op, in->address, in->local_part, in->domain, &addr, &domain);
		if (rc != RC_OK)
			return rc == RC_NOT_FOUND ? RC_OK : rc;
		facts = facts_of(&domain);
		warn_of_domain(op, &facts, ret);
	}
	if (addr.local[0] != '\0' && (rc = warn_shadow(op, &addr, list, ret)) != RC_OK)
		return rc;
	return warn_targets(op, list, addr.full, ret);
}

/* ---- mailboxes ---- */

static const char *
human(struct op *op, int64_t bytes)
{
	struct str s = STR_INIT;
	const char *text;

	lang_add_size(op->errs.lang, bytes, &s);
	text = arena_strdup(op->arena, str_text(&s));
	str_release(&s);
	return text;
}

void
warn_of_quota(struct op *op, const struct warn_domain *d, int64_t quota, int64_t was, int64_t used,
    struct warnings *w)
{
	if (quota == 0 && d->quota > 0 && was != 0)
		warn(op, w, N_("It gets no limit, while other mailboxes of the domain get %s."),
		    human(op, d->quota));
	if (was >= 0 && quota > 0 && quota < used && quota != was)
		warn(op, w, N_("It holds %s already, more than the new quota: it takes no mail then."),
		    human(op, used));
}

void
warn_of_no_limit(struct op *op, const struct warn_domain *d, struct warnings *w)
{
	warn(op,
	    w, N_("It gets no limit, while the mailboxes of the domain are meant to take %s together."),
	    human(op, d->total_quota));
}

void
warn_of_total(struct op *op, const struct warn_domain *d, int64_t sum, struct warnings *w)
{
	if (sum > d->total_quota)
		warn(op,
		    w, N_("With it the mailboxes of the domain have %s together, more than the %s they are meant to take."),
		    human(op, sum), human(op, d->total_quota));
}

void
warn_of_sum(struct op *op, const struct warn_domain *d, int64_t sum, struct warnings *w)
{
	if (sum > d->total_quota)
		warn(op,
		    w, N_("With all these rows the mailboxes of %s have %s together, more than the %s they are meant to take."),
		    d->domain, human(op, sum), human(op, d->total_quota));
}

/* What the domain's mailboxes have together when this one has so much; was: what it has now, -1: it is made. What was so before is no news. */
static enum rc
warn_total(struct op *op, const struct domain *d, int64_t was, int64_t quota, struct warnings *w)
{
	const struct warn_domain facts = facts_of(d);
	int64_t sum = 0, others;
	enum rc rc;

	/* whoever is no super is refused it (svc/total.h) */
	if (d->total_quota == 0 || quota == was || (was > 0 && quota > 0 && quota < was) ||
	    !perm_is_super(op))
		return RC_OK;
	if (quota == 0) {
		warn_of_no_limit(op, &facts, w);
		return RC_OK;
	}
	if ((rc = store_domain_allotted(op, d->id, &sum)) != RC_OK)
		return rc;
	others = sum - MAX(was, 0);
	warn_of_total(op, &facts, quota > INT64_MAX - others ? INT64_MAX : others + quota, w);
	return RC_OK;
}

void
warn_of_extension(struct op *op, const struct addr *addr, struct warnings *w)
{
	const char *delimiters = op->conf->recipient_delimiter;
	size_t n = delimiters ? strcspn(addr->local, delimiters) : 0;

	if (n > 0 && addr->local[n] != '\0')
		warn(op,
		    w, N_("What follows \"%s\" in an address is an extension for the mail server: %s may be taken for one of %s@%s."),
		    arena_strndup(op->arena, addr->local + n, 1), addr->full,
		    arena_strndup(op->arena, addr->local, n), addr->domain);
}

enum rc
warn_mailbox(struct op *op, const struct mailbox *was, const struct mailbox_in *in, struct warnings *ret)
{
	bool given = FIELD_GIVEN(mailbox_in, in, quota);
	struct warn_domain facts;
	struct addr addr;
	struct domain domain;
	enum rc rc;

	*ret = (struct warnings){ .n = 0 };
	if ((rc = perm_signed_in(op)) != RC_OK)
		return rc;
	rc = was ? find_domain(op, was->username, NULL, NULL, &addr, &domain)
		 : find_domain(op, in->address, in->local_part, in->domain, &addr, &domain);
	if (rc != RC_OK)
		return rc == RC_NOT_FOUND ? RC_OK : rc;
	facts = facts_of(&domain);
	if (!was) {
		warn_of_domain(op, &facts, ret);
		warn_of_extension(op, &addr, ret);
	}
	if (given)
		warn_of_quota(op, &facts, in->quota, was ? was->quota : -1,
		    was ? was->used_bytes : 0, ret);
	if (was && !given)
		return RC_OK;
	return warn_total(op, &domain, was ? was->quota : -1, given ? in->quota : domain.quota, ret);
}

/* ---- domains ---- */

unsigned
warn_limits_ask(const struct domain *was, const struct domain_in *in)
{
	unsigned ask = 0;

	if (FIELD_GIVEN(domain_in, in, max_quota) && in->max_quota != was->max_quota && in->max_quota > 0)
		ask |= WARN_ASK_OVER;
	if (FIELD_GIVEN(domain_in, in, total_quota) && in->total_quota != was->total_quota &&
	    in->total_quota > 0)
		ask |= WARN_ASK_TOTAL;
	return ask;
}

/* Nothing can be added to what is above its limit. */
static void
warn_of_numbers(struct op *op, const struct domain *was, const struct domain_in *in, struct warnings *w)
{
	if (FIELD_GIVEN(domain_in, in, max_mailboxes) && in->max_mailboxes != was->max_mailboxes &&
	    in->max_mailboxes > 0 && in->max_mailboxes < was->mailbox_count)
		warn(op,
		    w, N_("It has %lld mailboxes already, more than it may have then: none can be added."),
		    (long long)was->mailbox_count);
	if (FIELD_GIVEN(domain_in, in, max_aliases) && in->max_aliases != was->max_aliases &&
	    in->max_aliases > 0 && in->max_aliases < was->alias_count)
		warn(op,
		    w, N_("It has %lld aliases already, more than it may have then: none can be added."),
		    (long long)was->alias_count);
}

void
warn_of_limits(struct op *op, const struct domain *was, const struct domain_in *in,
    const struct warn_limit *l, struct warnings *w)
{
	unsigned ask = warn_limits_ask(was, in);

	warn_of_numbers(op, was, in, w);
	if (FIELD_GIVEN(domain_in, in, backupmx) && in->backupmx && !was->backupmx &&
	    was->mailbox_count > 0)
		warn(op,
		    w, N_("It has %lld mailboxes. A backup MX delivers to none of them: its mail goes on to another server."),
		    (long long)was->mailbox_count);
	if (ask & WARN_ASK_OVER && l->over_max > 0)
		warn(op, w,
		    N_("Mailboxes that have more than %s now, or no limit: %lld. They keep it."),
		    human(op, in->max_quota), (long long)l->over_max);
	if (ask & WARN_ASK_TOTAL && l->allotted > in->total_quota)
		warn(op,
		    w, N_("Its mailboxes have %s together already, more than they are meant to take then."),
		    human(op, l->allotted));
}

enum rc
warn_limits(struct op *op, const struct domain *was, const struct domain_in *in, struct warnings *ret)
{
	unsigned ask = warn_limits_ask(was, in);
	struct warn_limit l = { .domain = was->domain };
	enum rc rc = perm_super(op);

	*ret = (struct warnings){ .n = 0 };
	if (rc != RC_OK ||
	    (ask & WARN_ASK_OVER &&
		(rc = store_domain_over(op, was->id, in->max_quota, &l.over_max)) != RC_OK) ||
	    (ask & WARN_ASK_TOTAL && (rc = store_domain_allotted(op, was->id, &l.allotted)) != RC_OK))
		return rc;
	warn_of_limits(op, was, in, &l, ret);
	return RC_OK;
}
