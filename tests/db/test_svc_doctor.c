/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `doctor` reads off a real database: each check is fine at first and can be made to fail. */
#include "base/base.h"

#include "svc_fixture.h"

#include "svc/doctor.h"

/* The world's configuration has only what the services need; doctor looks at more of it. */
static int
setup(void **state)
{
	int code = world_setup(state);
	struct world *w = *state;

	w->conf.public_url = "https://panel.example";
	w->conf.listen = "127.0.0.1:8080";
	w->conf.proxy_mode = "auto";
	w->conf.proxies = w->conf.bruteforce_whitelist = "";
	w->conf.securitysalt = "6f2c81d94be7a03558ce1f74d6b09a2eb3517fc8";
	w->conf.second_force_disable = "";
	w->conf.mail = (struct conf_mail){ .host = "", .ssl = "", .password = "" };
	world_change_conf(w);
	return code;
}

/* The state of one check. */
static const char *
state_of(struct world *w, const char *check)
{
	static char state[16];
	struct findings f;
	OP box = as(w, &w->operator);

	EXPECT(box, doctor_run(&box->op, false, &f), RC_OK);
	for (size_t i = 0; i < f.n; i++)
		if (strcmp(f.rows[i].check, check) == 0) {
			assert_true((strcmp(f.rows[i].state, "ok") == 0) == !f.rows[i].advice);
			snprintf(state, sizeof(state), "%s", f.rows[i].state);
			return state;
		}
	fail_msg("no check %s", check);
	return NULL;
}
#define STATE(w, check, want) assert_string_equal(state_of((w), (check)), (want))

/* What keeps the panel from starting, or lets people in with less than they have, and no command notices. */
static void
test_start(void **state)
{
	struct world *w = *state;

	STATE(w, "configuration", "ok");
	STATE(w, "forced sign-in", "ok");
	w->conf.securitysalt = "short";
	w->conf.second_force_disable = "*";
	world_change_conf(w);
	STATE(w, "configuration", "bad");
	STATE(w, "forced sign-in", "bad");
}

static void
test_supers(void **state)
{
	struct world *w = *state;

	STATE(w, "administrators", "ok");
	STATE(w, "second factors", "look");
	world_exec(w,
	    "INSERT INTO admin_pref (attribute, op, value, expire, ix, Admin_id)"
	    " SELECT 'auth.totp.secret', '=', 'sealed', 0, 0, id FROM admin WHERE super = 1");
	STATE(w, "second factors", "ok");
	world_exec(w, "UPDATE admin SET active = 0 WHERE super = 1");
	STATE(w, "administrators", "bad");
}

static void
test_tokens(void **state)
{
	struct world *w = *state;

	STATE(w, "tokens", "ok");
	world_exec(w,
	    "INSERT INTO mcp_token (name, token_hash, scope, allowed_ips, created, expires_at, "
	    "revoked) VALUES"
	    " ('reader', 'a', 'read', NULL, '2026-01-01 00:00:00', NULL, 0),"
	    " ('narrow', 'b', 'write', '192.0.2.1', '2026-01-01 00:00:00', '2040-01-01 00:00:00', "
	    "0)");
	STATE(w, "tokens", "ok");
	world_exec(w, "UPDATE mcp_token SET expires_at = NULL WHERE name = 'narrow'");
	STATE(w, "tokens", "look");
	world_exec(w, "UPDATE mcp_token SET revoked = 1");
	STATE(w, "tokens", "ok");
}

static void
test_hashes(void **state)
{
	static const char *const weak[] = { "{PLAIN}secret",
		"{PLAIN-MD5}5ebe2294ecd0e0f08eab7690d2a6ee69",
		"{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=", "$1$abcdefgh$6RlT0pkqP1ss.bWkPI8UL/", "" };
	struct world *w = *state;
	char sql[200];

	world_exec(w, "UPDATE mailbox SET password = '{SHA512-CRYPT}$6$x$y'");
	STATE(w, "mailbox passwords", "ok");
	for (size_t i = 0; i < ARRAY_LEN(weak); i++) {
		snprintf(sql, sizeof(sql), "UPDATE mailbox SET password = '%s'", weak[i]);
		world_exec(w, sql);
		STATE(w, "mailbox passwords", "look");
	}
}

static void
test_jobs(void **state)
{
	struct world *w = *state;

	STATE(w, "keeper", "ok");
	STATE(w, "jobs", "ok");
	world_exec(w,
	    "INSERT INTO vimb_job (kind, args, state, run_at, attempts, fence, created_at) VALUES"
	    " ('housekeeping', '{}', 'waiting', 1000, 0, 0, 1000)");
	STATE(w, "keeper", "bad");
	world_exec(w, "UPDATE vimb_job SET state = 'failed', finished_at = 4000000000");
	STATE(w, "keeper", "ok");
	STATE(w, "jobs", "look");
}

/* Tests connect as somebody who may do all. A file has no users. */
static void
test_database_user(void **state)
{
	struct world *w = *state;

	STATE(w, "database user", strncmp(w->url, "sqlite:", 7) == 0 ? "ok" : "look");
}

/* Only what the configuration says is looked at: the world stays connected to its own. */
static void
test_way_to_the_database(void **state)
{
	static const struct {
		const char *url, *state;
	} ways[] = {
		{ "sqlite:/var/lib/vimbadmin/vimbadmin.db", "ok" },
		{ "mysql://u:p@db.example/v", "look" },
		{ "mysql://u:p@localhost,db.example/v", "look" },
		{ "mysql://u:p@db.example/v?ssl_mode=require", "look" },
		{ "mysql://u:p@db.example/v?ssl_mode=verify", "ok" },
		{ "mysql://u:p@db.example/v?ssl_ca=/etc/ssl/ca.pem", "ok" },
		{ "mysql://u:p@127.0.0.1:3306/v", "ok" },
		{ "postgresql://u:p@db.example/v", "look" },
		{ "postgresql://u:p@db.example/v?sslmode=verify-full", "ok" },
		{ "postgresql://u@/v?host=/run/postgresql", "ok" },
		{ "postgresql://u:p@[::1]/v", "ok" },
	};
	struct world *w = *state;
	const char *own = w->conf.database;

	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		w->conf.database = ways[i].url;
		STATE(w, "way to the database", ways[i].state);
	}
	w->conf.database = own;
}

static void
test_schema(void **state)
{
	struct world *w = *state;
	struct findings f;

	STATE(w, "schema", "ok");
	world_exec(w, "UPDATE vimb_schema SET name = '000_hidden' WHERE name = '030_seal'");
	STATE(w, "schema", "bad");
	{
		OP box = as(w, &w->operator);

		EXPECT(box, doctor_run(&box->op, false, &f), RC_OK);
		assert_true(doctor_bad(&f));
		for (size_t i = 0; i < f.n; i++) /* what may not be there is not looked into */
			assert_string_not_equal(f.rows[i].check, "tokens");
	}
	world_exec(w, "UPDATE vimb_schema SET name = '030_seal' WHERE name = '000_hidden'"); /* the next test's, too */
}

static void
test_refusal(void **state)
{
	struct world *w = *state;
	struct findings f;
	OP box = as(w, &w->owner);

	EXPECT(box, doctor_run(&box->op, true, &f), RC_DENIED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, world_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_start),
		TEST(test_supers),
		TEST(test_tokens),
		TEST(test_hashes),
		TEST(test_jobs),
		TEST(test_database_user),
		TEST(test_way_to_the_database),
		TEST(test_schema),
		TEST(test_refusal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
