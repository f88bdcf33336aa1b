/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Passkeys in the services, with what browsers sent once (passkey_vectors.h): adding, signing in, races, retries and dry runs. The questions of then
 * are put again by hand, since new ones are random.
 */
#include "base/base.h"

#include "passkey_vectors.h"
#include "second_fixture.h"

#include "base/passkey.h"
#include "base/rand.h"
#include "svc/passkey_int.h"

#define SESSION "session-of-root"
#define BROWSER "browser-of-nobody"

static const struct passkey_vector *const chromium = &passkey_vectors[0];

static int
setup(void **state)
{
	struct world *w;
	int failed = second_setup(state);

	w = *state;
	w->conf.public_url = chromium->url;
	w->conf.sitename = "ViMbAdmin";
	w->conf.second_passkey_only = true;
	return failed;
}

/* As if the panel had put that question, to whom it says. */
static void
put(struct world *w, const char *kind, const char *of, const char *bind, const char *challenge)
{
	char text[256], bound[65], whose[65], sql[512];

	(void)snprintf(text, sizeof(text), "%s:%s", bind, challenge);
	sha256_hex(text, strlen(text), bound);
	sha256_hex(of, strlen(of), whose);
	(void)snprintf(sql,
	    sizeof(sql), "INSERT INTO vimb_once (purpose, token_hash, expires_at) VALUES ('passkey.%s.%.16s', '%s', %lld)",
	    kind, whose, bound, (long long)T0 + 300);
	world_exec(w, sql);
}

static void
put_add(struct world *w)
{
	put(w, "add", SESSION, SESSION, chromium->made_challenge);
}

/* A parked sign-in's question is bound to what is kept of its cookie. */
static void
put_second(struct world *w, const struct auth_entry *first)
{
	char hash[65];

	sha256_hex(first->raw, SESSION_ID_LEN, hash);
	put(w, "second", hash, hash, chromium->used_challenge);
}

static const struct passkey_in *
made(void)
{
	static struct passkey_in in;

	in = (struct passkey_in){ .label = "Laptop",
		.client_data = chromium->made_client,
		.attestation = chromium->attestation,
		.transports = "internal" };
	return &in;
}

static struct passkey_proof_in
used(void)
{
	return (struct passkey_proof_in){ .credential = chromium->id,
		.client_data = chromium->used_client,
		.authenticator_data = chromium->authenticator_data,
		.signature = chromium->signature };
}

static void
add(struct world *w)
{
	OP box = as(w, &w->root);

	put_add(w);
	EXPECT(box, passkey_add(&box->op, made(), SESSION), RC_OK);
}

static enum rc
second(struct world *w, const struct auth_entry *first, struct auth_entry *ret)
{
	OP box = as(w, &w->nobody);
	const struct passkey_proof_in in = used();

	return auth_passkey(&box->op, first->raw, &in, "Browser/1.0", ret);
}

#define PASSKEYS(w) world_number((w), "SELECT count(*) FROM vimb_passkey")
#define COUNT_OF(w) world_number((w), "SELECT sign_count FROM vimb_passkey")
#define QUESTIONS(w) \
	world_number((w), "SELECT count(*) FROM vimb_once WHERE purpose LIKE 'passkey.%'")

static void
test_add(void **state)
{
	struct world *w = *state;
	struct auth_entry first;
	struct passkey_rows rows;
	struct second_state now;
	OP box = as(w, &w->root);

	assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
	assert_int_equal(first.step, AUTH_IN);
	add(w);
	assert_int_equal(session_rc(w, first.raw), RC_UNAUTHENTICATED); /* not the one that added it */
	assert_int_equal(QUESTIONS(w), 0);
	assert_int_equal(actions(w, "ADMIN_PASSKEY_ADD"), 1);
	EXPECT(box, passkey_list(&box->op, w->root.admin_id, &rows), RC_OK);
	assert_int_equal(rows.n, 1);
	assert_string_equal(rows.at[0].label, "Laptop");
	assert_int_equal(rows.at[0].created, T0);
	assert_int_equal(rows.at[0].used, 0);
	EXPECT(box, second_state(&box->op, w->root.admin_id, &now), RC_OK);
	assert_int_equal(now.passkeys, 1);
	assert_false(now.enrolled);
}

/* Not a question of ours, of another session, of long ago; and what was answered wrongly is gone. */
static void
test_add_refused(void **state)
{
	struct world *w = *state;
	struct passkey_in in = *made();
	OP box = as(w, &w->root);

	EXPECT(box, passkey_add(&box->op, &in, SESSION), RC_CONFLICT);
	put_add(w);
	EXPECT(box, passkey_add(&box->op, &in, "another session"), RC_CONFLICT);
	box->op.now = T0 + 301;
	EXPECT(box, passkey_add(&box->op, &in, SESSION), RC_CONFLICT);
	box->op.now = T0;
	in.attestation = "oA";
	EXPECT(box, passkey_add(&box->op, &in, SESSION), RC_INVALID);
	assert_int_equal(QUESTIONS(w), 0);
	in.attestation = chromium->attestation;
	EXPECT(box, passkey_add(&box->op, &in, SESSION), RC_CONFLICT);
	assert_int_equal(PASSKEYS(w), 0);
	assert_int_equal(actions(w, "ADMIN_PASSKEY_ADD"), 0);
}

static void
test_add_dry(void **state)
{
	struct world *w = *state;
	OP box = as_with(w, &w->root, OP_DRY_RUN, NULL);

	put_add(w);
	EXPECT(box, passkey_add(&box->op, made(), SESSION), RC_OK);
	assert_int_equal(PASSKEYS(w), 0);
	assert_int_equal(QUESTIONS(w), 1);
}

/* One credential, one administrator. */
static void
test_add_taken(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->owner);

	add(w);
	put_add(w);
	EXPECT(box, passkey_add(&box->op, made(), SESSION), RC_CONFLICT);
	assert_int_equal(PASSKEYS(w), 1);
	assert_int_equal(QUESTIONS(w), 1); /* the change failed as a whole */
}

static void
test_second(void **state)
{
	struct world *w = *state;
	struct auth_entry first, done, again;
	struct auth_ways ways;
	OP box = as(w, &w->nobody);

	add(w);
	w->conf.second_required = "all"; /* satisfied: nothing is to be set up */
	assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
	assert_int_equal(first.step, AUTH_CODE);
	EXPECT(box, auth_ways(&box->op, first.raw, &ways), RC_OK);
	assert_true(ways.passkey && !ways.code);
	put_second(w, &first);
	assert_int_equal(second(w, &first, &done), RC_OK);
	assert_int_equal(done.step, AUTH_IN);
	assert_int_equal(session_rc(w, done.raw), RC_OK);
	assert_int_equal(COUNT_OF(w), chromium->count);
	assert_int_equal(world_number(w, "SELECT used_at FROM vimb_passkey"), T0);
	assert_int_equal(second(w, &first, &again), RC_UNAUTHENTICATED); /* that sign-in is over */
	assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
	put_second(w, &first);
	assert_int_equal(second(w, &first, &again), RC_INVALID); /* the same answer: its count did not grow */
	assert_int_equal(actions(w, "ADMIN_2FA_FAILED"), 1);
	assert_int_equal(QUESTIONS(w), 0);
}

/* A code is asked for where there is none: refused, and nothing is told. */
static void
test_second_code(void **state)
{
	struct world *w = *state;
	struct auth_entry first, done;

	add(w);
	assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
	assert_int_equal(second_step(w, first.raw, "123456", &done), RC_UNAUTHENTICATED);
}

/* Whatever takes the passkey, the account or the sign-in away in between wins. */
static void
test_second_races(void **state)
{
	static const char *const meanwhile[] = { "DELETE FROM vimb_parked",
		"DELETE FROM vimb_passkey", "UPDATE vimb_passkey SET sign_count = 99",
		"UPDATE admin SET active = 0 WHERE username = 'root@own.example'",
		"DELETE FROM vimb_once", "UPDATE vimb_once SET expires_at = 1" };

	for (size_t i = 0; i < ARRAY_LEN(meanwhile); i++) {
		struct world *w;
		struct auth_entry first, done;

		assert_int_equal(setup(state), 0);
		w = *state;
		add(w);
		assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
		put_second(w, &first);
		world_exec(w, meanwhile[i]);
		assert_int_not_equal(second(w, &first, &done), RC_OK);
		assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_session"), 0);
		assert_int_equal(second_teardown(state), 0);
	}
}

static enum rc
alone(struct world *w, const char *browser, const char *handle)
{
	OP box = as(w, &w->nobody);
	struct passkey_proof_in in = used();
	struct auth_entry done;

	in.user_handle = handle;
	return auth_passkey_alone(&box->op, browser, &in, "Browser/1.0", &done);
}

static void
test_alone(void **state)
{
	struct world *w = *state;
	const char *site, *handle;
	OP box = as(w, &w->nobody);

	add(w);
	site = attempts_site(&box->op);
	handle = passkey_user(&box->op, "localhost", w->root.admin_id);
	assert_int_equal(alone(w, BROWSER, handle), RC_UNAUTHENTICATED); /* nobody asked */
	put(w, "alone", site, BROWSER, chromium->used_challenge);
	assert_int_equal(alone(w, "another browser", handle), RC_UNAUTHENTICATED);
	w->conf.second_passkey_only = false;
	assert_int_equal(alone(w, BROWSER, handle), RC_NOT_FOUND);
	w->conf.second_passkey_only = true;
	assert_int_equal(alone(w, BROWSER, handle), RC_OK);
	assert_int_equal(alone(w, BROWSER, handle), RC_UNAUTHENTICATED);
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_session"), 1);
	assert_int_equal(actions(w, "ADMIN_LOGIN_FAILED"), 3);
}

/* Whose it is, the authenticator has to say as well. */
static void
test_alone_handle(void **state)
{
	struct world *w = *state;
	OP box = as(w, &w->nobody);
	const char *const wrong[] = { NULL, "", passkey_user(&box->op, "localhost", w->root2_id),
		passkey_user(&box->op, "other.example", w->root.admin_id) };

	add(w);
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		put(w, "alone", attempts_site(&box->op), BROWSER, chromium->used_challenge);
		assert_int_equal(alone(w, BROWSER, wrong[i]), RC_UNAUTHENTICATED);
	}
	assert_int_equal(world_number(w, "SELECT count(*) FROM vimb_session"), 0);
	assert_int_equal(COUNT_OF(w), chromium->made_count);
}

static void
test_remove(void **state)
{
	struct world *w = *state;
	int64_t id;
	OP root = as(w, &w->root);
	OP owner = as(w, &w->owner);
	OP operator= as(w, &w->operator);

	add(w);
	id = world_number(w, "SELECT id FROM vimb_passkey");
	EXPECT(owner, passkey_remove(&owner->op, id, SESSION), RC_NOT_FOUND);
	EXPECT(operator, passkey_remove(&operator->op, id, SESSION), RC_DENIED);
	w->conf.second_required = "super";
	EXPECT(root, passkey_remove(&root->op, id, SESSION), RC_DENIED);
	w->conf.second_required = "no";
	EXPECT(root, passkey_remove(&root->op, id, SESSION), RC_OK);
	assert_int_equal(PASSKEYS(w), 0);
	assert_int_equal(actions(w, "ADMIN_PASSKEY_REMOVE"), 1);
	EXPECT(root, passkey_remove(&root->op, id, SESSION), RC_NOT_FOUND);
}

/* Whatever takes second factors away takes these, too. */
static void
test_reset(void **state)
{
	struct world *w = *state;
	struct auth_entry first;
	int64_t n;
	OP operator= as(w, &w->operator);

	add(w);
	EXPECT(operator, admin_reset_second_factor(&operator->op, w->root.admin_id), RC_OK);
	assert_int_equal(PASSKEYS(w), 0);
	add(w);
	EXPECT(operator, second_remove_all(&operator->op, &n), RC_OK);
	assert_int_equal(n, 1);
	assert_int_equal(PASSKEYS(w), 0);
	add(w);
	w->conf.second_force_disable = "root@own.example";
	assert_int_equal(first_step(w, "root@own.example", &first), RC_OK);
	assert_int_equal(first.step, AUTH_IN);
	assert_int_equal(PASSKEYS(w), 0);
	assert_int_equal(actions(w, "ADMIN_2FA_FORCE_DISABLED"), 1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, second_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = { T(test_add), T(test_add_refused), T(test_add_dry),
		T(test_add_taken), T(test_second), T(test_second_code),
		cmocka_unit_test(test_second_races), T(test_alone), T(test_alone_handle),
		T(test_remove), T(test_reset) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
