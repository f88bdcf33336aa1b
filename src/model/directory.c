/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Field table of a directory entry, and what of it follows from the rest. */
#include "base/base.h"

#include "base/arena.h"
#include "base/str.h"
#include "base/utf8.h"
#include "model/directory.h"

#include <ctype.h>

#define INITIALS_MAX 10
#define LINES_MAX 65535
#define NAME_MAX_BYTES 255

/* clang-format off */
static const struct field directory_field_rows[] = {
	FIELD(directory, personal_title, .label = N_("Personal title")),
	FIELD(directory, given_name, .label = N_("First name")),
	FIELD(directory, sn, .label = N_("Last name")),
	FIELD(directory, display_name, .label = N_("Name shown"), .help = N_("Empty: first and last name.")),
	FIELD(directory, initials, .max = INITIALS_MAX, .label = N_("Initials"), .help = N_("Empty: the capitals of the name shown.")),
	FIELD(directory, business_category, .label = N_("Business category")),
	FIELD(directory, employee_type, .label = N_("Employee type")),
	FIELD(directory, title, .label = N_("Work title")),
	FIELD(directory, department_number, .label = N_("Department number")),
	FIELD(directory, ou, .label = N_("Department")),
	FIELD(directory, room_number, .label = N_("Room number")),
	FIELD(directory, o, .label = N_("Organization")),
	FIELD(directory, car_license, .label = N_("Car license")),
	FIELD(directory, employee_number, .label = N_("Employee number")),
	FIELD(directory, manager, .label = N_("Manager")),
	FIELD(directory, secretary, .label = N_("Secretary")),
	FIELD(directory, mail, .flags = FIELD_READONLY),
	FIELD(directory, home_phone, .label = N_("Home phone")),
	FIELD(directory, mobile, .label = N_("Mobile phone")),
	FIELD(directory, pager, .label = N_("Pager")),
	FIELD(directory, telephone_number, .label = N_("Telephone")),
	FIELD(directory, facsimile_telephone_number, .label = N_("Fax")),
	FIELD(directory, home_postal_address, .kind = KIND_LINES, .max = LINES_MAX, .label = N_("Home address")),
	FIELD(directory, labeled_uri, .kind = KIND_LINES, .max = LINES_MAX, .label = N_("Website")),
	FIELD(directory, preferred_language, .label = N_("Preferred language")),
	FIELD(directory, mailbox_id, .kind = KIND_ID, .flags = FIELD_READONLY),
	FIELD(directory, changed, .kind = KIND_TIME, .flags = FIELD_READONLY),
};
FIELDS(directory);
/* clang-format on */

/* GivenName is given_name. */
static bool
is_called(const char *field, const char *name, size_t len)
{
	size_t n = 0;

	for (const char *at = field; *at; at++) {
		if (*at == '_')
			continue;
		if (n == len || tolower((unsigned char)name[n]) != *at)
			return false;
		n++;
	}
	return n == len;
}

const struct field *
directory_field(const char *name, size_t len)
{
	for (size_t i = 0; i < directory_fields.n; i++)
		if (is_called(directory_fields.at[i].name, name, len))
			return &directory_fields.at[i];
	return NULL;
}

static bool
has(const char *text)
{
	return text && *text;
}

/* The first character of each word that begins with a capital letter; letters beyond ASCII count as such. */
static const char *
initials_of(const char *name, struct arena *arena)
{
	CLEANUP(str_release) struct str out = STR_INIT;
	bool begins = true;

	for (size_t left = strlen(name); left > 0;) {
		size_t step = utf8_next(name, left, NULL);

		step = step ? step : 1;
		if (begins && (isupper((unsigned char)*name) || step > 1) && out.len + step <= INITIALS_MAX)
			str_addn(&out, name, step);
		begins = *name == ' ' || *name == '-';
		name += step;
		left -= step;
	}
	return arena_strdup(arena, str_text(&out));
}

void
directory_complete(struct directory *d, struct arena *arena)
{
	const char *first = has(d->given_name) ? d->given_name : "", *last = has(d->sn) ? d->sn : "";

	if (!has(d->display_name) && (*first || *last)) {
		const char *both = arena_printf(arena, "%s%s%s", first, *first && *last ? " " : "",
		    last);

		d->display_name = strlen(both) <= NAME_MAX_BYTES ? both : *first ? first : last;
	}
	if (!has(d->initials) && has(d->display_name))
		d->initials = initials_of(d->display_name, arena);
}

bool
directory_is_empty(const struct directory *d)
{
	for (size_t i = 0; i < directory_fields.n; i++)
		if (!(directory_fields.at[i].flags & FIELD_READONLY) &&
		    has(field_text(&directory_fields.at[i], d)))
			return false;
	return true;
}
