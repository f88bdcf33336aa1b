/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * application/x-www-form-urlencoded and flat JSON objects as pairs. Strict on purpose: what browsers and libraries write is
 * accepted, everything else is refused, so that no two readers of the same bytes can disagree.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/form.h"
#include "base/str.h"
#include "base/utf8.h"

#include <jansson.h>

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Decodes n bytes into the arena; NULL for a bad escape, NUL, or text that is not UTF-8. */
static const char *
decode(const char *p, size_t n, struct arena *arena, size_t *ret_len)
{
	char *out = arena_alloc(arena, n + 1);
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		char c = p[i];

		if (c == '+') {
			c = ' ';
		} else if (c == '%') {
			int high = i + 2 < n ? hex_digit(p[i + 1]) : -1;
			int low = high >= 0 ? hex_digit(p[i + 2]) : -1;

			if (high < 0 || low < 0)
				return NULL;
			c = (char)(high << 4 | low);
			i += 2;
		}
		if (c == '\0')
			return NULL;
		out[len++] = c;
	}
	out[len] = '\0';
	*ret_len = len;
	return utf8_valid(out, len) ? out : NULL;
}

static enum rc
form_pair(const char *p, size_t n, struct arena *arena, struct pairs *ret, struct errs *errs)
{
	const char *eq = memchr(p, '=', n);
	size_t name_len = eq ? (size_t)(eq - p) : n;
	struct pair pair = { .text = "" };
	size_t len = 0;

	if (ret->n == FORM_PAIRS_MAX)
		return err_add(errs, RC_MALFORMED, NULL, "There are more than %d fields.",
		    FORM_PAIRS_MAX);
	pair.name = decode(p, name_len, arena, &len);
	if (pair.name && eq)
		pair.text = decode(eq + 1, n - name_len - 1, arena, &pair.len);
	if (!pair.name || len == 0 || !pair.text)
		return err_add(errs, RC_MALFORMED, NULL, "The form is not properly encoded.");
	ret->at[ret->n++] = pair;
	return RC_OK;
}

enum rc
form_parse(const char *data, size_t len, struct arena *arena, struct pairs *ret, struct errs *errs)
{
	struct pairs pairs = { 0 };
	enum rc rc = RC_OK;

	if (len > 0) {
		pairs.at = arena_array(arena, FORM_PAIRS_MAX, sizeof(*pairs.at));
		if (memchr(data, ';', len))
			return err_add(errs, RC_MALFORMED, NULL, "The form is not properly encoded.");
	}
	for (const char *p = data, *end = data + len; rc == RC_OK && p < end;) {
		const char *amp = memchr(p, '&', (size_t)(end - p));
		const char *stop = amp ? amp : end;

		rc = form_pair(p, (size_t)(stop - p), arena, &pairs, errs);
		p = stop + 1;
	}
	if (rc == RC_OK)
		*ret = pairs;
	return rc;
}

#define JSON_DEPTH_MAX 4

/* No memory is the end here as everywhere; the library would call it a fault of the text. */
static void *
json_alloc(size_t n)
{
	void *p = malloc(n);

	if (!p)
		abort();
	return p;
}

void
form_prepare(void)
{
	json_set_alloc_funcs(json_alloc, free);
	json_object_seed(0);
}

bool
form_json_too_deep(const char *data, size_t len, int max)
{
	bool in_text = false;
	int depth = 0;

	for (size_t i = 0; i < len; i++) {
		if (in_text && data[i] == '\\')
			i++;
		else if (data[i] == '"')
			in_text = !in_text;
		else if (!in_text && (data[i] == '[' || data[i] == '{') && ++depth > max)
			return true;
		else if (!in_text && (data[i] == ']' || data[i] == '}'))
			depth--;
	}
	return false;
}

/* An array of strings as one text with a line per string; NULL for any other array. */
static const char *
json_lines(json_t *array, struct arena *arena)
{
	struct str lines = STR_INIT;
	const char *text;
	size_t i;
	json_t *item;

	json_array_foreach(array, i, item)
	{
		const char *s = json_string_value(item);

		if (!s || strlen(s) != json_string_length(item) || strchr(s, '\n')) {
			str_release(&lines);
			return NULL;
		}
		str_add(&lines, s);
		str_addc(&lines, '\n');
	}
	text = arena_strdup(arena, str_text(&lines));
	str_release(&lines);
	return text;
}

static bool
json_pair(json_t *value, struct arena *arena, struct pair *ret)
{
	ret->type = PAIR_TEXT;
	if (json_is_string(value)) {
		ret->text = arena_strndup(arena, json_string_value(value), json_string_length(value));
		ret->len = json_string_length(value);
		return true;
	}
	if (json_is_array(value)) {
		ret->type = PAIR_LIST;
		ret->text = json_lines(value, arena);
	} else if (json_is_integer(value)) {
		ret->type = PAIR_NUMBER;
		ret->text = arena_printf(arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	} else if (json_is_boolean(value)) {
		ret->type = PAIR_BOOL;
		ret->text = json_is_true(value) ? "true" : "false";
	} else if (json_is_null(value)) {
		ret->type = PAIR_NULL;
		ret->text = "";
	}
	ret->len = ret->text ? strlen(ret->text) : 0;
	return ret->text != NULL;
}

static enum rc
json_pairs(json_t *root, struct arena *arena, struct pairs *ret, struct errs *errs)
{
	struct pairs pairs = { .at = arena_array(arena, FORM_PAIRS_MAX, sizeof(struct pair)) };
	const char *key;
	json_t *value;

	if (!json_is_object(root))
		return err_add(errs, RC_MALFORMED, NULL, "The body is not a JSON object.");
	if (json_object_size(root) > FORM_PAIRS_MAX)
		return err_add(errs, RC_MALFORMED, NULL, "There are more than %d fields.",
		    FORM_PAIRS_MAX);
	json_object_foreach(root, key, value)
	{
		struct pair *p = &pairs.at[pairs.n++];

		p->name = arena_strdup(arena, key);
		if (!json_pair(value, arena, p))
			return err_add(errs, RC_MALFORMED,
			    p->name, "This takes a text, a whole number, true, false, null or a list of texts.");
	}
	*ret = pairs;
	return RC_OK;
}

enum rc
form_parse_json(const char *data, size_t len, struct arena *arena, struct pairs *ret, struct errs *errs)
{
	json_error_t error;
	json_t *root;
	enum rc rc;

	if (form_json_too_deep(data, len, JSON_DEPTH_MAX))
		return err_add(errs, RC_MALFORMED, NULL, "The JSON is nested too deeply.");
	root = json_loadb(data, len, JSON_REJECT_DUPLICATES, &error);
	if (!root)
		return err_add(errs, RC_MALFORMED, NULL,
		    "The body is not valid JSON (line %d, column %d).", error.line, error.column);
	rc = json_pairs(root, arena, ret, errs);
	json_decref(root);
	return rc;
}
