/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Answers: a page or JSON from the same handler, redirects, faults. Bodies go straight into the buffer that is sent; headers are
 * collected in call->answer and written once, when the op is over.
 */
#ifndef WEB_REPLY_H
#define WEB_REPLY_H

#include "base/base.h"
#include "base/field.h"
#include "base/rc.h"
#include "model/list.h"
#include "view/page.h"
#include "view/route_id.h"

struct call;
struct op;
struct str;

/* A text in the language of who looks; call_printf() in the request's memory. */
const char *call_text(const struct call *c, const char *text) __attribute__((format_arg(2)));
const char *call_printf(struct call *c, const char *fmt, ...) PRINTFLIKE(2, 3);

/* Starts over: no body, no headers. */
void reply_reset(struct call *c);

/* A page: opens it (status, title, which is translated) and gives the buffer for the view; reply_page_end() closes it. */
struct str *reply_page(struct call *c, int status, const char *title);
enum rc reply_page_end(struct call *c);
/* A JSON body: the buffer to write into. */
struct str *reply_json(struct call *c, int status);

/* The object itself as JSON, with its revision. */
enum rc reply_object(struct call *c, int status, const struct fields *f, const void *obj);
/* The same after a change, with a password that was made (or NULL) and what there is to be warned of. */
enum rc reply_made(struct call *c, int status, const struct fields *f, const void *obj,
    const char *password);
/* {"rows":[...],"total":n,"total_at_least":b,"next":c,"prev":c}; info NULL: all rows are here. */
enum rc reply_rows(struct call *c, const struct fields *f, const void *rows, size_t n,
    const struct list_info *info);
/* 303 to a route of ours. */
enum rc reply_to(struct call *c, enum route_id route, int64_t id);
/* 303 to a local path that was checked (reply_safe_path). */
enum rc reply_to_path(struct call *c, const char *path);
/* A change is done: JSON {"ok":true} or the object, or 303 with the message; to a list as it was when the form was opened. */
enum rc reply_done(struct call *c, const char *back, const struct fields *f, const void *obj);
/* The same for a switch: back to the list it stands in (the field back), else to that route. */
enum rc reply_back(struct call *c, enum route_id route, const struct fields *f, const void *obj);
/* Ready JSON. */
enum rc reply_json_text(struct call *c, const char *json);
/* Message for the next page, translated; only text of ours and names, it is escaped there. */
void reply_flash(struct call *c, enum page_flash kind, const char *fmt, ...) PRINTFLIKE(3, 4);

/* The error page (or JSON) of an outcome; op may be NULL: then call->errs say what is wrong. */
void reply_fault(struct call *c, struct op *op, enum rc rc);
/* An HTTP status without an outcome of ours (405, 415, 421 ...). */
void reply_status(struct call *c, int status);

/* path?query of a known GET route that may be gone to after signing in; NULL otherwise. */
const char *reply_safe_path(struct call *c, const char *path);
/* The same where nobody is signed in yet, too. */
const char *reply_again(struct call *c, const char *path);
/* A domain or an address as people read it, in the request's memory. */
const char *reply_shown(struct call *c, const char *address);
/* The path of a route in the request's memory. */
const char *reply_path(struct call *c, enum route_id route, int64_t id);
/* Writes headers into the answer; the last thing that happens. */
void reply_finish(struct call *c);

#endif
