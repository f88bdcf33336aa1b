/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What came of an import, for programs; and the passwords that were made, as the file they are handed over in. */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "svc/import_int.h"

void
import_faults_json(const struct import_fault *faults, size_t n_faults, struct str *out)
{
	for (size_t n = 0; n < n_faults; n++) {
		STR_LIT(out, "\n");
		field_json(&import_fault_fields, &faults[n], out);
		if (n + 1 < n_faults)
			str_addc(out, ',');
	}
}

/* Those of a dry run. */
static void
warnings_json(const struct import_warned *w, struct str *out)
{
	str_addf(out, "],\"warned\":%lld,\"warnings\":[", (long long)w->total);
	import_faults_json(w->at, w->n, out);
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

const char import_report_head[] = "\"line\",\"row\",\"outcome\",\"field\",\"reason\"\r\n";

void
import_report(struct import *im, const struct import_record *rec, const char *key,
    const char *outcome, const struct err *fault)
{
	struct str *out = im->report;

	if (!out)
		return;
	str_addf(out, "\"%lld\",", (long long)rec->line);
	str_add_csv(out, key);
	str_addf(out, ",\"%s\",", outcome);
	str_add_csv(out, fault && fault->field ? fault->field : "");
	str_addc(out, ',');
	str_add_csv(out, fault ? fault->text : "");
	STR_LIT(out, "\r\n");
	im->report_len = out->len;
}

static bool
same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

void
import_count_reason(struct import *im, const struct import_record *rec, const struct err *fault)
{
	size_t i = 0;

	while (i < im->n_reasons &&
	    !(same_text(im->reasons[i].field, fault->field) &&
		same_text(im->reasons[i].text, fault->text)))
		i++;
	if (i < im->n_reasons || i == IMPORT_REASONS_MAX) {
		im->reasons[MIN(i, (size_t)IMPORT_REASONS_MAX - 1)].n++;
		return;
	}
	im->reasons[i] = (struct import_reason){ .line = rec->line, .n = 1 };
	if (++im->n_reasons == IMPORT_REASONS_MAX) {
		im->reasons[i].text = N_("Something else");
		return;
	}
	im->reasons[i].field = arena_strdup(im->arena, fault->field);
	im->reasons[i].text = arena_strdup(im->arena, fault->text);
	im->reasons[i].said = arena_strdup(im->arena, fault->said);
}

void
import_json(const struct import *im, struct str *out)
{
	field_json(&import_sum_fields, &im->sum, out);
	out->len--;
	STR_LIT(out, ",\"errors\":[");
	import_faults_json(im->faults, im->n_faults, out);
	if (im->warned)
		warnings_json(im->warned, out);
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
