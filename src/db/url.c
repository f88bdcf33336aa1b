/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Taking database URLs apart. It owns the syntax and must not know what an option means; that is the driver's.
 *
 * The surprising thing: it cuts one copy of the text in place, always at a delimiter first and decoding after, so a %2F or %40 can never become a
 * delimiter, and wiping that one copy wipes the password.
 */
#include "base/base.h"

#include "db/url.h"

#include <sodium.h>
#include <stdarg.h>

struct parse {
	struct db_url u;
	char *why; /* DB_URL_WHY bytes */
};

static bool bad(struct parse *p, const char *fmt, ...) PRINTFLIKE(2, 3);

static bool
bad(struct parse *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(p->why, DB_URL_WHY, fmt, ap);
	va_end(ap);
	return false;
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

#define RESERVED ":/?#[]@&"
#define RESERVED_IN_OPTIONS "?#[]@&" /* paths stand there as they are */

/* In place; `what` names the part for the message. */
static bool
decode(struct parse *p, char *text, const char *what, const char *reserved)
{
	char *out = text;

	for (const char *in = text; *in; in++) {
		int high, low;

		if (*in != '%') {
			if (strchr(reserved, *in))
				return bad(p, "its %s holds a \"%c\", which has to be written as %%%02X",
				    what, *in, (unsigned)*in);
			*out++ = *in;
			continue;
		}
		high = hex(in[1]);
		low = high < 0 ? -1 : hex(in[2]);
		if (low < 0)
			return bad(p, "its %s holds a %% that two hexadecimal digits do not follow",
			    what);
		if (high + low == 0)
			return bad(p, "its %s holds a %%00", what);
		*out++ = (char)(high << 4 | low);
		in += 2;
	}
	*out = '\0';
	return true;
}

/* Cuts the text at the first `c`; gives what is behind it, or NULL. */
static char *
cut(char *text, char c)
{
	char *at = strchr(text, c);

	if (!at)
		return NULL;
	*at = '\0';
	return at + 1;
}

static bool
read_port(struct parse *p, const char *text, unsigned *ret)
{
	unsigned port = 0;

	for (const char *c = text; *c; c++) {
		if (*c < '0' || *c > '9' || c - text >= 5)
			return bad(p,
			    "what follows the colon behind a host is no port (or the password "
			    "holds "
			    "characters that have to be written as %%XX)");
		port = port * 10 + (unsigned)(*c - '0');
	}
	if (port == 0 || port > 65535)
		return bad(p, "a port is a number from 1 to 65535");
	*ret = port;
	return true;
}

static bool
host_name(const char *name)
{
	static const char
	    set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_";

	return *name && name[strspn(name, set)] == '\0';
}

/* name, name:port, [v6] or [v6]:port */
static bool
read_host(struct parse *p, char *text)
{
	struct db_url_host *host = &p->u.hosts[p->u.n_hosts];
	char *port;

	if (p->u.n_hosts == DB_URL_HOSTS)
		return bad(p, "it names more than %d hosts", DB_URL_HOSTS);
	if (*text == '[') {
		char *end = cut(++text, ']');

		if (!end || (*end && *end != ':'))
			return bad(p, "the brackets of an address are not closed in front of the port");
		if (!*text || text[strspn(text, "0123456789abcdefABCDEF:.")] != '\0')
			return bad(p, "what stands in brackets is no IPv6 address");
		port = *end ? end + 1 : NULL;
	} else {
		port = cut(text, ':');
		if (!host_name(text))
			return bad(p, "a host is empty or holds characters that no host has");
	}
	if (port && !read_port(p, port, &host->port))
		return false;
	host->name = text;
	p->u.n_hosts++;
	return true;
}

static bool
read_hosts(struct parse *p, char *text)
{
	for (char *next; text; text = next) {
		next = cut(text, ',');
		if (!read_host(p, text))
			return false;
	}
	return true;
}

static bool
read_user(struct parse *p, char *text)
{
	char *password = cut(text, ':');

	if (!decode(p, text, "user name", RESERVED) ||
	    (password && !decode(p, password, "password", RESERVED)))
		return false;
	if (!*text)
		return bad(p, "the user name in front of the @ is empty");
	p->u.user = text;
	p->u.password = password;
	return true;
}

static bool
read_option(struct parse *p, char *text, const char *const *known)
{
	char *value = cut(text, '=');

	while (*known && strcmp(*known, text) != 0)
		known++;
	if (!*known)
		return bad(p, "it has an option that is not known: %.60s", text);
	if (db_url_option(&p->u, text))
		return bad(p, "it gives the option %s twice", text);
	if (!value || !*value)
		return bad(p, "its option %s has no value", text);
	if (p->u.n_options == DB_URL_OPTIONS)
		return bad(p, "it has more than %d options", DB_URL_OPTIONS);
	if (!decode(p, value, text, RESERVED_IN_OPTIONS))
		return false;
	p->u.options[p->u.n_options++] = (struct db_url_option){ *known, value };
	return true;
}

static bool
read_options(struct parse *p, char *text, const char *const *known)
{
	for (char *next; text; text = next) {
		next = cut(text, '&');
		if (!read_option(p, text, known))
			return false;
	}
	return true;
}

/* From behind the scheme's two slashes on. */
static bool
read_all(struct parse *p, char *text, const char *const *known)
{
	char *options = cut(text, '?');
	char *name = cut(text, '/');
	char *at = strchr(text, '@');
	char *hosts = text;

	if (!name || !*name)
		return bad(p, "it names no database; that is the word behind the host and a slash");
	if (at) {
		*at = '\0';
		hosts = at + 1;
		if (strchr(hosts, '@'))
			return bad(p, "it holds two @; inside a password write it as %%40");
		if (!read_user(p, text))
			return false;
	}
	if (*hosts && !read_hosts(p, hosts))
		return false;
	if (!decode(p, name, "database name", RESERVED))
		return false;
	p->u.name = name;
	return !options || read_options(p, options, known);
}

bool
db_url_parse(const char *url, const char *const *known, struct db_url *ret, char ret_why[DB_URL_WHY])
{
	struct parse p = { .why = ret_why };
	const char *rest = strstr(url, "://");

	if (!rest)
		return bad(&p, "it is not of the form scheme://user:password@host:port/name");
	for (const char *c = url; *c; c++)
		if ((unsigned char)*c <= ' ' || *c == 0x7f)
			return bad(&p, "it holds a blank or a control character; write those as %%XX");
	p.u.text_len = strlen(rest + 3);
	p.u.text = strdup(rest + 3);
	if (!p.u.text)
		abort();
	if (!read_all(&p, p.u.text, known)) {
		db_url_release(&p.u);
		return false;
	}
	*ret = p.u;
	return true;
}

void
db_url_release(struct db_url *u)
{
	if (u->text)
		sodium_memzero(u->text, u->text_len);
	free(u->text);
	*u = (struct db_url){ 0 };
}

const char *
db_url_option(const struct db_url *u, const char *key)
{
	for (size_t i = 0; i < u->n_options; i++)
		if (strcmp(u->options[i].key, key) == 0)
			return u->options[i].value;
	return NULL;
}
