/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Answers the questions of second_keys.h. Owns which question may open what: pending secrets may be shown, kept ones never leave
 * but sealed. It must not know rows, people or sockets. The surprising thing: `securitysalt.old` opens as well as the salt in
 * force, but nothing is sealed under it any more.
 */
#include "base/base.h"

#include "base/clock.h"
#include "conf/conf.h"
#include "svc/app_int.h"
#include "svc/second_keys.h"

#include <sodium.h>

struct keys {
	struct totp_key now, old;
	bool has_old;
};

/* ---- shapes ---- */

/* Text of these characters that ends within its room, with nothing but zeroes behind. */
static bool
clean(const char *text, size_t size, const char *letters)
{
	size_t n = strnlen(text, size);

	if (n == size || strspn(text, letters) != n)
		return false;
	for (size_t i = n; i < size; i++)
		if (text[i])
			return false;
	return true;
}

#define DIGITS "0123456789"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define LOWER "abcdefghijklmnopqrstuvwxyz"

static bool
sealed_clean(const char sealed[TOTP_SEALED_MAX + 1])
{
	return clean(sealed, TOTP_SEALED_MAX + 1, UPPER LOWER DIGITS "+/=:");
}

bool
second_ask_ok(const struct second_ask *ask)
{
	static const struct {
		bool sealed;
		size_t code, code_or; /* lengths */
	} has[] = {
		[SECOND_ASK_FRESH] = { false, 0, 0 },
		[SECOND_ASK_SHOW] = { true, 0, 0 },
		[SECOND_ASK_CONFIRM] = { true, TOTP_CODE_LEN, TOTP_CODE_LEN },
		[SECOND_ASK_GIVE] = { false, 0, 0 },
		[SECOND_ASK_CHECK] = { true, TOTP_CODE_LEN, TOTP_CODE_LEN },
		[SECOND_ASK_RENEW] = { true, 0, 0 },
		[SECOND_ASK_BACKUP] = { false, BACKUP_LEN, BACKUP_SHORT_LEN },
	};
	size_t n;

	_Static_assert(ARRAY_LEN(has) == SECOND_ASK__MAX, "one row each");
	if ((unsigned)ask->question >= SECOND_ASK__MAX || ask->admin_id <= 0 ||
	    !sealed_clean(ask->sealed) || !clean(ask->code, sizeof(ask->code), DIGITS UPPER))
		return false;
	n = strlen(ask->code);
	if (has[ask->question].sealed != (*ask->sealed != '\0') ||
	    (n != has[ask->question].code && n != has[ask->question].code_or))
		return false;
	return n != TOTP_CODE_LEN || strspn(ask->code, DIGITS) == n;
}

bool
second_told_ok(enum second_question question, const struct second_told *told)
{
	bool right = told->verdict == SECOND_RIGHT;
	bool shows = question == SECOND_ASK_FRESH || question == SECOND_ASK_SHOW ||
	    question == SECOND_ASK_GIVE;
	bool steps = question == SECOND_ASK_CONFIRM || question == SECOND_ASK_CHECK;

	if ((unsigned)told->verdict >= SECOND__VERDICTS || !sealed_clean(told->sealed) ||
	    !clean(told->secret, sizeof(told->secret), UPPER DIGITS))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(told->kept); i++)
		if (!clean(told->kept[i], sizeof(told->kept[i]), LOWER DIGITS ":") ||
		    (*told->kept[i] && (!right || question != SECOND_ASK_BACKUP)))
			return false;
	if ((right && shows) != (*told->secret != '\0') || (right && steps) != (told->step > 0) ||
	    told->step < 0)
		return false;
	if (question == SECOND_ASK_SHOW || question == SECOND_ASK_BACKUP || !right)
		return *told->sealed == '\0' &&
		    (question != SECOND_ASK_BACKUP || !right || *told->kept[0]);
	/* a secret that is sealed well already is not sealed again */
	return *told->sealed || question == SECOND_ASK_CHECK || question == SECOND_ASK_RENEW;
}

/* ---- answers ---- */

static enum second_verdict
seal(const struct keys *k, enum totp_kind kind, int64_t admin_id, const char *secret,
    struct second_told *ret)
{
	return totp_seal(&k->now, kind, admin_id, secret, ret->sealed) ? SECOND_RIGHT
								       : SECOND_UNREADABLE;
}

static void
fresh(const struct keys *k, const struct second_ask *ask, enum totp_kind kind, struct second_told *ret)
{
	totp_new_secret(ret->secret);
	ret->verdict = seal(k, kind, ask->admin_id, ret->secret, ret);
}

/* Under either key; *ret_old: it ought to be sealed anew. */
static bool
open_any(const struct keys *k, enum totp_kind kind, const struct second_ask *ask,
    char ret[TOTP_SECRET_MAX + 1], bool *ret_old)
{
	enum totp_opened how = totp_open(&k->now, kind, ask->admin_id, ask->sealed, ret);

	*ret_old = how != TOTP_OPENED_OWN;
	if (how == TOTP_NOT_OPENED && k->has_old)
		how = totp_open(&k->old, kind, ask->admin_id, ask->sealed, ret);
	return how != TOTP_NOT_OPENED;
}

static void
show(const struct keys *k, const struct second_ask *ask, struct second_told *ret)
{
	bool old;

	if (open_any(k, TOTP_PENDING, ask, ret->secret, &old))
		ret->verdict = SECOND_RIGHT;
	else
		*ret = (struct second_told){ .verdict = SECOND_UNREADABLE };
}

/* Is the code right; what comes out is sealed to be kept, unless it is well kept already. */
static void
check(const struct keys *k, const struct second_ask *ask, enum totp_kind kind, struct second_told *ret)
{
	char secret[TOTP_SECRET_MAX + 1] = "";
	bool old, renew = ask->question == SECOND_ASK_RENEW;

	ret->verdict = SECOND_UNREADABLE;
	if (open_any(k, kind, ask, secret, &old)) {
		ret->step = renew ? 0 : totp_match(secret, ask->code, clock_now());
		ret->verdict = renew || ret->step > 0 ? SECOND_RIGHT : SECOND_WRONG;
		if (ret->verdict == SECOND_RIGHT && (old || kind == TOTP_PENDING))
			ret->verdict = seal(k, TOTP_KEPT, ask->admin_id, secret, ret);
	}
	sodium_memzero(secret, sizeof(secret));
}

static void
backup(const struct keys *k, const struct second_ask *ask, struct second_told *ret)
{
	ret->verdict = SECOND_RIGHT;
	backup_stored(&k->now, ask->admin_id, ask->code, ret->kept[0]);
	if (k->has_old)
		backup_stored(&k->old, ask->admin_id, ask->code, ret->kept[1]);
}

static void
answer(const struct keys *k, const struct second_ask *ask, struct second_told *ret)
{
	switch (ask->question) {
	case SECOND_ASK_FRESH:
		fresh(k, ask, TOTP_PENDING, ret);
		break;
	case SECOND_ASK_GIVE:
		fresh(k, ask, TOTP_KEPT, ret);
		break;
	case SECOND_ASK_SHOW:
		show(k, ask, ret);
		break;
	case SECOND_ASK_CONFIRM:
		check(k, ask, TOTP_PENDING, ret);
		break;
	case SECOND_ASK_CHECK:
	case SECOND_ASK_RENEW:
		check(k, ask, TOTP_KEPT, ret);
		break;
	case SECOND_ASK_BACKUP:
		backup(k, ask, ret);
		break;
	case SECOND_ASK__MAX:
		break;
	}
}

enum rc
second_answer(const struct conf *conf, const struct second_ask *ask, struct second_told *ret,
    struct errs *errs)
{
	struct keys k = { .has_old = *conf->securitysalt_old };

	*ret = (struct second_told){ 0 };
	if (!*conf->securitysalt)
		return err_add(errs, RC_UNAVAILABLE, NULL,
		    N_("Second factors cannot be looked at: securitysalt is not set."));
	if (!second_ask_ok(ask))
		return err_add(errs, RC_INTERNAL, NULL,
		    N_("This question about a second factor makes no sense."));
	totp_key_make(&k.now, conf->securitysalt);
	if (k.has_old)
		totp_key_make(&k.old, conf->securitysalt_old);
	answer(&k, ask, ret);
	sodium_memzero(&k, sizeof(k));
	return RC_OK;
}

/* ---- whom to ask ---- */

void
app_second_asker(struct app *app, second_asker ask, void *ctx)
{
	app->ask = ask;
	app->ask_ctx = ctx;
}

enum rc
second_question(struct op *op, const struct second_ask *ask, struct second_told *ret)
{
	const struct app *app = op->app;

	if (app && app->ask)
		return app->ask(app->ask_ctx, ask, op->deadline, ret, &op->errs);
	return second_answer(op->conf, ask, ret, &op->errs);
}
