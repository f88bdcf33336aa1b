/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A form as the page shows it: widgets made out of field tables (web/form.h fills them), the faults found, and what travels hidden.
 * Values are text as they stand in the input; a password's is always empty.
 */
#ifndef VIEW_FORM_H
#define VIEW_FORM_H

#include "base/base.h"
#include "view/route_id.h"

enum widget_kind {
	WIDGET_AUTO, /* as the field's kind says */
	WIDGET_TEXT,
	WIDGET_EMAIL,
	WIDGET_NUMBER,
	WIDGET_AREA,
	WIDGET_SWITCH,
	WIDGET_SELECT,
	WIDGET_SET,      /* boxes of one name whose values are sent together */
	WIDGET_PASSWORD, /* with show and make buttons where there is a script */
	WIDGET_SIGNIN_PASSWORD,
	WIDGET_CODE,  /* of a second factor: seen while typed, never sent back */
	WIDGET_FIXED, /* shown, not sent */
	WIDGET_PART,  /* no box: the title of those that follow */
};

struct option {
	const char *value, *label;
	bool selected;
};

struct widget {
	enum widget_kind kind;
	const char *name, *label, *help, *value;
	const char *error;            /* NULL: fine */
	const char *autocomplete;     /* of the browser, NULL: off */
	const char *prefix;           /* "@" in front of the box */
	const char *type, *inputmode; /* of an <input> */
	const char *described;        /* ids of the help and the fault below */
	bool on, required, half, focus;
	int64_t max; /* bytes, 0: no limit said */
	const struct option *options;
	size_t n_options;
	bool suggest; /* options are suggestions for a text (WIDGET_TEXT) */
};

/* One line of the summary on top. */
struct form_fault {
	const char *field; /* NULL: about the whole */
	const char *label, *text;
};

/* A field that somebody else changed while this form was open. */
struct form_clash {
	const char *label, *now, *sent;
};

/* What else a deletion touches. */
struct form_effect {
	const char *name, *before, *after; /* after NULL: it goes */
};

/* What else can be done with the thing that is edited. */
struct form_act {
	const char *label, *icon; /* class of assets/app.css */
	struct link to;
	bool dialog; /* opens over the page */
};
struct secret_view;

struct form {
	const char *intro;                /* sentence below the title */
	const char *warning;              /* the same, in a yellow box */
	const struct secret_view *secret; /* shown above the boxes; NULL: none */
	const struct widget *widgets;
	size_t n;
	const char *switches;                /* names of the switches: absent means off */
	const char *sets;                    /* names of the sets */
	const char *preview_title, *preview; /* text shown as it is below the boxes */
	const char *rev;
	const char *back; /* the list it was opened from */
	const struct form_fault *faults;
	size_t n_faults;
	const char *const *warnings; /* not saved yet because of these: sent again, it is */
	size_t n_warnings;
	const struct form_clash *clashes;
	size_t n_clashes;
	const struct form_effect *effects;
	size_t n_effects, more_effects; /* more_effects: that are not shown */
	const char *proof;       /* of work that is asked of the browser: what to compute on */
	const char *more, *also; /* links below the button */
	struct link more_to, also_to;
	const struct form_act *acts; /* beside the title */
	size_t n_acts;
	const struct link *action; /* where it is posted to; NULL: its own address */
	const char *submit;        /* NULL: there is nothing to send */
	bool danger;               /* the button is red */
	bool narrow;               /* sign-in: no cancel, button over the whole width */
	struct link cancel;
};

#endif
