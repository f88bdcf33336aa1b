/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads CSV where it lies: quotes are taken out in place, cells end with a NUL where their delimiter was. It owns the rule for the ' in front of
 * formulas, for both directions. It must not know what the cells mean.
 */
#include "base/base.h"

#include "base/csv.h"
#include "base/utf8.h"

/* ---- formulas ---- */

/* Fullwidth = + - @: some spreadsheets take them for the plain ones. */
static bool
is_wide_sign(const char *p)
{
	return p[0] == '\xef' && p[1] == '\xbc' && p[2] != '\0' && strchr("\x9d\x8b\x8d\xa0", p[2]);
}

static bool
is_formula(const char *text)
{
	const char *at = text + strspn(text, " ");

	return (*at && strchr("=+-@\t\r\n", *at)) || is_wide_sign(at);
}

bool
csv_needs_guard(const char *text)
{
	return is_formula(text + strspn(text, "'"));
}

const char *
csv_unguard(const char *text)
{
	return *text == '\'' && csv_needs_guard(text) ? text + 1 : text;
}

/* ---- reading ---- */

/* Every byte of it UTF-8 and none a NUL; else where the fault is, in *ret_line. */
static const char *
check_text(const char *text, size_t len, size_t *ret_line)
{
	*ret_line = 1;
	while (len > 0) {
		size_t n = (unsigned char)*text < 0x80 ? 1 : utf8_next(text, len, NULL);

		if (n == 0)
			return N_("This is not UTF-8. Please save the file as CSV UTF-8.");
		if (*text == '\0')
			return N_("This is not text. Please save the file as CSV UTF-8.");
		*ret_line += *text == '\n';
		text += n;
		len -= n;
	}
	*ret_line = 1;
	return NULL;
}

static void
skip_line(struct csv *csv)
{
	char *lf = memchr(csv->at, '\n', (size_t)(csv->end - csv->at));

	csv->at = lf ? lf + 1 : csv->end;
	csv->line++;
}

/* Whichever of the three stands most often in the first line, outside quotes. */
static char
guess_delimiter(const struct csv *csv)
{
	static const char known[] = { ',', ';', '\t' };
	size_t counts[ARRAY_LEN(known)] = { 0 }, best = 0;
	bool quoted = false;

	for (const char *p = csv->at; p < csv->end && (quoted || *p != '\n'); p++) {
		quoted ^= *p == '"';
		for (size_t i = 0; !quoted && i < ARRAY_LEN(known); i++)
			counts[i] += *p == known[i];
	}
	for (size_t i = 1; i < ARRAY_LEN(known); i++)
		if (counts[i] > counts[best])
			best = i;
	return known[best];
}

const char *
csv_open(struct csv *csv, char *text, size_t len)
{
	const char *fault;

	*csv = (struct csv){ .at = text, .end = text + len, .delimiter = ',', .line = 1 };
	text[len] = '\0';
	if ((fault = check_text(text, len, &csv->line)))
		return fault;
	if (strncmp(csv->at, "\xef\xbb\xbf", 3) == 0)
		csv->at += 3;
	if (strncmp(csv->at, "sep=", 4) == 0 && csv->at[4] && strchr(",;\t", csv->at[4]) &&
	    (csv->at[5] == '\n' || csv->at[5] == '\r')) {
		csv->delimiter = csv->at[4];
		skip_line(csv);
	} else {
		csv->delimiter = guess_delimiter(csv);
	}
	return NULL;
}

enum cell_end { END_CELL, END_RECORD, END_BAD };

/* What follows a cell; the text ends with a NUL, so nothing is read past it. */
static enum cell_end
finish_cell(struct csv *csv, const char **fault)
{
	char *p = csv->at;

	if (p < csv->end && *p == csv->delimiter) {
		csv->at++;
		return END_CELL;
	}
	if (p == csv->end || *p == '\n' || (*p == '\r' && p[1] == '\n')) {
		csv->at += p == csv->end ? 0 : 1 + (*p == '\r');
		csv->line += p != csv->end;
		return END_RECORD;
	}
	*fault = *p == '\r' ? N_("A line ends with a carriage return alone.") : N_("A quote stands in the middle of a cell; cells with quotes are put in quotes, and the quotes doubled.");
	return END_BAD;
}

/* From behind the opening quote; the cell is moved together as its doubled quotes become one. */
static enum cell_end
quoted_cell(struct csv *csv, const char **fault)
{
	char *to = csv->at;
	size_t line = csv->line;
	enum cell_end end;

	for (;; csv->at++) {
		if (csv->at == csv->end) {
			csv->line = line;
			*fault = N_("A quote is opened here and never closed.");
			return END_BAD;
		}
		if (*csv->at == '"' && csv->at[1] != '"')
			break;
		csv->at += *csv->at == '"';
		csv->line += *csv->at == '\n';
		*to++ = *csv->at;
	}
	csv->at++;
	end = finish_cell(csv, fault);
	*to = '\0';
	return end;
}

static enum cell_end
plain_cell(struct csv *csv, const char **fault)
{
	char *p = csv->at;
	enum cell_end end;

	while (p < csv->end && *p != csv->delimiter && *p != '\n' && *p != '\r' && *p != '"')
		p++;
	csv->at = p;
	end = finish_cell(csv, fault);
	*p = '\0';
	return end;
}

enum csv_step
csv_next(struct csv *csv, struct csv_record *ret, const char **ret_fault)
{
	enum cell_end end = END_CELL;

	while (csv->at < csv->end && (*csv->at == '\n' || (*csv->at == '\r' && csv->at[1] == '\n')))
		skip_line(csv);
	if (csv->at == csv->end)
		return CSV_END;
	*ret = (struct csv_record){ .line = csv->line };
	while (end == END_CELL) {
		bool quoted = *csv->at == '"';

		if (ret->n == CSV_CELLS_MAX) {
			*ret_fault = N_("This line has too many cells.");
			csv->at = csv->end;
			return CSV_BAD;
		}
		csv->at += quoted;
		ret->cells[ret->n++] = csv->at;
		end = quoted ? quoted_cell(csv, ret_fault) : plain_cell(csv, ret_fault);
	}
	if (end == END_RECORD)
		return CSV_RECORD;
	csv->at = csv->end;
	return CSV_BAD;
}
