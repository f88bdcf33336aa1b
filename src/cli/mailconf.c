/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lookup files for Postfix and Dovecot. They must say what the panel means: an inactive domain, mailbox or alias takes no mail and lets nobody
 * in; access restrictions hold by whole protocol names; quotas are bytes.
 *
 * The one surprising thing: catch-alls and aliases of whole domains (@a -> @b) are not left to Postfix's own look-up of "@domain". That would give a
 * disabled mailbox's mail to the catch-all, and accept every local part of an alias domain at SMTP time only to bounce it later. Their tables are asked
 * for the whole address and answer only where that is right.
 */
#include "base/base.h"

#include "cli/mailconf.h"
#include "base/arena.h"

#define DOVECOT_FILES 2

/* A mailbox that may receive: the join every lookup of mailboxes shares. */
#define LIVE_MAILBOX                                                                              \
	"FROM mailbox m JOIN domain d ON d.id = m.Domain_id WHERE m.active = 1 AND d.active = 1 " \
	"AND "                                                                                    \
	"coalesce(m.delete_pending, 0) = 0 AND m.username = "
#define LIVE_ALIAS                                                                              \
	"FROM alias a JOIN domain d ON d.id = a.Domain_id WHERE a.active = 1 AND d.active = 1 " \
	"AND a.address = "
/* goto is one whole domain that is hosted here. %% because Postfix expands %. */
#define HOSTED_TARGET                                                                              \
	"a.goto LIKE '@%%' AND EXISTS (SELECT 1 FROM domain t WHERE '@' || t.domain = a.goto AND " \
	"t.active = 1 AND "                                                                        \
	"t.backupmx = 0)"
/* The address looked up, and the same without +extension, so that a catch-all does not take anna+x from anna. */
#define ADDRESSES                                                           \
	"(lower('%s'), CASE instr('%u', '+') WHEN 0 THEN lower('%s') ELSE " \
	"lower(substr('%u', 1, instr('%u', '+') - 1) || '@%d') END)"
#define NOBODYS                                                                       \
	"NOT EXISTS (SELECT 1 FROM mailbox m WHERE m.username IN " ADDRESSES ") AND " \
	"NOT EXISTS (SELECT 1 FROM alias x WHERE x.address IN " ADDRESSES ")"
#define THERE "lower('%u') || a.goto"

static const struct {
	const char *name, *purpose, *query;
} postfix_tables[] = {
	{ "vimbadmin-domains.cf",
	    "virtual_mailbox_domains: domains whose mail is delivered here", "SELECT domain FROM domain WHERE domain = lower('%s') AND active = 1 AND backupmx = 0" },
	{ "vimbadmin-relay-domains.cf",
	    "relay_domains: domains this host is a backup MX for", "SELECT domain FROM domain WHERE domain = lower('%s') AND active = 1 AND backupmx = 1" },
	{ "vimbadmin-mailboxes.cf", "virtual_mailbox_maps: who has a mailbox",
	    "SELECT m.username " LIVE_MAILBOX "lower('%s')" },
	{ "vimbadmin-aliases.cf",
	    "virtual_alias_maps: aliases; a mailbox's own one only while the mailbox takes mail",
	    "SELECT a.goto " LIVE_ALIAS
	    "lower('%s') AND a.address NOT LIKE '@%%' AND (a.address <> a.goto OR "
	    "EXISTS (SELECT 1 " LIVE_MAILBOX "a.goto))" },
	{ "vimbadmin-catch-alls.cf", "virtual_alias_maps: catch-alls and aliases of whole foreign domains, for what is nobody's",
	    "SELECT a.goto " LIVE_ALIAS "lower('@%d') AND NOT (" HOSTED_TARGET ") AND " NOBODYS },
	{ "vimbadmin-domain-aliases.cf",
	    "virtual_alias_maps: aliases of whole hosted domains, only for what exists there",
	    "SELECT " THERE " " LIVE_ALIAS "lower('@%d') AND " HOSTED_TARGET " AND " NOBODYS
	    " AND ("
	    "EXISTS (SELECT 1 " LIVE_MAILBOX THERE ") OR "
	    "EXISTS (SELECT 1 FROM alias y WHERE y.active = 1 AND y.address <> y.goto AND "
	    "y.address = " THERE ") OR "
	    "EXISTS (SELECT 1 FROM alias y WHERE y.active = 1 AND y.address = a.goto AND NOT "
	    "EXISTS "
	    "(SELECT 1 FROM mailbox z WHERE z.username = " THERE ")))" },
	{ "vimbadmin-transport.cf", "transport_maps: domains with a transport of their own; `virtual` stands for virtual_transport",
	    "SELECT transport FROM domain WHERE domain = lower('%s') AND active = 1 AND transport "
	    "<> 'virtual'" },
	{ "vimbadmin-sender-logins.cf", "smtpd_sender_login_maps: who may send as an address",
	    "SELECT m.username " LIVE_MAILBOX "lower('%s') UNION SELECT a.goto " LIVE_ALIAS
	    "lower('%s')" },
};

/* Path of the SQLite file; the caller has made sure of the engine. */
static const char *
sqlite_path(const struct conf *conf)
{
	return conf->database + strlen("sqlite:");
}

static const char *
postfix_main(const char *dir, struct arena *arena)
{
	return arena_printf(arena,
	    "# Lines for Postfix's main.cf. Mail is handed to Dovecot over LMTP; proxy: lets "
	    "chrooted services look up too.\n"
	    "virtual_mailbox_domains = proxy:sqlite:%s/vimbadmin-domains.cf\n"
	    "virtual_mailbox_maps = proxy:sqlite:%s/vimbadmin-mailboxes.cf\n"
	    "virtual_alias_maps = proxy:sqlite:%s/vimbadmin-aliases.cf, "
	    "proxy:sqlite:%s/vimbadmin-catch-alls.cf, "
	    "proxy:sqlite:%s/vimbadmin-domain-aliases.cf\n"
	    "relay_domains = proxy:sqlite:%s/vimbadmin-relay-domains.cf\n"
	    "transport_maps = proxy:sqlite:%s/vimbadmin-transport.cf\n"
	    "smtpd_sender_login_maps = proxy:sqlite:%s/vimbadmin-sender-logins.cf\n"
	    "virtual_transport = lmtp:unix:private/dovecot-lmtp\n"
	    "smtpd_sasl_type = dovecot\n"
	    "smtpd_sasl_path = private/auth\n",
	    dir, dir, dir, dir, dir, dir, dir, dir);
}

size_t
mailconf_postfix(const struct conf *conf, const char *dir, struct arena *arena,
    const struct mailconf_file **ret)
{
	const size_t n = ARRAY_LEN(postfix_tables);
	struct mailconf_file *files = arena_array(arena, n + 1, sizeof(*files));

	for (size_t i = 0; i < n; i++) {
		files[i].name = postfix_tables[i].name;
		files[i].text = arena_printf(arena, "# %s\ndbpath = %s\nquery = %s\n",
		    postfix_tables[i].purpose, sqlite_path(conf), postfix_tables[i].query);
	}
	files[n].name = "vimbadmin-main.cf";
	files[n].text = postfix_main(dir, arena);
	*ret = files;
	return n + 1;
}

/*
 * Dovecot's service names are imap, pop3, sieve, lmtp, and smtp or submission; the stored names are SMTP, IMAP, POP3, SIEVE. Only the
 * password query asks: the user query must find inactive accounts too (doveadm works on them).
 */
static const char *
dovecot_sql(const struct conf *conf, struct arena *arena)
{
	return arena_printf(arena,
	    "# Dovecot 2.3: passdb and userdb from the panel's database.\n"
	    "driver = sqlite\n"
	    "connect = %s\n"
	    "default_pass_scheme = CRYPT\n"
	    "password_query = SELECT m.username AS user, m.password AS password, '*:bytes=' || "
	    "m.quota AS userdb_quota_rule " LIVE_MAILBOX
	    "'%%Lu' AND (m.access_restriction = 'ALL' OR instr(',' || m.access_restriction || ',', "
	    "',' || CASE '%%Us' WHEN 'SUBMISSION' THEN 'SMTP' ELSE '%%Us' END || ',') > 0)\n"
	    "user_query = SELECT m.username AS user, '*:bytes=' || m.quota AS quota_rule FROM "
	    "mailbox m WHERE m.username = '%%Lu'\n"
	    "iterate_query = SELECT username AS user FROM mailbox\n",
	    sqlite_path(conf));
}

static const char *
dovecot_conf(const struct conf *conf, const char *dir, struct arena *arena)
{
	return arena_printf(arena,
	    "# Dovecot 2.3: include this from dovecot.conf or place it in conf.d.\n"
	    "auth_username_format = %%Lu\n"
	    "mail_uid = %s\n"
	    "mail_gid = %s\n"
	    "mail_home = %s\n"
	    "mail_location = maildir:~/Maildir\n"
	    "passdb {\n  driver = sql\n  args = %s/vimbadmin-sql.conf.ext\n}\n"
	    "userdb {\n  driver = prefetch\n}\n"
	    "userdb {\n  driver = sql\n  args = %s/vimbadmin-sql.conf.ext\n}\n"
	    "mail_plugins = $mail_plugins quota\n"
	    "protocol imap {\n  mail_plugins = $mail_plugins imap_quota\n}\n"
	    "plugin {\n  quota = count:User quota\n  quota_vsizes = yes\n  quota_exceeded_message "
	    "= Mailbox is full\n}\n",
	    conf->mail_uid, conf->mail_gid, conf->mail_home, dir, dir);
}

size_t
mailconf_dovecot(const struct conf *conf, const char *dir, struct arena *arena,
    const struct mailconf_file **ret)
{
	struct mailconf_file *files = arena_array(arena, DOVECOT_FILES, sizeof(*files));

	files[0] = (struct mailconf_file){ "vimbadmin-sql.conf.ext", dovecot_sql(conf, arena) };
	files[1] = (struct mailconf_file){ "vimbadmin-dovecot.conf", dovecot_conf(conf, dir, arena) };
	*ret = files;
	return DOVECOT_FILES;
}
