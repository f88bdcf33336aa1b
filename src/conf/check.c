/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks of single values that a type and bounds do not express, and of values against one another.
 * They look at text only, but for the time zone, which has to exist on this machine: libc would
 * take an unknown one for UTC without a word.
 */
#include "base/base.h"

#include "base/addr.h"
#include "base/lang.h"
#include "base/log.h"
#include "base/pwhash.h"
#include "conf/conf_int.h"

#include <arpa/inet.h>
#include <strings.h>
#include <sys/un.h>
#include <unistd.h>

#define ALNUM "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
#define SALT_MIN 32

static bool
starts(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

const char *
conf_check_database(const char *text)
{
	static const char *const schemes[] = { "sqlite:", "mysql://", "postgresql://" };

	if (!*text) /* where it may be left out; .min says where not */
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
		if (starts(text, schemes[i]) && text[strlen(schemes[i])])
			return NULL;
	}
	return "sqlite:/path, mysql://user:password@host:port/name or "
	       "postgresql://user:password@host:port/name";
}

/* Runs check on each blank-separated word. */
static const char *
each_word(const char *text, bool (*ok)(const char *word), const char *expected)
{
	char word[CONF_TEXT_MAX + 1];

	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		size_t n = strcspn(text, " ");

		memcpy(word, text, n);
		word[n] = '\0';
		if (!ok(word))
			return expected;
		text += n;
	}
	return NULL;
}

static bool
port_ok(const char *text)
{
	size_t n = strlen(text);

	return n >= 1 && n <= 5 && strspn(text, "0123456789") == n && strtol(text, NULL, 10) <= 65535;
}

static bool
listen_ok(const char *word)
{
	char host[INET6_ADDRSTRLEN + 2];
	const char *colon = strrchr(word, ':');
	unsigned char bin[sizeof(struct in6_addr)];
	size_t n;

	if (starts(word, "unix:"))
		return word[5] == '/' && strlen(word + 5) < sizeof(((struct sockaddr_un *)0)->sun_path);
	if (!colon || (n = (size_t)(colon - word)) >= sizeof(host) || !port_ok(colon + 1))
		return false;
	memcpy(host, word, n);
	host[n] = '\0';
	if (host[0] != '[')
		return inet_pton(AF_INET, host, bin) == 1;
	if (n < 3 || host[n - 1] != ']')
		return false;
	host[n - 1] = '\0';
	return inet_pton(AF_INET6, host + 1, bin) == 1;
}

const char *
conf_check_listen(const char *text)
{
	if (!text[strspn(text, " ")])
		return "at least one address to listen on";
	return each_word(text, listen_ok,
	    "addresses such as 127.0.0.1:8080, [::1]:8080 or unix:/run/vimbadmin/http.sock");
}

/* host, host:port or [v6]:port as they stand in a Host header. */
static bool
host_ok(const char *word)
{
	const char *end = word;

	if (*word == '[') {
		end = word + 1 + strspn(word + 1, "0123456789abcdefABCDEF:.");
		if (*end++ != ']')
			return false;
	} else {
		end += strspn(word, ALNUM "-.");
	}
	return end > word && (*end == '\0' || (*end == ':' && port_ok(end + 1)));
}

const char *
conf_check_hosts(const char *text)
{
	return each_word(text, host_ok,
	    "host names, blank-separated: mail.example.com admin.example.com:8443");
}

/* Does the path begin with what stands before paths of the panel anyway? Nobody could tell which is meant. */
static bool
is_own(const char *path, const char *own)
{
	return starts(path, own) && (path[strlen(own)] == '\0' || path[strlen(own)] == '/');
}

const char *
conf_check_public_url(const char *text)
{
	static const char
	    expected[] = "http(s)://host[:port][/base] without a slash at the end, or nothing";
	char host[256];
	const char *at, *path;
	size_t n;

	if (!*text)
		return NULL;
	if (!starts(text, "http://") && !starts(text, "https://"))
		return expected;
	at = strstr(text, "://") + 3;
	n = strcspn(at, "/");
	if (n == 0 || n >= sizeof(host))
		return expected;
	memcpy(host, at, n);
	host[n] = '\0';
	path = at + n;
	if (!host_ok(host) || strspn(path, ALNUM "-._~/") != strlen(path) || strstr(path, "//") ||
	    strstr(path, "/."))
		return expected;
	if (*path && path[strlen(path) - 1] == '/')
		return expected;
	return is_own(path, "/api") || is_own(path, "/s")
	    ? "another path than /api and /s, which are the panel's own"
	    : NULL;
}

const char *
conf_check_level(const char *text)
{
	enum log_level level;

	return log_level_parse(text, &level) ? NULL : "error, warn, info or debug";
}

const char *
conf_check_language(const char *text)
{
	const struct lang *lang;

	return lang_find(text, &lang) ? NULL : "en, de, nl or fr";
}

const char *
conf_check_timezone(const char *text)
{
	static const char dir[] = "/usr/share/zoneinfo/";
	char path[sizeof(dir) + 64];

	if (!*text || strcmp(text, "UTC") == 0)
		return NULL;
	if (strlen(text) > 63 || strspn(text, ALNUM "_+-/") != strlen(text) || *text == '/')
		return "a name such as Europe/Berlin, UTC, or nothing";
	memcpy(path, dir, sizeof(dir) - 1);
	memcpy(path + sizeof(dir) - 1, text, strlen(text) + 1);
	return access(path, R_OK) == 0 ? NULL : "a time zone that /usr/share/zoneinfo has";
}

const char *
conf_check_word(const char *text)
{
	return strpbrk(text, " \"'\\;#") ? "one word without blanks and quotes" : NULL;
}

const char *
conf_check_cookie(const char *text)
{
	return strspn(text, ALNUM "_-") == strlen(text) ? NULL : "letters, digits, - and _ only";
}

const char *
conf_check_path(const char *text)
{
	bool ok = text[0] == '/' && !strstr(text, "/../") &&
	    strspn(text, ALNUM "/%._-+") == strlen(text);

	return ok ? NULL : "an absolute path of letters, digits, . _ - + and % variables";
}

const char *
conf_check_file(const char *text)
{
	return *text == '\0' || (text[0] == '/' && !strstr(text, "/../")) ? NULL : "an absolute path";
}

const char *
conf_check_colour(const char *text)
{
	bool ok = *text == '\0' ||
	    (text[0] == '#' && strlen(text) == 7 && strspn(text + 1, "0123456789abcdefABCDEF") == 6);

	return ok ? NULL : "a colour such as #2d6a4f";
}

static bool
is_one_of(const char *text, const char *const *words)
{
	while (*words && strcasecmp(*words, text) != 0)
		words++;
	return *words != NULL;
}

const char *
conf_check_outside(const char *text)
{
	if (strcmp(text, "allow") == 0 || strcmp(text, "warn") == 0 || strcmp(text, "refuse") == 0)
		return NULL;
	return "is none of allow, warn, refuse";
}

const char *
conf_check_characters(const char *text)
{
	return strspn(text, ADDR_ODD_CHARS) == strlen(text)
	    ? NULL
	    : "takes only ! # $ & { } without blanks";
}

const char *
conf_check_prefix(const char *text)
{
	static const char *const words[] = { "either", "kept", "stripped", NULL };

	return is_one_of(text, words) ? NULL : "either, kept or stripped";
}

const char *
conf_check_proxy_mode(const char *text)
{
	/* what the PHP program takes for off; its own reader makes nothing of the bare word */
	static const char *const words[] = { "auto", "on", "off", "0", "false", "no", "", NULL };

	return is_one_of(text, words) ? NULL : "auto, on or off";
}

const char *
conf_check_proxy_header(const char *text)
{
	static const char *const words[] = { "X-Forwarded-For", "Forwarded", NULL };

	return is_one_of(text, words) ? NULL : "X-Forwarded-For or Forwarded";
}

const char *
conf_check_required(const char *text)
{
	static const char *const words[] = { "no", "super", "all", NULL };

	return is_one_of(text, words) ? NULL : "no, super or all";
}

static void
check_cost(const struct conf_key *scheme_key, const struct conf_key *cost_key, const struct conf *c,
    struct errs *errs)
{
	static const struct {
		int64_t min, max;
	} bounds[PW__MAX] = {
		[PW_BLF_CRYPT] = { 4, 20 },
		[PW_SHA512_CRYPT] = { 1000, 5000000 },
		[PW_SHA256_CRYPT] = { 1000, 5000000 },
		[PW_ARGON2ID] = { 1, 10 },
	};
	enum pw_scheme scheme = *(const enum pw_scheme *)(const void *)((const char *)c +
	    scheme_key->off);
	int64_t cost = *(const int64_t *)(const void *)((const char *)c + cost_key->off);

	if (cost == 0 || (cost >= bounds[scheme].min && cost <= bounds[scheme].max))
		return;
	err_add(errs, RC_CONFIG, NULL,
	    "%s: %lld does not fit %s = %s, which takes %lld to %lld, or 0 for its default",
	    cost_key->name, (long long)cost, scheme_key->name, pw_scheme_name(scheme),
	    (long long)bounds[scheme].min, (long long)bounds[scheme].max);
}

void
conf_check_together(const struct conf *c, struct errs *errs)
{
	check_cost(conf_key_find("resources.auth.oss.pwhash"),
	    conf_key_find("resources.auth.oss.hash_cost"), c, errs);
	check_cost(conf_key_find("defaults.mailbox.password_scheme"),
	    conf_key_find("defaults.mailbox.hash_cost"), c, errs);
	if (c->max_connections_per_source > c->max_connections)
		err_add(errs, RC_CONFIG, NULL,
		    "http.max_connections_per_source: is more than http.max_connections = %lld",
		    (long long)c->max_connections);
	conf_check_mail(&c->mail, errs);
}

/*
 * Values that stand in examples and documents of the program and its predecessors, and what people
 * type instead.
 */
static bool
salt_known(const char *salt)
{
	static const char *const words[] = { "changeme", "change-me", "change_me", "securitysalt",
		"example", "xxxxxxxx", "insert", "0123456789abcdef", "abcdefghijklmnop" };
	size_t distinct = 0;

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (strcasestr(salt, words[i]))
			return true;
	}
	for (size_t i = 0; salt[i]; i++)
		distinct += memchr(salt, salt[i], i) == NULL;
	return distinct < 8;
}

enum rc
conf_check_serve(const struct conf *c, struct errs *errs)
{
	static const char hint[] = "write `securitysalt = ...` with the output of `vimbadmin salt "
				   "generate` into the configuration";

	if (!*c->securitysalt)
		return err_add(errs, RC_CONFIG, NULL, "securitysalt: is not set; %s", hint);
	if (strlen(c->securitysalt) < SALT_MIN)
		return err_add(errs, RC_CONFIG, NULL,
		    "securitysalt: expected at least %d characters; %s", SALT_MIN, hint);
	if (salt_known(c->securitysalt))
		return err_add(errs, RC_CONFIG, NULL,
		    "securitysalt: looks like an example, not a secret; %s", hint);
	return conf_check_doveadm(&c->doveadm, errs);
}

/* ---- addresses for roles ---- */

static bool
is_local(const char *text, size_t n)
{
	char local[ADDR_LOCAL_MAX + 1], canonical[ADDR_LOCAL_MAX + 1];

	if (n == 0 || n > ADDR_LOCAL_MAX)
		return false;
	memcpy(local, text, n);
	local[n] = '\0';
	return addr_local_parse(local, canonical) == NULL && strcmp(local, canonical) == 0;
}

/* An address, @domain, or a local part; canonical, as the tables hold it. */
static bool
is_target(const char *text, size_t n)
{
	char copy[ADDR_MAX + 1];
	struct addr a;

	if (!memchr(text, '@', n))
		return is_local(text, n);
	if (n > ADDR_MAX)
		return false;
	memcpy(copy, text, n);
	copy[n] = '\0';
	return addr_parse(copy, ADDR_CATCH_ALL, &a) == NULL && strcmp(a.full, copy) == 0;
}

const char *
conf_check_roles(const char *text)
{
	for (const char *at = text + strspn(text, " \t"); *at; at += strspn(at, " \t")) {
		size_t n = strcspn(at, " \t");

		if (!is_local(at, n))
			return "local parts in small letters, blank-separated, such as postmaster "
			       "abuse";
		at += n;
	}
	return NULL;
}

const char *
conf_check_role_mapping(const char *text)
{
	for (const char *at = text + strspn(text, " \t"); *at; at += strspn(at, " \t")) {
		size_t n = strcspn(at, " \t"), eq = strcspn(at, "= \t");

		if (eq >= n || !(is_local(at, eq) || (eq == 1 && *at == '*')) ||
		    !is_target(at + eq + 1, n - eq - 1))
			return "local=target, blank-separated, such as abuse=abuse@example.com "
			       "*=boss";
		at += n;
	}
	return NULL;
}
