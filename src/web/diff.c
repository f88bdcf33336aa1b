/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the before and after of the trail. It must not know what they are about; that it can be read is the writer's word, so what cannot is nothing. */
#include "base/base.h"

#include "base/arena.h"
#include "web/call.h"
#include "web/diff.h"

#include <jansson.h>

#define LINES_MAX 500

struct lines {
	struct log_diff *at;
	size_t n;
};

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

static void
put(struct call *c, struct lines *lines, const char *name, const json_t *value, bool is_after)
{
	struct log_diff *line = line_of(lines, arena_strdup(c->arena, name));

	if (line && is_after)
		line->after = text_of(c->arena, value);
	else if (line)
		line->before = text_of(c->arena, value);
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
diff_build(struct call *c, const char *before, const char *after, const struct log_diff **ret)
{
	struct lines lines = { .at = arena_array(c->arena, LINES_MAX, sizeof(struct log_diff)) };

	read_object(c, &lines, before, false);
	read_object(c, &lines, after, true);
	*ret = lines.at;
	return lines.n;
}
