/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sqlc IN.sql OUT.c OUT.h: named SQL statements to `const struct query` (src/db/query.h). The format is in docs/queries.md.
 *
 * It reads a file line by line into blocks (name, directives, text), then writes each block once per combination of sorting, direction and
 * optional parts, with its parameters replaced by each engine's placeholders. It understands as much SQL as it takes to tell quoted text from the rest.
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ENGINES = 3,
	MAX_SORTS = 8,
	MAX_OPTIONS = 6,
	MAX_PARAMS = 64,
	MAX_BLOCKS = 200,
	NAME_MAX_LEN = 60
};
static const char *const engine_names[ENGINES] = { "sqlite", "mysql", "pgsql" };
static const char *const engine_enums[ENGINES] = { "DB_SQLITE", "DB_MYSQL", "DB_PGSQL" };

struct text {
	char *data;
	size_t len, cap;
};

struct sort {
	char name[NAME_MAX_LEN + 1];
	char *expr;
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

static _Noreturn void __attribute__((format(printf, 3, 4)))
die(const char *path, int line, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s:%d: ", path, line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

static void
text_add(struct text *t, const char *s, size_t n)
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

static bool
is_name_char(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Copies a name from p; 0 when there is none or it is too long. */
static size_t
read_name(const char *p, char out[NAME_MAX_LEN + 1])
{
	size_t n = 0;

	while (is_name_char(p[n]))
		n++;
	if (n == 0 || n > NAME_MAX_LEN)
		return 0;
	memcpy(out, p, n);
	out[n] = '\0';
	return n;
}

/* Length of quoted text, comment or nothing at p. An end that is missing is 0 with *ret_open set. */
static size_t
skip_quoted(const char *p, bool *ret_open)
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

static int
engine_by_name(const char *name)
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
		die(s->path, s->at->line, "%s has no description", s->at->name);
	if (!s->ended)
		die(s->path, s->line, "%s does not end with a semicolon", s->at->name);
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
	if (!(n = read_name(p, name)))
		die(s->path, s->line, "a name has 1 to %d letters, digits and _", NAME_MAX_LEN);
	p += n + strspn(p + n, " ");
	b = block_by_name(s, name);
	if (*p == '@') {
		if (!read_name(p + 1, engine) || (s->engine = engine_by_name(engine)) < 0)
			die(s->path, s->line, "unknown engine %s", p);
		if (!b)
			die(s->path, s->line, "%s has a text for one engine before the one for all",
			    name);
		if (b->sql[s->engine].len > 0)
			die(s->path, s->line, "%s has two texts for %s", name, engine);
		s->at = b;
		return;
	}
	if (*p)
		die(s->path, s->line, "unexpected text after the name: %s", p);
	if (b)
		die(s->path, s->line, "there are two statements called %s", name);
	if (s->n_blocks == MAX_BLOCKS)
		die(s->path, s->line, "too many statements in one file");
	s->at = &s->blocks[s->n_blocks++];
	s->at->line = s->line;
	memcpy(s->at->name, name, sizeof(name));
}

/* `-- sort: name expression` */
static void
add_sort(struct state *s, const char *p)
{
	struct sort *sort;
	size_t n;

	if (!s->at || s->engine != 0 || s->at->sql[0].len > 0)
		die(s->path, s->line, "sort lines stand between name and text");
	if (s->at->n_sorts == MAX_SORTS)
		die(s->path, s->line, "at most %d sortings", MAX_SORTS);
	sort = &s->at->sorts[s->at->n_sorts++];
	if (!(n = read_name(p, sort->name)))
		die(s->path, s->line, "a sorting needs a name and an expression");
	p += n + strspn(p + n, " ");
	if (!*p)
		die(s->path, s->line, "a sorting needs a name and an expression");
	sort->expr = strdup(p);
}

static void
read_comment(struct state *s, const char *p)
{
	p += 2 + strspn(p + 2, " ");
	if (strncmp(p, "name:", 5) == 0)
		start_block(s, p + 5 + strspn(p + 5, " "));
	else if (strncmp(p, "sort:", 5) == 0)
		add_sort(s, p + 5 + strspn(p + 5, " "));
	else if (strncmp(p, "SPDX-", 5) == 0 || !s->at)
		return;
	else if (is_name_char(*p) && p[strcspn(p, " :")] == ':' && islower((unsigned char)*p))
		die(s->path, s->line, "unknown directive: %s", p);
	else if (*p)
		s->at->described = true;
}

/* Adds one line of SQL, comments and needless blanks left out; notes the closing semicolon. */
static void
read_sql(struct state *s, const char *p)
{
	struct text *t;

	if (!s->at)
		die(s->path, s->line, "text outside a statement: %s", p);
	t = &s->at->sql[s->engine];
	if (t->len > 0 && t->data[t->len - 1] != ' ')
		text_add(t, " ", 1);
	while (*p) {
		bool open;
		size_t n = skip_quoted(p, &open);

		if (open)
			die(s->path, s->line, "a quote is not closed on its line");
		if (s->ended && !isspace((unsigned char)*p) && strncmp(p, "--", 2) != 0)
			die(s->path, s->line, "a second statement in %s", s->at->name);
		if (n == 0 && strncmp(p, "--", 2) == 0)
			break;
		if (n == 0 && p[0] == '%' && p[1] == 's')
			die(s->path, s->line, "%%s in SQL: values are parameters");
		if (n == 0 && *p == ';')
			s->ended = true;
		else if (n > 0 || !isspace((unsigned char)*p) ||
		    (t->len > 0 && t->data[t->len - 1] != ' '))
			text_add(t, isspace((unsigned char)*p) ? " " : p, n ? n : 1);
		p += n ? n : 1;
	}
}

static void
read_file(struct state *s)
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

/* ---- expansion ---- */

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

static int
option_index(const struct block *b, const char *name)
{
	for (int i = 0; i < b->n_options; i++)
		if (strcmp(b->options[i], name) == 0)
			return i;
	return -1;
}

/* `[name: ` at p? Gives the length up to the text, and the name. */
static size_t
option_start(const char *p, char name[NAME_MAX_LEN + 1])
{
	size_t n;

	if (*p != '[' || !(n = read_name(p + 1, name)) || p[1 + n] != ':')
		return 0;
	return 1 + n + 1;
}

/* Optional parts in the order in which they stand in the text for all engines. */
static void
collect_options(const struct state *s, struct block *b)
{
	char name[NAME_MAX_LEN + 1];
	bool open;

	for (const char *p = b->sql[0].data; *p;) {
		size_t n = skip_quoted(p, &open);

		if (n == 0 && option_start(p, name) && option_index(b, name) < 0) {
			if (b->n_options == MAX_OPTIONS)
				die(s->path, b->line, "%s: at most %d optional parts", b->name,
				    MAX_OPTIONS);
			memcpy(b->options[b->n_options++], name, sizeof(name));
		}
		p += n ? n : 1;
	}
}

static void
add_placeholder(struct variant *v, const char *name)
{
	char number[16];

	if (v->n_params == MAX_PARAMS)
		die(v->s->path, v->b->line, "%s: too many parameters", v->b->name);
	(void)snprintf(v->params[v->n_params++], NAME_MAX_LEN + 1, "%s", name);
	if (v->engine == 2) {
		int n = snprintf(number, sizeof(number), "$%d", v->n_params);

		text_add(&v->sql, number, (size_t)n);
	} else {
		text_add(&v->sql, "?", 1);
	}
}

/* {sort} {cmp} {dir} at p: writes what it stands for and gives its length, else 0. */
static size_t
expand_brace(struct variant *v, const char *p)
{
	const char *with = NULL;
	size_t n = 0;

	if (strncmp(p, "{sort}", 6) == 0) {
		n = 6;
		with = v->b->n_sorts ? v->b->sorts[v->sort].expr : NULL;
	} else if (strncmp(p, "{cmp}", 5) == 0) {
		n = 5;
		with = v->desc ? "<" : ">";
	} else if (strncmp(p, "{dir}", 5) == 0) {
		n = 5;
		with = v->desc ? "DESC" : "ASC";
	}
	if (n == 0)
		die(v->s->path, v->b->line, "%s: unknown brace at %.20s", v->b->name, p);
	if (v->b->n_sorts == 0)
		die(v->s->path, v->b->line, "%s uses %.*s but has no sort lines", v->b->name, (int)n, p);
	text_add(&v->sql, with, strlen(with));
	return n;
}

/* Length of an optional part's text from p to its closing bracket. */
static size_t
option_end(const struct variant *v, const char *p)
{
	bool open;

	for (size_t n = 0; p[n];) {
		size_t quoted = skip_quoted(p + n, &open);

		if (quoted == 0 && p[n] == ']')
			return n;
		if (quoted == 0 && p[n] == '[')
			die(v->s->path, v->b->line, "%s: optional parts do not nest", v->b->name);
		n += quoted ? quoted : 1;
	}
	die(v->s->path, v->b->line, "%s: a bracket is not closed", v->b->name);
}

static void
expand(struct variant *v, const char *p, const char *end)
{
	char name[NAME_MAX_LEN + 1];
	bool open;

	while (p < end) {
		size_t n = skip_quoted(p, &open), skip;

		if (n > 0) {
			text_add(&v->sql, p, n);
			p += n;
		} else if ((skip = option_start(p, name)) > 0) {
			int option = option_index(v->b, name);

			if (option < 0)
				die(v->s->path, v->b->line,
				    "%s: [%s:] is not in the text for all engines", v->b->name, name);
			n = option_end(v, p + skip);
			if (v->options >> option & 1)
				expand(v, p + skip + 1, p + skip + n);
			p += skip + n + 1;
		} else if (*p == '[') {
			/* an index, not an option */
			n = option_end(v, p + 1) + 2;
			text_add(&v->sql, p, n);
			p += n;
		} else if (*p == '{') {
			p += expand_brace(v, p);
		} else if (p[0] == ':' && p[1] == ':') {
			text_add(&v->sql, p, 2);
			p += 2;
		} else if (*p == ':' && (n = read_name(p + 1, name))) {
			add_placeholder(v, name);
			p += n + 1;
		} else {
			if (*p == ']')
				die(v->s->path, v->b->line, "%s: a closing bracket too many",
				    v->b->name);
			text_add(&v->sql, p++, 1);
		}
	}
}

/* ---- output ---- */

static void
put_c_string(FILE *out, const char *p)
{
	fputc('"', out);
	for (int column = 0; *p; p++, column++) {
		if (*p == '"' || *p == '\\')
			fputc('\\', out);
		fputc(*p, out);
		if (column > 90 && *p == ' ') {
			fputs("\"\n\t    \"", out);
			column = 0;
		}
	}
	fputc('"', out);
}

static void
put_text(FILE *out, struct variant *v)
{
	const struct text *sql = &v->b->sql[v->engine];

	v->sql.len = 0;
	v->n_params = 0;
	if (sql->len == 0)
		sql = &v->b->sql[0];
	expand(v, sql->data, sql->data + sql->len);
	while (v->sql.len > 0 && v->sql.data[v->sql.len - 1] == ' ')
		v->sql.data[--v->sql.len] = '\0';
	fprintf(out, "\t\t[%s] = { ", engine_enums[v->engine]);
	put_c_string(out, v->sql.data);
	fprintf(out, ",\n\t\t    ");
	if (v->n_params > 0) {
		fprintf(out, "(const char *const[]){ ");
		for (int i = 0; i < v->n_params; i++)
			fprintf(out, "\"%s\", ", v->params[i]);
		fprintf(out, "}, %d },\n", v->n_params);
	} else {
		fprintf(out, "NULL, 0 },\n");
	}
}

static bool
writes(const struct block *b)
{
	static const char *const verbs[] = { "INSERT", "UPDATE", "DELETE", "REPLACE" };

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strncasecmp(b->sql[0].data, verbs[i], strlen(verbs[i])) == 0)
			return true;
	return false;
}

static void
put_query(FILE *out, struct variant *v)
{
	fprintf(out, "{ .name = \"%s\", .writes = %s, .text = {\n", v->b->name,
	    writes(v->b) ? "true" : "false");
	for (v->engine = 0; v->engine < ENGINES; v->engine++)
		put_text(out, v);
	fprintf(out, "\t} }");
}

static void
put_set(FILE *out, const struct state *s, const struct block *b)
{
	struct variant v = { .s = s, .b = b };
	int sorts = b->n_sorts ? b->n_sorts : 1;

	fprintf(out, "static const struct query %s_variants[] = {\n", b->name);
	for (v.sort = 0; v.sort < sorts; v.sort++)
		for (int desc = 0; desc < 2; desc++)
			for (v.options = 0; v.options < 1U << b->n_options; v.options++) {
				v.desc = desc;
				fputc('\t', out);
				put_query(out, &v);
				fputs(",\n", out);
			}
	fprintf(out, "};\nstatic const char *const %s_sorts[] = { ", b->name);
	for (int i = 0; i < sorts; i++)
		fprintf(out, "\"%s\", ", b->n_sorts ? b->sorts[i].name : "");
	fprintf(out, "};\nstatic const char *const %s_options[] = { ", b->name);
	for (int i = 0; i < b->n_options; i++)
		fprintf(out, "\"%s\", ", b->options[i]);
	fprintf(out, "%s};\nconst struct query_set q_%s = { \"%s\", %s_sorts, %d, %s_options, %d, %s_variants };\n\n",
	    b->n_options ? "" : "NULL ", b->name, b->name, b->name, sorts, b->name, b->n_options,
	    b->name);
	free(v.sql.data);
}

static bool
is_set(const struct block *b)
{
	return b->n_sorts > 0 || b->n_options > 0;
}

/* src/store/mailbox.sql -> mailbox */
static void
base_name(const char *path, char out[NAME_MAX_LEN + 1])
{
	const char *slash = strrchr(path, '/');

	if (!read_name(slash ? slash + 1 : path, out))
		die(path, 0, "a file is called by letters, digits and _");
}

static void
put_list(FILE *out, const struct state *s, const char *file)
{
	int n = 0;

	fprintf(out, "const struct query *const %s_queries[] = {\n", file);
	for (int i = 0; i < s->n_blocks; i++) {
		const struct block *b = &s->blocks[i];
		int count = (b->n_sorts ? b->n_sorts : 1) * 2 << b->n_options;

		for (int k = 0; is_set(b) && k < count; k++, n++)
			fprintf(out, "\t&%s_variants[%d],\n", b->name, k);
		if (!is_set(b)) {
			fprintf(out, "\t&q_%s,\n", b->name);
			n++;
		}
	}
	fprintf(out, "};\nconst size_t %s_queries_n = %d;\n", file, n);
}

static FILE *
create(const char *path)
{
	FILE *out = fopen(path, "w");

	if (!out) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		exit(1);
	}
	return out;
}

static void
put_source(const struct state *s, const char *path, const char *file)
{
	FILE *out = create(path);

	fprintf(out, "/* Made by tools/sqlc from %s; do not edit. */\n#include \"base/base.h\"\n\n#include \"store/%s_sql.h\"\n\n",
	    s->path, file);
	for (int i = 0; i < s->n_blocks; i++) {
		const struct block *b = &s->blocks[i];
		struct variant v = { .s = s, .b = b };

		if (is_set(b)) {
			put_set(out, s, b);
			continue;
		}
		fprintf(out, "const struct query q_%s = ", b->name);
		put_query(out, &v);
		fputs(";\n\n", out);
		free(v.sql.data);
	}
	put_list(out, s, file);
	if (fclose(out) != 0)
		die(path, 0, "cannot write: %s", strerror(errno));
}

static void
put_header(const struct state *s, const char *path, const char *file)
{
	FILE *out = create(path);

	fprintf(out, "/* Made by tools/sqlc from %s; do not edit. */\n#ifndef STORE_%s_SQL_H\n#define STORE_%s_SQL_H\n\n",
	    s->path, file, file);
	fprintf(out, "#include \"db/query.h\"\n\n");
	for (int i = 0; i < s->n_blocks; i++)
		fprintf(out, "extern const struct %s q_%s;\n",
		    is_set(&s->blocks[i]) ? "query_set" : "query", s->blocks[i].name);
	fprintf(out, "\n/* Every statement with all its variants: a test prepares each. */\n");
	fprintf(out, "extern const struct query *const %s_queries[];\nextern const size_t %s_queries_n;\n\n#endif\n",
	    file, file);
	if (fclose(out) != 0)
		die(path, 0, "cannot write: %s", strerror(errno));
}

int
main(int argc, char **argv)
{
	static struct state s;
	char file[NAME_MAX_LEN + 1];

	if (argc != 4) {
		fprintf(stderr, "usage: sqlc IN.sql OUT.c OUT.h\n");
		return 2;
	}
	s.path = argv[1];
	base_name(argv[1], file);
	read_file(&s);
	for (int i = 0; i < s.n_blocks; i++)
		collect_options(&s, &s.blocks[i]);
	put_source(&s, argv[2], file);
	put_header(&s, argv[3], file);
	return 0;
}
