/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Languages of administrators. Owns who may choose for whom. It must not know what browsers say. */
#include "base/base.h"

#include "base/lang.h"
#include "conf/conf.h"
#include "db/tx.h"
#include "model/admin.h"
#include "store/language.h"
#include "svc/admin.h"
#include "svc/change.h"
#include "svc/language.h"

const struct lang *
language_default(const struct op *op)
{
	const struct lang *lang = NULL;

	(void)lang_find(op->conf->language, &lang);
	return lang;
}

/* A mail in the wrong language is better than none. */
const struct lang *
language_of(struct op *op, const char *username)
{
	const struct lang *lang = language_default(op);
	struct language row;

	if (store_language_find(op, username, &row) == RC_OK)
		(void)lang_find(row.language, &lang);
	else
		err_clear(&op->errs);
	return lang;
}

static enum rc
get(struct op *op, int64_t admin_id, struct language *ret)
{
	enum rc rc = store_language_get(op, admin_id, ret);

	if (rc == RC_NOT_FOUND)
		*ret = (struct language){ .admin_id = admin_id, .language = "" };
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc
language_get(struct op *op, int64_t admin_id, struct language *ret)
{
	struct admin admin;
	enum rc rc = admin_get(op, admin_id, &admin);

	return rc == RC_OK ? get(op, admin_id, ret) : rc;
}

static enum rc
save(struct op *op, const struct admin *admin, const struct language *was, const struct language *is)
{
	const struct change c = { .action = "ADMIN_LANGUAGE",
		.verb = "chose a language for",
		.type = "admin",
		.id = admin->id,
		.object = admin->username,
		.fields = &language_fields,
		.before = was,
		.after = is };
	enum rc rc = *is->language ? store_language_put(op, admin->id, is->language)
				   : store_language_drop(op, admin->id);

	return rc == RC_OK ? change_add(op, &c) : rc;
}

enum rc
language_set(struct op *op, int64_t admin_id, const struct language_in *in, struct language *ret)
{
	TX tx = { 0 };
	struct admin admin;
	struct language was;
	int64_t seen;
	enum rc rc;

	if ((rc = admin_get(op, admin_id, &admin)) != RC_OK || (rc = tx_begin(&tx, op)) != RC_OK ||
	    (rc = change_replayed(op, "ADMIN_LANGUAGE", &seen)) != RC_OK ||
	    (rc = get(op, admin_id, &was)) != RC_OK)
		return rc;
	*ret = (struct language){ .admin_id = admin_id, .language = in->language ? in->language : "" };
	if (!seen && strcmp(was.language, ret->language) != 0 &&
	    (rc = save(op, &admin, &was, ret)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}
