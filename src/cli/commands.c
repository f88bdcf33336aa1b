/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * THE command table. A row is all that help, argument parsing, checks, dispatch and the manual page know of a command.
 */
#include "base/base.h"

#include "cli/cli.h"
#include "model/admin.h"
#include "model/alias.h"
#include "model/domain.h"
#include "model/import.h"
#include "model/language.h"
#include "model/finding.h"
#include "model/list.h"
#include "model/mail.h"
#include "model/mailbox.h"
#include "model/postfixadmin.h"
#include "model/schema.h"
#include "model/seal.h"
#include "model/second.h"
#include "model/token.h"

#define DOMAIN_COLUMNS                                                                       \
	"domain,mailbox_count,max_mailboxes,alias_count,max_aliases,quota,max_quota,active," \
	"transport"
#define MAILBOX_COLUMNS "username,name,used_bytes,quota,access_restriction,active"
#define ALIAS_COLUMNS "address,goto,active"
#define ADMIN_COLUMNS "username,super,active,domains,last_login"
#define TOKEN_COLUMNS \
	"id,name,scope,allowed_ips,allowed_domains,owner,state,expires_at,last_used_at"
#define LOG_COLUMNS "id,timestamp,actor,action,object,door,source"
/* Options are picked out of the field tables: what a command cannot heed must not be taken in silence. */
#define LIST_OPTIONS "q,sort,dir,after,before,limit,active"
#define DOMAIN_OPTIONS                                                                           \
	"description,transport,backupmx,active,max_aliases,max_mailboxes,max_quota,quota,total_" \
	"quota"
#define MAILBOX_OPTIONS "name,alt_email,quota,access_restriction,active"

/* clang-format off */
const struct command commands[] = {
	{ .name = "serve", .plain = cmd_serve, .flags = CMD_ROLE,
	  .help = N_("Run the panel in the foreground: master, web and keeper processes.") },

	{ .name = "schema status", .run = cmd_schema_status, .columns = "step,state,applied", .flags = CMD_SCHEMA,
	  .help = N_("Show which steps of the schema the database has.") },
	{ .name = "schema plan", .run = cmd_schema_plan, .fields = &schema_in_fields, .mode = FIELD_PATCH,
	  .options = "drop_legacy", .columns = "step,state,applied", .flags = CMD_SCHEMA,
	  .help = N_("Show the steps that schema apply would run; changes nothing.") },
	{ .name = "schema apply", .run = cmd_schema_apply, .fields = &schema_in_fields, .mode = FIELD_PATCH,
	  .options = "drop_legacy", .columns = "step,state,applied", .flags = CMD_SCHEMA | CMD_CHANGES,
	  .help = N_("Create the schema, bring it up to date, or take over the PHP program's database (docs/takeover.md).") },

	{ .name = "config check", .plain = cmd_config_check, .flags = CMD_JSON,
	  .help = N_("Read the configuration and name every fault in it.") },
	{ .name = "config dump", .plain = cmd_config_dump, .flags = CMD_JSON,
	  .help = N_("Print the configuration in force, secrets masked.") },
	{ .name = "config doc", .plain = cmd_config_doc,
	  .help = N_("Print every key with its default and meaning.") },
	{ .name = "config postfix", .plain = cmd_config_postfix, .flags = CMD_DIR,
	  .help = N_("Print Postfix's lookup files for this database (--dir writes them).") },
	{ .name = "config dovecot", .plain = cmd_config_dovecot, .flags = CMD_DIR,
	  .help = N_("Print Dovecot's SQL files for this database (--dir writes them).") },
	{ .name = "config roles", .plain = cmd_config_roles,
	  .help = N_("Print the SQL that makes a database user of few rights for the panel, Postfix, Dovecot and migrations each.") },
	{ .name = "config texts", .plain = cmd_config_texts, .flags = CMD_DIR,
	  .help = N_("Print the built-in texts of mails (--dir writes them, to be changed).") },

	{ .name = "check counters", .run = cmd_check_counters, .fields = &counters_in_fields, .mode = FIELD_PATCH, .options = "fix",
	  .columns = "domain,mailbox_count,mailboxes,alias_count,aliases", .flags = CMD_CHANGES,
	  .help = N_("Show domains whose numbers of mailboxes and aliases are not those there are (exit status 73), or set them right with --fix.") },
	{ .name = "check doveadm", .plain = cmd_check_doveadm, .flags = CMD_JSON,
	  .help = N_("Ask Dovecot's doveadm API whether it answers and takes the key; changes nothing.") },
	{ .name = "check mail", .target = "ADDRESS", .plain = cmd_check_mail, .flags = CMD_TARGET | CMD_JSON,
	  .help = N_("Send a test mail the configured way and say what came of it.") },

	{ .name = "takeover config", .plain = cmd_takeover_config,
	  .help = N_("Print the vimbadmin.conf that an application.ini amounts to: takeover config -c application.ini > vimbadmin.conf") },
	{ .name = "takeover report", .run = cmd_takeover_report, .fields = &list_in_fields, .mode = FIELD_PATCH, .options = "limit",
	  .flags = CMD_SCHEMA,
	  .help = N_("Look at the database of the PHP program that -c application.ini names and say what needs attention; changes nothing.") },

	{ .name = "admin add", .target = "ADDRESS", .target_field = "username", .run = cmd_admin_add,
	  .fields = &admin_in_fields, .mode = FIELD_PATCH, .options = "password,invite,super,active", .columns = ADMIN_COLUMNS,
	  .flags = CMD_TARGET | CMD_CHANGES | CMD_PASSWORD,
	  .help = N_("Add an administrator; --super yes for one who may do everything.") },
	{ .name = "admin invite", .target = "ADDRESS", .run = cmd_admin_invite, .flags = CMD_TARGET | CMD_CHANGES,
	  .help = N_("Send an administrator who has no password yet a new link to choose one; shows it where no mail can be sent.") },
	{ .name = "admin list", .csv = EXPORT_ADMINS, .run = cmd_admin_list, .fields = &list_in_fields, .mode = FIELD_PATCH, .options = LIST_OPTIONS ",domain",
	  .columns = ADMIN_COLUMNS, .help = N_("List administrators.") },
	{ .name = "admin show", .target = "ADDRESS", .run = cmd_admin_show, .flags = CMD_TARGET,
	  .help = N_("Show all there is about an administrator.") },
	{ .name = "admin edit", .target = "ADDRESS", .run = cmd_admin_edit, .columns = ADMIN_COLUMNS,
	  .fields = &admin_in_fields, .mode = FIELD_PATCH, .options = "super,active",
	  .flags = CMD_TARGET | CMD_CHANGES, .help = N_("Change what an administrator may do.") },
	{ .name = "admin passwd", .target = "ADDRESS", .run = cmd_admin_passwd,
	  .fields = &admin_in_fields, .mode = FIELD_PATCH, .options = "password", .flags = CMD_TARGET | CMD_CHANGES | CMD_PASSWORD,
	  .help = N_("Set an administrator's password and end the sessions.") },
	{ .name = "admin reset-2fa", .target = "ADDRESS", .run = cmd_admin_reset_2fa, .fields = &reset_in_fields, .mode = FIELD_PATCH,
	  .options = "all", .flags = CMD_TARGET_OPT | CMD_CHANGES,
	  .help = N_("Remove an administrator's second factor (--all: everybody's) and end the sessions.") },
	{ .name = "admin reseal-2fa", .run = cmd_admin_reseal_2fa, .flags = CMD_CHANGES,
	  .help = N_("Seal second factors again: after another securitysalt, or those of the PHP program.") },
	{ .name = "admin enable", .target = "ADDRESS", .run = cmd_admin_enable, .columns = ADMIN_COLUMNS,
	  .flags = CMD_TARGET | CMD_CHANGES, .help = N_("Let an administrator sign in again.") },
	{ .name = "admin disable", .target = "ADDRESS", .run = cmd_admin_disable, .columns = ADMIN_COLUMNS,
	  .flags = CMD_TARGET | CMD_CHANGES, .help = N_("Lock an administrator out, at once.") },
	{ .name = "admin language", .target = "ADDRESS", .run = cmd_admin_language,
	  .fields = &language_in_fields, .mode = FIELD_PATCH, .options = "language", .flags = CMD_TARGET | CMD_CHANGES,
	  .help = N_("Choose the language of an administrator's pages and mails with --language; empty: as the browser says.") },
	{ .name = "admin assign", .target = "ADDRESS", .run = cmd_admin_assign,
	  .fields = &list_in_fields, .mode = FIELD_PATCH, .options = "domain", .flags = CMD_TARGET | CMD_CHANGES,
	  .help = N_("Let an administrator manage the domain given with --domain.") },
	{ .name = "admin unassign", .target = "ADDRESS", .run = cmd_admin_unassign,
	  .fields = &list_in_fields, .mode = FIELD_PATCH, .options = "domain", .flags = CMD_TARGET | CMD_CHANGES,
	  .help = N_("Take the domain given with --domain from an administrator.") },
	{ .name = "admin delete", .target = "ADDRESS", .run = cmd_admin_delete,
	  .flags = CMD_TARGET | CMD_CHANGES, .help = N_("Remove an administrator; the log keeps the name.") },

	{ .name = "domain add", .target = "DOMAIN", .target_field = "domain", .run = cmd_domain_add,
	  .fields = &domain_in_fields, .mode = FIELD_WHOLE, .options = DOMAIN_OPTIONS, .columns = DOMAIN_COLUMNS,
	  .flags = CMD_TARGET | CMD_CHANGES, .help = N_("Add a domain.") },
	{ .name = "domain list", .csv = EXPORT_DOMAINS, .run = cmd_domain_list, .fields = &list_in_fields, .mode = FIELD_PATCH, .options = LIST_OPTIONS ",alone",
	  .columns = DOMAIN_COLUMNS, .help = N_("List domains.") },
	{ .name = "domain show", .target = "DOMAIN", .run = cmd_domain_show, .flags = CMD_TARGET,
	  .help = N_("Show all there is about a domain.") },
	{ .name = "domain edit", .target = "DOMAIN", .run = cmd_domain_edit,
	  .fields = &domain_in_fields, .mode = FIELD_PATCH, .options = DOMAIN_OPTIONS, .columns = DOMAIN_COLUMNS,
	  .flags = CMD_TARGET | CMD_CHANGES, .help = N_("Change what is given; the rest stays.") },
	{ .name = "domain enable", .target = "DOMAIN", .run = cmd_domain_enable, .columns = DOMAIN_COLUMNS,
	  .flags = CMD_TARGET | CMD_CHANGES, .help = N_("Accept mail for a domain again.") },
	{ .name = "domain disable", .target = "DOMAIN", .run = cmd_domain_disable, .columns = DOMAIN_COLUMNS,
	  .flags = CMD_TARGET | CMD_CHANGES, .help = N_("Refuse mail and sign-in for a whole domain.") },
	{ .name = "domain delete", .target = "DOMAIN", .run = cmd_domain_delete,
	  .flags = CMD_TARGET | CMD_CHANGES,
	  .help = N_("Remove a domain with its mailboxes and aliases; stored mail stays on disk.") },

	{ .name = "mailbox add", .target = "ADDRESS", .target_field = "address", .run = cmd_mailbox_add,
	  .fields = &mailbox_in_fields, .mode = FIELD_WHOLE, .options = MAILBOX_OPTIONS ",password,hash,generate,invite,welcome_email", .columns = MAILBOX_COLUMNS,
	  .flags = CMD_TARGET | CMD_CHANGES | CMD_PASSWORD | CMD_EXTRAS,
	  .help = N_("Add a mailbox; password from --password-stdin, --password, --hash or --generate, or --invite: its owner chooses it.") },
	{ .name = "mailbox list", .csv = EXPORT_MAILBOXES, .run = cmd_mailbox_list, .fields = &list_in_fields, .mode = FIELD_PATCH,
	  .options = LIST_OPTIONS ",domain,hashes",
	  .columns = MAILBOX_COLUMNS, .help = N_("List mailboxes.") },
	{ .name = "mailbox show", .target = "ADDRESS", .run = cmd_mailbox_show, .flags = CMD_TARGET,
	  .help = N_("Show all there is about a mailbox.") },
	{ .name = "mailbox edit", .target = "ADDRESS", .run = cmd_mailbox_edit,
	  .fields = &mailbox_in_fields, .mode = FIELD_PATCH, .options = MAILBOX_OPTIONS, .columns = MAILBOX_COLUMNS,
	  .flags = CMD_TARGET | CMD_CHANGES | CMD_EXTRAS, .help = N_("Change what is given; the rest stays.") },
	{ .name = "mailbox passwd", .target = "ADDRESS", .run = cmd_mailbox_passwd,
	  .fields = &mailbox_in_fields, .mode = FIELD_PATCH, .options = "password,hash,generate", .flags = CMD_TARGET | CMD_CHANGES | CMD_PASSWORD,
	  .help = N_("Set a mailbox's password.") },
	{ .name = "mailbox invite", .target = "ADDRESS", .run = cmd_mailbox_invite, .flags = CMD_TARGET | CMD_CHANGES,
	  .help = N_("Mail a mailbox's owner a link to choose the password, to the other address.") },
	{ .name = "mailbox send-settings", .target = "ADDRESS", .run = cmd_mailbox_send_settings,
	  .fields = &settings_mail_in_fields, .mode = FIELD_PATCH, .options = "type,email", .flags = CMD_TARGET | CMD_CHANGES,
	  .help = N_("Mail a mailbox's settings to itself, or where --type and --email say.") },
	{ .name = "mailbox enable", .target = "ADDRESS", .run = cmd_mailbox_enable, .columns = MAILBOX_COLUMNS,
	  .flags = CMD_TARGET | CMD_CHANGES, .help = N_("Accept mail and sign-in again.") },
	{ .name = "mailbox disable", .target = "ADDRESS", .run = cmd_mailbox_disable, .columns = MAILBOX_COLUMNS,
	  .flags = CMD_TARGET | CMD_CHANGES, .help = N_("Refuse mail and sign-in.") },
	{ .name = "mailbox delete", .target = "ADDRESS", .run = cmd_mailbox_delete,
	  .flags = CMD_TARGET | CMD_CHANGES,
	  .help = N_("Remove a mailbox and its address from aliases; stored mail stays on disk.") },

	{ .name = "alias add", .target = "ADDRESS", .target_field = "address", .run = cmd_alias_add,
	  .fields = &alias_in_fields, .mode = FIELD_WHOLE, .options = "goto,active", .columns = ALIAS_COLUMNS,
	  .flags = CMD_TARGET | CMD_CHANGES | CMD_EXTRAS,
	  .help = N_("Add an alias, @domain for a catch-all; --goto lists the targets.") },
	{ .name = "alias list", .csv = EXPORT_ALIASES, .run = cmd_alias_list, .fields = &list_in_fields, .mode = FIELD_PATCH, .options = LIST_OPTIONS ",domain,self",
	  .columns = ALIAS_COLUMNS, .help = N_("List aliases; --self also those that belong to mailboxes.") },
	{ .name = "alias show", .target = "ADDRESS", .run = cmd_alias_show, .flags = CMD_TARGET,
	  .help = N_("Show all there is about an alias.") },
	{ .name = "alias edit", .target = "ADDRESS", .run = cmd_alias_edit,
	  .fields = &alias_in_fields, .mode = FIELD_PATCH, .options = "goto,active", .columns = ALIAS_COLUMNS,
	  .flags = CMD_TARGET | CMD_CHANGES | CMD_EXTRAS, .help = N_("Change the targets of an alias.") },
	{ .name = "alias enable", .target = "ADDRESS", .run = cmd_alias_enable, .columns = ALIAS_COLUMNS,
	  .flags = CMD_TARGET | CMD_CHANGES, .help = N_("Deliver through an alias again.") },
	{ .name = "alias disable", .target = "ADDRESS", .run = cmd_alias_disable, .columns = ALIAS_COLUMNS,
	  .flags = CMD_TARGET | CMD_CHANGES, .help = N_("Stop delivering through an alias.") },
	{ .name = "alias delete", .target = "ADDRESS", .run = cmd_alias_delete,
	  .flags = CMD_TARGET | CMD_CHANGES, .help = N_("Remove an alias.") },

	{ .name = "import domains", .target = "FILE", .with_app = cmd_import, .fields = &import_in_fields, .mode = FIELD_PATCH,
	  .options = "mode,on_error,map", .flags = CMD_TARGET | CMD_CHANGES | CMD_JSON,
	  .help = N_("Take domains in from a CSV file whose first line names the columns; - is standard input.") },
	{ .name = "import mailboxes", .target = "FILE", .with_app = cmd_import, .fields = &import_in_fields, .mode = FIELD_PATCH,
	  .options = "mode,on_error,map,generate", .flags = CMD_TARGET | CMD_CHANGES | CMD_JSON,
	  .help = N_("The same for mailboxes, with ready hashes or passwords that are made and printed as CSV.") },
	{ .name = "import aliases", .target = "FILE", .with_app = cmd_import, .fields = &import_in_fields, .mode = FIELD_PATCH,
	  .options = "mode,on_error,map", .flags = CMD_TARGET | CMD_CHANGES | CMD_JSON,
	  .help = N_("The same for aliases.") },
	{ .name = "import postfixadmin", .with_app = cmd_import_postfixadmin, .fields = &pfa_in_fields, .mode = FIELD_PATCH, .options = "from,from_file",
	  .flags = CMD_CHANGES | CMD_JSON,
	  .help = N_("Carry over domains, mailboxes with their hashes, aliases and administrators from PostfixAdmin's database; names what cannot be.") },

	{ .name = "log list", .csv = EXPORT_LOG, .run = cmd_log_list, .fields = &list_in_fields, .mode = FIELD_PATCH, .options = "q,dir,after,before,limit,domain,actor,action,object,door,since,until",
	  .columns = LOG_COLUMNS, .help = N_("Show the trail, newest first.") },

	{ .name = "log undo", .target = "ID", .run = cmd_log_undo, .flags = CMD_TARGET | CMD_CHANGES,
	  .help = N_("Take back what an entry of the trail did, unless something newer stands in the way.") },
	{ .name = "limit list", .run = cmd_limit_list, .columns = "what,name,door,tries,last,until",
	  .help = N_("Show who is counted, and refused, for guessing at secrets.") },
	{ .name = "limit clear", .target = "NAME", .run = cmd_limit_clear, .flags = CMD_TARGET | CMD_CHANGES,
	  .help = N_("Forget the tries counted for an address or an account.") },

	{ .name = "archive list", .run = cmd_archive_list, .fields = &list_in_fields, .mode = FIELD_PATCH, .options = "limit",
	  .columns = "username,status,type,restorable,archived_at,file", .help = N_("List archives, and whether their accounts can be restored.") },
	{ .name = "archive show", .target = "ADDRESS", .run = cmd_archive_show, .flags = CMD_TARGET,
	  .help = N_("Show what the snapshot in an archive holds.") },

	{ .name = "token add", .target = "NAME", .target_field = "name", .run = cmd_token_add, .fields = &token_in_fields, .mode = FIELD_WHOLE,
	  .options = "name,scope,ip,domains,days,owner", .columns = TOKEN_COLUMNS, .flags = CMD_TARGET_OPT | CMD_CHANGES,
	  .help = N_("Make a key for programs that use the API, and print it, this once.") },
	{ .name = "token list", .run = cmd_token_list, .columns = TOKEN_COLUMNS,
	  .help = N_("List the API's tokens.") },
	{ .name = "token rotate", .target = "NAME|ID", .target_field = "name", .run = cmd_token_rotate, .fields = &token_rotate_in_fields,
	  .mode = FIELD_PATCH, .options = "overlap", .columns = TOKEN_COLUMNS, .flags = CMD_TARGET | CMD_CHANGES,
	  .help = N_("Make a new token in place of one, which goes on for some hours; prints the new one once.") },
	{ .name = "token revoke", .target = "NAME|ID", .target_field = "name", .run = cmd_token_revoke, .fields = &token_pick_in_fields,
	  .mode = FIELD_PATCH, .options = "name,id", .columns = TOKEN_COLUMNS, .flags = CMD_TARGET_OPT | CMD_CHANGES,
	  .help = N_("Make a token void, at once and for good.") },

	{ .name = "audit verify", .run = cmd_audit_verify, .fields = &verify_in_fields, .mode = FIELD_PATCH, .options = "head",
	  .help = N_("Look through the seals of the log; names the first row that was changed or removed.") },

	{ .name = "doctor", .run = cmd_doctor, .fields = &doctor_in_fields, .mode = FIELD_PATCH, .options = "security",
	  .columns = "check,state,found,advice", .flags = CMD_SCHEMA,
	  .help = N_("Say what may be wrong with this installation; exit status 78 when something is bad.") },
	{ .name = "salt generate", .plain = cmd_salt_generate,
	  .help = N_("Print a fresh value for securitysalt.") },
	{ .name = "doc", .target = "keys|commands", .plain = cmd_doc, .flags = CMD_TARGET | CMD_HIDDEN,
	  .help = N_("Print a table as mdoc, for the manual pages.") },
	{ .name = "help", .target = "COMMAND", .plain = cmd_help, .flags = CMD_TARGET_OPT | CMD_WORDS,
	  .help = N_("Show this list, the commands of a noun, or one command.") },
	{ .name = "version", .plain = cmd_version, .help = N_("Show the version.") },
};
/* clang-format on */
const size_t commands_n = ARRAY_LEN(commands);
