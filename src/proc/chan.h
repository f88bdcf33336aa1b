/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The channel between a web process and the keeper: a closed set of questions in messages of one
 * fixed size over a SOCK_SEQPACKET pair. Both ends check every field of what they read, because
 * either may be in an attacker's hands. A message that is not exactly one of the known ones ends
 * the channel.
 */
#ifndef PROC_CHAN_H
#define PROC_CHAN_H

#include "base/base.h"
#include "svc/import_live.h"
#include "svc/second_keys.h"

/*  id      asks for                                                   */
#define CHAN_LIST(X)                                                        \
	X(PING)   /* nothing: an answer proves that the keeper runs      */ \
	X(WAKE)   /* a look at the queue of jobs now                     */ \
	X(SECOND) /* a question about a second factor                    */ \
	X(IMPORT) /* how far an import is; or its end                    */

enum chan_type {
	CHAN_NONE, /* zeroes are no message */
#define CHAN_ENUM(id) CHAN_##id,
	CHAN_LIST(CHAN_ENUM)
#undef CHAN_ENUM
	    CHAN__MAX
};

struct chan_msg {
	enum chan_type type;
	bool answer;
	uint64_t id; /* the asker's number, given back in the answer; never 0 */
	/* CHAN_SECOND */
	struct second_ask ask;   /* a question; of an answer only which question it was */
	struct second_told told; /* an answer */
	/* CHAN_IMPORT */
	struct import_ask import;       /* a question */
	struct import_told import_told; /* an answer */
};

enum chan_result {
	CHAN_OK,
	CHAN_EMPTY,  /* nothing there now, or no room to send */
	CHAN_CLOSED, /* the other end is gone */
	CHAN_BAD,    /* not a message of ours: close it */
};

const char *chan_name(enum chan_type type);
/* Neither waits. answers: whether answers or questions are what may come in. */
NODISCARD enum chan_result chan_send(int fd, const struct chan_msg *msg);
NODISCARD enum chan_result chan_recv(int fd, bool answers, struct chan_msg *ret);

/* The message on the wire, and back; for the two above and for the fuzzer. */
#define CHAN_WIRE 512
void chan_pack(const struct chan_msg *msg, unsigned char ret[CHAN_WIRE]);
/* CHAN_OK or CHAN_BAD. */
NODISCARD enum chan_result chan_parse(const unsigned char wire[CHAN_WIRE], bool answers,
    struct chan_msg *ret);

#endif
