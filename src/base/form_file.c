/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * multipart/form-data. Owns where a part begins and ends. The surprising thing: a line that begins like the boundary and goes on otherwise is no
 * content, as RFC 2046 would have it, but the end: a browser makes sure that its boundary is nowhere in what it sends.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/form_file.h"
#include "base/utf8.h"

#include <strings.h>

#define LINE_MAX_LEN 1024
#define LINES_MAX 4
#define NAME_MAX_LEN 64
#define FILE_NAME_MAX 255

/* What is left of the body. */
struct reading {
	const char *at, *end;
	char delimiter[FORM_BOUNDARY_MAX + 5]; /* CR LF - - boundary */
	size_t delimiter_len;
	struct arena *arena;
};

struct part {
	const char *name, *file_name; /* file_name NULL: a field */
	bool has_type;
	const char *data;
	size_t len;
};

static bool
is_boundary_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c && strchr("'()+_,-./:=?", c));
}

bool
form_boundary(const char *type, char ret[FORM_BOUNDARY_MAX + 1])
{
	static const char head[] = "multipart/form-data";
	bool quoted;
	size_t n = 0;

	if (strncasecmp(type, head, sizeof(head) - 1) != 0)
		return false;
	type += sizeof(head) - 1;
	type += strspn(type, " ");
	if (*type++ != ';')
		return false;
	type += strspn(type, " ");
	if (strncasecmp(type, "boundary=", 9) != 0)
		return false;
	type += 9;
	quoted = *type == '"';
	type += quoted;
	while (n < FORM_BOUNDARY_MAX && is_boundary_char(type[n]))
		n++;
	if (n == 0 || strcmp(type + n, quoted ? "\"" : "") != 0)
		return false;
	memcpy(ret, type, n);
	ret[n] = '\0';
	return true;
}

/* Is text next? Then it is passed over. */
static bool
take(struct reading *r, const char *text)
{
	size_t n = strlen(text);

	if ((size_t)(r->end - r->at) < n || memcmp(r->at, text, n) != 0)
		return false;
	r->at += n;
	return true;
}

/* One line without its CR LF, in the arena; NULL when it is too long or no text. */
static const char *
take_line(struct reading *r)
{
	size_t room = MIN((size_t)(r->end - r->at), (size_t)LINE_MAX_LEN);
	const char *cr = memchr(r->at, '\r', room);
	size_t n = cr ? (size_t)(cr - r->at) : 0;
	const char *line;

	if (!cr || cr + 1 == r->end || cr[1] != '\n' || memchr(r->at, '\0', n) ||
	    memchr(r->at, '\n', n) || !utf8_valid(r->at, n))
		return NULL;
	line = arena_strndup(r->arena, r->at, n);
	r->at = cr + 2;
	return line;
}

/* `; name="..."` at *at; the text between the quotes, NULL when it is something else. A browser writes a quote inside as %22. */
static const char *
parameter(struct reading *r, const char **at, const char *name, size_t max)
{
	size_t n = strlen(name), len;
	const char *text;
	uint32_t cp;

	if (strncmp(*at, "; ", 2) != 0 || strncmp(*at + 2, name, n) != 0 ||
	    strncmp(*at + 2 + n, "=\"", 2) != 0)
		return NULL;
	text = *at + 2 + n + 2;
	len = strcspn(text, "\"");
	if (text[len] != '"' || len > max)
		return NULL;
	for (size_t i = 0, step; i < len; i += step) {
		step = utf8_next(text + i, len - i, &cp);
		if (step == 0 || utf8_is_control(cp))
			return NULL;
	}
	*at = text + len + 1;
	return arena_strndup(r->arena, text, len);
}

static bool
read_disposition(struct reading *r, const char *value, struct part *ret)
{
	if (ret->name || strncasecmp(value, "form-data", 9) != 0)
		return false;
	value += 9;
	ret->name = parameter(r, &value, "name", NAME_MAX_LEN);
	if (!ret->name || !*ret->name)
		return false;
	if (*value)
		ret->file_name = parameter(r, &value, "filename", FILE_NAME_MAX);
	return *value == '\0';
}

/* One line of a part's head: what is said of the part, and of a file what it is, which nobody believes. */
static bool
read_line(struct reading *r, const char *line, struct part *ret)
{
	static const char disposition[] = "content-disposition:", type[] = "content-type:";

	if (strncasecmp(line, disposition, sizeof(disposition) - 1) == 0) {
		line += sizeof(disposition) - 1;
		return read_disposition(r, line + strspn(line, " "), ret);
	}
	if (ret->has_type || strncasecmp(line, type, sizeof(type) - 1) != 0)
		return false;
	ret->has_type = true;
	return true;
}

static bool
read_head(struct reading *r, struct part *ret)
{
	const char *line;

	*ret = (struct part){ 0 };
	for (int i = 0; i <= LINES_MAX && (line = take_line(r)); i++) {
		if (!*line)
			return ret->name != NULL;
		if (!read_line(r, line, ret))
			return false;
	}
	return false;
}

/* From the end of the head to the next boundary. */
static bool
read_part(struct reading *r, struct part *ret)
{
	const char *stop;

	if (!read_head(r, ret))
		return false;
	stop = memmem(r->at, (size_t)(r->end - r->at), r->delimiter, r->delimiter_len);
	if (!stop)
		return false;
	ret->data = r->at;
	ret->len = (size_t)(stop - r->at);
	r->at = stop + r->delimiter_len;
	return true;
}

static bool
keep_part(struct reading *r, const struct part *p, struct pairs *ret, struct form_file *ret_file)
{
	if (p->file_name && !*p->file_name && p->len == 0)
		return true;
	if (p->file_name) {
		if (ret_file->field)
			return false;
		*ret_file = (struct form_file){ p->name, p->file_name, p->data, p->len };
		return true;
	}
	if (p->has_type || ret->n == FORM_PAIRS_MAX || memchr(p->data, '\0', p->len) ||
	    !utf8_valid(p->data, p->len))
		return false;
	ret->at[ret->n++] = (struct pair){ p->name, arena_strndup(r->arena, p->data, p->len),
		p->len, PAIR_TEXT };
	return true;
}

static bool
read_parts(struct reading *r, struct pairs *ret, struct form_file *ret_file)
{
	struct part p;

	if (!take(r, r->delimiter + 2)) /* the first has no line before it */
		return false;
	while (take(r, "\r\n"))
		if (!read_part(r, &p) || !keep_part(r, &p, ret, ret_file))
			return false;
	if (!take(r, "--"))
		return false;
	(void)take(r, "\r\n");
	return r->at == r->end;
}

enum rc
form_parse_multipart(const char *data, size_t len, const char *boundary, struct arena *arena,
    struct pairs *ret, struct form_file *ret_file, struct errs *errs)
{
	struct reading r = { .at = data, .end = data + len, .arena = arena };
	struct pairs pairs = { .at = arena_array(arena, FORM_PAIRS_MAX, sizeof(*pairs.at)) };
	struct form_file file = { 0 };

	r.delimiter_len = (size_t)snprintf(r.delimiter, sizeof(r.delimiter), "\r\n--%s", boundary);
	if (!read_parts(&r, &pairs, &file))
		return err_add(errs, RC_MALFORMED, NULL, "The form is not properly encoded.");
	*ret = pairs;
	*ret_file = file;
	return RC_OK;
}
