/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the pages about getting in show: sessions, the question for the password, who is refused. */
#ifndef VIEW_ACCESS_H
#define VIEW_ACCESS_H

#include "base/field.h"
#include "model/admin.h"
#include "model/limit.h"
#include "model/session.h"
#include "model/token.h"
#include "view/route_id.h"

struct sessions_view {
	const struct admin *admin; /* whose; NULL: one's own */
	const struct session_row *rows;
	size_t n;
	struct link end, end_all;
};

/* Who asks is asked for the password again. */
struct proof_view {
	const char *error, *request, *back;
	const struct pair *pairs; /* what was typed */
	size_t n;
	const struct field *const *secrets; /* to be typed again */
	size_t n_secrets;
	bool asks_code, passkey; /* passkey: does instead */
};

struct tokens_view {
	const struct token *rows;
	size_t n;
};

/* One that was just made, shown once. */
struct token_view {
	const struct token *row;
	const char *token;
};

struct limits_view {
	const struct limit *rows;
	size_t n;
	bool more;
};

#endif
