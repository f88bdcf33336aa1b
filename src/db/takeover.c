/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Is a database one of the PHP program, which state of it, and does anything stand in the way of taking it over? Everything that is in the way is named
 * at once. What has to be done is takeover_plan.c's.
 *
 * The surprising thing: the version number decides nothing but "too new". It went up and down in the fork's history, so the tables are looked at.
 */
#include "base/base.h"

#include "base/str.h"
#include "db/db_int.h"
#include "db/schema_lock.h"
#include "db/schema_server.h"
#include "db/takeover_int.h"

#include <strings.h>

#define DUPLICATES_SHOWN 20

/* ---- is it one? ---- */

/* Columns that every ViMbAdmin has and its neighbours (PostfixAdmin has tables of the same names) have not. */
static const struct {
	const char *table, *column;
} marks[] = { { "admin", "super" }, { "admin", "id" }, { "domain", "id" },
	{ "domain", "max_mailboxes" }, { "mailbox", "Domain_id" }, { "mailbox", "access_restriction" },
	{ "alias", "Domain_id" }, { "domain_admins", "Admin_id" }, { "log", "Admin_id" } };

/* Tables of ours may be there before all others: the lock, and what was made before a kill. */
static const struct fact_table *
first_foreign(const struct planning *p)
{
	const struct fact_table *at = p->facts.tables.at;

	for (size_t i = 0; i < p->facts.tables.n; i++)
		if (strncmp(at[i].name, "vimb_", 5) != 0)
			return &at[i];
	return NULL;
}

/* The list of our steps is made right before a new database's tables: of these some are missing only when a kill came between. */
static bool
was_cut_off(const struct planning *p)
{
	if (!facts_table(&p->facts, "vimb_schema"))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(marks); i++)
		if (!facts_table(&p->facts, marks[i].table))
			return true;
	return false;
}

static enum rc
recognise(struct planning *p)
{
	const struct fact_table *first = first_foreign(p);
	size_t there = 0;

	for (size_t i = 0; i < ARRAY_LEN(marks); i++)
		there += facts_table(&p->facts, marks[i].table) != NULL;
	p->plan->found = there > 0 && !was_cut_off(p);
	if (!first || (there > 0 && !p->plan->found))
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

/* What the fork added to upstream's tables. */
static const struct {
	const char *table, *column; /* column NULL: the table itself */
} forks[] = { { "admin", "last_login" }, { "archive", "autoprune" }, { "mailbox_task", NULL },
	{ "queue_runner", NULL }, { "mcp_token", NULL }, { "mcp_token", "allowed_domains" },
	{ "setting", NULL }, { "dovecot_quota", NULL }, { "dovecot_last_login", NULL } };

/* Which of them are missing, as a list; *ret_there: how many are not. */
static const char *
missing_of_fork(const struct planning *p, size_t *ret_there)
{
	CLEANUP(str_release) struct str out = STR_INIT;

	*ret_there = 0;
	for (size_t i = 0; i < ARRAY_LEN(forks); i++) {
		bool is = forks[i].column
		    ? facts_column(&p->facts, forks[i].table, forks[i].column) != NULL
		    : facts_table(&p->facts, forks[i].table) != NULL;

		*ret_there += is;
		if (is || (forks[i].column && !facts_table(&p->facts, forks[i].table)))
			continue;
		str_addf(&out, "%s%s%s%s", out.len ? ", " : "", forks[i].table,
		    forks[i].column ? "." : "", forks[i].column ? forks[i].column : "");
	}
	return arena_strdup(p->op->arena, str_text(&out));
}

/* Which state of the PHP program the tables are in, as people call it. */
static const char *
kind_of(const struct planning *p)
{
	size_t there;
	const char *missing = missing_of_fork(p, &there);
	bool legacy = facts_column(&p->facts, "mailbox", "maildir") != NULL;
	const struct fact_column *quota = facts_column(&p->facts, "mailbox", "quota");

	if (there == ARRAY_LEN(forks) && !legacy)
		return "the ViMbAdmin fork, version 4.0";
	if (there > 0 && *missing)
		return SAY(p,
		    "the ViMbAdmin fork in an earlier or half-applied state (it lacks %s)", missing);
	if (there > 0)
		return "the ViMbAdmin fork, version 4.0, with columns left from ViMbAdmin 3";
	if (facts_index_on(&p->facts, "mailbox", "username", true))
		return "ViMbAdmin 3.4 (upstream)";
	return quota && quota->has_default
	    ? "ViMbAdmin 3.0 to 3.3 (upstream)"
	    : "ViMbAdmin 3.0 before 3.0.12 (upstream, no defaults in its columns)";
}

#define VERSION_KNOWN_MAX 5 /* the fork counted up to 5, back, and up again */

static enum rc
check_version(struct planning *p)
{
	static const struct query q_version = { "takeover_version",
		{ [DB_MYSQL] = { "SELECT max(version) FROM dbversion", NULL, 0 } }, false };
	enum rc rc;

	if (!facts_table(&p->facts, "dbversion"))
		return RC_OK;
	if ((rc = db_number(p->op, &q_version, DB_NONE, &p->plan->version)) != RC_OK)
		return rc;
	if (p->plan->version > VERSION_KNOWN_MAX && !facts_table(&p->facts, "vimb_schema"))
		return op_fail(p->op,
		    RC_CONFIG, N_("The database says version %d; this program knows ViMbAdmin up to %d. It was changed by something newer."),
		    (int)p->plan->version, VERSION_KNOWN_MAX);
	return RC_OK;
}

/* ---- what stands in the way ---- */

/* Tables that foreign keys and transactions have to work on. */
static const char *const tables[] = { "admin", "admin_pref", "alias", "alias_pref", "archive",
	"directory_entry", "domain", "domain_admins", "domain_pref", "dovecot_last_login",
	"dovecot_quota", "log", "mailbox", "mailbox_pref", "mailbox_task", "mcp_token",
	"queue_runner", "remember_me", "setting" };

static enum rc
check_engines(struct planning *p)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		const struct fact_table *t = facts_table(&p->facts, tables[i]);

		if (t && t->engine && strcasecmp(t->engine, "InnoDB") != 0)
			rc = op_fail(p->op,
			    RC_CONFIG, N_("Table %s is stored by %s; convert it first: ALTER TABLE %s ENGINE = InnoDB."),
			    t->name, t->engine, t->name);
		if (t && t->partitioned)
			rc = op_fail(p->op,
			    RC_CONFIG, N_("Table %s is partitioned, and no key can hang on it then; undo that first: ALTER TABLE %s REMOVE PARTITIONING."),
			    t->name, t->name);
	}
	return rc;
}

bool
takeover_comparable(const struct planning *p, const struct fact_column *c)
{
	size_t n = c->collation ? strlen(c->collation) : 0, m = strlen(p->collation);

	return !c->collation || strcmp(c->charset, p->charset) != 0 ||
	    strcmp(c->collation, p->collation) == 0 ||
	    (n > 4 && strcmp(c->collation + n - 4, "_bin") == 0) ||
	    (m > 4 && strcmp(p->collation + m - 4, "_bin") == 0);
}

/* Addresses of one are compared with those of the other, domains with targets. That somebody converted one table only is rare enough to ask. */
static enum rc
check_collations(struct planning *p)
{
	static const struct {
		const char *table, *column, *type;
	} compared[] = { { "alias", "address", "VARCHAR(255)" },
		{ "archive", "username", "VARCHAR(255)" }, { "alias", "goto", "LONGTEXT" },
		{ "domain", "domain", "VARCHAR(255)" } };
	enum rc rc = RC_OK;

	for (size_t i = 0; i < ARRAY_LEN(compared); i++) {
		const struct fact_column *c = facts_column(&p->facts, compared[i].table,
		    compared[i].column);

		if (!c || takeover_comparable(p, c))
			continue;
		rc = op_fail(p->op, RC_CONFIG,
		    N_("%s.%s has the collation %s and mailbox.username %s, so the two cannot be "
		       "compared. Convert one first: ALTER TABLE "
		       "%s MODIFY %s %s CHARACTER SET %s COLLATE %s NOT NULL."),
		    c->table, c->name, c->collation, p->collation, c->table, c->name,
		    compared[i].type, p->charset, p->collation);
	}
	return rc;
}

struct duplicate {
	const char *name;
	int64_t n;
};
static const struct field duplicate_field_rows[] = { FIELD(duplicate, name), FIELD(duplicate, n) };
static FIELDS(duplicate);

/* Sorted, so that equal ones stand side by side: of columns without an index, grouping takes the server ten times as long. */
#define DUPLICATES(table, column)                                                            \
	{                                                                                    \
		"takeover_duplicates_" table,                                                \
		    { [DB_MYSQL] = { "SELECT min(x.name) AS name, count(*) + 1 AS n FROM "   \
				     "(SELECT " column " AS name, lead(" column              \
				     ") OVER (ORDER BY " column ") AS next FROM " table      \
				     " WHERE " column                                        \
				     " IS NOT NULL) x WHERE x.name = x.next GROUP BY x.name" \
				     " ORDER BY 1 LIMIT 21",                                 \
			  NULL, 0 } },                                                       \
		    false                                                                    \
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
		{ "admin_pref", "Admin_id,attribute,ix",
		    DUPLICATES("admin_pref",
			"concat(attribute, ' of administrator ', Admin_id, ', number ', ix)") },
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

/* Of rows without a name nobody can say what they were. */
static enum rc
check_nameless(struct planning *p)
{
	COUNT(q_mailboxes, "SELECT count(*) FROM mailbox WHERE username IS NULL");
	COUNT(q_aliases, "SELECT count(*) FROM alias WHERE address IS NULL");
	COUNT(q_domains, "SELECT count(*) FROM domain WHERE domain IS NULL");
	const struct {
		const char *table, *column;
		const struct query *q;
	} checks[] = { { "mailbox", "username", &q_mailboxes }, { "alias", "address", &q_aliases },
		{ "domain", "domain", &q_domains } };
	enum rc rc = RC_OK, one;

	for (size_t i = 0; i < ARRAY_LEN(checks); i++) {
		const struct fact_column *c = facts_column(&p->facts, checks[i].table, checks[i].column);
		int64_t n = 0;

		if (!c || !c->nullable)
			continue;
		if ((one = db_number(p->op, checks[i].q, DB_NONE, &n)) != RC_OK)
			return one;
		if (n > 0)
			rc = op_fail(p->op,
			    RC_CONFLICT, N_("%s.%s is NULL in %d rows; name or remove them: DELETE FROM %s WHERE %s IS NULL;"),
			    c->table, c->name, (int)n, c->table, c->name);
	}
	return rc;
}

/* All that is in the way is named in one go. */
typedef enum rc (*check)(struct planning *);

static enum rc
check_all(struct planning *p)
{
	static const check checks[] = { takeover_check_shape, check_engines, check_collations,
		check_nameless, check_duplicates };
	enum rc rc = RC_OK, one;

	for (size_t i = 0; i < ARRAY_LEN(checks); i++) {
		one = checks[i](p);
		rc = rc == RC_OK ? one : rc;
		if (one != RC_OK && one != RC_CONFIG && one != RC_CONFLICT)
			return one;
	}
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
read_collation(struct planning *p)
{
	const struct fact_column *username = facts_column(&p->facts, "mailbox", "username");

	if (!username || !is_plain_name(username->charset) || !is_plain_name(username->collation))
		return op_fail(p->op,
		    RC_CONFIG, N_("mailbox.username is %s and has to be text. Convert it first: ALTER TABLE mailbox MODIFY username VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL;"),
		    username ? username->type : "not there");
	p->charset = username->charset;
	p->collation = username->collation;
	return RC_OK;
}

enum rc
takeover_plan(struct op *op, bool drop_legacy, struct takeover_plan *ret)
{
	struct planning p = { .op = op, .plan = ret };
	enum rc rc;

	*ret = (struct takeover_plan){ .at = arena_array(op->arena, TAKEOVER_ACTIONS_MAX,
					   sizeof(*ret->at)) };
	if (db_engine(op->db) != DB_MYSQL)
		return RC_OK;
	if ((rc = facts_read(op, &p.facts)) != RC_OK || (rc = recognise(&p)) != RC_OK || !ret->found)
		return rc;
	if ((rc = check_version(&p)) != RC_OK || (rc = read_collation(&p)) != RC_OK)
		return rc;
	ret->kind = kind_of(&p);
	return (rc = check_all(&p)) == RC_OK ? takeover_fill(&p, drop_legacy) : rc;
}

enum rc
takeover_apply(struct op *op, bool drop_legacy, const struct schema_lock *l)
{
	struct takeover_plan plan;
	enum rc rc = takeover_plan(op, drop_legacy, &plan);

	for (size_t i = 0; i < plan.n && rc == RC_OK; i++) {
		struct db_error e = { .rc = RC_INTERNAL };

		if ((rc = schema_lock_check(op, l)) != RC_OK)
			return rc;
		op->db->driver->set_deadline(op->db->conn, op->deadline);
		if (op->db->driver->script(op->db->conn, plan.at[i].sql, &e) != RC_OK)
			rc = schema_stopped(op, plan.at[i].what, &e);
	}
	return rc;
}
