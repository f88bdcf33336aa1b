/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The unit of work: one struct op per HTTP request, command or job. It is the first parameter of all of svc and store
 * and carries everything those may use: memory, database, who acts, configuration, time, and the faults found.
 * It knows app, db, conf and actor only as forward-declared pointers; svc/app.h makes and ends ops.
 */
#ifndef BASE_OP_H
#define BASE_OP_H

#include "base/base.h"
#include "base/rc.h"

struct actor;
struct app;
struct arena;
struct conf;
struct db;
struct change;
struct held;

enum op_flags {
	OP_DRY_RUN = 1 << 0,   /* transactions roll back at their commit; changes are collected */
	OP_READ_ONLY = 1 << 1, /* begin of a writing transaction is refused with RC_DENIED */
};

struct op {
	struct arena *arena;
	struct db *db;   /* taken from the pool for the length of the op */
	struct app *app; /* of the process: pool and hashing tickets; svc/app.h */
	const struct conf *conf;
	const struct actor *actor; /* never NULL: anonymous is an actor too */
	int64_t now;               /* UTC seconds when the op began */
	int64_t deadline;          /* monotonic milliseconds; statements and waits end by then */
	char request_id[33];       /* 32 hex digits; the key that makes a repeat harmless */
	bool request_id_given;     /* it came from the client, so the op may be a repeat */
	unsigned run;       /* 0 the first time, counts up when it runs again after RC_RETRY */
	unsigned flags;     /* enum op_flags */
	int64_t undoes;     /* entry of the trail that this op takes back, 0: none */
	int64_t wait;       /* with RC_LIMITED: seconds until it is worth trying again */
	bool queued;        /* a job that is due: whoever runs jobs is told when the op is over */
	unsigned flushes;   /* queued in this transaction; svc/flush.h */
	unsigned mails;     /* queued by this op; svc/mail.c */
	int64_t mails_from; /* when the first of those is sent that wait for their turn */
	struct {
		int64_t scope, domain_id;
	} mine; /* a domain that svc/perm.h found within the scope; forgotten when a transaction begins */
	unsigned statements; /* run so far: budgets in tests, Server-Timing in debug builds */
	struct errs errs;
	struct change *changes; /* rows this op changed (or would change), newest first; svc/change.h */
	struct held *held; /* NULL, or rows may be held back to be written many at a time; svc/held.h */
	enum rc (*settle)(struct op *); /* not NULL: some are; they are written before any other statement runs */
};

/* Records a fault in op->errs and returns rc. op_fail_field names the input field. */
enum rc op_fail(struct op *op, enum rc rc, const char *fmt, ...) PRINTFLIKE(3, 4);
enum rc op_fail_field(struct op *op, enum rc rc, const char *field, const char *fmt, ...)
    PRINTFLIKE(4, 5);
/* A text in the language of whoever asked (op->errs.lang). What is stored, and what programs read, stays English. */
const char *op_text(const struct op *op, const char *text) __attribute__((format_arg(2)));
const char *op_plural(const struct op *op, const char *one, const char *many, int64_t n)
    __attribute__((format_arg(2))) __attribute__((format_arg(3)));

#endif
