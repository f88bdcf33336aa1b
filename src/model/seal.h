/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A seal: one link of the chain over the trail, with the row it covers as that stands now. Texts are taken as the database has
 * them, the time too: another time zone in the configuration must not break a seal.
 */
#ifndef MODEL_SEAL_H
#define MODEL_SEAL_H

#include "base/field.h"

struct seal {
	int64_t seq; /* 1, 2, 3 ...; 0: the row is not sealed yet */
	int64_t log_id;
	int64_t sealed_at; /* Unix seconds */
	const char *mac;   /* 64 hex digits */
	/* the row covered; id 0: it is gone */
	int64_t id;
	const char *action, *data, *timestamp;
	const char *actor, *door, *source;
	const char *object_type;
	int64_t object_id;
	const char *object;
	int64_t object_domain;
	const char *detail_before, *detail_after, *request_id;
};
extern const struct fields seal_fields;

/* Where the chain begins, since older rows went with their seals. */
struct seal_start {
	int64_t id; /* 1 */
	int64_t seq;
	const char *mac;   /* of the last seal that went */
	int64_t cut_at;    /* Unix seconds */
	int64_t removed;   /* rows so far */
	int64_t bad;       /* of them, not as they were sealed */
	const char *proof; /* MAC over these */
};
extern const struct fields seal_start_fields;

/* A key of seals. */
struct seal_key {
	int64_t from_seq;   /* the first seal made with it; 0: all up to the next key's */
	const char *sealed; /* 64 hex digits, sealed for securitysalt */
};
extern const struct fields seal_key_fields;

/* What `audit verify` is asked for. */
struct verify_in {
	uint64_t given;
	const char *head;
};
extern const struct fields verify_in_fields;

/* What it answers. */
struct verify {
	int64_t sealed;   /* rows that a seal covers */
	int64_t unsealed; /* rows that none covers yet */
	int64_t bad;      /* seals that do not fit */
	int64_t removed;  /* rows that were removed because of their age */
	int64_t first;    /* number of the first seal that is left, 0: none */
	const char *head; /* SEQ:MAC of the last seal, to be kept where nobody can change it */
};
extern const struct fields verify_fields;

#endif
