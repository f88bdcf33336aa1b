/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Doors as text. */
#include "base/base.h"

#include "model/actor.h"

static const char *const door_texts[] = {
#define DOOR_TEXT(id, text) [DOOR_##id] = text,
	DOOR_LIST(DOOR_TEXT)
#undef DOOR_TEXT
};
_Static_assert(ARRAY_LEN(door_texts) == DOOR__MAX, "one text per door");

const char *
door_text(enum door d)
{
	return door_texts[d];
}
