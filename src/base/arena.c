/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Arena: a chain of blocks, bumped. A mark is the newest block and how much of it was used, so going back frees what came later. Running out of
 * memory ends the process here, and nowhere above is there a branch for it.
 *
 * The surprising thing: under AddressSanitizer each object is a block of its own, exactly as large as asked for, so that a step over its end is
 * seen; marks work alike in both builds.
 */
#include "base/base.h"

#include "base/arena.h"

#include <sodium.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_SINGLE 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_SINGLE 1
#endif
#endif
#ifndef ARENA_SINGLE
#define ARENA_SINGLE 0
#endif

#define ARENA_DEFAULT ((size_t)16 << 10)
#define ARENA_ALIGN _Alignof(max_align_t)

struct block {
	struct block *older;
	size_t size, used;
	_Alignas(max_align_t) unsigned char data[];
};

struct arena {
	struct block *newest;
	size_t first; /* size of an ordinary block */
	size_t handed_out;
	enum arena_flags flags;
};

static NORETURN void
out_of_memory(void)
{
	static const char text[] = "out of memory\n";

	(void)fwrite(text, 1, sizeof(text) - 1, stderr);
	abort();
}

static struct block *
block_new(size_t size, struct block *older)
{
	struct block *b = size < SIZE_MAX - sizeof(*b) ? malloc(sizeof(*b) + size) : NULL;

	if (!b)
		out_of_memory();
	b->older = older;
	b->size = size;
	b->used = 0;
	return b;
}

static void
block_free(const struct arena *a, struct block *b)
{
	if (a->flags & ARENA_SECRET)
		sodium_memzero(b->data, b->used);
	free(b);
}

struct arena *
arena_new(size_t block, enum arena_flags flags)
{
	struct arena *a = malloc(sizeof(*a));

	if (!a)
		out_of_memory();
	*a = (struct arena){ .first = block ? block : ARENA_DEFAULT, .flags = flags };
	return a;
}

void
arena_free(struct arena *a)
{
	if (!a)
		return;
	while (a->newest) {
		struct block *b = a->newest;

		a->newest = b->older;
		block_free(a, b);
	}
	free(a);
}

void
arena_freep(struct arena **a)
{
	arena_free(*a);
	*a = NULL;
}

static void *
take_slow(struct arena *a, size_t size)
{
	size_t want = ARENA_SINGLE ? size : MAX(size, a->first);

	a->newest = block_new(want, a->newest);
	a->newest->used = size;
	return a->newest->data;
}

/* Memory with whatever was there before. */
static void *
take(struct arena *a, size_t size)
{
	struct block *b = a->newest;
	size_t at;

	if (size > SIZE_MAX / 2)
		out_of_memory();
	a->handed_out += size;
	if (ARENA_SINGLE || !b)
		return take_slow(a, size);
	at = (b->used + ARENA_ALIGN - 1) & ~(ARENA_ALIGN - 1);
	if (at > b->size || size > b->size - at)
		return take_slow(a, size);
	b->used = at + size;
	return b->data + at;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	return memset(take(a, size), 0, size);
}

void *
arena_array(struct arena *a, size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		out_of_memory();
	return arena_alloc(a, bytes);
}

char *
arena_strndup(struct arena *a, const char *s, size_t len)
{
	char *copy;

	if (!s)
		return NULL;
	if (len == SIZE_MAX)
		out_of_memory();
	copy = take(a, len + 1);
	memcpy(copy, s, len);
	copy[len] = '\0';
	return copy;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return s ? arena_strndup(a, s, strlen(s)) : NULL;
}

char *
arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;
	char *text;
	int len;

	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (len < 0)
		out_of_memory();
	text = take(a, (size_t)len + 1);
	(void)vsnprintf(text, (size_t)len + 1, fmt, ap);
	return text;
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return text;
}

struct arena_mark
arena_mark(const struct arena *a)
{
	return (struct arena_mark){ a->newest, a->newest ? a->newest->used : 0 };
}

void
arena_reset(struct arena *a, struct arena_mark mark)
{
	while (a->newest && a->newest != mark.block && (mark.block || a->newest->older || ARENA_SINGLE)) {
		struct block *b = a->newest;

		a->newest = b->older;
		block_free(a, b);
	}
	if (!mark.block)
		a->handed_out = 0;
	if (!a->newest)
		return;
	if (a->flags & ARENA_SECRET)
		sodium_memzero(a->newest->data + mark.used, a->newest->used - mark.used);
	a->newest->used = mark.used;
}

size_t
arena_used(const struct arena *a)
{
	return a->handed_out;
}
