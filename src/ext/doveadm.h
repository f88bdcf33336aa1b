/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Dovecot's doveadm HTTP API, by libcurl. Its key is as good as root on Dovecot's machine, and some of its parameters would run commands there: so what
 * can be asked is a closed table of commands, and what goes into them is typed and checked once more right before it is sent. The host is the
 * configuration's, there are no redirects and no proxies, certificates are always checked, answers are small, and everything ends at a deadline.
 * It does not try again: that is the caller's.
 */
#ifndef EXT_DOVEADM_H
#define EXT_DOVEADM_H

#include "base/base.h"
#include "base/rc.h"
#include "conf/conf.h"

#define DOVEADM_USERS_MAX 200

struct arena;
struct json_t;

enum doveadm_command {
	DOVEADM_AUTH_FLUSH, /* forget what was looked up: of users, or of everybody where there are none */
	DOVEADM_AUTH_FLUSH_MASK, /* the same as Dovecot has it from 2.4.3 on */
	DOVEADM__MAX
};

struct doveadm_call {
	enum doveadm_command command;
	const char *const *users; /* canonical addresses (base/addr), which hold no wildcard */
	size_t n_users;
	int64_t timeout_ms;
};

struct doveadm_reply {
	struct json_t *rows; /* array; NULL unless the command was carried out */
	const char *type;    /* of the error it answered with, "" = none; printable, in the arena */
	int64_t exit_code;   /* that came with it; 0: none */
	bool known_method;   /* false: this Dovecot has no such command or parameter */
	bool refused_key;
};
void doveadm_reply_end(struct doveadm_reply *r);

/* Once per process, before it is shut in. RC_INTERNAL when the library does not start. */
NODISCARD enum rc doveadm_prepare(const struct conf_doveadm *conf, struct errs *errs);

/*
 * RC_OK: Dovecot says that it is done; nothing less is. RC_INVALID: it says no, and would again. RC_UNAVAILABLE: all else, a wrong key among it; whether
 * it was done nobody knows. The fault says in one sentence what failed.
 */
NODISCARD enum rc doveadm_ask(const struct conf_doveadm *conf, const struct doveadm_call *call,
    struct doveadm_reply *ret, struct errs *errs);
/* The same, in the words of whichever Dovecot it is. users is NULL and n 0: everybody. */
NODISCARD enum rc doveadm_auth_flush(const struct conf_doveadm *conf, const char *const *users,
    size_t n, int64_t timeout_ms, struct errs *errs);

/* Its list of commands: proves that it answers and takes the key, and changes nothing. */
struct doveadm_about {
	size_t commands;
	bool flush_by_mask; /* the flush of the auth cache takes what 2.4.3 and later call it */
};
NODISCARD enum rc doveadm_probe(const struct conf_doveadm *conf, int64_t timeout_ms,
    struct doveadm_about *ret, struct errs *errs);

/* Is it an address that may stand where doveadm expects a user? */
bool doveadm_user_ok(const char *user);

#endif
