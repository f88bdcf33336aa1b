/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The handler of languages. */
#ifndef WEB_LANGUAGE_H
#define WEB_LANGUAGE_H

#include "base/rc.h"

struct call;
struct op;

enum rc web_language(struct op *op, struct call *c);

#endif
