/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * argv to a struct cli_call: which command, which general options, and the rest as pairs for the command's field table. Options stand
 * anywhere; --max-mailboxes is the field max_mailboxes. The old tool's spelling (-a controller.action) is translated by a table.
 */
#include "base/base.h"

#include "base/arena.h"
#include "cli/cli.h"

#define ARGS_PAIRS_MAX 64

struct args {
	struct cli_call *call;
	char **argv;
	int argc, at;
	const char *words[3]; /* noun, verb, target */
	size_t n_words;
	struct pair pairs[ARGS_PAIRS_MAX];
	size_t n_pairs;
	bool help, version;
	const char *old_action;
};

/* The PHP tool's actions that live on under a new name. */
static const struct {
	const char *action, *command;
} old_actions[] = {
	{ "maintenance.cli-schema-update", "schema apply" },
};

static enum rc
bad(struct args *a, const char *what, const char *arg)
{
	return err_add(&a->call->errs, RC_MALFORMED, NULL, "%s: %s. See vimbadmin help.", arg, what);
}

/* The value of an option: what follows '=', or the next argument. */
static const char *
value_of(struct args *a, const char *inline_value)
{
	if (inline_value)
		return inline_value;
	return a->at < a->argc ? a->argv[a->at++] : NULL;
}

static enum rc
add_setting(struct args *a, const char *text)
{
	const char *eq = text ? strchr(text, '=') : NULL;
	struct cli_call *call = a->call;

	if (!eq || eq == text)
		return bad(a, "needs KEY=VALUE", "-o");
	if (!call->set)
		call->set = arena_array(call->arena, (size_t)a->argc, sizeof(*call->set));
	call->set[call->n_set].key = arena_strndup(call->arena, text, (size_t)(eq - text));
	call->set[call->n_set++].value = eq + 1;
	return RC_OK;
}

/* General options that take no value. */
static bool
take_switch(struct args *a, const char *name)
{
	struct {
		const char *name;
		bool *flag;
	} switches[] = {
		{ "json", &a->call->json },
		{ "tab", &a->call->tab },
		{ "dry-run", &a->call->dry_run },
		{ "password-stdin", &a->call->password_stdin },
		{ "help", &a->help },
		{ "version", &a->version },
	};

	for (size_t i = 0; i < ARRAY_LEN(switches); i++) {
		if (strcmp(name, switches[i].name) == 0) {
			*switches[i].flag = true;
			return true;
		}
	}
	return false;
}

/* General options with a value; *ret_taken tells whether it was one. */
static enum rc
take_general(struct args *a, const char *name, const char *inline_value, bool *ret_taken)
{
	struct {
		const char *name;
		const char **value;
	} options[] = {
		{ "config", &a->call->conf_path },
		{ "action", &a->old_action },
		{ "dir", &a->call->dir },
		{ "role", &a->call->role },
	};

	*ret_taken = true;
	if (strcmp(name, "set") == 0)
		return add_setting(a, value_of(a, inline_value));
	for (size_t i = 0; i < ARRAY_LEN(options); i++) {
		if (strcmp(name, options[i].name) != 0)
			continue;
		*options[i].value = value_of(a, inline_value);
		return *options[i].value ? RC_OK : bad(a, "needs a value", name);
	}
	*ret_taken = false;
	return RC_OK;
}

/* Any other --name is a field of the command's table; which command is only known at the end. */
static enum rc
add_pair(struct args *a, const char *name, const char *inline_value)
{
	struct pair *p = &a->pairs[a->n_pairs];
	char *field = arena_strdup(a->call->arena, name);

	if (a->n_pairs == ARGS_PAIRS_MAX)
		return bad(a, "is one option too many", name);
	for (char *c = field; *c; c++)
		if (*c == '-')
			*c = '_';
	p->name = strcmp(field, "search") == 0 ? "q" : field;
	p->text = inline_value;
	a->n_pairs++;
	return RC_OK;
}

static enum rc
take_long(struct args *a, const char *arg)
{
	const char *eq = strchr(arg, '=');
	const char *name = eq ? arena_strndup(a->call->arena, arg, (size_t)(eq - arg)) : arg;
	bool taken = false;
	enum rc rc;

	if (!eq && take_switch(a, name))
		return RC_OK;
	if ((rc = take_general(a, name, eq ? eq + 1 : NULL, &taken)) != RC_OK || taken)
		return rc;
	return add_pair(a, name, eq ? eq + 1 : NULL);
}

static enum rc
take_short(struct args *a, const char *arg)
{
	static const char *const names[][2] = { { "c", "config" }, { "o", "set" },
		{ "a", "action" }, { "h", "help" }, { "V", "version" } };
	bool taken = false;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (arg[0] != names[i][0][0])
			continue;
		if (take_switch(a, names[i][1]))
			return arg[1] ? bad(a, "is not an option", arg) : RC_OK;
		return take_general(a, names[i][1], arg[1] ? arg + 1 : NULL, &taken);
	}
	return bad(a, "is not an option", arg);
}

static const struct command *
command_find(const char *name)
{
	for (size_t i = 0; i < commands_n; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static bool
is_switch(const struct command *c, const char *field_name)
{
	const struct field *f = c->fields ? field_by_name(c->fields, field_name) : NULL;

	return f && (f->flags & FIELD_SWITCH);
}

/*
 * The command is found by the leading words, but whether `--generate x` takes x needs the command. So words are looked at twice: first all
 * that stands before the first field option names the command, then the options are read knowing it.
 */
static enum rc
find_command(struct args *a)
{
	const char *noun = NULL, *verb = NULL;

	for (int i = 1; i < a->argc && !verb; i++) {
		const char *arg = a->argv[i];

		if (strcmp(arg, "-c") == 0 || strcmp(arg, "-o") == 0 || strcmp(arg, "-a") == 0 ||
		    strcmp(arg, "--config") == 0 || strcmp(arg, "--set") == 0 ||
		    strcmp(arg, "--action") == 0)
			i++;
		else if (arg[0] != '-' && !noun)
			noun = arg;
		else if (arg[0] != '-')
			verb = arg;
	}
	if (!noun)
		return RC_OK;
	a->words[0] = noun;
	if ((a->call->command = command_find(noun)))
		a->n_words = 1;
	else if (verb &&
	    (a->call->command = command_find(arena_printf(a->call->arena, "%s %s", noun, verb))))
		a->n_words = 2;
	return a->call->command ? RC_OK
				: err_add(&a->call->errs, RC_MALFORMED, NULL,
				      "There is no command \"%s%s%s\". See vimbadmin help.", noun,
				      verb ? " " : "", verb ? verb : "");
}

static enum rc
take_word(struct args *a, const char *arg, size_t *seen)
{
	if (++*seen <= a->n_words)
		return RC_OK;
	if (!a->call->command || !(a->call->command->flags & (CMD_TARGET | CMD_TARGET_OPT)) ||
	    a->call->target)
		return bad(a, "is one argument too many", arg);
	a->call->target = arg;
	return RC_OK;
}

/* Gives the field option read last its value, unless it is a switch. */
static enum rc
complete_pair(struct args *a)
{
	struct pair *p = &a->pairs[a->n_pairs - 1];

	if (!p->text && a->call->command && is_switch(a->call->command, p->name))
		p->text = "true";
	else if (!p->text && a->at < a->argc)
		p->text = a->argv[a->at++];
	if (!p->text)
		return bad(a, "needs a value", p->name);
	p->len = strlen(p->text);
	return RC_OK;
}

static enum rc
take_all(struct args *a)
{
	size_t seen = 0;
	bool only_words = false;

	for (a->at = 1; a->at < a->argc;) {
		const char *arg = a->argv[a->at++];
		size_t pairs = a->n_pairs;
		enum rc rc = RC_OK;

		if (only_words || arg[0] != '-' || !arg[1])
			rc = take_word(a, arg, &seen);
		else if (strcmp(arg, "--") == 0)
			only_words = true;
		else
			rc = arg[1] == '-' ? take_long(a, arg + 2) : take_short(a, arg + 1);
		if (rc == RC_OK && a->n_pairs > pairs)
			rc = complete_pair(a);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

static enum rc
translate_old(struct args *a)
{
	for (size_t i = 0; i < ARRAY_LEN(old_actions); i++) {
		if (strcmp(a->old_action, old_actions[i].action) == 0) {
			a->call->command = command_find(old_actions[i].command);
			return RC_OK;
		}
	}
	return bad(a, "is not an action of this program", a->old_action);
}

/* What the table says of the command against what was given. */
static enum rc
check_call(struct args *a)
{
	struct cli_call *call = a->call;
	const struct command *c = call->command;

	if (call->dry_run && !(c->flags & CMD_CHANGES))
		return bad(a, "has nothing to run dry", c->name);
	if (call->password_stdin && !(c->flags & CMD_PASSWORD))
		return bad(a, "takes no password", c->name);
	if (call->dir && !(c->flags & CMD_DIR))
		return bad(a, "takes no --dir", c->name);
	if ((c->flags & CMD_TARGET) && !call->target)
		return bad(a, arena_printf(call->arena, "needs %s", c->target), c->name);
	if (a->n_pairs > 0 && !c->fields)
		return bad(a, "is no option of this command", a->pairs[0].name);
	return RC_OK;
}

static enum rc
parse_fields(struct args *a)
{
	struct cli_call *call = a->call;
	const struct command *c = call->command;

	if (!c->fields)
		return RC_OK;
	if (c->target_field && call->target && a->n_pairs < ARGS_PAIRS_MAX)
		a->pairs[a->n_pairs++] = (struct pair){
			.name = c->target_field, .text = call->target, .len = strlen(call->target)
		};
	call->in = arena_alloc(call->arena, c->fields->size);
	return field_parse(c->fields, c->mode, a->pairs, a->n_pairs, call->in, call->arena, &call->errs);
}

enum rc
args_parse(struct cli_call *call, int argc, char **argv)
{
	struct args *a = ARENA_NEW(call->arena, struct args);
	enum rc rc;

	*a = (struct args){ .call = call, .argv = argv, .argc = argc };
	if ((rc = find_command(a)) != RC_OK || (rc = take_all(a)) != RC_OK)
		return rc;
	if (a->old_action && (rc = translate_old(a)) != RC_OK)
		return rc;
	if (a->version)
		call->command = command_find("version");
	else if (a->help && call->command)
		call->target = call->command->name;
	if (a->help || !call->command)
		call->command = a->version ? call->command : command_find("help");
	if (a->help || a->version)
		return RC_OK;
	if ((rc = check_call(a)) != RC_OK)
		return rc;
	return parse_fields(a);
}
