/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Configuration: one table of keys (keys.c) gives each its name, type, default, bounds, flags and
 * sentence. File, then environment (VIMBADMIN_ + key in capitals, dots as __), then -o key=value.
 * The result is an immutable snapshot in its own arena.
 *
 * Key names follow the fork's where the meaning is the same. KEY_SECRET values may come from a file
 * (key_file = path) and are shown as ****** everywhere; KEY_KEEPER ones never reach web processes.
 */
#ifndef CONF_CONF_H
#define CONF_CONF_H

#include "base/base.h"
#include "base/pwhash.h"
#include "base/rc.h"
#include "conf/doveadm.h"

struct str;

#define CONF_DEFAULT_PATH "/etc/vimbadmin/vimbadmin.conf"

/* A service for mailbox owners, as the settings mail shows it (server.imap.*). In its texts %m is the address, %u the local part, %d the domain. */
struct conf_service {
	bool enabled;
	const char *host, *user, *crypt;
	int64_t port;
};

/* The mail that the panel sends. */
struct conf_mail {
	const char *host; /* of the mail server; "" = no mail is sent */
	int64_t port;     /* 0 = 465 with ssl, else 587 */
	const char *ssl;  /* see conf_mail_tls() */
	const char *username, *password;
	bool verify_peer, verify_name;
	const char *ca_file;                      /* "" = the system's authorities */
	const char *from_name, *from_email;       /* of mails to administrators */
	const char *support_name, *support_email; /* of mails to mailbox owners */
	const char *format;                       /* both, html or plaintext */
	const char *texts;          /* folder of texts that replace the built-in ones */
	struct mailtext_kept *kept; /* what was in it; NULL: read when needed (svc/mailtext.h) */
	bool notices;
	bool lost_password_off, proof; /* proof: of work, asked for on the page of lost passwords */
	struct conf_service webmail, smtp, imap, pop3, sieve;
};

enum mail_tls { MAIL_TLS_NONE, MAIL_TLS_START, MAIL_TLS_IMPLICIT };

struct conf {
	/* where */
	const char *path; /* file it was read from, NULL if none */
	const char *database; /* sqlite:/path, mysql://..., postgresql://... (secret: may hold a password) */
	const char *listen; /* blank-separated: 127.0.0.1:8080 [::1]:8080 unix:/path */
	const char *public_url; /* http(s)://host[:port][/base], no trailing slash; "" = derived from listen */
	const char *prefix; /* what proxies do with public_url's path: kept, stripped, either */
	const char *hosts; /* blank-separated further host names answered; "" = public_url's and listen's only */
	bool hsts_subdomains; /* over https: browsers use https for hosts below the panel's, too */
	const char *log_level, *language; /* language: where nobody says another */
	const char *timezone;             /* TZ for DATETIME columns; "" = the system's */
	const char *user, *group;         /* to change to when started as root; "" = stay */
	/* secrets */
	const char *securitysalt;
	const char *securitysalt_old; /* the one before: still opens, seals nothing */
	const char *web_key; /* made of the salt, for what web processes sign; they never see the salt */
	/* limits */
	int64_t web_threads, web_processes, max_connections, max_connections_per_source;
	int64_t db_pool; /* connections per process */
	int64_t db_statement_ms, db_lock_ms;
	int64_t hash_tickets;             /* password hashes at the same time, per process */
	int64_t body_limit, upload_limit; /* bytes; the second where a file is sent */
	/* defaults of forms */
	int64_t domain_quota, domain_maxquota, domain_aliases, domain_mailboxes;
	const char *domain_transport;
	int64_t quota_multiplier; /* bytes a bare number in a quota field stands for */
	int64_t mailbox_min_password, admin_min_password;
	int64_t min_strength; /* 0 .. 4, svc/strength.h */
	enum pw_scheme mailbox_scheme;
	int64_t mailbox_cost;        /* 0 = the scheme's default */
	enum pw_scheme admin_scheme; /* resources.auth.oss.pwhash */
	int64_t admin_cost;
	const char *old_salt; /* defaults.mailbox.password_salt: of what ViMbAdmin 3 stored */
	bool old_plain;       /* passwords.plain: values that look like no hash are passwords */
	bool auto_aliases, access_on, info_on, directory_on; /* vimbadmin_plugins.* */
	const char *auto_names, *auto_mapping; /* local parts; local=target, *=target; blank-separated */
	const char *access_types, *info_elements, *info_alias_elements, *directory_without,
	    *orgname, *alias_outside, *recipient_delimiter, *local_characters; /* conf/plugins.h */
	bool mailbox_aliases;  /* mailboxAliases: a self-alias with each mailbox */
	int64_t table_entries; /* rows per page */
	int64_t undo_days;     /* how long a deletion can be taken back */
	int64_t log_days;      /* how long rows of the trail are kept; 0: for ever */
	int64_t invite_days;   /* how long the link of an invitation is good */
	/* sessions and sign-in */
	const char *session_name;               /* VIMBADMIN3 */
	int64_t session_idle, session_absolute; /* seconds */
	bool bruteforce_enabled;
	int64_t bruteforce_max, bruteforce_window, bruteforce_lockout;
	int64_t changes_per_minute;             /* 0: no limit */
	bool no_change_password, owner_chooses; /* owners: no page for them; only they choose */
	const char *bruteforce_whitelist; /* networks (base/net.h) that are never counted; "" = none */
	/* reverse proxies */
	const char *proxy_mode, *proxies; /* auto, on or off; networks of the proxies for on */
	const char *proxy_header;         /* X-Forwarded-For or Forwarded */
	const char *second_required;      /* twofactor.required: no, super, all */
	bool second_passkey_only, second_strict_clock; /* twofactor.passkey_only, .strict_clock */
	const char *demo_account, *demo_password;      /* of a demonstration; "" = there is none */
	const char *second_force_disable; /* twofactor.force_disable: a name, *, or "" */
	/* mail server files printed by `config postfix|dovecot` */
	const char *mail_uid, *mail_gid, *mail_home; /* vmail, vmail, /var/vmail/%d/%n */
	const char *postfix_database, *dovecot_database, *dict_database,
	    *keeper_database;                                /* "" = database */
	const char *panel_logo, *panel_accent, *panel_style; /* "" = the panel's own */
	const char *sitename, *breached_file; /* identity.sitename, password.breached_file */
	struct conf_mail mail;
	struct conf_doveadm doveadm;
};

/* One setting given outside the file: -o key=value. */
struct conf_set {
	const char *key, *value;
};

/*
 * Reads path (NULL: the default file if it exists), environment and n settings, checks all. Faults
 * (each names file:line, key and what was expected) go to errs; RC_CONFIG. Freed with conf_free().
 */
NODISCARD enum rc conf_load(const char *path, const struct conf_set *set, size_t n,
    struct conf **ret, struct errs *errs);
void conf_free(struct conf *c);
/* What works but should not stay so (a secret everybody can read, a VIMBADMIN_ variable that names no key), as faults in *ret. */
void conf_warnings(const struct conf *c, struct errs *ret);
/*
 * What only a server needs to be right: securitysalt set, long enough and out of no example; a key for doveadm's address.
 * RC_CONFIG with the fault.
 */
NODISCARD enum rc conf_check_serve(const struct conf *c, struct errs *errs);
/*
 * key = value lines that conf_parse() reads back; secrets masked unless `secrets`; when `for_web` without keeper-only keys, and with the one that is
 * made for web processes.
 */
void conf_dump(const struct conf *c, bool secrets, bool for_web, struct str *out);
/* The same from text (the pipe from master to its children). */
NODISCARD enum rc conf_parse(const char *text, struct conf **ret, struct errs *errs);
enum mail_tls conf_mail_tls(const struct conf_mail *m);
unsigned conf_mail_port(const struct conf_mail *m);
/* Can mail be sent at all: is there a server, and a sender? */
bool conf_mail_on(const struct conf_mail *m);
/* Commented reference of all keys, for `config doc` and the man page. */
void conf_doc(bool mdoc, struct str *out);

#endif
