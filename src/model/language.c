/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Field tables of languages. Which there are is said in base/lang.h. */
#include "base/base.h"

#include "base/lang.h"
#include "model/language.h"

static const char *
check_code(const void *value)
{
	const struct lang *lang;

	return lang_find(value, &lang) ? NULL : N_("This is not one of the choices.");
}

/* clang-format off */
static const struct field language_field_rows[] = {
	FIELD(language, admin_id, .kind = KIND_ID, .flags = FIELD_HIDDEN | FIELD_UNAUDITED),
	FIELD(language, language, .max = LANG_CODE_MAX, .label = N_("Language")),
};
FIELDS(language);

static const struct field language_in_field_rows[] = {
	FIELD(language_in, language, .max = LANG_CODE_MAX, .check = check_code, .label = N_("Language"),
	    .help = N_("en, de, nl or fr; empty: as the browser says.")),
};
FIELDS(language_in);
/* clang-format on */
