/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One's own passkeys, below /admin/two-factor. Owns how a question is written for a browser. It must not know what a right answer is. The surprising
 * thing: adding takes two posts, because who asks has to have proved to be the one before a device is asked for a key.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/op.h"
#include "base/passkey.h"
#include "base/str.h"
#include "svc/passkey.h"
#include "svc/second.h"
#include "view/passkey.h"
#include "web/call.h"
#include "web/form.h"
#include "web/handlers_access.h"
#include "web/passkey.h"
#include "web/reply.h"
#include "web/second.h"
#include "web/web_int.h"

#define TIMEOUT_MS 300000 /* as long as a question lives */

/* ---- questions ---- */

static void
add_member(struct str *out, const char *name, const char *text)
{
	str_addf(out, "\"%s\":", name);
	str_add_json(out, text);
}

/* "usb,nfc" as a list; only the words that WebAuthn has. */
static void
add_transports(struct str *out, const char *list)
{
	static const char *const words[] = { "usb", "nfc", "ble", "smart-card", "hybrid", "internal" };
	bool first = true;

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		const char *at = strstr(list, words[i]);
		size_t n = strlen(words[i]);

		if (!at || (at[n] && at[n] != ',') || (at > list && at[-1] != ','))
			continue;
		str_addf(out, "%s\"%s\"", first ? ",\"transports\":[" : ",", words[i]);
		first = false;
	}
	if (!first)
		str_addc(out, ']');
}

static void
add_known(struct str *out, const struct passkey_ask *ask)
{
	str_addf(out, ",\"%s\":[", ask->user ? "excludeCredentials" : "allowCredentials");
	for (size_t i = 0; i < ask->n; i++) {
		STR_LIT(out, "{\"type\":\"public-key\",");
		add_member(out, "id", ask->known[i].credential);
		add_transports(out, ask->known[i].transports);
		str_add(out, i + 1 < ask->n ? "}," : "}");
	}
	str_addc(out, ']');
}

static void
add_making(struct str *out, const struct passkey_ask *ask)
{
	STR_LIT(out, ",\"rp\":{");
	add_member(out, "id", ask->rp_id);
	str_addc(out, ',');
	add_member(out, "name", ask->rp_name);
	STR_LIT(out, "},\"user\":{");
	add_member(out, "id", ask->user);
	str_addc(out, ',');
	add_member(out, "name", ask->user_name);
	str_addc(out, ',');
	add_member(out, "displayName", ask->user_name);
	str_addf(out,
	    "},\"pubKeyCredParams\":[{\"type\":\"public-key\",\"alg\":%d},{\"type\":\"public-key\","
	    "\"alg\":%d},{\"type\":\"public-key\",\"alg\":%d}],\"attestation\":\"none\","
	    "\"authenticatorSelection\":{\"residentKey\":\"%s\",\"requireResidentKey\":%s,"
	    "\"userVerification\":\"%s\"}",
	    PASSKEY_ES256, PASSKEY_EDDSA, PASSKEY_RS256, ask->kept ? "required" : "preferred",
	    ask->kept ? "true" : "false", ask->verified ? "required" : "preferred");
}

void
passkey_json(const struct passkey_ask *ask, struct str *out)
{
	STR_LIT(out, "{\"publicKey\":{");
	add_member(out, "challenge", ask->challenge);
	str_addf(out, ",\"timeout\":%d", TIMEOUT_MS);
	add_known(out, ask);
	if (ask->user) {
		add_making(out, ask);
	} else {
		str_addc(out, ',');
		add_member(out, "rpId", ask->rp_id);
		str_addf(out, ",\"userVerification\":\"%s\"", ask->verified ? "required" : "preferred");
	}
	STR_LIT(out, "}}");
}

/* ---- the list ---- */

enum rc
web_passkeys(struct op *op, struct call *c)
{
	struct passkey_rows rows;
	enum rc rc;

	if (!c->json)
		return web_second(op, c);
	rc = passkey_list(op, c->actor.admin_id, &rows);
	return rc == RC_OK ? reply_rows(c, &passkey_row_fields, rows.at, rows.n, NULL) : rc;
}

/* ---- adding ---- */

static const struct form_row label_rows[] = {
	{ .name = "label", .kind = WIDGET_TEXT, .required = true, .focus = true },
};

static enum rc
label_form(struct op *op, struct call *c, enum rc rc)
{
	const struct form_spec spec = { .title = N_("Add a passkey"),
		.in = &passkey_in_fields,
		.rows = label_rows,
		.n = ARRAY_LEN(label_rows),
		.submit = N_("Continue"),
		.cancel = { ROUTE_TWO_FACTOR, 0, "" },
		.intro = N_("Your browser will ask where to keep it. Your other sessions end.") };

	if (passkey_refusal(c->conf, c->arena)) /* the list says why */
		return web_second(op, c);
	return form_reply(op, c, &spec, rc);
}

enum rc
web_passkey_add_form(struct op *op, struct call *c)
{
	return label_form(op, c, RC_OK);
}

/* The page that asks, at first or again after an answer was refused. */
static enum rc
ask(struct op *op, struct call *c, enum rc shown, const char *error)
{
	const struct passkey_in *in = c->in;
	struct passkey_box box = { .action = { ROUTE_PASSKEY_CONFIRM, 0, "" },
		.label = in->label && *in->label ? in->label : "Passkey",
		.submit = N_("Make the passkey"),
		.error = error };
	struct passkey_ask ask;
	struct str s = STR_INIT;
	enum rc rc = passkey_begin(op, c->session.id_hash, &ask);

	if (rc != RC_OK)
		return rc;
	if (c->json) {
		passkey_json(&ask, reply_json(c, 200));
		return RC_OK;
	}
	passkey_json(&ask, &s);
	box.question = arena_strdup(c->arena, str_text(&s));
	str_release(&s);
	view_passkey_add(reply_page(c, rc_http(shown), N_("Add a passkey")), &c->page, &box);
	return reply_page_end(c);
}

enum rc
web_passkey_add_post(struct op *op, struct call *c)
{
	enum rc rc = c->in_rc == RC_OK ? ask(op, c, RC_OK, NULL) : c->in_rc;

	return form_can_show(c, rc) ? label_form(op, c, rc) : rc;
}

enum rc
web_passkey_confirm_post(struct op *op, struct call *c)
{
	const struct err *fault;
	enum rc rc = c->in_rc;

	if (rc == RC_OK)
		rc = passkey_add(op, CALL_IN(c, passkey_in), c->session.id_hash);
	fault = op->errs.first ? op->errs.first : c->errs.first;
	if (fault && form_can_show(c, rc))
		return ask(op, c, rc, arena_strdup(c->arena, fault->text));
	if (rc != RC_OK)
		return rc;
	reply_flash(c, FLASH_DONE, N_("The passkey was added."));
	return reply_done(c, reply_path(c, ROUTE_TWO_FACTOR, 0), NULL, NULL);
}

/* ---- backup codes ---- */

static const struct form_spec codes_spec = { .title = N_("New backup codes"),
	.in = &passkey_in_fields,
	.submit = N_("Make new codes"),
	.cancel = { ROUTE_TWO_FACTOR, 0, "" },
	.intro = N_("For when your passkeys are lost. Codes that were made before are void from "
		    "then on.") };

enum rc
web_passkey_codes_form(struct op *op, struct call *c)
{
	return form_reply(op, c, &codes_spec, RC_OK);
}

enum rc
web_passkey_codes_post(struct op *op, struct call *c)
{
	struct second_codes codes;
	enum rc rc = c->in_rc;

	if (rc == RC_OK)
		rc = passkey_codes(op, &codes);
	return rc == RC_OK ? second_reply_codes(c, N_("Your backup codes"), NULL, &codes,
				 (struct link){ ROUTE_TWO_FACTOR, 0, "" })
			   : rc;
}

/* ---- removing ---- */

enum rc
web_passkey_remove_form(struct op *op, struct call *c)
{
	const struct passkey_in *in = c->query;
	struct passkey_row row;
	enum rc rc;

	if (!in || in->id == 0)
		return web_passkeys(op, c);
	if ((rc = passkey_get(op, in->id, &row)) != RC_OK)
		return rc;
	if (c->json)
		return reply_object(c, 200, &passkey_row_fields, &row);
	view_passkey_remove(reply_page(c, 200, N_("Remove a passkey")), &c->page, &row);
	return reply_page_end(c);
}

enum rc
web_passkey_remove_post(struct op *op, struct call *c)
{
	const struct passkey_in *in = c->in;
	enum rc rc = c->in_rc;

	if (rc == RC_OK && in->id == 0)
		return op_fail_field(op, RC_INVALID, "id", "Please name the passkey.");
	if (rc != RC_OK || (rc = passkey_remove(op, in->id, c->session.id_hash)) != RC_OK)
		return rc;
	reply_flash(c, FLASH_DONE, N_("The passkey was removed."));
	return reply_done(c, reply_path(c, ROUTE_TWO_FACTOR, 0), NULL, NULL);
}
