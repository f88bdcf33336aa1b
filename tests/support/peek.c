/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See tests/peek.h. What is asked is the same on every engine; how it is asked is in peek_ENGINE.c. */
#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/str.h"
#include "peek.h"

static const struct peek_engine *const engines[] = { &peek_sqlite, &peek_mysql, &peek_pgsql };

static const struct peek_engine *
engine_of(const char *url)
{
	for (size_t i = 0; i < ARRAY_LEN(engines); i++) {
		size_t n = strlen(engines[i]->scheme);

		if (strncmp(url, engines[i]->scheme, n) == 0 && url[n] == ':')
			return engines[i];
	}
	fail_msg("no tests for %s", url);
	abort();
}

struct first {
	bool met;
	char *text;
};

static void
keep_first(void *ctx, size_t n, const char *const *values)
{
	struct first *f = ctx;

	(void)n;
	if (!f->met && values[0])
		f->text = strdup(values[0]);
	f->met = true;
}

char *
peek_text(const char *url, const char *sql)
{
	const struct peek_engine *e = engine_of(url);
	struct first first = { 0 };
	void *db = e->open(url);

	e->rows(db, sql, keep_first, &first);
	e->close(db);
	return first.text;
}

int64_t
peek_number(const char *url, const char *sql)
{
	char *text = peek_text(url, sql);
	int64_t n = text ? strtoll(text, NULL, 10) : 0;

	free(text);
	return n;
}

void
peek_exec(const char *url, const char *sql)
{
	const struct peek_engine *e = engine_of(url);
	void *db = e->open(url);

	e->exec(db, sql);
	e->close(db);
}

/* ---- all tables ---- */

struct walk {
	struct arena *arena;
	const char *tables[200];
	size_t n;
};

static void
note_table(void *ctx, size_t n, const char *const *values)
{
	struct walk *w = ctx;

	(void)n;
	assert_true(w->n < ARRAY_LEN(w->tables));
	w->tables[w->n++] = arena_strdup(w->arena, values[0]);
}

struct dumping {
	struct str *out;
	const char *table;
};

static void
dump_row(void *ctx, size_t n, const char *const *values)
{
	struct dumping *d = ctx;

	str_add(d->out, d->table);
	for (size_t i = 0; i < n; i++) {
		str_addc(d->out, '|');
		str_add(d->out, values[i] ? values[i] : "NULL");
	}
	str_addc(d->out, '\n');
}

char *
peek_dump(const char *url)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
	const struct peek_engine *e = engine_of(url);
	struct walk w = { .arena = arena };
	struct str out = STR_INIT;
	void *db = e->open(url);

	e->rows(db, e->tables, note_table, &w);
	for (size_t i = 0; i < w.n; i++)
		e->rows(db, arena_printf(arena, "SELECT * FROM %s", w.tables[i]), dump_row,
		    &(struct dumping){ &out, w.tables[i] });
	e->close(db);
	return out.data;
}

/* Filled by the schema, never by the program. */
static bool
is_fixed(const char *table)
{
	static const char *const fixed[] = { "vimb_schema", "vimb_turn", "vimb_number", "dbversion" };

	for (size_t i = 0; i < ARRAY_LEN(fixed); i++)
		if (strcmp(fixed[i], table) == 0)
			return true;
	return false;
}

void
peek_empty(const char *url)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(0, ARENA_PLAIN);
	const struct peek_engine *e = engine_of(url);
	struct walk w = { .arena = arena };
	void *db = e->open(url);

	e->rows(db, e->tables, note_table, &w);
	if (e->unbind)
		e->exec(db, e->unbind);
	for (size_t i = 0; i < w.n; i++)
		if (!is_fixed(w.tables[i]))
			e->exec(db, arena_printf(arena, "DELETE FROM %s", w.tables[i]));
	if (e->bind)
		e->exec(db, e->bind);
	e->close(db);
}
