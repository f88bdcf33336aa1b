/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Passkeys: what authenticators of each kind said once, for https://mail.example.com:8443, is taken; the same with any byte of it changed is not,
 * nor is it for another question, site or address.
 */
#include "base/base.h"

#include "passkey_vectors.h"

#include "base/arena.h"
#include "base/passkey.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <sodium.h>

#define BASE64 sodium_base64_VARIANT_URLSAFE_NO_PADDING
#define URL "https://mail.example.com:8443"

static struct arena *arena;

static int
setup(void **state UNUSED)
{
	arena = arena_new(0, ARENA_PLAIN);
	return sodium_init() < 0;
}

static int
teardown(void **state UNUSED)
{
	arena_free(arena);
	return 0;
}

static struct passkey_want
want_of(const char *url, const char *challenge, bool verified)
{
	struct passkey_want want = { .challenge = challenge, .verified = verified };

	assert_null(passkey_site(url, arena, &want.site));
	return want;
}

static const char *
make(const struct passkey_want *want, const struct passkey_vector *v, struct passkey_made *ret)
{
	return passkey_make(want, v->made_client, v->attestation, arena, ret);
}

static const char *
use(const struct passkey_want *want, const struct passkey_vector *v, const char *key,
    struct passkey_seen *ret)
{
	const struct passkey_used used = { .alg = v->alg,
		.key = key,
		.client_data = v->used_client,
		.authenticator_data = v->authenticator_data,
		.signature = v->signature };

	return passkey_use(want, &used, arena, ret);
}

/* ---- as it should be ---- */

static void
test_taken(void **state UNUSED)
{
	for (size_t i = 0; i < passkey_vectors_n; i++) {
		const struct passkey_vector *v = &passkey_vectors[i];
		const struct passkey_want made_for = want_of(v->url, v->made_challenge, v->verified);
		const struct passkey_want used_for = want_of(v->url, v->used_challenge, v->verified);
		struct passkey_made made;
		struct passkey_seen seen;
		const char *why = make(&made_for, v, &made);

		if (why)
			fail_msg("%s: %s", v->name, why);
		assert_string_equal(made.id, v->id);
		assert_int_equal(made.alg, v->alg);
		assert_int_equal(made.verified, v->verified);
		assert_int_equal(made.backed_up, v->backed_up);
		assert_int_equal(made.count, v->made_count);
		assert_string_equal(passkey_challenge_of(v->made_client, arena), v->made_challenge);
		if ((why = use(&used_for, v, made.key, &seen)))
			fail_msg("%s: %s", v->name, why);
		assert_int_equal(seen.count, v->count);
		assert_int_equal(seen.backed_up, v->backed_up);
	}
}

/* ---- tampered with ---- */

struct raw {
	unsigned char at[2048];
	size_t n;
};

static struct raw
bytes_of(const char *text)
{
	struct raw r;

	assert_int_equal(sodium_base642bin(r.at, sizeof(r.at), text, strlen(text), NULL, &r.n, NULL,
			     BASE64),
	    0);
	return r;
}

static const char *
text_of(const struct raw *r)
{
	char *out = arena_alloc(arena, sizeof(r->at) * 2);

	return sodium_bin2base64(out, sizeof(r->at) * 2, r->at, r->n, BASE64);
}

/* The part of what was used that `which` names, each byte changed in turn, and one byte more or less. */
static void
change_used(const struct passkey_vector *v, const char *key, size_t which)
{
	const struct passkey_want want = want_of(v->url, v->used_challenge, false);
	const char *parts[] = { v->used_client, v->authenticator_data, v->signature, key };
	struct raw raw = bytes_of(parts[which]);

	for (size_t i = 0; i < raw.n + 2; i++) {
		struct arena_mark mark = arena_mark(arena);
		struct raw bad = raw;
		const char *sent[] = { parts[0], parts[1], parts[2], parts[3] };
		struct passkey_used used = { .alg = v->alg };
		struct passkey_seen seen;

		if (i < raw.n)
			bad.at[i] ^= 1;
		else
			bad.n = i == raw.n ? raw.n - 1 : raw.n + 1;
		if (bad.n > raw.n)
			bad.at[raw.n] = 0;
		sent[which] = text_of(&bad);
		used.client_data = sent[0];
		used.authenticator_data = sent[1];
		used.signature = sent[2];
		used.key = sent[3];
		if (!passkey_use(&want, &used, arena, &seen))
			fail_msg("%s: part %zu, byte %zu of %zu", v->name, which, i, raw.n);
		arena_reset(arena, mark);
	}
}

static void
test_used_tampered(void **state UNUSED)
{
	for (size_t i = 0; i < passkey_vectors_n; i++) {
		const struct passkey_vector *v = &passkey_vectors[i];
		const struct passkey_want want = want_of(v->url, v->made_challenge, false);
		struct passkey_made made;

		assert_null(make(&want, v, &made));
		for (size_t which = 0; which < 3; which++)
			change_used(v, made.key, which);
	}
}

/* The key of another does not do. */
static void
test_other_key(void **state UNUSED)
{
	for (size_t i = 0; i < passkey_vectors_n; i++) {
		const struct passkey_vector *v = &passkey_vectors[i];
		const struct passkey_want want = want_of(v->url, v->used_challenge, false);

		for (size_t k = 0; k < passkey_vectors_n; k++) {
			const struct passkey_vector *o = &passkey_vectors[k];
			const struct passkey_want theirs = want_of(o->url, o->made_challenge, false);
			struct passkey_made made;
			struct passkey_seen seen;

			assert_null(make(&theirs, o, &made));
			assert_true((use(&want, v, made.key, &seen) == NULL) == (i == k));
		}
	}
}

/* What one that signs for itself was made with, one byte changed in turn: of the attestation, or of what the browser says. */
static void
change_made(const struct passkey_vector *v, bool client)
{
	const struct passkey_want want = want_of(v->url, v->made_challenge, false);
	const struct raw raw = bytes_of(client ? v->made_client : v->attestation);

	for (size_t at = 0; at < raw.n; at++) {
		struct passkey_vector changed = *v;
		struct passkey_made made;
		struct raw bad = raw;

		bad.at[at] ^= 1;
		*(client ? &changed.made_client : &changed.attestation) = text_of(&bad);
		if (!make(&want, &changed, &made))
			fail_msg("%s: byte %zu of %zu", v->name, at, raw.n);
	}
}

static void
cut_made(const struct passkey_vector *v)
{
	const struct passkey_want want = want_of(v->url, v->made_challenge, false);
	struct passkey_vector changed = *v;
	struct raw raw = bytes_of(v->attestation);
	struct passkey_made made;

	while (raw.n-- > 0) {
		changed.attestation = text_of(&raw);
		assert_non_null(make(&want, &changed, &made));
	}
}

static void
test_made_tampered(void **state UNUSED)
{
	for (size_t i = 0; i < passkey_vectors_n; i++) {
		cut_made(&passkey_vectors[i]);
		for (int client = 0; client < 2 && passkey_vectors[i].signs; client++)
			change_made(&passkey_vectors[i], client);
	}
}

/* ---- for something else ---- */

static const struct passkey_vector *
quiet(void)
{
	for (size_t i = 0; i < passkey_vectors_n; i++)
		if (!passkey_vectors[i].signs && strcmp(passkey_vectors[i].url, URL) == 0)
			return &passkey_vectors[i];
	fail_msg("no vector");
	return NULL;
}

#define CHALLENGE "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
#define SAID(type, challenge, origin, more) \
	"{\"type\":\"" type "\",\"challenge\":\"" challenge "\",\"origin\":\"" origin "\"" more "}"

static const struct {
	const char *text;
	const char *why; /* NULL: taken */
} said[] = {
	{ SAID("webauthn.create", CHALLENGE, URL, ""), NULL },
	{ SAID("webauthn.create", CHALLENGE, URL, ",\"crossOrigin\":false"), NULL },
	{ SAID("webauthn.create", CHALLENGE, URL, ",\"new\":[1,{\"a\":2}]"), NULL },
	{ SAID("webauthn.get", CHALLENGE, URL, ""), "something else" },
	{ SAID("payment.create", CHALLENGE, URL, ""), "something else" },
	{ SAID("webauthn.create", "IAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", URL, ""),
	    "another question" },
	{ SAID("webauthn.create", CHALLENGE "A", URL, ""), "another question" },
	{ SAID("webauthn.create", "", URL, ""), "another question" },
	{ SAID("webauthn.create", CHALLENGE, "https://mail.example.com", ""), "another site" },
	{ SAID("webauthn.create", CHALLENGE, "http://mail.example.com:8443", ""), "another site" },
	{ SAID("webauthn.create", CHALLENGE, URL "/", ""), "another site" },
	{ SAID("webauthn.create", CHALLENGE, "https://sub.mail.example.com:8443", ""), "another site" },
	{ SAID("webauthn.create", CHALLENGE, "HTTPS://mail.example.com:8443", ""), "another site" },
	{ SAID("webauthn.create", CHALLENGE, URL, ",\"crossOrigin\":true"), "within another site" },
	{ SAID("webauthn.create", CHALLENGE, URL, ",\"crossOrigin\":\"false\""), "within another site" },
	{ SAID("webauthn.create", CHALLENGE, URL, ",\"crossOrigin\":null"), "within another site" },
	{ SAID("webauthn.create", CHALLENGE, URL, ",\"topOrigin\":\"https://evil.example\""),
	    "within another site" },
	{ SAID("webauthn.create", CHALLENGE, URL, ",\"type\":\"webauthn.create\""), "cannot be read" },
	{ SAID("webauthn.create", CHALLENGE, URL, "") " ", NULL },
	{ SAID("webauthn.create", CHALLENGE, URL, "") "{}", "cannot be read" },
	{ "[]", "cannot be read" },
	{ "{\"type\":1,\"challenge\":2,\"origin\":3}", "something else" },
	{ "{}", "something else" },
	{ "\"", "cannot be read" },
};

static void
test_said(void **state UNUSED)
{
	const struct passkey_want want = want_of(URL, CHALLENGE, true);
	struct passkey_vector v = *quiet();

	for (size_t i = 0; i < ARRAY_LEN(said); i++) {
		struct raw raw = { .n = strlen(said[i].text) };
		struct passkey_made made;
		const char *why;

		memcpy(raw.at, said[i].text, raw.n);
		v.made_client = text_of(&raw);
		why = make(&want, &v, &made);
		if (!why != !said[i].why || (why && !strstr(why, said[i].why)))
			fail_msg("%s: %s", said[i].text, why ? why : "taken");
	}
}

/* An attestation of "none" is not signed, so each flag can be set as a test wants it. */
static void
test_flags(void **state UNUSED)
{
	static const struct {
		unsigned char flags;
		bool verified, fine;
	} rows[] = { { 0x41, false, true }, { 0x45, false, true }, { 0x45, true, true },
		{ 0x41, true, false }, { 0x44, false, false }, { 0x40, false, false },
		{ 0x05, true, false }, { 0x51, false, false }, { 0x59, false, true },
		{ 0x49, false, true }, { 0xc5, true, false } };
	struct passkey_vector v = *quiet();
	const struct raw raw = bytes_of(v.attestation);
	size_t at = 0;

	while (memcmp(raw.at + at, "authData", 8) != 0)
		at++;
	at += 8 + 2 + 32; /* the name, a length of one byte, the hash */
	assert_int_equal(raw.at[at], 0x45);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct passkey_want want = want_of(URL, CHALLENGE, rows[i].verified);
		struct passkey_made made;
		struct raw bad = raw;

		bad.at[at] = rows[i].flags;
		v.attestation = text_of(&bad);
		if ((make(&want, &v, &made) == NULL) != rows[i].fine)
			fail_msg("%x", rows[i].flags);
	}
}

/* What was made or used without knowing its owner is not enough where that is asked for. */
static void
test_verified(void **state UNUSED)
{
	size_t met = 0;

	for (size_t i = 0; i < passkey_vectors_n; i++) {
		const struct passkey_vector *v = &passkey_vectors[i];
		const struct passkey_want made_for = want_of(v->url, v->made_challenge, false);
		const struct passkey_want strict = want_of(v->url, v->used_challenge, true);
		struct passkey_made made;
		struct passkey_seen seen;

		assert_null(make(&made_for, v, &made));
		assert_int_equal(use(&strict, v, made.key, &seen) == NULL, v->verified);
		met += !v->verified;
	}
	assert_true(met > 0);
}

static void
test_other_site(void **state UNUSED)
{
	static const char *const urls[] = { "https://example.com", "https://mail.example.com",
		"https://evil.example:8443", "https://mail.example.com:843", "http://localhost:8443" };
	const struct passkey_vector *v = quiet();

	for (size_t i = 0; i < ARRAY_LEN(urls); i++) {
		struct passkey_want want = want_of(urls[i], v->made_challenge, false);
		struct passkey_made made;
		struct passkey_seen seen;

		assert_non_null(make(&want, v, &made));
		want.site.origin = URL; /* a browser that lies: the authenticator says for whom it was */
		if (strcmp(want.site.rp_id, "mail.example.com") != 0)
			assert_non_null(make(&want, v, &made));
		want.challenge = v->used_challenge;
		if (strcmp(want.site.rp_id, "mail.example.com") != 0)
			assert_non_null(use(&want, v, v->signature, &seen));
	}
}

/* ---- addresses ---- */

static const struct {
	const char *url, *rp_id, *origin; /* rp_id NULL: none */
} sites[] = {
	{ "https://mail.example.com", "mail.example.com", "https://mail.example.com" },
	{ "https://mail.example.com:443/panel", "mail.example.com", "https://mail.example.com" },
	{ "https://mail.example.com:4430/panel", "mail.example.com", "https://mail.example.com:4430" },
	{ "https://Mail.Example.COM:8443/a/b", "mail.example.com", "https://mail.example.com:8443" },
	{ "https://localhost", "localhost", "https://localhost" },
	{ "http://localhost:8080", "localhost", "http://localhost:8080" },
	{ "http://localhost:80", "localhost", "http://localhost" },
	{ "http://localhost:443", "localhost", "http://localhost:443" },
	{ "https://localhost:80", "localhost", "https://localhost:80" },
	{ "", NULL, NULL },
	{ NULL, NULL, NULL },
	{ "http://mail.example.com", NULL, NULL },
	{ "http://localhost.example.com", NULL, NULL },
	{ "http://127.0.0.1:8080", NULL, NULL },
	{ "https://192.0.2.1", NULL, NULL },
	{ "https://[2001:db8::1]:8443", NULL, NULL },
};

static void
test_sites(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LEN(sites); i++) {
		struct passkey_site site = { NULL, NULL };
		const char *why = passkey_site(sites[i].url, arena, &site);

		assert_int_equal(why == NULL, sites[i].rp_id != NULL);
		if (why)
			continue;
		assert_string_equal(site.rp_id, sites[i].rp_id);
		assert_string_equal(site.origin, sites[i].origin);
	}
}

/* ---- questions and counts ---- */

static void
test_challenge(void **state UNUSED)
{
	char a[PASSKEY_CHALLENGE_LEN + 1], b[PASSKEY_CHALLENGE_LEN + 1];

	passkey_challenge(a);
	passkey_challenge(b);
	assert_int_equal(strlen(a), PASSKEY_CHALLENGE_LEN);
	assert_string_not_equal(a, b);
	assert_null(passkey_challenge_of(NULL, arena));
	assert_null(passkey_challenge_of("", arena));
	assert_null(passkey_challenge_of("e30", arena)); /* {} */
	assert_null(passkey_challenge_of("!", arena));
}

static void
test_count(void **state UNUSED)
{
	assert_true(passkey_count_ok(0, 0));
	assert_true(passkey_count_ok(0, 1));
	assert_true(passkey_count_ok(4, 5));
	assert_true(passkey_count_ok(4, INT64_C(0xffffffff)));
	assert_false(passkey_count_ok(4, 4));
	assert_false(passkey_count_ok(4, 3));
	assert_false(passkey_count_ok(4, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_taken),
		cmocka_unit_test(test_used_tampered),
		cmocka_unit_test(test_other_key),
		cmocka_unit_test(test_made_tampered),
		cmocka_unit_test(test_said),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_verified),
		cmocka_unit_test(test_other_site),
		cmocka_unit_test(test_sites),
		cmocka_unit_test(test_challenge),
		cmocka_unit_test(test_count),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
