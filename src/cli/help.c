/* SPDX-License-Identifier: GPL-3.0-or-later */
/* help, version and the tables as mdoc: everything comes out of the command table and the field tables. */
#include "base/base.h"

#include "base/rand.h"
#include "base/str.h"
#include "cli/cli.h"
#include "version.h"

static const char general_options[] =
    "General options:\n"
    "  -c, --config FILE    configuration (default /etc/vimbadmin/vimbadmin.conf)\n"
    "  -o, --set KEY=VALUE  override one key; may be given again\n"
    "      --json           answer as JSON\n"
    "      --tab            answer as TAB-separated lines without headings\n"
    "      --dry-run        do everything but keep nothing; show what would change\n"
    "      --help           about the program, or about the command before it\n"
    "\n"
    "Exit status: 0 done, 64 bad usage, 65 input refused, 66 not found, 69 database\n"
    "unavailable, 70 internal fault, 73 conflict, 75 try again later, 77 not allowed,\n"
    "78 bad configuration.\n";

void
print_help(const struct cli_call *call)
{
	(void)printf("usage: %s [-c FILE] COMMAND [ARGUMENT] [--OPTION VALUE ...]\n\nCommands:\n",
	    call->program);
	for (size_t i = 0; i < commands_n; i++)
		if (!(commands[i].flags & CMD_HIDDEN))
			(void)printf("  %-16s %s\n", commands[i].name, commands[i].help);
	(void)printf("\n%s", general_options);
}

static void
print_option(const struct field *f)
{
	char name[64];
	size_t n = 0;

	for (const char *c = f->name; *c && n + 1 < sizeof(name); c++)
		name[n++] = *c == '_' ? '-' : *c;
	name[n] = '\0';
	(void)printf("  --%-22s %s\n", name, f->help ? f->help : f->label ? f->label : "");
}

void
print_command_help(const struct cli_call *call, const struct command *c)
{
	(void)printf("usage: %s %s%s%s%s\n\n%s\n", call->program, c->name, c->target ? " " : "",
	    c->target ? c->target : "", c->fields ? " [--OPTION VALUE ...]" : "", c->help);
	if (c->fields)
		(void)printf("\nOptions:\n");
	for (size_t i = 0; c->fields && i < c->fields->n; i++)
		if (!(c->fields->at[i].flags & FIELD_READONLY))
			print_option(&c->fields->at[i]);
	if (c->flags & CMD_PASSWORD)
		(void)printf("  --password-stdin         read the password from standard input\n");
	if (c->flags & CMD_DIR)
		(void)printf("  --dir DIR                write the files into DIR instead of "
			     "printing them\n");
	if (c->flags & CMD_CHANGES)
		(void)printf("  --dry-run                show what would change, change nothing\n");
}

int
cmd_help(struct cli_call *call)
{
	for (size_t i = 0; call->target && i < commands_n; i++) {
		if (strcmp(commands[i].name, call->target) == 0) {
			print_command_help(call, &commands[i]);
			return 0;
		}
	}
	print_help(call);
	return 0;
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
doc_commands(void)
{
	(void)printf(".Bl -tag -width Ds\n");
	for (size_t i = 0; i < commands_n; i++)
		if (!(commands[i].flags & CMD_HIDDEN))
			(void)printf(".It Cm %s%s%s\n%s\n", commands[i].name,
			    commands[i].target ? " Ar " : "",
			    commands[i].target ? commands[i].target : "", commands[i].help);
	(void)printf(".El\n");
}

int
cmd_doc(struct cli_call *call)
{
	struct str out = STR_INIT;

	if (strcmp(call->target, "commands") == 0) {
		doc_commands();
		return 0;
	}
	conf_doc(true, &out);
	(void)fwrite(str_text(&out), 1, out.len, stdout);
	str_release(&out);
	return 0;
}
