/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bisects a sorted file of hashes. The file is mapped, so that a look needs no system call and touches some forty pages of it; its lines may differ in
 * length (a count may follow the hash), so each step goes to the start of the line it fell into. The surprising thing: who shortens the file in place while it
 * is mapped ends the process; a new list is put in its place by renaming.
 */
#include "base/base.h"

#include "base/log.h"
#include "svc/breached.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/sha1.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define HASH_LEN ((size_t)40)
#define LINE_ROOM 100 /* a hash, a colon, a count and an end */

struct breached {
	const char *at; /* NULL: cannot be read */
	size_t len;
};

/* ---- the file ---- */

static bool
is_hash(const char *line, size_t left)
{
	if (left <= HASH_LEN)
		return false;
	for (size_t i = 0; i < HASH_LEN; i++)
		if (!strchr("0123456789ABCDEFabcdef", line[i]))
			return false;
	return strchr(":\r\n", line[HASH_LEN]) != NULL;
}

/* "" or why not. */
static const char *
map(struct breached *b, int fd)
{
	struct stat st;
	void *at;

	if (fd < 0 || fstat(fd, &st) != 0)
		return strerror(errno);
	if (!S_ISREG(st.st_mode) || st.st_size == 0)
		return "no file, or empty";
	at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED | MAP_NORESERVE, fd, 0);
	if (at == MAP_FAILED)
		return strerror(errno);
	(void)madvise(at, (size_t)st.st_size, MADV_RANDOM);
	b->at = at;
	b->len = (size_t)st.st_size;
	return is_hash(at, b->len) ? "" : "does not begin with a SHA-1 in hex";
}

static void
unmap(struct breached *b)
{
	if (b->at)
		(void)munmap((void *)(uintptr_t)b->at, b->len);
	b->at = NULL;
}

struct breached *
breached_open(const char *path)
{
	struct breached *b;
	const char *why;
	int fd;

	if (!path || !*path)
		return NULL;
	b = calloc(1, sizeof(*b));
	if (!b)
		abort();
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	why = map(b, fd);
	if (*why) {
		log_error("password.breached_file", L_TEXT("path", path), L_TEXT("why", why), L_END);
		unmap(b);
	}
	if (fd >= 0)
		close(fd);
	return b;
}

void
breached_close(struct breached *b)
{
	if (!b)
		return;
	unmap(b);
	free(b);
}

/* ---- a look ---- */

static void
hash_of(const char *password, char ret[HASH_LEN + 1])
{
	uint8_t digest[SHA1_DIGEST_SIZE];
	struct sha1_ctx c;

	sha1_init(&c);
	sha1_update(&c, strlen(password), (const uint8_t *)password);
	sha1_digest(&c, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		(void)snprintf(ret + 2 * i, 3, "%02X", digest[i]);
	explicit_bzero(&c, sizeof(c));
	explicit_bzero(digest, sizeof(digest));
}

/* The first byte of the line that `at` stands in, not before `from`. */
static size_t
line_start(const struct breached *b, size_t from, size_t at)
{
	size_t least = at - MIN(at - from, (size_t)LINE_ROOM);

	while (at > least && b->at[at - 1] != '\n')
		at--;
	return at;
}

static size_t
line_end(const struct breached *b, size_t at)
{
	const char *end = memchr(b->at + at, '\n', MIN(b->len - at, (size_t)LINE_ROOM));

	return end ? (size_t)(end - b->at) + 1 : b->len;
}

static int
compare(const char *line, const char *hash)
{
	for (size_t i = 0; i < HASH_LEN; i++) {
		int c = line[i] >= 'a' ? line[i] - 'a' + 'A' : line[i];

		if (c != hash[i])
			return c - hash[i];
	}
	return 0;
}

enum rc
breached_has(const struct breached *b, const char *password, bool *ret)
{
	char hash[HASH_LEN + 1];
	size_t from = 0, to = b ? b->len : 0;

	*ret = false;
	if (b && !b->at)
		return RC_UNAVAILABLE;
	hash_of(password, hash);
	while (from < to && !*ret) {
		size_t at = line_start(b, from, from + (to - from) / 2);
		int order = b->len - at < HASH_LEN ? 1 : compare(b->at + at, hash);

		*ret = order == 0;
		if (order > 0)
			to = at;
		else
			from = line_end(b, at);
	}
	explicit_bzero(hash, sizeof(hash));
	return RC_OK;
}
