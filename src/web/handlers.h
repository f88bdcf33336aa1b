/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The handlers of what is administered, which the route table names; a file per entity. A pair `x_form`, `x_post` shows a form and takes it. */
#ifndef WEB_HANDLERS_H
#define WEB_HANDLERS_H

#include "base/base.h"
#include "base/rc.h"

struct call;
struct op;

#define HANDLER(name) enum rc name(struct op *op, struct call *c)

/* domain.c, domain_admins.c */
HANDLER(web_domains);
HANDLER(web_domain_add_form);
HANDLER(web_domain_add_post);
HANDLER(web_domain_edit_form);
HANDLER(web_domain_edit_post);
HANDLER(web_domain_enable);
HANDLER(web_domain_disable);
HANDLER(web_domain_delete_form);
HANDLER(web_domain_delete_post);
HANDLER(web_domain_admins);
HANDLER(web_domain_admin_assign);
HANDLER(web_domain_admin_remove);
/* mailbox.c */
HANDLER(web_mailboxes);
HANDLER(web_mailbox_add_form);
HANDLER(web_mailbox_add_post);
HANDLER(web_mailbox_edit_form);
HANDLER(web_mailbox_edit_post);
HANDLER(web_mailbox_password_form);
HANDLER(web_mailbox_password_post);
HANDLER(web_mailbox_aliases);
HANDLER(web_mailbox_enable);
HANDLER(web_mailbox_disable);
HANDLER(web_mailbox_delete_form);
HANDLER(web_mailbox_delete_post);
/* mail.c */
HANDLER(web_settings_mail_form);
HANDLER(web_settings_mail_post);
/* alias.c */
HANDLER(web_aliases);
HANDLER(web_alias_add_form);
HANDLER(web_alias_add_post);
HANDLER(web_alias_edit_form);
HANDLER(web_alias_edit_post);
HANDLER(web_alias_enable);
HANDLER(web_alias_disable);
HANDLER(web_alias_delete_form);
HANDLER(web_alias_delete_post);
/* admin.c */
HANDLER(web_admins);
HANDLER(web_admin_add_form);
HANDLER(web_admin_add_post);
HANDLER(web_admin_edit_form);
HANDLER(web_admin_edit_post);
HANDLER(web_admin_password_form);
HANDLER(web_admin_password_post);
HANDLER(web_admin_domains);
HANDLER(web_admin_domain_assign);
HANDLER(web_admin_domain_remove);
HANDLER(web_admin_enable);
HANDLER(web_admin_disable);
HANDLER(web_admin_delete_form);
HANDLER(web_admin_delete_post);
/* log.c */
HANDLER(web_log);
HANDLER(web_log_entry);
HANDLER(web_log_undo_form);
HANDLER(web_log_undo_post);
/* import.c */
HANDLER(web_import_form);
HANDLER(web_import_check);
HANDLER(web_import_run);
/* export.c */
HANDLER(web_export);
/* bulk.c */
HANDLER(web_bulk);

#undef HANDLER

#endif
