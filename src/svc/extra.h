/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the configuration adds to mailboxes: fields of the operator's own (AdditionalInfo, kept as preferences) and the directory entry of the owner.
 * The field tables of mailboxes grow by them, so that forms, JSON, the command line, CSV, the trail and undo have them without knowing of them.
 * Aliases have fields of the operator's own likewise.
 */
#ifndef SVC_EXTRA_H
#define SVC_EXTRA_H

#include "base/op.h"
#include "model/alias.h"
#include "model/mailbox.h"

#define EXTRA_INFO "info_"           /* names of fields begin so ... */
#define EXTRA_DIRECTORY "directory_" /* ... or so */

struct conf_info;

struct extras {
	const struct fields *row,
	    *in; /* of struct mailbox and mailbox_in, or alias and alias_in: the usual fields first, in their places, then the added ones */
	size_t n_row, n_in;           /* how many of them are the usual ones */
	const struct conf_info *info; /* info[i] is in the member info[i] */
	size_t n_info;
	bool directory;
	bool alias; /* of aliases */
};

/* Static tables where nothing is added, else in the arena. */
struct extras extras_of(const struct conf *conf, struct arena *arena);
struct extras extras_of_alias(const struct conf *conf, struct arena *arena);
/* Those of whatever has this table for its input: none unless it is of mailboxes or aliases. */
struct extras extras_of_input(const struct conf *conf, const struct fields *in, struct arena *arena);
/* Is it a name that such a field could have? */
bool extra_named(const char *name);

/* Reads what is stored of a mailbox into its row; does nothing where nothing is added. */
NODISCARD enum rc extra_load(struct op *op, struct mailbox *row);
/* Takes what was given into the row. added: what is required must be there, and what is not given begins with its default. */
NODISCARD enum rc extra_take(struct op *op, const struct mailbox_in *in, bool added,
    struct mailbox *row);
/* Stores what differs; before NULL: all of it. Within the transaction of the mailbox. */
NODISCARD enum rc extra_save(struct op *op, const struct mailbox *before, const struct mailbox *after);
/* The same of an alias. */
NODISCARD enum rc extra_alias_load(struct op *op, struct alias *row);
NODISCARD enum rc extra_alias_take(struct op *op, const struct alias_in *in, bool added,
    struct alias *row);
NODISCARD enum rc extra_alias_save(struct op *op, const struct alias *before, const struct alias *after);

/* Values of a field that mailboxes (or aliases) of the actor's domains have, sorted; at most EXTRA_VALUES_MAX. */
#define EXTRA_VALUES_MAX 100
NODISCARD enum rc extra_values(struct op *op, const struct extras *x, size_t info,
    const char ***ret, size_t *ret_n);

#endif
