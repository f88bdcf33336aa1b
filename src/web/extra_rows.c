/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See extra_rows.h. Which fields there are and what they are called comes out of the field table; this adds only where a part begins and what is suggested. */
#include "base/base.h"

#include "base/arena.h"
#include "base/op.h"
#include "conf/conf.h"
#include "conf/plugins.h"
#include "view/pages.h"
#include "web/call.h"
#include "web/extra_rows.h"
#include "web/reply.h"

#define PARTS 2

static bool
begins(const char *name, const char *prefix)
{
	return strncmp(name, prefix, strlen(prefix)) == 0;
}

/* Values that other mailboxes or aliases have, for the operator's own fields. */
static enum rc
add_suggestions(struct op *op, struct call *c, const struct extras *x, size_t which, struct form_row *row)
{
	const struct conf_info *info = &x->info[which];
	struct option *at;
	const char **values;
	size_t n;
	enum rc rc;

	if (!info->suggest || info->choices)
		return RC_OK;
	if ((rc = extra_values(op, x, which, &values, &n)) != RC_OK)
		return rc;
	at = arena_array(c->arena, n + 1, sizeof(*at));
	for (size_t i = 0; i < n; i++)
		at[i].value = at[i].label = arena_strdup(c->arena, values[i]);
	row->options = n > 0 ? at : NULL;
	row->n_options = n;
	return RC_OK;
}

static struct form_row
part(const char *label)
{
	return (struct form_row){ .name = "", .kind = WIDGET_PART, .label = label };
}

enum rc
extra_rows(struct op *op, struct call *c, const struct extras *x, bool added,
    const struct form_row **ret, size_t *ret_n)
{
	struct form_row *at = arena_array(c->arena, x->in->n - x->n_in + PARTS, sizeof(*at));
	bool in_directory = false;
	size_t n = 0;
	enum rc rc = RC_OK;

	if (x->n_info > 0)
		at[n++] = part(N_("Additional information"));
	for (size_t i = x->n_in; rc == RC_OK && i < x->in->n; i++) {
		const struct field *f = &x->in->at[i];

		if (!in_directory && begins(f->name, EXTRA_DIRECTORY)) {
			in_directory = true;
			at[n++] = part(N_("Directory entry"));
		}
		at[n] = (struct form_row){ .name = f->name, .half = f->kind != KIND_LINES };
		if (!in_directory)
			rc = add_suggestions(op, c, x, i - x->n_in, &at[n]);
		else if (added && strcmp(f->name, EXTRA_DIRECTORY "o") == 0 && *c->conf->orgname)
			at[n].start = c->conf->orgname;
		n++;
	}
	*ret = at;
	*ret_n = n;
	return rc;
}

const struct extra_line *
extra_lines(struct call *c, const struct extras *x, const struct mailbox *row, size_t *ret_n)
{
	struct extra_line *at = arena_array(c->arena, x->row->n - mailbox_fields.n + 1, sizeof(*at));
	size_t n = 0;

	for (size_t i = mailbox_fields.n; i < x->row->n; i++) {
		const struct field *f = &x->row->at[i];
		const char *text = field_text(f, row);

		if (text && *text)
			at[n++] = (struct extra_line){ call_text(c, f->label), text };
	}
	*ret_n = n;
	return at;
}
