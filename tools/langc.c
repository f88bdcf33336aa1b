/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * langc OUT.c CODE=FILE.mo ...: catalogues (as msgfmt makes them) to the tables of base/lang.h.
 *
 * Host program of the build. The keys of all catalogues become one sorted table of hashes, since the texts themselves are in the program already; each
 * catalogue adds where its text of each key begins, and its texts. A translation that is a format must take what the original takes, each conversion letter
 * by letter the same, in any order if it says so (%2$s): that is checked here and not left to flags in the .po, because a wrong one could crash the panel.
 */
#include "base/base.h"

#include "base/lang.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>

enum { CATALOGUES = 16, TEXTS = 4096, ARGS = 10, SPEC = 16 };

struct entry {
	uint64_t key;
	const char *id, *many,
	    *text;  /* many: of a text with two forms; text: the first, the other behind its NUL */
	size_t len; /* of all forms, without the last NUL */
};

struct mo {
	const char *code, *path;
	char *data;
	size_t size;
	enum lang_plurals plurals;
	struct entry at[TEXTS];
	size_t n;
};

static struct mo catalogues[CATALOGUES];
static struct entry keys[TEXTS];
static size_t n_catalogues, n_keys;

static void die(const struct mo *m, const char *fmt, ...) PRINTFLIKE(2, 3) NORETURN;

static void
die(const struct mo *m, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "langc: %s: ", m ? m->path : "");
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

/* ---- formats ---- */

struct format {
	char spec[ARGS][SPEC]; /* of each argument, without its position */
	size_t n, n_placed;    /* conversions, and those of them that say their position */
	bool measured; /* one takes its width or precision from the arguments: all keep their places */
};

/* One conversion at p, behind its %; returns what follows it. */
static const char *
read_spec(const struct mo *m, const char *text, const char *p, struct format *f)
{
	size_t digits = strspn(p, "0123456789"), arg = f->n, len;

	if (digits > 0 && p[digits] == '$') {
		arg = strtoul(p, NULL, 10) - 1;
		p += digits + 1;
		f->n_placed++;
	}
	len = strspn(p, "#0- +'123456789.*hlzjt");
	if (!p[len] || !strchr("diuxXcs", p[len]))
		die(m, "not a conversion that is used here: %s", text);
	if (arg >= ARGS || len + 2 > SPEC || (f->spec[arg][0] && strncmp(f->spec[arg], p, len + 1) != 0))
		die(m, "too many conversions, or two of one position: %s", text);
	f->measured = f->measured || memchr(p, '*', len);
	memcpy(f->spec[arg], p, len + 1);
	f->n++;
	return p + len + 1;
}

static struct format
read_format(const struct mo *m, const char *text)
{
	struct format f = { .n = 0 };

	for (const char *p = text; *p;) {
		if (*p++ != '%')
			continue;
		p = *p == '%' ? p + 1 : read_spec(m, text, p, &f);
	}
	if (f.n_placed > 0 && (f.measured || f.n_placed < f.n))
		die(m, "some conversions say their position and some do not: %s", text);
	return f;
}

static bool
takes_same(const struct mo *m, const char *a, const char *b)
{
	struct format x = read_format(m, a), y = read_format(m, b);

	return memcmp(x.spec, y.spec, sizeof(x.spec)) == 0;
}

static void
check_entry(const struct mo *m, const struct entry *e)
{
	size_t first = strlen(e->text);
	const char *second = e->text + first + 1;

	if (strchr(e->id, '\004'))
		die(m, "contexts are not used here: %s", strchr(e->id, '\004') + 1);
	if (!e->many) {
		if (first != e->len || !takes_same(m, e->id, e->text))
			die(m, "takes other arguments than the original: %s", e->id);
		return;
	}
	if (first + 1 + strlen(second) != e->len)
		die(m, "not two forms: %s", e->id);
	if (!takes_same(m, e->many, second) ||
	    (read_format(m, e->text).n > 0 && !takes_same(m, e->many, e->text)))
		die(m, "takes other arguments than the original: %s", e->id);
}

/* ---- reading ---- */

static char *
read_all(struct mo *m)
{
	FILE *in = fopen(m->path, "rb");
	char *data = calloc(1, 1 << 20);

	if (!in || !data)
		die(m, "%s", strerror(errno));
	m->size = fread(data, 1, (1 << 20) - 1, in);
	fclose(in);
	return data;
}

static uint32_t
number(const struct mo *m, size_t at)
{
	uint32_t n;

	if (at + sizeof(n) > m->size)
		die(m, "is cut off");
	memcpy(&n, m->data + at, sizeof(n));
	return n;
}

/* Which of the two rules of our languages the header names. */
static enum lang_plurals
read_plurals(const struct mo *m, const char *header)
{
	if (strstr(header, "Plural-Forms: nplurals=2; plural=(n != 1);"))
		return PLURAL_NOT_ONE;
	if (strstr(header, "Plural-Forms: nplurals=2; plural=(n > 1);"))
		return PLURAL_ABOVE_ONE;
	die(m, "its Plural-Forms are neither (n != 1) nor (n > 1): teach base/lang.c the rule");
}

static void
read_entry(struct mo *m, size_t id_at, size_t text_at)
{
	struct entry e = { .id = m->data + number(m, id_at + 4),
		.text = m->data + number(m, text_at + 4),
		.len = number(m, text_at) };

	if (number(m, id_at + 4) + number(m, id_at) >= m->size ||
	    number(m, text_at + 4) + e.len >= m->size)
		die(m, "is cut off");
	if (!*e.id) {
		m->plurals = read_plurals(m, e.text);
		return;
	}
	if (strlen(e.id) < number(m, id_at))
		e.many = e.id + strlen(e.id) + 1;
	e.key = lang_key(e.id);
	check_entry(m, &e);
	if (m->n == TEXTS)
		die(m, "more than %d texts", TEXTS);
	m->at[m->n++] = e;
}

static int
by_key(const void *a, const void *b)
{
	uint64_t x = ((const struct entry *)a)->key, y = ((const struct entry *)b)->key;

	return x < y ? -1 : x > y;
}

static void
load(struct mo *m)
{
	m->data = read_all(m);
	if (number(m, 0) != 0x950412de)
		die(m, "no .mo file of this machine's byte order");
	for (size_t i = 0; i < number(m, 8); i++)
		read_entry(m, number(m, 12) + 8 * i, number(m, 16) + 8 * i);
	qsort(m->at, m->n, sizeof(m->at[0]), by_key);
}

/* ---- writing ---- */

static void
add_keys(const struct mo *m)
{
	for (size_t i = 0; i < m->n; i++) {
		const struct entry *same = bsearch(&m->at[i], keys, n_keys, sizeof(keys[0]), by_key);

		if (same && strcmp(same->id, m->at[i].id) != 0)
			die(m, "two texts of one key; change one a little: %s / %s", same->id,
			    m->at[i].id);
		if (same)
			continue;
		if (n_keys == TEXTS)
			die(m, "more than %d texts", TEXTS);
		keys[n_keys++] = m->at[i];
		qsort(keys, n_keys, sizeof(keys[0]), by_key);
	}
}

static void
put_char(FILE *out, char c, size_t column)
{
	if (c >= ' ' && c < 0x7f && c != '\'' && c != '\\')
		fprintf(out, "'%c',", c);
	else
		fprintf(out, "'\\%03o',", (unsigned char)c);
	if (column % 24 == 23)
		fputc('\n', out);
}

static void
write_texts(FILE *out, const struct mo *m)
{
	size_t column = 0;

	fprintf(out, "static const char texts_%s[] = { '\\0',\n", m->code);
	for (size_t i = 0; i < m->n; i++)
		for (size_t k = 0; k <= m->at[i].len; k++)
			put_char(out, m->at[i].text[k], column++);
	fprintf(out, "};\nstatic const uint32_t at_%s[] = {", m->code);
	for (size_t i = 0, k = 0, at = 1; i < n_keys; i++) {
		bool has = k < m->n && m->at[k].key == keys[i].key;

		fprintf(out, "%s%zu,", i % 12 ? " " : "\n\t", has ? at : 0);
		if (has)
			at += m->at[k++].len + 1;
	}
	fprintf(out, "\n};\n");
}

static void
write_all(FILE *out)
{
	fprintf(out, "/* Made by tools/langc; do not edit. */\n#include \"base/base.h\"\n\n#include \"base/lang.h\"\n\nconst uint64_t lang_keys[] = {");
	for (size_t i = 0; i < n_keys; i++)
		fprintf(out, "%sUINT64_C(%#llx),", i % 4 ? " " : "\n\t",
		    (unsigned long long)keys[i].key);
	fprintf(out, "\n};\nconst size_t lang_keys_n = ARRAY_LEN(lang_keys);\n");
	for (size_t i = 0; i < n_catalogues; i++)
		write_texts(out, &catalogues[i]);
	fprintf(out, "const struct lang_catalogue lang_catalogues[] = {\n");
	for (size_t i = 0; i < n_catalogues; i++)
		fprintf(out, "\t{ \"%s\", %s, at_%s, texts_%s },\n", catalogues[i].code,
		    catalogues[i].plurals == PLURAL_NOT_ONE ? "PLURAL_NOT_ONE" : "PLURAL_ABOVE_ONE",
		    catalogues[i].code, catalogues[i].code);
	fprintf(out, "};\nconst size_t lang_catalogues_n = ARRAY_LEN(lang_catalogues);\n");
}

int
main(int argc, char **argv)
{
	FILE *out;

	if (argc < 3 || argc - 2 > CATALOGUES) {
		fprintf(stderr, "usage: langc OUT.c CODE=FILE.mo ...\n");
		return 2;
	}
	for (int i = 2; i < argc; i++) {
		char *is = strchr(argv[i], '=');
		struct mo *m = &catalogues[n_catalogues++];

		if (!is)
			die(NULL, "%s is not CODE=FILE.mo", argv[i]);
		*is = '\0';
		m->code = argv[i];
		m->path = is + 1;
		load(m);
		add_keys(m);
	}
	out = fopen(argv[1], "w");
	if (!out)
		die(NULL, "%s: %s", argv[1], strerror(errno));
	write_all(out);
	return fclose(out) == 0 ? 0 : 1;
}
