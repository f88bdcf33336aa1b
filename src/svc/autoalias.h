/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The addresses that every domain should have (RFC 2142: postmaster, abuse ...), where the configuration asks for them: made when a mailbox or an alias
 * of the domain is saved, and kept from being taken away. All of it does nothing while the feature is off.
 */
#ifndef SVC_AUTOALIAS_H
#define SVC_AUTOALIAS_H

#include "base/op.h"

struct alias;

/*
 * In the transaction that saves `address`, before its own row of the trail: makes what its domain lacks, with a row of the trail each; nothing while a
 * catch-all takes all mail.
 */
NODISCARD enum rc autoalias_make(struct op *op, int64_t domain_id, const char *address);
/* RC_CONFLICT when mail of such an address goes to this mailbox alone: it may neither go nor be switched off. */
NODISCARD enum rc autoalias_check_target(struct op *op, const char *address);
/* The same for an alias, which may also be one of those addresses, or the catch-all that stands for those that are missing. */
NODISCARD enum rc autoalias_check_alias(struct op *op, const struct alias *row);

#endif
