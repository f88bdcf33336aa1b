/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs one command: arguments, configuration, the op, the printing. Results are printed after the op has committed, because an op that loses
 * a race runs again. It must not know what any command does; that is in the table and the cmd_*.c files.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "cli/cli.h"
#include "model/actor.h"
#include "svc/app.h"
#include "svc/extra.h"
#include "svc/system.h"

#include <errno.h>
#include <pwd.h>
#include <unistd.h>

#define SCHEMA_MS (INT64_C(24) * 3600 * 1000)

int
cli_conf(struct cli_call *call, struct conf **ret_conf)
{
	struct errs errs = { .arena = call->arena };

	if (conf_load(call->conf_path, call->set, call->n_set, ret_conf, &errs) == RC_OK)
		return 0;
	print_faults(call, &errs);
	return rc_exit(err_rc(&errs));
}

/* Who stands in the log as the actor: the account that ran the command. */
static const char *
operator_name(struct arena *arena)
{
	const char *sudo = getenv("SUDO_USER");
	const struct passwd *pw = getpwuid(getuid());
	const char *name = pw ? pw->pw_name : "operator";

	if (sudo && *sudo && getuid() == 0)
		return arena_printf(arena, "%s (%s)", name, sudo);
	return arena_strdup(arena, name);
}

static enum rc
run_body(struct op *op, void *ctx)
{
	struct cli_call *call = ctx;
	enum rc rc;

	if (!(call->command->flags & CMD_SCHEMA) && (rc = system_schema_check(op)) != RC_OK)
		return rc;
	return call->command->run(op, call);
}

static int
run_with_app(struct cli_call *call, struct app *app)
{
	struct actor actor = {
		.kind = ACTOR_OPERATOR, .door = DOOR_CLI, .name = operator_name(call->arena), .source = ""
	};
	struct op_start start = {
		.actor = &actor, .flags = call->dry_run ? OP_DRY_RUN : 0, .deadline_ms = 60 * 1000
	};
	struct op op = { 0 };
	enum rc rc;

	if (call->command->flags & CMD_SCHEMA)
		start.deadline_ms = SCHEMA_MS;
	if (call->csv)
		return cli_export(call, app, &start);
	if (call->command->with_app)
		return call->command->with_app(call, app, &start);
	rc = app_run(app, &op, &start, run_body, call);
	if (rc == RC_OK || call->out_text) {
		print_result(call, &op);
		call->out_errno = ferror(stdout) ? errno : 0; /* ending a connection sets it anew */
	}
	if (rc != RC_OK)
		print_faults(call, &op.errs);
	app_op_end(app, &op);
	return rc_exit(rc == RC_OK ? call->out_rc : rc);
}

static bool
in_a_folder(const char *path, struct arena *arena)
{
	const char *slash = strrchr(path, '/');

	return !slash || slash == path ||
	    access(arena_strndup(arena, path, (size_t)(slash - path)), F_OK) == 0;
}

/*
 * SQLite makes the file it is to open. Only schema apply shall: a mistyped path must not leave an
 * empty database behind, and looking at what is not there yet is looking at an empty one.
 */
static enum rc
spare_absent(struct cli_call *call, struct conf *conf)
{
	const unsigned makes = CMD_SCHEMA | CMD_CHANGES;
	const char *path = strncmp(conf->database, "sqlite:", 7) == 0 ? conf->database + 7 : NULL;

	if (!path || access(path, F_OK) == 0 || errno != ENOENT || !in_a_folder(path, call->arena) ||
	    ((call->command->flags & makes) == makes && !call->dry_run))
		return RC_OK;
	if (!(call->command->flags & CMD_SCHEMA))
		return err_add(&call->errs, RC_CONFIG, NULL,
		    "There is no database %s yet; run `vimbadmin schema apply`.", path);
	conf->database = "sqlite::memory:";
	return RC_OK;
}

/* Options of fields that the configuration adds, into the input that was read without it. */
static enum rc
take_extras(struct cli_call *call)
{
	struct extras x;
	uint64_t *given = call->in;
	void *more;
	enum rc rc;

	if (call->n_extras == 0)
		return RC_OK;
	x = extras_of_input(call->conf, call->command->fields, call->arena);
	more = arena_alloc(call->arena, x.in->size);
	rc = field_parse(x.in, FIELD_PATCH, call->extras, call->n_extras, more, call->arena,
	    &call->errs);
	*given |= *(const uint64_t *)more;
	for (size_t i = x.n_in; i < x.in->n; i++)
		field_set_text(&x.in->at[i], call->in, field_text(&x.in->at[i], more));
	return rc;
}

static int
run_on_database(struct cli_call *call)
{
	struct errs *errs = &call->errs;
	struct conf *conf = NULL;
	struct app *app = NULL;
	int status = cli_conf(call, &conf);

	if (status != 0)
		return status;
	if (call->command->flags & CMD_SCHEMA) /* a table may be long: only the op's own deadline counts */
		conf->db_statement_ms = SCHEMA_MS;
	call->conf = conf;
	if (take_extras(call) == RC_OK && spare_absent(call, conf) == RC_OK &&
	    app_new(conf, &app, errs) == RC_OK) {
		status = run_with_app(call, app);
		app_free(app);
	} else {
		print_faults(call, errs);
		status = rc_exit(err_rc(errs));
	}
	conf_free(conf);
	return status;
}

static int
run(struct cli_call *call, int argc, char **argv)
{
	if (args_parse(call, argc, argv) != RC_OK || secret_read(call) != RC_OK) {
		print_faults(call, &call->errs);
		return rc_exit(err_rc(&call->errs));
	}
	return call->command->plain ? call->command->plain(call) : run_on_database(call);
}

/* Nobody must take half a list for the whole. */
static int
written(const struct cli_call *call, int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	(void)fprintf(stderr, "vimbadmin: the output could not be written: %s\n",
	    strerror(call->out_errno ? call->out_errno : errno));
	return status ? status : EXIT_OUTPUT;
}

int
cli_main(int argc, char **argv)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_SECRET);
	struct cli_call call = { .arena = arena,
		.program = argc > 0 ? argv[0] : "vimbadmin",
		.errs = { .arena = arena } };

	log_open("cli", LOG_LEVEL_WARN);
	return written(&call, run(&call, argc, argv));
}
