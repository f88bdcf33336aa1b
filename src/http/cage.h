/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a server (http.h) has for a process that shuts itself in while it serves, and gives its place to another (proc/narrow.c). */
#ifndef HTTP_CAGE_H
#define HTTP_CAGE_H

#include "base/base.h"

struct http_server;

/* Are all of its threads there? None of them starts anything any more then. */
bool http_server_complete(struct http_server *s);
/*
 * For a cage in which no thread may end: from now on they rest when they are done. http_server_run() does not return then, http_server_wait() does,
 * and the process is to be ended as it is.
 */
void http_server_pin(struct http_server *s);
void http_server_wait(struct http_server *s);
/* From any thread, when another process is to take over the same sockets: each answer ends its connection. deaf: new ones are left to others. */
void http_server_retire(struct http_server *s, bool deaf);

#endif
