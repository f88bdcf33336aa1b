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
#include "svc/mailtext.h"

/* What is allowed but should not stay so; serve refusing to start is one of these here. */
static void
print_warnings(const struct cli_call *call, const struct conf *conf)
{
	struct errs errs = { .arena = call->arena };
	struct errs serve = { .arena = call->arena };

	conf_warnings(conf, &errs);
	for (const struct err *e = errs.first; e; e = e->next)
		print_line(stderr, "warning: ", e->text);
	if (conf_check_serve(conf, &serve) != RC_OK)
		print_line(stderr, "warning: serve would not start: ", serve.first->text);
}

static void
print_warnings_json(const struct cli_call *call, const struct conf *conf)
{
	struct errs errs = { .arena = call->arena };
	struct str out = STR_INIT;
	const char *sep = "";

	conf_warnings(conf, &errs);
	/* one of the warnings here: check asks what is wrong with a file, not whether to start */
	if (conf_check_serve(conf, &errs) != RC_OK)
		STR_LIT(&out, "{\"serve\":false,\"path\":");
	else
		STR_LIT(&out, "{\"serve\":true,\"path\":");
	str_add_json(&out, conf->path);
	STR_LIT(&out, ",\"warnings\":[");
	for (const struct err *e = errs.first; e; e = e->next) {
		str_add(&out, sep);
		str_add_json(&out, e->text);
		sep = ",";
	}
	STR_LIT(&out, "]}\n");
	(void)fwrite(str_text(&out), 1, out.len, stdout);
	str_release(&out);
}

int
cmd_config_check(struct cli_call *call)
{
	struct conf *conf = NULL;
	int status = cli_conf(call, &conf);

	if (status != 0)
		return status;
	if (mailtext_check(conf, &call->errs) != RC_OK) {
		print_faults(call, &call->errs);
		conf_free(conf);
		return rc_exit(RC_CONFIG);
	}
	if (call->json) {
		print_warnings_json(call, conf);
	} else {
		print_warnings(call, conf);
		print_line(stdout, "",
		    arena_printf(call->arena, "%s: no fault found.",
			conf->path ? conf->path : "built-in defaults"));
	}
	conf_free(conf);
	return 0;
}

/* Lines of `key = value` as an object. Values are text, as they stand in the file. */
static void
dump_json(const char *lines, struct arena *arena, struct str *out)
{
	const char *sep = "{";

	for (const char *at = lines; *at; sep = ",\n") {
		size_t len = strcspn(at, "\n"), key = (size_t)(strstr(at, " = ") - at);
		const char *value = arena_strndup(arena, at + key + 3, len - key - 3);
		size_t n = strlen(value);

		if (n > 1 && value[0] == '"' && value[n - 1] == '"')
			value = arena_strndup(arena, value + 1, n - 2);
		str_add(out, sep);
		str_add_json(out, arena_strndup(arena, at, key));
		str_addc(out, ':');
		str_add_json(out, value);
		at += len + (at[len] == '\n');
	}
	STR_LIT(out, "}\n");
}

int
cmd_config_dump(struct cli_call *call)
{
	struct str lines = STR_INIT, out = STR_INIT;
	struct conf *conf = NULL;
	int status = cli_conf(call, &conf);

	if (status != 0)
		return status;
	conf_dump(conf, false, false, &lines);
	if (call->json)
		dump_json(str_text(&lines), call->arena, &out);
	else
		str_add(&out, str_text(&lines));
	(void)fwrite(str_text(&out), 1, out.len, stdout);
	str_release(&lines);
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
