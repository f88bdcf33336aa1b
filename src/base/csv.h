/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CSV in: RFC 4180 with what spreadsheets really write: a byte order mark, `;` or TAB instead of the comma, bare LF. All else is
 * refused and not guessed at. Out it goes through str_add_csv(), which puts a ' in front of what a spreadsheet would take for a
 * formula; csv_unguard() takes exactly that one off again, so a file that was exported comes back as it was.
 *
 * libcsv (Debian) was weighed: it knows neither lines nor byte order marks, and cuts blanks off cells.
 */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include "base/base.h"

#define CSV_CELLS_MAX 64

struct csv {
	char *at, *end;
	char delimiter;
	size_t line; /* where the next record begins; the first is 1 */
};

struct csv_record {
	char *cells[CSV_CELLS_MAX]; /* NUL-terminated, inside the text that was given to csv_open() */
	size_t n;
	size_t line; /* where it begins */
};

enum csv_step { CSV_RECORD, CSV_END, CSV_BAD };

/*
 * Begins to read `text`, len bytes that are written to while they are read, with a byte of its own behind them. The delimiter is found out
 * from the first line; one that reads `sep=;` says it. Returns NULL, or a N_() sentence why this is no CSV at all (not UTF-8, a
 * NUL); csv->line says where.
 */
const char *csv_open(struct csv *csv, char *text, size_t len);
/*
 * The next record; empty lines are passed over. After CSV_BAD nothing can be read any more: *ret_fault is a N_() sentence and
 * csv->line says where.
 */
enum csv_step csv_next(struct csv *csv, struct csv_record *ret, const char **ret_fault);

/* Would a spreadsheet run this, or does it look as if str_add_csv() had seen it before? Then a ' goes in front. */
bool csv_needs_guard(const char *text);
/* The text without the ' that was put in front of it. */
const char *csv_unguard(const char *text);

#endif
