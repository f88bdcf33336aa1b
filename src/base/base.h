/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * First include of every .c file: the standard headers everything uses, the compiler attributes we
 * allow ourselves (STYLE.md), and the list of functions that are compile errors here.
 */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NODISCARD __attribute__((warn_unused_result))
#define PRINTFLIKE(f, a) __attribute__((format(printf, f, a)))
#define CLEANUP(fn) __attribute__((cleanup(fn)))
#define NORETURN __attribute__((noreturn))
#define UNUSED __attribute__((unused))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

/* Marks text for translators without translating it here: tables hold N_("..."), pages look it up. */
#define N_(text) text

#include "base/banned.h"

#endif
