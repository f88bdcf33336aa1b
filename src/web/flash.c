/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The message that the next page shows ("The domain was added"). It travels in a cookie for a minute, sealed with the session's id, so
 * nobody else can put words into the panel's mouth: not a link, not another host of the domain. With a change that can be taken back it brings the
 * number of its entry in the log.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/rand.h"
#include "base/str.h"
#include "web/call.h"
#include "web/reply.h"
#include "web/web_int.h"

#define FLASH_SECONDS 60
#define FLASH_MAX 1000 /* bytes of text */

static const char *
owner(const struct call *c)
{
	return c->sid ? c->sid : c->visitor;
}

static void
seal(const struct call *c, const char *kind_and_text, char ret[65])
{
	mac_hex(owner(c), arena_printf(c->arena, "flash %s", kind_and_text), ret);
}

void
reply_flash(struct call *c, enum page_flash kind, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	c->answer.flash = arena_vprintf(c->arena, call_text(c, fmt), ap);
	c->answer.flash_kind = kind;
	va_end(ap);
}

/* <seal>:<kind digit><number of the entry>:<text, escaped as in a URL> */
void
flash_send(struct call *c, int64_t undo)
{
	struct str s = STR_INIT;
	char hex[65];
	const char *text;

	if (!c->answer.flash || c->json || !owner(c))
		return;
	text = arena_printf(c->arena, "%d%lld:%.*s", (int)c->answer.flash_kind, (long long)undo,
	    FLASH_MAX, c->answer.flash);
	seal(c, text, hex);
	str_add(&s, hex);
	str_addc(&s, ':');
	str_add_url(&s, text);
	cookie_set(c, c->web->cookie_flash, arena_strdup(c->arena, str_text(&s)), FLASH_SECONDS);
	str_release(&s);
}

void
flash_take(struct call *c)
{
	const char *value = cookie_value(c, c->web->cookie_flash), *text;
	struct pairs pairs;
	struct errs errs = { .arena = c->arena };
	char hex[65], *end;

	if (!value)
		return;
	cookie_set(c, c->web->cookie_flash, NULL, 0);
	if (!owner(c) || strlen(value) < 67 || value[64] != ':')
		return;
	value = arena_printf(c->arena, "%.64s=%s", value, value + 65);
	if (form_parse(value, strlen(value), c->arena, &pairs, &errs) != RC_OK || pairs.n != 1)
		return;
	text = pairs.at[0].text;
	seal(c, text, hex);
	if (!text_equal_ct(hex, pairs.at[0].name) || *text < '0' || *text > '9')
		return;
	c->page.flash_kind = (enum page_flash)(*text - '0');
	c->page.flash_undo = strtoll(text + 1, &end, 10);
	c->page.flash = end + (*end == ':');
}
