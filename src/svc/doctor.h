/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What may be wrong with an installation, check by check: what somebody could get in by, and what does not work as it should. Reads
 * configuration and database; files are the caller's.
 */
#ifndef SVC_DOCTOR_H
#define SVC_DOCTOR_H

#include "base/op.h"
#include "model/finding.h"

struct findings {
	struct finding *rows; /* with room for `room` more behind n, for the caller's own */
	size_t n, room;
};

enum finding_state { FINDING_OK, FINDING_LOOK, FINDING_BAD };

/* Supers and the operator only. security: only the checks of that kind. */
NODISCARD enum rc doctor_run(struct op *op, bool security, struct findings *ret);
/* For further checks: a line more, texts as in struct finding; advice is left out when the state is FINDING_OK. */
void doctor_add(struct findings *f, const char *check, enum finding_state state, const char *found,
    const char *advice);
/* Is one of them bad? */
bool doctor_bad(const struct findings *f);

#endif
