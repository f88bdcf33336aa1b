/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sessions, looked at and ended by people. Owns when one is alive and how one is named: by a part of its hash, which is no use as a
 * cookie. It must not know cookies. The surprising thing: time may jump. A session lives while it is younger than its absolute life
 * and was seen within its idle time, and both are looked at from both ends: one that was seen in the future belongs to a clock that
 * was set back and is over too, so that no clock can make a session immortal.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "conf/conf.h"
#include "db/tx.h"
#include "model/actor.h"
#include "store/session.h"
#include "svc/admin.h"
#include "svc/change.h"
#include "svc/perm.h"
#include "svc/sessions.h"

#define CLOCK_SKEW 120 /* between the machines of one installation */
#define NAME_LEN 32
#define LIST_MAX 200

bool
sessions_alive(const struct op *op, const struct session *s)
{
	const struct conf *conf = op->conf;

	if (!s->active || s->seen_at > op->now + CLOCK_SKEW || s->created_at > op->now + CLOCK_SKEW)
		return false;
	if (conf->session_idle > 0 && op->now - s->seen_at >= conf->session_idle)
		return false;
	if (conf->session_absolute > 0 && op->now - s->created_at >= conf->session_absolute)
		return false;
	return op->now < s->expires_at;
}

/* ---- who is at the other end ---- */

struct word {
	const char *in, *text;
};

/* Browsers name others that they are like: the more particular ones first. */
static const struct word browsers[] = { { "Edg", "Edge" }, { "OPR/", "Opera" },
	{ "Firefox/", "Firefox" }, { "FxiOS/", "Firefox" }, { "SamsungBrowser/", "Samsung Internet" },
	{ "Chrom", "Chrome" }, { "CriOS/", "Chrome" }, { "Safari/", "Safari" }, { "curl/", "curl" } };
static const struct word systems[] = { { "Android", "Android" }, { "iPhone", "iPhone" },
	{ "iPad", "iPad" }, { "Windows", "Windows" }, { "Mac OS X", "macOS" },
	{ "CrOS", "ChromeOS" }, { "Linux", "Linux" } };

static const char *
word_in(const char *agent, const struct word *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strstr(agent, words[i].in))
			return words[i].text;
	return NULL;
}

static const char *
browser_of(struct op *op, const char *agent)
{
	const char *browser = word_in(agent, browsers, ARRAY_LEN(browsers));
	const char *system = word_in(agent, systems, ARRAY_LEN(systems));

	if (browser && system)
		return arena_printf(op->arena, "%s, %s", browser, system);
	return browser ? browser : agent;
}

static const char *
name_of(struct op *op, const struct session *s)
{
	return arena_strndup(op->arena, s->id_hash, NAME_LEN);
}

static struct session_row
describe(struct op *op, const struct session *s, const char *current)
{
	const char *agent = s->agent ? s->agent : "";

	return (struct session_row){ .session = name_of(op, s),
		.source = s->source,
		.agent = agent,
		.browser = browser_of(op, agent),
		.since = s->created_at,
		.seen = s->seen_at,
		.current = current && strcmp(current, s->id_hash) == 0 };
}

enum rc
sessions_list(struct op *op, int64_t admin_id, const char *current, struct session_list *ret)
{
	const struct session *at;
	struct admin admin;
	struct rows rows;
	enum rc rc;

	if ((rc = admin_get(op, admin_id, &admin)) != RC_OK ||
	    (rc = store_session_list(op, admin_id, LIST_MAX, &rows)) != RC_OK)
		return rc;
	*ret = (struct session_list){ .rows = arena_array(op->arena, rows.n, sizeof(*ret->rows)) };
	at = rows.at;
	for (size_t i = 0; i < rows.n; i++)
		if (sessions_alive(op, &at[i]))
			ret->rows[ret->n++] = describe(op, &at[i], current);
	return RC_OK;
}

/* ---- ending ---- */

static enum rc
find(struct op *op, int64_t admin_id, const char *name, struct session *ret)
{
	const struct session *at;
	struct rows rows;
	enum rc rc = store_session_list(op, admin_id, LIST_MAX, &rows);

	if (rc != RC_OK)
		return rc;
	at = rows.at;
	for (size_t i = 0; i < rows.n; i++)
		if (strlen(name) == NAME_LEN && strncmp(at[i].id_hash, name, NAME_LEN) == 0) {
			*ret = at[i];
			return RC_OK;
		}
	return op_fail(op, RC_NOT_FOUND, "There is no such session.");
}

static enum rc
end_one(struct op *op, const struct admin *admin, const char *name)
{
	CLEANUP(str_release) struct str json = STR_INIT;
	struct session_row row;
	struct session s = { 0 };
	enum rc rc;

	if ((rc = find(op, admin->id, name, &s)) != RC_OK ||
	    (rc = store_session_delete(op, s.id_hash)) != RC_OK)
		return rc;
	row = describe(op, &s, NULL);
	field_json(&session_row_fields, &row, &json);
	return change_add(op,
	    &(const struct change){ .action = "ADMIN_SESSION_END",
		.type = "admin",
		.id = admin->id,
		.object = admin->username,
		.before_json = arena_strndup(op->arena, str_text(&json), json.len),
		.note = arena_printf(op->arena, "ended a session of admin %s", admin->username) });
}

static enum rc
end_all(struct op *op, const struct admin *admin, const char *keep)
{
	const struct session *at;
	struct rows rows;
	long n = 0;
	enum rc rc;

	if ((rc = store_session_list(op, admin->id, LIST_MAX, &rows)) != RC_OK ||
	    (rc = store_session_delete_admin(op, admin->id, keep)) != RC_OK)
		return rc;
	at = rows.at;
	for (size_t i = 0; i < rows.n; i++)
		n += sessions_alive(op, &at[i]) && (!keep || strcmp(at[i].id_hash, keep) != 0);
	return change_add(op,
	    &(const struct change){ .action = "ADMIN_SESSION_END",
		.type = "admin",
		.id = admin->id,
		.object = admin->username,
		.before_json = arena_printf(op->arena, "{\"sessions\":%ld}", n),
		.after_json = "{\"sessions\":0}",
		.note = arena_printf(op->arena, "ended all %ssessions of admin %s",
		    keep ? "other " : "", admin->username) });
}

enum rc
sessions_end(struct op *op, int64_t admin_id, const char *session, const char *keep)
{
	TX tx = { 0 };
	struct admin admin;
	enum rc rc;

	if ((rc = tx_begin(&tx, op)) != RC_OK || (rc = admin_get(op, admin_id, &admin)) != RC_OK ||
	    (rc = session ? end_one(op, &admin, session) : end_all(op, &admin, keep)) != RC_OK)
		return rc;
	return tx_commit(&tx);
}
