/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of passkeys. */
#ifndef STORE_PASSKEY_H
#define STORE_PASSKEY_H

#include "db/db.h"
#include "model/passkey.h"

#define STORE_PASSKEYS_MAX 20 /* of one administrator */

/* struct passkey rows of an administrator, oldest first. */
NODISCARD enum rc store_passkey_list(struct op *op, int64_t admin_id, struct rows *ret);
NODISCARD enum rc store_passkey_number(struct op *op, int64_t admin_id, int64_t *ret);
/* By the id that its authenticator gave it (base64url), whosever it is. RC_NOT_FOUND without a fault. */
NODISCARD enum rc store_passkey_find(struct op *op, const char *credential, struct passkey *ret);
/* RC_NOT_FOUND without a fault when it is another administrator's, too. */
NODISCARD enum rc store_passkey_get(struct op *op, int64_t id, int64_t admin_id, struct passkey *ret);
/* The hash is made here. RC_CONFLICT: it is somebody's already. */
NODISCARD enum rc store_passkey_add(struct op *op, const struct passkey *row);
/* *ret_changed 0: it is gone, or its count is not row->sign_count any more. */
NODISCARD enum rc store_passkey_used(struct op *op, const struct passkey *row, int64_t count,
    bool backed_up, int64_t *ret_changed);
NODISCARD enum rc store_passkey_delete(struct op *op, int64_t id, int64_t admin_id,
    int64_t *ret_changed);
NODISCARD enum rc store_passkey_delete_admin(struct op *op, int64_t admin_id, int64_t *ret_changed);

#endif
