/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * import postfixadmin --from URL | --from-file FILE: two databases, so two apps: PostfixAdmin's is read whole, then all of it is carried over in one op on ours. A dry run is
 * the same, taken back at its end, so what it reports is what would come.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "cli/cli.h"
#include "svc/app.h"
#include "svc/postfixadmin.h"
#include "svc/system.h"

#include <errno.h>
#include <unistd.h>

struct moving_in {
	struct postfixadmin from;
	struct postfixadmin_result result;
};

static enum rc
read_body(struct op *op, void *ctx)
{
	struct moving_in *m = ctx;

	return postfixadmin_read(op, &m->from);
}

static enum rc
import_body(struct op *op, void *ctx)
{
	struct moving_in *m = ctx;
	enum rc rc = system_schema_check(op);

	return rc == RC_OK ? postfixadmin_import(op, &m->from, &m->result) : rc;
}

/* The first line of a file, in the call's memory: there no other user of the machine sees the password, as in arguments. */
static enum rc
read_url(struct cli_call *call, const char *path, const char **ret)
{
	FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	char line[1100] = "";
	bool got;

	if (!in)
		return err_add(&call->errs, RC_NOT_FOUND, "from_file", "%s: %s", path, strerror(errno));
	got = fgets(line, sizeof(line), in) != NULL;
	if (in != stdin)
		(void)fclose(in);
	if (got)
		line[strcspn(line, "\r\n")] = '\0';
	*ret = arena_strdup(call->arena, line);
	explicit_bzero(line, sizeof(line));
	return RC_OK;
}

/* SQLite would make the file. */
static enum rc
check_url(struct cli_call *call, const char *url)
{
	if (!url || !*url)
		return err_add(&call->errs, RC_MALFORMED, "from",
		    "Say where PostfixAdmin's database is: --from mysql://user@host/name, "
		    "postgresql://... or sqlite:/path.");
	if (strncmp(url, "sqlite:", 7) == 0 && access(url + 7, R_OK) != 0)
		return err_add(&call->errs, RC_NOT_FOUND, "from", "%s: %s", url + 7, strerror(errno));
	return RC_OK;
}

static void
print_json_result(const struct postfixadmin_result *r, bool dry)
{
	CLEANUP(str_release) struct str out = STR_INIT;

	str_addf(&out,
	    "{\"dry_run\":%s,\"domains\":%lld,\"mailboxes\":%lld,\"aliases\":%lld,\"alias_"
	    "domains\":%lld,"
	    "\"admins\":%lld,\"assignments\":%lld,\"notes\":[",
	    dry ? "true" : "false", (long long)r->domains, (long long)r->mailboxes,
	    (long long)r->aliases, (long long)r->alias_domains, (long long)r->admins,
	    (long long)r->assignments);
	for (size_t i = 0; i < r->n; i++) {
		str_add(&out, i > 0 ? ",\n" : "\n");
		field_json(&pfa_note_fields, &r->notes[i], &out);
	}
	STR_LIT(&out, "]}\n");
	(void)fwrite(str_text(&out), 1, out.len, stdout);
}

static void
print_text_result(struct cli_call *call, const struct postfixadmin_result *r)
{
	(void)printf("%s%lld domains, %lld mailboxes, %lld aliases, %lld alias domains, "
		     "%lld administrators with %lld assignments to domains.\n",
	    call->dry_run ? "Would come over: " : "Carried over: ", (long long)r->domains,
	    (long long)r->mailboxes, (long long)r->aliases, (long long)r->alias_domains,
	    (long long)r->admins, (long long)r->assignments);
	if (r->n > 0)
		(void)printf("%zu things %s not carried over, or not as they were:\n", r->n,
		    call->dry_run ? "would be" : "were");
	for (size_t i = 0; i < r->n; i++)
		print_line(stdout, "  ",
		    arena_printf(call->arena, "%s %s: %s", r->notes[i].what, r->notes[i].object,
			r->notes[i].text));
	if (call->dry_run)
		(void)fprintf(stderr, "Dry run: nothing was changed.\n");
}

/* The second half, while what was read is still there. */
static enum rc
import(struct cli_call *call, struct app *app, const struct op_start *start, struct moving_in *m)
{
	struct op op = { 0 };
	enum rc rc = app_run(app, &op, start, import_body, m);

	if (rc != RC_OK)
		print_faults(call, &op.errs);
	else if (call->json)
		print_json_result(&m->result, call->dry_run);
	else
		print_text_result(call, &m->result);
	app_op_end(app, &op);
	return rc;
}

int
cmd_import_postfixadmin(struct cli_call *call, struct app *app, const struct op_start *start)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new((size_t)1 << 20, ARENA_SECRET);
	struct moving_in m = { .result = { .arena = arena } };
	const struct pfa_in *in = call->in;
	const char *from = in->from;
	struct conf theirs = *app_conf(app);
	struct op_start own = *start;
	struct app *source = NULL;
	struct op op = { 0 };
	enum rc rc;

	own.deadline_ms = INT64_C(24) * 3600 * 1000;
	theirs.db_statement_ms = own.deadline_ms; /* a table may be long */
	if (in->from && in->from_file)
		rc = err_add(&call->errs, RC_MALFORMED, "from", "Give --from or --from-file, not both.");
	else
		rc = in->from_file ? read_url(call, in->from_file, &from) : RC_OK;
	theirs.database = from;
	if (rc != RC_OK || (rc = check_url(call, from)) != RC_OK ||
	    (rc = app_new(&theirs, &source, &call->errs)) != RC_OK) {
		print_faults(call, &call->errs);
		return rc_exit(rc);
	}
	if ((rc = app_run(source, &op, &own, read_body, &m)) == RC_OK)
		rc = import(call, app, &own, &m);
	else
		print_faults(call, &op.errs);
	app_op_end(source, &op);
	app_free(source);
	return rc_exit(rc);
}
