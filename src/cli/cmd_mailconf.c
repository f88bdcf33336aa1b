/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * config postfix|dovecot|texts: prints the lookup files, or the texts of mails, or writes them with --dir; config roles: the users the mail servers
 * sign in as.
 */
#include "base/base.h"

#include "base/arena.h"
#include "cli/cli.h"
#include "svc/mailconf.h"
#include "svc/text_files.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/*
 * The mail servers read these as users of their own. A file with a password is for root and the file's group, which is the folder's when that has
 * the set-group-id bit.
 */
#define FILE_MODE 0644
#define SECRET_MODE 0640

typedef enum rc (*make_files)(const struct conf *, const char *dir, struct arena *,
    struct mailconf *, struct errs *);

static bool
write_all(int fd, const char *text)
{
	size_t len = strlen(text);

	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		text += n;
		len -= (size_t)n;
	}
	return true;
}

/* Written beside and renamed, so that a mail server never reads half a file. */
static bool
write_file(const struct cli_call *call, const struct mailconf_file *f)
{
	const char *path = arena_printf(call->arena, "%s/%s", call->dir, f->name);
	const char *part = arena_printf(call->arena, "%s.part", path);
	int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
	    f->secret ? SECRET_MODE : FILE_MODE);
	bool ok = fd >= 0 && write_all(fd, f->text);

	if (fd >= 0 && close(fd) != 0)
		ok = false;
	ok = ok && rename(part, path) == 0;
	if (!ok)
		(void)fprintf(stderr, "vimbadmin: cannot write %s: %s\n", path, strerror(errno));
	else
		(void)printf("%s\n", path);
	return ok;
}

static int
give_files(struct cli_call *call, const struct mailconf_file *files, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!call->dir)
			(void)printf("### %s\n%s\n", files[i].name, files[i].text);
		else if (!write_file(call, &files[i]))
			return EXIT_OUTPUT;
	}
	return 0;
}

static int
mail_files(struct cli_call *call, make_files make, const char *default_dir)
{
	struct errs errs = { .arena = call->arena };
	struct mailconf files = { 0 };
	struct conf *conf = NULL;
	int status = call->roles ? cmd_config_roles(call) : cli_conf(call, &conf);
	enum rc rc;

	if (status != 0 || call->roles)
		return status;
	if ((rc = make(conf, call->dir ? call->dir : default_dir, call->arena, &files, &errs)) == RC_OK) {
		status = give_files(call, files.at, files.n);
	} else {
		print_faults(call, &errs);
		status = rc_exit(rc);
	}
	conf_free(conf);
	return status;
}

int
cmd_config_postfix(struct cli_call *call)
{
	return mail_files(call, mailconf_postfix, "/etc/postfix/vimbadmin");
}

int
cmd_config_dovecot(struct cli_call *call)
{
	return mail_files(call, mailconf_dovecot, "/etc/dovecot/vimbadmin");
}

int
cmd_config_roles(struct cli_call *call)
{
	struct errs errs = { .arena = call->arena };
	const char *sql = NULL;
	struct conf *conf = NULL;
	int status = cli_conf(call, &conf);
	enum rc rc;

	if (status != 0)
		return status;
	if ((rc = mailconf_roles(conf, call->arena, &sql, &errs)) == RC_OK) {
		(void)fputs(sql, stdout);
	} else {
		print_faults(call, &errs);
		status = rc_exit(rc);
	}
	conf_free(conf);
	return status;
}

int
cmd_config_texts(struct cli_call *call)
{
	struct mailconf_file *files = arena_array(call->arena, text_files_n, sizeof(*files));

	for (size_t i = 0; i < text_files_n; i++)
		files[i] = (struct mailconf_file){ text_files[i].name, text_files[i].text, false };
	return give_files(call, files, text_files_n);
}
