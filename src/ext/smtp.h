/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Handing one mail to the configured mail server, by libcurl. TLS is what the configuration says or there is no mail; certificates are checked unless
 * it says otherwise; nothing of the environment (proxies, .netrc) counts; everything ends at a deadline. It does not try again: that is the caller's.
 */
#ifndef EXT_SMTP_H
#define EXT_SMTP_H

#include "base/base.h"
#include "base/rc.h"
#include "conf/conf.h"

struct arena;

/* One mail for one recipient. Addresses are canonical (base/addr). */
struct smtp_mail {
	const char *from_name, *from, *to;
	const char *subject;
	const char *text, *html; /* bodies in UTF-8 with LF; one of them may be NULL */
	const char *id;          /* of the message, without the @domain; the same for each try */
	int64_t date;
};

/* How far it came. */
struct smtp_report {
	const char *step; /* what was being done: "connect", "TLS", "AUTH", "RCPT TO" ...; static */
	int code;         /* of the server's last answer, 0: none */
	const char *said; /* that answer, in the arena; "" */
};

/*
 * Once per process, before it is shut in: loads what the first mail would load from files (names, TLS). RC_INTERNAL when the library does not start.
 */
NODISCARD enum rc smtp_prepare(const struct conf_mail *conf, struct errs *errs);

/*
 * RC_OK: the server took the mail. RC_INVALID: it refused this mail for good (5xx to sender, recipient or content), or the mail is not one; trying
 * again is of no use. RC_UNAVAILABLE: all else. The fault says in one sentence what failed where.
 */
NODISCARD enum rc smtp_send(const struct conf_mail *conf, const struct smtp_mail *mail,
    int64_t timeout_ms, struct smtp_report *ret, struct errs *errs);

#endif
