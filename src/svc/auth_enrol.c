/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Setting up a passkey as the second factor that the operator wants before anybody is let in. Owns that whoever sets up this way gets backup codes, since
 * a passkey may be lost. It must not know how an answer is checked. The surprising thing: the question is put to the parked sign-in, which ends with the
 * answer that is right, so one sign-in makes one passkey.
 */
#include "base/base.h"

#include "db/tx.h"
#include "store/admin.h"
#include "store/second.h"
#include "svc/auth_int.h"
#include "svc/passkey_int.h"
#include "svc/second_int.h"

static struct passkey_question
question(const struct op *op, const struct parked *p)
{
	return (struct passkey_question){ .kind = "enrol",
		.of = p->id_hash,
		.bind = p->id_hash,
		.verified = passkey_only(op->conf, op->arena) };
}

/* The parked sign-in and its administrator, if this is the step it stands at. */
static enum rc
standing(struct op *op, const char *raw_id, struct parked *ret, struct admin *ret_admin)
{
	enum auth_step step;
	enum rc rc = auth_parked(op, raw_id, ret, &step);

	if (rc == RC_OK && step != AUTH_ENROL)
		return auth_parked_over(op);
	return rc == RC_OK ? auth_parked_get(op, raw_id, ret, ret_admin) : rc;
}

enum rc
auth_enrol_ask(struct op *op, const char *raw_id, struct passkey_ask *ret)
{
	struct parked p = { 0 };
	struct admin admin = { 0 };
	struct passkey_question q;
	enum rc rc = standing(op, raw_id, &p, &admin);

	if (rc != RC_OK)
		return rc;
	q = question(op, &p);
	return passkey_ask_new(op, &admin, &q, ret);
}

/* Somebody else may have set up something for this account meanwhile. */
static enum rc
need_none(struct op *op, const struct admin *admin)
{
	enum auth_step step;
	enum rc rc = auth_second_wanted(op, admin, &step);

	return rc == RC_OK && step == AUTH_CODE ? auth_parked_over(op) : rc;
}

static enum rc
enrol(struct op *op, const struct parked *p, const struct passkey_in *in,
    const struct passkey_new *made, const char *codes, const char *agent, struct auth_entry *ret)
{
	TX tx = { 0 };
	const struct passkey_question q = question(op, p);
	struct admin now = { 0 };
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK || (rc = auth_parked_take(op, p)) != RC_OK ||
	    (rc = store_admin_get(op, p->admin_id, &now)) != RC_OK || (rc = need_none(op, &now)) != RC_OK)
		return rc == RC_NOT_FOUND ? auth_parked_over(op) : rc;
	auth_become(op, &now);
	if ((rc = passkey_insert(op, &now, &q, in, made, NULL)) != RC_OK ||
	    (rc = store_second_put(op, now.id, SECOND_BACKUP, codes)) != RC_OK ||
	    (rc = auth_make_session(op, &now, agent, "signed in and set up a passkey", ret)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

enum rc
auth_enrol_passkey(struct op *op, const char *raw_id, const struct passkey_in *in,
    const char *agent, struct auth_entry *ret)
{
	struct parked p = { 0 };
	struct admin admin = { 0 };
	struct passkey_question q;
	struct passkey_new made;
	const char *codes;
	enum rc rc;

	*ret = (struct auth_entry){ .step = AUTH_ENROL };
	if ((rc = standing(op, raw_id, &p, &admin)) != RC_OK || (rc = auth_parked_count(op, &p)) != RC_OK)
		return rc;
	q = question(op, &p);
	if ((rc = passkey_check_new(op, &q, in, &made)) != RC_OK)
		return rc == RC_INVALID && auth_parked_last(&p) ? auth_parked_over(op) : rc;
	if ((rc = codes_new(op, admin.id, &ret->codes, &codes)) != RC_OK)
		return rc;
	return enrol(op, &p, in, &made, codes, agent, ret);
}
