/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The files that make Postfix and Dovecot read the panel's database, for each engine. They must say what the panel means: an inactive domain,
 * mailbox or alias takes no mail and lets nobody in; access restrictions hold by whole protocol names; quotas are bytes. Facts about the formats:
 * Postfix sqlite_table(5), mysql_table(5), pgsql_table(5); Dovecot's "SQL authentication" and "Dictionaries" pages, 2.3 and 2.4.
 */
#ifndef SVC_MAILCONF_H
#define SVC_MAILCONF_H

#include "base/base.h"
#include "base/rc.h"

struct arena;
struct conf;

/* One file: its name below the target folder and its text, in the arena. */
struct mailconf_file {
	const char *name;
	const char *text;
	bool secret; /* holds the password of a database user */
};
struct mailconf {
	const struct mailconf_file *at;
	size_t n;
};

/*
 * All files for the database of conf (mail.*_database, or database); dir is where they will stand (they name one another). RC_CONFIG when something of its URL (a blank in a
 * password) cannot be said in a mail server's file.
 */
NODISCARD enum rc mailconf_postfix(const struct conf *conf, const char *dir, struct arena *arena,
    struct mailconf *ret, struct errs *errs);
NODISCARD enum rc mailconf_dovecot(const struct conf *conf, const char *dir, struct arena *arena,
    struct mailconf *ret, struct errs *errs);

/*
 * The SQL that makes a user of few rights for each of those who use the database: panel, Postfix, Dovecot, its dict process and migrations. Users and
 * passwords are those of conf where it has them, else new ones, which the comments at its head tell. For SQLite comments only.
 */
NODISCARD enum rc mailconf_roles(const struct conf *conf, struct arena *arena, const char **ret_sql,
    struct errs *errs);

#endif
