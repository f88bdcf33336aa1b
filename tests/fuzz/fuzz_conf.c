/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any text as a configuration: refused with faults or taken, and what is taken comes back the same out of its dump. */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "conf/conf.h"
#include "fuzz/fuzz.h"

static void
round_trip(const struct conf *c, struct errs *errs)
{
	struct str first = STR_INIT, second = STR_INIT;
	struct conf *again = NULL;

	conf_dump(c, true, false, &first);
	if (conf_parse(str_text(&first), &again, errs) != RC_OK)
		abort();
	conf_dump(again, true, false, &second);
	if (strcmp(str_text(&first), str_text(&second)) != 0)
		abort();
	conf_free(again);
	str_release(&first);
	str_release(&second);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena *arena = arena_new(0, ARENA_PLAIN);
	struct errs errs = { .arena = arena };
	const char *text = arena_strndup(arena, (const char *)data, len);
	struct conf *c = NULL;

	if (conf_parse(text, &c, &errs) == RC_OK) {
		round_trip(c, &errs);
		conf_free(c);
	} else if (err_rc(&errs) != RC_CONFIG) {
		abort();
	}
	arena_free(arena);
	return 0;
}
