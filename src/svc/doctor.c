/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The checks of `doctor`, a table and a function for each. Owns what is worth a warning. A check says what it found in words that hold without
 * the reader knowing the code, and what to do. It must not change anything.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/net.h"
#include "conf/conf.h"
#include "store/doctor.h"
#include "svc/doctor.h"
#include "svc/mailconf_int.h"
#include "svc/perm.h"
#include "svc/system.h"

#define ROOM 8           /* for the caller's own checks */
#define LATE_S 600       /* work that is so late means that no keeper runs */
#define FAILED_S 604800  /* failures are told for a week */
#define WIDE_V4 (96 + 8) /* a network of more than a /8 of IPv4 is everybody */
#define WIDE_V6 16
#define LEAST_LENGTH 8 /* characters of a password */

/* One check on its way: where it writes. */
struct checking {
	struct op *op;
	const struct conf *conf;
	struct findings *found;
	const char *name;
};

void
doctor_add(struct findings *f, const char *check, enum finding_state state, const char *found,
    const char *advice)
{
	static const char *const states[] = { "ok", "look", "bad" };

	if (f->room == 0)
		return;
	f->room--;
	f->rows[f->n++] = (struct finding){ .check = check,
		.state = states[state],
		.found = found,
		.advice = state == FINDING_OK ? NULL : advice };
}

bool
doctor_bad(const struct findings *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->rows[i].state, "bad") == 0)
			return true;
	return false;
}

static enum rc
say(struct checking *c, enum finding_state state, const char *found, const char *advice)
{
	doctor_add(c->found, c->name, state, found, advice);
	return RC_OK;
}

/* A number that should be 0; `many` is the sentence that it begins. */
static enum rc
say_number(struct checking *c, int64_t n, enum finding_state state, const char *none,
    const char *many, const char *advice)
{
	if (n == 0)
		return say(c, FINDING_OK, none, NULL);
	return say(c, state, arena_printf(c->op->arena, "%lld %s", (long long)n, many), advice);
}

/* ---- what somebody could get in by ---- */

static bool
local_only(const char *listen)
{
	for (const char *at = listen; *at; at += strspn(at, " \t")) {
		size_t n = strcspn(at, " \t");

		if (strncmp(at, "127.", 4) != 0 && strncmp(at, "unix:", 5) != 0 &&
		    strncmp(at, "[::1]", 5) != 0 && strncmp(at, "localhost:", 10) != 0)
			return false;
		at += n;
	}
	return true;
}

static enum rc
check_cookies(struct checking *c)
{
	static const char *const here[] = { "http://127.", "http://localhost", "http://[::1]" };
	const char *url = c->conf->public_url;

	if (strncmp(url, "https://", 8) == 0)
		return say(c, FINDING_OK,
		    "People come over https; cookies are sent over nothing else.", NULL);
	for (size_t i = 0; i < ARRAY_LEN(here); i++)
		if (strncmp(url, here[i], strlen(here[i])) == 0)
			return say(c, FINDING_OK, "The panel is for this machine only.", NULL);
	if (!*url && local_only(c->conf->listen))
		return say(c, FINDING_LOOK,
		    "public_url is not set, so cookies are not bound to https.", "Set public_url to the https:// address people type, unless the panel is for this machine only.");
	return say(c, FINDING_BAD,
	    "People come over http: passwords and cookies can be read on the way.",
	    "Put a reverse proxy with TLS in front and set public_url to its https:// address.");
}

static enum rc
check_listen(struct checking *c)
{
	if (local_only(c->conf->listen))
		return say(c, FINDING_OK, "Only this machine reaches the panel's own port.", NULL);
	if (strcmp(c->conf->proxy_mode, "auto") == 0)
		return say(c,
		    FINDING_LOOK, "The port is open to other machines, and any of them on a private network may say who it is.",
		    "Listen on 127.0.0.1 or a Unix socket, or set trustedproxy.mode = on with the "
		    "proxy's address.");
	return say(c, FINDING_OK,
	    "The port is open to other machines; only the proxies named are believed.", NULL);
}

/* A network of a list that is wider than any one organisation's; NULL: none. */
static const char *
wide_network(struct op *op, const char *list)
{
	for (const char *at = list; *at; at += strspn(at, " ,\t")) {
		size_t n = strcspn(at, " ,\t");
		struct net_cidr cidr;

		if (n > 0 && net_cidr_parse(at, n, &cidr) == NULL &&
		    cidr.bits < (net_addr_is_v4(&cidr.addr) ? WIDE_V4 : WIDE_V6))
			return arena_strndup(op->arena, at, n);
		at += n;
	}
	return NULL;
}

static enum rc
check_proxies(struct checking *c)
{
	const char *wide = strcmp(c->conf->proxy_mode, "on") == 0
	    ? wide_network(c->op, c->conf->proxies)
	    : NULL;

	if (!wide)
		return say(c, FINDING_OK,
		    "No network of trusted proxies is wider than a proxy needs.", NULL);
	return say(c, FINDING_BAD,
	    arena_printf(c->op->arena,
		"trustedproxy.proxies has %s: almost anybody may say who he is.", wide),
	    "Name the proxies' own addresses.");
}

static enum rc
check_attempts(struct checking *c)
{
	const char *wide = wide_network(c->op, c->conf->bruteforce_whitelist);

	if (!c->conf->bruteforce_enabled)
		return say(c, FINDING_BAD, "Passwords may be tried without end.",
		    "Set bruteforce.enabled = true.");
	if (wide)
		return say(c, FINDING_BAD,
		    arena_printf(c->op->arena,
			"bruteforce.whitelist has %s: almost nobody is counted.", wide),
		    "Name single hosts or your own network.");
	return say(c, FINDING_OK, "Tries at passwords are counted.", NULL);
}

static enum rc
check_sessions(struct checking *c)
{
	if (c->conf->session_idle > 0 && c->conf->session_absolute > 0)
		return say(c, FINDING_OK, "Sessions end, used or not.", NULL);
	return say(c, FINDING_LOOK,
	    "A session that nobody uses any more is good until session.absolute ends it.",
	    "Set resources.session.idle_timeout, to 1800 for half an hour.");
}

static enum rc
check_length(struct checking *c)
{
	int64_t least = MIN(c->conf->admin_min_password, c->conf->mailbox_min_password);

	if (least >= LEAST_LENGTH)
		return say(c, FINDING_OK, "Passwords are long enough to be tried for a while.", NULL);
	return say(c, FINDING_LOOK,
	    arena_printf(c->op->arena, "Passwords of %lld characters are taken.", (long long)least),
	    "Set admin.min_password_length and defaults.mailbox.min_password_length to 8 or more.");
}

static enum rc
check_database_password(struct checking *c)
{
	static const char *const known[] = { "vimbadmin", "vimbpass", "change-me", "change-me-too",
		"changeme", "password", "xxx", "secret", "root" };
	const char *colon = strstr(c->conf->database, "://"), *at = colon ? strrchr(colon, '@') : NULL;

	if (!colon || !at || !(colon = memchr(colon + 3, ':', (size_t)(at - colon - 3))))
		return say(c, FINDING_OK,
		    "The database is reached without a password in the configuration.", NULL);
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (strlen(known[i]) == (size_t)(at - colon - 1) &&
		    memcmp(colon + 1, known[i], strlen(known[i])) == 0)
			return say(c, FINDING_BAD,
			    "The database's password stands in examples.", "Give its user a password of its own; vimbadmin config roles prints users of few rights.");
	return say(c, FINDING_OK, "The database's password is none out of an example.", NULL);
}

static bool
is_here(const char *host)
{
	return strcmp(host, "localhost") == 0 || strncmp(host, "127.", 4) == 0 ||
	    strcmp(host, "::1") == 0;
}

static enum rc
check_database_way(struct checking *c)
{
	CLEANUP(mailconf_db_end) struct mailconf_db db = { 0 };
	struct mailconf_tls tls;
	size_t away = 0;
	enum rc rc = mailconf_db_begin(c->conf, c->conf->database, &db, &c->op->errs);

	if (rc != RC_OK)
		return rc;
	if (db.engine == DB_SQLITE)
		return say(c, FINDING_OK, "The database is a file.", NULL);
	for (size_t i = 0; i < db.url.n_hosts; i++)
		away += !is_here(db.url.hosts[i].name);
	tls = mailconf_tls(&db);
	if (away == 0 || tls.verify || (tls.mode && strncmp(tls.mode, "verify", 6) == 0))
		return say(c, FINDING_OK, "Nobody on the way to the database can read along.", NULL);
	return say(c, FINDING_LOOK,
	    "The database is on another machine, and nothing makes sure that it is the right one.",
	    "Give its URL ssl_mode=verify (MariaDB) or sslmode=verify-full (PostgreSQL).");
}

static enum rc
check_database_user(struct checking *c)
{
	int64_t n;
	enum rc rc = store_doctor_strong(c->op, &n);

	if (rc != RC_OK)
		return rc;
	return say_number(c, n, FINDING_LOOK,
	    "The database's user has no right the panel does not need.",
	    "right(s) of the database's user are too many: it could change the trail, or tables.",
	    "Use the users that vimbadmin config roles prints.");
}

static enum rc
check_second_factors(struct checking *c)
{
	int64_t n;
	enum rc rc = store_doctor_supers(c->op, true, &n);

	if (rc != RC_OK)
		return rc;
	return say_number(c, n, FINDING_LOOK, "Every super has a second factor.",
	    "super(s) sign in with a password alone.",
	    "Have them set up a second factor (/admin/two-factor); twofactor.required = super "
	    "makes it a duty.");
}

static enum rc
check_forced(struct checking *c)
{
	const char *who = c->conf->second_force_disable;

	if (!*who)
		return say(c, FINDING_OK, "No second factor is taken away by the configuration.", NULL);
	return say(c, FINDING_BAD,
	    arena_printf(c->op->arena,
		"twofactor.force_disable takes the second factor of %s away at each sign-in.",
		strcmp(who, "*") == 0 ? "everybody" : who),
	    "Take it out of the configuration as soon as it has done what it was for.");
}

static enum rc
check_tokens(struct checking *c)
{
	int64_t n;
	enum rc rc = store_doctor_tokens(c->op, &n);

	if (rc != RC_OK)
		return rc;
	return say_number(c, n, FINDING_LOOK, "No token of the API may write from anywhere or for ever.",
	    "token(s) of the API may write from anywhere or for ever.",
	    "Make new ones with an end and the addresses they are used from, and revoke these.");
}

static enum rc
check_hashes(struct checking *c)
{
	int64_t n;
	enum rc rc = store_doctor_hashes(c->op, &n);

	if (rc != RC_OK)
		return rc;
	return say_number(c, n, FINDING_LOOK, "Every password of a mailbox is hashed with some effort.",
	    "mailbox(es) have a password in clear, or hashed in a way that takes no time to undo.",
	    "Have their owners change it: the new one is hashed as "
	    "defaults.mailbox.password_scheme says.");
}

static enum rc
check_smtp(struct checking *c)
{
	const struct conf_mail *m = &c->conf->mail;

	if (!*m->host || strcmp(m->host, "localhost") == 0 || strncmp(m->host, "127.", 4) == 0)
		return say(c, FINDING_OK, "Mail is handed over on this machine, or not at all.", NULL);
	if (conf_mail_tls(m) == MAIL_TLS_NONE)
		return say(c, m->password && *m->password ? FINDING_BAD : FINDING_LOOK,
		    "Mail goes to the mail server in clear, links that let people in among it.",
		    "Set resources.mail.transport.ssl = tls.");
	if (!m->verify_peer || !m->verify_name)
		return say(c, FINDING_LOOK,
		    "The mail server's certificate is not checked.", "Leave verify_peer and verify_peer_name on; give a private authority by mail.ca_file.");
	return say(c, FINDING_OK, "Mail goes to the mail server over TLS.", NULL);
}

static enum rc
check_doveadm(struct checking *c)
{
	const struct conf_doveadm *d = &c->conf->doveadm;
	const char *host;
	size_t n;

	if (!conf_doveadm_on(d))
		return say(c, FINDING_OK, "The panel has no key of Dovecot's doveadm API.", NULL);
	n = conf_doveadm_host(d, &host);
	if (conf_doveadm_tls(d) || is_here(arena_strndup(c->op->arena, host, n)))
		return say(c, FINDING_OK,
		    "Nobody on the way to Dovecot's doveadm API can read its key.", NULL);
	return say(c,
	    FINDING_LOOK, "The key of Dovecot's doveadm API, as good as root there, goes to another machine in clear.",
	    "Set doveadm.http.url to an https:// address, with doveadm.ca_file for a private "
	    "authority.");
}

/* ---- what does not work as it should ---- */

/* Commands do with less than the panel does. */
static enum rc
check_start(struct checking *c)
{
	struct errs errs = { .arena = c->op->arena };

	if (conf_check_serve(c->conf, &errs) == RC_OK)
		return say(c, FINDING_OK, "The panel starts with this configuration.", NULL);
	return say(c, FINDING_BAD,
	    arena_printf(c->op->arena, "The panel would not start: %s.", errs.first->text),
	    "Mend that, then ask vimbadmin config check.");
}

static enum rc
check_schema(struct checking *c)
{
	struct system_schema s;
	enum rc rc = system_schema_state(c->op, &s);

	if (rc != RC_OK)
		return rc;
	if (s.newer)
		return say(c, FINDING_BAD, "The database is newer than this program.",
		    "Install the newer program.");
	return say_number(c, (int64_t)s.pending, FINDING_BAD, "The schema is up to date.",
	    "step(s) of the schema are missing.",
	    "Run vimbadmin schema plan, then vimbadmin schema apply.");
}

static enum rc
check_administrators(struct checking *c)
{
	int64_t n;
	enum rc rc = store_doctor_supers(c->op, false, &n);

	if (rc != RC_OK)
		return rc;
	if (n > 0)
		return say(c, FINDING_OK, "There is a super who can sign in.", NULL);
	return say(c, FINDING_BAD, "Nobody can sign in as a super.",
	    "Run vimbadmin admin add ADDRESS --super yes, or vimbadmin admin enable ADDRESS.");
}

static enum rc
check_keeper(struct checking *c)
{
	int64_t n;
	enum rc rc = store_doctor_late_jobs(c->op, c->op->now - LATE_S, &n);

	if (rc != RC_OK)
		return rc;
	return say_number(c, n, FINDING_BAD, "No work is late.",
	    "job(s) should have run long ago: no keeper works on this database.",
	    "Start vimbadmin serve, or look at what its keeper logs.");
}

static enum rc
check_jobs(struct checking *c)
{
	int64_t n;
	enum rc rc = store_doctor_failed_jobs(c->op, c->op->now - FAILED_S, &n);

	if (rc != RC_OK)
		return rc;
	return say_number(c, n, FINDING_LOOK, "No work was given up this week.",
	    "job(s) were given up this week.", "The keeper's log says why.");
}

static enum rc
check_mail(struct checking *c)
{
	if (*c->conf->mail.host)
		return say(c, FINDING_OK, "There is a mail server to send mail through.", NULL);
	return say(c, FINDING_LOOK, "No mail can be sent: no lost passwords, no notices.",
	    "Set resources.mail.transport.host, then try it with vimbadmin check mail ADDRESS.");
}

enum check_kind {
	WORKING = 1 << 0,
	SECURITY = 1 << 1,
	ROWS = 1 << 2 /* looks into tables of the current schema */
};
static const struct {
	const char *name;
	unsigned kind;
	enum rc (*run)(struct checking *c);
} checks[] = {
	{ "configuration", WORKING, check_start },
	{ "schema", WORKING, check_schema },
	{ "administrators", WORKING | ROWS, check_administrators },
	{ "keeper", WORKING | ROWS, check_keeper },
	{ "jobs", WORKING | ROWS, check_jobs },
	{ "mail", WORKING, check_mail },
	{ "cookies", SECURITY, check_cookies },
	{ "listen", SECURITY, check_listen },
	{ "proxies", SECURITY, check_proxies },
	{ "attempts", SECURITY, check_attempts },
	{ "sessions", SECURITY, check_sessions },
	{ "length of passwords", SECURITY, check_length },
	{ "database password", SECURITY, check_database_password },
	{ "way to the database", SECURITY, check_database_way },
	{ "database user", SECURITY | ROWS, check_database_user },
	{ "second factors", SECURITY | ROWS, check_second_factors },
	{ "forced sign-in", SECURITY, check_forced },
	{ "tokens", SECURITY | ROWS, check_tokens },
	{ "mailbox passwords", SECURITY | ROWS, check_hashes },
	{ "mail server", SECURITY, check_smtp },
	{ "way to doveadm", SECURITY, check_doveadm },
};

enum rc
doctor_run(struct op *op, bool security, struct findings *ret)
{
	struct checking c = { .op = op, .conf = op->conf, .found = ret };
	unsigned wanted = SECURITY | (security ? 0 : WORKING), without = 0;
	struct system_schema schema;
	enum rc rc;

	*ret = (struct findings){ .room = ARRAY_LEN(checks) + ROOM };
	ret->rows = arena_array(op->arena, ret->room, sizeof(*ret->rows));
	if ((rc = perm_super(op)) != RC_OK || (rc = system_schema_state(op, &schema)) != RC_OK)
		return rc;
	if (schema.pending || schema.newer)
		without = ROWS;
	for (size_t i = 0; rc == RC_OK && i < ARRAY_LEN(checks); i++) {
		c.name = checks[i].name;
		if ((checks[i].kind & wanted) && !(checks[i].kind & without))
			rc = checks[i].run(&c);
	}
	return rc;
}
