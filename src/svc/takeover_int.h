/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the files of the report: takeover.c (its frame), takeover_secret.c (hashes, factors), takeover_addr.c (addresses, aliases). */
#ifndef SVC_TAKEOVER_INT_H
#define SVC_TAKEOVER_INT_H

#include "db/db.h"
#include "model/takeover.h"
#include "svc/takeover.h"

/* clang-format off */
/* name, title, what to do */
#define TAKEOVER_SECTIONS(X) \
	X(IN_THE_WAY, "in_the_way", N_("In the way of the takeover"), \
	    N_("Until this is mended, `vimbadmin schema apply` refuses and changes nothing.")) \
	X(IN_FLIGHT, "rows_in_flight", N_("Rows in flight"), \
	    N_("Let the PHP program finish them first: upstream's cron jobs (mailbox.cli-delete-pending, archive.cli-*), the fork's queue runner. " \
	       "Nothing here takes them up by itself.")) \
	X(HASHES, "hashes", N_("Password hashes by scheme"), N_("For information.")) \
	X(HASHES_WEAK, "hashes_weak", N_("Weak password hashes"), \
	    N_("They go on working. An administrator's is made anew at the next sign-in; for the others set new passwords: vimbadmin mailbox passwd ADDRESS.")) \
	X(HASHES_UNREADABLE, "hashes_unreadable", N_("Password hashes that cannot be checked here"), \
	    N_("Dovecot may still take them, this panel does not: set new passwords with vimbadmin admin passwd and vimbadmin mailbox passwd.")) \
	X(FACTORS, "second_factors", N_("Second factors that open with securitysalt"), N_("They go on working.")) \
	X(FACTORS_SHUT, "second_factors_shut", N_("Second factors that do not open with securitysalt"), \
	    N_("Take securitysalt from the installation that wrote this database, to the last character; if it is lost, their owners have to enrol anew " \
	       "(vimbadmin admin reset-2fa ADDRESS). Backup codes do not depend on it.")) \
	X(ADDRESSES, "addresses", N_("Addresses that are not as this program writes them"), \
	    N_("Postfix and Dovecot look up small letters and A-labels. Rename them, or remove what is no address, before or after the takeover.")) \
	X(CLASHES, "clashes", N_("Addresses that differ in writing only"), \
	    N_("To mail they are one address. Keep one row of each and remove the others.")) \
	X(HOMELESS, "without_domain", N_("Rows without a domain"), \
	    N_("No list shows them. Give them the id of their domain in Domain_id, or remove them.")) \
	X(LOOPS, "alias_loops", N_("Aliases that lead in circles"), \
	    N_("Postfix bounces this mail. Change one alias of each circle: vimbadmin alias edit ADDRESS --goto ...")) \
	X(NOWHERE, "alias_nowhere", N_("Aliases that lead nowhere"), \
	    N_("Mail to them bounces. Change their targets or remove them: vimbadmin alias edit, vimbadmin alias delete.")) \
	X(LONG, "alias_long", N_("Aliases with very long lists of targets"), \
	    N_("On MariaDB `vimbadmin schema apply` takes some 15 seconds for each 100 KB of one to enter it into the search. Let it, or make a mailing list of it first.")) \
	X(COUNTERS, "counters", N_("Domains whose counters drifted"), N_("`vimbadmin schema apply` counts anew.")) \
	X(LIMITS, "limits_below_zero", N_("Quotas and limits below zero"), N_("They count as no limit; `vimbadmin schema apply` writes 0 there.")) \
	X(ARCHIVES_FINE, "archives_restorable", N_("Archives whose account can be restored"), \
	    N_("They stay where they are; vimbadmin archive show ADDRESS says what one holds.")) \
	X(ARCHIVES_STUCK, "archives_stuck", N_("Archives whose account cannot be restored as things are"), \
	    N_("Mend what stands in the way, or make the account by hand; the mail is at the place the row names.")) \
	X(ARCHIVES, "archives_upstream", N_("Archives that only upstream could restore"), \
	    N_("They are files of its own making (tar). Restore them with ViMbAdmin 3 before the takeover, or keep the files; here they are only listed.")) \
	X(ARCHIVES_BROKEN, "archives_unreadable", N_("Archives whose record cannot be read"), \
	    N_("The mail may still be at the place the row names; the account has to be made by hand."))
/* clang-format on */

enum takeover_id {
#define TAKEOVER_ID(id, name, title, todo) TAKEOVER_##id,
	TAKEOVER_SECTIONS(TAKEOVER_ID)
#undef TAKEOVER_ID
	    TAKEOVER__MAX
};

struct takeover_look {
	struct op *op;
	size_t shown;
	struct takeover_report *report;
	struct rows mailboxes, admins; /* read once for all who look at them */
};

/* One more row of a section; the first ones are kept. Both texts are copied only then. */
void takeover_note(struct takeover_look *l, enum takeover_id id, const char *object,
    const char *fmt, ...) PRINTFLIKE(4, 5);

NODISCARD enum rc takeover_look_secrets(struct takeover_look *l);
NODISCARD enum rc takeover_look_addresses(struct takeover_look *l);

#endif
