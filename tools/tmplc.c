/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tmplc IN.tmpl OUT.c OUT.h: HTML templates to C functions. The format is in docs/templates.md.
 * The files and the end at a fault are here, all else is in tmplc_walk.c and those that it calls.
 */
#include "base/base.h"

#include "tmplc.h"

#include <errno.h>
#include <stdarg.h>

_Noreturn void
tmplc_die(const struct state *s, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s:%d: ", s->path, s->line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

static char *
read_all(const char *path)
{
	FILE *in = fopen(path, "r");
	char *text = malloc(1 << 20);
	size_t n;

	if (!in || !text) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		exit(1);
	}
	n = fread(text, 1, (1 << 20) - 1, in);
	text[n] = '\0';
	fclose(in);
	return text;
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

/* src/view/mailbox.tmpl -> mailbox */
static void
base_name(const char *path, char out[NAME])
{
	const char *slash = strrchr(path, '/');
	size_t n;

	path = slash ? slash + 1 : path;
	n = strcspn(path, ".");
	(void)snprintf(out, NAME, "%.*s", (int)(n < NAME ? n : NAME - 1), path);
}

int
main(int argc, char **argv)
{
	struct state s = { .line = 1 };
	char name[NAME];

	if (argc != 4) {
		fprintf(stderr, "usage: tmplc IN.tmpl OUT.c OUT.h\n");
		return 2;
	}
	s.path = argv[1];
	base_name(argv[1], name);
	s.p = read_all(argv[1]);
	s.c = create(argv[2]);
	s.h = create(argv[3]);
	fprintf(s.h, "/* Made by tools/tmplc from %s; do not edit. */\n#ifndef VIEW_TMPL_%s_H\n#define VIEW_TMPL_%s_H\n\n#include \"base/str.h\"\n#include \"view/page.h\"\n",
	    s.path, name, name);
	fprintf(s.c, "/* Made by tools/tmplc from %s; do not edit. */\n#include \"base/base.h\"\n\n#include \"view/put.h\"\n#include \"view/%s.h\"\n\n",
	    s.path, name);
	tmplc_walk(&s);
	fprintf(s.h, "\n#endif\n");
	if (fclose(s.c) != 0 || fclose(s.h) != 0)
		tmplc_die(&s, "cannot write: %s", strerror(errno));
	free(s.run);
	return 0;
}
