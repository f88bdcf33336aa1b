/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The plan of a takeover, in the order that keeps Postfix, Dovecot and the PHP code working at every point in between. Nothing this program does
 * not know is ever dropped.
 *
 * The surprising thing: MariaDB commits before and after each ALTER, so there is no transaction here. Instead every action is one that need not
 * be done twice, and the plan is made from what the database holds, never from its version number.
 */
#include "base/base.h"

#include "base/arena.h"
#include "db/db_int.h"
#include "db/facts.h"
#include "db/takeover.h"

#include <stdarg.h>
#include <strings.h>

#define ACTIONS_MAX 200
#define DUPLICATES_SHOWN 20

struct planning {
	struct op *op;
	struct facts facts;
	struct takeover_plan *plan;
	const char *charset, *collation; /* of mailbox.username */
};

static void PRINTFLIKE(3, 4) add(struct planning *p, const char *what, const char *fmt, ...);

static void
add(struct planning *p, const char *what, const char *fmt, ...)
{
	va_list ap;

	if (p->plan->n == ACTIONS_MAX)
		abort();
	va_start(ap, fmt);
	p->plan->at[p->plan->n++] = (struct schema_action){ arena_strdup(p->op->arena, what),
		arena_vprintf(p->op->arena, fmt, ap) };
	va_end(ap);
}

#define SAY(p, ...) arena_printf((p)->op->arena, __VA_ARGS__)

/* ---- is it one, and can it be taken over? ---- */

/* Columns that every ViMbAdmin has and its neighbours (PostfixAdmin has tables of the same names) have not. */
static const struct {
	const char *table, *column;
} marks[] = { { "admin", "super" }, { "admin", "id" }, { "domain", "id" },
	{ "domain", "max_mailboxes" }, { "mailbox", "Domain_id" }, { "mailbox", "access_restriction" },
	{ "alias", "Domain_id" }, { "domain_admins", "Admin_id" }, { "log", "Admin_id" } };

static enum rc
recognise(struct planning *p)
{
	const struct fact_table *first = p->facts.tables.at;
	size_t there = 0;

	for (size_t i = 0; i < ARRAY_LEN(marks); i++)
		there += facts_table(&p->facts, marks[i].table) != NULL;
	p->plan->found = there > 0;
	if (p->facts.tables.n == 0)
		return RC_OK;
	if (there == 0)
		return op_fail(p->op,
		    RC_CONFIG, N_("This database belongs to another program (it has a table %s and none of ViMbAdmin). Name an empty one."),
		    first->name);
	for (size_t i = 0; i < ARRAY_LEN(marks); i++)
		if (!facts_column(&p->facts, marks[i].table, marks[i].column))
			return op_fail(p->op, RC_CONFIG,
			    N_("This is no ViMbAdmin database: it lacks %s.%s. (PostfixAdmin's is "
			       "carried over by `vimbadmin import "
			       "postfixadmin`.)"),
			    marks[i].table, marks[i].column);
	return RC_OK;
}

#define VERSION_KNOWN_MAX 5 /* the fork counted up to 5, back, and up again */

static enum rc
check_version(struct planning *p)
{
	static const struct query q_version = { "takeover_version",
		{ [DB_MYSQL] = { "SELECT max(version) FROM dbversion", NULL, 0 } }, false };
	enum rc rc;

	if (!facts_table(&p->facts, "dbversion") || facts_table(&p->facts, "vimb_schema"))
		return RC_OK;
	if ((rc = db_number(p->op, &q_version, DB_NONE, &p->plan->version)) != RC_OK)
		return rc;
	if (p->plan->version > VERSION_KNOWN_MAX)
		return op_fail(p->op,
		    RC_CONFIG, N_("The database says version %d; this program knows ViMbAdmin up to %d. It was changed by something newer."),
		    (int)p->plan->version, VERSION_KNOWN_MAX);
	return RC_OK;
}

/* Foreign keys need it. */
static enum rc
check_engines(struct planning *p)
{
	const struct fact_table *t = p->facts.tables.at;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < p->facts.tables.n; i++)
		if (t[i].engine && strcasecmp(t[i].engine, "InnoDB") != 0 &&
		    facts_column(&p->facts, t[i].name, "id"))
			rc = op_fail(p->op,
			    RC_CONFIG, N_("Table %s is stored by %s; convert it first: ALTER TABLE %s ENGINE = InnoDB."),
			    t[i].name, t[i].engine, t[i].name);
	return rc;
}

struct duplicate {
	const char *name;
	int64_t n;
};
static const struct field duplicate_field_rows[] = { FIELD(duplicate, name), FIELD(duplicate, n) };
static FIELDS(duplicate);

#define DUPLICATES(table, column)                                                                \
	{                                                                                        \
		"takeover_duplicates_" table,                                                    \
		    { [DB_MYSQL] = { "SELECT min(" column ") AS name, count(*) AS n FROM " table \
				     " GROUP BY " column                                         \
				     " HAVING count(*) > 1 ORDER BY 1 LIMIT 21",                 \
			  NULL, 0 } },                                                           \
		    false                                                                        \
	}

/* A unique index would fail half-way; without one, upstream up to 3.3 let the same address in twice. */
static enum rc
check_duplicates(struct planning *p)
{
	static const struct {
		const char *table, *column;
		struct query q;
	} checks[] = {
		{ "mailbox", "username", DUPLICATES("mailbox", "username") },
		{ "alias", "address", DUPLICATES("alias", "address") },
		{ "admin", "username", DUPLICATES("admin", "username") },
		{ "archive", "username", DUPLICATES("archive", "username") },
		{ "domain", "domain", DUPLICATES("domain", "domain") },
	};
	enum rc rc = RC_OK, one;

	for (size_t i = 0; i < ARRAY_LEN(checks); i++) {
		struct rows rows = { 0 };
		const struct duplicate *d;

		if (!facts_table(&p->facts, checks[i].table) ||
		    facts_index_on(&p->facts, checks[i].table, checks[i].column, true))
			continue;
		if ((one = db_all(p->op, &checks[i].q, DB_NONE, &duplicate_fields,
			 DUPLICATES_SHOWN + 1, &rows)) != RC_OK)
			return one;
		d = rows.at;
		for (size_t k = 0; k < rows.n && k < DUPLICATES_SHOWN; k++)
			rc = op_fail(p->op,
			    RC_CONFLICT, N_("%s stands %d times in table %s; keep one row and rename or remove the others."),
			    d[k].name, (int)d[k].n, checks[i].table);
		if (rows.n > DUPLICATES_SHOWN)
			rc = op_fail(p->op, RC_CONFLICT, N_("... and more in table %s."),
			    checks[i].table);
	}
	return rc;
}

/* ---- the plan ---- */

static enum rc
count(struct planning *p, const struct query *q, int64_t *ret)
{
	return db_number(p->op, q, DB_NONE, ret);
}

#define COUNT(name, sql) \
	static const struct query name = { #name, { [DB_MYSQL] = { sql, NULL, 0 } }, false }

/* Their old triggers copied sizes into dovecot_quota, which Dovecot itself writes now. */
static void
plan_triggers(struct planning *p)
{
	static const char *const old[] = { "trg_dq_ins", "trg_dq_upd" };

	for (size_t i = 0; i < ARRAY_LEN(old); i++)
		if (facts_trigger(&p->facts, old[i]))
			add(p, SAY(p, "Drop the old trigger %s.", old[i]),
			    "DROP TRIGGER IF EXISTS %s", old[i]);
}

/* The tables Dovecot writes: keyed by the address, so of the same character set and collation as mailbox.username. */
static void
plan_dovecot_tables(struct planning *p)
{
	static const struct {
		const char *table, *columns;
	} tables[] = {
		{ "dovecot_quota",
		    "bytes BIGINT NOT NULL DEFAULT 0, messages BIGINT NOT NULL DEFAULT 0, "
		    "updated_at TIMESTAMP NOT NULL "
		    "DEFAULT current_timestamp() ON UPDATE current_timestamp()" },
		{ "dovecot_last_login", "last_login BIGINT NOT NULL DEFAULT 0" },
	};

	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		const struct fact_column *c = facts_column(&p->facts, tables[i].table, "username");

		if (!c)
			add(p, SAY(p, "Create table %s, which Dovecot writes.", tables[i].table),
			    "CREATE TABLE IF NOT EXISTS %s (username VARCHAR(255) CHARACTER SET %s "
			    "COLLATE %s NOT NULL PRIMARY KEY, %s) "
			    "ENGINE=InnoDB",
			    tables[i].table, p->charset, p->collation, tables[i].columns);
		else if (!c->collation || strcmp(c->collation, p->collation) != 0) {
			const struct fact_key *k = facts_key(&p->facts, tables[i].table, "username");

			if (k)
				add(p,
				    SAY(p, "Take off the foreign key of %s, to put it on again below.",
					tables[i].table),
				    "ALTER TABLE %s DROP FOREIGN KEY %s", tables[i].table, k->name);
			add(p,
			    SAY(p, "Give %s.username the collation of mailbox.username (%s).",
				tables[i].table, p->collation),
			    "ALTER TABLE %s MODIFY username VARCHAR(255) CHARACTER SET %s COLLATE "
			    "%s NOT NULL",
			    tables[i].table, p->charset, p->collation);
		}
	}
}

/* Upstream measured mailboxes itself. */
static enum rc
plan_seed(struct planning *p)
{
	COUNT(q_unseeded,
	    "SELECT count(*) FROM mailbox m WHERE m.maildir_size > 0 AND NOT EXISTS"
	    " (SELECT 1 FROM dovecot_quota q WHERE q.username = m.username)");
	int64_t n = 1;
	enum rc rc = RC_OK;

	if (!facts_column(&p->facts, "mailbox", "maildir_size"))
		return RC_OK;
	if (facts_table(&p->facts, "dovecot_quota"))
		rc = count(p, &q_unseeded, &n);
	if (n > 0)
		add(p, "Carry the sizes upstream measured over to dovecot_quota.",
		    "INSERT IGNORE INTO dovecot_quota (username, bytes, messages) SELECT username, "
		    "COALESCE(maildir_size, 0), 0 FROM mailbox "
		    "WHERE maildir_size > 0");
	return rc;
}

static void
plan_columns(struct planning *p)
{
	static const struct {
		const char *table, *column, *definition;
	} columns[] = {
		{ "admin", "last_login", "DATETIME DEFAULT NULL" },
		{ "archive", "autoprune", "TINYINT NOT NULL DEFAULT 0" },
		{ "mailbox", "delete_pending", "TINYINT DEFAULT 0" },
		{ "mcp_token", "allowed_domains", "LONGTEXT DEFAULT NULL" },
	};

	for (size_t i = 0; i < ARRAY_LEN(columns); i++)
		if (facts_table(&p->facts, columns[i].table) &&
		    !facts_column(&p->facts, columns[i].table, columns[i].column))
			add(p, SAY(p, "Add column %s.%s.", columns[i].table, columns[i].column),
			    "ALTER TABLE %s ADD COLUMN %s %s", columns[i].table, columns[i].column,
			    columns[i].definition);
}

/* Databases made before about 3.0.12 have no defaults. */
static const struct {
	const char *table, *column, *value;
} defaults[] = {
	{ "admin", "super", "0" },
	{ "admin", "active", "1" },
	{ "domain", "quota", "0" },
	{ "domain", "transport", "'virtual'" },
	{ "domain", "backupmx", "0" },
	{ "domain", "active", "1" },
	{ "domain", "max_quota", "0" },
	{ "domain", "max_aliases", "0" },
	{ "domain", "max_mailboxes", "0" },
	{ "domain", "alias_count", "0" },
	{ "domain", "mailbox_count", "0" },
	{ "mailbox", "quota", "0" },
	{ "mailbox", "active", "0" },
	{ "mailbox", "access_restriction", "'ALL'" },
	{ "alias", "active", "1" },
	{ "admin_pref", "ix", "0" },
	{ "admin_pref", "op", "':='" },
	{ "admin_pref", "expire", "0" },
	{ "mailbox_pref", "ix", "0" },
	{ "mailbox_pref", "op", "':='" },
	{ "mailbox_pref", "expire", "0" },
	{ "alias_pref", "ix", "0" },
	{ "alias_pref", "op", "':='" },
	{ "alias_pref", "expire", "0" },
	{ "domain_pref", "ix", "0" },
	{ "domain_pref", "op", "':='" },
	{ "domain_pref", "expire", "0" },
	{ "archive", "autoprune", "0" },
};

static enum rc
plan_defaults(struct planning *p)
{
	COUNT(q_pending_null, "SELECT count(*) FROM mailbox WHERE delete_pending IS NULL");
	int64_t n = 0;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < ARRAY_LEN(defaults); i++) {
		const struct fact_column *c = facts_column(&p->facts, defaults[i].table,
		    defaults[i].column);

		if (c && !c->nullable && !c->has_default)
			add(p, SAY(p, "Give %s.%s its default.", defaults[i].table, defaults[i].column),
			    "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s", defaults[i].table,
			    defaults[i].column, defaults[i].value);
	}
	if (facts_column(&p->facts, "mailbox", "delete_pending"))
		rc = count(p, &q_pending_null, &n);
	if (n > 0)
		add(p, SAY(p, "Show %lld mailboxes that a restore left invisible.", (long long)n),
		    "UPDATE mailbox SET delete_pending = 0 WHERE delete_pending IS NULL");
	return rc;
}

static const struct {
	const char *table, *name, *columns;
	bool is_unique;
} indexes[] = {
	{ "admin", "IX_Username_admin", "username", true },
	{ "mailbox", "IX_Username_mailbox", "username", true },
	{ "alias", "IX_Address_1", "address", true },
	{ "domain", "IX_Domain_1", "domain", true },
	{ "archive", "UNIQ_D5FC5D9CF85E0677", "username", true },
	{ "domain", "IX_Domain_active", "active", false },
	{ "mailbox", "IX_Mailbox_active", "active", false },
	{ "alias", "IX_Alias_active", "active", false },
	{ "log", "IX_Log_timestamp", "timestamp", false },
	{ "mailbox_task", "mailbox_task_status_idx", "status", false },
	{ "queue_runner", "queue_runner_heartbeat_idx", "heartbeat_at", false },
};

/* Any index on the same columns does; under another name it is given the fork's, so that the PHP code finds it. */
static void
plan_indexes(struct planning *p)
{
	for (size_t i = 0; i < ARRAY_LEN(indexes); i++) {
		const struct fact_index *x = facts_index_on(&p->facts, indexes[i].table,
		    indexes[i].columns, indexes[i].is_unique);
		const char *table = indexes[i].table, *name = indexes[i].name;

		if (!facts_table(&p->facts, table) || (x && strcasecmp(x->name, name) == 0))
			continue;
		if (x && !facts_index_named(&p->facts, table, name))
			add(p, SAY(p, "Rename index %s of %s to %s.", x->name, table, name),
			    "ALTER TABLE %s RENAME INDEX `%s` TO %s", table, x->name, name);
		else if (!x)
			add(p,
			    SAY(p, "Add %s %s on %s (%s).", indexes[i].is_unique ? "unique index" : "index",
				name, table, indexes[i].columns),
			    "ALTER TABLE %s ADD %s %s (%s)", table,
			    indexes[i].is_unique ? "UNIQUE INDEX" : "INDEX", name, indexes[i].columns);
	}
}

/* Rows of these go with what they belong to. The fork has no cascade here and cannot delete a domain that has any. */
static const struct {
	const char *table, *name, *column, *to, *to_column, *rules;
} keys[] = {
	{ "admin_pref", "FK_814C1AD19D5DE046", "Admin_id", "admin", "id", "ON DELETE CASCADE" },
	{ "mailbox_pref", "FK_F9C4B42A29B1361C", "Mailbox_id", "mailbox", "id", "ON DELETE CASCADE" },
	{ "alias_pref", "FK_3279E911A72028B4", "Alias_id", "alias", "id", "ON DELETE CASCADE" },
	{ "domain_pref", "FK_C89B55693AE8C46", "Domain_id", "domain", "id", "ON DELETE CASCADE" },
	{ "directory_entry", "FK_6553C92D66EC35CC", "mailbox_id", "mailbox", "id", "ON DELETE CASCADE" },
	{ "dovecot_quota", "FK_dovecot_quota_mailbox", "username", "mailbox", "username",
	    "ON DELETE CASCADE ON UPDATE CASCADE" },
	{ "dovecot_last_login", "FK_dovecot_last_login_mailbox", "username", "mailbox", "username",
	    "ON DELETE CASCADE ON UPDATE CASCADE" },
};

/* Is the key there and as it should be, and does it stay until then? */
static bool
key_stays(const struct planning *p, size_t i)
{
	const struct fact_key *k = facts_key(&p->facts, keys[i].table, keys[i].column);
	const struct fact_column *c = facts_column(&p->facts, keys[i].table, keys[i].column);
	bool moved = c && c->collation && strcmp(c->collation, p->collation) != 0;

	return k && strcasecmp(k->on_delete, "CASCADE") == 0 && !moved;
}

static void
plan_keys(struct planning *p)
{
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		const struct fact_key *k = facts_key(&p->facts, keys[i].table, keys[i].column);
		bool dovecot = strcmp(keys[i].column, "username") == 0;
		const char *drop = "";

		if ((!facts_table(&p->facts, keys[i].table) && !dovecot) || key_stays(p, i))
			continue;
		add(p,
		    SAY(p, "Remove what is left in %s of a %s that is gone (usually nothing).",
			keys[i].table, keys[i].to),
		    "DELETE x FROM %s x LEFT JOIN %s y ON y.%s = x.%s WHERE y.%s IS NULL AND x.%s "
		    "IS NOT NULL",
		    keys[i].table, keys[i].to, keys[i].to_column, keys[i].column, keys[i].to_column,
		    keys[i].column);
		if (k && !dovecot)
			drop = SAY(p, "DROP FOREIGN KEY %s, ", k->name);
		add(p, SAY(p, "Let rows of %s go together with their %s.", keys[i].table, keys[i].to),
		    "ALTER TABLE %s %sADD CONSTRAINT %s FOREIGN KEY (%s) REFERENCES %s (%s) %s",
		    keys[i].table, drop, *drop ? SAY(p, "%s_c", keys[i].name) : keys[i].name,
		    keys[i].column, keys[i].to, keys[i].to_column, keys[i].rules);
	}
}

static void
plan_legacy(struct planning *p)
{
	static const char *const columns[] = { "maildir_size", "homedir_size", "size_at", "uid",
		"gid", "homedir", "maildir" };

	for (size_t i = 0; i < ARRAY_LEN(columns); i++)
		if (facts_column(&p->facts, "mailbox", columns[i]))
			add(p,
			    SAY(p, "Drop the column mailbox.%s, which only upstream used.", columns[i]),
			    "ALTER TABLE mailbox DROP COLUMN %s", columns[i]);
}

/* What has lost its meaning and could only do harm: cookies that sign in without a password, expired tokens. */
static enum rc
plan_secrets(struct planning *p)
{
	COUNT(q_remembered, "SELECT count(*) FROM remember_me");
	COUNT(q_expired,
	    "SELECT count(*) FROM admin_pref WHERE attribute = 'tokens.password_reset' AND expire "
	    "> 0"
	    " AND expire < unix_timestamp()");
	int64_t n = 0;
	enum rc rc = RC_OK;

	if (facts_table(&p->facts, "remember_me") && (rc = count(p, &q_remembered, &n)) == RC_OK && n > 0)
		add(p, SAY(p, "Forget %lld remember-me cookies.", (long long)n),
		    "DELETE FROM remember_me");
	n = 0;
	if (rc == RC_OK && facts_table(&p->facts, "admin_pref") &&
	    (rc = count(p, &q_expired, &n)) == RC_OK && n > 0)
		add(p, SAY(p, "Remove %lld expired password reset tokens.", (long long)n),
		    "DELETE FROM admin_pref WHERE attribute = 'tokens.password_reset' AND expire > "
		    "0 AND expire < unix_timestamp()");
	return rc;
}

/* Character set and collation come from the server, and go into statements: letters, digits and _ only. */
static bool
is_plain_name(const char *text)
{
	return text && *text &&
	    strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") ==
	    strlen(text);
}

static enum rc
make_plan(struct planning *p, bool drop_legacy)
{
	const struct fact_column *username = facts_column(&p->facts, "mailbox", "username");
	enum rc rc;

	if (!username || !is_plain_name(username->charset) || !is_plain_name(username->collation))
		return op_fail(p->op, RC_CONFIG, N_("mailbox.username is no text column."));
	p->charset = username->charset;
	p->collation = username->collation;
	plan_triggers(p);
	plan_dovecot_tables(p);
	if ((rc = plan_seed(p)) != RC_OK)
		return rc;
	plan_columns(p);
	if ((rc = plan_defaults(p)) != RC_OK)
		return rc;
	plan_indexes(p);
	plan_keys(p);
	if (drop_legacy)
		plan_legacy(p);
	return plan_secrets(p);
}

enum rc
takeover_plan(struct op *op, bool drop_legacy, struct takeover_plan *ret)
{
	struct planning p = { .op = op, .plan = ret };
	enum rc rc;

	*ret = (struct takeover_plan){ .at = arena_array(op->arena, ACTIONS_MAX, sizeof(*ret->at)) };
	if (db_engine(op->db) != DB_MYSQL)
		return RC_OK;
	if ((rc = facts_read(op, &p.facts)) != RC_OK || (rc = recognise(&p)) != RC_OK || !ret->found)
		return rc;
	if ((rc = check_version(&p)) != RC_OK || (rc = check_engines(&p)) != RC_OK ||
	    (rc = check_duplicates(&p)) != RC_OK)
		return rc;
	return make_plan(&p, drop_legacy);
}

enum rc
takeover_apply(struct op *op, bool drop_legacy)
{
	struct takeover_plan plan;
	enum rc rc = takeover_plan(op, drop_legacy, &plan);

	for (size_t i = 0; i < plan.n && rc == RC_OK; i++) {
		struct db_error e = { .rc = RC_INTERNAL };

		op->db->driver->set_deadline(op->db->conn, op->deadline);
		if (op->db->driver->script(op->db->conn, plan.at[i].sql, &e) != RC_OK)
			rc = db_failed(op, plan.at[i].what, &e);
	}
	return rc;
}
