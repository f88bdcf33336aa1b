/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The head of a request, byte by byte: RFC 9112 without any of the leniency it permits. The parser is fed the same growing buffer
 * again and again, looks at each byte once, changes only lines that are complete (NULs, lower case) and gives the same verdict
 * however the bytes were split. Pointers in the result go into that buffer.
 */
#ifndef HTTP_PARSE_H
#define HTTP_PARSE_H

#include "http/http.h"

#define HTTP_HEAD_MAX 16384
#define HTTP_LINE_MAX 8192 /* request line */
#define HTTP_HEADERS_MAX 100

enum {
	HTTP_PARSE_MORE = 0,
	HTTP_PARSE_DONE = 1
}; /* other verdicts are the HTTP status to refuse with */

struct http_head {
	struct http_req req; /* all but body and peer */
	size_t end;          /* bytes of the head, with its empty line */
	uint64_t body_len;
	bool http10, keep_alive;
	bool expect_continue;

	size_t seen, line; /* bytes looked at; where the line being read begins */
	bool have_line, has_length, has_coding, close, persist;
	unsigned once;   /* which singular headers were there */
	char *authority; /* of the absolute form, else NULL */
	size_t authority_len;
	struct http_header headers[HTTP_HEADERS_MAX];
	char path[HTTP_LINE_MAX + 1];
};

void http_head_init(struct http_head *h);
/* buf holds len bytes from the first of the request on, at most HTTP_HEAD_MAX; those of earlier calls are where they were. */
int http_head_feed(struct http_head *h, char *buf, size_t len);

/* target.c: fills req.path, req.query, req.target and authority from a request target of n characters; 0 or a status. */
int http_target(struct http_head *h, char *target, size_t n);
/* host or host:port as in a URL. */
bool http_authority_valid(const char *text);

#endif
