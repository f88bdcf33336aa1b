/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses, networks and lists of them, and who is at the far end of a chain of proxies. */
#include "base/base.h"

#include "base/net.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct {
	const char *in, *text, *site; /* text NULL: refused */
} addresses[] = {
	{ "192.0.2.1", "192.0.2.1", "192.0.2.1" },
	{ "::ffff:192.0.2.1", "192.0.2.1", "192.0.2.1" },
	{ "::ffff:c000:201", "192.0.2.1", "192.0.2.1" },
	{ "::1", "::1", "::/64" },
	{ "0:0:0:0:0:0:0:1", "::1", "::/64" },
	{ "2001:DB8:1:2:3:4:5:6", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64" },
	{ "", NULL, NULL },
	{ "192.0.2", NULL, NULL },
	{ "192.0.2.01", NULL, NULL },
	{ "192.0.2.256", NULL, NULL },
	{ "192.0.2.1 ", NULL, NULL },
	{ " 192.0.2.1", NULL, NULL },
	{ "192.0.2.1:80", NULL, NULL },
	{ "3221225985", NULL, NULL },
	{ "0xc0.0.2.1", NULL, NULL },
	{ "[::1]", NULL, NULL },
	{ "fe80::1%eth0", NULL, NULL },
	{ "1:2:3:4:5:6:7", NULL, NULL },
	{ ":::", NULL, NULL },
	{ "localhost", NULL, NULL },
	{ "1111111111111111111111111111111111111111111111111111:", NULL, NULL },
};

static void
test_addresses(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(addresses); i++) {
		struct net_addr a;
		char text[NET_TEXT_MAX];
		bool ok = net_addr_parse(addresses[i].in, strlen(addresses[i].in), &a);

		if (ok != (addresses[i].text != NULL))
			fail_msg("%s", addresses[i].in);
		if (!ok)
			continue;
		net_addr_text(&a, text);
		assert_string_equal(text, addresses[i].text);
		net_addr_site(&a, text);
		assert_string_equal(text, addresses[i].site);
	}
}

/* B7 */
static const struct {
	const char *cidr;
	bool ok;
	const char *in, *out; /* addresses inside and outside */
} networks[] = {
	{ "10.0.0.0/8", true, "10.255.255.255", "11.0.0.0" },
	{ "192.0.2.7", true, "192.0.2.7", "192.0.2.6" },
	{ "192.0.2.7/32", true, "::ffff:192.0.2.7", "::192.0.2.7" },
	{ "192.0.2.128/25", true, "192.0.2.128", "192.0.2.127" },
	{ "128.0.0.0/1", true, "255.255.255.255", "127.255.255.255" },
	{ "::ffff:10.0.0.0/104", true, "10.1.1.1", "11.1.1.1" },
	{ "2001:db8::/32", true, "2001:db8:ffff::1", "2001:db9::" },
	{ "2001:db8::1/128", true, "2001:db8:0:0::1", "2001:db8::2" },
	{ "fe80::/10", true, "febf::1", "fec0::1" },
	{ "0.0.0.0/0", false, NULL, NULL },
	{ "::/0", false, NULL, NULL },
	{ "10.0.0.0/33", false, NULL, NULL },
	{ "2001:db8::/129", false, NULL, NULL },
	{ "10.0.0.0/", false, NULL, NULL },
	{ "10.0.0.0/08", false, NULL, NULL },
	{ "10.0.0.0/+8", false, NULL, NULL },
	{ "10.0.0.0/8/8", false, NULL, NULL },
	{ "10.0.0.0/4294967304", false, NULL, NULL },
	{ "10.0.0.0/255.0.0.0", false, NULL, NULL },
	{ "10.1.2.3/8", false, NULL, NULL },
	{ "10.0.0/8", false, NULL, NULL },
	{ "/8", false, NULL, NULL },
	{ "proxy.example", false, NULL, NULL },
};

static struct net_addr
addr(const char *text)
{
	struct net_addr a;

	assert_true(net_addr_parse(text, strlen(text), &a));
	return a;
}

static void
test_networks(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(networks); i++) {
		struct net_cidr c;
		const char *expected = net_cidr_parse(networks[i].cidr, strlen(networks[i].cidr), &c);
		struct net_addr a;

		if ((expected == NULL) != networks[i].ok)
			fail_msg("%s: %s", networks[i].cidr, expected ? expected : "taken");
		if (expected)
			continue;
		a = addr(networks[i].in);
		assert_true(net_cidr_has(&c, &a));
		a = addr(networks[i].out);
		assert_false(net_cidr_has(&c, &a));
	}
}

static void
test_lists(void **state)
{
	struct net_addr a = addr("192.0.2.1"), b = addr("2001:db8::1");

	(void)state;
	assert_null(net_list_check(""));
	assert_null(net_list_check(" \t,, "));
	assert_null(net_list_check("10.0.0.0/8,192.0.2.0/24\t2001:db8::/32"));
	assert_non_null(net_list_check("10.0.0.0/8 192.0.2.0/0"));
	assert_non_null(net_list_check("10.0.0.0/8;192.0.2.0/24"));
	assert_true(net_list_has("10.0.0.0/8,192.0.2.0/24", &a));
	assert_false(net_list_has("10.0.0.0/8,192.0.2.0/24", &b));
	assert_true(net_list_has(", 10.0.0.0/8 ,2001:db8::/32 ,", &b));
	assert_false(net_list_has("", &a));
	assert_false(net_list_has(NULL, &a));
}

static void
test_private(void **state)
{
	static const char *const yes[] = { "127.0.0.1", "127.255.0.1", "10.0.0.1", "172.31.255.255",
		"192.168.0.1", "169.254.1.1", "::1", "fd00::1", "fe80::1", "::ffff:10.0.0.1" };
	static const char *const no[] = { "192.0.2.1", "172.32.0.0", "11.0.0.0", "0.0.0.0",
		"::", "2001:db8::1", "100.64.0.1", "::10.0.0.1", "::2" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
		struct net_addr a = addr(yes[i]);

		assert_true(net_addr_private(&a));
	}
	for (size_t i = 0; i < ARRAY_LEN(no); i++) {
		struct net_addr a = addr(no[i]);

		assert_false(net_addr_private(&a));
	}
}

#define PROXY "203.0.113.5"
static const struct net_trust off = { NET_TRUST_NONE, "", false };
static const struct net_trust automatic = { NET_TRUST_PRIVATE, "", false };
static const struct net_trust on = { NET_TRUST_LIST, PROXY " 10.9.0.0/16", false };
static const struct net_trust rfc = { NET_TRUST_LIST, PROXY " 10.9.0.0/16", true };

/* L1 to L4 */
static const struct {
	const struct net_trust *trust;
	const char *peer, *header, *client; /* peer NULL: Unix socket; client NULL: nobody has an address */
} clients[] = {
	/* straight from outside: what it says does not matter */
	{ &automatic, "198.51.100.1", "192.0.2.9", "198.51.100.1" },
	{ &on, "198.51.100.1", "192.0.2.9", "198.51.100.1" },
	{ &on, "10.0.0.1", "192.0.2.9", "10.0.0.1" },
	{ &off, "127.0.0.1", "192.0.2.9", "127.0.0.1" },
	{ &off, NULL, "192.0.2.9", NULL },
	{ &on, PROXY, NULL, PROXY },
	/* the right-most that is no proxy */
	{ &on, PROXY, "192.0.2.9", "192.0.2.9" },
	{ &on, PROXY, "203.0.113.77, 192.0.2.9, 10.9.0.1", "192.0.2.9" },
	{ &on, "::ffff:203.0.113.5", "6.6.6.6,192.0.2.9", "192.0.2.9" },
	{ &on, PROXY, "6.6.6.6, 10.8.0.1", "10.8.0.1" },
	{ &automatic, "127.0.0.1", "6.6.6.6, 192.0.2.9, 10.0.0.1", "192.0.2.9" },
	{ &automatic, NULL, "6.6.6.6, 2001:db8::9", "2001:db8::9" },
	{ &on, NULL, "192.0.2.9", "192.0.2.9" },
	/* all of them proxies or private: the left-most, not one for a whole LAN */
	{ &automatic, "127.0.0.1", "10.0.0.7, 192.168.0.1", "10.0.0.7" },
	{ &on, PROXY, "10.9.0.7, 10.9.0.1", "10.9.0.7" },
	/* forms */
	{ &on, PROXY, "192.0.2.9:4711", "192.0.2.9" },
	{ &on, PROXY, "[2001:db8::9]:4711", "2001:db8::9" },
	{ &on, PROXY, "[2001:db8::9]", "2001:db8::9" },
	{ &on, PROXY, " \t192.0.2.9 \t", "192.0.2.9" },
	{ &on, PROXY, "::ffff:192.0.2.9", "192.0.2.9" },
	/* what is no address ends the walk: nothing in front of it is believed */
	{ &on, PROXY, "6.6.6.6, unknown", PROXY },
	{ &on, PROXY, "6.6.6.6, _hidden, 10.9.0.1", "10.9.0.1" },
	{ &on, PROXY, "6.6.6.6, fe80::1%eth0", PROXY },
	{ &on, PROXY, "6.6.6.6, 192.0.2.9:x", PROXY },
	{ &on, PROXY, "6.6.6.6, 192.0.2.9:", PROXY },
	{ &on, PROXY, "6.6.6.6, [192.0.2.9]", PROXY },
	{ &on, PROXY, "6.6.6.6, [2001:db8::9", PROXY },
	{ &on, PROXY, "6.6.6.6, [2001:db8::9]x", PROXY },
	{ &on, PROXY, "6.6.6.6, 2001:db8::9]:1", PROXY },
	{ &on, PROXY, "6.6.6.6,", PROXY },
	{ &on, PROXY, "6.6.6.6, ,192.0.2.9", "192.0.2.9" },
	{ &on, PROXY, "6.6.6.6 192.0.2.9", PROXY },
	{ &on, PROXY, "for=192.0.2.9", PROXY },
	{ &on, PROXY, "", PROXY },
	{ &automatic, NULL, "6.6.6.6, unknown", NULL },
	/* Forwarded */
	{ &rfc, PROXY, "for=192.0.2.9", "192.0.2.9" },
	{ &rfc, PROXY, "For=192.0.2.9;proto=https;by=203.0.113.5", "192.0.2.9" },
	{ &rfc, PROXY, "proto=http; for=\"192.0.2.9:80\" ;host=a.example", "192.0.2.9" },
	{ &rfc, PROXY, "for=\"[2001:db8::9]:80\"", "2001:db8::9" },
	{ &rfc, PROXY, "for=6.6.6.6, for=192.0.2.9, for=10.9.0.1", "192.0.2.9" },
	{ &rfc, PROXY, "for=\"x, for=192.0.2.9", "192.0.2.9" }, /* an open quote in front swallows nothing */
	{ &rfc, PROXY, "for=192.0.2.9;host=\"x, for=6.6.6.6",
	    "6.6.6.6" }, /* only a proxy that quotes nothing writes so */
	{ &rfc, PROXY, "for=192.0.2.9;host=\"x, for=6.6.6.6\"", PROXY },
	{ &rfc, PROXY, "for=6.6.6.6, for=\"2001:db8::9\"", PROXY },
	{ &rfc, PROXY, "for=6.6.6.6, for=unknown", PROXY },
	{ &rfc, PROXY, "for=6.6.6.6, for=192.0.2.9;for=6.6.6.6", PROXY },
	{ &rfc, PROXY, "for=6.6.6.6, proto=https", PROXY },
	{ &rfc, PROXY, "for=6.6.6.6, for=", PROXY },
	{ &rfc, PROXY, "for=6.6.6.6, for=192.0.2.9;", PROXY },
	{ &rfc, PROXY, "for=6.6.6.6, =192.0.2.9", PROXY },
	{ &rfc, PROXY, "for=6.6.6.6, for=\"192.0.2.9\\\"", PROXY },
	{ &rfc, PROXY, "192.0.2.9", PROXY },
};

static void
test_clients(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(clients); i++) {
		struct net_addr peer, found;
		char text[NET_TEXT_MAX] = "nobody";

		if (clients[i].peer)
			peer = addr(clients[i].peer);
		if (net_client(clients[i].peer ? &peer : NULL, clients[i].header, clients[i].trust,
			&found))
			net_addr_text(&found, text);
		if (strcmp(text, clients[i].client ? clients[i].client : "nobody") != 0)
			fail_msg("%s via %s: %s", clients[i].header ? clients[i].header : "(none)",
			    clients[i].peer ? clients[i].peer : "unix", text);
	}
}

/* Ten thousand entries of ours are walked to the end, one strange one among them is not passed. */
static void
test_long_chain(void **state)
{
	static char header[10 * 10000 + 1];
	struct net_addr peer = addr(PROXY), found;
	char text[NET_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < 10000; i++)
		memcpy(header + 10 * i, "10.9.9.9, ", 10);
	header[10 * 10000 - 2] = '\0';
	memcpy(header, "10.9.1.1,", 9);
	assert_true(net_client(&peer, header, &on, &found));
	net_addr_text(&found, text);
	assert_string_equal(text, "10.9.1.1");
	memcpy(header + 50, "10.8", 4);
	assert_true(net_client(&peer, header, &on, &found));
	net_addr_text(&found, text);
	assert_string_equal(text, "10.8.9.9");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_networks),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_private),
		cmocka_unit_test(test_clients),
		cmocka_unit_test(test_long_chain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
