/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows of second factors (the fork's admin_pref) and of sign-ins that wait for one. What must happen once is decided by
 * store_second_swap() and store_parked_take(): by the number of rows that one statement changed.
 */
#ifndef STORE_SECOND_H
#define STORE_SECOND_H

#include "db/db.h"
#include "model/second.h"

enum second_pref { SECOND_SECRET, SECOND_BACKUP, SECOND_LAST, SECOND_FORCE, SECOND__MAX };

/* RC_NOT_FOUND without a fault: no such administrator. */
NODISCARD enum rc store_second_get(struct op *op, int64_t admin_id, struct second *ret);
/* Those enrolled with a greater id: admin_id, secret, username. */
NODISCARD enum rc store_second_all(struct op *op, int64_t after, int64_t limit, struct rows *ret);
/* Those with a passkey or a secret: admin_id, username. */
NODISCARD enum rc store_second_holders(struct op *op, int64_t after, int64_t limit, struct rows *ret);
NODISCARD enum rc store_second_put(struct op *op, int64_t admin_id, enum second_pref which,
    const char *value);
NODISCARD enum rc store_second_put_absent(struct op *op, int64_t admin_id, enum second_pref which,
    const char *value);
/* *ret_changed 0: it is not `old` any more. */
NODISCARD enum rc store_second_swap(struct op *op, const struct second *row, enum second_pref which,
    const char *value, int64_t *ret_changed);
NODISCARD enum rc store_second_drop(struct op *op, int64_t admin_id, enum second_pref which,
    int64_t *ret_changed);

/* RC_NOT_FOUND without a fault when there is none. */
NODISCARD enum rc store_parked_get(struct op *op, const char *id_hash, struct parked *ret);
NODISCARD enum rc store_parked_add(struct op *op, const struct parked *row);
/* *ret_changed 0: there is none, or it had its `max` tries, or its time is over. */
NODISCARD enum rc store_parked_try(struct op *op, const char *id_hash, int64_t max,
    int64_t *ret_changed);
NODISCARD enum rc store_parked_take(struct op *op, const char *id_hash, int64_t *ret_changed);

/* RC_NOT_FOUND without a fault when there is none any more. */
NODISCARD enum rc store_enrolment_get(struct op *op, const char *id_hash, struct enrolment *ret);
/* Takes the place of an older one of that browser. */
NODISCARD enum rc store_enrolment_put(struct op *op, const struct enrolment *row);
NODISCARD enum rc store_enrolment_delete(struct op *op, const char *id_hash, int64_t *ret_changed);

/* All that is on its way for an administrator, or past its time. */
NODISCARD enum rc store_parked_delete_admin(struct op *op, int64_t admin_id);
NODISCARD enum rc store_parked_prune(struct op *op, int64_t *ret_removed);

#endif
