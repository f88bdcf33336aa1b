/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one caller of zxcvbn. The surprising thing: only the first bytes are looked at, for its work grows with the square of the length; more of them only add. */
#include "base/base.h"

#include "svc/strength.h"

#include <zxcvbn.h>

#define LOOKED_AT 72
#define LOG10_2 0.30103
#define COMMON 4 /* among the first ten thousand guesses */

/* How many guesses it takes, as a power of ten. */
static double
guesses_of(const char *password, const char **words)
{
	static const char *none[] = { NULL };
	char start[LOOKED_AT + 1];
	double guesses;

	(void)snprintf(start, sizeof(start), "%.*s", LOOKED_AT, password);
	guesses = ZxcvbnMatch(start, words ? words : none, NULL) * LOG10_2;
	explicit_bzero(start, sizeof(start));
	return guesses;
}

bool
strength_is_common(const char *password, const char **words)
{
	return guesses_of(password, words) < COMMON;
}

int
strength_of(const char *password, const char **words)
{
	static const double limits[STRENGTH_MAX] = { 3, 6, 8,
		10 }; /* powers of ten of guesses, as zxcvbn's own scores */
	double guesses = guesses_of(password, words);
	int n = 0;

	while (n < STRENGTH_MAX && guesses >= limits[n])
		n++;
	return n;
}

const char *
strength_text(int strength)
{
	static const char *const texts[] = { N_("Guessed at once"), N_("Very weak"), N_("Weak"),
		N_("Good"), N_("Strong") };

	return texts[MAX(0, MIN(strength, STRENGTH_MAX))];
}
