/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The texts of the script and the dialogs that only it opens. They are made once for each language and sent as a file of their own, kept by browsers until
 * its content changes: what assets/theme.js does before the first paint, then `furniture = "<html>"` for assets/app.js. It must not know any page.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/asset.h"
#include "base/lang.h"
#include "base/rand.h"
#include "base/str.h"
#include "view/layout.h"
#include "web/call.h"
#include "web/handlers_site.h"
#include "web/reply.h"
#include "web/web_int.h"
#include "web/words.h"

static void
load(struct words_file *file, const struct lang *lang, const char *mount, struct arena *arena)
{
	const struct page page = { .lang = lang, .mount = mount };
	struct str html = STR_INIT, text = STR_INIT;
	const struct asset *theme = asset_by_name("theme.js");
	char hex[65];

	view_furniture(&html, &page);
	if (theme)
		str_addn(&text, (const char *)theme->data, theme->len);
	STR_LIT(&text, "var furniture=");
	str_add_json(&text, str_text(&html));
	str_addc(&text, '\n');
	sha256_hex(str_text(&text), text.len, hex);
	*file = (struct words_file){ .lang = lang,
		.name = arena_printf(arena, "%s.%.10s.js", lang_code(lang), hex),
		.text = arena_strndup(arena, str_text(&text), text.len),
		.len = text.len };
	str_release(&text);
	str_release(&html);
}

void
words_load(struct words *words, const char *mount, struct arena *arena)
{
	words->n = MIN(lang_count(), ARRAY_LEN(words->files));
	for (size_t i = 0; i < words->n; i++)
		load(&words->files[i], lang_at(i), mount, arena);
}

const char *
words_name(const struct words *words, const struct lang *lang)
{
	for (size_t i = 1; i < words->n; i++)
		if (strcmp(lang_code(words->files[i].lang), lang_code(lang)) == 0)
			return words->files[i].name;
	return words->files[0].name;
}

bool
web_words(struct call *c)
{
	const struct words *words = &c->web->words;
	const char *name = c->path + strlen(c->route->path);

	for (size_t i = 0; i < words->n; i++) {
		const struct words_file *file = &words->files[i];

		if (strcmp(name, file->name) != 0)
			continue;
		c->answer = (struct answer){
			.status = 200, .type = "text/javascript; charset=utf-8", .cached = true
		};
		http_resp_header(c->resp, "Cache-Control", "public, max-age=31536000, immutable");
		c->resp->fixed = (const unsigned char *)file->text;
		c->resp->fixed_len = file->len;
		return true;
	}
	reply_status(c, 404);
	return true;
}
