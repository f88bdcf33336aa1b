/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sqlc IN.sql OUT.c OUT.h: named SQL statements to `const struct query` (src/db/query.h). The format is in docs/queries.md.
 *
 * It reads a file line by line into blocks (name, directives, text), then writes each block once per combination of sorting, direction and
 * optional parts, with its parameters replaced by each engine's placeholders. It understands as much SQL as it takes to tell quoted text from the rest.
 */
#include "base/base.h"

#include "sqlc.h"

#include <errno.h>

static const char *const engine_enums[ENGINES] = { "DB_SQLITE", "DB_MYSQL", "DB_PGSQL" };

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
	sqlc_expand(v);
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

	fprintf(out, "static const struct query %s_variants[%d] = {\n", b->name,
	    sorts * 2 << b->n_options);
	for (v.sort = 0; v.sort < sorts; v.sort++)
		for (int desc = 0; desc < 2; desc++)
			for (v.options = 0; v.options < 1U << b->n_options; v.options++) {
				if (!sqlc_exists(b, v.options))
					continue;
				v.desc = desc;
				fprintf(out, "\t[%u] = ",
				    (unsigned)(v.sort * 2 + desc) << b->n_options | v.options);
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

	if (!sqlc_read_name(slash ? slash + 1 : path, out))
		sqlc_die(path, 0, "a file is called by letters, digits and _");
}

static void
put_list(FILE *out, const struct state *s, const char *file)
{
	int n = 0;

	fprintf(out, "const struct query *const %s_queries[] = {\n", file);
	for (int i = 0; i < s->n_blocks; i++) {
		const struct block *b = &s->blocks[i];
		int count = (b->n_sorts ? b->n_sorts : 1) * 2 << b->n_options;

		for (int k = 0; is_set(b) && k < count; k++) {
			if (!sqlc_exists(b, (unsigned)k & ((1U << b->n_options) - 1)))
				continue;
			fprintf(out, "\t&%s_variants[%d],\n", b->name, k);
			n++;
		}
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
		sqlc_die(path, 0, "cannot write: %s", strerror(errno));
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
		sqlc_die(path, 0, "cannot write: %s", strerror(errno));
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
	sqlc_read_file(&s);
	for (int i = 0; i < s.n_blocks; i++)
		sqlc_collect_options(&s, &s.blocks[i]);
	put_source(&s, argv[2], file);
	put_header(&s, argv[3], file);
	return 0;
}
