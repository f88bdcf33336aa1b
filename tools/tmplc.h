/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the parts of tmplc share: where in HTML the walk stands (tmplc_html.c), holes and the expressions in them (tmplc_hole.c), blocks (tmplc_block.c),
 * and the walk itself (tmplc_walk.c).
 */
#ifndef TOOLS_TMPLC_H
#define TOOLS_TMPLC_H

#include "base/base.h"

enum { NAME = 40, DEPTH = 32, EXPR = 1000 };

enum html_state {
	TEXT,
	TAG_NAME,
	IN_TAG,
	ATTR_NAME,
	AFTER_ATTR,
	BEFORE_VALUE,
	DOUBLE,
	SINGLE,
	UNQUOTED,
	COMMENT,
	SCRIPT,
	RCDATA
};

/* Where in HTML the walk stands; two branches of an if must end in equal ones. */
struct html {
	enum html_state state;
	char tag[NAME], attr[NAME]; /* lower-case */
	bool closing;               /* of an end tag */
	bool value_begun;           /* something of the value was seen */
	bool url_safe;              /* the URL value began with a link, an asset or # */
};

enum block_kind { B_VIEW, B_ATTRIBUTES, B_IF, B_FOR };
struct block {
	enum block_kind kind;
	int line;
	bool has_else;
	char count[EXPR];     /* of a for */
	struct html at_start; /* for: before the body; if: before the first branch */
	struct html at_end;   /* if: after the first branch */
	bool end_known;
};

struct state {
	const char *path, *p;
	int line;
	struct html html;
	struct block blocks[DEPTH];
	int depth;
	FILE *c, *h;
	char *run; /* literal HTML not yet written */
	size_t run_len, run_cap;
	bool swallow; /* a line break right after a tag is dropped */
};

enum hole { HOLE_VALUE, HOLE_ENCODED, HOLE_URL };

/* Ends the program with the place of the fault. */
_Noreturn void tmplc_die(const struct state *s, const char *fmt, ...) PRINTFLIKE(2, 3);

/* From s->p to the end of the text there. */
void tmplc_walk(struct state *s);
/* html: is name among the texts of a list that NULL ends? */
bool tmplc_is_one_of(const char *name, const char *const *list);
/* One literal character, at s->p. */
void tmplc_html_feed(struct state *s, char c);
/* Ends the program unless a hole may stand here. */
void tmplc_html_hole(struct state *s, enum hole hole);
/* Is what follows read in the same way from both places? */
bool tmplc_html_same(const struct html *a, const struct html *b);
/* Ends the program if a '<' stands right before a hole or a block: what follows would become the name of a tag. */
void tmplc_html_no_open_tag(const struct state *s);

/* Writes the literal text gathered so far. */
void tmplc_run_flush(struct state *s);
/* ... and where in the template the next line of C comes from. */
void tmplc_line_mark(struct state *s);

/* Ends the program unless e is a C expression without statements, assignments or braces. */
void tmplc_check_expr(const struct state *s, const char *e);
/* Without the blanks around it, in place. */
char *tmplc_trim(char *text);
/* What follows the word and a blank, NULL if text begins otherwise. */
char *tmplc_after_word(char *text, const char *word);
/* What stands between {{ and }}. */
void tmplc_hole(struct state *s, char *text);
/* What stands between {% and %}. */
void tmplc_directive(struct state *s, char *text);

#endif
