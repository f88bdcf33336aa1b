/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who acts, and through which door. Every op has one; rights are decided from it alone (svc/perm.h). */
#ifndef MODEL_ACTOR_H
#define MODEL_ACTOR_H

#include "base/base.h"

#define DOOR_LIST(X) X(WEB, "web") X(API, "api") X(CLI, "cli") X(JOB, "job")
enum door {
#define DOOR_ENUM(id, text) DOOR_##id,
	DOOR_LIST(DOOR_ENUM)
#undef DOOR_ENUM
	    DOOR__MAX
};
const char *door_text(enum door d);

enum actor_kind {
	ACTOR_NOBODY,   /* not signed in */
	ACTOR_ADMIN,    /* a row of admin; super or limited to its domains */
	ACTOR_OPERATOR, /* the command line: whoever may read the configuration may do all */
	ACTOR_SYSTEM,   /* jobs without a requester */
};

struct actor {
	enum actor_kind kind;
	enum door door;
	bool super;       /* administrators only */
	int64_t admin_id; /* 0 unless ACTOR_ADMIN; 0 too for an API token that is nobody's */
	int64_t bound; /* scope of an API token that is limited to some domains (store/token.h), else 0 */
	int64_t token_id;   /* of the API token that speaks for it, 0: none */
	const char *name;   /* user name as the log shows it */
	const char *source; /* client address as text, "" when there is none */
};

#endif
