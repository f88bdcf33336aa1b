/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the keys of Dovecot's doveadm API mean, and which values they take. Owns the shape of its address: scheme, host, port and path, and nothing that
 * could send the key elsewhere. It must not know how Dovecot is asked.
 */
#include "base/base.h"

#include "conf/conf_int.h"

#define HOST_CHARS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-"
#define PATH_CHARS HOST_CHARS "_/"
#define HTTP 80
#define HTTPS 443

/* What is behind the scheme, NULL without one of the two. */
static const char *
after_scheme(const char *url)
{
	if (strncmp(url, "http://", 7) == 0)
		return url + 7;
	return strncmp(url, "https://", 8) == 0 ? url + 8 : NULL;
}

/* Length of the host, brackets of an address and all; 0: none. */
static size_t
host_len(const char *at)
{
	size_t n;

	if (*at != '[')
		return strspn(at, HOST_CHARS);
	n = 1 + strspn(at + 1, "0123456789abcdefABCDEF:.");
	return n > 2 && at[n] == ']' ? n + 1 : 0;
}

const char *
conf_check_doveadm_url(const char *text)
{
	static const char expected[] = "http(s)://host[:port]/doveadm/v1";
	const char *at = after_scheme(text);
	size_t n;

	if (!*text)
		return NULL;
	if (!at || (n = host_len(at)) == 0)
		return expected;
	at += n;
	if (*at == ':') {
		n = strspn(++at, "0123456789");
		if (n == 0 || n > 5 || strtol(at, NULL, 10) < 1 || strtol(at, NULL, 10) > 65535)
			return expected;
		at += n;
	}
	return *at == '/' && strspn(at, PATH_CHARS) == strlen(at) ? NULL : expected;
}

bool
conf_doveadm_on(const struct conf_doveadm *d)
{
	return d->url && *d->url;
}

bool
conf_doveadm_tls(const struct conf_doveadm *d)
{
	return strncmp(d->url, "https://", 8) == 0;
}

unsigned
conf_doveadm_port(const struct conf_doveadm *d)
{
	const char *at = after_scheme(d->url);

	if (at && at[host_len(at)] == ':')
		return (unsigned)strtol(at + host_len(at) + 1, NULL, 10);
	return conf_doveadm_tls(d) ? HTTPS : HTTP;
}

size_t
conf_doveadm_host(const struct conf_doveadm *d, const char **ret_host)
{
	const char *at = after_scheme(d->url);
	size_t n = at ? host_len(at) : 0;

	*ret_host = at;
	if (n > 0 && *at == '[') {
		*ret_host = at + 1;
		n -= 2;
	}
	return n;
}

/* Without the key no request would be let in; only the master and the keeper know it. */
enum rc
conf_check_doveadm(const struct conf_doveadm *d, struct errs *errs)
{
	if (!conf_doveadm_on(d) || *d->api_key)
		return RC_OK;
	return err_add(errs, RC_CONFIG, NULL,
	    "doveadm.http.api_key: is needed, because doveadm.http.url is set");
}
