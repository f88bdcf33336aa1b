/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cookies: reading ours out of the header, writing them. Owns their names and attributes. Over https the names carry the __Host- prefix, which
 * keeps other hosts of the domain from setting them; a second cookie of one name is a sign that somebody tries, and refuses the request.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "svc/auth.h"
#include "web/call.h"
#include "web/web_int.h"

/* The next "name=value" of the header; false at its end. */
static bool
next_cookie(const char **at, const char **name, size_t *name_len, const char **value, size_t *value_len)
{
	const char *p = *at + strspn(*at, " ;"), *eq;
	size_t n = strcspn(p, ";");

	if (n == 0)
		return false;
	*at = p + n;
	while (n > 0 && p[n - 1] == ' ')
		n--;
	eq = memchr(p, '=', n);
	*name = p;
	*name_len = eq ? (size_t)(eq - p) : n;
	*value = eq ? eq + 1 : p + n;
	*value_len = eq ? n - *name_len - 1 : 0;
	return true;
}

static bool
same(const char *name, const char *text, size_t n)
{
	return strlen(name) == n && memcmp(name, text, n) == 0;
}

/* How often the cookie is there; its first value. */
static size_t
find(const struct call *c, const char *name, const char **ret)
{
	const char *at = http_req_header(c->req, "cookie"), *key, *value;
	size_t key_len, value_len, n = 0;

	while (at && next_cookie(&at, &key, &key_len, &value, &value_len))
		if (same(name, key, key_len) && n++ == 0)
			*ret = arena_strndup(c->arena, value, value_len);
	return n;
}

const char *
cookie_value(const struct call *c, const char *name)
{
	const char *value = NULL;

	return find(c, name, &value) == 1 ? value : NULL;
}

/* Ids are exactly so many hex digits; anything else is as good as none. */
static const char *
as_id(const char *text)
{
	return text && strlen(text) == SESSION_ID_LEN && strspn(text, "0123456789abcdef") == SESSION_ID_LEN
	    ? text
	    : NULL;
}

enum rc
cookie_read(struct call *c)
{
	const char *sid = NULL, *visitor = NULL;

	if (!http_req_header(c->req, "cookie"))
		return RC_OK;
	if (find(c, c->web->cookie_session, &sid) > 1 || find(c, c->web->cookie_visitor, &visitor) > 1)
		return err_add(&c->errs, RC_MALFORMED, NULL,
		    "The browser sent two cookies of one name.");
	c->sid = c->sid_sent = as_id(sid);
	c->visitor = as_id(visitor);
	return RC_OK;
}

void
cookie_set(struct call *c, const char *name, const char *value, int64_t seconds)
{
	struct str s = STR_INIT;

	str_add(&s, name);
	str_addc(&s, '=');
	str_add(&s, value);
	STR_LIT(&s, "; Path=/; HttpOnly; SameSite=Lax");
	if (c->web->secure)
		STR_LIT(&s, "; Secure");
	if (!value || seconds)
		str_addf(&s, "; Max-Age=%lld", value ? (long long)seconds : 0LL);
	if (c->answer.n_cookies < CALL_COOKIES_MAX)
		c->answer.cookies[c->answer.n_cookies++] = arena_strndup(c->arena, str_text(&s), s.len);
	str_release(&s);
}
