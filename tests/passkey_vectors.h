/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What browsers sent once: one passkey of each kind, made and then used. base64url, as it travels. */
#ifndef TESTS_PASSKEY_VECTORS_H
#define TESTS_PASSKEY_VECTORS_H

#include "base/base.h"

struct passkey_vector {
	const char *name, *url;
	int64_t alg;
	bool verified, backed_up;
	bool signs;                /* "packed": its attestation is a signature over all */
	int64_t made_count, count; /* of signatures, then and afterwards */
	const char *id;
	const char *made_challenge, *made_client, *attestation;
	const char *used_challenge, *used_client, *authenticator_data, *signature;
};
extern const struct passkey_vector passkey_vectors[];
extern const size_t passkey_vectors_n;

#endif
