/* SPDX-License-Identifier: GPL-3.0-or-later */
/* doctor: what may be wrong with this installation. The files are looked at here, all else in svc/doctor.h. */
#include "base/base.h"

#include "base/arena.h"
#include "cli/cli.h"
#include "job/dovecot.h"
#include "svc/doctor.h"

#include <sys/stat.h>

/* May others than owner and group read it? The group may: mail servers read an SQLite database as members of it. */
static void
check_file(struct op *op, struct findings *f, const char *check, const char *path, mode_t mask)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return;
	if (st.st_mode & mask)
		doctor_add(f, check, FINDING_BAD,
		    arena_printf(op->arena, "%s can be read by whom it does not concern (mode %03o).",
			path, (unsigned)st.st_mode & 0777),
		    arena_printf(op->arena, "chmod %03o %s", (unsigned)(st.st_mode & 0777 & ~mask),
			path));
	else
		doctor_add(f, check, FINDING_OK,
		    arena_printf(op->arena, "%s is not readable by everybody.", path), NULL);
}

/* The API's key can be guessed from how long Dovecot takes to refuse one, until 2.4.3 (CVE-2026-27856). */
static void
check_dovecot(struct op *op, struct findings *f, const struct conf *conf)
{
	static const char advice[] = "Update Dovecot to 2.4.3 or later, or to a package of your "
				     "distribution that mends CVE-2026-27856, and let "
				     "nobody else reach the port of its doveadm API.";
	struct errs errs = { .arena = op->arena };
	struct dovecot_is is = { 0 };
	bool known = conf_doveadm_on(&conf->doveadm) ? dovecot_by_api(conf, &is, &errs) == RC_OK
						     : dovecot_here(op->arena, &is);

	if (known)
		doctor_add(f, "Dovecot", is.fixed ? FINDING_OK : FINDING_LOOK,
		    arena_printf(op->arena, "Dovecot is %s.", is.text), advice);
	else if (errs.first)
		doctor_add(f, "Dovecot", FINDING_BAD,
		    arena_printf(op->arena, "It cannot be told which Dovecot there is: %s",
			errs.first->text),
		    "vimbadmin check doveadm says more.");
	else
		doctor_add(f, "Dovecot", FINDING_LOOK,
		    "It cannot be told which Dovecot there is: none is on this machine, and "
		    "doveadm.http.url "
		    "is not set.",
		    advice);
}

/* What `config check` warns of: above all, lines of an application.ini that are not used. */
static void
check_configuration(struct op *op, struct findings *f, const struct conf *conf)
{
	struct errs warnings = { .arena = op->arena };

	conf_warnings(conf, &warnings);
	for (const struct err *e = warnings.first; e; e = e->next)
		doctor_add(f, "configuration", FINDING_LOOK, e->text,
		    "See vimbadmin.conf(5), and `vimbadmin config check` once it is mended.");
}

enum rc
cmd_doctor(struct op *op, struct cli_call *call)
{
	const struct doctor_in *in = call->in;
	const struct conf *conf = call->conf;
	struct findings f;
	enum rc rc = doctor_run(op, in->security, &f);

	if (rc != RC_OK)
		return rc;
	if (conf->path)
		check_file(op, &f, "configuration file", conf->path, 0077);
	if (strncmp(conf->database, "sqlite:/", 8) == 0)
		check_file(op, &f, "database file", conf->database + 7, 0007);
	check_dovecot(op, &f, conf);
	if (!in->security)
		check_configuration(op, &f, conf);
	call->out_fields = &finding_fields;
	call->out_rows = f.rows;
	call->out_n = f.n;
	call->out_list = true;
	call->out_rc = doctor_bad(&f) ? RC_CONFIG : RC_OK;
	return RC_OK;
}
