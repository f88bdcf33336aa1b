/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The header Authorization: a token is found where an independent reading finds one word of its characters behind "Bearer", and no other word passes for one. */
#include "base/base.h"

#include "base/arena.h"
#include "fuzz/fuzz.h"
#include "web/call.h"
#include "web/web_int.h"

#include <ctype.h>

#define CHECK(cond) ((cond) ? (void)0 : abort())

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool
of_a_token(char c)
{
	return isascii(c) && (isalnum(c) || (c != '\0' && strchr("-._~+/=", c)));
}

/* Words between blanks: their number, the first two. */
static size_t
words(struct arena *arena, const char *text, const char *word[2])
{
	size_t n = 0;

	while (*text) {
		const char *from = text;

		while (*text && !is_blank(*text))
			text++;
		if (text > from && n++ < 2)
			word[n - 1] = arena_strndup(arena, from, (size_t)(text - from));
		while (is_blank(*text))
			text++;
	}
	return n;
}

static bool
all_of_a_token(const char *text)
{
	while (of_a_token(*text))
		text++;
	return *text == '\0';
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena *arena = arena_new(0, ARENA_PLAIN);
	const char *text = arena_strndup(arena, len ? (const char *)data : "", len), *found = NULL;
	const char *word[2] = { "", "" };
	size_t n = words(arena, text, word);
	/* the HTTP layer has taken blanks off the beginning */
	bool ours = !is_blank(*text) && n > 0 && strcasecmp(word[0], "bearer") == 0;
	enum bearer got = bearer_read(arena, text, &found);

	CHECK((got == BEARER_NONE) == !ours);
	CHECK((got == BEARER_TOKEN) == (ours && n == 2 && all_of_a_token(word[1])));
	CHECK((found == NULL) == (got == BEARER_NONE));
	CHECK(got != BEARER_TOKEN || strcmp(found, word[1]) == 0);
	CHECK(!found || all_of_a_token(found));
	arena_free(arena);
	return 0;
}
