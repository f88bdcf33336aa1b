/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What PostgreSQL's statistics know of the words of a search, asked for by EXPLAIN. Its index of letters reads the list of every three letters it is
 * asked for, whole: of "person 199" the number alone names in 0.2 ms what all of it takes 35 for, on a million mailboxes, and a common word takes 11
 * before the first row is known. Other engines stop early and are not asked. Private to store.
 */
#ifndef STORE_WORDS_H
#define STORE_WORDS_H

#include "db/db.h"

/* What is found by one word is looked at row by row, which is worth it up to here. */
#define STORE_WORD_RARE 10000
/* From here on the first rows along a sorting are soon found without an index of letters. */
#define STORE_WORD_COMMON 10000

struct store_words {
	const char *rarest; /* one of several words, in the arena, that few rows hold; NULL: better ask for all of the text */
	bool common; /* the text is one word and many rows hold it */
};

/* guess: a statement with :word1 to :word3, which gives on PostgreSQL a plan in JSON whose scans are called word1 to word3; elsewhere it is not run. */
NODISCARD enum rc store_words_look(struct op *op, const char *q, const struct query *guess,
    struct store_words *ret);

#endif
