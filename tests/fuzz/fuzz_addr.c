/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Addresses and domains: what is accepted is within the limits of RFC 5321, holds none of the characters that mean something to doveadm, Dovecot,
 * Postfix or a shell, and is canonical: it reads as itself, in its shown form too.
 */
#include "base/base.h"

#include "base/addr.h"
#include "fuzz/fuzz.h"

#define CHECK(cond) ((cond) ? (void)0 : abort())

static const char local_bytes[] = "abcdefghijklmnopqrstuvwxyz0123456789.-_+=~^'";
static const char odd_bytes[] = "abcdefghijklmnopqrstuvwxyz0123456789.-_+=~^'" ADDR_ODD_CHARS;
static const char domain_bytes[] = "abcdefghijklmnopqrstuvwxyz0123456789.-";

static void
check_domain(const char *domain)
{
	char again[ADDR_DOMAIN_MAX + 1], shown[ADDR_SHOWN_MAX];
	const char *dot;

	CHECK(strlen(domain) <= ADDR_DOMAIN_MAX && strchr(domain, '.'));
	CHECK(strspn(domain, domain_bytes) == strlen(domain));
	for (const char *at = domain; at; at = dot ? dot + 1 : NULL) {
		size_t n = strcspn(at, ".");

		dot = at[n] ? at + n : NULL;
		CHECK(n >= 1 && n <= 63 && at[0] != '-' && at[n - 1] != '-');
	}
	CHECK(addr_domain_parse(domain, again) == NULL && strcmp(again, domain) == 0);
	CHECK(addr_domain_parse(addr_display(domain, shown, sizeof(shown)), again) == NULL);
	CHECK(strcmp(again, domain) == 0);
}

static void
check_local(const char *local, bool odd)
{
	char again[ADDR_LOCAL_MAX + 1];
	size_t n = strlen(local);

	CHECK(n >= 1 && n <= ADDR_LOCAL_MAX && strspn(local, odd ? odd_bytes : local_bytes) == n);
	CHECK(local[0] != '.' && local[n - 1] != '.' && strstr(local, "..") == NULL);
	CHECK((odd ? addr_local_parse_odd : addr_local_parse)(local, again) == NULL);
	CHECK(strcmp(again, local) == 0);
}

static void
check_addr(const struct addr *a, enum addr_flags flags)
{
	struct addr again;
	char shown[ADDR_SHOWN_MAX];
	size_t n = strlen(a->local);

	CHECK(strlen(a->full) <= ADDR_MAX && strncmp(a->full, a->local, n) == 0 && a->full[n] == '@');
	CHECK(strcmp(a->full + n + 1, a->domain) == 0);
	CHECK(n > 0 || (flags & ADDR_CATCH_ALL));
	if (n > 0)
		check_local(a->local, flags & ADDR_ODD);
	check_domain(a->domain);
	CHECK(addr_parse(a->full, flags, &again) == NULL && strcmp(again.full, a->full) == 0);
	CHECK(addr_parse(addr_display(a->full, shown, sizeof(shown)), flags, &again) == NULL);
	CHECK(strcmp(again.full, a->full) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char text[2048], domain[ADDR_DOMAIN_MAX + 1], local[ADDR_LOCAL_MAX + 1];
	struct addr a;

	len = MIN(len, sizeof(text) - 1);
	memcpy(text, data, len);
	text[len] = '\0';
	if (!addr_parse(text, ADDR_PLAIN, &a))
		check_addr(&a, ADDR_PLAIN);
	if (!addr_parse(text, ADDR_CATCH_ALL, &a))
		check_addr(&a, ADDR_CATCH_ALL);
	if (!addr_parse(text, ADDR_CATCH_ALL | ADDR_ODD, &a))
		check_addr(&a, ADDR_CATCH_ALL | ADDR_ODD);
	if (!addr_domain_parse(text, domain))
		check_domain(domain);
	if (!addr_local_parse(text, local))
		check_local(local, false);
	if (!addr_local_parse_odd(text, local))
		check_local(local, true);
	return 0;
}
