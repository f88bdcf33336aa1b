/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The log sink: one write per line to stderr. It is asked first whether it takes a line at once; if not, the line is dropped and counted, and the
 * next one that goes through says how many are missing. A reader that hangs thus never stops a request.
 */
#include "base/base.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"

#include <poll.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <unistd.h>

static struct {
	char who[16];
	enum log_level level;
	bool journal; /* stderr is the journal's: prefix <N>, no time stamp */
	_Atomic unsigned dropped;
	int epoll;   /* -1: asked by poll() */
	bool always; /* it is a file: it takes everything */
} sink = { .who = "vimbadmin", .level = LOG_LEVEL_INFO, .epoll = -1 };

static const char *const level_names[] = {
	[LOG_LEVEL_ERROR] = "error",
	[LOG_LEVEL_WARN] = "warn",
	[LOG_LEVEL_INFO] = "info",
	[LOG_LEVEL_DEBUG] = "debug",
};
static const char syslog_digits[] = "3467";

void
log_open(const char *who, enum log_level level)
{
	(void)snprintf(sink.who, sizeof(sink.who), "%s", who);
	sink.level = level;
	sink.journal = getenv("JOURNAL_STREAM") != NULL;
}

void
log_by_epoll(void)
{
	struct epoll_event ev = { .events = EPOLLOUT };

	sink.epoll = epoll_create1(EPOLL_CLOEXEC);
	if (sink.epoll < 0)
		abort();
	sink.always = epoll_ctl(sink.epoll, EPOLL_CTL_ADD, STDERR_FILENO, &ev) != 0;
}

static bool
takes_a_line(void)
{
	struct pollfd p = { .fd = STDERR_FILENO, .events = POLLOUT };
	struct epoll_event ev;

	if (sink.always)
		return true;
	if (sink.epoll >= 0)
		return epoll_wait(sink.epoll, &ev, 1, 0) == 1 && ev.events & EPOLLOUT;
	return poll(&p, 1, 0) == 1 && p.revents & POLLOUT;
}

bool
log_level_parse(const char *text, enum log_level *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(level_names); i++) {
		if (strcmp(text, level_names[i]) == 0) {
			*ret = (enum log_level)i;
			return true;
		}
	}
	return false;
}

static void
line_start(struct str *line, enum log_level level, const char *event)
{
	if (sink.journal) {
		str_addf(line, "<%c>", syslog_digits[level]);
	} else {
		clock_rfc3339(clock_now(), line);
		str_addc(line, ' ');
	}
	str_addf(line, "%s %s ", level_names[level], sink.who);
	str_add_log(line, event);
}

static void
line_write(struct str *line)
{
	unsigned dropped = atomic_exchange(&sink.dropped, 0);

	if (dropped > 0)
		str_addf(line, " dropped_before=%u", dropped);
	str_addc(line, '\n');
	if (takes_a_line() && write(STDERR_FILENO, line->data, line->len) > 0)
		return;
	atomic_fetch_add(&sink.dropped, dropped + 1);
}

void
log_write(enum log_level level, const char *event, const struct log_field *fields)
{
	struct str line;

	if (level > sink.level)
		return;
	str_init(&line, (size_t)64 << 10);
	line_start(&line, level, event);
	for (; fields->key; fields++) {
		str_addf(&line, " %s=", fields->key);
		if (fields->text)
			str_add_log(&line, fields->text);
		else
			str_addi(&line, fields->number);
	}
	if (line.data)
		line_write(&line);
	str_release(&line);
}
