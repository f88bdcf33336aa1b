/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lookup files for Postfix.
 *
 * The one surprising thing: catch-alls and aliases of whole domains (@a -> @b) are not left to Postfix's own look-up of "@domain". That would give a
 * disabled mailbox's mail to the catch-all, and accept every local part of an alias domain at SMTP time only to bounce it later. Their tables are asked
 * for the whole address and answer only where that is right.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "conf/conf.h"
#include "svc/mailconf_int.h"

#define LIVE_ALIAS                                                                              \
	"FROM alias a JOIN domain d ON d.id = a.Domain_id WHERE a.active = 1 AND d.active = 1 " \
	"AND a.address = "
/* goto is one whole domain that is hosted here. %% because Postfix expands %. */
#define HOSTED_TARGET(CAT)                                                       \
	"a.goto LIKE '@%%' AND EXISTS (SELECT 1 FROM domain t WHERE " CAT("'@'", \
	    "t.domain") " = a.goto AND "                                         \
			"t.active = 1 AND t.backupmx = 0)"
/* The address looked up, and the same without +extension, so that a catch-all does not take anna+x from anna. */
#define ADDRESSES(CAT, AT)                          \
	"(lower('%s'), CASE " AT("'%u'",            \
	    "'+'") " WHEN 0 THEN lower('%s') ELSE " \
		   "lower(" CAT(CAT("substr('%u', 1, " AT("'%u'", "'+'") " - 1)", "'@'"), "'%d'") ") END)"
#define NOBODYS(CAT, AT)                                                          \
	"NOT EXISTS (SELECT 1 FROM mailbox m WHERE m.username IN " ADDRESSES(CAT, \
	    AT) ") AND "                                                          \
		"NOT EXISTS (SELECT 1 FROM alias x WHERE x.address IN " ADDRESSES(CAT, AT) ")"
#define THERE(CAT) CAT("lower('%u')", "a.goto")

#define CATCH_ALLS(CAT, AT)         \
	"SELECT a.goto " LIVE_ALIAS \
	"lower('@%d') AND NOT (" HOSTED_TARGET(CAT) ") AND " NOBODYS(CAT, AT)
#define DOMAIN_ALIASES(CAT, AT)                                                                    \
	"SELECT " THERE(CAT) " " LIVE_ALIAS "lower('@%d') AND " HOSTED_TARGET(                     \
	    CAT) " AND " NOBODYS(CAT, AT) " AND (EXISTS (SELECT 1 " LIVE_MAILBOX                   \
	THERE(CAT) ") OR "                                                                         \
		   "EXISTS (SELECT 1 FROM alias y WHERE y.active = 1 AND y.address <> y.goto AND " \
		   "y.address = " THERE(                                                           \
		       CAT) ") OR "                                                                \
			    "EXISTS (SELECT 1 FROM alias y WHERE y.active = 1 AND y.address = "    \
			    "a.goto AND NOT "                                                      \
			    "EXISTS (SELECT 1 FROM mailbox z WHERE z.username = " THERE(CAT) ")))"

/* one query for every engine, or one for each */
#define SAME(sql)             \
	{                     \
		sql, sql, sql \
	}

static const struct {
	const char *name, *purpose;
	const char *query[DB_ENGINE__MAX];
} postfix_tables[] = {
	{ "vimbadmin-domains.cf", "virtual_mailbox_domains: domains whose mail is delivered here",
	    SAME("SELECT domain FROM domain WHERE domain = lower('%s') AND active = 1 AND backupmx "
		 "= 0") },
	{ "vimbadmin-relay-domains.cf",
	    "relay_domains: domains this host is a backup MX for", SAME("SELECT domain FROM domain WHERE domain = lower('%s') AND active = 1 AND backupmx = 1") },
	{ "vimbadmin-mailboxes.cf", "virtual_mailbox_maps: who has a mailbox",
	    SAME("SELECT m.username " LIVE_MAILBOX "lower('%s')") },
	{ "vimbadmin-aliases.cf",
	    "virtual_alias_maps: aliases; a mailbox's own one only while the mailbox takes mail",
	    SAME("SELECT a.goto " LIVE_ALIAS
		 "lower('%s') AND a.address NOT LIKE '@%%' AND (a.address <> a.goto OR "
		 "EXISTS (SELECT 1 " LIVE_MAILBOX "a.goto))") },
	{ "vimbadmin-catch-alls.cf", "virtual_alias_maps: catch-alls and aliases of whole foreign domains, for what is nobody's",
	    FOR_ENGINES(CATCH_ALLS) },
	{ "vimbadmin-domain-aliases.cf",
	    "virtual_alias_maps: aliases of whole hosted domains, only for what exists there",
	    FOR_ENGINES(DOMAIN_ALIASES) },
	{ "vimbadmin-transport.cf", "transport_maps: domains with a transport of their own; `virtual` stands for virtual_transport",
	    SAME("SELECT transport FROM domain WHERE domain = lower('%s') AND active = 1 AND "
		 "transport <> 'virtual'") },
	{ "vimbadmin-sender-logins.cf", "smtpd_sender_login_maps: who may send as an address",
	    SAME("SELECT m.username " LIVE_MAILBOX "lower('%s') UNION SELECT a.goto " LIVE_ALIAS
		 "lower('%s')") },
};

static void
put_mysql_host(const struct mailconf_db *db, const struct db_url_host *h, struct str *out)
{
	const char *name = mailconf_host(db, h);
	bool v6 = strchr(name, ':');

	if (strcmp(name, "localhost") == 0 && !h->port)
		str_add(out, " localhost");
	else
		str_addf(out, " inet:%s%s%s:%u", v6 ? "[" : "", name, v6 ? "]" : "",
		    h->port ? h->port : 3306);
}

static void
put_url_part(struct str *out, const char *before, const char *text)
{
	if (!text)
		return;
	str_add(out, before);
	str_add_url(out, text);
}

/* A host, or none, as libpq's URI: only so it can be told a socket with a port, or TLS. Postfix takes commas for ends. */
static void
put_pgsql_uri(const struct mailconf_db *db, const struct db_url_host *h, struct str *out)
{
	const struct db_url *u = &db->url;
	bool v6 = h && strchr(h->name, ':');

	str_add(out, " postgresql://");
	put_url_part(out, "", u->user);
	put_url_part(out, ":", u->password);
	str_add(out, u->user ? "@" : "");
	if (h)
		str_addf(out, "%s%s%s:%u", v6 ? "[" : "", h->name, v6 ? "]" : "",
		    h->port ? h->port : 5432);
	put_url_part(out, "/", u->name);
	for (size_t i = 0; i < u->n_options; i++) {
		str_addf(out, "%c%s", i == 0 ? '?' : '&', u->options[i].key);
		put_url_part(out, "=", u->options[i].value);
	}
	/* a file to check by means to check, to the panel; to libpq only with a mode beside it */
	if (mailconf_tls(db).mode && !db_url_option(u, "sslmode"))
		str_addf(out, "&sslmode=%s", mailconf_tls(db).mode);
}

static void
put_setting(struct str *out, const char *name, const char *value)
{
	if (value)
		str_addf(out, "%s = %s\n", name, value);
}

/* Postfix asks for TLS when any of these is there; it can be told to check the server, but not to insist without checking. */
static void
put_mysql_tls(const struct mailconf_db *db, struct str *out)
{
	const struct mailconf_tls tls = mailconf_tls(db);

	if (!tls.on)
		return;
	put_setting(out, "tls_CAfile", tls.ca);
	put_setting(out, "tls_CApath", tls.ca ? NULL : MAILCONF_CA_DIR);
	put_setting(out, "tls_cert_file", tls.cert);
	put_setting(out, "tls_key_file", tls.key);
	put_setting(out, "tls_verify_cert", tls.verify ? "yes" : "no");
}

static void
put_host(const struct mailconf_db *db, const struct db_url_host *h, struct str *out)
{
	if (db->engine == DB_MYSQL)
		put_mysql_host(db, h, out);
	else
		put_pgsql_uri(db, h, out);
}

/* Where the server is: unix:/path, inet:host:port for each, or for PostgreSQL its URIs. */
static void
put_hosts(const struct mailconf_db *db, struct str *out)
{
	str_add(out, "hosts =");
	if (db->engine == DB_PGSQL && db->url.n_hosts == 0)
		put_pgsql_uri(db, NULL, out);
	else if (db->socket)
		str_addf(out, " unix:%s", db->socket);
	else if (db->url.n_hosts == 0)
		str_add(out, " localhost");
	for (size_t i = 0; i < db->url.n_hosts && !db->socket; i++)
		put_host(db, &db->url.hosts[i], out);
	str_addc(out, '\n');
}

static void
put_connection(const struct mailconf_db *db, struct str *out)
{
	if (db->engine == DB_SQLITE) {
		str_addf(out, "dbpath = %s\n", db->path);
		return;
	}
	put_hosts(db, out);
	if (db->engine == DB_MYSQL)
		str_addf(out, "user = %s\npassword = %s\n", db->url.user ? db->url.user : "",
		    db->url.password ? db->url.password : "");
	if (db->engine == DB_MYSQL)
		put_mysql_tls(db, out);
	str_addf(out, "dbname = %s\n", db->url.name);
}

/* Values go to the end of their line and lose the blanks around them. */
static enum rc
check_plain(const struct mailconf_db *db, struct errs *errs)
{
	const char *const values[] = { db->url.user, db->url.password, db->url.name };

	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		const char *v = values[i];
		size_t n = v ? strlen(v) : 0;

		if (n > 0 && (strpbrk(v, "\r\n\t") || v[0] == ' ' || v[n - 1] == ' '))
			return err_add(errs, RC_CONFIG,
			    "database", "Postfix cannot read a user, password or name that begins or ends with a blank; choose another.");
	}
	return RC_OK;
}

static const char *
postfix_main(const char *driver, const char *dir, struct arena *arena)
{
	static const struct {
		const char *setting, *tables;
	} maps[] = { { "virtual_mailbox_domains", "domains" }, { "virtual_mailbox_maps", "mailboxes" },
		{ "virtual_alias_maps", "aliases catch-alls domain-aliases" },
		{ "relay_domains", "relay-domains" }, { "transport_maps", "transport" },
		{ "smtpd_sender_login_maps", "sender-logins" } };
	CLEANUP(str_release) struct str out = STR_INIT;

	str_add(&out, "# Lines for Postfix's main.cf. Mail is handed to Dovecot over LMTP; proxy: lets chrooted services look up too.\n");
	for (size_t i = 0; i < ARRAY_LEN(maps); i++) {
		const char *comma = " ";

		str_addf(&out, "%s =", maps[i].setting);
		for (const char *t = maps[i].tables; *t; comma = ", ") {
			int n = (int)strcspn(t, " ");

			str_addf(&out, "%sproxy:%s:%s/vimbadmin-%.*s.cf", comma, driver, dir, n, t);
			t += n;
			t += strspn(t, " ");
		}
		str_addc(&out, '\n');
	}
	str_add(&out, "virtual_transport = lmtp:unix:private/dovecot-lmtp\nsmtpd_sasl_type = dovecot\nsmtpd_sasl_path = private/auth\n");
	return arena_strdup(arena, str_text(&out));
}

enum rc
mailconf_postfix(const struct conf *conf, const char *dir, struct arena *arena,
    struct mailconf *ret, struct errs *errs)
{
	const size_t n = ARRAY_LEN(postfix_tables);
	struct mailconf_file *files = arena_array(arena, n + 1, sizeof(*files));
	CLEANUP(mailconf_db_end) struct mailconf_db db;
	enum rc rc = mailconf_db_begin(conf, conf->postfix_database, &db, errs);

	if (rc != RC_OK || (rc = check_plain(&db, errs)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n; i++) {
		CLEANUP(str_release) struct str text = STR_INIT;

		str_addf(&text, "# %s\n", postfix_tables[i].purpose);
		put_connection(&db, &text);
		str_addf(&text, "query = %s\n", postfix_tables[i].query[db.engine]);
		files[i] = (struct mailconf_file){ postfix_tables[i].name,
			arena_strdup(arena, str_text(&text)), db.engine != DB_SQLITE };
	}
	files[n] = (struct mailconf_file){ "vimbadmin-main.cf",
		postfix_main(mailconf_driver(&db), dir, arena), false };
	*ret = (struct mailconf){ files, n + 1 };
	return RC_OK;
}
