/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What came of an import, for programs; and the passwords that were made, as the file they are handed over in. */
#include "base/base.h"

#include "base/str.h"
#include "svc/import.h"

static void
faults_json(const struct import *im, struct str *out)
{
	for (size_t n = 0; n < im->n_faults; n++) {
		STR_LIT(out, "\n");
		field_json(&import_fault_fields, &im->faults[n], out);
		if (n + 1 < im->n_faults)
			str_addc(out, ',');
	}
}

static void
made_json(const struct import *im, struct str *out)
{
	for (size_t n = 0; n < im->n_made; n++) {
		STR_LIT(out, "\n{\"address\":");
		str_add_json(out, im->made[n].address);
		STR_LIT(out, ",\"password\":");
		str_add_json(out, im->made[n].password);
		str_add(out, n + 1 < im->n_made ? "}," : "}");
	}
}

void
import_json(const struct import *im, struct str *out)
{
	field_json(&import_sum_fields, &im->sum, out);
	out->len--;
	STR_LIT(out, ",\"errors\":[");
	faults_json(im, out);
	STR_LIT(out, "],\"made\":[");
	made_json(im, out);
	STR_LIT(out, "]}");
}

void
import_made_csv(const struct import *im, size_t from, const char *eol, struct str *out)
{
	if (from == 0 && im->n_made > 0) {
		STR_LIT(out, "\"address\",\"password\"");
		str_add(out, eol);
	}
	for (size_t i = from; i < im->n_made; i++) {
		str_add_csv(out, im->made[i].address);
		str_addc(out, ',');
		str_add_csv(out, im->made[i].password);
		str_add(out, eol);
	}
}
