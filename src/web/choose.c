/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See choose.h. The list holds what domain_list() lets the actor see, so nobody is offered what would be refused. */
#include "base/base.h"

#include "base/arena.h"
#include "base/op.h"
#include "svc/domain.h"
#include "web/call.h"
#include "web/choose.h"
#include "web/reply.h"

#define DOMAINS_MAX 100

enum rc
choose_domain(struct op *op, struct call *c, struct form_row *row)
{
	const struct list_in in = { .limit = DOMAINS_MAX };
	struct domain_list list;
	struct option *at;
	enum rc rc = domain_list(op, &in, &list);

	if (rc != RC_OK)
		return rc;
	at = arena_array(c->arena, list.n + 1, sizeof(*at));
	at[0] = (struct option){ .value = "", .label = N_("Choose a domain") };
	for (size_t i = 0; i < list.n; i++)
		at[i + 1] = (struct option){ .value = list.rows[i].domain,
			.label = reply_shown(c, list.rows[i].domain) };
	row->kind = list.info.next ? WIDGET_TEXT : WIDGET_SELECT;
	row->options = list.info.next || list.n == 1 ? at + 1 : at; /* the only one needs no choice */
	row->n_options = list.info.next || list.n == 1 ? list.n : list.n + 1;
	if (list.n == 0)
		row->help = N_("There is no domain yet. Please add one first.");
	return RC_OK;
}
