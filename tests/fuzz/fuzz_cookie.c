/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Cookie header: an id of ours is found where an independent reading finds exactly one, and two of one name refuse the request. */
#include "base/base.h"

#include "base/arena.h"
#include "fuzz/fuzz.h"
#include "svc/auth.h"
#include "web/call.h"
#include "web/web_int.h"

#define CHECK(cond) ((cond) ? (void)0 : abort())

/* How many parts between semicolons have that name; the value of the last. */
static size_t
count(struct arena *arena, const char *header, const char *name, const char **ret)
{
	char *rest = arena_strndup(arena, header, strlen(header)), *part;
	size_t n = 0, len = strlen(name);

	*ret = NULL;
	while ((part = strsep(&rest, ";"))) {
		size_t end;

		part += strspn(part, " ");
		for (end = strlen(part); end > 0 && part[end - 1] == ' '; end--)
			;
		part[end] = '\0';
		if (strcmp(part, name) != 0 && (strncmp(part, name, len) != 0 || part[len] != '='))
			continue;
		*ret = part[len] ? part + len + 1 : part + len;
		n++;
	}
	return n;
}

static bool
is_id(const char *text)
{
	return text && strlen(text) == SESSION_ID_LEN &&
	    strspn(text, "0123456789abcdef") == SESSION_ID_LEN;
}

static void
check(const char *found, size_t n, const char *value)
{
	if (n == 1 && is_id(value))
		CHECK(found && strcmp(found, value) == 0);
	else
		CHECK(!found);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena *arena = arena_new(0, ARENA_PLAIN);
	const char *text = arena_strndup(arena, len ? (const char *)data : "", len), *sid, *visitor;
	struct http_header header = { "cookie", text };
	struct http_req req = { .headers = &header, .n_headers = 1 };
	struct web web = { .cookie_session = "S", .cookie_visitor = "V" };
	struct call c = { .web = &web, .req = &req, .arena = arena, .errs = { .arena = arena } };
	enum rc rc = cookie_read(&c);
	size_t sids = count(arena, text, "S", &sid), visitors = count(arena, text, "V", &visitor);

	CHECK((rc == RC_OK) == (sids <= 1 && visitors <= 1));
	if (rc == RC_OK) {
		check(c.sid, sids, sid);
		check(c.visitor, visitors, visitor);
	} else {
		CHECK(c.errs.first);
	}
	arena_free(arena);
	return 0;
}
