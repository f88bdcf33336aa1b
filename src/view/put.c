/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sinks of templates and the making of links. Paths have at most one hole, {id}. */
#include "base/base.h"

#include "base/addr.h"
#include "base/asset.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/size.h"
#include "view/put.h"

void
view_put_text(struct str *out, const char *text)
{
	str_add_html(out, text);
}

void
view_put_int(struct str *out, int64_t n)
{
	str_addi(out, n);
}

void
view_put_size(struct str *out, size_t n)
{
	str_addi(out, (int64_t)n);
}

void
view_put_html(struct str *out, struct html html)
{
	str_addn(out, html.text, html.len);
}

void
view_put_bytes(struct str *out, const struct page *p, int64_t bytes)
{
	lang_add_size(p->lang, bytes, out);
}

void
view_put_exact(struct str *out, int64_t bytes)
{
	size_exact(bytes, out);
}

void
view_put_time(struct str *out, int64_t t)
{
	clock_rfc3339(t, out);
}

void
view_put_minute(struct str *out, int64_t t)
{
	view_put_time(out, t);
	out->len -= strlen(":00Z");
	str_addc(out, 'Z');
}

void
view_put_date(struct str *out, const struct page *p, int64_t t)
{
	lang_add_date(p->lang, t, out);
}

void
view_put_number(struct str *out, const struct page *p, int64_t n)
{
	lang_add_number(p->lang, n, out);
}

void
view_put_percent(struct str *out, const struct page *p, int64_t n)
{
	lang_add_percent(p->lang, n, out);
}

void
view_put_said(struct str *out, const struct page *p, const char *text)
{
	str_add_html(out, page_text(p, text));
}

void
view_put_url(struct str *out, const char *text)
{
	str_add_url(out, text);
}

void
view_put_shown(struct str *out, const char *address)
{
	char buf[ADDR_SHOWN_MAX];

	str_add_html(out, addr_display(address, buf, sizeof(buf)));
}

void
view_put_targets(struct str *out, const char *list)
{
	struct str one = STR_INIT;

	for (const char *at = list; at && *at; at += *at == ',') {
		size_t n = strcspn(at, ",");

		if (at != list)
			STR_LIT(out, ", ");
		str_clear(&one);
		str_addn(&one, at, n);
		view_put_shown(out, str_text(&one));
		at += n;
	}
	str_release(&one);
}

void
view_link(struct str *out, const struct page *p, enum route_id route, int64_t id)
{
	const char *path = route_path(route);
	const char *hole = strchr(path, '{'); /* the only brace there is: {id} */

	str_add(out, p->mount);
	if (!hole) {
		str_add(out, path);
		return;
	}
	str_addn(out, path, (size_t)(hole - path));
	str_addi(out, id);
	str_add(out, hole + strlen("{id}"));
}

void
view_go(struct str *out, const struct page *p, struct link to)
{
	view_link(out, p, to.route, to.id);
	str_add_html(out, to.query);
}

void
view_asset(struct str *out, const struct page *p, const char *name)
{
	const struct asset *a = asset_by_name(name);

	if (!a)
		abort(); /* a template names a file that is not embedded; any page test finds it */
	str_add(out, p->mount);
	str_add(out, a->path);
}

const char *
page_text_of(const struct page *p, uint64_t key, const char *text)
{
	return p->lang ? lang_text_of(p->lang, key, text) : text;
}

const char *
page_text(const struct page *p, const char *text)
{
	return lang_text(p->lang, text);
}

const char *
page_plural(const struct page *p, const char *one, const char *many, int64_t n)
{
	return lang_plural(p->lang, one, many, n);
}
