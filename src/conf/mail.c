/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the keys of outgoing mail mean, and which values they take. Owns the rule that a password goes to another machine only through TLS. It must not
 * know how mail is sent.
 */
#include "base/base.h"

#include "base/addr.h"
#include "conf/conf_int.h"

#include <strings.h>

#define NAME_CHARS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-"
#define SUBMISSION 587
#define SUBMISSIONS 465

static bool
is_v6(const char *text)
{
	return strchr(text, ':') && strspn(text, "0123456789abcdefABCDEF:.") == strlen(text);
}

const char *
conf_check_mail_host(const char *text)
{
	if (strspn(text, NAME_CHARS) == strlen(text) || is_v6(text))
		return NULL;
	return "a host name or an address, without port";
}

const char *
conf_check_mail_ssl(const char *text)
{
	static const char *const words[] = { "tls", "starttls", "ssl", "none", "" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strcasecmp(text, words[i]) == 0)
			return NULL;
	return "tls, ssl or none";
}

const char *
conf_check_mail_address(const char *text)
{
	struct addr a;

	return !*text || addr_parse(text, ADDR_PLAIN, &a) == NULL
	    ? NULL
	    : "a mail address such as postmaster@example.com";
}

const char *
conf_check_mail_format(const char *text)
{
	static const char *const words[] = { "both", "html", "plaintext" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strcmp(text, words[i]) == 0)
			return NULL;
	return "both, html or plaintext";
}

const char *
conf_check_mail_path(const char *text)
{
	return !*text || *text == '/' ? NULL : "an absolute path";
}

/* The placeholders of the PHP program; any other would stand in the mail as it is. */
const char *
conf_check_mail_value(const char *text)
{
	for (const char *at = strchr(text, '%'); at; at = strchr(at + 1, '%'))
		if (at[1] == '\0' || !strchr("mud", at[1]))
			if (strncmp(at, "%atmail", 7) != 0)
				return "text with no other % than %m, %u, %d and %atmail";
	return NULL;
}

enum mail_tls
conf_mail_tls(const struct conf_mail *m)
{
	if (!m->ssl || !*m->ssl || strcasecmp(m->ssl, "none") == 0)
		return MAIL_TLS_NONE;
	return strcasecmp(m->ssl, "ssl") == 0 ? MAIL_TLS_IMPLICIT : MAIL_TLS_START;
}

unsigned
conf_mail_port(const struct conf_mail *m)
{
	if (m->port > 0)
		return (unsigned)m->port;
	return conf_mail_tls(m) == MAIL_TLS_IMPLICIT ? SUBMISSIONS : SUBMISSION;
}

bool
conf_mail_on(const struct conf_mail *m)
{
	return m->host && *m->host && (*m->from_email || *m->support_email);
}

static bool
is_here(const char *host)
{
	return strcasecmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 ||
	    (strncmp(host, "127.", 4) == 0 && strspn(host, "0123456789.") == strlen(host));
}

void
conf_check_mail(const struct conf_mail *m, struct errs *errs)
{
	if (!m->host || !*m->host)
		return;
	if (!conf_mail_on(m))
		err_add(errs, RC_CONFIG,
		    NULL, "identity.mailer.email: is needed as the sender, because resources.mail.transport.host is set");
	if (*m->username && conf_mail_tls(m) == MAIL_TLS_NONE && !is_here(m->host))
		err_add(errs, RC_CONFIG,
		    NULL, "resources.mail.transport.username: the password would go to %s in clear; set resources.mail.transport.ssl",
		    m->host);
}
