/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See choose.h. The list holds what domain_list() lets the actor see, so nobody is offered what would be refused. */
#include "base/base.h"

#include "base/arena.h"
#include "base/op.h"
#include "conf/conf.h"
#include "conf/plugins.h"
#include "svc/domain.h"
#include "svc/perm.h"
#include "web/call.h"
#include "web/choose.h"
#include "web/reply.h"

#define DOMAINS_MAX 100

/* Who has no domain cannot always add one. */
static const char *
whom_to_ask(const struct op *op, struct call *c)
{
	const struct conf_mail *m = &c->conf->mail;

	if (perm_is_super(op))
		return N_("There is no domain yet. Please add one first.");
	if (*m->support_email)
		return call_printf(c, N_("No domain is assigned to you. Please ask %s for one: %s."),
		    m->support_name, m->support_email);
	return N_("No domain is assigned to you. A super administrator can do that.");
}

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
	at[0] = (struct option){ .value = "", .label = call_text(c, N_("Choose a domain")) };
	for (size_t i = 0; i < list.n; i++)
		at[i + 1] = (struct option){ .value = list.rows[i].domain,
			.label = reply_shown(c, list.rows[i].domain) };
	row->kind = list.info.next ? WIDGET_TEXT : WIDGET_SELECT;
	row->options = list.info.next || list.n == 1 ? at + 1 : at; /* the only one needs no choice */
	row->n_options = list.info.next || list.n == 1 ? list.n : list.n + 1;
	if (list.n == 0)
		row->help = whom_to_ask(op, c);
	return RC_OK;
}

/* Is the name one of the comma list? */
static bool
listed(const char *list, const char *name)
{
	size_t n = strlen(name);

	for (const char *at = list; *at; at += strcspn(at, ","), at += *at == ',')
		if (strcspn(at, ",") == n && memcmp(at, name, n) == 0)
			return true;
	return false;
}

static bool
has_option(const struct option *at, size_t n, const char *value)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(at[i].value, value) == 0)
			return true;
	return false;
}

const struct option *
choose_access(struct call *c, const char *was, size_t *ret_n)
{
	size_t n_types, n = 0, room = 2;
	const struct conf_service_type *types = conf_access_types(c->conf, c->arena, &n_types);
	struct option *at;

	was = was ? was : "";
	for (const char *p = was; *p; p++)
		room += *p == ',';
	at = arena_array(c->arena, n_types + room, sizeof(*at));
	at[n++] = (struct option){ "ALL", N_("All"), listed(was, "ALL") };
	for (size_t i = 0; i < n_types; i++)
		at[n++] = (struct option){ types[i].name, types[i].label, listed(was, types[i].name) };
	for (const char *p = was; *p; p += *p == ',') {
		const char *name = arena_strndup(c->arena, p, strcspn(p, ","));

		if (!has_option(at, n, name))
			at[n++] = (struct option){ name, name, true };
		p += strlen(name);
	}
	*ret_n = n;
	return at;
}
