/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pictures of growth. Owns how days become points: by their date, so that days without figures do not shift the others, from zero up, so that a
 * picture does not make much of little. A year of days is thinned to as many points as can be told apart; the last one is always there.
 */
#include "base/base.h"

#include "base/arena.h"
#include "base/lang.h"
#include "base/str.h"
#include "web/growth.h"
#include "web/reply.h"

#define POINTS_MAX 60
#define ROWS_MAX 13

/* Member of struct growth by its offset: both pictures are made alike. */
static int64_t
value(const struct growth *row, size_t member)
{
	return *(const int64_t *)(const void *)((const char *)row + member);
}

/* Every how many-th row, so that there are no more than max. */
static size_t
step(size_t n, size_t max)
{
	return MAX((n + max - 2) / (max - 1), (size_t)1);
}

/* The next row to show behind i; n behind the last one. */
static size_t
next(size_t i, size_t n, size_t by)
{
	return i == n - 1 ? n : MIN(i + by, n - 1);
}

static const char *
text_of(struct call *c, int64_t v, bool bytes)
{
	CLEANUP(str_release) struct str s = STR_INIT;

	if (bytes)
		lang_add_size(c->lang, v, &s);
	else
		lang_add_number(c->lang, v, &s);
	return arena_strdup(c->arena, str_text(&s));
}

static const char *
day_of(struct call *c, const struct growth *row)
{
	CLEANUP(str_release) struct str s = STR_INIT;

	lang_add_day(c->lang, row->day * GROWTH_DAY, &s);
	return arena_strdup(c->arena, str_text(&s));
}

static const char *
points_of(struct call *c, const struct growth_list *list, size_t member, int64_t top)
{
	CLEANUP(str_release) struct str s = STR_INIT;
	const struct growth *at = list->rows;
	int64_t days = MAX(at[list->n - 1].day - at[0].day, 1);

	for (size_t i = 0; i < list->n; i = next(i, list->n, step(list->n, POINTS_MAX))) {
		/* two pixels for the line itself; a sum of bytes times a height would not fit into a number */
		double part = (double)value(&at[i], member) / (double)top;

		str_addf(&s, "%s%lld,%d", i > 0 ? " " : "",
		    (long long)((at[i].day - at[0].day) * GROWTH_WIDTH / days),
		    GROWTH_HEIGHT - (int)(part * (GROWTH_HEIGHT - 2)));
	}
	return arena_strdup(c->arena, str_text(&s));
}

static int64_t
largest(const struct growth_list *list, size_t member, size_t other)
{
	int64_t max = 1;

	for (size_t i = 0; i < list->n; i++) {
		max = MAX(max, value(&list->rows[i], member));
		max = MAX(max, value(&list->rows[i], other));
	}
	return max;
}

/* What the two lines are of. */
struct kind {
	const char *title, *labels[2];
	size_t members[2];
	bool bytes;
};

/* The picture in words. */
static const char *
said(struct call *c, const struct kind *k, const struct growth_list *list, const struct growth_chart *of)
{
	const struct growth *first = list->rows, *last = &list->rows[list->n - 1];
	const char *from = day_of(c, first), *to = day_of(c, last);
	const char *one = text_of(c, value(first, k->members[0]), k->bytes);
	const char *two = text_of(c, value(first, k->members[1]), k->bytes);
	const char *one_now = of->lines[0].now, *two_now = of->lines[1].now;

	return k->bytes
	    ? call_printf(c, N_("From %s to %s: used from %s to %s, allotted from %s to %s."), from,
		  to, one, one_now, two, two_now)
	    : call_printf(c, N_("From %s to %s: mailboxes from %s to %s, aliases from %s to %s."),
		  from, to, one, one_now, two, two_now);
}

static struct growth_chart
chart(struct call *c, const struct growth_list *list, const struct kind *k)
{
	const struct growth *last = &list->rows[list->n - 1];
	int64_t top = largest(list, k->members[0], k->members[1]);
	struct growth_chart ret = { .title = call_text(c, k->title), .top = text_of(c, top, k->bytes) };

	for (size_t i = 0; i < ARRAY_LEN(ret.lines); i++)
		ret.lines[i] = (struct growth_line){ .label = call_text(c, k->labels[i]),
			.now = text_of(c, value(last, k->members[i]), k->bytes),
			.points = points_of(c, list, k->members[i], top) };
	ret.said = said(c, k, list, &ret);
	return ret;
}

static void
add_rows(struct call *c, const struct growth_list *list, struct growth_view *v)
{
	struct growth_row *rows = arena_array(c->arena, ROWS_MAX, sizeof(*rows));

	for (size_t i = 0; i < list->n; i = next(i, list->n, step(list->n, ROWS_MAX)))
		rows[v->n++] = (struct growth_row){ day_of(c, &list->rows[i]), &list->rows[i] };
	v->rows = rows;
}

struct growth_view
growth_pictures(struct call *c, const struct growth_list *list, bool several)
{
	static const struct kind kinds[] = {
		{ N_("Mailboxes and aliases"), { N_("Mailboxes"), N_("Aliases") },
		    { offsetof(struct growth, mailboxes), offsetof(struct growth, aliases) }, false },
		{ N_("Room used and allotted"), { N_("Used"), N_("Allotted") },
		    { offsetof(struct growth, used), offsetof(struct growth, allotted) }, true },
	};
	struct growth_view v = { .several = several, .too_many = list->too_many };

	if (list->n > 0)
		v.now = &list->rows[list->n - 1];
	if (list->n < 2)
		return v;
	for (size_t i = 0; i < ARRAY_LEN(v.charts); i++)
		v.charts[i] = chart(c, list, &kinds[i]);
	v.first = day_of(c, &list->rows[0]);
	v.last = day_of(c, &list->rows[list->n - 1]);
	add_rows(c, list, &v);
	return v;
}
