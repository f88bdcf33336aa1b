/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * argv to a struct cli_call: which command, which general options, and the rest as pairs for the command's field table. Options stand
 * anywhere; --max-mailboxes is the field max_mailboxes. The old tool's spelling (-a controller.action) is translated by a table.
 */
#include "base/base.h"

#include "base/arena.h"
#include "cli/cli.h"
#include "svc/extra.h"

#define ARGS_PAIRS_MAX 64

struct args {
	struct cli_call *call;
	char **argv;
	int argc, at;
	const char *words[3]; /* noun, verb, target */
	size_t n_words;
	struct pair pairs[ARGS_PAIRS_MAX];
	const char *spelled[ARGS_PAIRS_MAX]; /* as it was typed, without the dashes */
	size_t n_pairs;
	bool help, version;
	const char *topic; /* what --help is asked about */
	const char *old_action;
};

/* The PHP tool's actions that live on under a new name. */
static const struct {
	const char *action, *command;
	const char *target; /* the option that is the command's target now */
} old_actions[] = {
	{ "maintenance.cli-schema-update", "schema apply", NULL },
	{ "admin.cli-reset-totp", "admin reset-2fa", "username" },
	{ "mcp.cli-token-generate", "token add", NULL },
	{ "mcp.cli-token-list", "token list", NULL },
	{ "mcp.cli-token-revoke", "token revoke", NULL },
};

static enum rc
bad(struct args *a, const char *what, const char *arg)
{
	const struct command *c = a->call->command;

	return err_add(&a->call->errs, RC_MALFORMED, NULL, "%.100s: %s. See `vimbadmin help%s%s`.",
	    arg, what, c ? " " : "", c ? c->name : "");
}

static enum rc
bad_option(struct args *a, const char *what, const char *name)
{
	return bad(a, what, arena_printf(a->call->arena, "--%s", name));
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
		{ "csv", &a->call->csv },
		{ "dry-run", &a->call->dry_run },
		{ "password-stdin", &a->call->password_stdin },
		{ "roles", &a->call->roles },
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

/*
 * General options with a value; *ret_taken tells whether it was one. A command's own options go
 * first: a list's --dir and the log's --action are something else.
 */
static enum rc
take_general(struct args *a, const char *name, const char *inline_value, bool *ret_taken)
{
	struct {
		const char *name;
		const char **value;
		unsigned flag; /* only of commands that have it */
	} options[] = {
		{ "config", &a->call->conf_path, 0 },
		{ "action", &a->old_action, 0 },
		{ "dir", &a->call->dir, CMD_DIR },
		{ "role", &a->call->role, CMD_ROLE },
	};
	const struct command *command = a->call->command;
	unsigned flags = command ? command->flags : 0;

	*ret_taken = true;
	if (strcmp(name, "set") == 0)
		return add_setting(a, value_of(a, inline_value));
	for (size_t i = 0; i < ARRAY_LEN(options); i++) {
		if (strcmp(name, options[i].name) != 0 || (options[i].flag & ~flags) != 0 ||
		    (command && cli_in_list(command->options, name)))
			continue;
		*options[i].value = value_of(a, inline_value);
		return *options[i].value ? RC_OK : bad_option(a, "needs a value", name);
	}
	*ret_taken = false;
	return RC_OK;
}

/* Any other --name is a field of the command's table; which command is only known at the end. */
static enum rc
add_pair(struct args *a, const char *name, const char *inline_value)
{
	char *field = arena_strdup(a->call->arena, name);
	struct pair *p;

	if (a->n_pairs == ARGS_PAIRS_MAX)
		return bad_option(a, "is one option too many", name);
	p = &a->pairs[a->n_pairs];
	a->spelled[a->n_pairs] = name;
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
			return arg[1] ? bad(a, "is not an option", arg - 1) : RC_OK;
		return take_general(a, names[i][1], arg[1] ? arg + 1 : NULL, &taken);
	}
	return bad(a, "is not an option", arg - 1);
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
	const struct field *f = c->fields && cli_in_list(c->options, field_name)
	    ? field_by_name(c->fields, field_name)
	    : NULL;

	return f && (f->flags & FIELD_SWITCH);
}

bool
cli_in_list(const char *list, const char *name)
{
	size_t n = strlen(name);

	for (const char *at = list; at && *at; at += strcspn(at, ","), at += *at == ',')
		if (strcspn(at, ",") == n && strncmp(at, name, n) == 0)
			return true;
	return false;
}

const char *
cli_verbs(const char *noun, struct arena *arena)
{
	const char *verbs = NULL;
	size_t n = strlen(noun);

	for (size_t i = 0; i < commands_n; i++)
		if (strncmp(commands[i].name, noun, n) == 0 && commands[i].name[n] == ' ')
			verbs = arena_printf(arena, "%s%s%s", verbs ? verbs : "", verbs ? ", " : "",
			    commands[i].name + n + 1);
	return verbs;
}

/* Does a switch stand anywhere? For what has to be known although the rest could not be read. */
static bool
asked_for(const struct args *a, const char *name, const char *other)
{
	for (int i = 1; i < a->argc && strcmp(a->argv[i], "--") != 0; i++)
		if (strcmp(a->argv[i], name) == 0 || (other && strcmp(a->argv[i], other) == 0))
			return true;
	return false;
}

static enum rc
no_command(struct args *a, const char *noun, const char *verb)
{
	const char *verbs = cli_verbs(noun, a->call->arena);
	struct errs *errs = &a->call->errs;

	if (verbs && asked_for(a, "--help", "-h")) {
		a->topic = noun;
		return RC_OK;
	}
	if (!verbs)
		return err_add(errs, RC_MALFORMED, NULL,
		    "There is no command \"%.100s%s%.100s\". See `vimbadmin help`.", noun,
		    verb ? " " : "", verb ? verb : "");
	if (!verb)
		return err_add(errs, RC_MALFORMED, NULL, "After %s comes one of: %s.", noun, verbs);
	return err_add(errs, RC_MALFORMED, NULL,
	    "There is no command \"%s %.100s\". After %s comes one of: %s.", noun, verb, noun, verbs);
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
	return a->call->command ? RC_OK : no_command(a, noun, verb);
}

static enum rc
take_word(struct args *a, const char *arg, size_t *seen)
{
	struct cli_call *call = a->call;
	unsigned flags = call->command ? call->command->flags : 0;

	if (++*seen <= a->n_words)
		return RC_OK;
	if (call->target && (flags & CMD_WORDS))
		arg = arena_printf(call->arena, "%s %s", call->target, arg);
	else if (!(flags & (CMD_TARGET | CMD_TARGET_OPT)) || call->target)
		return bad(a, "is one argument too many", arg);
	call->target = arg;
	return RC_OK;
}

static bool
is_extra(const struct command *c, const char *name)
{
	return (c->flags & CMD_EXTRAS) && extra_named(name);
}

/* What is secret is not left where the process list shows it. It stood there for a moment: --password-stdin and --from-file are the ways without. */
static void
hide_secret(struct args *a, struct pair *p)
{
	const struct command *c = a->call->command;
	const struct field *f = c && c->fields ? field_by_name(c->fields, p->name) : NULL;
	char *shown = NULL;

	if (!f || (f->kind != KIND_PASSWORD && !(f->flags & FIELD_SECRET)))
		return;
	for (int i = 1; i < a->argc && !shown; i++)
		if (p->text >= a->argv[i] && p->text <= a->argv[i] + strlen(a->argv[i]))
			shown = a->argv[i] + (p->text - a->argv[i]);
	p->text = arena_strdup(a->call->arena, p->text);
	if (shown)
		memset(shown, '*', strlen(shown));
}

/* The command that is meant, as far as it is known already; the PHP tool's actions come by an option. */
static const struct command *
command_meant(const struct args *a)
{
	for (size_t i = 0; !a->call->command && a->old_action && i < ARRAY_LEN(old_actions); i++)
		if (strcmp(a->old_action, old_actions[i].action) == 0)
			return command_find(old_actions[i].command);
	return a->call->command;
}

/* Gives the field option read last its value, unless it is a switch. */
static enum rc
complete_pair(struct args *a)
{
	struct pair *p = &a->pairs[a->n_pairs - 1];
	const struct command *c = command_meant(a);

	if (a->call->command && !cli_in_list(a->call->command->options, p->name) &&
	    !is_extra(a->call->command, p->name))
		return bad_option(a,
		    arena_printf(a->call->arena, "is no option of %s", a->call->command->name),
		    a->spelled[a->n_pairs - 1]);
	if (!p->text && c && is_switch(c, p->name))
		p->text = "true";
	else if (!p->text && a->at < a->argc)
		p->text = a->argv[a->at++];
	if (!p->text)
		return bad_option(a, "needs a value", a->spelled[a->n_pairs - 1]);
	hide_secret(a, p);
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

/* An option that became the target: taken out of the options. */
static void
take_target(struct args *a, const char *option)
{
	for (size_t i = 0; option && i < a->n_pairs; i++) {
		if (strcmp(a->pairs[i].name, option) != 0)
			continue;
		a->call->target = a->pairs[i].text;
		a->n_pairs--;
		memmove(&a->pairs[i], &a->pairs[i + 1], (a->n_pairs - i) * sizeof(*a->pairs));
		return;
	}
}

static enum rc
translate_old(struct args *a)
{
	for (size_t i = 0; i < ARRAY_LEN(old_actions); i++) {
		if (strcmp(a->old_action, old_actions[i].action) == 0) {
			a->call->command = command_find(old_actions[i].command);
			take_target(a, old_actions[i].target);
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
	if (call->roles && !(c->flags & CMD_DIR))
		return bad(a, "takes no --roles", c->name);
	if (!c->run && ((call->json && !(c->flags & CMD_JSON)) || call->tab))
		return bad(a,
		    arena_printf(call->arena, "takes no %s", call->tab ? "--tab" : "--json"), c->name);
	if (call->csv && c->csv == EXPORT_NONE)
		return bad(a, "takes no --csv", c->name);
	if (call->json + call->tab + call->csv > 1)
		return bad(a, "takes one of --json, --tab and --csv", c->name);
	if ((c->flags & CMD_TARGET) && !call->target)
		return bad(a, arena_printf(call->arena, "needs %s", c->target), c->name);
	return RC_OK;
}

/* What only the configuration knows waits until that is loaded (cli_extras()). */
static void
set_extras_aside(struct args *a)
{
	struct pair *extras = arena_array(a->call->arena, a->n_pairs + 1, sizeof(*extras));
	size_t n = 0;

	for (size_t i = 0; i < a->n_pairs; i++) {
		if (is_extra(a->call->command, a->pairs[i].name))
			extras[a->call->n_extras++] = a->pairs[i];
		else
			a->pairs[n++] = a->pairs[i];
	}
	a->n_pairs = n;
	a->call->extras = extras;
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
	set_extras_aside(a);
	return field_parse(c->fields, c->mode, a->pairs, a->n_pairs, call->in, call->arena, &call->errs);
}

/* help and version in all their spellings; false when a command is to be run. */
static bool
take_question(struct args *a)
{
	struct cli_call *call = a->call;

	if (!a->help && !a->version && !a->topic && call->command)
		return false;
	call->bare = !a->help && !a->version && !a->topic;
	if (a->help && !a->topic && call->command)
		a->topic = call->command->name;
	call->target = a->topic;
	call->command = command_find(a->version ? "version" : "help");
	return true;
}

static enum rc
parse_all(struct args *a)
{
	enum rc rc;

	if ((rc = find_command(a)) != RC_OK || (!a->topic && (rc = take_all(a)) != RC_OK) ||
	    (a->old_action && (rc = translate_old(a)) != RC_OK) || take_question(a) ||
	    (rc = check_call(a)) != RC_OK)
		return rc;
	return parse_fields(a);
}

enum rc
args_parse(struct cli_call *call, int argc, char **argv)
{
	struct args *a = ARENA_NEW(call->arena, struct args);
	enum rc rc;

	*a = (struct args){ .call = call, .argv = argv, .argc = argc };
	rc = parse_all(a);
	if (rc != RC_OK && call->command && asked_for(a, "--help", "-h")) {
		err_clear(&call->errs);
		a->help = true;
		(void)take_question(a);
		return RC_OK;
	}
	call->json = call->json || (rc != RC_OK && asked_for(a, "--json", NULL));
	return rc;
}
