/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A mailbox's new password, from one of four sources: typed, hashed elsewhere (import), made here and shown, or made here for nobody, since its owner will choose another.
 * Owns which foreign hashes are taken. It must not touch the database. The surprising thing: a
 * ready hash has to look like what its {SCHEME} says, because a row that can never match would only
 * be noticed by its owner, and schemes that keep the clear text are refused.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/rand.h"
#include "conf/conf.h"
#include "svc/app.h"
#include "svc/mailbox_int.h"
#include "svc/rules.h"

#include <strings.h>

#define MADE_LEN 23 /* of 55 letters: 132 bits */

/* Schemes of hashes made elsewhere, and how what follows the {SCHEME} has to begin; "" = base64. */
static const struct scheme {
	const char *name, *start;
} schemes[] = {
	{ "BLF-CRYPT", "$2" },
	{ "SHA512-CRYPT", "$6$" },
	{ "SHA256-CRYPT", "$5$" },
	{ "ARGON2ID", "$argon2id$" },
	{ "MD5-CRYPT", "$1$" },
	{ "CRYPT", "$" },
	{ "SSHA512", "" },
	{ "SSHA256", "" },
	{ "SHA512", "" },
	{ "SHA256", "" },
	{ "SSHA", "" },
	{ "SHA", "" },
	{ "SHA1", "" },
	{ "SMD5", "" },
	{ "LDAP-MD5", "" },
	{ "PLAIN-MD5", "" },
	{ "CRAM-MD5", "" },
	{ "DES-CRYPT", "" },
};

static const struct scheme *
scheme_of(const char *hash, const char **ret_rest)
{
	const char *end = *hash == '{' ? strchr(hash, '}') : NULL;

	for (size_t i = 0; end && i < ARRAY_LEN(schemes); i++) {
		size_t len = strlen(schemes[i].name);

		if ((size_t)(end - hash - 1) == len && strncasecmp(hash + 1, schemes[i].name, len) == 0) {
			*ret_rest = end + 1;
			return &schemes[i];
		}
	}
	return NULL;
}

static enum rc
check_hash(struct op *op, const char *hash)
{
	static const char
	    letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=.,-_$";
	const char *rest = "";
	const struct scheme *s = scheme_of(hash, &rest);
	size_t len = strlen(rest);

	if (!s)
		return op_fail_field(op, RC_INVALID, "hash",
		    "Please put the scheme in front, one of {BLF-CRYPT}, {SHA512-CRYPT}, "
		    "{SHA256-CRYPT}, {ARGON2ID}, {SSHA512}, {SSHA256}.");
	if (len < 13 || strlen(hash) > PW_HASH_MAX || strspn(rest, letters) != len ||
	    strncmp(rest, s->start, strlen(s->start)) != 0)
		return op_fail_field(op, RC_INVALID, "hash", "This is not a {%s} hash.", s->name);
	return RC_OK;
}

static enum rc
hash_text(struct op *op, const char *password, const char *account, const char **ret_stored)
{
	enum rc rc = rules_password(op, password, account, op->conf->mailbox_min_password,
	    op->conf->mailbox_scheme);

	return rc == RC_OK ? app_hash_mailbox(op, password, ret_stored) : rc;
}

static enum rc
make(struct op *op, struct mailbox_secret *ret)
{
	int64_t len = MAX(op->conf->mailbox_min_password, MADE_LEN);
	char *made = arena_alloc(op->arena, (size_t)len + 1);

	rand_password(made, (size_t)len);
	ret->made = made;
	return app_hash_mailbox(op, made, &ret->stored);
}

enum rc
mailbox_secret(struct op *op, const struct mailbox_in *in, const char *account,
    struct mailbox_secret *ret)
{
	bool text = in->password && *in->password, hash = in->hash && *in->hash;
	enum rc rc;

	*ret = (struct mailbox_secret){ 0 };
	if (text + hash + in->generate + in->invite > 1)
		return op_fail_field(op, RC_INVALID, "password",
		    "Please give a password or have one made, not both.");
	if (op->conf->owner_chooses && (text || in->generate))
		return op_fail_field(op, RC_INVALID,
		    "password", "Here nobody but the owner chooses a mailbox's password. Please have a link sent to the other address.");
	if (in->generate || in->invite) {
		rc = make(op, ret);
		ret->made = in->invite ? NULL : ret->made;
		return rc;
	}
	if (!hash)
		return hash_text(op, in->password, account, &ret->stored);
	if ((rc = check_hash(op, in->hash)) != RC_OK)
		return rc;
	ret->stored = in->hash;
	return RC_OK;
}
