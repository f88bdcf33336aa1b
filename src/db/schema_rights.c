/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rights that changing the tables takes, asked for before the first change, so that a plan and a report say what is lacking and no database is left half
 * made for want of it.
 *
 * The surprising thing: it refuses only what is certain. On MariaDB a right may come by a role or be held for single tables, and is then taken for given.
 */
#include "base/base.h"

#include "db/db_int.h"
#include "db/schema_rights.h"

struct lacking {
	const char *who, *rights, *whose;
};
static const struct field lacking_field_rows[] = { FIELD(lacking, who), FIELD(lacking, rights),
	FIELD(lacking, whose) };
static FIELDS(lacking);

/* clang-format off */

/* % and _ in the name of a database are those of GRANT. */
#define MY_HELD(view) \
	" AND NOT EXISTS (SELECT 1 FROM information_schema." view " p" \
	" WHERE p.privilege_type = r.name AND (p.grantee = " SCHEMA_GRANTEE " OR p.grantee LIKE '''PUBLIC''%')"
#define MY_RIGHT(name) " UNION ALL SELECT '" name "'"
#define MY_LACKING \
	"SELECT current_user() AS who, group_concat(r.name ORDER BY r.name SEPARATOR ', ') AS rights, database() AS whose" \
	" FROM (SELECT 'SELECT' AS name" MY_RIGHT("INSERT") MY_RIGHT("UPDATE") MY_RIGHT("DELETE") MY_RIGHT("CREATE") \
	MY_RIGHT("ALTER") MY_RIGHT("DROP") MY_RIGHT("INDEX") MY_RIGHT("REFERENCES") MY_RIGHT("TRIGGER") ") r" \
	" WHERE coalesce(nullif(current_role(), 'NONE'), '') = '' AND current_user() NOT LIKE 'skip-grants%'" \
	MY_HELD("user_privileges") ")" \
	MY_HELD("schema_privileges") " AND database() LIKE p.table_schema)" \
	MY_HELD("table_privileges") " AND p.table_schema = database())"

/* Tables are their owner's to change, whatever else was granted. */
#define PG_LACKING \
	"SELECT cast(current_user AS text) AS who, cast(current_database() AS text) AS whose, concat_ws(', '," \
	" CASE WHEN current_schema() IS NULL OR NOT has_schema_privilege(current_schema(), 'CREATE') THEN 'CREATE on its schema' END," \
	" CASE WHEN NOT has_database_privilege(current_database(), 'CREATE')" \
	" AND NOT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm')" \
	" THEN 'CREATE on the database (for the extension pg_trgm)' END," \
	" CASE WHEN count(t.name) > 0 THEN 'the ownership of ' || min(t.name) END) AS rights" \
	" FROM (SELECT cast(tablename AS text) AS name FROM pg_tables WHERE schemaname = current_schema()" \
	" AND (tablename LIKE 'vimb!_%' ESCAPE '!' OR tablename IN ('mailbox', 'alias', 'domain'))" \
	" AND NOT pg_has_role(tableowner, 'USAGE')) t"

/* clang-format on */

static const struct query q_lacking = { "schema_lacking",
	{ [DB_MYSQL] = { MY_LACKING, NULL, 0 }, [DB_PGSQL] = { PG_LACKING, NULL, 0 } }, false };

enum rc
schema_rights_check(struct op *op)
{
	struct lacking l;
	enum rc rc;

	if (db_engine(op->db) == DB_SQLITE)
		return RC_OK;
	if ((rc = db_one(op, &q_lacking, DB_NONE, &lacking_fields, &l)) != RC_OK || !l.rights ||
	    !*l.rights)
		return rc;
	return op_fail(op, RC_CONFIG,
	    N_("The user %s of the database %s may not change its tables: it lacks %s. Grant that, "
	       "or run `vimbadmin schema apply` as a user who has it."),
	    l.who, l.whose, l.rights);
}
