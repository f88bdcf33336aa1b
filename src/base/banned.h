/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Functions that are compile errors here, each with what to use instead. After the standard headers (base.h sees to that).
 * Calls become an undeclared name; a poison pragma would also hit members and declarations in the headers of libraries.
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#include <alloca.h>
#include <time.h>
/* what glibc makes macros of itself, with some compilers and options */
#undef alloca
#undef asprintf
#undef sprintf
#undef strcat
#undef strcpy
#undef strncat
#undef strncpy
#undef vasprintf
#undef vsprintf

/* arena_printf, str_* */
#define strcpy(...) banned_strcpy
#define strcat(...) banned_strcat
#define strncpy(...) banned_strncpy
#define strncat(...) banned_strncat
#define sprintf(...) banned_sprintf
#define vsprintf(...) banned_vsprintf
#define gets(...) banned_gets
/* strtoll with checks, base/size */
#define atoi(...) banned_atoi
#define atol(...) banned_atol
#define atoll(...) banned_atoll
#define atof(...) banned_atof
/* base/clock */
#define gmtime(...) banned_gmtime
#define localtime(...) banned_localtime
#define ctime(...) banned_ctime
#define asctime(...) banned_asctime
/* arena_printf; strcspn */
#define asprintf(...) banned_asprintf
#define vasprintf(...) banned_vasprintf
#define alloca(...) banned_alloca
#define strtok(...) banned_strtok
/* base/rand */
#define rand(...) banned_rand
#define srand(...) banned_srand
#define random(...) banned_random
#define srandom(...) banned_srandom
#define drand48(...) banned_drand48
#define mktemp(...) banned_mktemp
#define tmpnam(...) banned_tmpnam
/* never a shell */
#define system(...) banned_system
#define popen(...) banned_popen

#endif
