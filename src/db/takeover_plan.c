/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The plan of a takeover, in the order that keeps Postfix, Dovecot and the PHP code working at every point in between. Nothing this program does
 * not know is ever dropped.
 *
 * The surprising thing: MariaDB commits before and after each ALTER, so there is no transaction here. Instead every action is one that need not
 * be done twice, and the plan is made from what the database holds.
 */
#include "base/base.h"

#include "base/str.h"
#include "db/takeover_int.h"

#include <stdarg.h>
#include <strings.h>

static void PRINTFLIKE(3, 4) add(struct planning *p, const char *what, const char *fmt, ...);

static void
add(struct planning *p, const char *what, const char *fmt, ...)
{
	va_list ap;

	if (p->plan->n == TAKEOVER_ACTIONS_MAX)
		abort();
	va_start(ap, fmt);
	p->plan->at[p->plan->n++] = (struct schema_action){ arena_strdup(p->op->arena, what),
		arena_vprintf(p->op->arena, fmt, ap) };
	va_end(ap);
}

/* A name out of the database, for a statement. */
static const char *
quoted(const struct planning *p, const char *name)
{
	CLEANUP(str_release) struct str out = STR_INIT;

	str_addc(&out, '`');
	for (; *name; name++)
		str_addf(&out, *name == '`' ? "%c`" : "%c", *name);
	str_addc(&out, '`');
	return arena_strdup(p->op->arena, str_text(&out));
}

static enum rc
count(struct planning *p, const struct query *q, int64_t *ret)
{
	return db_number(p->op, q, DB_NONE, ret);
}

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
static const struct {
	const char *table, *columns;
} dovecots[] = {
	{ "dovecot_quota",
	    "bytes BIGINT NOT NULL DEFAULT 0, messages BIGINT NOT NULL DEFAULT 0, "
	    "updated_at TIMESTAMP NOT NULL "
	    "DEFAULT current_timestamp() ON UPDATE current_timestamp()" },
	{ "dovecot_last_login", "last_login BIGINT NOT NULL DEFAULT 0" },
};

static void
plan_dovecot_tables(struct planning *p)
{
	for (size_t i = 0; i < ARRAY_LEN(dovecots); i++)
		if (!facts_table(&p->facts, dovecots[i].table))
			add(p, SAY(p, "Create table %s, which Dovecot writes.", dovecots[i].table),
			    "CREATE TABLE IF NOT EXISTS %s (username VARCHAR(255) CHARACTER SET %s "
			    "COLLATE %s NOT NULL PRIMARY KEY, %s) "
			    "ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4",
			    dovecots[i].table, p->charset, p->collation, dovecots[i].columns);
}

/* A foreign key needs the very same collation. */
static bool
is_foreign(const struct planning *p, const char *table)
{
	const struct fact_column *c = facts_column(&p->facts, table, "username");

	return c && (!c->collation || strcmp(c->collation, p->collation) != 0);
}

/*
 * Another collation may hold what the new one cannot: rows of nobody, and rows that it takes for one. They go first, so that the change itself finds
 * nothing to stop at. Of several the one in small letters stays, which is how Dovecot writes.
 */
static void
align_dovecot(struct planning *p, const char *table)
{
	const char *as = SAY(p, "CONVERT(x.username USING %s) COLLATE %s", p->charset, p->collation);

	for (const struct fact_key *k = NULL;
	     (k = facts_key(&p->facts, table, "username", "mailbox", k)) != NULL;)
		add(p, SAY(p, "Take off the foreign key of %s, to put it on again below.", table),
		    "ALTER TABLE %s DROP FOREIGN KEY %s", table, quoted(p, k->name));
	add(p, SAY(p, "Remove what is left in %s of a mailbox that is gone (usually nothing).", table),
	    "DELETE x FROM %s x LEFT JOIN mailbox m ON m.username = %s WHERE m.username IS NULL",
	    table, as);
	add(p, SAY(p, "Remove rows of %s that mean the same mailbox as another (usually none).", table),
	    "DELETE y FROM %s y JOIN (SELECT %s AS name, max(BINARY x.username) AS kept FROM %s x "
	    "GROUP BY 1 HAVING count(*) > 1) d ON CONVERT(y.username USING %s) COLLATE %s = d.name "
	    "WHERE BINARY y.username <> d.kept",
	    table, as, table, p->charset, p->collation);
	add(p, SAY(p, "Give %s.username the collation of mailbox.username (%s).", table, p->collation),
	    "ALTER TABLE %s MODIFY username VARCHAR(255) CHARACTER SET %s COLLATE %s NOT NULL",
	    table, p->charset, p->collation);
}

static void
plan_collations(struct planning *p)
{
	const struct fact_column *task = facts_column(&p->facts, "mailbox_task", "username");

	for (size_t i = 0; i < ARRAY_LEN(dovecots); i++)
		if (is_foreign(p, dovecots[i].table))
			align_dovecot(p, dovecots[i].table);
	if (task && !takeover_comparable(p, task))
		add(p,
		    SAY(p, "Give mailbox_task.username the collation of mailbox.username (%s).", p->collation), "ALTER TABLE mailbox_task MODIFY username VARCHAR(255) CHARACTER SET %s COLLATE %s NOT NULL",
		    p->charset, p->collation);
}

/*
 * Upstream measured mailboxes itself. The collations of the two tables may differ here, so both are brought to one; the list is made once and looked
 * up by hash.
 */
static enum rc
plan_seed(struct planning *p)
{
	COUNT(q_unseeded,
	    "SELECT count(*) FROM mailbox m WHERE CONVERT(m.username USING utf8mb4) COLLATE "
	    "utf8mb4_bin NOT IN"
	    " (SELECT CONVERT(q.username USING utf8mb4) COLLATE utf8mb4_bin FROM dovecot_quota q)");
	int64_t n = 1;
	enum rc rc = RC_OK;

	if (!facts_column(&p->facts, "mailbox", "maildir_size"))
		return RC_OK;
	if (facts_table(&p->facts, "dovecot_quota"))
		rc = count(p, &q_unseeded, &n);
	if (n > 0)
		add(p, "Carry the sizes upstream measured over to dovecot_quota.",
		    "INSERT IGNORE INTO dovecot_quota (username, bytes, messages) SELECT username, "
		    "COALESCE(maildir_size, 0), 0 FROM mailbox");
	return rc;
}

/* What the fork added to upstream's tables, and what somebody may have thought superfluous. */
static void
plan_columns(struct planning *p)
{
	struct takeover_column *all = arena_array(p->op->arena, TAKEOVER_COLUMNS_MAX, sizeof(*all));
	size_t n;

	takeover_columns(p->op->arena, all, &n);
	for (size_t i = 0; i < n; i++)
		if (facts_table(&p->facts, all[i].table) &&
		    !facts_column(&p->facts, all[i].table, all[i].name))
			add(p, SAY(p, "Add column %s.%s.", all[i].table, all[i].name),
			    "ALTER TABLE %s ADD COLUMN %s %s", all[i].table, all[i].name,
			    all[i].definition);
}

/* What a row has that says nothing: the default, or what is none. NULL: nothing can stand for it. */
static const char *
filler(const struct takeover_column *c)
{
	const char *def = strstr(c->definition, " DEFAULT ");

	if (def)
		return def + sizeof(" DEFAULT ") - 1;
	if (strcmp(c->name, "password") == 0)
		return "'*'"; /* lets nobody in */
	if (strcmp(c->name, "local_part") == 0)
		return "substring_index(username, '@', 1)";
	if (strncmp(c->definition, "DATETIME", 8) == 0)
		return "utc_timestamp()";
	if (takeover_is_name(c))
		return NULL;
	return strstr(c->definition, "INT") ? "0" : "''";
}

/* A column that may be NULL and should not be; somebody's rows are, and forms and copies stumble over them. */
static void
plan_null(struct planning *p, const struct takeover_column *want, const struct fact_column *c)
{
	const char *value = filler(want), *def = strstr(want->definition, " DEFAULT ");
	const char *text = c->collation
	    ? SAY(p, " CHARACTER SET %s COLLATE %s", c->charset, c->collation)
	    : "";

	if (value)
		add(p, SAY(p, "Fill %s.%s where it is NULL.", c->table, c->name),
		    "UPDATE %s SET %s = %s WHERE %s IS NULL", c->table, c->name, value, c->name);
	add(p, SAY(p, "Let %s.%s be NULL no more.", c->table, c->name),
	    "ALTER TABLE %s MODIFY %s %s%s NOT NULL%s", c->table, c->name, c->type, text,
	    def ? def : "");
}

static void
plan_nulls(struct planning *p)
{
	struct takeover_column *all = arena_array(p->op->arena, TAKEOVER_COLUMNS_MAX, sizeof(*all));
	size_t n;

	takeover_columns(p->op->arena, all, &n);
	for (size_t i = 0; i < n; i++) {
		const struct fact_column *c = facts_column(&p->facts, all[i].table, all[i].name);

		if (c && c->nullable && strstr(all[i].definition, "NOT NULL"))
			plan_null(p, &all[i], c);
	}
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
	{ "mailbox", "delete_pending", "0" },
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
	{ "dovecot_quota", "bytes", "0" },
	{ "dovecot_quota", "messages", "0" },
	{ "dovecot_last_login", "last_login", "0" },
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

		if (c && !c->has_default)
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
	{ "admin_pref", "IX_AdminPreference_1", "Admin_id,attribute,ix", true },
	{ "domain", "IX_Domain_active", "active", false },
	{ "mailbox", "IX_Mailbox_active", "active", false },
	{ "alias", "IX_Alias_active", "active", false },
	{ "log", "IX_Log_timestamp", "timestamp", false },
	{ "mailbox_task", "mailbox_task_status_idx", "status", false },
	{ "queue_runner", "queue_runner_heartbeat_idx", "heartbeat_at", false },
};

/* The name an index is to have, or one beside it where that is taken by another index. */
static const char *
free_name(const struct planning *p, const char *table, const char *name)
{
	return facts_index_named(&p->facts, table, name) ? SAY(p, "vimb_%s", name) : name;
}

/* Names that some version of the PHP program gave; any other is somebody else's. */
static bool
is_old_name(const char *name)
{
	return strncasecmp(name, "IX_", 3) == 0 || strncasecmp(name, "UNIQ_", 5) == 0;
}

/* Any index on the same columns does; an old name becomes the fork's, so that the PHP code finds it. */
static void
plan_indexes(struct planning *p)
{
	for (size_t i = 0; i < ARRAY_LEN(indexes); i++) {
		const struct fact_index *x = facts_index_on(&p->facts, indexes[i].table,
		    indexes[i].columns, indexes[i].is_unique);
		const char *table = indexes[i].table, *name = indexes[i].name;

		if (!facts_table(&p->facts, table) || (x && strcasecmp(x->name, name) == 0))
			continue;
		if (!x)
			add(p,
			    SAY(p, "Add %s on %s (%s).",
				indexes[i].is_unique ? "a unique index" : "an index", table,
				indexes[i].columns),
			    "ALTER TABLE %s ADD %s %s (%s)", table,
			    indexes[i].is_unique ? "UNIQUE INDEX" : "INDEX",
			    free_name(p, table, name), indexes[i].columns);
		else if (indexes[i].is_unique && is_old_name(x->name) &&
		    !facts_index_named(&p->facts, table, name))
			add(p, SAY(p, "Rename index %s of %s to %s.", x->name, table, name),
			    "ALTER TABLE %s RENAME INDEX %s TO %s", table, quoted(p, x->name), name);
	}
}

/* Rows as MySQL before 5.7 laid them out have no room for long indexes, nor for all that a directory entry may hold. */
static void
plan_rows(struct planning *p)
{
	static const char *const wide[] = { "mailbox", "alias", "directory_entry" };

	for (size_t i = 0; i < ARRAY_LEN(wide); i++) {
		const struct fact_table *t = facts_table(&p->facts, wide[i]);

		if (t && t->row_format &&
		    (strcasecmp(t->row_format, "Compact") == 0 ||
			strcasecmp(t->row_format, "Redundant") == 0))
			add(p,
			    SAY(p, "Store the rows of %s in the format that long values need.", wide[i]),
			    "ALTER TABLE %s ROW_FORMAT = DYNAMIC", wide[i]);
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

/* Is it as it should be? */
static bool
key_fits(const struct fact_key *k, const char *rules)
{
	return strcasecmp(k->on_delete, "CASCADE") == 0 &&
	    (!strstr(rules, "ON UPDATE CASCADE") || strcasecmp(k->on_update, "CASCADE") == 0);
}

/* A name no key of that table has. */
static const char *
free_key_name(const struct planning *p, const char *table, const char *name)
{
	const struct fact_key *k = p->facts.keys.at;

	for (size_t i = 0; i < p->facts.keys.n; i++)
		if (strcasecmp(k[i].table, table) == 0 && strcasecmp(k[i].name, name) == 0)
			return SAY(p, "%s_c", name);
	return name;
}

static void
add_key(struct planning *p, size_t i, const char *drop)
{
	bool fresh = !facts_table(&p->facts, keys[i].table);

	if (!fresh)
		add(p,
		    SAY(p, "Remove rows of %s whose %s is gone (usually none).", keys[i].table,
			keys[i].to),
		    "DELETE x FROM %s x LEFT JOIN %s y ON y.%s = x.%s WHERE y.%s IS NULL AND x.%s "
		    "IS NOT NULL",
		    keys[i].table, keys[i].to, keys[i].to_column, keys[i].column, keys[i].to_column,
		    keys[i].column);
	add(p, SAY(p, "Let rows of %s go together with their %s.", keys[i].table, keys[i].to),
	    "ALTER TABLE %s %sADD CONSTRAINT %s FOREIGN KEY (%s) REFERENCES %s (%s) %s",
	    keys[i].table, drop, *drop ? free_key_name(p, keys[i].table, keys[i].name) : keys[i].name,
	    keys[i].column, keys[i].to, keys[i].to_column, keys[i].rules);
}

static void
plan_keys(struct planning *p)
{
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		bool dovecot = strcmp(keys[i].column, "username") == 0, fits = false;
		/* one whose collation changes above has lost its keys by then */
		bool moved = dovecot && is_foreign(p, keys[i].table);
		const char *drop = "";

		if (!facts_table(&p->facts, keys[i].table) && !dovecot)
			continue;
		for (const struct fact_key *k = NULL; !moved &&
		     (k = facts_key(&p->facts, keys[i].table, keys[i].column, keys[i].to, k)) != NULL;) {
			fits = fits || key_fits(k, keys[i].rules);
			drop = SAY(p, "%sDROP FOREIGN KEY %s, ", drop, quoted(p, k->name));
		}
		if (!fits)
			add_key(p, i, drop);
	}
}

/* The lists count by these numbers, and the PHP program let them drift. An alias that leads to itself is not counted. */
static enum rc
plan_counters(struct planning *p)
{
	COUNT(q_drifted,
	    "SELECT count(*) FROM domain d WHERE"
	    " d.mailbox_count <> (SELECT count(*) FROM mailbox m WHERE m.Domain_id = d.id)"
	    " OR d.alias_count <> (SELECT count(*) FROM alias a WHERE a.Domain_id = d.id AND "
	    "a.address <> a.goto)");
	COUNT(q_all, "SELECT count(*) FROM domain");
	bool there = facts_column(&p->facts, "domain", "mailbox_count") &&
	    facts_column(&p->facts, "domain", "alias_count");
	int64_t n = 0;
	enum rc rc = count(p, there ? &q_drifted : &q_all, &n);

	if (rc == RC_OK && n > 0)
		add(p, SAY(p, "Count the mailboxes and aliases of %lld domains anew.", (long long)n),
		    "UPDATE domain d SET"
		    " d.mailbox_count = (SELECT count(*) FROM mailbox m WHERE m.Domain_id = d.id),"
		    " d.alias_count = (SELECT count(*) FROM alias a WHERE a.Domain_id = d.id AND "
		    "a.address <> a.goto)");
	return rc;
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

/* Nothing but "no limit" can be meant by less than 0, and Dovecot refuses such a quota and with it the mailbox. */
static enum rc
plan_limits(struct planning *p)
{
	COUNT(q_quota, "SELECT count(*) FROM mailbox WHERE quota < 0");
	COUNT(q_default, "SELECT count(*) FROM domain WHERE quota < 0");
	COUNT(q_largest, "SELECT count(*) FROM domain WHERE max_quota < 0");
	COUNT(q_mailboxes, "SELECT count(*) FROM domain WHERE max_mailboxes < 0");
	COUNT(q_aliases, "SELECT count(*) FROM domain WHERE max_aliases < 0");
	static const struct {
		const struct query *q;
		const char *table, *column;
	} limits[] = { { &q_quota, "mailbox", "quota" }, { &q_default, "domain", "quota" },
		{ &q_largest, "domain", "max_quota" }, { &q_mailboxes, "domain", "max_mailboxes" },
		{ &q_aliases, "domain", "max_aliases" } };
	enum rc rc = RC_OK;

	for (size_t i = 0; i < ARRAY_LEN(limits) && rc == RC_OK; i++) {
		const char *table = limits[i].table, *column = limits[i].column;
		int64_t n = 0;

		if (facts_column(&p->facts, table, column))
			rc = count(p, limits[i].q, &n);
		if (n > 0)
			add(p,
			    SAY(p, "Write 0, no limit, where %s.%s is less (rows: %lld).", table,
				column, (long long)n),
			    "UPDATE %s SET %s = 0 WHERE %s < 0", table, column, column);
	}
	return rc;
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

enum rc
takeover_fill(struct planning *p, bool drop_legacy)
{
	enum rc rc;

	plan_triggers(p);
	plan_dovecot_tables(p);
	if ((rc = plan_seed(p)) != RC_OK)
		return rc;
	plan_columns(p);
	plan_nulls(p);
	if ((rc = plan_defaults(p)) != RC_OK)
		return rc;
	plan_rows(p);
	plan_indexes(p);
	plan_collations(p);
	plan_keys(p);
	if (drop_legacy)
		plan_legacy(p);
	if ((rc = plan_counters(p)) != RC_OK || (rc = plan_limits(p)) != RC_OK)
		return rc;
	return plan_secrets(p);
}
