/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Questions put to authenticators, and their answers. Owns that a question is answered once. It must not know what an answer opens. The surprising
 * thing: the question is not looked up before the answer is checked, but taken together with what it opens, so a change that fails leaves it good.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/rand.h"
#include "conf/conf.h"
#include "db/tx.h"
#include "store/once.h"
#include "store/passkey.h"
#include "store/session.h"
#include "svc/passkey_int.h"

#define LIFE 300
#define WAIT_MAX 100 /* questions of one session, parked sign-in or source */

const char *
passkey_refusal(const struct conf *conf, struct arena *arena)
{
	struct passkey_site site;

	return passkey_site(conf->public_url, arena, &site);
}

bool
passkey_only(const struct conf *conf, struct arena *arena)
{
	return conf->second_passkey_only && !passkey_refusal(conf, arena);
}

const char *
passkey_user(struct op *op, const char *rp_id, int64_t admin_id)
{
	const char *text = arena_printf(op->arena, "passkey %s %lld", rp_id, (long long)admin_id);
	char hash[65];

	sha256_hex(text, strlen(text), hash);
	return arena_strdup(op->arena, hash);
}

/* ---- questions ---- */

static const char *
purpose(struct op *op, const struct passkey_question *q)
{
	char hash[65];

	sha256_hex(q->of, strlen(q->of), hash);
	return arena_printf(op->arena, "passkey.%s.%.16s", q->kind, hash);
}

static void
token(struct op *op, const struct passkey_question *q, const char *challenge, char ret[65])
{
	const char *text = arena_printf(op->arena, "%s:%s", q->bind, challenge);

	sha256_hex(text, strlen(text), ret);
}

static enum rc
make_room(struct op *op, const char *what)
{
	int64_t live;
	enum rc rc = store_once_live(op, what, op->now, &live);

	if (rc != RC_OK || live < WAIT_MAX)
		return rc;
	op->wait = LIFE;
	return op_fail(op, RC_LIMITED, "Too many passkeys were asked for. Please wait five minutes.");
}

enum rc
passkey_put(struct op *op, const struct passkey_question *q, struct passkey_ask *ret)
{
	TX tx = { 0 };
	const char *what = purpose(op, q);
	struct passkey_site site;
	char challenge[PASSKEY_CHALLENGE_LEN + 1], hash[65];
	const char *refused = passkey_site(op->conf->public_url, op->arena, &site);
	enum rc rc;

	if (refused)
		return op_fail(op, RC_CONFLICT, "%s", refused);
	passkey_challenge(challenge);
	token(op, q, challenge, hash);
	if ((rc = tx_begin(&tx, op)) != RC_OK || (rc = make_room(op, what)) != RC_OK ||
	    (rc = store_once_add(op, what, hash, op->now + LIFE)) != RC_OK ||
	    (rc = tx_commit(&tx)) != RC_OK)
		return rc;
	*ret = (struct passkey_ask){ .challenge = arena_strdup(op->arena, challenge),
		.rp_id = site.rp_id,
		.rp_name = op->conf->sitename,
		.verified = q->verified };
	return RC_OK;
}

enum rc
passkey_take(struct op *op, const struct passkey_question *q, const char *challenge, int64_t *ret_changed)
{
	char hash[65];

	token(op, q, challenge, hash);
	return store_token_take(op, purpose(op, q), hash, op->now, ret_changed);
}

enum rc
passkey_burn(struct op *op, const struct passkey_question *q, const char *challenge)
{
	TX tx = { 0 };
	unsigned flags = op->flags;
	int64_t changed;
	enum rc rc;

	op->flags &= ~(unsigned)OP_DRY_RUN;
	if ((rc = tx_begin(&tx, op)) == RC_OK && (rc = passkey_take(op, q, challenge, &changed)) == RC_OK)
		rc = tx_commit(&tx);
	op->flags = flags;
	return rc;
}

/* ---- answers ---- */

static const char *
judge(struct op *op, const struct passkey_question *q, const struct passkey_proof_in *in,
    struct passkey_proof *p)
{
	struct passkey_want want = { .challenge = p->challenge, .verified = q->verified };
	const struct passkey_used used = { .alg = p->row.alg,
		.key = p->row.public_key,
		.client_data = in->client_data,
		.authenticator_data = in->authenticator_data,
		.signature = in->signature };
	const char *why = passkey_site(op->conf->public_url, op->arena, &want.site);

	if (why || (why = passkey_use(&want, &used, op->arena, &p->seen)))
		return why;
	return passkey_count_ok(p->row.sign_count, p->seen.count)
	    ? NULL
	    : N_("a passkey whose count went back, as that of a copy does,");
}

enum rc
passkey_look(struct op *op, const struct passkey_question *q, const struct passkey_proof_in *in,
    struct passkey_proof *ret)
{
	const char *challenge = passkey_challenge_of(in->client_data, op->arena);
	enum rc rc = store_passkey_find(op, in->credential ? in->credential : "", &ret->row);

	ret->challenge = challenge ? challenge : "";
	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	if (rc == RC_NOT_FOUND)
		ret->row = (struct passkey){ .id = 0 };
	ret->why = rc == RC_OK ? judge(op, q, in, ret) : N_("a passkey that is not known here");
	ret->right = !ret->why;
	return RC_OK;
}

enum rc
passkey_use_up(struct op *op, const struct passkey_question *q, struct passkey_proof *proof)
{
	int64_t taken = 0, used = 0;
	enum rc rc = passkey_take(op, q, proof->challenge, &taken);

	proof->right = false;
	proof->why = N_("an answer to a question that is over");
	if (rc != RC_OK || taken == 0)
		return rc;
	rc = store_passkey_used(op, &proof->row, proof->seen.count, proof->seen.backed_up, &used);
	proof->why = N_("a passkey that was used or removed at the same moment");
	if (rc != RC_OK || used == 0)
		return rc;
	proof->right = true;
	return attempts_clear(op, &proof->attempt);
}
