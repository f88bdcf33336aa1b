/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The keys of the seals. A key is made of the securitysalt in force and stays what it is: another salt begins another key for the seals that follow, and those
 * before go on verifying, as their keys are kept, sealed for the salt in force. Whoever knew an older salt can make seals of its time, but each new seal
 * covers the one before it, so that the first of the time that followed does not fit then.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/rand.h"
#include "base/sealbox.h"
#include "base/str.h"
#include "conf/conf.h"
#include "store/seal.h"
#include "svc/seal_int.h"

#define BOX "vimbadmin key of the audit seal"

static void
made_of_salt(const struct op *op, char ret[MAC_LEN + 1])
{
	hmac_hex(op->conf->securitysalt, "vimbadmin audit seal", ret);
}

static bool
open_with(const char *salt, const char *sealed, char ret[MAC_LEN + 1])
{
	struct str out = STR_INIT;
	bool ok = *salt && sealbox_open(salt, BOX, sealed, &out) && out.len == MAC_LEN;

	if (ok)
		memcpy(ret, str_text(&out), MAC_LEN + 1);
	str_release(&out);
	return ok;
}

static const char *
seal_for_salt(struct op *op, const char *key)
{
	CLEANUP(str_release) struct str out = STR_INIT;
	char public[SEALBOX_KEY_MAX];

	sealbox_key(op->conf->securitysalt, BOX, public);
	if (!sealbox_seal(public, key, MAC_LEN, &out))
		abort(); /* it is a key */
	return arena_strdup(op->arena, str_text(&out));
}

static enum rc
open_all(struct op *op, const struct rows *rows, struct seal_keys *ret)
{
	const struct seal_key *row = rows->at;

	for (size_t i = 0; i < rows->n; i++) {
		ret->at[i].from = row[i].from_seq;
		if (open_with(op->conf->securitysalt, row[i].sealed, ret->at[i].key))
			continue;
		if (!open_with(op->conf->securitysalt_old, row[i].sealed, ret->at[i].key))
			return op_fail(op,
			    RC_CONFIG, "The key of the log's seals was kept under another securitysalt. If it was changed, put the one before into securitysalt.old.");
		ret->old = true;
	}
	ret->n = rows->n;
	ret->kept = true;
	return RC_OK;
}

enum rc
seal_keys_read(struct op *op, struct seal_keys *ret)
{
	struct rows rows;
	enum rc rc = store_seal_keys(op, SEAL_KEYS_MAX, &rows);

	*ret = (struct seal_keys){ 0 };
	if (rc != RC_OK || rows.n > 0)
		return rc == RC_OK ? open_all(op, &rows, ret) : rc;
	made_of_salt(op, ret->at[0].key);
	ret->n = 1;
	return RC_OK;
}

const char *
seal_key_at(const struct seal_keys *keys, int64_t seq)
{
	size_t i = keys->n - 1;

	while (i > 0 && keys->at[i].from > seq)
		i--;
	return keys->at[i].key;
}

static enum rc
seal_anew(struct op *op, const struct seal_keys *keys)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < keys->n && rc == RC_OK; i++)
		rc = store_seal_key_put(op,
		    &(const struct seal_key){ keys->at[i].from, seal_for_salt(op, keys->at[i].key) });
	return rc;
}

/* A key that no seal was made with yet gives its place to the new one. Where there is room for no more, the last one goes on. */
static enum rc
begin_key(struct op *op, int64_t from, struct seal_keys *keys)
{
	bool take = keys->at[keys->n - 1].from == from;
	size_t i = take ? keys->n - 1 : keys->n;
	struct seal_key row;

	if (i == SEAL_KEYS_MAX)
		return RC_OK;
	keys->at[i].from = from;
	made_of_salt(op, keys->at[i].key);
	keys->n = i + 1;
	row = (struct seal_key){ from, seal_for_salt(op, keys->at[i].key) };
	return take ? store_seal_key_put(op, &row) : store_seal_key_add(op, &row);
}

enum rc
seal_keys_keep(struct op *op, int64_t last, struct seal_keys *keys)
{
	enum rc rc;

	if (!keys->kept) {
		keys->kept = true;
		return store_seal_key_add(op,
		    &(const struct seal_key){ 0, seal_for_salt(op, keys->at[0].key) });
	}
	if (!keys->old)
		return RC_OK;
	keys->old = false;
	if ((rc = seal_anew(op, keys)) != RC_OK)
		return rc;
	return begin_key(op, last + 1, keys);
}
