/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Carrying over an application.ini. Keys of the same name and meaning go over as they are, as far as our own table takes the value; a few are put
 * together differently here (the database, the public address); the rest is in a table with the reason why it is not needed.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "conf/conf_int.h"
#include "conf/convert.h"
#include "conf/convert_int.h"
#include "conf/phpini.h"

#include <strings.h>

#define ROLES PLUGINS "MailboxAutomaticAliases."
#define CONNECTION "resources.doctrine2.connection.options."

/* Keys, or beginnings of keys, that have no meaning here. */
static const struct {
	const char *prefix, *reason;
} dropped[] = {
	{ "resources.doctrine2cache.", "there is no cache to configure" },
	{ "resources.doctrine2.", "there is no object mapper" },
	{ "temporary_directory", "nothing is written to temporary files" },
	{ "defaults.server_side.pagination.", "lists are always paged by the server" },
	{ "resources.auth.oss.entity", "accounts live in the table admin" },
	{ "resources.auth.oss.rememberme.", "there are no remember-me cookies" },
	{ "resources.session.remember_me_seconds", "there are no remember-me cookies" },
	{ "resources.session.cookie_httponly", "always on" },
	{ "resources.session.cookie_secure", "on when public_url begins with https" },
	{ "resources.session.cookie_samesite", "always Lax or stricter" },
	{ "resources.session.use_", "always on" },
	{ "resources.session.", "sessions live in the database" },
	{ "utils.genurl.", "links come from public_url alone" },
	{ "bruteforce.statedir", "attempts are counted in the database" },
	{ "mcp.ratelimit.statedir", "rates are counted in the database" },
	{ "resources.smarty.", "pages are compiled into the program" },
	{ "resources.modules", "part of the PHP framework" },
	{ "resources.namespace.", "part of the PHP framework" },
	{ "resources.frontController.",
	    "part of the PHP framework; public_url says under which path the panel is" },
	{ "ondemand_resources.", "logs go to standard error" },
	{ "phpSettings.", "there is no PHP" },
	{ "includePaths.", "there is no PHP" },
	{ "bootstrap.", "there is no PHP" },
	{ "pluginPaths.", "there is no PHP" },
	{ "appnamespace", "there is no PHP" },
	{ "skipVersionCheck", "this program never calls home" },
	{ "skipInstallPingback", "this program never calls home" },
	{ "mini_", "scripts and styles are built in" },
	{ "alias_autocomplete_min_length", "completion needs no setting" },
	{ PLUGINS "AdditionalInfo.mailbox.form", "there are no texts around the additional fields" },
	{ "defaults.mailbox.uid", "mail.uid is for the files of Dovecot" },
	{ "defaults.mailbox.gid", "mail.gid is for the files of Dovecot" },
	{ "defaults.mailbox.maildir", "Dovecot knows where mail is; see mail.home" },
	{ "defaults.mailbox.homedir", "Dovecot knows where mail is; see mail.home" },
	{ "defaults.mailbox.dovecot_pw_binary", "no program is started to hash a password" },
	{ "server_id", "archives are made through Dovecot" },
	{ "binary.path.", "no programs are started" },
	{ "archive.path", "archives are made through Dovecot" },
	{ "mailbox_deletion_fs_enabled", "files are Dovecot's" },
	{ "resources.mail.transport.type", "mail always goes out by SMTP; no program is started" },
	{ "resources.mail.transport.auth", "the way to sign in is agreed with the server" },
	{ "identity.name", "not used by the PHP program either" },
	{ "identity.email", "not used by the PHP program either" },
	{ "identity.autobot.", "not used by the PHP program either" },
};

static const char *
reason_dropped(const char *key)
{
	for (size_t i = 0; i < ARRAY_LEN(dropped); i++)
		if (strncmp(key, dropped[i].prefix, strlen(dropped[i].prefix)) == 0)
			return dropped[i].reason;
	return NULL;
}

static void
put_line(struct str *out, const char *key, const char *value)
{
	size_t n = strlen(value);
	bool quotes = n > 0 && (strchr(" \t\"", value[0]) || strchr(" \t\"", value[n - 1]));

	str_add(out, key);
	str_add(out, quotes ? " = \"" : " = ");
	str_add(out, value);
	str_add(out, quotes ? "\"\n" : "\n");
}

/* A comment shows the value, unless it could be a secret. */
static void
put_comment(struct str *out, const struct phpini_entry *e, const char *reason)
{
	static const char *const secret[] = { "password", "key", "salt", "secret", "dsn" };
	const char *value = e->value;

	for (size_t i = 0; i < ARRAY_LEN(secret); i++)
		if (strcasestr(e->key, secret[i]) && *value)
			value = "...";
	str_addf(out, "# %s = %.*s\n#   %s (line %d)\n", e->key, (int)strcspn(value, "\r\n"), value,
	    reason, e->line);
}

/* ---- what is put together differently ---- */

static const char *
option(const struct phpini *ini, struct arena *arena, const char *name)
{
	const char *value = phpini_get(ini, arena_printf(arena, CONNECTION "%s", name));

	return value ? value : "";
}

/* mysql://user:password@host:port/name; for the C library as for PHP, localhost means the server's socket. */
const char *
conf_convert_database(const struct phpini *ini, struct arena *arena)
{
	CLEANUP(str_release) struct str url = STR_INIT;
	const char *driver = option(ini, arena, "driver"), *port = option(ini, arena, "port");
	const char *socket = option(ini, arena, "unix_socket"), *host = option(ini, arena, "host");

	if (strstr(driver, "sqlite"))
		return arena_printf(arena, "sqlite:%s", option(ini, arena, "path"));
	if (!*option(ini, arena, "dbname"))
		return "";
	str_add(&url, strstr(driver, "pgsql") ? "postgresql://" : "mysql://");
	str_add_url(&url, option(ini, arena, "user"));
	str_addc(&url, ':');
	str_add_url(&url, option(ini, arena, "password"));
	str_addc(&url, '@');
	if (!*socket && strchr(host, ':'))
		str_addf(&url, "[%s]", host);
	else if (!*socket) /* beside one, PHP does not look at the host */
		str_add(&url, *host ? host : "localhost");
	if (*port && !*socket)
		str_addf(&url, ":%s", port);
	str_addc(&url, '/');
	str_add_url(&url, option(ini, arena, "dbname"));
	if (*socket) {
		str_add(&url, "?socket=");
		str_add_url(&url, socket);
	}
	return arena_strdup(arena, str_text(&url));
}

static void
put_database(const struct phpini *ini, struct arena *arena, struct str *out)
{
	const char *url = conf_convert_database(ini, arena);

	if (*url)
		put_line(out, "database", url);
	else
		str_add(out, "# database: the file names none\n");
}

/* The sample's own address would lock everybody out. */
static void
put_public_url(const struct phpini *ini, struct arena *arena, struct str *out)
{
	const char *url = phpini_get(ini, "identity.siteurl");
	size_t n = url ? strlen(url) : 0;

	while (n > 0 && url[n - 1] == '/')
		n--;
	if (n == 0 || strstr(url, "//www.example.com"))
		str_add(out, "# public_url: say here what people type, such as https://mail.example.com/vimbadmin\n");
	else
		put_line(out, "public_url", arena_strndup(arena, url, n));
}

static void
put_timezone(const struct phpini *ini, struct str *out)
{
	const char *zone = phpini_get(ini, "phpSettings.date.timezone");

	if (zone && *zone)
		put_line(out, "timezone", zone);
	else
		str_add(out, "# timezone: that of PHP (date.timezone in php.ini), if it is not the system's\n");
}

/* The sample has an address without a key, which the PHP program could do nothing with either. */
static bool
put_doveadm(const struct phpini *ini, const struct phpini_entry *e, struct str *out)
{
	const char *key = phpini_get(ini, "doveadm.http.api_key");

	if (strncmp(e->key, "doveadm.http.", 13) != 0 || (key && *key))
		return false;
	put_comment(out, e, "needs doveadm.http.api_key, which the file does not have");
	return true;
}

/* ---- what goes over as it is ---- */

static void
put_same(const struct phpini_entry *e, const struct conf_key *k, struct arena *arena, struct str *out)
{
	struct conf scratch = { 0 };
	const char *value = e->value, *expected;

	if (k->type == KEY_BOOL)
		value = *value && strcmp(value, "0") != 0 ? "yes" : "no";
	expected = conf_value_read(k, value, &scratch, arena);
	if (expected)
		put_comment(out, e, arena_printf(arena, CONVERT_UNFIT "expected %s", expected));
	else
		put_line(out, k->name, value);
}

/* Forms of the PHP program take a bare number here as so many of their unit, its interface for programs as bytes: what is too small to be bytes is none. */
#define QUOTA_MIN 1048576

static bool
put_quota(const struct phpini *ini, const struct phpini_entry *e, struct arena *arena, struct str *out)
{
	const char *unit = phpini_get(ini, "defaults.quota.multiplier");
	char *end;
	long long n;

	if (strcmp(e->key, "defaults.domain.quota") != 0 &&
	    strcmp(e->key, "defaults.domain.maxquota") != 0)
		return false;
	n = strtoll(e->value, &end, 10);
	if (*end || n <= 0 || n >= QUOTA_MIN)
		return false;
	str_addf(out, "# %s = %lld was so many %s in forms; a bare number is bytes here (line %d)\n",
	    e->key, n, unit ? unit : "KB", e->line);
	put_line(out, e->key, arena_printf(arena, "%lld %s", n, unit ? unit : "KB"));
	return true;
}

/* Passwords were stored as they are: new ones will not be, but those that are there still open. */
static bool
put_plain(const struct phpini_entry *e, struct str *out)
{
	if (strcmp(e->key, "resources.auth.oss.pwhash") != 0 &&
	    strcmp(e->key, "defaults.mailbox.password_scheme") != 0)
		return false;
	if (strcasecmp(e->value, "plain") != 0 && strcasecmp(e->value, "plaintext") != 0)
		return false;
	if (!strstr(str_text(out), "\npasswords.plain ="))
		put_line(out, "passwords.plain", "yes");
	put_comment(out, e, "new passwords are hashed");
	return true;
}

/* Keys that are lists there and separated by blanks here. */
static bool
is_list(const char *key)
{
	static const char *const lists[] = { "trustedproxy.proxies[", "bruteforce.whitelist[",
		ROLES "defaultAliases[" };

	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		if (strncmp(key, lists[i], strlen(lists[i])) == 0)
			return true;
	return false;
}

/* The whole list in place of its first element. */
static void
put_list(const struct phpini *ini, const struct phpini_entry *e, struct arena *arena, struct str *out)
{
	CLEANUP(str_release) struct str list = STR_INIT;
	struct phpini_entry whole = *e;
	const char *item;

	whole.key = arena_strndup(arena, e->key, strcspn(e->key, "["));
	if (phpini_item(ini, whole.key, 0) != e->value)
		return;
	for (size_t i = 0; (item = phpini_item(ini, whole.key, i)) != NULL; i++) {
		str_add(&list, i > 0 ? " " : "");
		str_add(&list, item);
	}
	whole.value = arena_strdup(arena, str_text(&list));
	put_same(&whole, conf_key_find(whole.key), arena, out);
}

/* Lists whose items have a key each: all of them in place of the first. */
static bool
put_gathered(const struct phpini *ini, const struct phpini_entry *e, struct arena *arena, struct str *out)
{
	for (size_t i = 0; i < convert_gathered_n; i++) {
		const struct convert_gathered *g = &convert_gathered[i];
		struct phpini_entry whole = *e;
		size_t n = strlen(g->prefix), first = 0;

		if (strncmp(e->key, g->prefix, n) != 0)
			continue;
		while (strncmp(ini->at[first].key, g->prefix, n) != 0)
			first++;
		if (&ini->at[first] != e)
			return true;
		whole.key = g->key;
		whole.value = g->gather(ini, g->prefix, arena);
		put_same(&whole, conf_key_find(g->key), arena, out);
		return true;
	}
	return false;
}

/* ViMbAdmin 3 had the opposite switch, and what was not switched off was on. */
static bool
put_disabled(const struct phpini *ini, const struct phpini_entry *e, struct arena *arena, struct str *out)
{
	size_t n = strlen(e->key), end = sizeof(".disabled") - 1;
	const char *enabled;

	if (strncmp(e->key, PLUGINS, sizeof(PLUGINS) - 1) != 0 || n <= end ||
	    strcmp(e->key + n - end, ".disabled") != 0)
		return false;
	enabled = arena_printf(arena, "%.*s.enabled", (int)(n - end), e->key);
	if (!conf_key_find(enabled))
		return false;
	if (phpini_get(ini, enabled))
		put_comment(out, e, "the key enabled says it");
	else
		put_line(out, enabled, phpini_true(ini, e->key, false) ? "no" : "yes");
	return true;
}

static void
put_entry(const struct phpini *ini, const struct phpini_entry *e, struct arena *arena, struct str *out)
{
	const struct conf_key *k = conf_key_find(e->key);
	const char *reason;

	if (strncmp(e->key, CONNECTION, strlen(CONNECTION)) == 0 ||
	    strcmp(e->key, "identity.siteurl") == 0 || strcmp(e->key, "phpSettings.date.timezone") == 0)
		return;
	if (put_plain(e, out) || put_quota(ini, e, arena, out) || put_doveadm(ini, e, out) ||
	    put_gathered(ini, e, arena, out) || put_disabled(ini, e, arena, out))
		return;
	if (is_list(e->key))
		put_list(ini, e, arena, out);
	else if (k)
		put_same(e, k, arena, out);
	else if ((reason = reason_dropped(e->key)))
		put_comment(out, e, reason);
	else
		put_comment(out, e, CONVERT_UNKNOWN);
}

void
conf_convert(const struct phpini *ini, struct arena *arena, struct str *out)
{
	put_database(ini, arena, out);
	put_public_url(ini, arena, out);
	put_timezone(ini, out);
	for (size_t i = 0; i < ini->n; i++)
		put_entry(ini, &ini->at[i], arena, out);
}

/* .../application/configs/application.ini -> .../application */
static const char *
application_path(const char *path, struct arena *arena)
{
	char *real = realpath(path, NULL);
	const char *ret = real ? arena_strdup(arena, real) : "/application/configs/application.ini";
	const char *slash = NULL;

	free(real);
	for (int i = 0; i < 2 && *ret; i++) {
		slash = strrchr(ret, '/');
		ret = arena_strndup(arena, ret, slash ? (size_t)(slash - ret) : 0);
	}
	return ret;
}

enum rc
conf_read_phpini(const char *path, struct arena *arena, struct phpini *ret, struct errs *errs)
{
	const char *section = getenv("APPLICATION_ENV");
	struct phpini_source src = { .name = path, .section = section ? section : "production" };

	src.text = conf_file_text(path, errs, arena);
	if (!src.text)
		return RC_CONFIG;
	src.len = strlen(src.text);
	src.application_path = application_path(path, arena);
	return phpini_read(&src, arena, ret, errs);
}
