/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of mailbox_pref and directory_entry that belong to one mailbox, and of alias_pref. No rules here. */
#ifndef STORE_EXTRA_H
#define STORE_EXTRA_H

#include "db/db.h"
#include "model/directory.h"

struct info_row {
	const char *attribute, *value;
};

/* Whose preferences. */
enum info_of { INFO_OF_MAILBOX, INFO_OF_ALIAS, INFO_OF__MAX };

/* The preferences of one, as struct info_row. */
NODISCARD enum rc store_info_all(struct op *op, enum info_of of, int64_t id, struct rows *ret);
/* Replaces the value; NULL: it goes. */
NODISCARD enum rc store_info_put(struct op *op, enum info_of of, int64_t id, const char *attribute,
    const char *value);
/* Different values of a preference, of those that were added last; scope 0: of all domains. */
struct info_wanted {
	enum info_of of;
	const char *attribute;
	int64_t scope, limit;
};
NODISCARD enum rc store_info_values(struct op *op, const struct info_wanted *in, const char **ret,
    size_t *ret_n);

/* RC_NOT_FOUND without a fault when there is none. */
NODISCARD enum rc store_directory_get(struct op *op, int64_t mailbox_id, struct directory *ret);
NODISCARD enum rc store_directory_add(struct op *op, int64_t mailbox_id, const struct directory *d);
NODISCARD enum rc store_directory_put(struct op *op, int64_t mailbox_id, const struct directory *d);

#endif
