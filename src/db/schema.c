/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The steps of the schema: which there are for this engine, which the database has, and applying the rest. All that is pending goes into one
 * transaction together with its records, so a kill leaves either the old or the new schema, and two starting processes take turns.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/rand.h"
#include "db/db_int.h"
#include "db/schema.h"
#include "db/schema_files.h"
#include "db/schema_lock.h"
#include "db/schema_rights.h"
#include "db/schema_server.h"
#include "db/takeover.h"
#include "db/tx.h"

#define STEPS_MAX 1000

/* The only statements outside store/: they must work before there is a schema. */
#define SAME_TEXT(sql, ...)                                 \
	{                                                   \
		{ sql, __VA_ARGS__ }, { sql, __VA_ARGS__ }, \
		{                                           \
			sql, __VA_ARGS__                    \
		}                                           \
	}
#define COUNT_TABLE "SELECT count(*) FROM information_schema.tables WHERE table_name = "

static const struct query q_table_exists = { "schema_table_exists",
	{ { "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?",
	      (const char *const[]){ "name" }, 1 },
	    { COUNT_TABLE "? AND table_schema = database()", (const char *const[]){ "name" }, 1 },
	    { COUNT_TABLE "$1 AND table_schema = current_schema()", (const char *const[]){ "name" }, 1 } },
	false };
static const struct query q_applied = { "schema_applied",
	SAME_TEXT("SELECT name, checksum, applied_at FROM vimb_schema ORDER BY name", NULL, 0), false };
static const struct query q_version = { "schema_version",
	SAME_TEXT("SELECT max(version) FROM dbversion", NULL, 0), false };
#define CREATE                                                                            \
	"CREATE TABLE IF NOT EXISTS vimb_schema (name VARCHAR(64) NOT NULL PRIMARY KEY, " \
	"checksum CHAR(64) NOT NULL, applied_at BIGINT NOT NULL)"
/* A server of old gives latin1 to tables that do not say otherwise. */
static const struct query q_create = { "schema_create",
	{ { CREATE, NULL, 0 }, { CREATE " DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", NULL, 0 },
	    { CREATE, NULL, 0 } },
	true };
#define RECORD_PARAMS (const char *const[]){ "name", "checksum", "applied_at" }, 3
#define RECORD "INSERT INTO vimb_schema (name, checksum, applied_at) VALUES "
static const struct query q_record = { "schema_record",
	{ { RECORD "(?, ?, ?)", RECORD_PARAMS }, { RECORD "(?, ?, ?)", RECORD_PARAMS },
	    { RECORD "($1, $2, $3)", RECORD_PARAMS } },
	true };

struct applied {
	const char *name, *checksum;
	int64_t applied_at;
};
static const struct field applied_field_rows[] = {
	FIELD(applied, name),
	FIELD(applied, checksum),
	FIELD(applied, applied_at),
};
static FIELDS(applied);

static const char *const engine_suffix[] = {
	[DB_SQLITE] = ".sqlite", [DB_MYSQL] = ".mysql", [DB_PGSQL] = ".pgsql"
};

/* Is the file for this engine: without a suffix, unless there is one with the engine's own? */
static bool
for_engine(const struct schema_file *f, enum db_engine engine)
{
	const char *dot = strchr(f->name, '.');
	size_t n = strlen(f->name);

	if (dot)
		return strcmp(dot, engine_suffix[engine]) == 0;
	for (size_t i = 0; i < schema_files_n; i++)
		if (strncmp(schema_files[i].name, f->name, n) == 0 &&
		    strcmp(schema_files[i].name + n, engine_suffix[engine]) == 0)
			return false;
	return true;
}

static enum rc
read_applied(struct op *op, struct rows *ret)
{
	int64_t exists = 0;
	enum rc rc = db_number(op, &q_table_exists, DB_ARGS(DB_T("name", "vimb_schema")), &exists);

	*ret = (struct rows){ 0 };
	if (rc != RC_OK || !exists)
		return rc;
	return db_all(op, &q_applied, DB_NONE, &applied_fields, STEPS_MAX, ret);
}

static enum rc
read_version(struct op *op, int64_t *ret)
{
	int64_t exists = 0;
	enum rc rc = db_number(op, &q_table_exists, DB_ARGS(DB_T("name", "dbversion")), &exists);

	*ret = 0;
	return rc == RC_OK && exists ? db_number(op, &q_version, DB_NONE, ret) : rc;
}

static const struct applied *
applied_named(const struct rows *rows, const char *name)
{
	const struct applied *a = rows->at;

	for (size_t i = 0; i < rows->n; i++)
		if (strcmp(a[i].name, name) == 0)
			return &a[i];
	return NULL;
}

/* The name a step is recorded under: without the engine. */
static const char *
step_name(struct arena *arena, const struct schema_file *f)
{
	return arena_strndup(arena, f->name, strcspn(f->name, "."));
}

static struct schema_step
make_step(struct op *op, const struct schema_file *f, const struct rows *applied)
{
	struct schema_step step = { .name = step_name(op->arena, f) };
	const struct applied *a = applied_named(applied, step.name);
	char checksum[65];

	if (!a)
		return step;
	sha256_hex(f->sql, strlen(f->sql), checksum);
	step.applied = true;
	step.changed = strcmp(checksum, a->checksum) != 0;
	step.applied_at = a->applied_at;
	return step;
}

enum rc
schema_state(struct op *op, struct schema_state *ret)
{
	struct rows applied;
	size_t known = 0;
	enum rc rc;

	*ret = (struct schema_state){ .steps = arena_array(op->arena, schema_files_n,
					  sizeof(*ret->steps)) };
	if ((rc = read_applied(op, &applied)) != RC_OK ||
	    (rc = read_version(op, &ret->dbversion)) != RC_OK)
		return rc;
	for (size_t i = 0; i < schema_files_n; i++) {
		if (!for_engine(&schema_files[i], db_engine(op->db)))
			continue;
		ret->steps[ret->n] = make_step(op, &schema_files[i], &applied);
		known += ret->steps[ret->n].applied;
		ret->pending += !ret->steps[ret->n].applied;
		ret->n++;
	}
	ret->newer = known < applied.n;
	return RC_OK;
}

static enum rc
apply_step(struct op *op, const struct schema_file *f, const struct schema_lock *l)
{
	struct db_error e = { .rc = RC_INTERNAL };
	char checksum[65];
	enum rc rc = schema_lock_check(op, l);

	if (rc != RC_OK)
		return rc;
	op->db->driver->set_deadline(op->db->conn, op->deadline);
	if (op->db->driver->script(op->db->conn, f->sql, &e) != RC_OK)
		return schema_stopped(op, step_name(op->arena, f), &e);
	sha256_hex(f->sql, strlen(f->sql), checksum);
	return db_exec(op, &q_record,
	    DB_ARGS(DB_T("name", step_name(op->arena, f)), DB_T("checksum", checksum),
		DB_I("applied_at", op->now)),
	    NULL);
}

static enum rc
too_new(struct op *op)
{
	return op_fail(op, RC_CONFIG,
	    N_("The database was made by a newer version of this program; use that version."));
}

/* A database that has tables of the fork's already, but none of our records, is not ours to write over. */
static enum rc
refuse_foreign(struct op *op)
{
	int64_t exists = 0;
	enum rc rc = db_number(op, &q_table_exists, DB_ARGS(DB_T("name", "mailbox")), &exists);

	if (rc != RC_OK)
		return rc;
	return exists
	    ? op_fail(op,
		  RC_CONFIG, N_("This database holds a table mailbox that this program did not make. Name an empty one."))
	    : RC_OK;
}

/* On MariaDB a database of the PHP program is made to fit first; elsewhere there never was one. */
static enum rc
prepare(struct op *op, const struct schema_state *before, const struct schema_lock *l)
{
	if (before->pending < before->n)
		return RC_OK;
	return db_engine(op->db) == DB_MYSQL ? takeover_apply(op, false, l) : refuse_foreign(op);
}

/* What looks like no database of ours may be one that another node is just making. */
static enum rc
plan_among_nodes(struct op *op, bool drop_legacy, struct schema_state *ret)
{
	enum rc rc = schema_plan(op, drop_legacy, ret);

	while (rc == RC_CONFIG) {
		struct errs said = op->errs;

		op->errs = (struct errs){ .arena = op->arena };
		if (!schema_lock_wait(op)) {
			op->errs = said;
			break;
		}
		rc = schema_plan(op, drop_legacy, ret);
	}
	return rc;
}

/* Among several nodes the lease is asked for only when all that can be refused has been: asking writes. */
static enum rc
lock_nodes(struct op *op, bool drop_legacy, struct schema_lock *l)
{
	struct schema_state s;
	enum rc rc;

	if (!schema_lock_is_shared(op))
		return RC_OK;
	rc = plan_among_nodes(op, drop_legacy, &s);
	if (rc != RC_OK || (s.pending == 0 && s.n_actions == 0) || (op->flags & OP_DRY_RUN))
		return rc;
	return schema_lock_cluster(op, l);
}

/* Does a step that is pending make any? */
static bool
makes_triggers(const struct op *op, const struct schema_state *s)
{
	bool makes = false;

	for (size_t i = 0, at = 0; i < schema_files_n; i++)
		if (for_engine(&schema_files[i], db_engine(op->db)))
			makes = (!s->steps[at++].applied && strstr(schema_files[i].sql, " TRIGGER ")) ||
			    makes;
	return makes;
}

static enum rc
apply_steps(struct op *op, const struct schema_lock *l, struct schema_state *ret_after)
{
	struct schema_state before;
	TX tx = { 0 };
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK || (rc = schema_state(op, &before)) != RC_OK)
		return rc;
	if (before.newer)
		return too_new(op);
	*ret_after = before;
	if (before.n > 0 && before.pending == 0) /* also for who may not change it */
		return tx_commit(&tx);
	if ((rc = schema_server_check(op, makes_triggers(op, &before))) != RC_OK ||
	    (rc = schema_rights_check(op)) != RC_OK || (rc = prepare(op, &before, l)) != RC_OK ||
	    (rc = db_exec(op, &q_create, DB_NONE, NULL)) != RC_OK)
		return rc;
	for (size_t i = 0, at = 0; i < schema_files_n; i++) {
		if (!for_engine(&schema_files[i], db_engine(op->db)))
			continue;
		if (!before.steps[at++].applied && (rc = apply_step(op, &schema_files[i], l)) != RC_OK)
			return rc;
	}
	if ((rc = schema_state(op, ret_after)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}

enum rc
schema_apply(struct op *op, struct schema_state *ret_after)
{
	struct schema_lock l;
	enum rc rc = schema_lock(op, &l);

	if (rc != RC_OK)
		return rc;
	if ((rc = lock_nodes(op, false, &l)) == RC_OK)
		rc = apply_steps(op, &l, ret_after);
	schema_unlock(op, &l);
	return rc;
}

enum rc
schema_plan(struct op *op, bool drop_legacy, struct schema_state *ret)
{
	struct takeover_plan plan;
	enum rc rc, rights = RC_OK; /* what else is in the way is named, too */

	if ((rc = schema_state(op, ret)) != RC_OK || (rc = ret->newer ? too_new(op) : RC_OK) != RC_OK)
		return rc;
	if (ret->pending > 0 &&
	    ((rc = schema_server_check(op, makes_triggers(op, ret))) != RC_OK ||
		((rights = schema_rights_check(op)) != RC_OK && rights != RC_CONFIG)))
		return rc != RC_OK ? rc : rights;
	if (ret->pending < ret->n && !drop_legacy)
		return rights;
	if (db_engine(op->db) != DB_MYSQL) {
		rc = ret->pending < ret->n ? RC_OK : refuse_foreign(op);
		return rc != RC_OK ? rc : rights;
	}
	rc = takeover_plan(op, drop_legacy, &plan);
	ret->actions = plan.at;
	ret->n_actions = plan.n;
	ret->kind = plan.kind;
	return rc != RC_OK ? rc : rights;
}

enum rc
schema_drop_legacy(struct op *op)
{
	struct schema_lock l;
	enum rc rc = schema_lock(op, &l);

	if (rc != RC_OK)
		return rc;
	if ((rc = lock_nodes(op, true, &l)) == RC_OK)
		rc = takeover_apply(op, true, &l);
	schema_unlock(op, &l);
	return rc;
}

enum rc
schema_check(struct op *op)
{
	struct schema_state s;
	enum rc rc = schema_state(op, &s);

	if (rc != RC_OK)
		return rc;
	if (s.newer)
		return too_new(op);
	if (s.pending == 1)
		return op_fail(op, RC_CONFIG,
		    N_("The database lacks one step of the schema; run `vimbadmin schema apply`."));
	if (s.pending > 1)
		return op_fail(op, RC_CONFIG,
		    N_("The database lacks %zu steps of the schema; run `vimbadmin schema apply`."),
		    s.pending);
	return RC_OK;
}

/* The name that a line creates, or NULL. */
static const char *
name_created(const char *line, const char *what, struct arena *arena)
{
	const char *const words[] = { "CREATE ", what, " " };
	static const char if_not[] = "IF NOT EXISTS ";

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		size_t n = strlen(words[i]);

		if (strncmp(line, words[i], n) != 0)
			return NULL;
		line += n;
	}
	if (strncmp(line, if_not, sizeof(if_not) - 1) == 0)
		line += sizeof(if_not) - 1;
	return arena_strndup(arena, line, strcspn(line, " (\n"));
}

#define NAMES_MAX 500

void
schema_names(enum db_engine engine, const char *what, struct arena *arena, const char *const **ret,
    size_t *ret_n)
{
	const char **names = arena_array(arena, NAMES_MAX, sizeof(*names));
	size_t n = 0;

	for (size_t i = 0; i < schema_files_n; i++) {
		if (!for_engine(&schema_files[i], engine))
			continue;
		for (const char *line = schema_files[i].sql; line; line = strchr(line, '\n')) {
			const char *name = name_created(line += *line == '\n', what, arena);

			if (name && n < NAMES_MAX)
				names[n++] = name;
		}
	}
	*ret = names;
	*ret_n = n;
}
