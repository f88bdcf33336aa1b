/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading information_schema of MariaDB and MySQL. These statements stand here and not in store/: they must work before there is a schema of ours.
 */
#include "base/base.h"

#include "db/facts.h"

#include <strings.h>

#define FACTS_MAX 20000
/* MariaDB and MySQL only; the other engines have no database of the PHP program to take over */
#define HERE(name, sql) \
	static const struct query name = { #name, { [DB_MYSQL] = { sql, NULL, 0 } }, false }

HERE(q_fact_tables,
    "SELECT table_name AS name, engine AS engine, row_format AS row_format,"
    " coalesce(create_options LIKE '%partitioned%', 0) AS partitioned FROM "
    "information_schema.tables"
    " WHERE table_schema = database() AND table_type = 'BASE TABLE'");
HERE(q_fact_columns,
    "SELECT table_name AS `table`, column_name AS name, column_type AS type, is_nullable = 'YES' "
    "AS nullable,"
    " coalesce(column_default <> 'NULL', 0) AS has_default, character_set_name AS charset, "
    "collation_name AS "
    "collation, extra AS extra"
    " FROM information_schema.columns WHERE table_schema = database()");
HERE(q_fact_indexes,
    "SELECT table_name AS `table`, index_name AS name, max(non_unique) = 0 AS is_unique,"
    " group_concat(column_name, coalesce(concat('(', sub_part, ')'), '') ORDER BY seq_in_index) AS "
    "columns FROM information_schema.statistics"
    " WHERE table_schema = database() GROUP BY table_name, index_name");
HERE(q_fact_keys,
    "SELECT k.table_name AS `table`, k.constraint_name AS name, k.column_name AS `column`,"
    " k.referenced_table_name AS ref_table, r.delete_rule AS on_delete, r.update_rule AS on_update "
    "FROM "
    "information_schema.key_column_usage k"
    " JOIN information_schema.referential_constraints r ON r.constraint_schema = "
    "k.constraint_schema"
    " AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name WHERE "
    "k.table_schema = database()");
HERE(q_fact_triggers, "SELECT trigger_name AS name FROM information_schema.triggers WHERE trigger_schema = database()");

static const struct field fact_table_field_rows[] = { FIELD(fact_table, name),
	FIELD(fact_table, engine), FIELD(fact_table, row_format), FIELD(fact_table, partitioned) };
static FIELDS(fact_table);
static const struct field fact_column_field_rows[] = { FIELD(fact_column, table),
	FIELD(fact_column, name), FIELD(fact_column, type), FIELD(fact_column, nullable),
	FIELD(fact_column, has_default), FIELD(fact_column, charset), FIELD(fact_column, collation),
	FIELD(fact_column, extra) };
static FIELDS(fact_column);
static const struct field fact_index_field_rows[] = { FIELD(fact_index, table),
	FIELD(fact_index, name), FIELD(fact_index, is_unique), FIELD(fact_index, columns) };
static FIELDS(fact_index);
static const struct field fact_key_field_rows[] = { FIELD(fact_key, table), FIELD(fact_key, name),
	FIELD(fact_key, column), FIELD(fact_key, ref_table), FIELD(fact_key, on_delete),
	FIELD(fact_key, on_update) };
static FIELDS(fact_key);
static const struct field fact_trigger_field_rows[] = { FIELD(fact_trigger, name) };
static FIELDS(fact_trigger);

enum rc
facts_read(struct op *op, struct facts *ret)
{
	const struct {
		const struct query *q;
		const struct fields *fields;
		struct rows *rows;
	} reads[] = {
		{ &q_fact_tables, &fact_table_fields, &ret->tables },
		{ &q_fact_columns, &fact_column_fields, &ret->columns },
		{ &q_fact_indexes, &fact_index_fields, &ret->indexes },
		{ &q_fact_keys, &fact_key_fields, &ret->keys },
		{ &q_fact_triggers, &fact_trigger_fields, &ret->triggers },
	};
	enum rc rc = RC_OK;

	*ret = (struct facts){ 0 };
	for (size_t i = 0; i < ARRAY_LEN(reads) && rc == RC_OK; i++)
		rc = db_all(op, reads[i].q, DB_NONE, reads[i].fields, FACTS_MAX, reads[i].rows);
	return rc;
}

const struct fact_table *
facts_table(const struct facts *f, const char *table)
{
	const struct fact_table *t = f->tables.at;

	for (size_t i = 0; i < f->tables.n; i++)
		if (strcasecmp(t[i].name, table) == 0)
			return &t[i];
	return NULL;
}

const struct fact_column *
facts_column(const struct facts *f, const char *table, const char *column)
{
	const struct fact_column *c = f->columns.at;

	for (size_t i = 0; i < f->columns.n; i++)
		if (strcasecmp(c[i].table, table) == 0 && strcasecmp(c[i].name, column) == 0)
			return &c[i];
	return NULL;
}

const struct fact_index *
facts_index_on(const struct facts *f, const char *table, const char *columns, bool must_be_unique)
{
	const struct fact_index *x = f->indexes.at;

	for (size_t i = 0; i < f->indexes.n; i++)
		if (strcasecmp(x[i].table, table) == 0 && strcasecmp(x[i].columns, columns) == 0 &&
		    (x[i].is_unique || !must_be_unique))
			return &x[i];
	return NULL;
}

const struct fact_index *
facts_index_named(const struct facts *f, const char *table, const char *name)
{
	const struct fact_index *x = f->indexes.at;

	for (size_t i = 0; i < f->indexes.n; i++)
		if (strcasecmp(x[i].table, table) == 0 && strcasecmp(x[i].name, name) == 0)
			return &x[i];
	return NULL;
}

const struct fact_key *
facts_key(const struct facts *f, const char *table, const char *column, const char *to,
    const struct fact_key *after)
{
	const struct fact_key *k = f->keys.at;

	for (size_t i = after ? (size_t)(after - k) + 1 : 0; i < f->keys.n; i++)
		if (strcasecmp(k[i].table, table) == 0 && strcasecmp(k[i].column, column) == 0 &&
		    strcasecmp(k[i].ref_table, to) == 0)
			return &k[i];
	return NULL;
}

bool
facts_trigger(const struct facts *f, const char *name)
{
	const struct fact_trigger *t = f->triggers.at;

	for (size_t i = 0; i < f->triggers.n; i++)
		if (strcasecmp(t[i].name, name) == 0)
			return true;
	return false;
}
