/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check mail, check doveadm: does what the configuration says of it work? check counters: are a domain's numbers right? */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "cli/cli.h"
#include "job/dovecot.h"
#include "job/mail.h"
#include "svc/counters.h"

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

/* Shows what it found; a domain that was set right is shown as it was. */
enum rc
cmd_check_counters(struct op *op, struct cli_call *call)
{
	const struct counters_in *in = call->in;
	struct counted_list list;
	enum rc rc = counters_look(op, 0, &list);

	for (size_t i = 0; rc == RC_OK && in->fix && i < list.n; i++)
		rc = counters_fix(op, list.rows[i].id);
	if (rc != RC_OK)
		return rc;
	call->out_fields = &counted_fields;
	call->out_rows = list.rows;
	call->out_n = list.n;
	call->out_list = true;
	if (list.n == 0)
		call->out_total = "All numbers are right.";
	else if (in->fix)
		call->out_total = list.n < COUNTERS_MAX
		    ? "These were set right."
		    : "These were set right; there may be more: run it again.";
	call->out_rc = list.n > 0 && !in->fix ? RC_CONFLICT : RC_OK;
	return RC_OK;
}
