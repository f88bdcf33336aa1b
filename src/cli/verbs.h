/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The functions that the command table names, a file per family. */
#ifndef CLI_VERBS_H
#define CLI_VERBS_H

#include "base/base.h"
#include "base/rc.h"

struct app;
struct cli_call;
struct op;
struct op_start;

enum rc cmd_domain_add(struct op *op, struct cli_call *call);
enum rc cmd_domain_list(struct op *op, struct cli_call *call);
enum rc cmd_domain_show(struct op *op, struct cli_call *call);
enum rc cmd_domain_edit(struct op *op, struct cli_call *call);
enum rc cmd_domain_enable(struct op *op, struct cli_call *call);
enum rc cmd_domain_disable(struct op *op, struct cli_call *call);
enum rc cmd_domain_delete(struct op *op, struct cli_call *call);
enum rc cmd_mailbox_add(struct op *op, struct cli_call *call);
enum rc cmd_mailbox_list(struct op *op, struct cli_call *call);
enum rc cmd_mailbox_show(struct op *op, struct cli_call *call);
enum rc cmd_mailbox_edit(struct op *op, struct cli_call *call);
enum rc cmd_mailbox_send_settings(struct op *op, struct cli_call *call);
enum rc cmd_mailbox_enable(struct op *op, struct cli_call *call);
enum rc cmd_mailbox_disable(struct op *op, struct cli_call *call);
enum rc cmd_mailbox_delete(struct op *op, struct cli_call *call);
enum rc cmd_mailbox_passwd(struct op *op, struct cli_call *call);
enum rc cmd_mailbox_invite(struct op *op, struct cli_call *call);
enum rc cmd_alias_add(struct op *op, struct cli_call *call);
enum rc cmd_alias_list(struct op *op, struct cli_call *call);
enum rc cmd_alias_show(struct op *op, struct cli_call *call);
enum rc cmd_alias_edit(struct op *op, struct cli_call *call);
enum rc cmd_alias_enable(struct op *op, struct cli_call *call);
enum rc cmd_alias_disable(struct op *op, struct cli_call *call);
enum rc cmd_alias_delete(struct op *op, struct cli_call *call);
enum rc cmd_admin_add(struct op *op, struct cli_call *call);
enum rc cmd_admin_invite(struct op *op, struct cli_call *call);
enum rc cmd_admin_list(struct op *op, struct cli_call *call);
enum rc cmd_admin_show(struct op *op, struct cli_call *call);
enum rc cmd_admin_edit(struct op *op, struct cli_call *call);
enum rc cmd_admin_passwd(struct op *op, struct cli_call *call);
enum rc cmd_admin_language(struct op *op, struct cli_call *call);
enum rc cmd_admin_reset_2fa(struct op *op, struct cli_call *call);
enum rc cmd_admin_reseal_2fa(struct op *op, struct cli_call *call);
enum rc cmd_admin_enable(struct op *op, struct cli_call *call);
enum rc cmd_admin_disable(struct op *op, struct cli_call *call);
enum rc cmd_admin_assign(struct op *op, struct cli_call *call);
enum rc cmd_admin_unassign(struct op *op, struct cli_call *call);
enum rc cmd_admin_delete(struct op *op, struct cli_call *call);
enum rc cmd_limit_list(struct op *op, struct cli_call *call);
enum rc cmd_limit_clear(struct op *op, struct cli_call *call);
enum rc cmd_archive_list(struct op *op, struct cli_call *call);
enum rc cmd_archive_show(struct op *op, struct cli_call *call);
enum rc cmd_token_add(struct op *op, struct cli_call *call);
enum rc cmd_token_list(struct op *op, struct cli_call *call);
enum rc cmd_token_rotate(struct op *op, struct cli_call *call);
enum rc cmd_token_revoke(struct op *op, struct cli_call *call);
enum rc cmd_log_list(struct op *op, struct cli_call *call);
enum rc cmd_log_undo(struct op *op, struct cli_call *call);
enum rc cmd_doctor(struct op *op, struct cli_call *call);
enum rc cmd_audit_verify(struct op *op, struct cli_call *call);
enum rc cmd_schema_status(struct op *op, struct cli_call *call);
enum rc cmd_schema_apply(struct op *op, struct cli_call *call);
enum rc cmd_schema_plan(struct op *op, struct cli_call *call);
int cmd_import(struct cli_call *call, struct app *app, const struct op_start *start);
int cmd_import_postfixadmin(struct cli_call *call, struct app *app, const struct op_start *start);
int cmd_serve(struct cli_call *call);
int cmd_config_check(struct cli_call *call);
int cmd_config_dump(struct cli_call *call);
int cmd_config_doc(struct cli_call *call);
enum rc cmd_check_counters(struct op *op, struct cli_call *call);
int cmd_check_doveadm(struct cli_call *call);
int cmd_check_mail(struct cli_call *call);
int cmd_takeover_config(struct cli_call *call);
enum rc cmd_takeover_report(struct op *op, struct cli_call *call);
int cmd_config_postfix(struct cli_call *call);
int cmd_config_dovecot(struct cli_call *call);
int cmd_config_roles(struct cli_call *call);
int cmd_config_texts(struct cli_call *call);
int cmd_salt_generate(struct cli_call *call);
int cmd_doc(struct cli_call *call);
int cmd_help(struct cli_call *call);
int cmd_version(struct cli_call *call);

#endif
