/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading of .sql files: line by line into blocks (name, directives, text). It understands as much SQL as it takes to tell quoted text from the rest.
 */
#include "base/base.h"

#include "sqlc.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>

static const char *const engine_names[ENGINES] = { "sqlite", "mysql", "pgsql" };

_Noreturn void
sqlc_die(const char *path, int line, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s:%d: ", path, line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

void
sqlc_text_add(struct text *t, const char *s, size_t n)
{
	if (t->len + n + 1 > t->cap) {
		t->cap = (t->len + n + 1) * 2;
		t->data = realloc(t->data, t->cap);
		if (!t->data)
			abort();
	}
	memcpy(t->data + t->len, s, n);
	t->len += n;
	t->data[t->len] = '\0';
}

bool
sqlc_is_name_char(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Copies a name from p; 0 when there is none or it is too long. */
size_t
sqlc_read_name(const char *p, char out[NAME_MAX_LEN + 1])
{
	size_t n = 0;

	while (sqlc_is_name_char(p[n]))
		n++;
	if (n == 0 || n > NAME_MAX_LEN)
		return 0;
	memcpy(out, p, n);
	out[n] = '\0';
	return n;
}

/* Length of quoted text, comment or nothing at p. An end that is missing is 0 with *ret_open set. */
size_t
sqlc_skip_quoted(const char *p, bool *ret_open)
{
	size_t n;

	*ret_open = false;
	if (*p != '\'' && *p != '"' && *p != '`')
		return 0;
	for (n = 1; p[n]; n++) {
		if (p[n] == *p && p[n + 1] == *p)
			n++;
		else if (p[n] == *p)
			return n + 1;
	}
	*ret_open = true;
	return 0;
}

int
sqlc_engine(const char *name)
{
	for (int i = 0; i < ENGINES; i++)
		if (strcmp(engine_names[i], name) == 0)
			return i;
	return -1;
}

static struct block *
block_by_name(struct state *s, const char *name)
{
	for (int i = 0; i < s->n_blocks; i++)
		if (strcmp(s->blocks[i].name, name) == 0)
			return &s->blocks[i];
	return NULL;
}

/* The statement being read is complete? */
static void
finish_block(struct state *s)
{
	if (!s->at)
		return;
	if (!s->at->described)
		sqlc_die(s->path, s->at->line, "%s has no description", s->at->name);
	if (!s->ended)
		sqlc_die(s->path, s->line, "%s does not end with a semicolon", s->at->name);
	s->at = NULL;
}

/* `-- name: x` or `-- name: x @engine` */
static void
start_block(struct state *s, const char *p)
{
	char name[NAME_MAX_LEN + 1], engine[NAME_MAX_LEN + 1];
	struct block *b;
	size_t n;

	finish_block(s);
	s->engine = 0;
	s->ended = false;
	if (!(n = sqlc_read_name(p, name)))
		sqlc_die(s->path, s->line, "a name has 1 to %d letters, digits and _", NAME_MAX_LEN);
	p += n + strspn(p + n, " ");
	b = block_by_name(s, name);
	if (*p == '@') {
		if (!sqlc_read_name(p + 1, engine) || (s->engine = sqlc_engine(engine)) < 0)
			sqlc_die(s->path, s->line, "unknown engine %s", p);
		if (!b)
			sqlc_die(s->path, s->line,
			    "%s has a text for one engine before the one for all", name);
		if (b->sql[s->engine].len > 0)
			sqlc_die(s->path, s->line, "%s has two texts for %s", name, engine);
		s->at = b;
		return;
	}
	if (*p)
		sqlc_die(s->path, s->line, "unexpected text after the name: %s", p);
	if (b)
		sqlc_die(s->path, s->line, "there are two statements called %s", name);
	if (s->n_blocks == MAX_BLOCKS)
		sqlc_die(s->path, s->line, "too many statements in one file");
	s->at = &s->blocks[s->n_blocks++];
	s->at->line = s->line;
	memcpy(s->at->name, name, sizeof(name));
}

/* The sorting of that name; one more in the text for all engines, one of those in another. */
static struct sort *
sort_by_name(struct state *s, const char *name)
{
	struct block *b = s->at;
	struct sort *sort = b->sorts;

	while (sort < b->sorts + b->n_sorts && strcmp(sort->name, name) != 0)
		sort++;
	if (sort < b->sorts + b->n_sorts) {
		if (sort->expr[s->engine])
			sqlc_die(s->path, s->line, "%s is sorted by %s twice", b->name, name);
		return sort;
	}
	if (s->engine != 0)
		sqlc_die(s->path, s->line, "%s is not sorted by %s on all engines", b->name, name);
	if (b->n_sorts == MAX_SORTS)
		sqlc_die(s->path, s->line, "at most %d sortings", MAX_SORTS);
	b->n_sorts++;
	memcpy(sort->name, name, sizeof(sort->name));
	return sort;
}

/* `-- sort: name [unique] expression` */
static void
add_sort(struct state *s, const char *p)
{
	char name[NAME_MAX_LEN + 1];
	struct sort *sort;
	bool unique;
	size_t n;

	if (!s->at || s->at->sql[s->engine].len > 0)
		sqlc_die(s->path, s->line, "sort lines stand between name and text");
	n = sqlc_read_name(p, name);
	p += n + strspn(p + n, " ");
	unique = strncmp(p, "unique ", 7) == 0;
	p += unique ? 7 + strspn(p + 7, " ") : 0;
	if (n == 0 || !*p)
		sqlc_die(s->path, s->line, "a sorting needs a name and an expression");
	sort = sort_by_name(s, name);
	sort->expr[s->engine] = strdup(p);
	sort->unique[s->engine] = unique;
}

/* `-- either: option option`, one of them at most; `-- one: option option`, no less either. */
static void
add_either(struct state *s, const char *p, bool one)
{
	if (!s->at || s->engine != 0 || s->at->sql[0].len > 0)
		sqlc_die(s->path, s->line,
		    "either lines stand between name and the text for all engines");
	if (s->at->n_either == MAX_EITHER)
		sqlc_die(s->path, s->line, "at most %d either lines", MAX_EITHER);
	s->at->one[s->at->n_either] = one;
	s->at->either[s->at->n_either++] = strdup(p);
}

static void
read_comment(struct state *s, const char *p)
{
	p += 2 + strspn(p + 2, " ");
	if (strncmp(p, "name:", 5) == 0)
		start_block(s, p + 5 + strspn(p + 5, " "));
	else if (strncmp(p, "sort:", 5) == 0)
		add_sort(s, p + 5 + strspn(p + 5, " "));
	else if (strncmp(p, "either:", 7) == 0)
		add_either(s, p + 7, false);
	else if (strncmp(p, "one:", 4) == 0)
		add_either(s, p + 4, true);
	else if (strncmp(p, "SPDX-", 5) == 0 || !s->at)
		return;
	else if (sqlc_is_name_char(*p) && p[strcspn(p, " :")] == ':' && islower((unsigned char)*p))
		sqlc_die(s->path, s->line, "unknown directive: %s", p);
	else if (*p)
		s->at->described = true;
}

/* One quoted text of n bytes, or one character: blanks that are not needed are left out, the closing semicolon is noted. */
static void
read_piece(struct state *s, struct text *t, const char *p, size_t n)
{
	if (n > 0)
		sqlc_text_add(t, p, n);
	else if (p[0] == '%' && p[1] == 's')
		sqlc_die(s->path, s->line, "%%s in SQL: values are parameters");
	else if (*p == ';')
		s->ended = true;
	else if (!isspace((unsigned char)*p))
		sqlc_text_add(t, p, 1);
	else if (t->len > 0 && t->data[t->len - 1] != ' ')
		sqlc_text_add(t, " ", 1);
}

/* Adds one line of SQL, comments left out. */
static void
read_sql(struct state *s, const char *p)
{
	struct text *t;

	if (!s->at)
		sqlc_die(s->path, s->line, "text outside a statement: %s", p);
	t = &s->at->sql[s->engine];
	if (t->len > 0 && t->data[t->len - 1] != ' ')
		sqlc_text_add(t, " ", 1);
	while (*p) {
		bool open;
		size_t n = sqlc_skip_quoted(p, &open);

		if (open)
			sqlc_die(s->path, s->line, "a quote is not closed on its line");
		if (strncmp(p, "--", 2) == 0)
			break;
		if (s->ended && !isspace((unsigned char)*p))
			sqlc_die(s->path, s->line, "a second statement in %s", s->at->name);
		read_piece(s, t, p, n);
		p += n ? n : 1;
	}
}

void
sqlc_read_file(struct state *s)
{
	FILE *in = fopen(s->path, "r");
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	if (!in) {
		fprintf(stderr, "%s: %s\n", s->path, strerror(errno));
		exit(1);
	}
	while ((n = getline(&line, &cap, in)) >= 0) {
		char *p = line;

		s->line++;
		while (n > 0 && isspace((unsigned char)line[n - 1]))
			line[--n] = '\0';
		while (isspace((unsigned char)*p))
			p++;
		if (strncmp(p, "--", 2) == 0)
			read_comment(s, p);
		else if (*p)
			read_sql(s, p);
	}
	finish_block(s);
	free(line);
	fclose(in);
}
