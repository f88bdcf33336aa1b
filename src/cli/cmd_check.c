/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check mail, check doveadm: does what the configuration says of it work? */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "cli/cli.h"
#include "job/dovecot.h"
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

static enum rc
check_doveadm(struct cli_call *call, const struct conf *conf, struct dovecot_is *ret)
{
	if (!conf_doveadm_on(&conf->doveadm))
		return err_add(&call->errs, RC_CONFIG, NULL,
		    "Dovecot is not asked anything: doveadm.http.url is not set.");
	return dovecot_by_api(conf, ret, &call->errs);
}

int
cmd_check_doveadm(struct cli_call *call)
{
	CLEANUP(str_release) struct str out = STR_INIT;
	struct dovecot_is is = { 0 };
	struct conf *conf = NULL;
	int status = cli_conf(call, &conf);
	enum rc rc;

	if (status != 0)
		return status;
	rc = check_doveadm(call, conf, &is);
	if (rc != RC_OK)
		print_faults(call, &call->errs);
	else if (call->json)
		str_addf(&out, "{\"answers\":true,\"dovecot\":\"%s\"}\n", is.text);
	else
		str_addf(&out, "doveadm answers and takes the key; Dovecot is %s.\n", is.text);
	(void)fwrite(str_text(&out), 1, out.len, stdout);
	conf_free(conf);
	return rc_exit(rc);
}
