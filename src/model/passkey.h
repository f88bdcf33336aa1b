/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passkeys of administrators: the row, what people see of it, and what a browser or a program sends. */
#ifndef MODEL_PASSKEY_H
#define MODEL_PASSKEY_H

#include "base/field.h"

struct passkey {
	int64_t id;
	int64_t admin_id;
	const char *credential_hash; /* SHA-256 of the next, hex */
	const char *credential;      /* its id, base64url */
	int64_t alg;                 /* as base/passkey.h has it */
	const char *public_key;
	int64_t sign_count;
	const char *label;
	const char *transports; /* comma list of WebAuthn's words, "" when not said */
	bool backed_up;
	int64_t created_at, used_at; /* Unix seconds; 0: not used yet */
};
extern const struct fields passkey_fields;

/* The same for people. */
struct passkey_row {
	int64_t id;
	const char *label;
	bool backed_up;
	int64_t created, used;
};
extern const struct fields passkey_row_fields;

/* A new one, or one to be removed: its name, and what the browser's navigator.credentials.create() gave. */
struct passkey_in {
	uint64_t given;
	int64_t id; /* of one that is to go */
	const char *label;
	const char *client_data, *attestation;
	const char *transports;
};
extern const struct fields passkey_in_fields;

/* One in use: what navigator.credentials.get() gave. */
struct passkey_proof_in {
	uint64_t given;
	const char *credential;
	const char *client_data, *authenticator_data, *signature;
	const char *user_handle;
};
extern const struct fields passkey_proof_in_fields;

#endif
