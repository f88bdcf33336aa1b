/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where Dovecot's doveadm HTTP API is: what the keys doveadm.* say, taken apart. */
#ifndef CONF_DOVEADM_H
#define CONF_DOVEADM_H

#include "base/base.h"

/* Dovecot's doveadm HTTP API, asked by the keeper. */
struct conf_doveadm {
	const char *url;     /* "" = there is none */
	const char *api_key; /* as good as root on Dovecot's machine */
	const char *ca_file; /* "" = the system's authorities */
	int64_t timeout;     /* seconds, of what takes long there */
};

/* Is it to be asked; over TLS; at which port; and at which host (no NUL behind it; its length comes back). */
bool conf_doveadm_on(const struct conf_doveadm *d);
bool conf_doveadm_tls(const struct conf_doveadm *d);
unsigned conf_doveadm_port(const struct conf_doveadm *d);
size_t conf_doveadm_host(const struct conf_doveadm *d, const char **ret_host);

#endif
