/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The installation described in tests/svc_fixture.h. */
#include "base/base.h"

#include "svc_fixture.h"

#include <unistd.h>

#include "base/field.h"
#include "peek.h"

static enum rc
apply_body(struct op *op, void *ctx)
{
	struct system_schema state;

	(void)ctx;
	return system_schema_apply(op, &state);
}

static void
open_app(struct world *w)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
	struct errs errs = { .arena = arena };
	enum rc rc = app_new(&w->conf, &w->app, &errs);

	if (rc != RC_OK)
		fail_msg("app_new: %s", errs.first ? errs.first->text : rc_slug(rc));
}

void
world_change_conf(struct world *w)
{
	app_free(w->app);
	open_app(w);
}

static void
make_schema(struct world *w)
{
	struct op_start start = { .actor = &w->operator, .deadline_ms = 60000 };
	struct op op = { 0 };
	enum rc rc = app_run(w->app, &op, &start, apply_body, NULL);

	if (rc != RC_OK)
		fail_msg("schema: %s (%s)", op.errs.first ? op.errs.first->text : rc_slug(rc),
		    op.errs.first && op.errs.first->detail ? op.errs.first->detail : "");
	app_op_end(w->app, &op);
}

void
give(const struct fields *f, void *in, size_t off)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->at[i].off == off) {
			*(uint64_t *)in |= UINT64_C(1) << i;
			return;
		}
	fail_msg("no field at offset %zu of %s", off, f->name);
}

int64_t
make_domain(struct world *w, const char *name, int64_t max_mailboxes, int64_t max_aliases,
    int64_t max_quota, int64_t quota)
{
	OP box = as(w, &w->operator);
	struct domain_in in = { 0 };
	struct domain row;

	GIVE(domain_in, &in, domain, name);
	GIVE(domain_in, &in, max_mailboxes, max_mailboxes);
	GIVE(domain_in, &in, max_aliases, max_aliases);
	GIVE(domain_in, &in, max_quota, max_quota);
	GIVE(domain_in, &in, quota, quota);
	EXPECT(box, domain_add(&box->op, &in, &row), RC_OK);
	return row.id;
}

int64_t
make_mailbox(struct world *w, const char *address)
{
	OP box = as(w, &w->operator);
	struct mailbox_in in = { 0 };
	struct mailbox row;

	GIVE(mailbox_in, &in, address, address);
	GIVE(mailbox_in, &in, password, PASSWORD);
	EXPECT(box, mailbox_add(&box->op, &in, &row, NULL), RC_OK);
	return row.id;
}

int64_t
make_alias(struct world *w, const char *address, const char *targets)
{
	OP box = as(w, &w->operator);
	struct alias_in in = { 0 };
	struct alias row;

	GIVE(alias_in, &in, address, address);
	GIVE(alias_in, &in, goto_, targets);
	EXPECT(box, alias_add(&box->op, &in, &row), RC_OK);
	return row.id;
}

static struct actor
make_admin(struct world *w, const char *name, bool super)
{
	OP box = as(w, &w->operator);
	struct admin_in in = { 0 };
	struct admin row;

	GIVE(admin_in, &in, username, name);
	GIVE(admin_in, &in, password, PASSWORD);
	GIVE(admin_in, &in, super, super);
	EXPECT(box, admin_add(&box->op, &in, &row), RC_OK);
	return (struct actor){ .kind = ACTOR_ADMIN,
		.door = DOOR_WEB,
		.super = super,
		.admin_id = row.id,
		.name = name,
		.source = "192.0.2.1" };
}

static void
assign(struct world *w, int64_t domain_id, int64_t admin_id)
{
	OP box = as(w, &w->operator);

	EXPECT(box, domain_assign(&box->op, domain_id, admin_id, true), RC_OK);
}

static void
populate(struct world *w)
{
	w->root = make_admin(w, "root@own.example", true);
	w->root2 = make_admin(w, "root2@own.example", true);
	w->root2_id = w->root2.admin_id;
	w->owner = make_admin(w, "owner@own.example", false);
	w->stranger = make_admin(w, "stranger@other.example", false);
	w->own.domain_id = make_domain(w, "own.example", 0, 0, 0, 0);
	w->other.domain_id = make_domain(w, "other.example", 0, 0, 0, 0);
	assign(w, w->own.domain_id, w->owner.admin_id);
	assign(w, w->other.domain_id, w->stranger.admin_id);
	w->own.mailbox_id = make_mailbox(w, "anna@own.example");
	w->other.mailbox_id = make_mailbox(w, "zoe@other.example");
	w->own.alias_id = make_alias(w, "info@own.example", "anna@own.example,out@elsewhere.example");
	w->other.alias_id = make_alias(w, "sales@other.example", "zoe@other.example,anna@own.example");
	w->own = (struct target){ w->own.domain_id, w->own.mailbox_id, w->own.alias_id,
		w->owner.admin_id, "own.example", "anna@own.example", "info@own.example",
		"owner@own.example", "fresh" };
	w->other = (struct target){ w->other.domain_id, w->other.mailbox_id, w->other.alias_id,
		w->stranger.admin_id, "other.example", "zoe@other.example", "sales@other.example",
		"stranger@other.example", "fresh" };
	w->missing = (struct target){ 999999, 999999, 999999, 999999, "missing.example",
		"anna@missing.example", "info@missing.example", "missing@missing.example", "fresh" };
}

int
world_setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	const char *tmp = getenv("TMPDIR"), *url = getenv("TEST_DATABASE");

	assert_non_null(w);
	(void)snprintf(w->dir, sizeof(w->dir), "%.40s/vimb-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(w->dir));
	if (url)
		(void)snprintf(w->url, sizeof(w->url), "%s", url);
	else
		(void)snprintf(w->url, sizeof(w->url), "sqlite:%s/v.db", w->dir);
	if (url)
		peek_empty(w->url);
	w->conf = (struct conf){ .database = w->url,
		.listen = "",
		.public_url = "",
		.hosts = "",
		.log_level = "error",
		.language = "en",
		.timezone = "",
		.securitysalt = "0123456789abcdef0123456789abcdef",
		.securitysalt_old = "",
		.web_key = "a key of the test",
		.second_required = "no",
		.second_force_disable = "",
		.demo_account = "",
		.demo_password = "",
		.db_pool = 12,
		.db_statement_ms = 10000,
		.db_lock_ms = 10000,
		.hash_tickets = 4,
		.domain_transport = "virtual",
		.quota_multiplier = 1 << 20,
		.mailbox_min_password = 8,
		.admin_min_password = 10,
		.mailbox_scheme = PW_SHA256_CRYPT,
		.mailbox_cost = 1000,
		.admin_scheme = PW_BLF_CRYPT,
		.admin_cost = 4,
		.info_elements = "",
		.directory_without = "",
		.orgname = "",
		.access_on = true,
		.access_types = "SMTP, IMAP, POP3, SIEVE",
		.mailbox_aliases = true,
		.recipient_delimiter = "+",
		.table_entries = 50,
		.undo_days = 30,
		.session_name = "VIMBADMIN3",
		.session_idle = 1800,
		.session_absolute = 43200,
		.bruteforce_enabled = true,
		.bruteforce_max = 5,
		.bruteforce_window = 900,
		.bruteforce_lockout = 900,
		.mail_uid = "vmail",
		.mail_gid = "vmail",
		.mail_home = "/var/vmail/%d/%n",
		.sitename = "Test" };
	w->operator=(struct actor){
		.kind = ACTOR_OPERATOR, .door = DOOR_CLI, .name = "operator", .source = ""
	};
	w->nobody = (struct actor){
		.kind = ACTOR_NOBODY, .door = DOOR_WEB, .name = "", .source = "192.0.2.99"
	};
	open_app(w);
	make_schema(w);
	populate(w);
	*state = w;
	return 0;
}

int
world_teardown(void **state)
{
	struct world *w = *state;
	static const char *const files[] = { "v.db", "v.db-wal", "v.db-shm", "v.db-journal" };
	char path[128];

	app_free(w->app);
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", w->dir, files[i]);
		(void)unlink(path);
	}
	(void)rmdir(w->dir);
	free(w);
	return 0;
}

/* ---- ops ---- */

struct op_box *
as_with(struct world *w, const struct actor *actor, unsigned flags, const char *request_id)
{
	struct op_box *box = calloc(1, sizeof(*box));
	struct op_start start = {
		.actor = actor, .flags = flags, .request_id = request_id, .deadline_ms = 30000
	};

	assert_non_null(box);
	box->w = w;
	if (app_op_begin(w->app, &box->op, &start) != RC_OK)
		fail_msg("op: %s", box->op.errs.first ? box->op.errs.first->text : "?");
	return box;
}

struct op_box *
as(struct world *w, const struct actor *actor)
{
	return as_with(w, actor, 0, NULL);
}

void
op_box_end(struct op_box **box)
{
	app_op_end((*box)->w->app, &(*box)->op);
	free(*box);
}

void
expect_rc(struct op_box *box, enum rc got, enum rc want, const char *file, int line)
{
	if (got == want)
		return;
	for (const struct err *e = box->op.errs.first; e; e = e->next)
		print_message("fault at %s: %s [%s]\n", e->field ? e->field : "-", e->text,
		    e->detail ? e->detail : "");
	print_message("%s:%d: %s instead of %s\n", file, line, rc_slug(got), rc_slug(want));
	fail();
}

void
expect_fault(struct op_box *box, const char *field, const char *words)
{
	const struct err *e = box->op.errs.first;

	assert_non_null(e);
	if ((field == NULL) != (e->field == NULL) || (field && strcmp(field, e->field) != 0))
		fail_msg("fault at %s, not %s: %s", e->field ? e->field : "-", field ? field : "-",
		    e->text);
	if (!strstr(e->text, words))
		fail_msg("fault says \"%s\", not \"%s\"", e->text, words);
}

/* ---- the database, seen from outside ---- */

char *
world_dump(const struct world *w)
{
	return peek_dump(w->url);
}

char *
world_text(const struct world *w, const char *sql)
{
	return peek_text(w->url, sql);
}

int64_t
world_number(const struct world *w, const char *sql)
{
	return peek_number(w->url, sql);
}

void
world_exec(const struct world *w, const char *sql)
{
	peek_exec(w->url, sql);
}
