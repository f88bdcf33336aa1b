/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * config check|dump|doc and serve: the commands that need the configuration but no database of
 * their own. What the configuration means is conf's, what serve does is proc's.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "cli/cli.h"
#include "proc/proc.h"

/* What is allowed but should not stay so; serve refusing to start is one of these here. */
static void
print_warnings(const struct cli_call *call, const struct conf *conf)
{
	struct errs errs = { .arena = call->arena };
	struct errs serve = { .arena = call->arena };

	conf_warnings(conf, &errs);
	for (const struct err *e = errs.first; e; e = e->next)
		(void)fprintf(stderr, "warning: %s\n", e->text);
	if (conf_check_serve(conf, &serve) != RC_OK)
		(void)fprintf(stderr, "warning: serve would not start: %s\n", serve.first->text);
}

int
cmd_config_check(struct cli_call *call)
{
	struct conf *conf = NULL;
	int status = cli_conf(call, &conf);

	if (status != 0)
		return status;
	print_warnings(call, conf);
	(void)printf("%s: no fault found.\n", conf->path ? conf->path : "built-in defaults");
	conf_free(conf);
	return 0;
}

int
cmd_config_dump(struct cli_call *call)
{
	struct str out = STR_INIT;
	struct conf *conf = NULL;
	int status = cli_conf(call, &conf);

	if (status != 0)
		return status;
	conf_dump(conf, false, false, &out);
	(void)fwrite(str_text(&out), 1, out.len, stdout);
	str_release(&out);
	conf_free(conf);
	return 0;
}

int
cmd_config_doc(struct cli_call *call)
{
	struct str out = STR_INIT;

	(void)call;
	conf_doc(false, &out);
	(void)fwrite(str_text(&out), 1, out.len, stdout);
	str_release(&out);
	return 0;
}

int
cmd_serve(struct cli_call *call)
{
	const struct proc_start start = {
		.argv0 = call->program,
		.conf_path = call->conf_path,
		.set = call->set,
		.n_set = call->n_set,
		.role = call->role,
	};

	return proc_serve(&start);
}
