/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Moving in from PostfixAdmin: its domains, mailboxes with their hashes, aliases, alias domains and administrators, through the services and rules that
 * every door uses, in one transaction. What cannot be carried over is left out and named.
 */
#ifndef SVC_POSTFIXADMIN_H
#define SVC_POSTFIXADMIN_H

#include "base/op.h"
#include "model/import.h"
#include "model/postfixadmin.h"

struct arena;

struct postfixadmin {
	struct pfa_domain *domains;
	struct pfa_mailbox *mailboxes;
	struct pfa_alias *aliases, *alias_domains;
	struct pfa_admin *admins;
	struct pfa_assignment *assignments;
	struct pfa_note *others; /* what has no place here */
	size_t n_domains, n_mailboxes, n_aliases, n_alias_domains, n_admins, n_assignments, n_others;
};

/* op is one on PostfixAdmin's database; what is read lives as long as it. RC_CONFIG when that is none. */
NODISCARD enum rc postfixadmin_read(struct op *op, struct postfixadmin *ret);
/* Of what was read, by name without regard to case; NULL: there is none. */
const struct pfa_domain *postfixadmin_domain(const struct postfixadmin *p, const char *name);
const struct pfa_mailbox *postfixadmin_mailbox(const struct postfixadmin *p, const char *address);

struct postfixadmin_result {
	int64_t domains, mailboxes, aliases, alias_domains, admins, assignments; /* carried over */
	struct pfa_note *notes; /* what was not, or not as it was */
	size_t n, max;
	struct arena *arena; /* of the notes */
};

/*
 * Carries it all over; each object has its row of the trail, the whole one more with the numbers. Operator or super; with OP_DRY_RUN the same report of
 * what would come. ret->arena is given, and not that of the op.
 */
NODISCARD enum rc postfixadmin_import(struct op *op, const struct postfixadmin *from,
    struct postfixadmin_result *ret);

#endif
