/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files for Dovecot, in the two languages it speaks: 2.3 (a main file and two for its SQL drivers) and 2.4 (one file). Passwords, quotas, who may
 * sign in by which protocol; and back into the database what Dovecot alone knows: how full a mailbox is (quota_clone) and when it was last read.
 *
 * The surprising thing: only the password query asks whether the account is alive. The user query must find every mailbox, since doveadm works on
 * inactive ones too; mail to them is refused by Postfix.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "conf/conf.h"
#include "conf/plugins.h"
#include "svc/mailconf_int.h"

#include <grp.h>
#include <sys/stat.h>

/*
 * Dovecot's service names are imap, pop3, sieve, lmtp, and smtp or submission; the stored names are those of the configuration, in capitals. Who may
 * use SMTP may use SUBMISSION, unless the operator tells the two apart. PROTOCOL is the variable of the version, SERVICE what it is looked up as.
 */
#define AS_IT_IS(PROTOCOL) "'" PROTOCOL "'"
#define AS_SMTP(PROTOCOL) \
	"CASE '" PROTOCOL "' WHEN 'SUBMISSION' THEN 'SMTP' ELSE '" PROTOCOL "' END"
#define MAY_USE(CAT, AT, SERVICE)                                                              \
	"(m.access_restriction = 'ALL' OR " AT(CAT(CAT("','", "m.access_restriction"), "','"), \
	    CAT(CAT("','", SERVICE), "','")) " > 0)"

/* Below 0 Dovecot would refuse it, and with it the mailbox. */
#define QUOTA "CASE WHEN m.quota > 0 THEN m.quota ELSE 0 END"

#define PASSWORD_23(CAT, AT, SERVICE)                                           \
	"SELECT m.username AS user, m.password AS password, " CAT("'*:bytes='", \
	    QUOTA) " AS userdb_quota_rule " LIVE_MAILBOX "'%Lu' AND " MAY_USE(CAT, AT, SERVICE("%Us"))
#define USER_23(CAT, AT)                                \
	"SELECT m.username AS user, " CAT("'*:bytes='", \
	    QUOTA) " AS quota_rule FROM mailbox m WHERE m.username = '%Lu'"

#define PASSWORD_24(CAT, AT, SERVICE)                                    \
	"SELECT m.username AS user, m.password AS password, " CAT(QUOTA, \
	    "'B'") " AS userdb_quota_storage_size " LIVE_MAILBOX         \
		   "'%{user | lower}' AND " MAY_USE(CAT, AT, SERVICE("%{protocol | upper}"))
#define USER_24(CAT, AT)                         \
	"SELECT m.username AS user, " CAT(QUOTA, \
	    "'B'") " AS quota_storage_size FROM mailbox m WHERE m.username = '%{user | lower}'"

#define SMTP_23(CAT, AT) PASSWORD_23(CAT, AT, AS_SMTP)
#define APART_23(CAT, AT) PASSWORD_23(CAT, AT, AS_IT_IS)
#define SMTP_24(CAT, AT) PASSWORD_24(CAT, AT, AS_SMTP)
#define APART_24(CAT, AT) PASSWORD_24(CAT, AT, AS_IT_IS)

/* The second of the two is for operators who have SUBMISSION as a service of its own. */
static const char *const password_23[2][3] = { FOR_ENGINES(SMTP_23), FOR_ENGINES(APART_23) };
static const char *const password_24[2][3] = { FOR_ENGINES(SMTP_24), FOR_ENGINES(APART_24) };
static const char *const user_23[] = FOR_ENGINES(USER_23), *const user_24[] = FOR_ENGINES(USER_24);
#define ITERATE "SELECT username AS user FROM mailbox"

/* What Dovecot writes: key of its dictionary, table, column. */
static const struct {
	const char *key, *table, *column;
	bool by_user; /* the key names the user itself; else it is the session's */
} maps[] = {
	{ "priv/quota/storage", "dovecot_quota", "bytes", false },
	{ "priv/quota/messages", "dovecot_quota", "messages", false },
	{ "shared/last-login/$user", "dovecot_last_login", "last_login", true },
};

/* Are SMTP and SUBMISSION two services? */
static int
apart(const struct conf *conf)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
	size_t n;
	const struct conf_service_type *types = conf_access_types(conf, arena, &n);

	for (size_t i = 0; i < n; i++)
		if (strcmp(types[i].name, "SUBMISSION") == 0)
			return 1;
	return 0;
}

/* The dict process writes; of an SQLite file it has to be in the group. */
static void
put_dict_service(const struct conf *conf, const struct mailconf_db *db, struct str *out)
{
	char names[1024];
	struct group group, *found = NULL;
	struct stat st;

	str_add(out, "service dict {\n");
	if (db->engine == DB_SQLITE && stat(db->path, &st) == 0 && st.st_gid != 0)
		(void)getgrgid_r(st.st_gid, &group, names, sizeof(names), &found);
	if (found)
		str_addf(out, "  extra_groups = %s\n", found->gr_name);
	else if (db->engine == DB_SQLITE)
		str_add(out, "  user = root\n");
	str_addf(out, "  unix_listener dict {\n    mode = 0600\n    user = %s\n  }\n}\n",
	    conf->mail_uid);
}

/* ---- 2.3 ---- */

static void
put_option_23(struct str *out, const char *name, const char *value)
{
	if (value)
		str_addf(out, " %s=%s", name, value);
}

/* For MariaDB, 2.3 speaks TLS when it has something to check by; for PostgreSQL the words are libpq's. */
static void
put_tls_23(const struct mailconf_db *db, struct str *out)
{
	const struct mailconf_tls tls = mailconf_tls(db);

	if (db->engine == DB_PGSQL) {
		put_option_23(out, "sslmode", tls.mode);
		put_option_23(out, "sslrootcert", tls.ca);
		put_option_23(out, "sslcert", tls.cert);
		put_option_23(out, "sslkey", tls.key);
	} else if (tls.on) {
		put_option_23(out, "ssl_ca", tls.ca);
		put_option_23(out, "ssl_ca_path", tls.ca ? NULL : MAILCONF_CA_DIR);
		put_option_23(out, "ssl_cert", tls.cert);
		put_option_23(out, "ssl_key", tls.key);
		put_option_23(out, "ssl_verify_server_cert", tls.verify ? "yes" : "no");
	}
}

/* connect = host=... user=...: split at blanks, with no way to quote one. */
static enum rc
put_connect_23(const struct mailconf_db *db, struct str *out, struct errs *errs)
{
	const struct db_url *u = &db->url;
	const struct mailconf_tls tls = mailconf_tls(db);
	const char *const values[] = { u->user, u->password, u->name, tls.ca, tls.cert, tls.key };

	if (db->engine == DB_SQLITE) {
		str_addf(out, "connect = %s\n", db->path);
		return RC_OK;
	}
	for (size_t i = 0; i < ARRAY_LEN(values); i++)
		if (values[i] && strpbrk(values[i], " \t\r\n\"'\\#"))
			return err_add(errs, RC_CONFIG,
			    "database", "Dovecot 2.3 cannot read a user, password, name or file with blanks, quotes, backslash or #; choose another.");
	str_addf(out, "connect = host=%s",
	    db->socket       ? db->socket
		: u->n_hosts ? mailconf_host(db, &u->hosts[0])
			     : "localhost");
	if (!db->socket && u->n_hosts && u->hosts[0].port)
		str_addf(out, " port=%u", u->hosts[0].port);
	if (db->socket_port)
		str_addf(out, " port=%s", db->socket_port);
	str_addf(out, " dbname=%s", u->name);
	if (u->user)
		str_addf(out, " user=%s", u->user);
	if (u->password)
		str_addf(out, " password=%s", u->password);
	put_tls_23(db, out);
	str_addc(out, '\n');
	return RC_OK;
}

static enum rc
put_sql_23(const struct conf *conf, const struct mailconf_db *db, struct str *out, struct errs *errs)
{
	enum rc rc;

	str_addf(out, "# Dovecot 2.3: passdb and userdb from the panel's database.\ndriver = %s\n",
	    mailconf_driver(db));
	if ((rc = put_connect_23(db, out, errs)) != RC_OK)
		return rc;
	str_addf(out, "default_pass_scheme = CRYPT\npassword_query = %s\nuser_query = %s\niterate_query = " ITERATE "\n",
	    password_23[apart(conf)][db->engine], user_23[db->engine]);
	return RC_OK;
}

static enum rc
put_dict_23(const struct mailconf_db *db, struct str *out, struct errs *errs)
{
	enum rc rc;

	str_add(out, "# Dovecot 2.3: what it writes into the panel's database.\n");
	if ((rc = put_connect_23(db, out, errs)) != RC_OK)
		return rc;
	for (size_t i = 0; i < ARRAY_LEN(maps); i++) {
		str_addf(out, "map {\n  pattern = %s\n  table = %s\n  value_field = %s\n",
		    maps[i].key, maps[i].table, maps[i].column);
		if (maps[i].by_user)
			str_add(out, "  value_type = uint\n  fields {\n    username = $user\n  }\n}\n");
		else
			str_add(out, "  username_field = username\n  value_type = uint\n}\n");
	}
	return RC_OK;
}

static void
put_main_23(const struct conf *conf, const struct mailconf_db *dict, const char *dir, struct str *out)
{
	str_addf(out,
	    "# Dovecot 2.3: include this from dovecot.conf or place it in conf.d.\n"
	    "auth_username_format = %%Lu\nmail_uid = %s\nmail_gid = %s\nmail_home = "
	    "%s\nmail_location = maildir:~/Maildir\n"
	    "passdb {\n  driver = sql\n  args = %s/vimbadmin-sql.conf.ext\n}\n"
	    "userdb {\n  driver = prefetch\n}\n"
	    "userdb {\n  driver = sql\n  args = %s/vimbadmin-sql.conf.ext\n}\n",
	    conf->mail_uid, conf->mail_gid, conf->mail_home, dir, dir);
	str_addf(out, "dict {\n  vimbadmin = %s:%s/vimbadmin-dict.conf.ext\n}\n",
	    mailconf_driver(dict), dir);
	put_dict_service(conf, dict, out);
	str_add(out,
	    "mail_plugins = $mail_plugins quota quota_clone\n"
	    "protocol imap {\n  mail_plugins = $mail_plugins imap_quota last_login\n}\n"
	    "protocol pop3 {\n  mail_plugins = $mail_plugins last_login\n}\n"
	    "plugin {\n  quota = count:User quota\n  quota_vsizes = yes\n  quota_grace = 0\n"
	    "  quota_exceeded_message = Mailbox is full\n"
	    "  quota_clone_dict = proxy:dict:vimbadmin\n"
	    "  last_login_dict = proxy:dict:vimbadmin\n  last_login_key = last-login/%u\n}\n");
}

/* ---- 2.4 ---- */

/* In quotes; % would begin a variable. */
static void
put_quoted(struct str *out, const char *text)
{
	str_addc(out, '"');
	for (; text && *text; text++) {
		if (strchr("\\\"%", *text))
			str_addc(out, *text == '%' ? '%' : '\\');
		str_addc(out, *text);
	}
	str_addc(out, '"');
}

static void
put_parameter(struct str *out, const char *indent, const char *name, const char *value)
{
	if (!value)
		return;
	str_addf(out, "%s%s = ", indent, name);
	put_quoted(out, value);
	str_addc(out, '\n');
}

static void
put_tls_24(const struct mailconf_db *db, const char *indent, struct str *out)
{
	const struct mailconf_tls tls = mailconf_tls(db);

	if (db->engine == DB_PGSQL) {
		put_parameter(out, indent, "sslmode", tls.mode);
		put_parameter(out, indent, "sslrootcert", tls.ca);
		put_parameter(out, indent, "sslcert", tls.cert);
		put_parameter(out, indent, "sslkey", tls.key);
	} else if (tls.on) {
		str_addf(out, "%sssl = yes\n", indent);
		put_parameter(out, indent, "ssl_client_ca_file", tls.ca);
		put_parameter(out, indent, "ssl_client_ca_dir", tls.ca ? NULL : MAILCONF_CA_DIR);
		put_parameter(out, indent, "ssl_client_cert_file", tls.cert);
		put_parameter(out, indent, "ssl_client_key_file", tls.key);
		str_addf(out, "%sssl_client_require_valid_cert = %s\n", indent,
		    tls.verify ? "yes" : "no");
	}
}

static void
put_server_24(const struct mailconf_db *db, const char *indent, struct str *out)
{
	const struct db_url *u = &db->url;
	const char *host = db->socket ? db->socket
	    : u->n_hosts              ? mailconf_host(db, &u->hosts[0])
				      : "localhost";
	unsigned port = !db->socket && u->n_hosts ? u->hosts[0].port : 0;
	bool pgsql = db->engine == DB_PGSQL;
	const char *deeper = pgsql ? "      " : "    ";

	str_addf(out, "%ssql_driver = %s\n", indent, mailconf_driver(db));
	if (db->engine == DB_SQLITE) {
		str_addf(out, "%ssqlite_path = %s\n", indent, db->path);
		return;
	}
	str_addf(out, "%s%s %s {\n", indent, mailconf_driver(db), host);
	if (pgsql)
		str_addf(out, "%s  parameters {\n", indent);
	if (port)
		str_addf(out, "%s%s = %u\n", deeper, "port", port);
	if (db->socket_port)
		str_addf(out, "%sport = %s\n", deeper, db->socket_port);
	put_parameter(out, deeper, "user", u->user);
	put_parameter(out, deeper, "password", u->password);
	put_parameter(out, deeper, "dbname", u->name);
	put_tls_24(db, deeper, out);
	str_addf(out, pgsql ? "%s  }\n%s}\n" : "%.0s%s}\n", indent, indent);
}

static void
put_dict_24(const struct conf *conf, const struct mailconf_db *db, struct str *out)
{
	str_add(out, "dict_server {\n  dict vimbadmin {\n    driver = sql\n");
	put_server_24(db, "    ", out);
	for (size_t i = 0; i < ARRAY_LEN(maps); i++) {
		str_addf(out, "    dict_map %s {\n      sql_table = %s\n", maps[i].key, maps[i].table);
		if (maps[i].by_user)
			str_add(out, "      key_field username {\n        value = $user\n      }\n");
		else
			str_add(out, "      username_field = username\n");
		str_addf(out, "      value_field %s {\n        type = uint\n      }\n    }\n",
		    maps[i].column);
	}
	str_add(out, "  }\n}\n");
	put_dict_service(conf, db, out);
	str_add(out,
	    "quota_clone {\n  dict proxy {\n    name = vimbadmin\n  }\n}\n"
	    "last_login {\n  dict proxy {\n    name = vimbadmin\n  }\n}\nlast_login_key = "
	    "last-login/%{user}\n");
}

/* %d and %n of mail.home are those of 2.3. */
static void
put_home_24(const char *home, struct str *out)
{
	for (; *home; home++) {
		if (*home == '%' && home[1] == 'd')
			str_add(out, "%{user | domain}");
		else if (*home == '%' && home[1] == 'n')
			str_add(out, "%{user | username}");
		else if (*home == '%' && home[1] == 'u')
			str_add(out, "%{user}");
		else {
			str_addc(out, *home);
			continue;
		}
		home++;
	}
}

static void
put_main_24(const struct conf *conf, const struct mailconf_db *db, const struct mailconf_db *dict,
    struct str *out)
{
	str_addf(out,
	    "# Dovecot 2.4: include this from dovecot.conf or place it in conf.d.\n"
	    "auth_username_format = %%{user | lower}\nmail_uid = %s\nmail_gid = %s\nmail_driver = "
	    "maildir\nmail_path = ~/Maildir\nmail_home = ",
	    conf->mail_uid, conf->mail_gid);
	put_home_24(conf->mail_home, out);
	str_addc(out, '\n');
	put_server_24(db, "", out);
	str_addf(out,
	    "passdb sql {\n  default_password_scheme = CRYPT\n  query = %s\n}\n"
	    "userdb prefetch {\n}\nuserdb sql {\n  query = %s\n  iterate_query = " ITERATE "\n}\n",
	    password_24[apart(conf)][db->engine], user_24[db->engine]);
	str_add(out,
	    "mail_plugins {\n  quota = yes\n  quota_clone = yes\n}\n"
	    "protocol imap {\n  mail_plugins {\n    imap_quota = yes\n    last_login = yes\n  "
	    "}\n}\n"
	    "protocol pop3 {\n  mail_plugins {\n    last_login = yes\n  }\n}\n"
	    "quota \"User quota\" {\n  driver = count\n}\n"
	    "quota_exceeded_message = Mailbox is full\nquota_storage_grace = 0\n");
	put_dict_24(conf, dict, out);
}

enum rc
mailconf_dovecot(const struct conf *conf, const char *dir, struct arena *arena,
    struct mailconf *ret, struct errs *errs)
{
	static const char *const names[] = { "vimbadmin-sql.conf.ext", "vimbadmin-dict.conf.ext",
		"vimbadmin-dovecot.conf", "vimbadmin-dovecot-2.4.conf" };
	struct mailconf_file *files = arena_array(arena, ARRAY_LEN(names), sizeof(*files));
	CLEANUP(mailconf_db_end) struct mailconf_db db = { 0 };
	CLEANUP(mailconf_db_end) struct mailconf_db dict = { 0 };
	struct str text[ARRAY_LEN(names)] = { 0 };
	enum rc rc;

	if ((rc = mailconf_db_begin(conf, conf->dovecot_database, &db, errs)) != RC_OK ||
	    (rc = mailconf_db_begin(conf, conf->dict_database, &dict, errs)) != RC_OK)
		return rc;
	if ((rc = put_sql_23(conf, &db, &text[0], errs)) == RC_OK)
		rc = put_dict_23(&dict, &text[1], errs);
	put_main_23(conf, &dict, dir, &text[2]);
	put_main_24(conf, &db, &dict, &text[3]);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		files[i] = (struct mailconf_file){ names[i],
			arena_strdup(arena, str_text(&text[i])), db.engine != DB_SQLITE && i != 2 };
		str_release(&text[i]);
	}
	*ret = (struct mailconf){ files, ARRAY_LEN(names) };
	return rc;
}
