/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Log lines are an event name and typed fields, never prose: log_info("mailbox.created", L_INT("id", id), L_END).
 * One line per event, key=value, to stderr (with the <N> priority prefix when the journal listens). Values go through
 * str_add_log, so no outside byte can forge a line. A blocked or closed sink never blocks or ends the process.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/base.h"

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

struct log_field {
	const char *key;  /* NULL ends the list */
	const char *text; /* NULL: the number counts */
	int64_t number;
};
#define L_TEXT(k, v) ((struct log_field){ (k), (v) ? (v) : "", 0 })
#define L_INT(k, v) ((struct log_field){ (k), NULL, (int64_t)(v) })
#define L_END ((struct log_field){ NULL, NULL, 0 })

/* who: name of the process shown on every line ("web", "keeper"); level: the most detailed one that is written. */
void log_open(const char *who, enum log_level level);
/* To ask whether the sink takes a line by epoll_wait(), which cages allow that do not allow poll(). After log_open(). */
void log_by_epoll(void);
bool log_level_parse(const char *text, enum log_level *ret);
void log_write(enum log_level level, const char *event, const struct log_field *fields);

#define LOG_AT_(level, event, ...) \
	log_write((level), (event), (const struct log_field[]){ __VA_ARGS__ })
#define log_error(event, ...) LOG_AT_(LOG_LEVEL_ERROR, event, __VA_ARGS__)
#define log_warn(event, ...) LOG_AT_(LOG_LEVEL_WARN, event, __VA_ARGS__)
#define log_info(event, ...) LOG_AT_(LOG_LEVEL_INFO, event, __VA_ARGS__)
#define log_debug(event, ...) LOG_AT_(LOG_LEVEL_DEBUG, event, __VA_ARGS__)

#endif
