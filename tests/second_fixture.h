/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of second factors: the clock stands at T0, and root may be enrolled as the PHP program does it. */
#ifndef TESTS_SECOND_FIXTURE_H
#define TESTS_SECOND_FIXTURE_H

#include "svc_fixture.h"

#include "base/totp_seal.h"

#define SECRET "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
#define T0 INT64_C(1780000000)
#define STEP0 (T0 / TOTP_STEP)

/* For cmocka: the world of svc_fixture.h, with the clock at T0. */
int second_setup(void **state);
int second_teardown(void **state);

/* Enrolled by the PHP program: its format; codes: the JSON of its list of backup codes. */
void enrol_fork(struct world *w, int64_t admin_id, const char *codes);
/* Code of SECRET; valid until the next call. */
const char *code_at(int64_t step);

/* Both steps of signing in, from nobody's browser; and what a session's id is worth. */
enum rc first_step(struct world *w, const char *name, struct auth_entry *ret);
enum rc second_step(struct world *w, const char *raw, const char *code, struct auth_entry *ret);
enum rc session_rc(struct world *w, const char *raw);

/* How many rows of the trail have that action; a preference of root, to be freed. */
int64_t actions(struct world *w, const char *action);
char *pref(struct world *w, const char *attribute);

#endif
