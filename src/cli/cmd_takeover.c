/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * takeover config|report: what an installation of the PHP program becomes here. Both take its application.ini by --config and change
 * nothing. The report is a text of its own, since it is many short lists.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "cli/cli.h"
#include "conf/convert.h"
#include "conf/phpini.h"
#include "model/list.h"
#include "svc/takeover.h"

int
cmd_takeover_config(struct cli_call *call)
{
	CLEANUP(str_release) struct str out = STR_INIT;
	struct phpini ini;
	enum rc rc;

	if (!call->conf_path)
		rc = err_add(&call->errs, RC_MALFORMED, NULL,
		    "Say which file: --config /path/to/application.ini");
	else
		rc = conf_read_phpini(call->conf_path, call->arena, &ini, &call->errs);
	if (rc != RC_OK) {
		print_faults(call, &call->errs);
		return rc_exit(rc);
	}
	str_addf(&out, "# Made of %s. It holds secrets: keep it readable for the panel alone.\n",
	    call->conf_path);
	conf_convert(&ini, call->arena, &out);
	(void)fwrite(str_text(&out), 1, out.len, stdout);
	return 0;
}

/* ---- report ---- */

#define SHOWN 20 /* rows of a section, without --limit */

static void
section_json(const struct takeover_section *s, struct str *out)
{
	STR_LIT(out, "{\"name\":");
	str_add_json(out, s->name);
	STR_LIT(out, ",\"title\":");
	str_add_json(out, s->title);
	str_addf(out, ",\"count\":%lld,\"rows\":[", (long long)s->count);
	for (size_t i = 0; i < s->n; i++) {
		str_add(out, i > 0 ? "," : "");
		STR_LIT(out, "{\"object\":");
		str_add_json(out, s->rows[i].object);
		STR_LIT(out, ",\"what\":");
		str_add_json(out, s->rows[i].what);
		str_addc(out, '}');
	}
	STR_LIT(out, "],\"todo\":");
	str_add_json(out, s->count > 0 ? s->todo : NULL);
	str_addc(out, '}');
}

static void
report_json(const struct takeover_report *r, struct str *out)
{
	STR_LIT(out, "{\"found\":");
	str_add_json(out, r->found);
	str_addf(out, ",\"dbversion\":%lld,\"steps\":%zu,\"plan\":[",
	    (long long)r->schema.dbversion, r->schema.pending);
	for (size_t i = 0; i < r->schema.n_actions; i++) {
		str_add(out, i > 0 ? ",\n" : "\n");
		STR_LIT(out, "{\"what\":");
		str_add_json(out, r->schema.actions[i].what);
		STR_LIT(out, ",\"sql\":");
		str_add_json(out, r->schema.actions[i].sql);
		str_addc(out, '}');
	}
	STR_LIT(out, "],\"sections\":[");
	for (size_t i = 0; i < r->n; i++) {
		str_add(out, i > 0 ? ",\n" : "\n");
		section_json(&r->sections[i], out);
	}
	STR_LIT(out, "]}\n");
}

static void
section_text(const struct takeover_section *s, struct str *out)
{
	str_addf(out, "\n%s: %lld\n", s->title, (long long)s->count);
	for (size_t i = 0; i < s->n; i++) {
		STR_LIT(out, "  ");
		print_plain(out, s->rows[i].object);
		if (*s->rows[i].what) {
			STR_LIT(out, "  ");
			print_plain(out, s->rows[i].what);
		}
		str_addc(out, '\n');
	}
	if (s->count > (int64_t)s->n && strcmp(s->name, "hashes") != 0)
		str_addf(out, "  ... and %lld more (--limit shows more, --json has all details)\n",
		    (long long)(s->count - (int64_t)s->n));
	if (s->count > 0)
		str_addf(out, "  -> %s\n", s->todo);
}

static void
report_text(const struct takeover_report *r, struct str *out)
{
	str_addf(out, "Found: %s; its dbversion says %lld.\n", r->found, (long long)r->schema.dbversion);
	if (r->sections[0].count == 0 && r->schema.pending == 0)
		STR_LIT(out, "The schema is up to date.\n");
	else if (r->sections[0].count == 0)
		str_addf(out,
		    "`vimbadmin schema apply` would run %zu statements on its tables and %zu steps "
		    "of its own; "
		    "`vimbadmin schema plan` lists them.\n",
		    r->schema.n_actions, r->schema.pending);
	for (size_t i = 0; i < r->n; i++)
		section_text(&r->sections[i], out);
}

/* What stands in the way is said after the report, and by the exit status. */
enum rc
cmd_takeover_report(struct op *op, struct cli_call *call)
{
	CLEANUP(str_release) struct str out = STR_INIT;
	const struct list_in *in = call->in;
	struct takeover_report r;
	enum rc rc = takeover_report(op, in->limit > 0 ? (size_t)in->limit : SHOWN, &r);

	if (rc != RC_OK)
		return rc;
	if (call->json)
		report_json(&r, &out);
	else
		report_text(&r, &out);
	call->out_text = arena_strdup(op->arena, str_text(&out));
	return r.outcome == RC_OK ? RC_OK : op_fail(op, r.outcome, "%s", r.obstacle);
}
