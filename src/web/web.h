/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The panel and its JSON: everything between a complete HTTP request and its answer. proc makes one struct web per web process and gives its
 * three functions to the HTTP layer; all of them are called by many threads at once.
 */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include "base/base.h"
#include "http/http.h"

struct app;
struct web;

/* app is borrowed. Checks the route table (unique, complete) and fails with RC_INTERNAL when it is wrong. */
NODISCARD enum rc web_new(struct app *app, struct web **ret, struct errs *errs);
void web_free(struct web *web);
/* ctx is the struct web. */
void web_handle(void *ctx, const struct http_req *req, struct http_resp *resp);
size_t web_body_limit(void *ctx, enum http_method method, const char *path);
/* For refusals made by the HTTP layer itself (400, 413, 431, ...): the page in the panel's chrome. */
void web_error_page(void *ctx, int status, struct http_resp *resp);

#endif
