/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures of growth: lines over days, made by web/growth.c; and the same as a table. */
#ifndef VIEW_GROWTH_VIEW_H
#define VIEW_GROWTH_VIEW_H

#include "model/growth.h"

#define GROWTH_WIDTH 600
#define GROWTH_HEIGHT 120

struct growth_line {
	const char *label, *now; /* now: the last value, as people read it */
	const char *points;      /* "x,y x,y ..." within the picture */
};
struct growth_chart {
	const char *title, *said; /* said: the picture in words */
	const char *top;          /* what its upper edge stands for */
	struct growth_line lines[2];
};
struct growth_row {
	const char *day;
	const struct growth *at;
};
struct growth_view {
	struct growth_chart charts[2];
	const char *first, *last; /* days */
	const struct growth_row *rows;
	size_t n;                 /* rows; below 2: there is no picture yet */
	const struct growth *now; /* the last figures, NULL: there are none */
	bool too_many;            /* domains to be added up while somebody waits */
	bool several;             /* of more than one domain: their number counts, too */
};

#endif
