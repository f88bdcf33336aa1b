/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Many rows in one statement. A server is asked once instead of a hundred times; what is sent is one parameter, a JSON array, which every engine turns
 * into rows. Names and values are those of the statement that inserts one row, so the two cannot drift apart.
 *
 * The surprising thing: engines give out ids in the order of the rows, but none promises to return them in it. So they are sorted, and each is
 * checked to be that of its row.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "db/db_int.h"

struct db_added {
	int64_t id;
	const char *name;
};
static const struct field db_added_field_rows[] = {
	FIELD(db_added, id, .kind = KIND_ID),
	FIELD(db_added, name),
};
FIELDS(db_added);

static void
add_value(struct str *out, const char *name, const struct db_value *v, char *sep)
{
	str_addc(out, *sep);
	*sep = ',';
	str_add_json(out, name);
	str_addc(out, ':');
	if (v->type == DB_INT)
		str_addf(out, "%lld", (long long)v->i);
	else
		str_add_json(out, v->text);
}

static void
add_row(struct str *out, const struct query_text *text, const struct field *const *fields,
    const void *row)
{
	char time[20], sep = '{';

	for (unsigned i = 0; i < text->n_params; i++) {
		struct db_value v = db_value_of(fields[i], row, time);

		if (v.type != DB_NULL)
			add_value(out, text->params[i], &v, &sep);
	}
	str_add(out, sep == '{' ? "{}" : "}");
}

static void
add_rows(struct str *out, const struct op *op, const struct db_many *m, const void *rows, size_t n)
{
	const struct query_text *text = &m->one->text[op->db->driver->engine];
	const struct field **fields = arena_array(op->arena, text->n_params,
	    sizeof(const struct field *));
	char sep = '[';

	for (unsigned i = 0; i < text->n_params; i++)
		if (!(fields[i] = field_by_name(m->fields, text->params[i])))
			abort(); /* `one` is bound to this very table elsewhere */
	for (size_t i = 0; i < n; i++, sep = ',') {
		str_addc(out, sep);
		add_row(out, text, fields, (const char *)rows + i * m->fields->size);
	}
	str_addc(out, ']');
}

static int
by_id(const void *a, const void *b)
{
	int64_t x = ((const struct db_added *)a)->id, y = ((const struct db_added *)b)->id;

	return (x > y) - (x < y);
}

static enum rc
take_ids(struct op *op, const struct db_many *m, const void *rows, const struct rows *added,
    int64_t *ret_ids)
{
	const struct field *name = field_by_name(m->fields, m->name);
	struct db_added *a = added->at;

	qsort(a, added->n, sizeof(*a), by_id);
	for (size_t i = 0; i < added->n; i++) {
		const char *is = field_text(name, (const char *)rows + i * m->fields->size);

		if (strcmp(is, a[i].name ? a[i].name : "") != 0) {
			struct db_error e = { .rc = RC_INTERNAL,
				.text = "rows got ids in another order" };

			return db_failed(op, m->many->name, &e);
		}
		ret_ids[i] = a[i].id;
	}
	return RC_OK;
}

/*
 * Where an INSERT returns no rows, each is one of its own, and its id is what the connection says of that. What a server gives to many at once may have gaps,
 * and others' ids in them.
 */
static enum rc
insert_each(struct op *op, const struct db_many *m, const void *rows, size_t n, int64_t *ret_ids)
{
	struct db_args args = { .fields = m->fields };
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		args.obj = (const char *)rows + i * m->fields->size;
		rc = db_insert(op, m->one, &args, &ret_ids[i]);
	}
	return rc;
}

enum rc
db_insert_many(struct op *op, const struct db_many *m, const void *rows, size_t n, int64_t *ret_ids)
{
	CLEANUP(str_release) struct str text = STR_INIT;
	struct db_arg given = { "rows", { DB_TEXT, 0, NULL, 0 } };
	struct rows added;
	enum rc rc;

	if (n == 0)
		return RC_OK;
	if (ret_ids && db_is_mysql(op->db))
		return insert_each(op, m, rows, n, ret_ids);
	add_rows(&text, op, m, rows, n);
	given.v.text = str_text(&text);
	given.v.len = text.len;
	if (!ret_ids)
		return db_exec(op, m->many, &(const struct db_args){ .at = &given, .n = 1 }, NULL);
	rc = db_all(op, m->many, &(const struct db_args){ .at = &given, .n = 1 }, &db_added_fields,
	    n, &added);
	if (rc != RC_OK)
		return rc;
	if (added.n != n) {
		struct db_error e = { .rc = RC_INTERNAL, .text = "not as many rows as were given" };

		return db_failed(op, m->many->name, &e);
	}
	return take_ids(op, m, rows, &added, ret_ids);
}
