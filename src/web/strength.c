/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the meter beside a password's box asks while somebody types. Answers in JSON only; nothing is kept or logged. */
#include "base/base.h"

#include "base/str.h"
#include "svc/strength.h"
#include "web/call.h"
#include "web/handlers_site.h"
#include "web/inputs.h"
#include "web/reply.h"

enum rc
web_strength(struct op *op, struct call *c)
{
	const struct strength_in *in = CALL_IN(c, strength_in);
	struct str *out;
	int n;

	(void)op;
	if (c->in_rc != RC_OK)
		return c->in_rc;
	n = strength_of(in->password ? in->password : "", NULL);
	out = reply_json(c, 200);
	STR_LIT(out, "{\"strength\":");
	str_addi(out, n);
	STR_LIT(out, ",\"text\":");
	str_add_json(out, strength_text(n));
	str_addc(out, '}');
	return RC_OK;
}
