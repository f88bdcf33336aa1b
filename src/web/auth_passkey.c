/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signing in with a passkey, as the second step and alone. Owns which browser a question was put to: the one with the parked sign-in's cookie, or with
 * the id that ties forms to it. A question is only made when a script asks for it, so that the sign-in page stays without the database.
 */
#include "base/base.h"

#include "base/op.h"
#include "svc/auth.h"
#include "web/call.h"
#include "web/form.h"
#include "web/inputs.h"
#include "web/passkey.h"
#include "web/reply.h"
#include "web/web_int.h"

static const char *
parked_id(const struct call *c)
{
	return cookie_value(c, c->web->cookie_parked);
}

enum rc
web_totp_passkey_ask(struct op *op, struct call *c)
{
	struct passkey_ask ask;
	enum rc rc = auth_passkey_ask(op, parked_id(c), &ask);

	if (rc == RC_OK)
		passkey_json(&ask, reply_json(c, 200));
	return rc;
}

enum rc
web_totp_passkey_post(struct op *op, struct call *c)
{
	struct auth_entry entry = { 0 };
	enum rc rc = c->in_rc;

	if (rc == RC_OK)
		rc = auth_passkey(op, parked_id(c), CALL_IN(c, passkey_proof_in), auth_agent(c), &entry);
	if (rc == RC_OK)
		return auth_entered(op, c, &entry);
	if (form_can_show(c, rc))
		return auth_code_page(op, c, rc);
	return rc == RC_UNAUTHENTICATED ? auth_start_again(op, c) : rc;
}

/* The browser that a form's token belongs to; the gate has seen the token. */
static const char *
browser(const struct call *c)
{
	return c->sid ? c->sid : c->visitor ? c->visitor : "";
}

enum rc
web_passkey_ask(struct op *op, struct call *c)
{
	struct passkey_ask ask;
	enum rc rc = auth_passkey_alone_ask(op, browser(c), &ask);

	if (rc == RC_OK)
		passkey_json(&ask, reply_json(c, 200));
	return rc;
}

enum rc
web_passkey_post(struct op *op, struct call *c)
{
	struct auth_entry entry = { 0 };
	enum rc rc = c->in_rc;

	if (rc == RC_OK)
		rc = auth_passkey_alone(op, browser(c), CALL_IN(c, passkey_proof_in), auth_agent(c),
		    &entry);
	if (rc == RC_OK)
		return auth_entered(op, c, &entry);
	if (form_can_show(c, rc) || (rc == RC_UNAUTHENTICATED && !c->json))
		return auth_login_page(op, c, rc);
	return rc;
}

enum rc
web_proof_ask(struct op *op, struct call *c)
{
	struct passkey_ask ask;
	enum rc rc = auth_prove_ask(op, &c->session, &ask);

	if (rc == RC_OK)
		passkey_json(&ask, reply_json(c, 200));
	return rc;
}
