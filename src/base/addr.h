/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mail addresses and domain names: the one parser of the program, for every door. Canonical form: lower-case, the
 * domain as A-labels (IDNA2008), no white space. RFC 5321 limits: local part 64, address 254, label 63, domain 253.
 *
 * The local part is a dot-atom (RFC 5322 3.2.3) of letters, digits and - _ + = ~ ^ ' only; quoted strings, address
 * literals, single-label domains and trailing dots are refused (what rows hold already may stay: field.h's FIELD_KEPT). `*` and `?` are wildcards to doveadm (a delete for "?@d"
 * would empty the domain), `%` expands in Dovecot's and our own patterns, `/` makes paths.
 */
#ifndef BASE_ADDR_H
#define BASE_ADDR_H

#include "base/base.h"

#define ADDR_MAX 254
#define ADDR_SHOWN_MAX 1024 /* bytes of addr_display(): a U-label may be longer than its A-label */
#define ADDR_LOCAL_MAX 64
#define ADDR_DOMAIN_MAX 253

struct addr {
	char local[ADDR_LOCAL_MAX + 1];   /* "" for @domain */
	char domain[ADDR_DOMAIN_MAX + 1]; /* A-labels */
	char full[ADDR_MAX + 1];          /* local@domain, or @domain */
};

/* Characters that ViMbAdmin in PHP let be part of an address, and that harm nothing that reads them. */
#define ADDR_ODD_CHARS "!#$&{}"

enum addr_flags {
	ADDR_PLAIN = 0,
	ADDR_CATCH_ALL = 1 << 0, /* "@domain" is allowed too (alias addresses and targets) */
	ADDR_ODD = 1 << 1, /* ADDR_ODD_CHARS, too: for what exists; whether it may be made is the configuration's (svc/rules.h) */
};

/* All three: NULL when fine and the result written, else a N_() sentence saying what is wrong (result untouched). */
NODISCARD const char *addr_parse(const char *text, enum addr_flags flags, struct addr *ret);
NODISCARD const char *addr_local_parse(const char *text, char ret_local[ADDR_LOCAL_MAX + 1]);
NODISCARD const char *addr_local_parse_odd(const char *text,
    char ret_local[ADDR_LOCAL_MAX + 1]); /* as with ADDR_ODD */
NODISCARD const char *addr_domain_parse(const char *text, char ret_domain[ADDR_DOMAIN_MAX + 1]);

/* U-label form of a canonical domain or address for showing; the text itself where it has none. buf of size n. */
const char *addr_display(const char *canonical, char *buf, size_t n);

#endif
