/* SPDX-License-Identifier: GPL-3.0-or-later */
/* help, version and the tables as mdoc: everything comes out of the command table and the field tables. */
#include "base/base.h"

#include "base/arena.h"
#include "base/rand.h"
#include "base/str.h"
#include "cli/cli.h"
#include "model/mailbox.h"
#include "version.h"

static const char general_options[] =
    "General options:\n"
    "  -c, --config FILE    configuration (default " CONF_DEFAULT_PATH ")\n"
    "  -o, --set KEY=VALUE  override one key of it; may be given again\n"
    "      --json           answer as JSON, faults on standard error included\n"
    "      --tab            answer as TAB-separated lines without headings\n"
    "      --csv            a list as CSV, all of it, safe for spreadsheets\n"
    "      --dry-run        keep nothing; print the rows that would change, as JSON\n"
    "      --               what follows are words, even with a dash in front\n"
    "  -h, --help           about the program, or the command or noun before it\n"
    "  -V, --version        the version\n"
    "\n"
    "Exit status: 0 done, 64 bad usage, 65 input refused, 66 not found, 69 database\n"
    "unavailable, 70 internal fault, 73 conflict (duplicate, limit, changed meanwhile),\n"
    "74 output not written, 75 try again later, 77 not allowed, 78 bad configuration.\n";

/* The commands of a noun, or all of them. */
static void
print_commands(const char *noun)
{
	size_t n = noun ? strlen(noun) : 0;

	for (size_t i = 0; i < commands_n; i++) {
		const struct command *c = &commands[i];

		if (c->flags & CMD_HIDDEN ||
		    (noun && (strncmp(c->name, noun, n) != 0 || c->name[n] != ' ')))
			continue;
		(void)printf("  %-21s %s\n", c->name, c->help);
	}
}

static void
print_help(void)
{
	(void)printf(
	    "usage: vimbadmin [-c FILE] COMMAND [ARGUMENT] [--OPTION VALUE ...]\n\nCommands:\n");
	print_commands(NULL);
	(void)printf("\n%s", general_options);
}

static void
print_noun_help(const char *noun)
{
	(void)printf("usage: vimbadmin %s VERB [ARGUMENT] [--OPTION VALUE ...]\n\nCommands:\n", noun);
	print_commands(noun);
	(void)printf("\nThe options of one: vimbadmin help %s VERB\n", noun);
}

/* What a value of the field looks like. */
static const char *
placeholder(const struct field *f, struct arena *arena)
{
	static const char *const words[] = {
		[KIND_BYTES] = "SIZE", [KIND_ADDRESS] = "ADDRESS", [KIND_DOMAIN] = "DOMAIN", [KIND_TARGETS] = "ADDRESS,..."
	};
	const char *text = NULL;

	for (const char *const *c = f->choices; c && *c; c++)
		text = arena_printf(arena, "%s%s%s", text ? text : "", text ? "|" : "", *c);
	if (text)
		return text;
	if (f->type == FIELD_BOOL)
		return f->flags & FIELD_SWITCH ? "" : "yes|no";
	if (f->kind < ARRAY_LEN(words) && words[f->kind])
		return words[f->kind];
	return f->type == FIELD_INT ? "NUMBER" : "TEXT";
}

static char *
option_name(const struct field *f, struct arena *arena)
{
	char *name = arena_strdup(arena, strcmp(f->name, "q") == 0 ? "search" : f->name);

	for (char *c = name; *c; c++)
		*c = *c == '_' ? '-' : *c;
	return name;
}

static void
print_option(const char *name, const char *value, const char *help, const char *more)
{
	char left[64];

	(void)snprintf(left, sizeof(left), "%s%s%s", name, *value ? " " : "", value);
	(void)printf("  --%-28s %s%s\n", left, help, more);
}

static void
print_field_option(const struct field *f, struct arena *arena)
{
	const char *help = f->help ? f->help : f->label ? f->label : "", *more = "";

	if (f->kind == KIND_BYTES)
		more = " A bare number is MB.";
	else if (f->kind == KIND_PASSWORD)
		more = f->help ? " Others can see it in the list of processes."
			       : "; others can see it in the list of processes.";
	print_option(option_name(f, arena), placeholder(f, arena), help, more);
}

static bool
has_options(const struct command *c)
{
	return c->run || c->flags & (CMD_DIR | CMD_JSON);
}

static void
print_options(const struct command *c, struct arena *arena)
{
	if (!has_options(c))
		return;
	(void)printf("\nOptions:\n");
	for (size_t i = 0; c->fields && i < c->fields->n; i++)
		if (cli_in_list(c->options, c->fields->at[i].name))
			print_field_option(&c->fields->at[i], arena);
	if (c->flags & CMD_EXTRAS) {
		print_option("info-NAME", "TEXT", "A field of vimbadmin_plugins.AdditionalInfo.", "");
		if (c->fields == &mailbox_in_fields)
			print_option("directory-NAME", "TEXT",
			    "A field of the directory entry, such as given-name.", "");
	}
	if (c->flags & CMD_PASSWORD)
		print_option("password-stdin", "",
		    "Read the password as a line from standard input.", "");
	if (c->flags & CMD_DIR)
		print_option("dir", "DIR", "Write the files into DIR instead of printing them.", "");
	if (c->flags & CMD_DIR)
		print_option("roles", "", "Print what `config roles` prints instead.", "");
	if (c->flags & CMD_CHANGES)
		print_option("dry-run", "", "Show what would change, change nothing.", "");
	if (c->run || c->flags & CMD_JSON)
		print_option("json", "", "Answer as JSON.", "");
	if (c->run)
		print_option("tab", "", "Answer as TAB-separated lines.", "");
	if (c->csv != EXPORT_NONE)
		print_option("csv", "",
		    "Write the whole list as CSV; --limit or --after: that page of it.", "");
}

static void
print_command_help(const struct command *c, struct arena *arena)
{
	(void)printf("usage: vimbadmin %s%s%s%s\n\n%s\n", c->name, c->target ? " " : "",
	    c->target ? c->target : "", has_options(c) ? " [--OPTION VALUE ...]" : "", c->help);
	print_options(c, arena);
	(void)printf("\nOptions of all commands: vimbadmin help\n");
}

int
cmd_help(struct cli_call *call)
{
	const char *topic = call->target;

	for (size_t i = 0; topic && i < commands_n; i++) {
		if (strcmp(commands[i].name, topic) == 0) {
			print_command_help(&commands[i], call->arena);
			return 0;
		}
	}
	if (!topic) {
		print_help();
		return call->bare ? rc_exit(RC_MALFORMED) : 0;
	}
	if (cli_verbs(topic, call->arena)) {
		print_noun_help(topic);
		return 0;
	}
	(void)err_add(&call->errs, RC_MALFORMED, NULL,
	    "There is no command \"%.100s\". See `vimbadmin help`.", topic);
	print_faults(call, &call->errs);
	return rc_exit(RC_MALFORMED);
}

int
cmd_version(struct cli_call *call)
{
	(void)call;
	(void)printf("vimbadmin %s\n", VIMB_VERSION);
	return 0;
}

int
cmd_salt_generate(struct cli_call *call)
{
	char salt[65];

	(void)call;
	rand_hex(salt, 32);
	(void)printf("%s\n", salt);
	return 0;
}

static void
doc_options(const struct command *c, struct arena *arena)
{
	const char *sep = "Options:\n";

	for (size_t i = 0; c->fields && i < c->fields->n; i++) {
		const struct field *f = &c->fields->at[i];
		const char *value = placeholder(f, arena);

		if (!cli_in_list(c->options, f->name))
			continue;
		(void)printf("%s.Fl -%s%s%s", sep, option_name(f, arena), *value ? " Ar " : "", value);
		sep = " ,\n";
	}
	if (c->flags & CMD_EXTRAS)
		(void)printf(" ,\n.Fl -info-NAME Ar TEXT%s",
		    c->fields == &mailbox_in_fields ? " ,\n.Fl -directory-NAME Ar TEXT" : "");
	if (*sep == ' ')
		(void)printf(" .\n");
}

static void
doc_commands(struct arena *arena)
{
	(void)printf(".Bl -tag -width Ds\n");
	for (size_t i = 0; i < commands_n; i++) {
		const struct command *c = &commands[i];

		if (c->flags & CMD_HIDDEN)
			continue;
		(void)printf(".It Cm %s%s%s\n%s\n", c->name, c->target ? " Ar " : "",
		    c->target ? c->target : "", c->help);
		doc_options(c, arena);
	}
	(void)printf(".El\n");
}

int
cmd_doc(struct cli_call *call)
{
	struct str out = STR_INIT;

	if (strcmp(call->target, "commands") == 0) {
		doc_commands(call->arena);
		return 0;
	}
	conf_doc(true, &out);
	(void)fwrite(str_text(&out), 1, out.len, stdout);
	str_release(&out);
	return 0;
}
