/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV: never a cell outside the text; what was read and is written again reads the same. */
#include "base/base.h"

#include "base/csv.h"
#include "base/str.h"
#include "fuzz/fuzz.h"

static void
compare(struct csv *again, const struct csv_record *r)
{
	struct csv_record other;
	const char *fault;

	if (csv_next(again, &other, &fault) != CSV_RECORD || other.n != r->n)
		abort();
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(csv_unguard(other.cells[i]), r->cells[i]) != 0)
			abort();
}

/* One record written and read back. */
static void
round_trip(const struct csv *csv, const struct csv_record *r)
{
	struct str s = STR_INIT;
	struct csv again;

	STR_LIT(&s, "sep=,\r\n");
	for (size_t i = 0; i < r->n; i++) {
		if (r->cells[i] > csv->end || r->cells[i] + strlen(r->cells[i]) > csv->end)
			abort();
		if (i)
			str_addc(&s, ',');
		str_add_csv(&s, r->cells[i]);
	}
	STR_LIT(&s, "\r\n");
	if (csv_open(&again, s.data, s.len))
		abort();
	compare(&again, r);
	str_release(&s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text = malloc(len + 1);
	struct csv csv;
	struct csv_record r;
	const char *fault = NULL;
	enum csv_step step = CSV_END;
	size_t line = 0;

	if (!text)
		abort();
	if (len > 0)
		memcpy(text, data, len);
	if (!csv_open(&csv, text, len))
		while ((step = csv_next(&csv, &r, &fault)) == CSV_RECORD) {
			if (r.line <= line || r.n == 0)
				abort();
			line = r.line;
			round_trip(&csv, &r);
		}
	if (step == CSV_BAD && !fault)
		abort();
	free(text);
	return 0;
}
