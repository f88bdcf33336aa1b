/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The scripted driver, for tests: it answers statements from a list and fails where the list says so. It speaks PostgreSQL's placeholders, so that
 * what runs on it is not tied to SQLite. Its database URL is made by fake_url() from the script's address.
 */
#ifndef DB_FAKE_H
#define DB_FAKE_H

#include "db/driver.h"

/* One answer. Statements whose text does not hold `sql` get an error, so a test sees what it did not expect. */
struct fake_answer {
	const char *sql; /* part of the statement's text, or "BEGIN", "COMMIT", "ROLLBACK", "OPEN" */
	enum rc fail;    /* RC_OK: works */
	bool lost;       /* the connection breaks with it */
	const char *const *columns; /* names, NULL-terminated; NULL: no row */
	const char *const *values;  /* n_rows times as many; NULL is SQL NULL */
	size_t n_rows;
	size_t breaks_at; /* not 0: the connection breaks on the way to that row */
	int64_t changed, last_id;
};

struct fake {
	const struct fake_answer *answers;
	size_t n, at;
	unsigned opened /* now */, rolled_back, committed, prepared;
	bool stale;       /* connections have died while they lay idle */
	int64_t deadline; /* of the latest call */
	unsigned run;     /* of the latest BEGIN */
	char last_sql[256];
	struct db_value last_params[16]; /* texts valid during the call only */
	size_t last_n;
};

void fake_url(const struct fake *f, char url[64]);

#endif
