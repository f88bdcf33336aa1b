/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * API tokens: who may make and end them, what each opens and what it never does: more than its owner may at that moment, outside of its scope, its
 * networks, its domains, its time.
 */
#include "base/base.h"

#include "svc_fixture.h"

#include "base/clock.h"
#include "base/rand.h"
#include "svc/overview.h"
#include "svc/perm.h"
#include "svc/token.h"

struct wish {
	const char *name, *scope, *ip, *domains, *owner;
	int64_t days; /* 0: as it is */
};

static enum rc
add(struct world *w, const struct actor *actor, const struct wish *wish, char raw[TOKEN_TEXT_MAX])
{
	OP box = as(w, actor);
	struct token_in in = { 0 };
	struct token t;

	GIVE(token_in, &in, name, wish->name);
	GIVE(token_in, &in, scope, wish->scope);
	GIVE(token_in, &in, ip, wish->ip);
	GIVE(token_in, &in, domains, wish->domains);
	GIVE(token_in, &in, owner, wish->owner);
	if (wish->days)
		GIVE(token_in, &in, days, wish->days);
	token_fresh(raw);
	return token_add(&box->op, &in, raw, &t);
}

static void
must_add(struct world *w, const struct wish *wish, char raw[TOKEN_TEXT_MAX])
{
	assert_int_equal(add(w, &w->operator, wish, raw), RC_OK);
}

/* What the API makes of it: the outcome, and how many domains and mailboxes its holder sees. */
struct seen {
	enum rc rc;
	struct actor actor;
	size_t domains, mailboxes;
};

static struct seen
open_at(struct world *w, const char *raw, enum token_use use, const char *source)
{
	struct actor actor = w->nobody;
	struct seen seen = { 0 };

	actor.door = DOOR_API;
	actor.source = source;
	{
		OP box = as(w, &actor);
		struct list_in in = { 0 };
		struct domain_list domains;
		struct mailbox_list mailboxes;

		seen.rc = token_open(&box->op, raw, use, &seen.actor);
		if (seen.rc != RC_OK)
			return seen;
		app_op_become(&box->op, &seen.actor);
		EXPECT(box, domain_list(&box->op, &in, &domains), RC_OK);
		EXPECT(box, mailbox_list(&box->op, &in, &mailboxes), RC_OK);
		seen.domains = domains.n;
		seen.mailboxes = mailboxes.n;
		seen.actor.name = NULL;
	}
	return seen;
}

static enum rc
opens(struct world *w, const char *raw)
{
	return open_at(w, raw, TOKEN_READ, "192.0.2.7").rc;
}

/* ---- making and ending ---- */

static void
test_only_supers(void **state)
{
	struct world *w = *state;
	const struct actor *const few[] = { &w->owner, &w->nobody };
	char raw[TOKEN_TEXT_MAX];

	for (size_t i = 0; i < ARRAY_LEN(few); i++) {
		OP box = as(w, few[i]);
		struct token_list list;
		struct token_pick_in pick = { .name = "mine" };
		struct token t;

		assert_int_not_equal(add(w, few[i], &(struct wish){ .name = "mine" }, raw), RC_OK);
		assert_int_not_equal(token_list(&box->op, &list), RC_OK);
		assert_int_not_equal(token_revoke(&box->op, &pick, &t), RC_OK);
	}
	assert_int_equal(world_number(w, "SELECT count(*) FROM mcp_token"), 0);
}

static void
test_made_as_a_hash(void **state)
{
	struct world *w = *state;
	char raw[TOKEN_TEXT_MAX], hash[65], sql[200];
	char *dump;

	must_add(w, &(struct wish){ .name = "one" }, raw);
	assert_int_equal(strlen(raw), 77);
	assert_int_equal(strncmp(raw, "vimb_", 5), 0);
	sha256_hex(raw, strlen(raw), hash);
	(void)snprintf(sql,
	    sizeof(sql), "SELECT count(*) FROM mcp_token WHERE token_hash = '%s' AND scope = 'read' AND expires_at IS NOT NULL",
	    hash);
	assert_int_equal(world_number(w, sql), 1);
	dump = world_dump(w);
	assert_null(strstr(dump, raw + 5));
	free(dump);
	assert_int_equal(world_number(w, "SELECT count(*) FROM log WHERE action = 'TOKEN_ADD'"), 1);
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_audit WHERE detail_after LIKE '%token_hash%' AND detail_after NOT LIKE '%changed%'"),
	    0);
	/* a second one of that name could not be told apart */
	assert_int_equal(add(w, &w->root, &(struct wish){ .name = "one" }, raw), RC_CONFLICT);
}

static void
test_bad_input(void **state)
{
	struct world *w = *state;
	static const struct {
		struct wish wish;
		const char *field;
	} bad[] = {
		{ { .name = "" }, "name" },
		{ { .name = "x", .scope = "read all" }, "scope" },
		{ { .name = "x", .scope = " , " }, "scope" },
		{ { .name = "x", .scope = "READ" }, "scope" },
		{ { .name = "x", .ip = "1.2.3.4/" }, "ip" },
		{ { .name = "x", .ip = "10.0.0.0/8 nowhere" }, "ip" },
		{ { .name = "x", .domains = "own.example missing.example" }, "domains" },
		{ { .name = "x", .domains = "not a domain" }, "domains" },
		{ { .name = "x", .owner = "missing@own.example" }, "owner" },
		{ { .name = "x", .owner = "owner@own.example", .domains = "other.example" }, "domains" },
	};
	char raw[TOKEN_TEXT_MAX];

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		OP box = as(w, &w->root);
		struct token_in in = { .name = bad[i].wish.name,
			.scope = bad[i].wish.scope,
			.ip = bad[i].wish.ip,
			.domains = bad[i].wish.domains,
			.owner = bad[i].wish.owner };
		struct token t;

		token_fresh(raw);
		EXPECT(box, token_add(&box->op, &in, raw, &t), RC_INVALID);
		expect_fault(box, bad[i].field, "");
	}
	assert_int_equal(world_number(w, "SELECT count(*) FROM mcp_token"), 0);
}

static void
test_revoke(void **state)
{
	struct world *w = *state;
	char raw[TOKEN_TEXT_MAX], other[TOKEN_TEXT_MAX];
	int64_t rows;

	must_add(w, &(struct wish){ .name = "one" }, raw);
	must_add(w, &(struct wish){ .name = "two" }, other);
	assert_int_equal(opens(w, raw), RC_OK);
	rows = AUDIT_ROWS(w);
	for (int i = 0; i < 2; i++) {
		OP box = as(w, &w->root);
		struct token_pick_in pick = { .name = "one" };
		struct token t;

		EXPECT(box, token_revoke(&box->op, &pick, &t), RC_OK);
		assert_string_equal(t.state, "revoked");
	}
	assert_int_equal(AUDIT_ROWS(w), rows + 1);
	assert_int_equal(opens(w, raw), RC_UNAUTHENTICATED);
	assert_int_equal(opens(w, other), RC_OK);
	{
		OP box = as(w, &w->root);
		char number[24];
		struct token_pick_in by_number = { .name = number }, missing = { .name = "three" },
				     by_id = { .id = 999999 };
		struct token t;

		(void)snprintf(number, sizeof(number), "%lld",
		    (long long)world_number(w, "SELECT id FROM mcp_token WHERE name = 'two'"));
		EXPECT(box, token_revoke(&box->op, &by_number, &t), RC_OK);
		assert_string_equal(t.name, "two");
		EXPECT(box, token_revoke(&box->op, &missing, &t), RC_NOT_FOUND);
		EXPECT(box, token_revoke(&box->op, &by_id, &t), RC_NOT_FOUND);
	}
	/* the name is free again */
	must_add(w, &(struct wish){ .name = "one" }, raw);
}

/* ---- opening ---- */

static void
test_unknown_revoked_expired_are_one(void **state)
{
	struct world *w = *state;
	char raw[TOKEN_TEXT_MAX], cut[TOKEN_TEXT_MAX];
	int64_t t = clock_now();
	const char *texts[4];

	w->conf.bruteforce_enabled = false;
	world_change_conf(w);
	must_add(w, &(struct wish){ .name = "short", .days = 1 }, raw);
	must_add(w, &(struct wish){ .name = "far", .ip = "198.51.100.0/24" }, cut);
	clock_freeze(t + 25 * 3600);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		const char *const tries[] = { raw, cut,
			"e5bf72f957669b73101f3e42e291952eff02048199adb7cd0ba4de62340e6411", "vimb_" };
		struct actor actor = w->nobody, found;

		actor.source = "192.0.2.7";
		{
			OP box = as(w, &actor);

			EXPECT(box, token_open(&box->op, tries[i], TOKEN_WRITE, &found),
			    RC_UNAUTHENTICATED);
			expect_fault(box, NULL, "This token is not valid.");
			assert_null(box->op.errs.first->next);
		}
	}
	clock_freeze(0);
	assert_int_equal(world_number(w, "SELECT count(*) FROM log WHERE action = 'TOKEN_REFUSED'"), 4);
	assert_int_equal(world_number(w,
			     "SELECT count(*) FROM log WHERE data LIKE '%(expired): token short'"),
	    1);
	assert_int_equal(world_number(w, "SELECT count(*) FROM log WHERE data LIKE '%(used from another network): token far'"),
	    1);
	assert_int_equal(world_number(w, "SELECT count(*) FROM log WHERE data LIKE '%(not known)'"), 2);
}

static void
test_scopes(void **state)
{
	struct world *w = *state;
	static const struct {
		const char *scope;
		enum rc reads, writes;
	} rows[] = {
		{ "read", RC_OK, RC_DENIED },
		{ "write", RC_DENIED, RC_OK },
		{ "read,write", RC_OK, RC_OK },
		{ "*", RC_OK, RC_OK },
	};
	char raw[TOKEN_TEXT_MAX];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		must_add(w, &(struct wish){ .name = rows[i].scope, .scope = rows[i].scope }, raw);
		assert_int_equal(open_at(w, raw, TOKEN_READ, "192.0.2.7").rc, rows[i].reads);
		assert_int_equal(open_at(w, raw, TOKEN_WRITE, "192.0.2.7").rc, rows[i].writes);
	}
	/* a scope the fork knows no method for opens nothing here */
	world_exec(w, "UPDATE mcp_token SET scope = 'reader' WHERE name = 'read'");
	must_add(w, &(struct wish){ .name = "r" }, raw);
	world_exec(w, "UPDATE mcp_token SET scope = 'readwrite ' WHERE name = 'r'");
	assert_int_equal(open_at(w, raw, TOKEN_READ, "192.0.2.7").rc, RC_DENIED);
}

/* Whoever asks in a loop for what it may not gets the same answer each time, but does not fill the log. */
static void
test_refusals_are_bounded(void **state)
{
	struct world *w = *state;
	char raw[TOKEN_TEXT_MAX];

	must_add(w, &(struct wish){ .name = "reader" }, raw);
	for (int i = 0; i < 30; i++)
		assert_int_equal(open_at(w, raw, TOKEN_WRITE, "192.0.2.7").rc, RC_DENIED);
	assert_in_range(world_number(w, "SELECT count(*) FROM log WHERE action = 'TOKEN_REFUSED'"),
	    1, 10);
	assert_int_equal(opens(w, raw), RC_OK);
}

/* Guesses end soon; who has a right token at that address is none the worse. */
static void
test_guesses_are_limited(void **state)
{
	struct world *w = *state;
	char raw[TOKEN_TEXT_MAX], guess[TOKEN_TEXT_MAX];
	enum rc rc = RC_OK;
	int looked = 0;

	must_add(w, &(struct wish){ .name = "reader" }, raw);
	for (int i = 0; i < 30 && rc != RC_LIMITED; i++) {
		token_fresh(guess);
		rc = opens(w, guess);
		looked += rc == RC_UNAUTHENTICATED;
	}
	assert_int_equal(rc, RC_LIMITED);
	assert_int_equal(looked, w->conf.bruteforce_max);
	assert_int_equal(opens(w, raw), RC_OK);
	assert_int_equal(opens(w, guess), RC_LIMITED);
	assert_int_equal(open_at(w, guess, TOKEN_READ, "192.0.2.8").rc, RC_UNAUTHENTICATED);
}

static void
test_never_exceeds_its_owner(void **state)
{
	struct world *w = *state;
	char mine[TOKEN_TEXT_MAX], supers[TOKEN_TEXT_MAX], nobodys[TOKEN_TEXT_MAX];
	struct seen seen;

	must_add(w, &(struct wish){ .name = "mine", .owner = "owner@own.example", .scope = "*" }, mine);
	must_add(w, &(struct wish){ .name = "supers", .owner = "root2@own.example", .scope = "*" },
	    supers);
	must_add(w, &(struct wish){ .name = "nobodys", .scope = "*" }, nobodys);
	seen = open_at(w, mine, TOKEN_READ, "192.0.2.7");
	assert_int_equal(seen.rc, RC_OK);
	assert_false(seen.actor.super);
	assert_int_equal(seen.domains, 1);
	seen = open_at(w, nobodys, TOKEN_READ, "192.0.2.7");
	assert_true(seen.actor.super);
	assert_int_equal(seen.domains, 2);
	seen = open_at(w, supers, TOKEN_READ, "192.0.2.7");
	assert_true(seen.actor.super);
	assert_int_equal(seen.domains, 2);
	/* ... as it is at that moment */
	world_exec(w, "UPDATE admin SET super = 0 WHERE username = 'root2@own.example'");
	seen = open_at(w, supers, TOKEN_READ, "192.0.2.7");
	assert_false(seen.actor.super);
	assert_int_equal(seen.domains, 0);
	world_exec(w, "DELETE FROM domain_admins");
	assert_int_equal(open_at(w, mine, TOKEN_READ, "192.0.2.7").domains, 0);
	world_exec(w, "UPDATE admin SET active = 0 WHERE username = 'owner@own.example'");
	assert_int_equal(opens(w, mine), RC_UNAUTHENTICATED);
	world_exec(w, "UPDATE admin SET active = 1 WHERE username = 'owner@own.example'");
	assert_int_equal(opens(w, mine), RC_OK);
	{
		OP box = as(w, &w->root);

		EXPECT(box, admin_delete(&box->op, w->root2_id), RC_OK);
	}
	/* not nobody's, who may everything: void */
	assert_int_equal(opens(w, supers), RC_UNAUTHENTICATED);
}

/* Nor than the account of a demonstration, which changes nothing whatever its rights. */
static void
test_demonstration(void **state)
{
	struct world *w = *state;
	char raw[TOKEN_TEXT_MAX];

	must_add(w, &(struct wish){ .name = "mine", .owner = "owner@own.example", .scope = "*" }, raw);
	assert_int_equal(open_at(w, raw, TOKEN_WRITE, "192.0.2.7").rc, RC_OK);
	w->conf.demo_account = "owner@own.example";
	world_change_conf(w);
	assert_int_equal(open_at(w, raw, TOKEN_WRITE, "192.0.2.7").rc, RC_DENIED);
	assert_int_equal(open_at(w, raw, TOKEN_READ, "192.0.2.7").rc, RC_OK);
}

/* The name is all that the fork has of a domain: it may come, go and come again. */
static void
test_limited_to_domains(void **state)
{
	struct world *w = *state;
	char both[TOKEN_TEXT_MAX], own[TOKEN_TEXT_MAX];
	struct seen seen;

	make_domain(w, "third.example", 0, 0, 0, 0);
	must_add(w,
	    &(struct wish){ .name = "both", .domains = "OWN.example, third.example", .scope = "*" },
	    both);
	must_add(w,
	    &(struct wish){
		.name = "own", .domains = "own.example", .owner = "owner@own.example", .scope = "*" },
	    own);
	seen = open_at(w, both, TOKEN_WRITE, "192.0.2.7");
	assert_int_equal(seen.rc, RC_OK);
	assert_false(seen.actor.super);
	assert_int_equal(seen.domains, 2);
	assert_int_equal(seen.mailboxes, 1);
	world_exec(w, "UPDATE mcp_token SET allowed_domains = 'third.example missing.example not/one' WHERE name = 'both'");
	seen = open_at(w, both, TOKEN_WRITE, "192.0.2.7");
	assert_int_equal(seen.domains, 1);
	assert_int_equal(seen.mailboxes, 0);
	make_domain(w, "missing.example", 0, 0, 0, 0);
	assert_int_equal(open_at(w, both, TOKEN_READ, "192.0.2.7").domains, 2);
	/* names of nothing limit to nothing */
	world_exec(w, "UPDATE mcp_token SET allowed_domains = 'gone.example' WHERE name = 'both'");
	seen = open_at(w, both, TOKEN_READ, "192.0.2.7");
	assert_int_equal(seen.rc, RC_OK);
	assert_int_equal(seen.domains + seen.mailboxes, 0);
	/* an owner who loses the domain takes it from the token */
	assert_int_equal(open_at(w, own, TOKEN_READ, "192.0.2.7").domains, 1);
	world_exec(w, "DELETE FROM domain_admins");
	assert_int_equal(open_at(w, own, TOKEN_READ, "192.0.2.7").domains, 0);
}

/* All that has a scope keeps to the token's: pages of other domains are as if they were not there. */
static void
test_foreign_is_missing(void **state)
{
	struct world *w = *state;
	char raw[TOKEN_TEXT_MAX];
	struct actor actor = w->nobody, found;

	must_add(w, &(struct wish){ .name = "own", .domains = "own.example", .scope = "*" }, raw);
	actor.source = "192.0.2.7";
	OP box = as(w, &actor);
	struct mailbox m;
	struct domain d;
	struct alias a;
	struct overview_page v;
	struct alias_in in = { 0 };
	struct domain_in new_domain = { .domain = "fresh.example" };

	EXPECT(box, token_open(&box->op, raw, TOKEN_WRITE, &found), RC_OK);
	app_op_become(&box->op, &found);
	assert_false(perm_is_super(&box->op));
	EXPECT(box, mailbox_get(&box->op, w->own.mailbox_id, &m), RC_OK);
	EXPECT(box, mailbox_get(&box->op, w->other.mailbox_id, &m), RC_NOT_FOUND);
	EXPECT(box, domain_get(&box->op, w->other.domain_id, &d), RC_NOT_FOUND);
	EXPECT(box, alias_get(&box->op, w->other.alias_id, &a), RC_NOT_FOUND);
	EXPECT(box, mailbox_delete(&box->op, w->other.mailbox_id), RC_NOT_FOUND);
	GIVE(alias_in, &in, address, "mine@other.example");
	GIVE(alias_in, &in, goto_, "anna@own.example");
	EXPECT(box, alias_add(&box->op, &in, &a), RC_INVALID);
	EXPECT(box, domain_add(&box->op, &new_domain, &d), RC_DENIED);
	err_clear(&box->op.errs);
	EXPECT(box, overview_get(&box->op, &v), RC_OK);
	assert_int_equal(v.n.domains, 1);
	in = (struct alias_in){ 0 };
	GIVE(alias_in, &in, address, "more@own.example");
	GIVE(alias_in, &in, goto_, "anna@own.example");
	EXPECT(box, alias_add(&box->op, &in, &a), RC_OK);
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_audit WHERE actor = 'token own'"),
	    1);
}

static void
test_networks(void **state)
{
	struct world *w = *state;
	static const struct {
		const char *list, *source;
		bool in;
	} rows[] = {
		{ "", "192.0.2.7", true },
		{ " , ", "192.0.2.7", true },
		{ "192.0.2.7", "192.0.2.7", true },
		{ "192.0.2.8", "192.0.2.7", false },
		{ "192.0.2.7/8", "192.99.0.1", true }, /* the fork lets bits stand behind the prefix */
		{ "192.0.2.7/8", "193.0.2.7", false },
		{ "10.0.0.0/8\t192.0.2.0/25", "192.0.2.7", true },
		{ "192.0.2.0/25", "192.0.2.200", false },
		{ "0.0.0.0/0", "203.0.113.9", true },
		{ "0.0.0.0/0", "2001:db8::1", false },
		{ "1.2.3.4/", "192.0.2.7", false }, /* the whole internet, to the fork */
		{ "1.2.3.4/x", "1.2.3.4", false },
		{ "1.2.3.4/33", "1.2.3.4", false },
		{ "1.2.3.4/08", "1.2.3.4", false },
		{ "2001:db8::/32", "2001:db8:1::1", true },
		{ "2001:DB8:0:0::1", "2001:db8::1", true },
		{ "2001:db8::/129", "2001:db8::1", false },
		{ "192.0.2.7", "", false },
		{ "0.0.0.0/0", "", false },
	};
	char raw[TOKEN_TEXT_MAX], sql[200];

	w->conf.bruteforce_enabled = false;
	world_change_conf(w);
	must_add(w, &(struct wish){ .name = "net" }, raw);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		(void)snprintf(sql, sizeof(sql), "UPDATE mcp_token SET allowed_ips = '%s'",
		    rows[i].list);
		world_exec(w, sql);
		if ((open_at(w, raw, TOKEN_READ, rows[i].source).rc == RC_OK) != rows[i].in)
			fail_msg("%s in \"%s\"", rows[i].source, rows[i].list);
	}
}

/* last_used_at costs a write a minute, not one a request. */
static void
test_stamp(void **state)
{
	struct world *w = *state;
	char raw[TOKEN_TEXT_MAX];
	int64_t t = clock_now() / 60 * 60;
	char *first, *second;

	clock_freeze(t);
	must_add(w, &(struct wish){ .name = "one" }, raw);
	assert_int_equal(opens(w, raw), RC_OK);
	first = world_text(w, "SELECT last_used_at FROM mcp_token");
	assert_true(*first);
	clock_freeze(t + 59);
	assert_int_equal(opens(w, raw), RC_OK);
	second = world_text(w, "SELECT last_used_at FROM mcp_token");
	assert_string_equal(first, second);
	free(second);
	clock_freeze(t + 61);
	assert_int_equal(opens(w, raw), RC_OK);
	second = world_text(w, "SELECT last_used_at FROM mcp_token");
	assert_string_not_equal(first, second);
	free(first);
	free(second);
	clock_freeze(0);
}

/* The fork's own row, as its command wrote it. */
static void
test_of_the_fork(void **state)
{
	struct world *w = *state;

	world_exec(w,
	    "INSERT INTO mcp_token (name, token_hash, scope, allowed_ips, allowed_domains, "
	    "created, expires_at, revoked) VALUES "
	    "('writer', '2f1e31e854ce2f5b6442ed2cd5b637e9f1b7b45dd91dc964deff8227af0731d0', 'read "
	    "write', '127.0.0.0/8', "
	    "'own.example', '2026-11-23 04:48:21', '2036-11-20 04:48:21', 0)");
	assert_int_equal(open_at(w, "85923538bcc05a7efb9c6bf699641cdcebf2d5a1660c0c587a4f4fa77aa12660",
			     TOKEN_WRITE, "127.0.0.1")
			     .domains,
	    1);
	assert_int_equal(opens(w, "85923538bcc05a7efb9c6bf699641cdcebf2d5a1660c0c587a4f4fa77aa12660"),
	    RC_UNAUTHENTICATED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
		TEST(test_only_supers),
		TEST(test_made_as_a_hash),
		TEST(test_bad_input),
		TEST(test_revoke),
		TEST(test_unknown_revoked_expired_are_one),
		TEST(test_scopes),
		TEST(test_refusals_are_bounded),
		TEST(test_guesses_are_limited),
		TEST(test_never_exceeds_its_owner),
		TEST(test_demonstration),
		TEST(test_limited_to_domains),
		TEST(test_foreign_is_missing),
		TEST(test_networks),
		TEST(test_stamp),
		TEST(test_of_the_fork),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
