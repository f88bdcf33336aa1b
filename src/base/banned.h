/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Functions that are compile errors here, each with what to use instead. After the standard headers (base.h sees to that).
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets /* arena_printf, str_* */
#pragma GCC poison atoi atol atoll atof                                /* strtoll with checks, base/size */
#pragma GCC poison gmtime localtime ctime asctime                      /* base/clock */
#pragma GCC poison asprintf vasprintf alloca strtok                    /* arena_printf; strcspn */
#pragma GCC poison rand srand random srandom drand48 mktemp tmpnam     /* base/rand */
#pragma GCC poison system popen                                        /* never a shell */

#endif
