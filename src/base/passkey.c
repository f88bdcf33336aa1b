/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Passkeys. Owns the order of checks: shape, what the browser says, then libfido2 with the bytes as they are. The surprising thing: all that goes into
 * libfido2 was walked through before (base/cbor.h), and an answer with extensions nobody asked for is refused, so that its reader of CBOR never sees
 * bytes of somebody who is not signed in.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/cbor.h"
#include "base/passkey.h"
#include "base/rand.h"

#include <arpa/inet.h>
#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <jansson.h>
#include <sodium.h>

#define BASE64 sodium_base64_VARIANT_URLSAFE_NO_PADDING

/* Where things stand in authenticator data. */
#define AUTH_FLAGS 32
#define AUTH_COUNT 33
#define AUTH_REST 37
#define AUTH_ID_LEN (AUTH_REST + 16)
#define AUTH_ID (AUTH_ID_LEN + 2)
#define FLAG_UP 0x01U
#define FLAG_UV 0x04U
#define FLAG_BE 0x08U
#define FLAG_BS 0x10U
#define FLAG_AT 0x40U
#define FLAG_ED 0x80U

#define ID_BYTES_MAX 1023

struct bytes {
	const unsigned char *at;
	size_t n;
};

static bool
decode(const char *text, struct arena *arena, struct bytes *ret)
{
	size_t len = text ? strlen(text) : 0;
	unsigned char *out;

	if (len == 0 || len > PASSKEY_SENT_MAX)
		return false;
	out = arena_alloc(arena, len);
	ret->at = out;
	return sodium_base642bin(out, len, text, len, NULL, &ret->n, NULL, BASE64) == 0;
}

static const char *
encode(struct bytes b, struct arena *arena)
{
	size_t size = sodium_base64_encoded_len(b.n, BASE64);
	char *out = arena_alloc(arena, size);

	return sodium_bin2base64(out, size, b.at, b.n, BASE64);
}

/* ---- whom they are for ---- */

static bool
is_address(const char *host)
{
	struct in_addr four;

	return *host == '[' || inet_pton(AF_INET, host, &four) == 1;
}

const char *
passkey_site(const char *public_url, struct arena *arena, struct passkey_site *ret)
{
	const char *at = public_url ? strstr(public_url, "://") : NULL, *port;
	bool tls = at && strncmp(public_url, "https", 5) == 0;
	char *host;

	if (!at)
		return N_(
		    "The operator has not set public_url, and passkeys are made for one address.");
	at += 3;
	host = arena_strndup(arena, at, *at == '[' ? strcspn(at, "]") : strcspn(at, ":/"));
	port = at + strlen(host);
	for (char *c = host; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	if (is_address(host))
		return N_(
		    "Browsers make passkeys for names only, and public_url holds an address.");
	if (!tls && strcmp(host, "localhost") != 0)
		return N_(
		    "Browsers make passkeys for https only, and public_url begins with http.");
	ret->rp_id = host;
	if (*port == ':' && strncmp(port, tls ? ":443" : ":80", tls ? 4 : 3) == 0 &&
	    !(port[tls ? 4 : 3] >= '0' && port[tls ? 4 : 3] <= '9'))
		port += tls ? 4 : 3;
	ret->origin = arena_printf(arena, "http%s://%s%.*s", tls ? "s" : "", host,
	    *port == ':' ? (int)strcspn(port, "/") : 0, port);
	return NULL;
}

/* ---- what the browser says ---- */

void
passkey_challenge(char ret[PASSKEY_CHALLENGE_LEN + 1])
{
	unsigned char raw[32];

	rand_bytes(raw, sizeof(raw));
	(void)sodium_bin2base64(ret, PASSKEY_CHALLENGE_LEN + 1, raw, sizeof(raw), BASE64);
}

static void
json_freep(json_t **root)
{
	json_decref(*root);
}

static json_t *
read_client(struct bytes b)
{
	return json_loadb((const char *)b.at, b.n, JSON_REJECT_DUPLICATES, NULL);
}

const char *
passkey_challenge_of(const char *client_data, struct arena *arena)
{
	CLEANUP(json_freep) json_t *root = NULL;
	struct bytes b;
	const char *text;

	if (!decode(client_data, arena, &b))
		return NULL;
	root = read_client(b);
	text = json_string_value(json_object_get(root, "challenge"));
	return text && strlen(text) == PASSKEY_CHALLENGE_LEN ? arena_strdup(arena, text) : NULL;
}

static bool
says(const json_t *root, const char *name, const char *want)
{
	const json_t *value = json_object_get(root, name);

	return json_is_string(value) && json_string_length(value) == strlen(want) &&
	    text_equal_ct(json_string_value(value), want);
}

static const char *
check_client(const struct passkey_want *want, const char *type, struct bytes b)
{
	CLEANUP(json_freep) json_t *root = read_client(b);
	const json_t *crossed;

	if (!json_is_object(root))
		return N_("an answer that cannot be read");
	if (!says(root, "type", type))
		return N_("an answer to something else");
	if (!says(root, "challenge", want->challenge))
		return N_("an answer to another question");
	if (!says(root, "origin", want->site.origin))
		return N_("an answer of another site");
	crossed = json_object_get(root, "crossOrigin");
	if ((crossed && !json_is_false(crossed)) || json_object_get(root, "topOrigin"))
		return N_("an answer from within another site");
	return NULL;
}

/* ---- what the authenticator says ---- */

/* The fixed part, which is the same whether a passkey is made or used. */
static const char *
check_fixed(const struct passkey_want *want, struct bytes auth)
{
	unsigned char hash[crypto_hash_sha256_BYTES];
	unsigned flags;

	if (auth.n < AUTH_REST)
		return N_("data of an authenticator that cannot be read");
	crypto_hash_sha256(hash, (const unsigned char *)want->site.rp_id, strlen(want->site.rp_id));
	if (sodium_memcmp(hash, auth.at, sizeof(hash)) != 0)
		return N_("a passkey of another site");
	flags = auth.at[AUTH_FLAGS];
	if (!(flags & FLAG_UP))
		return N_("an answer that nobody confirmed");
	if (want->verified && !(flags & FLAG_UV))
		return N_("an answer of an authenticator that did not check who is there");
	if ((flags & FLAG_BS) && !(flags & FLAG_BE))
		return N_("data of an authenticator that contradicts itself");
	return NULL;
}

static int64_t
count_of(struct bytes auth)
{
	const unsigned char *at = auth.at + AUTH_COUNT;

	return (int64_t)at[0] << 24 | (int64_t)at[1] << 16 | (int64_t)at[2] << 8 | at[3];
}

static bool
flag_of(struct bytes auth, unsigned flag)
{
	return (auth.at[AUTH_FLAGS] & flag) != 0;
}

/* A new passkey stands in it, whole, and nothing behind. */
static bool
holds_credential(struct bytes auth)
{
	struct cbor c = { .end = auth.at + auth.n };
	size_t len;

	if (!flag_of(auth, FLAG_AT) || auth.n < AUTH_ID)
		return false;
	len = (size_t)auth.at[AUTH_ID_LEN] << 8 | auth.at[AUTH_ID_LEN + 1];
	if (len == 0 || len > ID_BYTES_MAX || len > auth.n - AUTH_ID)
		return false;
	c.at = auth.at + AUTH_ID + len;
	return cbor_skip(&c) && (!flag_of(auth, FLAG_ED) || cbor_skip(&c)) && c.at == c.end;
}

/* ---- making ---- */

/* The three members of an attestation object. */
struct attestation {
	const char *fmt;
	size_t fmt_len;
	struct cbor statement;
	struct bytes auth;
};

static bool
same(const char *text, size_t len, const char *want)
{
	return len == strlen(want) && memcmp(text, want, len) == 0;
}

static bool
read_member(struct cbor *c, struct attestation *ret)
{
	const char *name;
	size_t len;

	if (!cbor_text(c, &name, &len))
		return false;
	if (same(name, len, "fmt") && !ret->fmt)
		return cbor_text(c, &ret->fmt, &ret->fmt_len);
	if (same(name, len, "authData") && !ret->auth.at)
		return cbor_bytes(c, &ret->auth.at, &ret->auth.n);
	if (!same(name, len, "attStmt") || ret->statement.at)
		return false;
	ret->statement = (struct cbor){ c->at, c->at };
	if (!cbor_skip(c))
		return false;
	ret->statement.end = c->at;
	return true;
}

static bool
read_attestation(struct bytes b, struct attestation *ret)
{
	struct cbor c = { b.at, b.at + b.n };
	size_t n;

	*ret = (struct attestation){ .fmt = NULL };
	if (!cbor_map(&c, &n) || n != 3)
		return false;
	for (; n > 0; n--)
		if (!read_member(&c, ret))
			return false;
	return c.at == c.end;
}

/* {"alg": -7, "sig": h'...'}: the key signs for itself. */
static bool
read_self(struct cbor c, int64_t *ret_alg, struct bytes *ret_sig)
{
	bool has_alg = false;
	size_t n;

	*ret_sig = (struct bytes){ NULL, 0 };
	if (!cbor_map(&c, &n) || n != 2)
		return false;
	for (; n > 0; n--) {
		const char *name;
		size_t len;

		if (!cbor_text(&c, &name, &len))
			return false;
		if (same(name, len, "alg") && !has_alg)
			has_alg = cbor_int(&c, ret_alg);
		else if (!same(name, len, "sig") || ret_sig->at ||
		    !cbor_bytes(&c, &ret_sig->at, &ret_sig->n))
			return false;
	}
	return has_alg && ret_sig->at;
}

/* The key's algorithm has to be named before the key is read: it is the one with which it can be. */
static fido_cred_t *
read_credential(struct bytes auth, int64_t *ret_alg)
{
	static const int algs[] = { PASSKEY_ES256, PASSKEY_EDDSA, PASSKEY_RS256 };

	for (size_t i = 0; i < ARRAY_LEN(algs); i++) {
		fido_cred_t *cred = fido_cred_new();

		if (!cred)
			abort();
		*ret_alg = algs[i];
		if (fido_cred_set_type(cred, algs[i]) == FIDO_OK &&
		    fido_cred_set_authdata_raw(cred, auth.at, auth.n) == FIDO_OK)
			return cred;
		fido_cred_free(&cred);
	}
	return NULL;
}

static bool
self_ok(fido_cred_t *cred, const struct passkey_want *want, struct bytes client, struct bytes sig)
{
	return fido_cred_set_rp(cred, want->site.rp_id, NULL) == FIDO_OK &&
	    fido_cred_set_clientdata(cred, client.at, client.n) == FIDO_OK &&
	    fido_cred_set_fmt(cred, "packed") == FIDO_OK &&
	    fido_cred_set_uv(cred, want->verified ? FIDO_OPT_TRUE : FIDO_OPT_OMIT) == FIDO_OK &&
	    fido_cred_set_sig(cred, sig.at, sig.n) == FIDO_OK &&
	    fido_cred_verify_self(cred) == FIDO_OK;
}

/* What the authenticator says of itself: nothing, or that the new key is its own. */
static const char *
check_statement(const struct attestation *a, fido_cred_t *cred, int64_t alg,
    const struct passkey_want *want, struct bytes client)
{
	struct bytes sig;
	int64_t claimed = 0;

	if (same(a->fmt, a->fmt_len, "none"))
		return a->statement.end - a->statement.at == 1 && *a->statement.at == 0xa0
		    ? NULL
		    : N_("an attestation that cannot be read");
	if (!same(a->fmt, a->fmt_len, "packed"))
		return N_("an attestation nobody asked for");
	if (!read_self(a->statement, &claimed, &sig))
		return N_("an attestation nobody asked for");
	return claimed == alg && self_ok(cred, want, client, sig) ? NULL : N_("a wrong signature");
}

static void
take(fido_cred_t *cred, int64_t alg, struct bytes auth, struct arena *arena, struct passkey_made *ret)
{
	const struct bytes id = { fido_cred_id_ptr(cred), fido_cred_id_len(cred) };
	const struct bytes key = { fido_cred_pubkey_ptr(cred), fido_cred_pubkey_len(cred) };

	*ret = (struct passkey_made){ .id = encode(id, arena),
		.alg = alg,
		.key = encode(key, arena),
		.count = count_of(auth),
		.backed_up = flag_of(auth, FLAG_BS),
		.verified = flag_of(auth, FLAG_UV) };
}

const char *
passkey_make(const struct passkey_want *want, const char *client_data, const char *attestation,
    struct arena *arena, struct passkey_made *ret)
{
	struct bytes client, object;
	struct attestation a;
	struct passkey_made made;
	fido_cred_t *cred;
	int64_t alg = 0;
	const char *why;

	if (!decode(client_data, arena, &client) || !decode(attestation, arena, &object))
		return N_("an answer that cannot be read");
	if ((why = check_client(want, "webauthn.create", client)))
		return why;
	if (!read_attestation(object, &a))
		return N_("an attestation that cannot be read");
	if ((why = check_fixed(want, a.auth)))
		return why;
	if (!holds_credential(a.auth) || !(cred = read_credential(a.auth, &alg)))
		return N_("a key of a kind that is not known here");
	if (!(why = check_statement(&a, cred, alg, want, client)))
		take(cred, alg, a.auth, arena, &made);
	fido_cred_free(&cred);
	if (why)
		return why;
	*ret = made;
	return NULL;
}

/* ---- using ---- */

static int
verify_es256(const fido_assert_t *a, struct bytes key)
{
	es256_pk_t *pk = es256_pk_new();
	int r = FIDO_ERR_INTERNAL;

	if (pk && (r = es256_pk_from_ptr(pk, key.at, key.n)) == FIDO_OK)
		r = fido_assert_verify(a, 0, COSE_ES256, pk);
	es256_pk_free(&pk);
	return r;
}

static int
verify_eddsa(const fido_assert_t *a, struct bytes key)
{
	eddsa_pk_t *pk = eddsa_pk_new();
	int r = FIDO_ERR_INTERNAL;

	if (pk && (r = eddsa_pk_from_ptr(pk, key.at, key.n)) == FIDO_OK)
		r = fido_assert_verify(a, 0, COSE_EDDSA, pk);
	eddsa_pk_free(&pk);
	return r;
}

static int
verify_rs256(const fido_assert_t *a, struct bytes key)
{
	rs256_pk_t *pk = rs256_pk_new();
	int r = FIDO_ERR_INTERNAL;

	if (pk && (r = rs256_pk_from_ptr(pk, key.at, key.n)) == FIDO_OK)
		r = fido_assert_verify(a, 0, COSE_RS256, pk);
	rs256_pk_free(&pk);
	return r;
}

static const struct {
	int64_t alg;
	int (*verify)(const fido_assert_t *a, struct bytes key);
} kinds[] = {
	{ PASSKEY_ES256, verify_es256 },
	{ PASSKEY_EDDSA, verify_eddsa },
	{ PASSKEY_RS256, verify_rs256 },
};

static bool
signature_ok(const fido_assert_t *a, int64_t alg, struct bytes key)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (kinds[i].alg == alg)
			return kinds[i].verify(a, key) == FIDO_OK;
	return false;
}

static bool
assertion_ok(const struct passkey_want *want, const struct passkey_used *used, struct bytes key,
    const struct bytes sent[3])
{
	fido_assert_t *a = fido_assert_new();
	bool ok;

	if (!a)
		abort();
	ok = fido_assert_set_rp(a, want->site.rp_id) == FIDO_OK &&
	    fido_assert_set_clientdata(a, sent[0].at, sent[0].n) == FIDO_OK &&
	    fido_assert_set_up(a, FIDO_OPT_TRUE) == FIDO_OK &&
	    fido_assert_set_uv(a, want->verified ? FIDO_OPT_TRUE : FIDO_OPT_OMIT) == FIDO_OK &&
	    fido_assert_set_count(a, 1) == FIDO_OK &&
	    fido_assert_set_authdata_raw(a, 0, sent[1].at, sent[1].n) == FIDO_OK &&
	    fido_assert_set_sig(a, 0, sent[2].at, sent[2].n) == FIDO_OK &&
	    signature_ok(a, used->alg, key);
	fido_assert_free(&a);
	return ok;
}

const char *
passkey_use(const struct passkey_want *want, const struct passkey_used *used, struct arena *arena,
    struct passkey_seen *ret)
{
	struct bytes sent[3], key;
	const char *why;

	if (!decode(used->client_data, arena, &sent[0]) ||
	    !decode(used->authenticator_data, arena, &sent[1]) ||
	    !decode(used->signature, arena, &sent[2]) || !decode(used->key, arena, &key))
		return N_("an answer that cannot be read");
	if ((why = check_client(want, "webauthn.get", sent[0])) || (why = check_fixed(want, sent[1])))
		return why;
	if (sent[1].n != AUTH_REST || flag_of(sent[1], FLAG_AT | FLAG_ED))
		return N_("data of an authenticator that nobody asked for");
	if (!assertion_ok(want, used, key, sent))
		return N_("a wrong signature");
	*ret = (struct passkey_seen){ .count = count_of(sent[1]),
		.backed_up = flag_of(sent[1], FLAG_BS) };
	return NULL;
}

bool
passkey_count_ok(int64_t before, int64_t now)
{
	return now > before || (now == 0 && before == 0);
}
