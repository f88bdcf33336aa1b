/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Choosing in a form: a domain (a list to pick from while there are few, a box to type into when there are many), services. */
#ifndef WEB_CHOOSE_H
#define WEB_CHOOSE_H

#include "base/base.h"
#include "base/rc.h"
#include "web/form.h"

struct call;
struct op;

/* Turns the row "domain" of a form into a choice of the domains the actor has. */
NODISCARD enum rc choose_domain(struct op *op, struct call *c, struct form_row *row);

/* What a mailbox may be restricted to; was: what is stored now, of which also names that the configuration no longer has can be kept; NULL: nothing. */
const struct option *choose_access(struct call *c, const char *was, size_t *ret_n);

#endif
