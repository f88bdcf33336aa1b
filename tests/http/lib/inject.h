/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the libraries that tests put in front of a panel have in common (inject.c). */
#ifndef TESTS_HTTP_LIB_INJECT_H
#define TESTS_HTTP_LIB_INJECT_H

#include "base/base.h"

/* Within a web process: the memory shared with the test by the file that this variable names. NULL in any other. */
void *inject_shared(const char *name, size_t size);

#endif
