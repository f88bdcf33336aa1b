/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files about second factors share. A code is looked at first, outside any transaction (it is counted, the keeper is
 * asked), and used up afterwards, within the transaction of whatever it opens: so a change that fails leaves it good, and two
 * requests at once cannot both use it.
 */
#ifndef SVC_SECOND_INT_H
#define SVC_SECOND_INT_H

#include "base/op.h"
#include "base/totp_seal.h"
#include "model/admin.h"
#include "model/second.h"
#include "svc/attempts.h"
#include "svc/second.h"

/* second_codes.c: the list of backup codes as it stands in the database. */
struct code_list {
	const char **at;
	size_t n;
};
/* What cannot be read is an empty list. */
void codes_read(struct op *op, const char *json, struct code_list *ret);
/* The list as text, in op's memory, without its entry number `skip` (SIZE_MAX: with all). */
const char *codes_text(struct op *op, const struct code_list *list, size_t skip);
/* New codes: to be shown, and the list of how they are kept. */
NODISCARD enum rc codes_new(struct op *op, int64_t admin_id, struct second_codes *ret,
    const char **ret_json);
/* The entry that this code is, SIZE_MAX when it is none. */
NODISCARD enum rc codes_find(struct op *op, int64_t admin_id, const struct code_list *list,
    const char *code, size_t *ret_at);

/* What a code proved to be. */
struct second_proof {
	struct second row; /* as it was looked at */
	bool right;
	const char *why; /* wrong: for the trail, "a wrong code" */
	bool backup;
	const char *new_value; /* of the list of backup codes, or of the last step */
	const char *resealed;  /* the secret, when it was kept in an old way, or NULL */
	int64_t left;          /* backup codes, afterwards */
	struct attempt_try attempt;
};

/*
 * Counts the try and finds out about the code; RC_OK also for a wrong one. RC_LIMITED, RC_UNAVAILABLE when the
 * keeper does not answer, RC_NOT_FOUND (no fault) when nothing is enrolled. Not within a transaction.
 */
NODISCARD enum rc second_look(struct op *op, const struct admin *admin, const char *text,
    struct second_proof *ret);
/*
 * Uses the code up and forgets the counted tries, within the caller's transaction. proof->right becomes false when somebody else
 * used it meanwhile, or what it was for is gone: the caller leaves its transaction without committing.
 */
NODISCARD enum rc second_use(struct op *op, struct second_proof *proof);
/* A row in the trail about a code that did not open something: ADMIN_2FA_FAILED, or ADMIN_LOCKOUT at a limit. */
NODISCARD enum rc second_note_failure(struct op *op, const struct admin *admin,
    const struct second_proof *proof);
/* RC_INVALID at the field "code". */
NODISCARD enum rc second_refuse(struct op *op);

/*
 * second.c. A change of somebody's second factor: its row in the trail. This is the one place through which all of them go: mail about them is
 * to be queued here.
 */
NODISCARD enum rc second_record(struct op *op, const struct admin *admin, const char *action,
    const char *note, const char *before, const char *after);
/* A code that confirms a secret on its way. */
struct second_confirmed {
	bool right;
	const char *id_hash;
	const char *sealed; /* to be kept */
	int64_t step;
	struct second_codes codes; /* new ones, to be shown once */
	const char *codes_json;
	struct attempt_try attempt;
};
/*
 * Counts the try and asks; RC_OK also for a wrong code. RC_NOT_FOUND (no fault) when no secret is on its way for that browser. Not
 * within a transaction.
 */
NODISCARD enum rc second_confirm(struct op *op, const struct admin *admin, const char *id_hash,
    const char *code, struct second_confirmed *ret);
/*
 * Enrols, within the caller's transaction: the code that confirmed counts as used; other sessions than `keep` end. RC_CONFLICT
 * when somebody else did it meanwhile.
 */
NODISCARD enum rc second_enrol(struct op *op, const struct admin *admin,
    const struct second_confirmed *c, const char *keep);
/* The secret on its way that a browser may see; RC_NOT_FOUND (no fault): none. */
NODISCARD enum rc second_pending(struct op *op, const char *id_hash, const char *username,
    struct second_secret *ret);
/* Whoever is signed in; RC_DENIED when that is no administrator. */
NODISCARD enum rc second_myself(struct op *op, struct admin *ret);
/* The own password of whoever asks, as a counted try; RC_INVALID at "password". */
NODISCARD enum rc second_password(struct op *op, const struct admin *admin, const char *password,
    struct attempt_try *ret_attempt);
void second_show(struct op *op, const char *username, const char *secret, struct second_secret *ret);
bool second_is_required(const struct op *op, bool super);

#define SECOND_ON "{\"second_factor\":\"on\"}"
#define SECOND_OFF "{\"second_factor\":\"off\"}"

#endif
