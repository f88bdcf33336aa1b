/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a server has to be like for our schema. It is asked before anything is changed: MariaDB and MySQL take back no change to a table, so a step that fails in
 * the middle leaves a database half made.
 *
 * The surprising thing: all rights on a database do not include triggers while the server keeps a binary log, and SHOW GRANTS says nothing of it.
 */
#include "base/base.h"

#include "db/db_int.h"
#include "db/schema_rights.h"
#include "db/schema_server.h"

#define MARIADB_MIN 10006 /* for JSON_TABLE */
#define MYSQL_MIN 8000    /* for that, and WITH */

struct server {
	const char *version, *user;
	bool mariadb;
	int64_t number; /* 10.11 is 10011 */
	bool no_triggers;
};
static const struct field server_field_rows[] = { FIELD(server, version), FIELD(server, user),
	FIELD(server, mariadb), FIELD(server, number), FIELD(server, no_triggers) };
static FIELDS(server);

#define PART(n) "substring_index(substring_index(version(), '.', " n "), '.', -1)"

static const struct query q_server = { "schema_server",
	{ [DB_MYSQL] = { "SELECT version() AS version, current_user() AS user,"
			 " version() LIKE '%MariaDB%' AS mariadb,"
			 " CAST(" PART("1") " AS SIGNED) * 1000 + CAST(" PART(
			     "2") " AS SIGNED) AS number,"
				  " @@global.log_bin AND NOT "
				  "@@global.log_bin_trust_function_creators AND NOT EXISTS"
				  " (SELECT 1 FROM information_schema.user_privileges"
				  " WHERE privilege_type = 'SUPER' AND grantee = " SCHEMA_GRANTEE
				  ") AS no_triggers",
	      NULL, 0 } },
	false };

enum rc
schema_server_check(struct op *op, bool triggers)
{
	struct server s;
	enum rc rc;

	if (db_engine(op->db) != DB_MYSQL)
		return RC_OK;
	if ((rc = db_one(op, &q_server, DB_NONE, &server_fields, &s)) != RC_OK)
		return rc;
	if (s.number < (s.mariadb ? MARIADB_MIN : MYSQL_MIN))
		return op_fail(op, RC_CONFIG,
		    N_("The server says that it is %s. This program needs MariaDB 10.6 or later, "
		       "or "
		       "MySQL 8.0 or later; bring the server up to date first."),
		    s.version);
	if (triggers && s.no_triggers)
		return op_fail(op, RC_CONFIG,
		    N_("The server keeps a binary log and lets %s make no triggers, which this "
		       "program needs. Set log_bin_trust_function_creators = 1 on the server, or "
		       "run `vimbadmin schema apply` as a user with the right SUPER."),
		    s.user);
	return RC_OK;
}

enum rc
schema_stopped(struct op *op, const char *what, const struct db_error *e)
{
	enum rc rc = db_failed(op, what, e);

	if (db_engine(op->db) != DB_MYSQL || rc == RC_RETRY)
		return rc;
	err_clear(&op->errs);
	(void)op_fail(op, rc,
	    N_("The work on the tables stopped at a statement that failed. What came "
	       "before it is done and stays. "
	       "Mend the cause and run `vimbadmin schema apply` again: it goes on from there."));
	return err_detail(&op->errs, rc, "", "%s: %s", what, e->text);
}
