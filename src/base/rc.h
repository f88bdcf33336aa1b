/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Outcomes. A function that can fail returns enum rc; what went wrong is in a list of struct err, set once where
 * the fault is found and passed up untouched. One table (RC_LIST) turns an outcome into a JSON slug, an HTTP
 * status and an exit code (sysexits.h where it has a word for it).
 */
#ifndef BASE_RC_H
#define BASE_RC_H

#include "base/base.h"

struct arena;
struct lang;

/* clang-format off */
/*  id           slug              http exit  meaning                                                   */
#define RC_LIST(X)                                                                                        \
	X(OK,          "ok",             200,  0) /* done                                                */ \
	X(INVALID,     "invalid",        422, 65) /* input refused; fields say why                       */ \
	X(MALFORMED,   "malformed",      400, 64) /* unknown field, wrong shape: not a form we know      */ \
	X(UNAUTHENTICATED, "unauthenticated", 401, 77) /* nobody signed in                               */ \
	X(DENIED,      "denied",         403, 77) /* signed in, but not allowed                          */ \
	X(PROOF,       "proof_needed",   428, 77) /* signed in, but who it is has to be proved again         */ \
	X(NOT_FOUND,   "not_found",      404, 66) /* no such object, or none the actor may know of       */ \
	X(CONFLICT,    "conflict",       409, 73) /* duplicate, limit reached, row changed meanwhile     */ \
	X(TOO_LARGE,   "too_large",      413, 65) /* over a size limit                                   */ \
	X(LIMITED,     "limited",        429, 75) /* too many attempts; try later                        */ \
	X(RETRY,       "retry",          503, 75) /* lost a race in the database: run the whole op again */ \
	X(UNAVAILABLE, "unavailable",    503, 69) /* database or peer busy, gone or frozen               */ \
	X(CONFIG,      "config",         500, 78) /* configuration refused                               */ \
	X(INTERNAL,    "internal",       500, 70) /* our fault; details are in the log                   */

enum rc {
#define RC_ENUM(id, slug, http, ex) RC_##id,
	RC_LIST(RC_ENUM)
#undef RC_ENUM
	RC__MAX
};
/* clang-format on */

const char *rc_slug(enum rc rc);
int rc_http(enum rc rc);
int rc_exit(enum rc rc);

/* One fault. Texts live in the arena of the list they are in. */
struct err {
	enum rc rc;
	const char *field;  /* name of the input field, or NULL when it is about the whole */
	const char *text;   /* one plain sentence for the user, in the language of the list */
	const char *plain;  /* the same in English, for the log */
	const char *said;   /* as base/message.h keeps it, where the list is to; else NULL */
	const char *detail; /* for the log only: SQL, errno, engine message; may be NULL */
	struct err *next;
};

/* The faults of one operation, first found first. */
struct errs {
	struct arena *arena;
	const struct lang *lang; /* of who will read them (base/lang.h); programs and commands are told in English */
	bool keep; /* faults are stored, for whoever reads them in whatever language */
	struct err *first, *last;
};

/*
 * Records a fault and returns its rc, so that `return err_add(...)` reads well. field may be NULL. The format is a text to be translated, here and in
 * op_fail(); where it is "%s" and nothing else, what it shows is.
 */
enum rc err_add(struct errs *e, enum rc rc, const char *field, const char *fmt, ...) PRINTFLIKE(4, 5);
/* Records what the log should know besides the last fault's text (a fault is made if there is none). */
enum rc err_detail(struct errs *e, enum rc rc, const char *text, const char *fmt, ...) PRINTFLIKE(4, 5);
/* rc of the first fault, RC_OK when there is none. */
enum rc err_rc(const struct errs *e);
/* First fault for that field, or NULL. field NULL: the first fault that names no field. */
const struct err *err_for(const struct errs *e, const char *field);
void err_clear(struct errs *e);

#endif
