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
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

/* Is there something to read? false when a signal came that ends the program. */
static bool
wait_for(int fd, int stop)
{
	struct pollfd fds[] = { { .fd = fd, .events = POLLIN }, { .fd = stop, .events = POLLIN } };

	while (poll(fds, ARRAY_LEN(fds), -1) < 0)
		if (errno != EINTR)
			return false;
	return fds[1].revents == 0;
}

static enum rc
read_line(struct cli_call *call, int fd, int stop, const char **ret)
{
	char *buf = arena_alloc(call->arena, PW_MAX_BYTES + 2);
	size_t n = 0;

	while (wait_for(fd, stop)) {
		ssize_t got = read(fd, buf + n, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || buf[n] == '\n')
			break;
		if (!buf[n])
			return err_add(&call->errs, RC_INVALID, "password",
			    "A password cannot hold a NUL.");
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

/*
 * A signal that ends the program is held back until the terminal echoes again: blocked it stays
 * pending, the descriptor only tells that it is there.
 */
static enum rc
ask(struct cli_call *call, const char *prompt, const char **ret)
{
	struct termios old, quiet;
	sigset_t ending, before;
	int stop;
	enum rc rc;

	*ret = "";
	sigemptyset(&ending);
	sigaddset(&ending, SIGINT);
	sigaddset(&ending, SIGTERM);
	sigaddset(&ending, SIGQUIT);
	sigaddset(&ending, SIGHUP);
	if (tcgetattr(STDIN_FILENO, &old) != 0)
		return err_add(&call->errs, RC_INVALID, "password",
		    "Cannot ask for a password on this terminal.");
	quiet = old;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	(void)sigprocmask(SIG_BLOCK, &ending, &before);
	stop = signalfd(-1, &ending, SFD_CLOEXEC);
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	(void)fprintf(stderr, "%s", prompt); /* now: what is typed at once must not be shown nor lost */
	rc = read_line(call, STDIN_FILENO, stop, ret);
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
	(void)fprintf(stderr, "\n");
	if (stop >= 0)
		(void)close(stop);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
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

/* The same checks as of a password that came through any other door. */
static enum rc
take(struct cli_call *call, const char *text)
{
	const struct fields *fields = call->command->fields;
	const struct field *f = field_by_name(fields, "password");
	const struct pair pair = { .name = f->name, .text = text, .len = strlen(text) };
	void *scratch = arena_alloc(call->arena, fields->size);
	enum rc rc = field_parse(fields, FIELD_PATCH, &pair, 1, scratch, call->arena, &call->errs);

	if (rc != RC_OK)
		return rc;
	field_set_text(f, call->in, field_text(f, scratch));
	*(uint64_t *)call->in |= UINT64_C(1) << (f - fields->at);
	return RC_OK;
}

/* Has the command another way to its password: a field that was given? */
static bool
given_otherwise(const struct cli_call *call)
{
	static const char *const ways[] = { "password", "hash", "generate", "invite" };

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
	const char *text = "";
	enum rc rc;

	if (!call->command || !(call->command->flags & CMD_PASSWORD))
		return RC_OK;
	if (given_otherwise(call))
		return !call->password_stdin
		    ? RC_OK
		    : err_add(&call->errs, RC_MALFORMED, "password",
			  "Give one of --password-stdin, --password, --hash and --generate.");
	if (!call->password_stdin && !isatty(STDIN_FILENO))
		return err_add(&call->errs, RC_INVALID, "password",
		    "Give the password with --password-stdin.");
	rc = call->password_stdin ? read_line(call, STDIN_FILENO, -1, &text) : ask_twice(call, &text);
	return rc == RC_OK ? take(call, text) : rc;
}
