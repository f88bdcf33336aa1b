/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two JSON objects of the trail side by side, as lines of a page. */
#ifndef WEB_DIFF_H
#define WEB_DIFF_H

#include "base/base.h"
#include "view/trail.h"

struct call;

/*
 * A line for each name in either object (NULL: none), in the order of the first that has it; members of an object within stand by their own names.
 * kind: what the entry is about, as the trail has it (NULL: nothing); fields of a known kind have their labels, and values as people read them. Returns how many; more than a page can show are left out.
 */
size_t diff_build(struct call *c, const char *kind, const char *before, const char *after,
    const struct log_diff **ret);

#endif
