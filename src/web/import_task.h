/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Handlers of files that the keeper takes in, and the way there from the page that was sent (import.c). */
#ifndef WEB_IMPORT_TASK_H
#define WEB_IMPORT_TASK_H

#include "base/base.h"
#include "base/rc.h"
#include "svc/import.h"

struct call;
struct import_in;
struct op;

enum rc web_import_task(struct op *op, struct call *c);
enum rc web_import_task_check(struct op *op, struct call *c);
enum rc web_import_task_take(struct op *op, struct call *c);
enum rc web_import_task_cancel(struct op *op, struct call *c);
enum rc web_import_task_remove(struct op *op, struct call *c);
enum rc web_import_task_result(struct op *op, struct call *c);
enum rc web_import_task_passwords(struct op *op, struct call *c);

/* Hands rows over to the keeper, and the answer leads to their page. */
enum rc import_task_hand_over(struct op *op, struct call *c, const char *kind,
    const struct import_in *how, const char *text, size_t len, bool check_only);

struct form_spec;
/* The boxes of the form: sent, when the rows are there already; typed, when columns cannot be chosen one by one and are named in a box. */
void import_rows_of(bool sent, bool typed, struct form_spec *spec);

struct import_column;
struct import_view;
/* The columns of rows, each with a choice of fields, for the page. */
void import_pick_columns(const struct call *c, enum import_kind kind,
    const struct import_column *columns, size_t n, struct import_view *v);

#endif
