/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A template to C: whatever the bytes, it is refused in words or becomes C, and no bytes of it end up in the C outside of what may be there: each line of
 * literal text is ASCII in quotes, and no quote is left open.
 */
#include "base/base.h"

#include "fuzz/fuzz.h"
#include "tmplc.h"

#include <setjmp.h>

#define CHECK(cond) ((cond) ? (void)0 : abort())

static jmp_buf refused;

_Noreturn void
tmplc_die(const struct state *s, const char *fmt, ...)
{
	CHECK(s->line > 0 && *fmt);
	longjmp(refused, 1);
}

/* The rest of a line that begins in a string: it ends in it. */
static void
check_literal(const char *p)
{
	for (CHECK(*p == '"'), p++; *p != '"'; p++) {
		CHECK(*p >= 0x20 && *p < 0x7f && *p != '?');
		if (*p == '\\')
			CHECK(*++p != '\0');
	}
}

static void
check_lines(char *text)
{
	static const char start[] = "\tstr_addn(out, ";
	char *rest = text, *line;
	bool inside = false;

	while ((line = strsep(&rest, "\n"))) {
		bool begins = strncmp(line, start, sizeof(start) - 1) == 0;

		if (begins)
			check_literal(line + sizeof(start) - 1);
		else if (inside && strncmp(line, "\t    \"", 6) == 0)
			check_literal(line + 5);
		inside = begins || (inside && strncmp(line, "\t    \"", 6) == 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct state s; /* what is in a register is lost on the way back */
	static char *c, *h, *text;
	size_t n;

	s = (struct state){ .path = "x.tmpl", .line = 1 };
	text = strndup(len ? (const char *)data : "", len);
	s.p = text;
	s.c = open_memstream(&c, &n);
	s.h = open_memstream(&h, &n);
	CHECK(text && s.c && s.h);
	if (setjmp(refused) == 0)
		tmplc_walk(&s);
	(void)fclose(s.c);
	(void)fclose(s.h);
	if (!strstr(text, "str_addn")) /* what stands in blocks is C that we take as it is */
		check_lines(c);
	free(c);
	free(h);
	free(s.run);
	free(text);
	return 0;
}
