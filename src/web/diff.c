/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads the before and after of the trail, and names fields and values as the forms do where it is of a kind that has one. That it can be read is the
 * writer's word, so what cannot is nothing.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/field.h"
#include "base/lang.h"
#include "base/str.h"
#include "model/admin.h"
#include "model/domain.h"
#include "svc/extra.h"
#include "web/call.h"
#include "web/diff.h"
#include "web/reply.h"

#include <jansson.h>

#define LINES_MAX 500

struct lines {
	struct log_diff *at;
	size_t n;
	const struct fields *fields; /* NULL: of another kind */
};

static const struct fields *
fields_of(const struct call *c, const char *kind)
{
	if (!kind)
		return NULL;
	if (strcmp(kind, "mailbox") == 0)
		return extras_of(c->conf, c->arena).row;
	if (strcmp(kind, "alias") == 0)
		return extras_of_alias(c->conf, c->arena).row;
	return strcmp(kind, "domain") == 0 ? &domain_fields
	    : strcmp(kind, "admin") == 0   ? &admin_fields
					   : NULL;
}

/* A list without blanks never breaks where it should. */
static const char *
spaced(struct arena *arena, const char *list)
{
	CLEANUP(str_release) struct str s = STR_INIT;

	for (; *list; list++)
		str_add(&s, *list == ',' ? ", " : (const char[]){ *list, '\0' });
	return arena_strdup(arena, str_text(&s));
}

/* A size or a limit with its unit or as none at all, a switch as a word, a list with blanks; NULL: it is of no such field. */
static const char *
spoken(struct call *c, const char *name, const struct field *f, const json_t *value)
{
	CLEANUP(str_release) struct str s = STR_INIT;
	int64_t n = json_integer_value(value);
	struct field one;

	if (json_is_string(value) && (f ? strcmp(f->name, "goto") == 0 : strchr(name, '@') != NULL))
		return spaced(c->arena, json_string_value(value));
	if (f && f->type == FIELD_BOOL && json_is_boolean(value))
		return call_text(c, json_is_true(value) ? N_("yes") : N_("no"));
	if (!f || !json_is_integer(value) || (f->kind != KIND_BYTES && !(f->flags & FIELD_UNLIMITED)))
		return NULL;
	one = *f;
	one.off = 0;
	field_format(&one, &n, &s);
	return lang_size_out(c->lang, arena_strdup(c->arena, str_text(&s)), c->arena);
}

static const char *
text_of(struct arena *arena, const json_t *value)
{
	char *dump;
	const char *text;

	if (json_is_null(value))
		return NULL;
	if (json_is_string(value))
		return arena_strdup(arena, json_string_value(value));
	dump = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
	text = arena_strdup(arena, dump ? dump : "");
	free(dump);
	return text;
}

static struct log_diff *
line_of(struct lines *lines, const char *name)
{
	for (size_t i = 0; i < lines->n; i++)
		if (strcmp(lines->at[i].name, name) == 0)
			return &lines->at[i];
	if (lines->n == LINES_MAX)
		return NULL;
	lines->at[lines->n] = (struct log_diff){ .name = name };
	return &lines->at[lines->n++];
}

static const char *
name_of(struct call *c, const struct field *f, const char *name)
{
	if (f && f->label)
		return call_text(c, f->label);
	return f ? call_text(c, N_("Password")) : arena_strdup(c->arena, name);
}

static void
put(struct call *c, struct lines *lines, const char *name, const json_t *value, bool is_after)
{
	const struct field *f = lines->fields ? field_by_name(lines->fields, name) : NULL;
	struct log_diff *line;
	const char *text;

	if (f && !f->label && !(f->flags & FIELD_SECRET)) /* numbers of rows: for programs */
		return;
	line = line_of(lines, name_of(c, f, name));
	if (!(text = spoken(c, name, f, value)))
		text = text_of(c->arena, value);
	if (line && is_after)
		line->after = text;
	else if (line)
		line->before = text;
}

static bool
is_nothing(const char *text)
{
	return !text || !*text;
}

/* What was empty and stays so tells nobody anything. */
static void
drop_empty(struct lines *lines)
{
	size_t n = 0;

	for (size_t i = 0; i < lines->n; i++)
		if (!is_nothing(lines->at[i].before) || !is_nothing(lines->at[i].after))
			lines->at[n++] = lines->at[i];
	lines->n = n;
}

static void
read_object(struct call *c, struct lines *lines, const char *json, bool is_after)
{
	json_t *root = json ? json_loads(json, 0, NULL) : NULL, *value, *inner;
	const char *key, *name;

	json_object_foreach(root, key, value)
	{
		if (!json_is_object(value)) {
			put(c, lines, key, value, is_after);
			continue;
		}
		json_object_foreach(value, name, inner)
		{
			put(c, lines, name, inner, is_after);
		}
	}
	json_decref(root);
}

size_t
diff_build(struct call *c, const char *kind, const char *before, const char *after,
    const struct log_diff **ret)
{
	struct lines lines = { .at = arena_array(c->arena, LINES_MAX, sizeof(struct log_diff)),
		.fields = fields_of(c, kind) };

	read_object(c, &lines, before, false);
	read_object(c, &lines, after, true);
	drop_empty(&lines);
	*ret = lines.at;
	return lines.n;
}
