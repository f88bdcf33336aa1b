/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One variant of a statement: its sorting, direction and optional parts put in, its parameters replaced by an engine's placeholders.
 */
#include "base/base.h"

#include "sqlc.h"

static int
option_index(const struct block *b, const char *name)
{
	for (int i = 0; i < b->n_options; i++)
		if (strcmp(b->options[i], name) == 0)
			return i;
	return -1;
}

/* `[name: ` or `[!name: ` at p? Gives the length up to the text, the name, and whether it is the part's opposite. */
static size_t
option_start(const char *p, char name[NAME_MAX_LEN + 1], bool *ret_not)
{
	size_t n, at = 1;

	if (*p != '[')
		return 0;
	*ret_not = p[at] == '!';
	at += *ret_not ? 1 : 0;
	if (!(n = sqlc_read_name(p + at, name)) || p[at + n] != ':')
		return 0;
	return at + n + 1;
}

static void
read_either(const struct state *s, struct block *b)
{
	char name[NAME_MAX_LEN + 1];

	for (int i = 0; i < b->n_either; i++)
		for (const char *p = b->either[i] + strspn(b->either[i], " "); *p; p += strspn(p, " ")) {
			size_t n = sqlc_read_name(p, name);
			int option = n ? option_index(b, name) : -1;

			if (option < 0)
				sqlc_die(s->path, b->line, "%s: no optional part %s", b->name, p);
			b->apart[i] |= 1U << option;
			p += n;
		}
}

bool
sqlc_exists(const struct block *b, unsigned options)
{
	for (int i = 0; i < b->n_either; i++) {
		unsigned both = options & b->apart[i];

		if ((both & (both - 1)) || (b->one[i] && both == 0))
			return false;
	}
	return true;
}

/* Optional parts in the order in which they stand in the text for all engines. */
void
sqlc_collect_options(const struct state *s, struct block *b)
{
	char name[NAME_MAX_LEN + 1];
	bool open, not ;

	for (const char *p = b->sql[0].data; *p;) {
		size_t n = sqlc_skip_quoted(p, &open);

		if (n == 0 && option_start(p, name, &not ) && sqlc_engine(name) < 0 &&
		    option_index(b, name) < 0) {
			if (b->n_options == MAX_OPTIONS)
				sqlc_die(s->path, b->line, "%s: at most %d optional parts", b->name,
				    MAX_OPTIONS);
			memcpy(b->options[b->n_options++], name, sizeof(name));
		}
		p += n ? n : 1;
	}
	read_either(s, b);
}

static void
add_placeholder(struct variant *v, const char *name)
{
	char number[16];

	if (v->n_params == MAX_PARAMS)
		sqlc_die(v->s->path, v->b->line, "%s: too many parameters", v->b->name);
	(void)snprintf(v->params[v->n_params++], NAME_MAX_LEN + 1, "%s", name);
	if (v->engine == 2) {
		int n = snprintf(number, sizeof(number), "$%d", v->n_params);

		sqlc_text_add(&v->sql, number, (size_t)n);
	} else {
		sqlc_text_add(&v->sql, "?", 1);
	}
}

static const char *
sort_expr(const struct variant *v)
{
	char *const *expr = v->b->sorts[v->sort].expr;

	return expr[v->engine] ? expr[v->engine] : expr[0];
}

/* `{tie expression}` at p: what tells rows apart that the sorting does not. Gives its length, else 0. */
static size_t
expand_tie(struct variant *v, const char *p)
{
	const struct sort *sort = &v->b->sorts[v->sort];
	size_t n = strcspn(p, "}");

	if (strncmp(p, "{tie ", 5) != 0 || !p[n] || v->b->n_sorts == 0)
		return 0;
	if (!sort->unique[sort->expr[v->engine] ? v->engine : 0]) {
		sqlc_text_add(&v->sql, ", ", 2);
		sqlc_text_add(&v->sql, p + 5, n - 5);
		sqlc_text_add(&v->sql, v->desc ? " DESC" : " ASC", v->desc ? 5 : 4);
	}
	return n + 1;
}

static void expand(struct variant *v, const char *p, const char *end);

/* `{mine column}` at p: the column names a domain within the scope. Gives its length, else 0. */
static size_t
expand_mine(struct variant *v, const char *p)
{
	/* one derived table, for MariaDB joins no subquery that is a UNION itself */
	static const char
	    in[] = " IN (SELECT s.Domain_id FROM (SELECT Domain_id FROM domain_admins WHERE "
		   "Admin_id = :scope "
		   "UNION ALL SELECT domain_id FROM vimb_token_domain WHERE scope = :scope) s)";
	size_t n = strcspn(p, "}");

	if (strncmp(p, "{mine ", 6) != 0 || !p[n])
		return 0;
	sqlc_text_add(&v->sql, p + 6, n - 6);
	expand(v, in, in + sizeof(in) - 1);
	return n + 1;
}

/* {sort} {cmp} {dir} {tie ...} {mine ...} at p: writes what it stands for and gives its length, else 0. */
static size_t
expand_brace(struct variant *v, const char *p)
{
	const char *with = NULL;
	size_t n = 0;

	if (strncmp(p, "{sort}", 6) == 0) {
		n = 6;
		with = v->b->n_sorts ? sort_expr(v) : NULL;
	} else if (strncmp(p, "{cmp}", 5) == 0) {
		n = 5;
		with = v->desc ? "<" : ">";
	} else if (strncmp(p, "{dir}", 5) == 0) {
		n = 5;
		with = v->desc ? "DESC" : "ASC";
	}
	if (n == 0 && ((n = expand_tie(v, p)) > 0 || (n = expand_mine(v, p)) > 0))
		return n;
	if (n == 0)
		sqlc_die(v->s->path, v->b->line, "%s: unknown brace at %.20s", v->b->name, p);
	if (v->b->n_sorts == 0)
		sqlc_die(v->s->path, v->b->line, "%s uses %.*s but has no sort lines", v->b->name,
		    (int)n, p);
	sqlc_text_add(&v->sql, with, strlen(with));
	return n;
}

/* Length of an optional part's text from p to its closing bracket. */
static size_t
option_end(const struct variant *v, const char *p)
{
	bool open;

	for (size_t n = 0; p[n];) {
		size_t quoted = sqlc_skip_quoted(p + n, &open);

		if (quoted == 0 && p[n] == ']')
			return n;
		if (quoted == 0 && p[n] == '[')
			sqlc_die(v->s->path, v->b->line, "%s: optional parts do not nest", v->b->name);
		n += quoted ? quoted : 1;
	}
	sqlc_die(v->s->path, v->b->line, "%s: a bracket is not closed", v->b->name);
}

/* Is the part of that name in this variant? An engine's own part is, whatever the options. */
static bool
is_part(const struct variant *v, const char *name)
{
	int option = option_index(v->b, name), engine = sqlc_engine(name);

	if (engine >= 0)
		return engine == v->engine;
	if (option < 0)
		sqlc_die(v->s->path, v->b->line, "%s: [%s:] is not in the text for all engines",
		    v->b->name, name);
	return v->options >> option & 1;
}

static void
expand(struct variant *v, const char *p, const char *end)
{
	char name[NAME_MAX_LEN + 1];
	bool open, not ;

	while (p < end) {
		size_t n = sqlc_skip_quoted(p, &open), skip;

		if (n > 0) {
			sqlc_text_add(&v->sql, p, n);
			p += n;
		} else if ((skip = option_start(p, name, &not )) > 0) {
			n = option_end(v, p + skip);
			if (is_part(v, name) != not )
				expand(v, p + skip + 1, p + skip + n);
			p += skip + n + 1;
		} else if (*p == '[') {
			/* an index, not an option */
			n = option_end(v, p + 1) + 2;
			sqlc_text_add(&v->sql, p, n);
			p += n;
		} else if (*p == '{') {
			p += expand_brace(v, p);
		} else if (p[0] == ':' && p[1] == ':') {
			sqlc_text_add(&v->sql, p, 2);
			p += 2;
		} else if (*p == ':' && (n = sqlc_read_name(p + 1, name))) {
			add_placeholder(v, name);
			p += n + 1;
		} else {
			if (*p == ']')
				sqlc_die(v->s->path, v->b->line, "%s: a closing bracket too many",
				    v->b->name);
			sqlc_text_add(&v->sql, p++, 1);
		}
	}
}

void
sqlc_expand(struct variant *v)
{
	const struct text *sql = &v->b->sql[v->engine];

	v->sql.len = 0;
	v->n_params = 0;
	if (sql->len == 0)
		sql = &v->b->sql[0];
	if (sql->len > 0)
		expand(v, sql->data, sql->data + sql->len);
	sqlc_text_add(&v->sql, "", 0);
	while (v->sql.len > 0 && v->sql.data[v->sql.len - 1] == ' ')
		v->sql.data[--v->sql.len] = '\0';
}
