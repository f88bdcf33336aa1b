/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Command line: vimbadmin [-c FILE] [-o KEY=VALUE] NOUN VERB [TARGET] [--field VALUE] [--json] [--dry-run]. One table (commands.c) says
 * what there is; input goes through the same field tables and the same svc functions as the panel's.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "base/base.h"
#include "base/field.h"
#include "base/op.h"
#include "cli/verbs.h"
#include "conf/conf.h"
#include "svc/export.h"
#include "svc/warn.h"

/* Returns the exit status (base/rc.h). */
int cli_main(int argc, char **argv);

enum command_flags {
	CMD_TARGET = 1 << 0,     /* takes one argument: address, name */
	CMD_TARGET_OPT = 1 << 1, /* ... that may be left out */
	CMD_CHANGES = 1 << 2,    /* --dry-run makes sense */
	CMD_SCHEMA = 1 << 3,     /* works on the schema itself: do not check it first */
	CMD_PASSWORD = 1 << 4,   /* reads a password: --password-stdin, or asks on a terminal */
	CMD_DIR = 1 << 5,        /* --dir DIR: writes files there instead of printing them */
	CMD_HIDDEN = 1 << 6,     /* not in the list of commands */
	CMD_WORDS = 1 << 7,      /* all further words are the one argument */
	CMD_JSON = 1 << 8,       /* a plain command that knows --json */
	CMD_ROLE = 1 << 9,       /* --role, by which serve calls itself */
	CMD_EXTRAS = 1 << 10,    /* takes --info-NAME and --directory-NAME (svc/extra.h) */
};

struct app;
struct cli_call;
struct op_start;

struct command {
	const char *name;            /* "mailbox add" */
	const char *target;          /* what the argument is called in the usage: "ADDRESS" */
	const char *target_field;    /* input field the argument fills, or NULL: call->target */
	const struct fields *fields; /* what the options are read into, or NULL */
	enum field_mode mode;
	const char *options;  /* those of the fields that are options: "name,quota" */
	const char *columns;  /* of the table printed: "username,quota,active" */
	enum export_list csv; /* knows --csv; svc/export.h */
	unsigned flags;       /* enum command_flags */
	enum rc (*run)(struct op *op, struct cli_call *call); /* with a database ... */
	int (*with_app)(struct cli_call *call, struct app *app,
	    const struct op_start *start);   /* ... several ops ... */
	int (*plain)(struct cli_call *call); /* ... or without; exit status */
	const char *help;                    /* one sentence */
};
extern const struct command commands[];
extern const size_t commands_n;

/* One command as it was called, and what it gives back to be printed. */
struct cli_call {
	const struct command *command;
	struct arena *arena; /* lives as long as the call */
	const char *program; /* argv[0] */
	const char *conf_path;
	struct conf_set *set; /* -o settings */
	size_t n_set;
	const struct conf *conf; /* loaded for all but plain commands */
	bool json, tab, csv, dry_run, password_stdin, roles;
	const char *dir;  /* --dir */
	const char *role; /* serve --role, hidden */
	const char *target;
	bool bare;                 /* called without any command */
	void *in;                  /* parsed input struct of command->fields */
	const struct pair *extras; /* options that only the configuration knows, read when it is loaded */
	size_t n_extras;
	const char *secret; /* password read from stdin or terminal */
	struct errs errs;
	/* results, printed after the op has committed */
	const struct fields *out_fields;
	const void *out_rows;
	size_t out_n;
	bool out_list;          /* JSON: an array even for one */
	const char *out_total;  /* line under a table */
	const char *out_next;   /* cursor of the next page, or NULL */
	const char *out_note;   /* sentence printed on success */
	int out_errno;          /* why standard output failed, if what came after forgot it */
	const char *code;       /* made for a link that is printed; one for all runs of the op */
	const char *out_secret; /* generated password or token: printed alone on a line */
	const char *out_secret_name;  /* what JSON calls it; NULL: "password" */
	struct warnings out_warnings; /* lines on stderr; the exit status knows nothing of them */
	enum rc out_rc; /* what was printed is bad news: the exit status is this one's */
	const char *out_text; /* a text of its own instead of rows; printed also when the command failed */
};

/* print.c */
void print_result(struct cli_call *call, const struct op *op);
void print_faults(const struct cli_call *call, const struct errs *errs);
/* One line of text that may hold anything, without what would move the cursor or break the line. */
void print_line(FILE *to, const char *prefix, const char *text);
/* Adds text that may hold anything, in one line and without what would move the cursor. */
void print_plain(struct str *out, const char *text);
/* A page of a list as the result. */
struct list_info;
void cli_listed(struct cli_call *call, const struct fields *f, const void *rows, size_t n,
    const struct list_info *info, const char *what);
/* Is name one of the comma-separated words? */
bool cli_in_list(const char *list, const char *name);
/* "add, list, show": the verbs of a noun; NULL when there is no such noun. */
const char *cli_verbs(const char *noun, struct arena *arena);

/* sysexits' EX_IOERR: what was asked for is done, but could not be written out. */
#define EXIT_OUTPUT 74

/* cmd_export.c: the list as CSV, all pages of it; exit status. */
int cli_export(struct cli_call *call, struct app *app, const struct op_start *start);

/* args.c: fills call from argv; RC_MALFORMED with a fault on anything unknown. */
NODISCARD enum rc args_parse(struct cli_call *call, int argc, char **argv);
/* secret.c: one line from standard input, or asked for on the terminal. */
NODISCARD enum rc secret_read(struct cli_call *call);

/* Loads call->conf; 0, or the exit status after printing the faults. */
int cli_conf(struct cli_call *call, struct conf **ret_conf);
#endif
