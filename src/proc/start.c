/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The master's one look at the world before it starts children, and another one when they are gone. These are the only times it opens the
 * database, and it closes it again: the process that holds everything should not have an engine's
 * connection, its threads or locks.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/log.h"
#include "base/str.h"
#include "proc/caps.h"
#include "proc/start.h"
#include "svc/app.h"
#include "svc/auth.h"
#include "svc/system.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#define DATABASE_MS 5000 /* longest wait for the database at start */
#define SQLITE "sqlite:"
#define TIDY_MS 1000 /* ... and at the end */

void
start_faults(const struct errs *errs)
{
	for (const struct err *e = errs->first; e; e = e->next)
		(void)fprintf(stderr, "vimbadmin: %s\n", e->text);
}

enum rc
start_become(const struct conf *conf, struct errs *errs)
{
	const struct passwd *pw;
	const struct group *gr = NULL;
	gid_t gid;

	/* while we may; who stays root has children that are root, too */
	caps_bound(*conf->user ? CAPS_NONE : CAPS_CHILD);
	if (!*conf->user || geteuid() != 0)
		return RC_OK;
	errno = 0;
	if ((pw = getpwnam(conf->user)) == NULL)
		return err_add(errs, RC_CONFIG, NULL, "user: there is no user %s on this machine",
		    conf->user);
	gid = pw->pw_gid;
	if (*conf->group && (gr = getgrnam(conf->group)) == NULL)
		return err_add(errs, RC_CONFIG, NULL, "group: there is no group %s on this machine",
		    conf->group);
	if (gr)
		gid = gr->gr_gid;
	if (initgroups(conf->user, gid) != 0 || setresgid(gid, gid, gid) != 0 ||
	    setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) != 0)
		return err_add(errs, RC_CONFIG, NULL, "user: cannot become %s: %s", conf->user,
		    strerror(errno));
	return RC_OK;
}

struct first_look {
	bool needs_setup;
	const char *token;
};

static enum rc
first_look(struct op *op, void *ctx)
{
	struct first_look *look = ctx;
	enum rc rc;

	if ((rc = system_schema_check(op)) != RC_OK ||
	    (rc = auth_needs_setup(op, &look->needs_setup)) != RC_OK)
		return rc;
	return look->needs_setup ? auth_setup_token(op, &look->token) : RC_OK;
}

/*
 * Where the panel is, for a person at this machine: public_url, or the first TCP address listened
 * on.
 */
static const char *
panel_url(const struct conf *conf, struct arena *arena)
{
	const char *word = conf->listen;

	if (*conf->public_url)
		return conf->public_url;
	for (word += strspn(word, " "); *word; word += strspn(word, " ")) {
		size_t n = strcspn(word, " ");

		if (strncmp(word, "0.0.0.0:", 8) == 0)
			return arena_printf(arena, "http://127.0.0.1%.*s", (int)n - 7, word + 7);
		if (strncmp(word, "[::]:", 5) == 0)
			return arena_printf(arena, "http://[::1]%.*s", (int)n - 4, word + 4);
		if (strncmp(word, "unix:", 5) != 0)
			return arena_printf(arena, "http://%.*s", (int)n, word);
		word += n;
	}
	return "http://localhost";
}

static enum rc
nothing(struct op *op UNUSED, void *ctx UNUSED)
{
	return RC_OK;
}

void
start_tidy(const struct conf *conf)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
	const struct actor actor = {
		.kind = ACTOR_SYSTEM, .door = DOOR_CLI, .name = "serve", .source = ""
	};
	const struct op_start start = { .actor = &actor, .deadline_ms = TIDY_MS };
	struct errs errs = { .arena = arena };
	struct app *app = NULL;
	struct op op = { 0 };

	if (strncmp(conf->database, SQLITE, strlen(SQLITE)) != 0 ||
	    access(conf->database + strlen(SQLITE), F_OK) != 0 || app_new(conf, &app, &errs) != RC_OK)
		return;
	app_whole(app); /* only what looked into the file is asked to close it */
	if (app_run(app, &op, &start, nothing, NULL) != RC_OK)
		log_warn("database.not_closed",
		    L_TEXT("why", op.errs.first ? op.errs.first->text : ""), L_END);
	app_op_end(app, &op);
	app_free(app);
}

enum rc
start_database(const struct conf *conf, const char **ret_link, struct errs *errs)
{
	const struct actor actor = {
		.kind = ACTOR_SYSTEM, .door = DOOR_CLI, .name = "serve", .source = ""
	};
	const struct op_start start = { .actor = &actor, .deadline_ms = DATABASE_MS };
	struct first_look look = { 0 };
	struct app *app = NULL;
	struct op op = { 0 };
	enum rc rc;

	*ret_link = NULL;
	if ((rc = app_new(conf, &app, errs)) != RC_OK)
		return rc;
	rc = app_run(app, &op, &start, first_look, &look);
	for (const struct err *e = op.errs.first; rc != RC_OK && e; e = e->next)
		err_add(errs, e->rc, e->field, "%s", e->text);
	if (rc == RC_OK && look.needs_setup)
		*ret_link = arena_printf(errs->arena, "%s/auth/setup#token=%s",
		    panel_url(conf, errs->arena), look.token);
	app_op_end(app, &op);
	app_free(app);
	return rc;
}
