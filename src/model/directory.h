/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a directory tells of the person a mailbox belongs to: the fork's table directory_entry, without the photo, which it keeps as a PHP object. */
#ifndef MODEL_DIRECTORY_H
#define MODEL_DIRECTORY_H

#include "base/field.h"

struct arena;

/* In the order of the form. */
struct directory {
	const char *personal_title, *given_name, *sn, *display_name, *initials;
	const char *business_category, *employee_type, *title, *department_number, *ou;
	const char *room_number, *o, *car_license, *employee_number, *manager, *secretary;
	const char *mail; /* the mailbox's own address */
	const char *home_phone, *mobile, *pager, *telephone_number, *facsimile_telephone_number;
	const char *home_postal_address, *labeled_uri, *preferred_language;
	int64_t mailbox_id, changed; /* of its row */
};
/* Labels and limits; the names are those of the columns in small letters with underscores. */
extern const struct fields directory_fields;

/* The field that the PHP program's configuration calls so ("GivenName"), NULL: there is none. */
const struct field *directory_field(const char *name, size_t len);
/* Fills in what is left empty and follows from the rest: the name shown, its initials. */
void directory_complete(struct directory *d, struct arena *arena);
/* Is there anything in it but the address? */
bool directory_is_empty(const struct directory *d);

#endif
