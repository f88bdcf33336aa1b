/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `doctor` asks the database. Some of it reads whole tables: nothing for a page. */
#ifndef STORE_DOCTOR_H
#define STORE_DOCTOR_H

#include "db/db.h"

/* Rights of this database user that the panel does not need; always 0 on SQLite. */
NODISCARD enum rc store_doctor_strong(struct op *op, int64_t *ret);
/* Active supers; bare: those without a second factor. */
NODISCARD enum rc store_doctor_supers(struct op *op, bool bare, int64_t *ret);
NODISCARD enum rc store_doctor_tokens(struct op *op, int64_t *ret);
NODISCARD enum rc store_doctor_hashes(struct op *op, int64_t *ret);
/* Jobs that were due before that time and nobody runs; jobs given up since. */
NODISCARD enum rc store_doctor_late_jobs(struct op *op, int64_t before, int64_t *ret);
NODISCARD enum rc store_doctor_failed_jobs(struct op *op, int64_t since, int64_t *ret);

#endif
