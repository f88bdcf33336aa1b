/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Builds the forms that pages show out of field tables. */
#ifndef WEB_FORM_H
#define WEB_FORM_H

#include "base/base.h"
#include "base/field.h"
#include "view/form.h"

struct call;
struct op;
struct warnings;

/* One widget as a page wants it; what is not said comes from the field's row. */
struct form_row {
	const char *name;
	enum widget_kind kind;
	const char *label, *help, *autocomplete, *prefix;
	bool half, focus, required;
	const char *start;            /* what it starts with, instead of the object's value */
	bool blank;                   /* starts empty, whatever the object says */
	const struct option *options; /* choices known only at run time */
	size_t n_options;
};

struct form_spec {
	const char *title;
	const struct fields *in; /* table of the input: labels, limits, kinds */
	const struct form_row *rows;
	size_t n;
	const struct fields *values; /* table of the object the values come from; NULL: empty boxes */
	const void *obj;
	const char *rev;
	const char *intro, *warning, *submit;
	const char *const *warnings; /* with status 422 */
	size_t n_warnings;
	const struct form_effect *effects;
	size_t n_effects, more_effects;
	const char *preview_title, *preview; /* of what will be done, in lines; NULL: none */
	const struct secret_view *secret;    /* shown above the boxes; NULL: none */
	const char *proof; /* of work that is asked of the browser (svc/reset.h); NULL: none */
	const char *more, *also; /* links below the button, and where they lead */
	struct link more_to, also_to;
	const struct form_act *acts; /* beside the title */
	size_t n_acts;
	struct link action; /* where it is posted to; zero: its own address */
	bool danger, narrow;
	struct link cancel;
};

/* Text that the object's field stands in a box with ("5 GB", one target a line); NULL when it has no such field. */
const char *form_value(struct call *c, const struct fields *f, const void *obj, const char *name);
/* The form with what was sent and, unless rc is RC_OK, the faults; for pages that show it among other things. */
void form_build(struct op *op, struct call *c, const struct form_spec *spec, enum rc rc,
    struct form *ret);
/* Shows the form: with status 200 when rc is RC_OK, else with what was sent and the faults, in the status of rc. */
enum rc form_reply(struct op *op, struct call *c, const struct form_spec *spec, enum rc rc);
/* May this outcome of a change be answered by the form again? (A page, and a fault of the input or a conflict.) */
bool form_can_show(const struct call *c, enum rc rc);

/* Are warnings in order? (Unless a form was sent in spite of them already.) */
bool form_can_warn(const struct call *c);
/*
 * What there is to be warned of, which has to live as long as the answer is being made. True: a form, which is shown again, and the change is only tried;
 * a program knows what it does and is told with the answer.
 */
bool form_held(struct op *op, struct call *c, const struct warnings *w);

#endif
