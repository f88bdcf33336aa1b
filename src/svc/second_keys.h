/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The questions about second factors that need a key, and who answers them. A web process has no key: it hands them to the keeper
 * (proc/ask.c); the keeper itself, the command line and tests answer in place. The set is closed on purpose: there is no question
 * whose answer is a secret that somebody uses already.
 */
#ifndef SVC_SECOND_KEYS_H
#define SVC_SECOND_KEYS_H

#include "base/op.h"
#include "base/totp_seal.h"

struct conf;

/*  id       sealed   code          answer                                                                  */
#define SECOND_LIST(X)                                                                                         \
	X(FRESH) /* -       -     a new secret, and it sealed as pending                                  */   \
	X(SHOW) /* pending -     the pending secret                                                      */    \
	X(CONFIRM) /* pending code  right: its step, and the secret sealed to be kept                       */ \
	X(GIVE) /* -       -     a new secret, and it sealed to be kept: for somebody else               */    \
	X(CHECK) /* kept    code  right: its step, and the secret sealed anew if it was in an old way     */   \
	X(RENEW) /* kept    -     the secret sealed anew, if it was in an old way                         */   \
	X(BACKUP) /* -       code  how the backup code is kept, under the key and under the one before     */

enum second_question {
#define SECOND_ENUM(id) SECOND_ASK_##id,
	SECOND_LIST(SECOND_ENUM)
#undef SECOND_ENUM
	    SECOND_ASK__MAX
};

struct second_ask {
	enum second_question question;
	int64_t admin_id;
	char sealed[TOTP_SEALED_MAX + 1];
	char code[BACKUP_LEN + 1]; /* six digits, or a backup code */
};

enum second_verdict {
	SECOND_WRONG,
	SECOND_RIGHT,
	SECOND_UNREADABLE, /* does not open: another key, another administrator, broken */
	SECOND__VERDICTS
};

struct second_told {
	enum second_verdict verdict;
	int64_t step; /* of a right code */
	char secret[TOTP_SECRET_MAX + 1];
	char sealed[TOTP_SEALED_MAX + 1];
	char kept[2][BACKUP_STORED_LEN + 1];
};

/* Fields that a question or an answer does not have are empty; what has a shape has it. Both ends ask this of what they read. */
bool second_ask_ok(const struct second_ask *ask);
bool second_told_ok(enum second_question question, const struct second_told *told);

/* Answers in place, with conf's salt and clock_now(). RC_UNAVAILABLE without a salt. */
NODISCARD enum rc second_answer(const struct conf *conf, const struct second_ask *ask,
    struct second_told *ret, struct errs *errs);

/* Who answers for a process: waits until `deadline` (monotonic ms) at most; RC_UNAVAILABLE with a fault when there is no answer. */
typedef enum rc (*second_asker)(void *ctx, const struct second_ask *ask, int64_t deadline,
    struct second_told *ret, struct errs *errs);

/* Before there are threads; a process that does not say answers itself. */
void app_second_asker(struct app *app, second_asker ask, void *ctx);
/* Asks whoever answers for this process (app_second_asker()). Not within a transaction. */
NODISCARD enum rc second_question(struct op *op, const struct second_ask *ask, struct second_told *ret);

#endif
