/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Second factors: one's own, and those of others for supers. What signing in has to do with them is in svc/auth.h.
 */
#ifndef SVC_SECOND_H
#define SVC_SECOND_H

#include "base/op.h"
#include "base/totp.h"
#include "model/second.h"

struct second_codes {
	char at[BACKUP_CODES][BACKUP_SHOWN_LEN + 1]; /* as they are shown */
};

/* A secret somebody sets up an authenticator program with. */
struct second_secret {
	const char *text; /* base32 */
	const char *uri;  /* otpauth://..., as a QR code holds it */
};

/* One's own, or a super's look at another's. */
NODISCARD enum rc second_state(struct op *op, int64_t admin_id, struct second_state *ret);

/*
 * One's own. session: id hash of the session in use, which goes on; the others end. Passwords and codes are counted tries:
 * RC_INVALID at "password" or "code", RC_LIMITED.
 *
 * Setting up: with the password begins (a secret to be seen by this session only), a code made with it confirms.
 */
NODISCARD enum rc second_begin(struct op *op, const struct second_in *in, const char *session);
/* RC_NOT_FOUND (no fault) when nothing was begun, or ten minutes ago. */
NODISCARD enum rc second_begun(struct op *op, const char *session, struct second_secret *ret);
NODISCARD enum rc second_finish(struct op *op, const struct second_in *in, const char *session,
    struct second_codes *ret);
/* Password and a code of the program: new backup codes in place of all old ones. */
NODISCARD enum rc second_regenerate(struct op *op, const struct second_in *in, struct second_codes *ret);
/* Password and a code, which may be a backup code. RC_DENIED where it is required. */
NODISCARD enum rc second_disable(struct op *op, const struct second_in *in, const char *session);

/*
 * Another's, by a super who gives a code of the own second factor, or the password without one (`in`; the operator need not). The other's sessions end but for
 * second_force(). RC_DENIED for oneself.
 */
struct second_given {
	struct second_secret secret; /* to be shown once, and handed over */
	struct second_codes codes;
};
NODISCARD enum rc second_provision(struct op *op, int64_t id, const struct second_in *in,
    struct second_given *ret);
NODISCARD enum rc second_remove(struct op *op, int64_t id, const struct second_in *in);
/* Must set one up at the next sign-in, or need not. */
NODISCARD enum rc second_force(struct op *op, int64_t id, bool force, const struct second_in *in);

/* Of everybody who has one; *ret_n: how many. */
NODISCARD enum rc second_remove_all(struct op *op, int64_t *ret_n);

/* The operator: seals again what was sealed under securitysalt.old or by the PHP program. */
struct second_resealed {
	int64_t sealed, fine, unreadable;
	const char *names; /* of the unreadable, comma list */
};
NODISCARD enum rc second_reseal(struct op *op, struct second_resealed *ret);

#endif
