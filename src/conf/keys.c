/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * THE table of configuration keys: one row per member of struct conf, in the same order. The C type
 * is derived from the member; name, default, bounds, flags and the sentence of the manual stand
 * beside it, and nothing about a key stands anywhere else.
 *
 * Names are those of the PHP fork's application.ini where the meaning is the same, so that a file
 * can be carried over line by line.
 */
#include "base/base.h"

#include "base/net.h"
#include "conf/conf_int.h"
#include "conf/plugins.h"

#define KEY_TYPE_OF(m) \
	_Generic((m), bool: KEY_BOOL, int64_t: KEY_INT, const char *: KEY_TEXT, enum pw_scheme: KEY_SCHEME)
#define KEY(m, outside, ...)                                            \
	{                                                               \
		.name = (outside), .off = offsetof(struct conf, m),     \
		.type = KEY_TYPE_OF(((struct conf *)0)->m), __VA_ARGS__ \
	}

/* clang-format off */
/* What the settings mail says of one service. */
#define SERVICE(part, what, host_, user_, crypt_, port_)                                                        \
	KEY(mail.part.enabled, "server." #part ".enabled", .def = "no", .flags = KEY_RELOAD,                    \
	    .doc = "Tell of " what " in the mail with a mailbox's settings."),                                  \
	KEY(mail.part.host, "server." #part ".host", .def = host_, .max = 255, .flags = KEY_RELOAD,             \
	    .check = conf_check_mail_value,                                                                     \
	    .doc = "Where: %m is the address, %u its local part, %d its domain, %atmail as in the PHP program."), \
	KEY(mail.part.user, "server." #part ".user", .def = user_, .max = 255, .flags = KEY_RELOAD,             \
	    .check = conf_check_mail_value, .doc = "Name to sign in with there."),                              \
	KEY(mail.part.crypt, "server." #part ".crypt", .def = crypt_, .max = 32, .flags = KEY_RELOAD,           \
	    .check = conf_check_mail_value, .doc = "Encryption in the words of mail programs; empty: not said."), \
	KEY(mail.part.port, "server." #part ".port", .def = port_, .max = 65535, .flags = KEY_RELOAD,           \
	    .doc = "Port; 0: not said.")

const struct conf_key conf_keys[] = {
	/* where */
	KEY(database, "database", .def = "sqlite:/var/lib/vimbadmin/vimbadmin.db", .min = 1, .flags = KEY_SECRET | KEY_RELOAD,
	    .check = conf_check_database,
	    .doc = "The database: sqlite:/path, mysql://user:password@host:port/name or postgresql://user:password@host:port/name."),
	KEY(listen, "listen", .def = "127.0.0.1:8080", .min = 1, .flags = KEY_RELOAD, .check = conf_check_listen,
	    .doc = "Where to listen, blank-separated: 127.0.0.1:8080, [::1]:8080, unix:/run/vimbadmin/http.sock. "
	           "Sockets handed over by systemd take its place."),
	KEY(public_url, "public_url", .def = "", .flags = KEY_RELOAD, .check = conf_check_public_url,
	    .doc = "The address people type: http(s)://host[:port][/base]. Links, cookies and the check of the Origin header "
	           "come from it. With a /base the panel is below that path of its host. Empty: http:// and the first address listened on."),
	KEY(prefix, "http.prefix", .def = "either", .max = 16, .flags = KEY_RELOAD, .check = conf_check_prefix,
	    .doc = "What the proxy does with the path of public_url: kept (it sends it on), stripped (it takes it off), or either: both are answered. "
	           "Say which where the proxy has rules for single paths, which could be gone round by the other spelling."),
	KEY(hosts, "hosts", .def = "", .flags = KEY_RELOAD, .check = conf_check_hosts,
	    .doc = "Further host names that are answered, blank-separated; requests for any other host are refused."),
	KEY(hsts_subdomains, "http.hsts_subdomains", .def = "yes", .flags = KEY_RELOAD,
	    .doc = "With an https public_url browsers are told to use nothing but https for its host for a year (HSTS), and for the hosts below it: "
	           "whose panel is at example.com itself and who has hosts below that speak http only sets no."),
	KEY(user, "user", .def = "", .max = 64, .check = conf_check_word,
	    .doc = "Started as root, serve changes to this user once it listens. Empty: it stays who it is."),
	KEY(group, "group", .def = "", .max = 64, .check = conf_check_word,
	    .doc = "... and to this group. Empty: the user's own."),
	KEY(log_level, "log_level", .def = "info", .flags = KEY_RELOAD, .check = conf_check_level,
	    .doc = "The most detailed level that is logged: error, warn, info or debug."),
	KEY(language, "language", .def = "en", .flags = KEY_RELOAD, .check = conf_check_language,
	    .doc = "Language where nobody says another: of pages when the browser wants none that is here, and of mails to the owners of mailboxes and "
	           "to administrators who chose none. en, de, nl or fr. Commands, the API and the log are always in English."),
	KEY(timezone, "timezone", .def = "", .flags = KEY_RELOAD, .check = conf_check_timezone,
	    .doc = "Time zone of the dates in the database, such as Europe/Berlin. Empty: the system's. "
	           "Keep it at what the PHP program used."),
	/* secrets */
	KEY(securitysalt, "securitysalt", .def = "", .flags = KEY_SECRET | KEY_KEEPER | KEY_RELOAD,
	    .doc = "Secret that the second factors are sealed with; at least 32 characters, from `vimbadmin salt generate`. "
	           "Without it, or with a value out of some example, serve refuses to start. Losing it loses the second factors."),
	KEY(securitysalt_old, "securitysalt.old", .def = "", .flags = KEY_SECRET | KEY_KEEPER | KEY_RELOAD,
	    .doc = "The securitysalt before the one in force: what it sealed still opens, and is sealed anew when it is used, or at once by "
	           "`vimbadmin admin reseal-2fa`."),
	KEY(web_key, "web.key", .def = "", .flags = KEY_SECRET | KEY_MADE,
	    .doc = "Made of securitysalt by the master, for what web processes sign. Nobody writes it."),
	/* limits */
	KEY(web_threads, "web.threads", .def = "0", .max = 256, .flags = KEY_RELOAD,
	    .doc = "Threads of each web process; 0 = two per processor, at least 8 and at most 32."),
	KEY(web_processes, "web.processes", .def = "1", .min = 1, .max = 32, .flags = KEY_RELOAD,
	    .doc = "Web processes side by side; one is enough unless a crash must not cost any request of others."),
	KEY(max_connections, "http.max_connections", .def = "1024", .min = 8, .max = 100000, .flags = KEY_RELOAD,
	    .doc = "Connections kept open at the same time, per web process."),
	KEY(max_connections_per_source, "http.max_connections_per_source", .def = "256", .min = 1, .max = 100000,
	    .flags = KEY_RELOAD, .doc = "Of these, at most so many from one address (IPv6: from one /64 network)."),
	KEY(db_pool, "db.pool", .def = "8", .min = 1, .max = 256, .flags = KEY_RELOAD,
	    .doc = "Database connections per process; a web process opens all of them when it starts."),
	KEY(db_statement_ms, "db.statement_ms", .def = "5000", .min = 100, .max = 600000, .flags = KEY_RELOAD,
	    .doc = "Longest run of one database statement, in milliseconds."),
	KEY(db_lock_ms, "db.lock_ms", .def = "3000", .min = 10, .max = 600000, .flags = KEY_RELOAD,
	    .doc = "Longest wait for a lock in the database, in milliseconds."),
	KEY(hash_tickets, "hash.tickets", .def = "0", .max = 64, .flags = KEY_RELOAD,
	    .doc = "Password hashes computed at the same time, per process; 0 = one less than there are processors, so that a flood of wrong passwords "
	           "leaves one to pages. Others wait their turn, as long as there are threads left for those who want something else."),
	KEY(body_limit, "http.body_limit", .as = KEY_AS_BYTES, .def = "1 MB", .min = 1024, .max = INT64_C(64) << 20,
	    .flags = KEY_RELOAD, .doc = "Largest request body; most pages take far less."),
	KEY(upload_limit, "http.upload_limit", .as = KEY_AS_BYTES, .def = "16 MB", .min = 1024, .max = INT64_C(64) << 20,
	    .flags = KEY_RELOAD, .doc = "Largest file that can be sent for an import, which takes about five times as much memory."),
	/* defaults of forms */
	KEY(domain_quota, "defaults.domain.quota", .as = KEY_AS_BYTES, .def = "0", .flags = KEY_RELOAD,
	    .doc = "Quota of a new mailbox in a new domain; 0 = unlimited. Plain numbers are bytes; units B to PB."),
	KEY(domain_maxquota, "defaults.domain.maxquota", .as = KEY_AS_BYTES, .def = "0", .flags = KEY_RELOAD,
	    .doc = "Largest quota that a mailbox of a new domain may have; 0 = unlimited."),
	KEY(domain_aliases, "defaults.domain.aliases", .def = "0", .max = INT32_MAX, .flags = KEY_RELOAD,
	    .doc = "Aliases allowed in a new domain; 0 = unlimited."),
	KEY(domain_mailboxes, "defaults.domain.mailboxes", .def = "0", .max = INT32_MAX, .flags = KEY_RELOAD,
	    .doc = "Mailboxes allowed in a new domain; 0 = unlimited."),
	KEY(domain_transport, "defaults.domain.transport", .def = "virtual", .min = 1, .max = 255, .flags = KEY_RELOAD,
	    .check = conf_check_word, .doc = "Postfix transport of a new domain."),
	KEY(quota_multiplier, "defaults.quota.multiplier", .as = KEY_AS_UNIT, .def = "MB", .flags = KEY_RELOAD,
	    .doc = "Unit that a bare number in a quota field of the panel stands for: B, KB, MB, GB or TB."),
	KEY(mailbox_min_password, "defaults.mailbox.min_password_length", .def = "8", .min = 1, .max = 72,
	    .flags = KEY_RELOAD, .doc = "Shortest password of a mailbox, in characters."),
	KEY(admin_min_password, "admin.min_password_length", .def = "8", .min = 6, .max = 72, .flags = KEY_RELOAD,
	    .doc = "Shortest password of an administrator, in characters."),
	KEY(min_strength, "password.min_strength", .def = "0", .max = 4, .flags = KEY_RELOAD,
	    .doc = "How hard a new password must be to guess, as the panel's meter shows it (zxcvbn): 1 very weak, 2 weak, 3 good, 4 strong; "
	           "0 = no more than is always asked for: some length, and not among the first that anybody would try."),
	KEY(breached_file, "password.breached_file", .def = "", .max = 1000, .flags = KEY_RELOAD, .check = conf_check_file,
	    .doc = "File of passwords that were stolen elsewhere, which nobody may choose: SHA-1 in hex, one a line, sorted, a colon and a count behind it or not, as "
	           "Have I Been Pwned gives it out; of any size. It is mapped when a process starts: put a new one in its place by renaming, then reload. While it cannot be "
	           "read, no password is set. Empty: none is looked up."),
	KEY(mailbox_scheme, "defaults.mailbox.password_scheme", .def = "BLF-CRYPT", .flags = KEY_RELOAD,
	    .doc = "How mailbox passwords are hashed: BLF-CRYPT, SHA512-CRYPT, SHA256-CRYPT or ARGON2ID; `dovecot:` may stand in front."),
	KEY(mailbox_cost, "defaults.mailbox.hash_cost", .def = "0", .max = 999999999, .flags = KEY_RELOAD,
	    .doc = "Cost of that hash: bcrypt cost (4 to 20), rounds (1000 to 5000000) or Argon2id passes (1 to 10); 0 = the scheme's default."),
	KEY(admin_scheme, "resources.auth.oss.pwhash", .def = "argon2id", .flags = KEY_RELOAD,
	    .expect = "argon2id or bcrypt",
	    .doc = "How administrators' passwords are hashed: argon2id, or bcrypt to keep the way back to the PHP program open."),
	KEY(admin_cost, "resources.auth.oss.hash_cost", .def = "0", .max = 999999999, .flags = KEY_RELOAD,
	    .doc = "Cost of that hash, as above; 0 = the scheme's default."),
	KEY(old_salt, "defaults.mailbox.password_salt", .def = "", .flags = KEY_SECRET | KEY_RELOAD,
	    .doc = "Salt of the MD5 and SHA-1 hashes that ViMbAdmin 3 stored with pwhash or password_scheme md5-salted or sha1-salted; "
	           "needed only to let their owners in."),
	KEY(old_plain, "passwords.plain", .def = "no", .flags = KEY_RELOAD,
	    .doc = "Whether a stored value that looks like no hash is the password itself, as ViMbAdmin kept them with pwhash = plain; "
	           "needed only to let their owners in."),
	KEY(auto_aliases, "vimbadmin_plugins.MailboxAutomaticAliases.enabled", .def = "no", .flags = KEY_RELOAD,
	    .doc = "Make the addresses that every domain should have (RFC 2142) with its first mailbox or alias, and keep them."),
	KEY(auto_names, "vimbadmin_plugins.MailboxAutomaticAliases.defaultAliases", .def = "postmaster abuse info hostmaster webmaster",
	    .flags = KEY_RELOAD, .check = conf_check_roles,
	    .doc = "Which addresses: the parts before the @, blank-separated."),
	KEY(auto_mapping, "vimbadmin_plugins.MailboxAutomaticAliases.defaultMapping", .def = "", .flags = KEY_RELOAD,
	    .check = conf_check_role_mapping,
	    .doc = "Where they lead: local=target, blank-separated; * stands for all others. A target without @ is in the domain, "
	           "@elsewhere.example is the same local part there. Without one: the mailbox or alias that was saved."),
	KEY(access_on, "vimbadmin_plugins.AccessPermissions.enabled", .def = "yes", .flags = KEY_RELOAD,
	    .doc = "Offer to restrict a mailbox to some services. Without it nothing is asked, and what is restricted stays so."),
	KEY(access_types, "vimbadmin_plugins.AccessPermissions.type", .def = "SMTP, IMAP, POP3, SIEVE", .min = 1, .flags = KEY_RELOAD,
	    .check = conf_check_access_types,
	    .doc = "Which services, comma-separated, in capital letters as Dovecot names them, with what people read after an = where that differs: "
	           "SMTP=Sending mail, IMAP. SMTP also stands for Dovecot's submission, unless SUBMISSION is in the list."),
	KEY(info_on, "vimbadmin_plugins.AdditionalInfo.enabled", .def = "no", .flags = KEY_RELOAD,
	    .doc = "Ask for more about each mailbox and alias: the fields of vimbadmin_plugins.AdditionalInfo.elements and .alias.elements."),
	KEY(info_elements, "vimbadmin_plugins.AdditionalInfo.elements", .def = "", .max = CONF_LINE_MAX - 100, .flags = KEY_RELOAD,
	    .check = conf_check_info_elements,
	    .doc = "Which fields, comma-separated: name=Label, then after a | each: required, digits, date, min:N and max:N characters, choice:A/B/C, off (no "
	           "completion from what other mailboxes have). Such as ext_no=Extension|digits|min:4|max:4, grade=Grade|choice:A/B. Stored as PHP's xpiInfo.name."),
	KEY(info_alias_elements, "vimbadmin_plugins.AdditionalInfo.alias.elements", .def = "", .max = CONF_LINE_MAX - 100, .flags = KEY_RELOAD,
	    .check = conf_check_info_elements,
	    .doc = "The same for aliases: which fields each has besides. None: nothing is asked."),
	KEY(directory_on, "vimbadmin_plugins.DirectoryEntry.enabled", .def = "no", .flags = KEY_RELOAD,
	    .doc = "Ask for a directory entry with each mailbox: who its owner is, where and how to be reached."),
	KEY(directory_without, "vimbadmin_plugins.DirectoryEntry.disabled_elements", .def = "", .flags = KEY_RELOAD, .check = conf_check_directory,
	    .doc = "Fields of it that are not asked for, blank-separated, in the PHP program's words, such as CarLicense Pager; what is stored in them stays."),
	KEY(orgname, "identity.orgname", .def = "", .max = 255, .flags = KEY_RELOAD,
	    .doc = "Organization that a new directory entry begins with."),
	KEY(mailbox_aliases, "mailboxAliases", .def = "yes", .flags = KEY_RELOAD,
	    .doc = "Keep an alias to itself with each mailbox, as Postfix needs it beside a catch-all."),
	KEY(alias_outside, "alias.outside", .def = "allow", .max = 16, .flags = KEY_RELOAD, .check = conf_check_outside,
	    .doc = "May domain administrators let aliases lead to addresses of domains that are not here? allow, warn or refuse. What leads there already goes on to; "
	           "super administrators always may."),
	KEY(recipient_delimiter, "recipient_delimiter", .def = "+", .max = 8, .flags = KEY_RELOAD,
	    .doc = "Postfix's setting of that name: each of these characters begins an extension, so a new mailbox with one in its name is warned of. Empty: none does."),
	KEY(local_characters, "address.characters", .def = "", .max = 6, .flags = KEY_RELOAD, .check = conf_check_characters,
	    .doc = "Characters out of ! # $ & { } that the part before the @ of new mailboxes, aliases and targets may hold besides letters, digits and . _ - + = ~ ^ '. "
	           "What has them already can be changed either way. * and ? are never let in, because Dovecot's doveadm takes them for wildcards."),
	KEY(table_entries, "defaults.table.entries", .def = "20", .min = 10, .max = 500, .flags = KEY_RELOAD,
	    .doc = "Rows on a page of a list."),
	KEY(undo_days, "undo.days", .def = "30", .max = 3650, .flags = KEY_RELOAD,
	    .doc = "For so many days a mailbox or domain that was deleted can be brought back from the log, with its password hash; "
	           "0 = what is deleted is gone at once."),
	KEY(log_days, "log.keep_days", .def = "0", .max = 36500, .flags = KEY_RELOAD,
	    .doc = "Entries of the log that are older than so many days are removed, and the chain over the rest begins behind them; 0 = they stay for ever. "
	           "After a clock that jumps ahead, or a rest, what is old goes bit by bit: a day's worth an hour. "
	           "On MariaDB and PostgreSQL with users of few rights this needs `keeper.database`."),
	KEY(invite_days, "invite.days", .def = "3", .min = 1, .max = 30, .flags = KEY_RELOAD,
	    .doc = "For so many days the link is good with which an invited administrator, or the owner of a mailbox, chooses a password; it can be sent again."),
	KEY(owner_chooses, "mailbox.owner_chooses", .def = "no", .flags = KEY_RELOAD,
	    .doc = "Passwords of mailboxes are neither typed nor made for their owners: a link to choose one is mailed to the other address. Ready hashes are taken all the same."),
	/* sessions and sign-in */
	KEY(session_name, "resources.session.name", .def = "VIMBADMIN3", .min = 1, .max = 64, .flags = KEY_RELOAD,
	    .check = conf_check_cookie, .doc = "Name of the session's cookie."),
	KEY(session_idle, "resources.session.idle_timeout", .def = "1800", .max = 31536000, .flags = KEY_RELOAD,
	    .doc = "A session ends when unused for so many seconds; 0 = never."),
	KEY(session_absolute, "session.absolute", .def = "43200", .min = 60, .max = 31536000, .flags = KEY_RELOAD,
	    .doc = "A session ends after so many seconds, used or not."),
	KEY(bruteforce_enabled, "bruteforce.enabled", .def = "yes", .flags = KEY_RELOAD,
	    .doc = "Count failed sign-ins and refuse more of them."),
	KEY(bruteforce_max, "bruteforce.max_attempts", .def = "5", .min = 1, .max = 1000, .flags = KEY_RELOAD,
	    .doc = "Failed sign-ins allowed per account and per source address."),
	KEY(bruteforce_window, "bruteforce.window", .def = "900", .min = 1, .max = 604800, .flags = KEY_RELOAD,
	    .doc = "... within so many seconds."),
	KEY(bruteforce_lockout, "bruteforce.lockout", .def = "900", .min = 1, .max = 604800, .flags = KEY_RELOAD,
	    .doc = "After that, refuse for so many seconds."),
	KEY(changes_per_minute, "changes.per_minute", .def = "6000", .min = 0, .max = 1000000, .flags = KEY_RELOAD,
	    .doc = "So many changes within a minute one administrator may make on the pages and by the API, and as many each API token; an import or an export counts as "
	           "a hundredth of them. Then 429 for a minute. 0: no limit."),
	KEY(no_change_password, "resources.auth.oss.disabled.change-password", .def = "no", .flags = KEY_RELOAD,
	    .doc = "No page on which mailbox owners change their own passwords."),
	KEY(bruteforce_whitelist, "bruteforce.whitelist", .def = "", .flags = KEY_RELOAD, .check = net_list_check,
	    .doc = "Addresses and networks that are never counted, such as 192.0.2.7 10.1.0.0/16. Not the address of a reverse "
	           "proxy that does not say whom it speaks for: everybody would be on the list."),
	/* reverse proxies */
	KEY(proxy_mode, "trustedproxy.mode", .def = "auto", .max = 16, .flags = KEY_RELOAD, .check = conf_check_proxy_mode,
	    .doc = "Whose word on the client's address counts. on: of trustedproxy.proxies and of Unix sockets. auto: of all private "
	           "addresses and Unix sockets, fit for networks where nobody would lie. off: nobody's."),
	KEY(proxies, "trustedproxy.proxies", .def = "", .flags = KEY_RELOAD, .check = net_list_check,
	    .doc = "Addresses and networks of the reverse proxies, for mode on. The client is the right-most address of the header "
	           "that is not among them."),
	KEY(proxy_header, "trustedproxy.header", .def = "X-Forwarded-For", .max = 16, .flags = KEY_RELOAD,
	    .check = conf_check_proxy_header,
	    .doc = "The one header that is read, X-Forwarded-For or Forwarded: the one that the proxy writes, whatever the client sent. "
	           "X-Forwarded-Host, -Proto and -Prefix are never heeded: public_url says what people type."),
	KEY(second_required, "twofactor.required", .def = "no", .flags = KEY_RELOAD, .check = conf_check_required,
	    .doc = "Who must have a second factor: no (whoever wants one), super or all. Whoever has none sets one up at the next sign-in."),
	KEY(second_passkey_only, "twofactor.passkey_only", .def = "no", .flags = KEY_RELOAD,
	    .doc = "Let administrators sign in with a passkey alone, when its authenticator checked who is there (PIN, finger, face). "
	           "Passkeys are for public_url and need https there, or the host localhost."),
	KEY(second_strict_clock, "twofactor.strict_clock", .def = "no", .flags = KEY_RELOAD,
	    .doc = "A code counts in its own 30 seconds only, not in those before and after, which are for clocks that are wrong."),
	KEY(demo_account, "demo.account", .def = "", .flags = KEY_RELOAD, .check = conf_check_mail_address,
	    .doc = "Name of an administrator that everybody may sign in as, shown on the sign-in page. That account sees what its rights show and "
	           "changes nothing, nor can its password be changed or a second factor be asked of it. Empty: there is none."),
	KEY(demo_password, "demo.password", .def = "", .max = 72, .flags = KEY_RELOAD,
	    .doc = "Its password, shown beside the name; it is no secret. Empty: only the name is shown."),
	KEY(second_force_disable, "twofactor.force_disable", .def = "", .max = 255, .flags = KEY_RELOAD,
	    .doc = "Name of an administrator, or * for all, whose second factor is removed at the next right password: for somebody who lost "
	           "it, where there is no command line. Take it out again afterwards."),
	/* mail server files printed by `config postfix|dovecot` */
	KEY(mail_uid, "mail.uid", .def = "vmail", .min = 1, .max = 64, .flags = KEY_RELOAD, .check = conf_check_word,
	    .doc = "System user that owns the mail, name or number; for `config dovecot`."),
	KEY(mail_gid, "mail.gid", .def = "vmail", .min = 1, .max = 64, .flags = KEY_RELOAD, .check = conf_check_word,
	    .doc = "System group of the mail, name or number."),
	KEY(mail_home, "mail.home", .def = "/var/vmail/%d/%n", .min = 1, .max = 255, .flags = KEY_RELOAD, .check = conf_check_path,
	    .doc = "Home directory of a mailbox: %d is the domain, %n the local part, %u the address."),
	KEY(postfix_database, "mail.postfix_database", .def = "", .flags = KEY_SECRET | KEY_KEEPER | KEY_RELOAD, .check = conf_check_database,
	    .doc = "The database as Postfix looks things up in it, for `config postfix`: an address as in `database`, with a user of its own "
	           "(`config roles` makes one). Empty: as in `database`."),
	KEY(dovecot_database, "mail.dovecot_database", .def = "", .flags = KEY_SECRET | KEY_KEEPER | KEY_RELOAD, .check = conf_check_database,
	    .doc = "... as Dovecot verifies passwords and finds mailboxes in it, for `config dovecot`."),
	KEY(dict_database, "mail.dict_database", .def = "", .flags = KEY_SECRET | KEY_KEEPER | KEY_RELOAD, .check = conf_check_database,
	    .doc = "... as Dovecot's dict process writes quotas and last logins into it, for `config dovecot`."),
	KEY(keeper_database, "keeper.database", .def = "", .flags = KEY_SECRET | KEY_KEEPER, .check = conf_check_database,
	    .doc = "... as the keeper uses it, which alone may remove old entries of the log (`log.keep_days`)."),
	KEY(panel_logo, "panel.logo", .def = "", .max = 1000, .flags = KEY_RELOAD, .check = conf_check_file,
	    .doc = "File of a picture that stands before the panel's name: SVG, PNG, WebP or JPEG, at most 256 KB. The user that serve changes to "
	           "must be able to read it."),
	KEY(panel_accent, "panel.accent", .def = "", .max = 7, .flags = KEY_RELOAD, .check = conf_check_colour,
	    .doc = "Colour of buttons and switches, such as #2d6a4f. White text stands on it: choose a dark one."),
	KEY(panel_style, "panel.style", .def = "", .max = 1000, .flags = KEY_RELOAD, .check = conf_check_file,
	    .doc = "File of a style sheet that comes after the panel's own, at most 256 KB. It cannot load anything from other hosts."),
	KEY(sitename, "identity.sitename", .def = "ViMbAdmin", .min = 1, .max = 100, .flags = KEY_RELOAD,
	    .doc = "Name of the panel in its title and in mails."),
	/* mail that the panel sends */
	KEY(mail.host, "resources.mail.transport.host", .def = "", .max = 253, .flags = KEY_RELOAD, .check = conf_check_mail_host,
	    .doc = "The mail server that the panel's own mail is handed to. Empty: the panel sends no mail, and offers nothing that needs it."),
	KEY(mail.port, "resources.mail.transport.port", .def = "0", .max = 65535, .flags = KEY_RELOAD,
	    .doc = "Its port; 0 = 465 with ssl, else 587."),
	KEY(mail.ssl, "resources.mail.transport.ssl", .def = "tls", .flags = KEY_RELOAD, .check = conf_check_mail_ssl,
	    .doc = "tls (or starttls): STARTTLS, and no mail without it. ssl: TLS from the first byte. none: in clear, for a server on this machine."),
	KEY(mail.username, "resources.mail.transport.username", .def = "", .max = 255, .flags = KEY_RELOAD,
	    .doc = "Name to sign in with. Empty: the panel does not sign in."),
	KEY(mail.password, "resources.mail.transport.password", .def = "", .max = 255, .flags = KEY_SECRET | KEY_KEEPER | KEY_RELOAD,
	    .doc = "Password of that name; of the processes only the keeper gets it."),
	KEY(mail.verify_peer, "resources.mail.transport.verify_peer", .def = "yes", .flags = KEY_RELOAD,
	    .doc = "Refuse a certificate that no known authority signed."),
	KEY(mail.verify_name, "resources.mail.transport.verify_peer_name", .def = "yes", .flags = KEY_RELOAD,
	    .doc = "Refuse a certificate that names another host."),
	KEY(mail.ca_file, "mail.ca_file", .def = "", .flags = KEY_RELOAD, .check = conf_check_mail_path,
	    .doc = "PEM file of the authorities to believe instead of the system's, such as a certificate that signed itself."),
	KEY(mail.from_name, "identity.mailer.name", .def = "ViMbAdmin", .max = 100, .flags = KEY_RELOAD,
	    .doc = "Sender's name of mails to administrators."),
	KEY(mail.from_email, "identity.mailer.email", .def = "", .flags = KEY_RELOAD, .check = conf_check_mail_address,
	    .doc = "... and address. Empty: that of server.email.address."),
	KEY(mail.support_name, "server.email.name", .def = "ViMbAdmin Administrator", .max = 100, .flags = KEY_RELOAD,
	    .doc = "Sender's name of mails to mailbox owners: whom they may ask."),
	KEY(mail.support_email, "server.email.address", .def = "", .flags = KEY_RELOAD, .check = conf_check_mail_address,
	    .doc = "... and address. Empty: that of identity.mailer.email."),
	KEY(mail.format, "resources.auth.oss.email_format", .def = "both", .flags = KEY_RELOAD, .check = conf_check_mail_format,
	    .doc = "Mails are sent as html, as plaintext, or as both in one."),
	KEY(mail.texts, "mail.texts", .def = "", .flags = KEY_RELOAD, .check = conf_check_mail_path,
	    .doc = "Folder with texts that replace the built-in ones, see vimbadmin-mail(5). Empty: only the built-in ones."),
	KEY(mail.notices, "mail.notices", .def = "yes", .flags = KEY_RELOAD,
	    .doc = "Mail administrators when their password or second factor changes, when their account is locked, supers when an administrator is added, and "
	           "the owner of a mailbox when its password changes."),
	KEY(mail.lost_password_off, "resources.auth.oss.disabled.lost-password", .def = "no", .flags = KEY_RELOAD,
	    .doc = "Do not offer to reset a lost password by mail. It is offered only where public_url is set and mail can be sent."),
	KEY(mail.proof, "resources.auth.oss.lost_password.use_captcha", .def = "yes", .flags = KEY_RELOAD,
	    .doc = "Have the browser compute for a moment before such a mail is sent; without scripts the mail is sent later instead."),
	SERVICE(webmail, "the web mail", "https://webmail.%d", "%m", "", "0"),
	SERVICE(smtp, "sending mail", "mail.%d", "%m", "STARTTLS", "587"),
	SERVICE(imap, "reading mail by IMAP", "mail.%d", "%m", "SSL", "993"),
	SERVICE(pop3, "fetching mail by POP3", "mail.%d", "%m", "SSL", "995"),
	SERVICE(sieve, "filters by ManageSieve", "mail.%d", "%m", "STARTTLS", "4190"),
	/* Dovecot's doveadm API */
	KEY(doveadm.url, "doveadm.http.url", .def = "", .flags = KEY_RELOAD, .check = conf_check_doveadm_url,
	    .doc = "Dovecot's doveadm HTTP API, such as https://mail.example.com:8081/doveadm/v1. Dovecot is then told to forget what it keeps of a mailbox "
	           "when its password changes, it is switched off or deleted. Empty: Dovecot is not asked anything."),
	KEY(doveadm.api_key, "doveadm.http.api_key", .def = "", .max = 255, .flags = KEY_SECRET | KEY_KEEPER | KEY_RELOAD,
	    .doc = "Dovecot's doveadm_api_key. It is as good as root on Dovecot's machine; of the processes only the keeper gets it."),
	KEY(doveadm.ca_file, "doveadm.ca_file", .def = "", .flags = KEY_RELOAD, .check = conf_check_mail_path,
	    .doc = "PEM file of the authorities to believe with https instead of the system's, such as a certificate that signed itself."),
	KEY(doveadm.timeout, "doveadm.http.timeout", .def = "900", .min = 1, .max = 86400, .flags = KEY_RELOAD,
	    .doc = "Seconds that Dovecot may take for what takes long; less where it should not."),
};
/* clang-format on */
const size_t conf_keys_n = ARRAY_LEN(conf_keys);

const struct conf_key *
conf_key_find(const char *name)
{
	for (size_t i = 0; i < conf_keys_n; i++) {
		if (strcmp(conf_keys[i].name, name) == 0)
			return &conf_keys[i];
	}
	return NULL;
}

#define NEAR_MAX 64 /* longer names are like nothing */

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Levenshtein distance, letters' case ignored; both at most NEAR_MAX long. */
static size_t
distance(const char *a, const char *b)
{
	size_t row[NEAR_MAX + 1], m = strlen(b);

	for (size_t j = 0; j <= m; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t change = diagonal + (lower(a[i - 1]) != lower(b[j - 1]));

			diagonal = row[j];
			row[j] = MIN(change, MIN(row[j], row[j - 1]) + 1);
		}
	}
	return row[m];
}

/*
 * "quota.multiplier" is meant to be "defaults.quota.multiplier", "listen_address" to be "listen".
 */
static bool
is_part(const char *key, const char *name)
{
	size_t n = strlen(key), m = strlen(name);

	if (m < n)
		return m > 2 && key[n - m - 1] == '.' && strcmp(key + n - m, name) == 0;
	return strncmp(key, name, n) == 0 && strchr("_.-", name[n]);
}

const struct conf_key *
conf_key_near(const char *name)
{
	const struct conf_key *near = NULL;
	size_t best = strlen(name) / 3 + 1;

	if (strlen(name) > NEAR_MAX)
		return NULL;
	for (size_t i = 0; i < conf_keys_n; i++) {
		size_t d = is_part(conf_keys[i].name, name) ? 1 : distance(name, conf_keys[i].name);

		if (d < best || (d == best && !near)) {
			best = d;
			near = &conf_keys[i];
		}
	}
	return near;
}
