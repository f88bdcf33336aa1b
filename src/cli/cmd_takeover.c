/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * takeover config|report: what an installation of the PHP program becomes here. Both take its application.ini by --config and change
 * nothing.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "cli/cli.h"
#include "conf/convert.h"
#include "conf/phpini.h"

int
cmd_takeover_config(struct cli_call *call)
{
	CLEANUP(str_release) struct str out = STR_INIT;
	struct phpini ini;
	enum rc rc;

	if (!call->conf_path)
		rc = err_add(&call->errs, RC_MALFORMED, NULL,
		    "Say which file: --config /path/to/application.ini");
	else
		rc = conf_read_phpini(call->conf_path, call->arena, &ini, &call->errs);
	if (rc != RC_OK) {
		print_faults(call, &call->errs);
		return rc_exit(rc);
	}
	str_addf(&out, "# Made of %s. It holds secrets: keep it readable for the panel alone.\n",
	    call->conf_path);
	conf_convert(&ini, call->arena, &out);
	(void)fwrite(str_text(&out), 1, out.len, stdout);
	return 0;
}
