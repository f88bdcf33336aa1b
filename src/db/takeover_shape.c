/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Do the tables of the PHP program have the columns that this program reads and writes, and can those hold what it puts there? What a column should be is
 * read off the step that makes the tables of a new database, so that the two cannot drift apart.
 *
 * The surprising thing: much is let through. Whether a switch is a TINYINT or an INT, a target list a TEXT or a VARCHAR makes no difference to any
 * statement; and columns that nobody needs to be told about are added by the plan.
 */
#include "base/base.h"

#include "db/schema_files.h"
#include "db/takeover_int.h"

#include <strings.h>

#define PASSWORD_MIN 128 /* a hash with its scheme in front */

/* ---- what should be ---- */

static const char *
fork_tables(void)
{
	for (size_t i = 0; i < schema_files_n; i++)
		if (strcmp(schema_files[i].name, "001_fork.mysql") == 0)
			return schema_files[i].sql;
	abort();
}

/* The line of a column, without its collation: a table that is there has its own. */
static struct takeover_column
column_of(struct arena *arena, const char *table, const char *line)
{
	static const char collate[] = " COLLATE utf8mb4_bin";
	size_t name = strcspn(line, " "), len = strcspn(line, "\n");
	const char *definition = line + name + 1, *cut;

	len -= (line[len - 1] == ',') + name + 1;
	definition = arena_strndup(arena, definition, len);
	if ((cut = strstr(definition, collate)))
		definition = arena_printf(arena, "%.*s%s", (int)(cut - definition), definition,
		    cut + sizeof(collate) - 1);
	return (struct takeover_column){ table, arena_strndup(arena, line, name), definition };
}

static bool
is_column(const char *line)
{
	static const char *const others[] = { "PRIMARY ", "UNIQUE ", "KEY ", "CONSTRAINT " };

	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (strncmp(line, others[i], strlen(others[i])) == 0)
			return false;
	return true;
}

void
takeover_columns(struct arena *arena, struct takeover_column *ret, size_t *ret_n)
{
	static const char create[] = "CREATE TABLE IF NOT EXISTS ";
	const char *table = NULL;

	*ret_n = 0;
	for (const char *line = fork_tables(); line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, create, sizeof(create) - 1) == 0)
			table = arena_strndup(arena, line + sizeof(create) - 1,
			    strcspn(line + sizeof(create) - 1, " "));
		else if (*line == ')')
			table = NULL;
		else if (table && *line == '\t' && is_column(line + 1) && *ret_n < TAKEOVER_COLUMNS_MAX)
			ret[(*ret_n)++] = column_of(arena, table, line + 1);
	}
}

bool
takeover_addable(const struct takeover_column *c)
{
	return !strstr(c->definition, "NOT NULL") || strstr(c->definition, " DEFAULT ");
}

bool
takeover_is_name(const struct takeover_column *c)
{
	return strcmp(c->name, "username") == 0 || strcmp(c->name, "address") == 0 ||
	    strcmp(c->name, c->table) == 0;
}

/* ---- what is ---- */

enum family { FAMILY_OTHER, FAMILY_NUMBER, FAMILY_TEXT, FAMILY_TIME };

static enum family
family_of(const char *type)
{
	static const struct {
		const char *name;
		enum family family;
	} types[] = { { "tinyint", FAMILY_NUMBER }, { "smallint", FAMILY_NUMBER },
		{ "mediumint", FAMILY_NUMBER }, { "int", FAMILY_NUMBER }, { "bigint", FAMILY_NUMBER },
		{ "varchar", FAMILY_TEXT }, { "char", FAMILY_TEXT }, { "tinytext", FAMILY_TEXT },
		{ "text", FAMILY_TEXT }, { "mediumtext", FAMILY_TEXT }, { "longtext", FAMILY_TEXT },
		{ "datetime", FAMILY_TIME }, { "timestamp", FAMILY_TIME } };
	size_t n = strcspn(type, " (");

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (strlen(types[i].name) == n && strncasecmp(type, types[i].name, n) == 0)
			return types[i].family;
	return FAMILY_OTHER;
}

static bool
begins(const char *type, const char *word)
{
	return strncasecmp(type, word, strlen(word)) == 0;
}

/* Keys of ours hang on these, and need their very type. */
static bool
is_anchor(const struct takeover_column *want)
{
	static const char *const tables[] = { "admin", "alias", "domain", "log", "mailbox", "mcp_token" };
	bool is = false;

	for (size_t i = 0; i < ARRAY_LEN(tables); i++)
		is = is || strcmp(want->table, tables[i]) == 0;
	return is && strcmp(want->name, "id") == 0;
}

static bool
refers(const struct takeover_column *want)
{
	size_t n = strlen(want->name);

	return n > 3 && strcmp(want->name + n - 3, "_id") == 0;
}

static bool
type_fits(const struct takeover_column *want, const struct fact_column *c)
{
	const char *size = strchr(c->type, '(');

	if (family_of(want->definition) != family_of(c->type))
		return false;
	if (is_anchor(want) || refers(want))
		return begins(c->type, begins(want->definition, "BIGINT") ? "bigint" : "int") &&
		    !strstr(c->type, "unsigned");
	if (begins(want->definition, "BIGINT") && strcmp(want->name, "id") != 0)
		return begins(c->type, "bigint");
	if (strcmp(want->name, "password") == 0 && size)
		return strtol(size + 1, NULL, 10) >= PASSWORD_MIN;
	return true;
}

static const char *
collation(const struct planning *p, const struct takeover_column *want)
{
	return family_of(want->definition) == FAMILY_TEXT
	    ? SAY(p, " CHARACTER SET %s COLLATE %s", p->charset, p->collation)
	    : "";
}

/* The type alone, and what follows it. */
static const char *
modify(const struct planning *p, const struct takeover_column *want)
{
	int type = (int)strcspn(want->definition, " ");

	return SAY(p, "ALTER TABLE %s MODIFY %s %.*s%s%s", want->table, want->name, type,
	    want->definition, collation(p, want), want->definition + type);
}

/* The server changes no column that keys hang on: off with them, and on again to what refers to it, which has to become what it becomes. */
static const char *
convert_anchor(const struct planning *p, const struct takeover_column *want)
{
	const char *off = "", *on = "";
	const struct fact_key *k = p->facts.keys.at;

	for (size_t i = 0; i < p->facts.keys.n; i++) {
		const struct fact_column *c = facts_column(&p->facts, k[i].table, k[i].column);

		if (strcasecmp(k[i].ref_table, want->table) != 0 || !c)
			continue;
		off = SAY(p, "%sALTER TABLE %s DROP FOREIGN KEY `%s`; ", off, c->table, k[i].name);
		on = SAY(p, "%s; ALTER TABLE %s MODIFY %s %.*s%s, ADD CONSTRAINT `%s` FOREIGN KEY (%s) REFERENCES %s (id) ON DELETE %s ON UPDATE %s",
		    on, c->table, c->name, (int)strcspn(want->definition, " "), want->definition,
		    c->nullable ? "" : " NOT NULL", k[i].name, c->name, want->table, k[i].on_delete,
		    k[i].on_update);
	}
	return SAY(p, "%s%s%s", off, modify(p, want), on);
}

static enum rc
refuse_type(const struct planning *p, const struct takeover_column *want, const struct fact_column *c)
{
	const char *first = "", *rest = is_anchor(want) ? convert_anchor(p, want) : modify(p, want);

	/* the number of an ENUM is its place in the list, and text that is a moment or a word has none */
	if (begins(c->type, "enum") || begins(c->type, "set"))
		first = SAY(p, "ALTER TABLE %s MODIFY %s VARCHAR(255); ", want->table, want->name);
	if (family_of(want->definition) == FAMILY_TIME)
		return op_fail(p->op, RC_CONFIG,
		    N_("%s.%s is %s and has to be %.*s. Convert it first, with its values."),
		    want->table, want->name, c->type, (int)strcspn(want->definition, " "),
		    want->definition);
	return op_fail(p->op, RC_CONFIG,
	    N_("%s.%s is %s and has to be %.*s. Convert it first: %s%s;"), want->table, want->name,
	    c->type, (int)strcspn(want->definition, " "), want->definition, first, rest);
}

/* A table that was copied row by row has lost its key, and what counts its ids. */
static enum rc
check_id(const struct planning *p, const struct takeover_column *want, const struct fact_column *c)
{
	bool key = facts_index_on(&p->facts, want->table, "id", true) != NULL;

	if (!strstr(want->definition, "AUTO_INCREMENT") || (key && strstr(c->extra, "auto_increment")))
		return RC_OK;
	return op_fail(p->op, RC_CONFIG,
	    N_("%s.id does not count up by itself or is no key. Mend it first: %s%s;"), want->table,
	    modify(p, want), key ? "" : ", ADD PRIMARY KEY (id)");
}

/* Rows that are there need a moment, and MySQL takes none of zeros for one. */
static const char *
fill_of(const struct takeover_column *want)
{
	return strcmp(want->definition, "DATETIME NOT NULL") == 0 ? " DEFAULT CURRENT_TIMESTAMP" : "";
}

static enum rc
check_column(const struct planning *p, const struct takeover_column *want)
{
	const struct fact_column *c = facts_column(&p->facts, want->table, want->name);

	if (!facts_table(&p->facts, want->table))
		return !c
		    ? RC_OK
		    : op_fail(p->op, RC_CONFIG,
			  N_("%s is a view; this program needs a table of that name."), want->table);
	if (!c && takeover_addable(want))
		return RC_OK;
	if (!c)
		return op_fail(p->op, RC_CONFIG,
		    N_("Table %s lacks the column %s, which every version of ViMbAdmin has. Take "
		       "it from a backup, or add it: ALTER TABLE %s ADD %s %s;"),
		    want->table, want->name, want->table, want->name,
		    SAY(p, "%s%s", want->definition, fill_of(want)));
	return type_fits(want, c) ? check_id(p, want, c) : refuse_type(p, want, c);
}

/* ---- what is besides ---- */

static bool
is_wanted(const struct takeover_column *all, size_t n, const struct fact_column *c)
{
	for (size_t i = 0; i < n; i++)
		if (strcasecmp(all[i].table, c->table) == 0 && strcasecmp(all[i].name, c->name) == 0)
			return true;
	return false;
}

static bool
is_ours(const struct takeover_column *all, size_t n, const char *table)
{
	for (size_t i = 0; i < n; i++)
		if (strcasecmp(all[i].table, table) == 0)
			return true;
	return false;
}

/* A column of somebody else's that has to be filled and fills itself with nothing would refuse every new row. */
static enum rc
check_strangers(const struct planning *p, const struct takeover_column *all, size_t n)
{
	const struct fact_column *c = p->facts.columns.at;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < p->facts.columns.n; i++) {
		if (c[i].nullable || c[i].has_default || *c[i].extra ||
		    !facts_table(&p->facts, c[i].table) || !is_ours(all, n, c[i].table) ||
		    is_wanted(all, n, &c[i]))
			continue;
		rc = op_fail(p->op, RC_CONFIG,
		    N_("Column %s.%s is none of ViMbAdmin's, must not be empty and has no default, "
		       "so no row could be added. Give it one first: ALTER TABLE %s ALTER %s SET "
		       "DEFAULT ...;"),
		    c[i].table, c[i].name, c[i].table, c[i].name);
	}
	return rc;
}

enum rc
takeover_check_shape(struct planning *p)
{
	struct takeover_column *all = arena_array(p->op->arena, TAKEOVER_COLUMNS_MAX, sizeof(*all));
	enum rc rc = RC_OK, one;
	const char *view = "";
	size_t n;

	takeover_columns(p->op->arena, all, &n);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(view, all[i].table) == 0)
			continue; /* said once */
		if ((one = check_column(p, &all[i])) == RC_OK)
			continue;
		rc = one;
		view = facts_table(&p->facts, all[i].table) ? view : all[i].table;
	}
	one = check_strangers(p, all, n);
	return rc != RC_OK ? rc : one;
}
