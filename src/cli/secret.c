/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Passwords for commands: one line from standard input (--password-stdin), or asked for on the terminal without echo. Never from the
 * environment; --password TEXT exists for scripts that know what they do, and shows in the process list.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/pwhash.h"
#include "cli/cli.h"

#include <errno.h>
#include <termios.h>
#include <unistd.h>

static enum rc
read_line(struct cli_call *call, int fd, const char **ret)
{
	char *buf = arena_alloc(call->arena, PW_MAX_BYTES + 2);
	size_t n = 0;

	for (;;) {
		ssize_t got = read(fd, buf + n, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || buf[n] == '\n')
			break;
		if (++n > PW_MAX_BYTES)
			return err_add(&call->errs, RC_INVALID, "password",
			    "A password has at most %d bytes.", PW_MAX_BYTES);
	}
	buf[n] = '\0';
	if (n > 0 && buf[n - 1] == '\r')
		buf[n - 1] = '\0';
	*ret = buf;
	return *buf
	    ? RC_OK
	    : err_add(&call->errs, RC_INVALID, "password", "No password came from standard input.");
}

static enum rc
ask(struct cli_call *call, const char *prompt, const char **ret)
{
	struct termios old, quiet;
	enum rc rc;

	*ret = "";
	if (tcgetattr(STDIN_FILENO, &old) != 0)
		return err_add(&call->errs, RC_INVALID, "password",
		    "Cannot ask for a password on this terminal.");
	quiet = old;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	(void)fprintf(stderr, "%s", prompt);
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	rc = read_line(call, STDIN_FILENO, ret);
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
	(void)fprintf(stderr, "\n");
	return rc;
}

static enum rc
ask_twice(struct cli_call *call, const char **ret)
{
	const char *again;
	enum rc rc;

	if ((rc = ask(call, "New password: ", ret)) != RC_OK ||
	    (rc = ask(call, "Again: ", &again)) != RC_OK)
		return rc;
	if (strcmp(*ret, again) != 0)
		return err_add(&call->errs, RC_INVALID, "password", "The two entries differ.");
	return RC_OK;
}

/* Has the command another way to its password: a field that was given? */
static bool
given_otherwise(const struct cli_call *call)
{
	static const char *const ways[] = { "password", "hash", "generate" };

	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		const struct field *f = field_by_name(call->command->fields, ways[i]);

		if (f && field_given(call->command->fields, call->in, f->off))
			return true;
	}
	return false;
}

enum rc
secret_read(struct cli_call *call)
{
	const struct field *f;
	const char *text = NULL;
	enum rc rc;

	if (!call->command || !(call->command->flags & CMD_PASSWORD) || given_otherwise(call))
		return RC_OK;
	if (!call->password_stdin && !isatty(STDIN_FILENO))
		return err_add(&call->errs, RC_INVALID, "password",
		    "Give the password with --password-stdin.");
	rc = call->password_stdin ? read_line(call, STDIN_FILENO, &text) : ask_twice(call, &text);
	if (rc != RC_OK)
		return rc;
	f = field_by_name(call->command->fields, "password");
	field_set_text(f, call->in, text);
	*(uint64_t *)call->in |= UINT64_C(1) << (f - call->command->fields->at);
	return RC_OK;
}
