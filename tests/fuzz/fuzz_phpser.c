/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Serialized PHP data: refused without a trace, or JSON that a JSON parser takes. */
#include "base/base.h"

#include "base/arena.h"
#include "base/phpser.h"
#include "base/str.h"
#include "fuzz/fuzz.h"

#include <jansson.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena *arena = arena_new(0, ARENA_PLAIN);
	struct errs errs = { .arena = arena };
	struct str out = STR_INIT;

	if (phpser_to_json((const char *)data, len, &out, &errs) == RC_OK) {
		json_t *json = json_loads(str_text(&out), JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL,
		    NULL);

		if (!json)
			abort();
		json_decref(json);
	} else if (out.len != 0 || err_rc(&errs) != RC_INVALID) {
		abort();
	}
	str_release(&out);
	arena_free(arena);
	return 0;
}
