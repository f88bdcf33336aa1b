/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each page shows: the structs that handlers fill and templates read. Nothing here is computed by a view. */
#ifndef VIEW_PAGES_H
#define VIEW_PAGES_H

#include "base/base.h"
#include "model/admin.h"
#include "model/alias.h"
#include "model/audit.h"
#include "model/bulk.h"
#include "model/domain.h"
#include "model/mailbox.h"
#include "model/overview.h"
#include "model/session.h"
#include "model/reach.h"
#include "view/growth_view.h"
#include "view/form.h"
#include "view/listing.h"

struct fault_view {
	int status;
	const char *title, *text;
	const char *reference; /* number in the log, NULL: none */
};

struct domain_list_view {
	struct listing list;
	const struct domain *rows;
};

struct mailbox_list_view {
	struct listing list;
	const struct mailbox *rows;
};

struct extra_line {
	const char *label, *text;
};

struct mailbox_show_view {
	const struct mailbox *row;
	const char *access;             /* services its owner may use; NULL: nothing to say */
	const struct extra_line *extra; /* what the configuration adds */
	const struct reach *aliases;
	const struct audit *log;
	size_t n_extra, n_aliases, n_log;
	bool links, invites; /* owners are sent links to choose the password; this one can be sent one */
};

struct domain_show_view {
	const struct domain *row;
	int64_t admins, used, allotted, unlimited; /* the last: mailboxes without a limit */
	bool counted;                              /* too many mailboxes to add up are not */
	struct growth_view growth;
	const struct audit *log;
	size_t n_log;
};

/* Many rows at once, before and after. */
struct bulk_reason {
	const char *text; /* why rows were refused */
	const char **names;
	size_t n, more; /* more: that are not shown */
};

struct bulk_view {
	const struct bulk_in *in;
	struct link action, list;
	const char *back, *verb;
	bool asks_quota, asks_access, deletes;
	const struct option *access; /* services to choose from, the first one all */
	size_t n_access;
	int64_t total, more;
	bool at_least, named, held; /* named: the rows' names are known; held: because of warnings */
	const struct bulk_row *rows;
	size_t n;
	const char *ids, *fault, *quota; /* quota: as it was typed; NULL: it is asked for the first time */
	size_t done;                     /* rows */
	const struct bulk_reason *reasons, *warned; /* rows that were refused; what is probably not meant */
	size_t n_reasons, n_warned;
	const char *next; /* there is more behind this cursor */
};

/* The first page. */
struct overview_view {
	const struct overview *n;
	const struct overview_item *domains, *items;
	const int64_t *lengths; /* of the bars, 0 .. 100 */
	size_t n_domains, n_items;
	bool looked;
	struct growth_view growth;
};

/* What the one search found; more: the list of the rest, query NULL: there is none. */
struct search_view {
	const char *q;
	const struct domain *domains;
	const struct mailbox *mailboxes;
	const struct alias *aliases;
	const struct admin *admins;
	size_t n_domains, n_mailboxes, n_aliases, n_admins;
	struct link more_domains, more_mailboxes, more_aliases, more_admins;
};

struct alias_list_view {
	struct listing list;
	const struct alias *rows;
};

struct admin_list_view {
	struct listing list;
	const struct admin *rows;
	int64_t self; /* who looks: nobody switches oneself off */
};

struct log_list_view {
	struct listing list;
	const struct audit *rows;
};

/* A password made here, shown once. */
struct mailbox_password_view {
	const struct mailbox *row;
	const char *password;
	struct link done; /* the list */
};

struct mailbox_aliases_view {
	const struct mailbox *row;
	const struct reach *aliases;
	size_t n;
};

struct domain_admins_view {
	const struct domain *row;
	const struct admin *assigned, *possible;
	size_t n_assigned, n_possible;
};

struct admin_domains_view {
	const struct admin *row;
	const struct domain *domains;
	size_t n;
	const struct option *options; /* domains to choose from */
	size_t n_options;
	bool typed; /* too many to choose from: a box with suggestions */
};

#endif
