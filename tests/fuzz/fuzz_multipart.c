/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * multipart/form-data: first line the Content-Type, then the body. Never a byte outside the body, every text whole; what was read and is written
 * again as a browser would reads the same.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/form_file.h"
#include "base/str.h"
#include "base/utf8.h"
#include "fuzz/fuzz.h"

static enum rc
read_body(const char *body, size_t len, const char *boundary, struct arena *arena,
    struct pairs *ret, struct form_file *ret_file)
{
	struct errs errs = { .arena = arena };
	enum rc rc = form_parse_multipart(body, len, boundary, arena, ret, ret_file, &errs);

	if ((rc == RC_OK) != (errs.first == NULL) || (rc != RC_OK && rc != RC_MALFORMED))
		abort();
	return rc;
}

static void
write_body(const struct pairs *pairs, const struct form_file *file, const char *boundary, struct str *out)
{
	for (size_t i = 0; i < pairs->n; i++) {
		str_addf(out, "--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n",
		    boundary, pairs->at[i].name);
		str_addn(out, pairs->at[i].text, pairs->at[i].len);
		STR_LIT(out, "\r\n");
	}
	if (file->field) {
		str_addf(out, "--%s\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\nContent-Type: text/csv\r\n\r\n",
		    boundary, file->field, file->name);
		str_addn(out, file->data, file->len);
		STR_LIT(out, "\r\n");
	}
	str_addf(out, "--%s--\r\n", boundary);
}

static void
same(const struct pairs *a, const struct pairs *b, const struct form_file *fa,
    const struct form_file *fb)
{
	if (a->n != b->n || !fa->field != !fb->field)
		abort();
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->at[i].name, b->at[i].name) != 0 ||
		    strcmp(a->at[i].text, b->at[i].text) != 0)
			abort();
	if (fa->field &&
	    (strcmp(fa->field, fb->field) != 0 || strcmp(fa->name, fb->name) != 0 ||
		fa->len != fb->len || memcmp(fa->data, fb->data, fa->len) != 0))
		abort();
}

static void
check(const char *body, size_t len, const char *boundary)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
	CLEANUP(str_release) struct str again = STR_INIT;
	struct pairs pairs, pairs2;
	struct form_file file, file2;

	if (read_body(body, len, boundary, arena, &pairs, &file) != RC_OK)
		return;
	for (size_t i = 0; i < pairs.n; i++)
		if (strlen(pairs.at[i].text) != pairs.at[i].len || !*pairs.at[i].name ||
		    !utf8_valid(pairs.at[i].text, pairs.at[i].len))
			abort();
	if (file.field && (file.data < body || file.data + file.len > body + len))
		abort();
	write_body(&pairs, &file, boundary, &again);
	if (read_body(again.data, again.len, boundary, arena, &pairs2, &file2) != RC_OK)
		abort();
	same(&pairs, &pairs2, &file, &file2);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const uint8_t *lf = len ? memchr(data, '\n', len) : NULL;
	char boundary[FORM_BOUNDARY_MAX + 1];
	size_t n = lf ? (size_t)(lf - data) : 0;
	char *type, *body;

	if (!lf)
		return 0;
	type = strndup((const char *)data, n);
	body = malloc(len - n); /* exactly: a byte too far is seen */
	if (!type || !body)
		abort();
	memcpy(body, lf + 1, len - n - 1);
	if (form_boundary(type, boundary))
		check(body, len - n - 1, boundary);
	free(type);
	free(body);
	return 0;
}
