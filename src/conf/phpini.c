/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lines of application.ini and what becomes of them: labels, offsets, sections, merging. Values are phpini_value.c's.
 *
 * The surprising thing: a label alone on its line, without "=", is legal PHP and means nothing; and reserved words (yes, null ...) cannot be keys.
 */
#include "base/base.h"

#include "base/arena.h"
#include "conf/phpini.h"
#include "conf/phpini_int.h"

#define ENTRIES_MAX 5000
#define PARENTS_MAX 16

enum rc
phpini_fault(struct phpini_scan *s, const char *what)
{
	if (s->rc == RC_OK)
		s->rc = err_add(s->errs, RC_CONFIG, NULL,
		    "%s:%d: PHP could not read this line: %s.", s->src->name, s->line, what);
	return RC_CONFIG;
}

static void
add(struct phpini_scan *s, struct phpini *to, struct phpini_entry entry)
{
	if (to->n == ENTRIES_MAX)
		(void)phpini_fault(s, "there are too many keys");
	else
		to->at[to->n++] = entry;
}

/* ---- lines ---- */

static void
blanks(struct phpini_scan *s)
{
	while (*s->p == ' ' || *s->p == '\t')
		s->p++;
}

void
phpini_comment(struct phpini_scan *s)
{
	if (*s->p == ';')
		while (*s->p && *s->p != '\n' && *s->p != '\r')
			s->p++;
}

static bool
label_char(char c)
{
	return c && !strchr("=\n\r\t;&|^$~(){}!\"[]", c);
}

static bool
is_reserved(const char *word)
{
	static const char *const words[] = { "true", "on", "yes", "false", "off", "no", "none", "null" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strcasecmp(word, words[i]) == 0)
			return true;
	return false;
}

/* The label at p, without the blanks behind it. */
static const char *
read_label(struct phpini_scan *s)
{
	const char *from = s->p;
	size_t n;

	while (label_char(*s->p))
		s->p++;
	for (n = (size_t)(s->p - from); n > 0 && from[n - 1] == ' '; n--)
		;
	return arena_strndup(s->arena, from, n);
}

/* [name] behind a label or at the start of a line: what stands in it, quotes taken off. */
static const char *
read_brackets(struct phpini_scan *s)
{
	const char *from = ++s->p;
	size_t n = strcspn(from, "]\n\r");

	if (from[n] != ']') {
		(void)phpini_fault(s, "a bracket is not closed");
		return "";
	}
	s->p = from + n + 1;
	while (n > 0 && (*from == ' ' || *from == '\t'))
		from++, n--;
	if (n >= 2 && (*from == '"' || *from == '\'') && from[n - 1] == *from)
		from++, n -= 2;
	return arena_strndup(s->arena, from, n);
}

/* The key of `label[offset] =`; an empty offset takes the next free number in this section. */
static const char *
list_key(struct phpini_scan *s, const char *label, const char *offset)
{
	size_t next = 0, n = strlen(label);

	if (*offset)
		return arena_printf(s->arena, "%s[%s]", label, offset);
	for (size_t i = 0; i < s->all.n; i++) {
		const struct phpini_entry *e = &s->all.at[i];

		next += strcmp(e->section, s->section) == 0 && strncmp(e->key, label, n) == 0 &&
		    e->key[n] == '[';
	}
	return arena_printf(s->arena, "%s[%zu]", label, next);
}

static void
read_entry(struct phpini_scan *s)
{
	bool indented = s->p > s->src->text && s->p[-1] == ' ';
	const char *label = read_label(s), *key = label;
	struct phpini_entry entry = { .section = s->section, .line = s->line };

	/* PHP's scanner takes a blank in front for a part of the word */
	if (is_reserved(label) && !indented) {
		(void)phpini_fault(s, "a reserved word cannot be a key");
		return;
	}
	blanks(s);
	if (*s->p == '[')
		key = list_key(s, label, read_brackets(s));
	blanks(s);
	if (*s->p != '=') {
		phpini_comment(s);
		if (*s->p && *s->p != '\n' && *s->p != '\r')
			(void)phpini_fault(s, "an = is missing");
		return;
	}
	s->p++;
	blanks(s);
	entry.key = key;
	entry.value = phpini_value(s);
	if (s->rc == RC_OK)
		add(s, &s->all, entry);
}

/* Also remembers that the section exists, and its parent: `name : parent`. */
static void
read_section(struct phpini_scan *s)
{
	const char *text = read_brackets(s), *colon = strchr(text, ':');
	size_t n = colon ? (size_t)(colon - text) : strlen(text);

	while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\t'))
		n--;
	s->section = arena_strndup(s->arena, text, n);
	if (colon && strchr(colon + 1, ':'))
		(void)phpini_fault(s, "a section has one parent at most");
	if (colon)
		colon += 1 + strspn(colon + 1, " \t");
	add(s, &s->sections, (struct phpini_entry){ s->section, colon, s->section, s->line });
	blanks(s);
	phpini_comment(s);
}

static void
read_line(struct phpini_scan *s)
{
	blanks(s);
	phpini_comment(s);
	if (*s->p == '\n')
		s->line++;
	if (*s->p == '\n' || *s->p == '\r')
		s->p++;
	else if (*s->p == '[')
		read_section(s);
	else if (label_char(*s->p))
		read_entry(s);
	else if (*s->p)
		(void)phpini_fault(s, "a key cannot begin so");
}

/* ---- sections ---- */

static struct phpini_entry *
find(struct phpini *ini, const char *key)
{
	for (size_t i = 0; i < ini->n; i++)
		if (strcmp(ini->at[i].key, key) == 0)
			return &ini->at[i];
	return NULL;
}

/* Takes out `key` when an element of it comes, and the elements when `key` itself comes. */
static void
make_way(struct phpini *ini, const char *key)
{
	size_t n = strcspn(key, "["), kept = 0;

	for (size_t i = 0; i < ini->n; i++) {
		const char *k = ini->at[i].key;
		bool other = strncmp(k, key, n) == 0 && (key[n] ? k[n] == '\0' : k[n] == '[');

		if (!other)
			ini->at[kept++] = ini->at[i];
	}
	ini->n = kept;
}

static void
merge_section(const struct phpini_scan *s, const char *section, struct phpini *ret)
{
	for (size_t i = 0; i < s->all.n; i++) {
		const struct phpini_entry *e = &s->all.at[i];
		struct phpini_entry *old;

		if (strcmp(e->section, section) != 0)
			continue;
		make_way(ret, e->key);
		if ((old = find(ret, e->key)))
			*old = *e;
		else
			ret->at[ret->n++] = *e;
	}
}

/* The base, then the section's oldest ancestor, ..., then the section. */
static void
merge(struct phpini_scan *s, struct phpini *ret)
{
	const char *chain[PARENTS_MAX];
	const char *name = s->src->section ? s->src->section : "";
	size_t n = 0;

	merge_section(s, "", ret);
	while (*name) {
		const struct phpini_entry *section = find(&s->sections, name);

		if (!section && n > 0)
			s->rc = err_add(s->errs, RC_CONFIG, NULL,
			    "%s: section [%s] has an unknown parent [%s].", s->src->name,
			    chain[n - 1], name);
		if (section && n == PARENTS_MAX)
			s->rc = err_add(s->errs, RC_CONFIG, NULL,
			    "%s: section [%s] is its own ancestor.", s->src->name, name);
		if (!section || s->rc != RC_OK)
			break;
		chain[n++] = name;
		name = section->value ? section->value : "";
	}
	while (n > 0)
		merge_section(s, chain[--n], ret);
}

enum rc
phpini_read(const struct phpini_source *src, struct arena *arena, struct phpini *ret, struct errs *errs)
{
	struct phpini_scan s = {
		.src = src, .arena = arena, .errs = errs, .section = "", .line = 1, .rc = RC_OK
	};

	if (strlen(src->text) != src->len)
		return phpini_fault(&s, "the file holds a NUL byte");
	s.p = src->text;
	if (strncmp(s.p, "\xef\xbb\xbf", 3) == 0)
		s.p += 3;
	s.all.at = arena_array(arena, ENTRIES_MAX, sizeof(*s.all.at));
	s.sections.at = arena_array(arena, ENTRIES_MAX, sizeof(*s.sections.at));
	while (*s.p && s.rc == RC_OK)
		read_line(&s);
	*ret = (struct phpini){ .at = arena_array(arena, s.all.n + 1, sizeof(*ret->at)) };
	if (s.rc == RC_OK)
		merge(&s, ret);
	return s.rc;
}

const char *
phpini_get(const struct phpini *ini, const char *key)
{
	for (size_t i = 0; i < ini->n; i++)
		if (strcmp(ini->at[i].key, key) == 0)
			return ini->at[i].value;
	return NULL;
}

const char *
phpini_item(const struct phpini *ini, const char *key, size_t i)
{
	size_t n = strlen(key);

	for (size_t at = 0; at < ini->n; at++) {
		const struct phpini_entry *e = &ini->at[at];

		if (strncmp(e->key, key, n) == 0 && e->key[n] == '[' && i-- == 0)
			return e->value;
	}
	return NULL;
}

bool
phpini_true(const struct phpini *ini, const char *key, bool otherwise)
{
	const char *value = phpini_get(ini, key);

	return value ? *value && strcmp(value, "0") != 0 : otherwise;
}
