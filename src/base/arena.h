/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Arena: memory that dies together. One arena belongs to each unit of work (struct op) and to each
 * long-lived snapshot; nothing taken from it is freed singly. Running out of memory ends the process;
 * sizes are bounded by the callers before they get here.
 *
 * Under AddressSanitizer every object is a malloc of its own, so that overruns inside a block are seen.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/base.h"

#include <stdarg.h>

enum arena_flags {
	ARENA_PLAIN = 0,
	ARENA_SECRET = 1 << 0, /* wiped with sodium_memzero before it is given back */
};

struct arena;

/* A place to go back to: everything taken after the mark is given back by arena_reset(). */
struct arena_mark {
	void *block;
	size_t used;
};

/* block: size in bytes of the first block, 0 for the default of 16 KiB. Never NULL. */
struct arena *arena_new(size_t block, enum arena_flags flags);
/* Accepts NULL. */
void arena_free(struct arena *a);
/* For CLEANUP(arena_freep). */
void arena_freep(struct arena **a);

/* Zeroed memory, aligned for any type; size 0 gives a valid pointer. Never NULL. */
void *arena_alloc(struct arena *a, size_t size) __attribute__((returns_nonnull));
/* n elements of size bytes, zeroed, with the product checked; an overflow ends the process. */
void *arena_array(struct arena *a, size_t n, size_t size) __attribute__((returns_nonnull));
#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))

/* Copies; NULL gives NULL. arena_strndup copies exactly len bytes and adds a NUL. */
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t len);
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTFLIKE(2, 3);
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap) PRINTFLIKE(2, 0);

struct arena_mark arena_mark(const struct arena *a);
/* Gives back all that was taken since the mark; a zeroed mark empties the arena (its first block is kept). */
void arena_reset(struct arena *a, struct arena_mark mark);
/* Bytes handed out since the arena was new or emptied: for budgets in tests. */
size_t arena_used(const struct arena *a);

#endif
