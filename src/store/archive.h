/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of archives. */
#ifndef STORE_ARCHIVE_H
#define STORE_ARCHIVE_H

#include "db/db.h"
#include "model/archive.h"

/* struct archive rows by address; scope: as in store/list.h. */
NODISCARD enum rc store_archive_list(struct op *op, int64_t scope, int64_t limit, struct rows *ret);
NODISCARD enum rc store_archive_count(struct op *op, int64_t scope, int64_t *ret);
/* RC_NOT_FOUND without a fault when there is none. */
NODISCARD enum rc store_archive_find(struct op *op, const char *username, struct archive *ret);

#endif
