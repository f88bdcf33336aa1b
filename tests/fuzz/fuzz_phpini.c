/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any text as application.ini: refused with a fault, or read; every value can be asked for by its key. */
#include "base/base.h"

#include "base/arena.h"
#include "conf/phpini.h"
#include "fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena *arena = arena_new(0, ARENA_PLAIN);
	struct errs errs = { .arena = arena };
	struct phpini ini;
	const struct phpini_source src = { "application.ini",
		arena_strndup(arena, (const char *)data, len), len, "production", "/srv/app" };

	if (phpini_read(&src, arena, &ini, &errs) == RC_OK) {
		for (size_t i = 0; i < ini.n; i++)
			if (!phpini_get(&ini, ini.at[i].key))
				abort();
	} else if (err_rc(&errs) != RC_CONFIG) {
		abort();
	}
	arena_free(arena);
	return 0;
}
