/* SPDX-License-Identifier: GPL-3.0-or-later */
/* config check|dump|doc and serve: the commands that need the configuration but no database of their own. */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "cli/cli.h"
#include "proc/proc.h"

int
cmd_config_check(struct cli_call *call)
{
	struct conf *conf = NULL;
	int status = cli_conf(call, &conf);

	if (status != 0)
		return status;
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
