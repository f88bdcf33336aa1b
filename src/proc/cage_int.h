/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two walls of the cage; cage.c puts them together. */
#ifndef PROC_CAGE_INT_H
#define PROC_CAGE_INT_H

#include "base/base.h"
#include "proc/cage.h"

/*
 * Sanitizers and coverage read /proc, write reports and map memory of their own: builds for tests
 * get what these need.
 */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(VIMB_COVERAGE)
#define CAGE_INSTRUMENTED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CAGE_INSTRUMENTED 1
#endif
#endif
#ifndef CAGE_INSTRUMENTED
#define CAGE_INSTRUMENTED 0
#endif

NODISCARD enum rc cage_files(enum proc_role role, const struct cage_paths *paths, struct errs *errs);
NODISCARD enum rc cage_calls(enum proc_role role, struct errs *errs);

#endif
