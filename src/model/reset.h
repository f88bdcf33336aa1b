/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A lost password: asking for a mail, and the new password that its link leads to. */
#ifndef MODEL_RESET_H
#define MODEL_RESET_H

#include "base/field.h"

struct lost_in {
	uint64_t given;
	const char *username;
	const char *proof; /* that the browser computed for a moment (svc/reset.h); may be missing */
};
extern const struct fields lost_in_fields;

struct newpass_in {
	uint64_t given;
	const char *username, *token, *password;
};
extern const struct fields newpass_in_fields;

#endif
