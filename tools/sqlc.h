/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the three parts of sqlc share: the statements as they were read (sqlc_read.c), one variant of one being written out (sqlc_expand.c), and the
 * C source made of them (sqlc.c).
 */
#ifndef TOOLS_SQLC_H
#define TOOLS_SQLC_H

#include "base/base.h"

enum {
	ENGINES = 3,
	MAX_SORTS = 8,
	MAX_OPTIONS = 7,
	MAX_EITHER = 8,
	MAX_PARAMS = 64,
	MAX_BLOCKS = 200,
	NAME_MAX_LEN = 60
};
struct text {
	char *data;
	size_t len, cap;
};

struct sort {
	char name[NAME_MAX_LEN + 1];
	char *expr[ENGINES];  /* expr[0] also stands for engines without one of their own */
	bool unique[ENGINES]; /* no two rows have the same value of that one */
};

struct block {
	char name[NAME_MAX_LEN + 1];
	int line;
	bool described;
	struct text sql[ENGINES]; /* sql[0] also stands for engines without a text of their own */
	struct sort sorts[MAX_SORTS];
	int n_sorts;
	char options[MAX_OPTIONS][NAME_MAX_LEN + 1];
	int n_options;
	char *either[MAX_EITHER];
	unsigned apart[MAX_EITHER]; /* bits of options of which there is one at most */
	bool one[MAX_EITHER];       /* and no less */
	int n_either;
};

struct state {
	const char *path;
	int line;
	struct block blocks[MAX_BLOCKS];
	int n_blocks;
	struct block *at; /* being read, NULL between statements */
	int engine;
	bool ended; /* its semicolon was seen */
};

struct variant {
	const struct state *s;
	const struct block *b;
	int engine, sort;
	bool desc;
	unsigned options;
	struct text sql;
	char params[MAX_PARAMS][NAME_MAX_LEN + 1];
	int n_params;
};

/* Ends the program with the place of the fault. */
_Noreturn void sqlc_die(const char *path, int line, const char *fmt, ...) PRINTFLIKE(3, 4);

void sqlc_text_add(struct text *t, const char *s, size_t n);
bool sqlc_is_name_char(char c);
/* Copies a name from p; 0 when there is none or it is too long. */
size_t sqlc_read_name(const char *p, char out[NAME_MAX_LEN + 1]);
/* Length of quoted text at p, 0 if there is none. An end that is missing is 0 with *ret_open set. */
size_t sqlc_skip_quoted(const char *p, bool *ret_open);

/* Index of the engine of that name, -1 when there is none. */
int sqlc_engine(const char *name);
/* Reads the whole file s->path into s->blocks. */
void sqlc_read_file(struct state *s);

/* Notes the optional parts of a block, in the order in which they stand in the text for all engines. */
void sqlc_collect_options(const struct state *s, struct block *b);
/* Is there a statement with these options, or are some of them apart from each other? */
bool sqlc_exists(const struct block *b, unsigned options);
/* Fills v->sql and v->params from the block's text for v->engine, with v's sorting, direction and optional parts. */
void sqlc_expand(struct variant *v);

#endif
