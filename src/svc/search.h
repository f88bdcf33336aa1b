/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One search over everything: the first rows of each list that holds the text, by the lists' own statements, rights and indexes. */
#ifndef SVC_SEARCH_H
#define SVC_SEARCH_H

#include "base/op.h"
#include "svc/admin.h"
#include "svc/alias.h"
#include "svc/domain.h"
#include "svc/mailbox.h"

#define SEARCH_ROWS 10 /* of each kind */

struct search_result {
	struct domain_list domains;
	struct mailbox_list mailboxes;
	struct alias_list aliases; /* by address or target */
	struct admin_list admins;  /* supers only */
};
/* q empty: nothing is found. */
NODISCARD enum rc search_all(struct op *op, const char *q, struct search_result *ret);

#endif
