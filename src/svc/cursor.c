/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A cursor is base64url(sort LF a|d LF id LF key) "." and the first 16 hex digits of its HMAC under
 * the key of the web processes, which is made of the installation's salt: all replicas take each
 * other's. Nothing in it is secret, it was on the page; what was cut, mistyped or made up is
 * refused. What is in a cursor is nonetheless bound as a value like any other input. Must not know
 * rows or statements.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/rand.h"
#include "conf/conf.h"
#include "svc/cursor.h"

#define SIGN_LEN 16
#define TEXT_MAX 2048

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static char *
encode(struct arena *arena, const char *text)
{
	size_t len = strlen(text);
	char *out = arena_alloc(arena, len * 4 / 3 + 3), *p = out;
	uint32_t bits = 0;
	unsigned n = 0;

	for (size_t i = 0; i < len; i++) {
		bits = bits << 8 | (unsigned char)text[i];
		for (n += 8; n >= 6; n -= 6)
			*p++ = digits[bits >> (n - 6) & 63];
	}
	if (n > 0)
		*p++ = digits[bits << (6 - n) & 63];
	*p = '\0';
	return out;
}

/* NULL when it is not base64url, or holds a NUL. */
static char *
decode(struct arena *arena, const char *text, size_t len)
{
	char *out = arena_alloc(arena, len + 1), *p = out;
	uint32_t bits = 0;
	unsigned n = 0;

	for (size_t i = 0; i < len; i++) {
		const char *at = text[i] ? strchr(digits, text[i]) : NULL;

		if (!at)
			return NULL;
		bits = bits << 6 | (uint32_t)(at - digits);
		n += 6;
		if (n < 8)
			continue;
		n -= 8;
		*p = (char)(unsigned char)(bits >> n & 255);
		if (!*p++)
			return NULL;
	}
	*p = '\0';
	return out;
}

/* 16 hex digits and a NUL, over the list's name too: a cursor of one list is none of another. */
static void
sign(struct op *op, const char *list, const char *body, char ret[65])
{
	hmac_hex(op->conf->web_key, arena_printf(op->arena, "cursor\n%s\n%s", list, body), ret);
	ret[SIGN_LEN] = '\0';
}

const char *
cursor_make(struct op *op, const char *list, const struct cursor *c)
{
	char signature[65];
	const char *body = arena_printf(op->arena, "%s\n%c\n%lld\n%s", c->sort, c->desc ? 'd' : 'a',
	    (long long)c->id, c->key);

	sign(op, list, body, signature);
	return arena_printf(op->arena, "%s.%s", encode(op->arena, body), signature);
}

/* Cuts the text at its next LF and steps over it; NULL when there is none. */
static char *
line(char **at)
{
	char *start = *at, *end = strchr(start, '\n');

	if (!end)
		return NULL;
	*end = '\0';
	*at = end + 1;
	return start;
}

bool
cursor_read(struct op *op, const char *list, const char *text, struct cursor *ret)
{
	const char *dot = strlen(text) <= TEXT_MAX ? strrchr(text, '.') : NULL;
	char signature[65];
	char *body = dot ? decode(op->arena, text, (size_t)(dot - text)) : NULL;
	char *dir, *id;

	if (!body)
		return false;
	sign(op, list, body, signature);
	if (!text_equal_ct(signature, dot + 1))
		return false;
	ret->sort = line(&body);
	dir = line(&body);
	id = line(&body);
	if (!ret->sort || !dir || !id)
		return false;
	ret->desc = *dir == 'd';
	ret->id = strtoll(id, NULL, 10);
	ret->key = body;
	return true;
}
