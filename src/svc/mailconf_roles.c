/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Users of few rights on MariaDB and PostgreSQL: what each of those who use the database needs, and the SQL that gives it to them. Which tables there
 * are is read off the schema's steps, so that a new table of ours is the panel's without a word here; a table that the panel must not write stands below.
 *
 * The surprising thing: the trail may be written and read, but of its rows only the two keys may be changed: they are emptied when the administrator or
 * the domain they point to is deleted. Who did what to what stands in the texts beside them, and nobody but migrations can change those.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/rand.h"
#include "base/str.h"
#include "conf/conf.h"
#include "db/schema.h"
#include "svc/mailconf_int.h"

enum role {
	ROLE_PANEL,
	ROLE_KEEPER,
	ROLE_POSTFIX,
	ROLE_DOVECOT,
	ROLE_DICT,
	ROLE_MIGRATE,
	ROLE__MAX
};

static const struct {
	const char *user, *key, *what;
} roles[] = {
	[ROLE_PANEL] = { "vimbadmin", "database", "the panel and the command line" },
	[ROLE_KEEPER] = { "vimbadmin_keeper", "keeper.database",
	    "the keeper, which alone removes old rows of the trail" },
	[ROLE_POSTFIX] = { "vimbadmin_postfix", "mail.postfix_database", "Postfix" },
	[ROLE_DOVECOT] = { "vimbadmin_dovecot", "mail.dovecot_database", "Dovecot, signing people in" },
	[ROLE_DICT] = { "vimbadmin_dict", "mail.dict_database",
	    "Dovecot, writing quotas and last logins" },
	[ROLE_MIGRATE] = { "vimbadmin_migrate", NULL, "migrations" },
};

/* What the mail servers' statements touch (mailconf_postfix.c, mailconf_dovecot.c). */
static const struct {
	enum role role;
	const char *rights, *table;
} few[] = {
	{ ROLE_POSTFIX, "SELECT (id, domain, transport, backupmx, active)", "domain" },
	{ ROLE_POSTFIX, "SELECT (username, active, delete_pending, Domain_id)", "mailbox" },
	{ ROLE_POSTFIX, "SELECT (address, goto, active, Domain_id)", "alias" },
	{ ROLE_DOVECOT, "SELECT (id, active)", "domain" },
	{ ROLE_DOVECOT, "SELECT (username, password, quota, access_restriction, active, delete_pending, Domain_id)",
	    "mailbox" },
	{ ROLE_DICT, "SELECT, INSERT, UPDATE", "dovecot_quota" },
	{ ROLE_DICT, "SELECT, INSERT, UPDATE", "dovecot_last_login" },
};

/* The panel's on tables that are not simply its own. Those of vimb_*_suffix and vimb_alias_own are filled by triggers, as who made them. */
static const struct {
	const char *table, *rights;
} kept[] = {
	{ "log", "SELECT, INSERT, UPDATE (Admin_id, Domain_id)" },
	{ "vimb_audit", "SELECT, INSERT" }, { "vimb_seal", "SELECT, INSERT" },
	{ "vimb_seal_start", "SELECT" }, { "vimb_seal_key", "SELECT, INSERT, UPDATE" },
	{ "dbversion", "SELECT" }, { "vimb_schema", "SELECT" }, { "vimb_number", "SELECT" },
	{ "vimb_mailbox_suffix", "SELECT" }, { "vimb_alias_suffix", "SELECT" },
	{ "vimb_alias_own", "SELECT" }, { "vimb_turn", "SELECT, UPDATE" }, /* to lock it */
};
/* The keeper's besides, for the end of log.keep_days. */
static const struct {
	const char *table, *rights;
} removes[] = {
	{ "log", "DELETE" },
	{ "vimb_audit", "DELETE" },
	{ "vimb_seal", "DELETE" },
	{ "vimb_seal_start", "INSERT, UPDATE" },
};
#define ALL_ROWS "SELECT, INSERT, UPDATE, DELETE"

struct login {
	const char *user, *password;
	bool fresh; /* made up here */
};
struct granting {
	const struct conf *conf;
	struct mailconf_db db;
	struct login logins[ROLE__MAX];
	struct arena *arena;
	struct str out;
};

/* ---- who ---- */

static const char *
url_of(const struct conf *c, enum role role)
{
	const char *const urls[] = { [ROLE_PANEL] = c->database,
		[ROLE_KEEPER] = c->keeper_database,
		[ROLE_POSTFIX] = c->postfix_database,
		[ROLE_DOVECOT] = c->dovecot_database,
		[ROLE_DICT] = c->dict_database,
		[ROLE_MIGRATE] = "" };

	return urls[role];
}

/* Whoever has all rights is not one to give rights to. */
static bool
administrator(const char *user)
{
	return strcmp(user, "root") == 0 || strcmp(user, "postgres") == 0;
}

static enum rc
take_login(struct granting *g, enum role role, struct errs *errs)
{
	const char *url = url_of(g->conf, role);
	CLEANUP(mailconf_db_end) struct mailconf_db db = { 0 };
	char password[33];
	enum rc rc;

	if ((rc = mailconf_db_begin(g->conf, url, &db, errs)) != RC_OK)
		return rc;
	if (*url && db.url.user && db.url.password && !administrator(db.url.user)) {
		g->logins[role] = (struct login){ arena_strdup(g->arena, db.url.user),
			arena_strdup(g->arena, db.url.password), false };
		return RC_OK;
	}
	rand_password(password, sizeof(password) - 1);
	g->logins[role] = (struct login){ roles[role].user, arena_strdup(g->arena, password), true };
	return RC_OK;
}

/* The panel's address with another user: both are letters, digits and _. */
static const char *
url_for(const struct granting *g, const struct login *l)
{
	const char *url = g->conf->database, *authority = strstr(url, "://") + 3;
	const char *at = memchr(authority, '@', strcspn(authority, "/?"));

	return arena_printf(g->arena, "%.*s%s:%s@%s", (int)(authority - url), url, l->user,
	    l->password, at ? at + 1 : authority);
}

/* ---- as SQL ---- */

static void
put_doubled(struct str *out, char quote, const char *also, const char *text)
{
	str_addc(out, quote);
	for (; *text; text++) {
		if (*text == quote || strchr(also, *text))
			str_addc(out, *text);
		str_addc(out, *text);
	}
	str_addc(out, quote);
}

static void
put_text(struct granting *g, const char *text)
{
	put_doubled(&g->out, '\'', g->db.engine == DB_MYSQL ? "\\" : "", text);
}

static void
put_name(struct granting *g, const char *name)
{
	put_doubled(&g->out, g->db.engine == DB_MYSQL ? '`' : '"', "", name);
}

/* Where they come from, as MariaDB tells users apart. */
static const char *
client_host(const struct mailconf_db *db)
{
	const char *host = db->socket || db->url.n_hosts == 0 ? "localhost" : db->url.hosts[0].name;
	static const char *const here[] = { "localhost", "127.0.0.1", "::1" };

	for (size_t i = 0; i < ARRAY_LEN(here); i++)
		if (strcmp(host, here[i]) == 0)
			return here[i];
	return "%";
}

static void
put_user(struct granting *g, enum role role)
{
	if (g->db.engine == DB_PGSQL) {
		put_name(g, g->logins[role].user);
		return;
	}
	put_text(g, g->logins[role].user);
	str_addc(&g->out, '@');
	put_text(g, client_host(&g->db));
}

static void
put_create_user(struct granting *g, enum role role)
{
	bool pgsql = g->db.engine == DB_PGSQL;

	str_addf(&g->out, "-- %s\n", roles[role].what);
	if (pgsql) {
		str_add(&g->out,
		    "DO $vimbadmin$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ");
		put_text(g, g->logins[role].user);
		str_add(&g->out, ") THEN CREATE ROLE ");
	} else
		str_add(&g->out, "CREATE USER IF NOT EXISTS ");
	put_user(g, role);
	str_add(&g->out, pgsql ? " LOGIN PASSWORD " : " IDENTIFIED BY ");
	put_text(g, g->logins[role].password);
	str_add(&g->out, pgsql ? "; END IF; END $vimbadmin$;\n" : ";\n");
}

static void
put_grant(struct granting *g, const char *rights, const char *table, enum role role)
{
	str_addf(&g->out, "GRANT %s ON ", rights);
	if (g->db.engine == DB_MYSQL) {
		put_name(g, g->db.url.name);
		str_addc(&g->out, '.');
	}
	str_addf(&g->out, "%s TO ", table);
	put_user(g, role);
	str_add(&g->out, ";\n");
}

static const char *
panel_rights(const char *table)
{
	for (size_t i = 0; i < ARRAY_LEN(kept); i++)
		if (strcmp(kept[i].table, table) == 0)
			return kept[i].rights;
	return ALL_ROWS;
}

/* The panel's and the keeper's: what the latter may besides follows. */
static void
put_panel(struct granting *g, const char *table)
{
	put_grant(g, panel_rights(table), table, ROLE_PANEL);
	put_grant(g, panel_rights(table), table, ROLE_KEEPER);
}

/* ---- the whole ---- */

/* A user that was there, such as the PHP program's, usually may do everything: also change the trail. */
static void
put_old_rights(struct granting *g)
{
	if (g->db.engine != DB_MYSQL || g->logins[ROLE_PANEL].fresh)
		return;
	str_add(&g->out, "-- The panel's user was there before and keeps its rights. To leave it what follows alone, first:\n--   REVOKE ALL PRIVILEGES ON ");
	put_name(g, g->db.url.name);
	str_add(&g->out, ".* FROM ");
	put_user(g, ROLE_PANEL);
	str_add(&g->out, ";\n\n");
}

static void
put_head(struct granting *g)
{
	str_addf(&g->out,
	    "-- Users of few rights for the database %s. Run this as the server's administrator "
	    "when `vimbadmin schema apply` has made the\n"
	    "-- tables, and again after an upgrade that brought new ones. Users that exist keep "
	    "their passwords and what rights they have.\n",
	    g->db.url.name);
	str_add(&g->out, "--\n-- In vimbadmin.conf (mode 0600) from then on:\n");
	for (enum role r = 0; r < ROLE_MIGRATE; r++)
		if (g->logins[r].fresh)
			str_addf(&g->out, "--   %s = %s\n", roles[r].key, url_for(g, &g->logins[r]));
		else
			str_addf(&g->out, "--   %s: as it is\n", roles[r].key);
	str_addf(&g->out, "-- and `vimbadmin schema apply` in an environment with:\n--   VIMBADMIN_DATABASE=%s\n\n",
	    url_for(g, &g->logins[ROLE_MIGRATE]));
	for (enum role r = 0; r < ROLE__MAX; r++)
		put_create_user(g, r);
	str_addc(&g->out, '\n');
	put_old_rights(g);
}

/* Migrations own everything on PostgreSQL, where only an owner may change a table. */
static void
put_owner(struct granting *g, const char *kind, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		str_addf(&g->out, "ALTER %s %s OWNER TO ", kind, names[i]);
		put_user(g, ROLE_MIGRATE);
		str_add(&g->out, ";\n");
	}
}

static void
put_migrations(struct granting *g, const char *const *tables, size_t n_tables)
{
	const char *const *functions;
	size_t n;

	if (g->db.engine == DB_MYSQL) {
		put_grant(g, ALL_ROWS ", CREATE, ALTER, DROP, INDEX, REFERENCES, TRIGGER", "*",
		    ROLE_MIGRATE);
		str_add(&g->out, "-- (A server that keeps a binary log lets only administrators make triggers, unless log_bin_trust_function_creators is on.)\n");
		return;
	}
	for (enum role r = 0; r < ROLE__MAX; r++) {
		str_add(&g->out,
		    r == ROLE_MIGRATE ? "GRANT CONNECT, CREATE ON DATABASE "
				      : "GRANT CONNECT ON DATABASE ");
		put_name(g, g->db.url.name);
		str_add(&g->out, " TO ");
		put_user(g, r);
		str_add(&g->out, ";\n");
		put_grant(g, r == ROLE_MIGRATE ? "USAGE, CREATE" : "USAGE", "SCHEMA public", r);
	}
	put_owner(g, "TABLE", tables, n_tables);
	put_owner(g, "TABLE", (const char *const[]){ "vimb_schema" }, 1);
	schema_names(g->db.engine, "FUNCTION", g->arena, &functions, &n);
	put_owner(g, "FUNCTION", functions, n);
}

static void
put_grants(struct granting *g)
{
	const char *const *tables;
	size_t n;

	schema_names(g->db.engine, "TABLE", g->arena, &tables, &n);
	put_migrations(g, tables, n);
	for (size_t i = 0; i < n; i++)
		put_panel(g, tables[i]);
	put_panel(g, "vimb_schema");
	for (size_t i = 0; i < ARRAY_LEN(removes); i++)
		put_grant(g, removes[i].rights, removes[i].table, ROLE_KEEPER);
	for (size_t i = 0; i < ARRAY_LEN(few); i++)
		put_grant(g, few[i].rights, few[i].table, few[i].role);
}

static const char
    sqlite_instead[] = "-- SQLite has no users: whoever may write the file may do everything. Its "
		       "folder takes their place: of the user that runs the panel and the group\n"
		       "-- postfix, mode 2770, so that Postfix and Dovecot's dict process can use "
		       "the file and nobody else can; Dovecot looks up as root.\n";

enum rc
mailconf_roles(const struct conf *conf, struct arena *arena, const char **ret_sql, struct errs *errs)
{
	struct granting g = { .conf = conf, .arena = arena };
	enum rc rc = mailconf_db_begin(conf, conf->database, &g.db, errs);

	if (rc == RC_OK && g.db.engine == DB_SQLITE)
		str_add(&g.out, sqlite_instead);
	for (enum role r = 0; rc == RC_OK && r < ROLE__MAX && g.db.engine != DB_SQLITE; r++)
		rc = take_login(&g, r, errs);
	if (rc == RC_OK && g.db.engine != DB_SQLITE) {
		put_head(&g);
		put_grants(&g);
	}
	*ret_sql = arena_strdup(arena, str_text(&g.out));
	str_release(&g.out);
	mailconf_db_end(&g.db);
	return rc;
}
