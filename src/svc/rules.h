/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks that several entities share: lost updates, new passwords, sentences about database
 * conflicts. Private to svc.
 */
#ifndef SVC_RULES_H
#define SVC_RULES_H

#include "base/base.h"
#include "base/field.h"
#include "base/op.h"
#include "base/pwhash.h"

struct domain;

/* RC_CONFLICT when rev is given and is not that of the row any more; what: "mailbox". */
NODISCARD enum rc rules_rev(struct op *op, const struct fields *f, const void *row, const char *rev,
    const char *what);
/*
 * RC_INVALID at the field "password": too short (characters), too long, not for this scheme, too easy to guess for somebody who knows
 * the account (NULL: not known) and the site.
 */
NODISCARD enum rc rules_password(struct op *op, const char *password, const char *account,
    int64_t min, enum pw_scheme scheme);
/* RC_INVALID at `field` unless quota (0 = unlimited) is within max (0 = no limit). */
NODISCARD enum rc rules_quota(struct op *op, const char *field, int64_t quota, int64_t max);
/*
 * Turns the database's word for a broken unique key into a sentence at a field; the engine's words
 * stay for the log.
 */
enum rc rules_taken(struct op *op, const char *field, const char *text);
/*
 * The domain of that name if the actor may work in it; else RC_INVALID at `field`, the same for
 * foreign and missing ones.
 */
NODISCARD enum rc rules_domain(struct op *op, const char *field, const char *name, struct domain *ret);

/* The part before the @ of an address that is made, already parsed with ADDR_ODD: RC_INVALID unless the configuration allows its characters. */
NODISCARD enum rc rules_local(struct op *op, const char *field, const char *local);
/* A target that is new, as field tables with FIELD_KEPT let it through: RC_INVALID when it is none, or its characters are not allowed. */
NODISCARD enum rc rules_target(struct op *op, const char *field, const char *target);

/* Is this a policy about mail that is forwarded to other servers for the actor ("warn", "refuse")? */
bool rules_outside_is(const struct op *op, const char *policy);
/* Does the address lie in no domain of this server, whoever's it is? */
NODISCARD enum rc rules_outside(struct op *op, const char *address, bool *ret);

#endif
