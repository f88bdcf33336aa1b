/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which word of a search PostgreSQL's index of letters is best asked for. It reads the list of every three letters it is asked for, and those of a word
 * that each row has are as long as the table: of "person 199" the number alone names in 0.2 ms what all of it takes 35 for, on a million mailboxes.
 * Private to store.
 */
#ifndef STORE_WORDS_H
#define STORE_WORDS_H

#include "db/db.h"

/* What is found by one word is looked at row by row, which is worth it up to here. */
#define STORE_WORD_MAX 5000

/*
 * *ret_word: one of q's words, in the arena, that few rows hold as far as statistics know; NULL where it is better to ask for all of q. guess: a
 * statement with :word1 to :word3, which gives on PostgreSQL a plan in JSON whose scans are called word1 to word3; elsewhere it is not run.
 */
NODISCARD enum rc store_words_rarest(struct op *op, const char *q, const struct query *guess,
    const char **ret_word);

#endif
