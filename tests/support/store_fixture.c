/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See tests/store_fixture.h. */
#include "base/base.h"

#include "store_fixture.h"

#include "base/clock.h"
#include "db/schema.h"
#include "store/admin.h"
#include "store/alias.h"
#include "store/domain.h"
#include "store/mailbox.h"

#include <unistd.h>

void
ok(struct shop *s, enum rc rc, const char *file, int line)
{
	const struct err *e = s->op.errs.last;

	if (rc == RC_OK)
		return;
	print_error("%s: %s (%s)\n", rc_slug(rc), e ? e->text : "", e && e->detail ? e->detail : "");
	_fail(file, line);
}

static void
begin(struct shop *s)
{
	s->op = (struct op){ .arena = arena_new(0, ARENA_PLAIN), .actor = &s->actor, .now = NOW };
	s->op.errs.arena = s->op.arena;
	s->op.deadline = clock_mono_ms() + 60000;
	if (db_pool_take(s->pool, s->op.deadline, &s->op.db, &s->op.errs) != RC_OK)
		fail_msg("%s (%s)", s->op.errs.first->text,
		    s->op.errs.first->detail ? s->op.errs.first->detail : "");
}

int
shop_setup(void **state)
{
	struct shop *s = calloc(1, sizeof(*s));
	const char *url = getenv("TEST_DATABASE"), *tmp = getenv("TMPDIR");
	struct schema_state after;

	assert_non_null(s);
	s->actor = (struct actor){
		.kind = ACTOR_OPERATOR, .door = DOOR_CLI, .name = "operator", .source = ""
	};
	(void)snprintf(s->dir, sizeof(s->dir), "%.40s/vimb-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(s->dir));
	(void)snprintf(s->url, sizeof(s->url), "sqlite:%s/v.db", s->dir);
	s->errs.arena = arena_new(0, ARENA_PLAIN);
	assert_int_equal(db_pool_new(&(struct db_conf){ .url = url ? url : s->url,
					 .pool_size = 2,
					 .statement_ms = 20000,
					 .lock_ms = 5000 },
			     &s->pool, &s->errs),
	    RC_OK);
	begin(s);
	OK(s, schema_apply(&s->op, &after));
	OK(s, tx_begin(&s->tx, &s->op));
	*state = s;
	return 0;
}

int
shop_teardown(void **state)
{
	static const char *const files[] = { "v.db", "v.db-wal", "v.db-shm", "v.db-journal" };
	struct shop *s = *state;
	char path[128];

	tx_end(&s->tx);
	db_pool_give(s->pool, s->op.db);
	arena_free(s->op.arena);
	db_pool_free(s->pool);
	arena_free(s->errs.arena);
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", s->dir, files[i]);
		(void)unlink(path);
	}
	(void)rmdir(s->dir);
	free(s);
	return 0;
}

int64_t
put_domain(struct shop *s, const char *name)
{
	struct domain row = { .domain = name, .transport = "virtual", .active = true, .created = NOW };
	int64_t id = 0;

	OK(s, store_domain_add(&s->op, &row, &id));
	return id;
}

int64_t
put_mailbox(struct shop *s, int64_t domain_id, const char *local, const char *name)
{
	struct domain domain;
	struct mailbox row = { .local_part = local,
		.password = "{CRYPT}*",
		.name = name,
		.active = true,
		.access_restriction = "ALL",
		.created = NOW,
		.domain_id = domain_id };
	int64_t id = 0;

	OK(s, store_domain_get(&s->op, domain_id, &domain));
	row.username = arena_printf(s->op.arena, "%s@%s", local, domain.domain);
	OK(s, store_mailbox_add(&s->op, &row, &id));
	return id;
}

int64_t
put_alias(struct shop *s, int64_t domain_id, const char *address, const char *targets)
{
	struct alias row = {
		.address = address, .goto_ = targets, .active = true, .created = NOW, .domain_id = domain_id
	};
	int64_t id = 0;

	OK(s, store_alias_add(&s->op, &row, &id));
	return id;
}

int64_t
put_admin(struct shop *s, const char *username, bool super)
{
	struct admin row = {
		.username = username, .password = "hash", .super = super, .active = true, .created = NOW
	};
	int64_t id = 0;

	OK(s, store_admin_add(&s->op, &row, &id));
	return id;
}
