/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Field tables of the chain over the trail. */
#include "base/base.h"

#include "model/seal.h"

#define LONG_TEXT .kind = KIND_LINES, .max = INT32_MAX

/* clang-format off */
static const struct field seal_field_rows[] = {
	FIELD(seal, seq),
	FIELD(seal, log_id),
	FIELD(seal, sealed_at),
	FIELD(seal, mac),
	FIELD(seal, id),
	FIELD(seal, action),
	FIELD(seal, data, LONG_TEXT),
	FIELD(seal, timestamp),
	FIELD(seal, actor),
	FIELD(seal, door),
	FIELD(seal, source),
	FIELD(seal, object_type),
	FIELD(seal, object_id),
	FIELD(seal, object),
	FIELD(seal, object_domain),
	FIELD(seal, detail_before, LONG_TEXT),
	FIELD(seal, detail_after, LONG_TEXT),
	FIELD(seal, request_id),
};
FIELDS(seal);

static const struct field seal_start_field_rows[] = {
	FIELD(seal_start, id),
	FIELD(seal_start, seq),
	FIELD(seal_start, mac),
	FIELD(seal_start, cut_at),
	FIELD(seal_start, removed),
	FIELD(seal_start, bad),
	FIELD(seal_start, proof),
};
FIELDS(seal_start);

static const struct field seal_key_field_rows[] = {
	FIELD(seal_key, from_seq),
	FIELD(seal_key, sealed),
};
FIELDS(seal_key);

static const struct field verify_in_field_rows[] = {
	FIELD(verify_in, head, .max = 90,
	    .help = N_("The head of the chain as it was noted before, SEQ:MAC; shows whether the end was cut off.")),
};
FIELDS(verify_in);

static const struct field verify_field_rows[] = {
	FIELD(verify, sealed, .label = N_("Sealed")),
	FIELD(verify, unsealed, .label = N_("Not yet sealed")),
	FIELD(verify, bad, .label = N_("Bad")),
	FIELD(verify, removed, .label = N_("Removed by age")),
	FIELD(verify, first, .label = N_("First seal")),
	FIELD(verify, head, .label = N_("Head")),
};
FIELDS(verify);
/* clang-format on */
