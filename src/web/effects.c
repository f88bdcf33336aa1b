/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sentences and lines of the pages that ask before deleting. They only read; what is deleted is decided by the services once more. */
#include "base/base.h"

#include "base/arena.h"
#include "base/lang.h"
#include "base/str.h"
#include "conf/conf.h"
#include "svc/reach.h"
#include "web/call.h"
#include "web/effects.h"
#include "web/reply.h"

#define SHOWN_MAX 50
#define TARGETS_NAMED 3

enum rc
effects_aliases(struct op *op, struct call *c, const char *address, bool cut, struct form_spec *spec)
{
	struct reach_naming found;
	struct form_effect *at;
	enum rc rc = reach_naming(op, address, &found);

	if (rc != RC_OK)
		return rc;
	at = arena_array(c->arena, MIN(found.n, (size_t)SHOWN_MAX), sizeof(*at));
	for (size_t i = 0; i < found.n; i++) {
		const struct alias *a = &found.rows[i];
		const char *left = cut ? reach_without(op, a->goto_, address) : a->goto_;

		if (alias_is_self(a))
			continue;
		if (spec->n_effects == SHOWN_MAX)
			spec->more_effects++;
		else
			at[spec->n_effects++] = (struct form_effect){ a->address, a->goto_,
				*left ? left : NULL };
	}
	spec->effects = at;
	return RC_OK;
}

const char *
effects_targets(struct call *c, const char *list)
{
	CLEANUP(str_release) struct str s = STR_INIT;
	long long n = 0;

	for (const char *at = list; *at; at += strspn(at, ",")) {
		size_t len = strcspn(at, ",");

		if (n < TARGETS_NAMED && n > 0)
			STR_LIT(&s, ", ");
		if (n++ < TARGETS_NAMED)
			str_add(&s, reply_shown(c, arena_strndup(c->arena, at, len)));
		at += len;
	}
	return n > TARGETS_NAMED
	    ? call_printf(c, N_("%s and %lld more"), str_text(&s), n - TARGETS_NAMED)
	    : arena_strdup(c->arena, str_text(&s));
}

static const char *
goes_to(struct call *c, const char *address, const char *catch_all)
{
	if (catch_all)
		return call_printf(c, N_("Mail to this address then goes to the catch-all: %s."),
		    effects_targets(c, catch_all));
	return call_text(c,
	    *address == '@' ? N_("Mail to addresses that nobody has is refused then.")
			    : N_("Mail to this address is refused then."));
}

enum rc
effects_alias_mail(struct op *op, struct call *c, const char *address, const char **ret)
{
	const char *catch_all;
	bool box;
	enum rc rc = reach_after(op, address, &box, &catch_all);

	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	*ret = box ? call_text(c, N_("Then it stays in the mailbox of that name."))
		   : goes_to(c, address, catch_all);
	return RC_OK;
}

enum rc
effects_mail(struct op *op, struct call *c, const char *address, const char **ret)
{
	struct alias catch_all;
	enum rc rc = reach_catch_all(op, address, &catch_all);

	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	*ret = goes_to(c, address, rc == RC_OK ? catch_all.goto_ : NULL);
	return RC_OK;
}

const char *
effects_undo(struct call *c)
{
	if (c->conf->undo_days == 0)
		return call_text(c, N_("This cannot be undone."));
	return arena_printf(c->arena,
	    lang_plural(c->lang, "It can be brought back from the log for %lld day.",
		"It can be brought back from the log for %lld days.", c->conf->undo_days),
	    (long long)c->conf->undo_days);
}
