/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check mail: does what the configuration says of it work? */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "cli/cli.h"
#include "job/mail.h"

static void
say(const struct cli_call *call, const char *answer)
{
	CLEANUP(str_release) struct str out = STR_INIT;

	if (!call->json) {
		print_line(stdout, "",
		    arena_printf(call->arena, "%s: taken by the mail server, which said: %s",
			call->target, answer));
		return;
	}
	STR_LIT(&out, "{\"to\":");
	str_add_json(&out, call->target);
	STR_LIT(&out, ",\"answer\":");
	str_add_json(&out, answer);
	STR_LIT(&out, "}\n");
	(void)fwrite(str_text(&out), 1, out.len, stdout);
}

int
cmd_check_mail(struct cli_call *call)
{
	struct conf *conf = NULL;
	const char *answer = "";
	int status = cli_conf(call, &conf);
	enum rc rc;

	if (status != 0)
		return status;
	rc = mail_test(conf, call->target, &answer, &call->errs);
	if (rc == RC_OK)
		say(call, answer);
	else
		print_faults(call, &call->errs);
	conf_free(conf);
	return rc_exit(rc);
}
