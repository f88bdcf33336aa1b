/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What lives as long as the web process; shared by the files of this folder that make and check requests. */
#ifndef WEB_INT_H
#define WEB_INT_H

#include "base/base.h"
#include "base/net.h"
#include "web/look.h"
#include "web/web.h"
#include "web/words.h"

#include <stdatomic.h>

struct arena;
struct conf;
struct op;
struct call;

struct web {
	struct app *app;
	const struct conf *conf;
	struct arena *arena;
	bool secure; /* people come over https: cookies are Secure and carry the __Host- prefix */
	bool any_address;   /* listens on a wildcard: addresses as host names are answered */
	const char *origin; /* of public_url, NULL: only the Host header says */
	const char *mount;  /* path of public_url: "/vimbadmin", or "" at the root */
	size_t mount_len;
	bool mount_kept, mount_stripped; /* in what proxies send the mount may stand, may be missing */
	const char **hosts;     /* names answered, lower-case, without port; NULL-terminated */
	struct net_trust trust; /* whose word on the client's address counts */
	const char *cookie_session, *cookie_visitor, *cookie_flash;
	const char *cookie_import; /* what passwords that an import makes are sealed for */
	const char *cookie_language;
	const char *cookie_parked; /* a sign-in whose second step is to come */
	char key[65]; /* random; with the counter it makes ids without asking the kernel each time */
	atomic_ullong made;
	struct look look; /* the operator's */
	struct words words;
	atomic_bool has_admin; /* seen once, true for ever: the last super cannot be removed */
};

/* origin.c: names and origins out of the configuration, and the checks against them. */
void origin_init(struct web *web);
bool origin_host_known(const struct web *web, const char *host);
/* May the answer be read, or probed, by the page that asks (Sec-Fetch-Site)? Of other sites only a link that is followed may. */
bool origin_may_read(const struct call *c);
/* Does a change come from a page of ours (Sec-Fetch-Site, Origin, Referer)? */
bool origin_ours(const struct call *c);
/* Did a browser send this from a page that is not ours? */
bool origin_foreign(const struct call *c);

/* mount.c: the path of public_url, in front of all that leaves and of what comes in. */
void mount_init(struct web *web);
/* The panel's own part of a path that was asked for; NULL: it is not the panel's. */
const char *mount_asked(const struct web *web, struct arena *arena, const char *path);
/* The same of a path that stands in a value, such as where a page leads back to; itself when nothing is in front. */
const char *mount_inside(const struct web *web, struct arena *arena, const char *path);

/* bearer.c: a token in place of a cookie, below /api. */
/* NONE: no such header, or another kind; BAD: no one token, *ret is what there is before what cannot be in one. */
enum bearer { BEARER_NONE, BEARER_TOKEN, BEARER_BAD };
enum bearer bearer_read(struct arena *arena, const char *header, const char **ret);
/* Takes it out of the header; false: refused, the answer is there. */
bool bearer_take(struct call *c);
/* Whom it speaks for; RC_UNAUTHENTICATED, RC_LIMITED, RC_DENIED. */
NODISCARD enum rc bearer_load(struct op *op, struct call *c);
/* The header WWW-Authenticate of the answer, NULL: none. */
const char *bearer_challenge(const struct call *c);

/* client.c */
void client_init(struct web *web);
/* Address of whoever asks, in the request's memory; "" when there is none. */
const char *client_source(struct call *c);
/* People come over https, but this request did not: somebody on the way could read it. */
bool client_in_clear(const struct call *c);

/* cookie.c */
/* Reads the cookies into sid and visitor; RC_MALFORMED when one of ours stands there twice. */
NODISCARD enum rc cookie_read(struct call *c);
/* Value of one cookie of ours, NULL when it is not there; for the flash. */
const char *cookie_value(const struct call *c, const char *name);
/* value NULL: removes it. seconds 0: until the browser closes. */
void cookie_set(struct call *c, const char *name, const char *value, int64_t seconds);

/* language.c */
/* What the browser's cookie says, else its Accept-Language, else the configuration. */
void language_of_browser(struct call *c);
/* What the administrator chose, if anything; the browser's cookie follows. */
void language_of_account(struct op *op, struct call *c);
/* Programs are answered in English. */
void language_none(struct call *c);

/* session.c */
/* Who asks: fills actor and session, or forgets a session that is over. */
NODISCARD enum rc session_load(struct op *op, struct call *c);
/* May this actor use the route? Answers the sign-in redirect itself (RC_OK and *ret_stop). */
NODISCARD enum rc session_check(struct op *op, struct call *c, bool *ret_stop);
/* proof.c: has who asks proved to be the one, where the route wants that? Answers with the page that asks (*ret_stop). */
NODISCARD enum rc proof_check(struct op *op, struct call *c, bool *ret_stop);
/* Nobody is signed in where somebody must be. */
void session_ask(struct call *c);
/* The token for forms; makes an id for browsers nobody signed in with. */
void session_token(struct call *c);
bool session_token_ok(const struct call *c, const char *token);

/* An id nobody can guess: 64 hex digits, different each time, in the request's memory. */
const char *session_fresh(struct call *c);

/* gate.c: all checks that need no database. True, or the answer is there. */
bool gate_pass(struct call *c);
/* The rest of them, of a call that was left unread. */
bool gate_body(struct call *c);

/* export.c: the rest of a list, page by page, when the answer is otherwise complete. */
void export_go_on(struct call *c);
/* auth.c: the password was right (or more); the browser gets its cookie and is sent on, a program told. */
struct auth_entry;
enum rc auth_entered(struct op *op, struct call *c, const struct auth_entry *entry);
/* Where signing in leads: ?next=, or the list of domains. */
const char *auth_next(struct call *c);

/* flash.c */
/* The message of the answer goes on its way; undo: the entry of the log it can take back, 0: none. */
void flash_send(struct call *c, int64_t undo);
void flash_take(struct call *c);

#endif
