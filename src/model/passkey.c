/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Field tables of passkeys. */
#include "base/base.h"

#include "base/passkey.h"
#include "model/passkey.h"

#define LABEL_MAX 80

static const char *
base64url(const void *value)
{
	const char *text = value;

	return strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
		strlen(text)
	    ? NULL
	    : N_("This is not what a browser sends.");
}

/* clang-format off */
static const struct field passkey_field_rows[] = {
	FIELD(passkey, id, .kind = KIND_ID),
	FIELD(passkey, admin_id, .kind = KIND_ID),
	FIELD(passkey, credential_hash),
	FIELD(passkey, credential),
	FIELD(passkey, alg),
	FIELD(passkey, public_key),
	FIELD(passkey, sign_count),
	FIELD(passkey, label),
	FIELD(passkey, transports),
	FIELD(passkey, backed_up),
	FIELD(passkey, created_at),
	FIELD(passkey, used_at),
};
FIELDS(passkey);

static const struct field passkey_row_field_rows[] = {
	FIELD(passkey_row, id, .kind = KIND_ID),
	FIELD(passkey_row, label, .label = N_("Name")),
	FIELD(passkey_row, backed_up, .label = N_("Copied to other devices")),
	FIELD(passkey_row, created, .kind = KIND_TIME, .label = N_("Added")),
	FIELD(passkey_row, used, .kind = KIND_TIME, .label = N_("Last used")),
};
FIELDS(passkey_row);

#define SENT .max = PASSKEY_SENT_MAX, .check = base64url

static const struct field passkey_in_field_rows[] = {
	FIELD(passkey_in, id, .kind = KIND_ID),
	FIELD(passkey_in, label, .max = LABEL_MAX, .label = N_("Name"),
	    .help = N_("By which you will know it: of the device, or of the program that keeps it.")),
	FIELD(passkey_in, client_data, SENT),
	FIELD(passkey_in, attestation, SENT),
	FIELD(passkey_in, transports, .max = 100),
};
FIELDS(passkey_in);

static const struct field passkey_proof_in_field_rows[] = {
	FIELD(passkey_proof_in, credential, .max = PASSKEY_ID_MAX, .check = base64url),
	FIELD(passkey_proof_in, client_data, SENT),
	FIELD(passkey_proof_in, authenticator_data, SENT),
	FIELD(passkey_proof_in, signature, SENT),
	FIELD(passkey_proof_in, user_handle, .max = 100, .check = base64url),
};
FIELDS(passkey_proof_in);
/* clang-format on */
